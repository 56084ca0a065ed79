#include "ui/panels/emptystate.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace tenscope {

EmptyState::EmptyState(QWidget* parent) : QWidget(parent), m_label(new QLabel), m_button(new QPushButton)
{
    m_label->setObjectName("emptyText");
    m_label->setProperty("dim", true);
    m_label->setTextFormat(Qt::PlainText);  // names from files are not markup
    m_label->setWordWrap(true);
    m_label->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_button->setObjectName("emptyButton");
    m_button->hide();

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->setSpacing(8);
    layout->addWidget(m_label);
    layout->addWidget(m_button, 0, Qt::AlignLeft);
    layout->addStretch(1);
    connect(m_button, &QPushButton::clicked, this, &EmptyState::buttonClicked);
}

void EmptyState::setText(const QString& sentence, const QString& buttonText)
{
    m_label->setText(sentence);
    m_button->setText(buttonText);
    m_button->setVisible(!buttonText.isEmpty());
}

QString EmptyState::sentence() const
{
    return m_label->text();
}

}  // namespace tenscope
