#include "ui/panels/messagebar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QStyle>
#include <QToolButton>

namespace tenscope {

MessageBar::MessageBar(QWidget* parent) : QFrame(parent), m_label(new QLabel), m_button(new QToolButton)
{
    setObjectName("messageBar");
    m_label->setObjectName("messageText");
    m_label->setTextFormat(Qt::PlainText);  // names from files are not markup
    m_label->setWordWrap(true);
    m_label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_button->setObjectName("messageButton");
    m_button->setProperty("link", true);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 4, 8, 4);
    layout->setSpacing(12);
    layout->addWidget(m_label, 1);
    layout->addWidget(m_button, 0, Qt::AlignTop);
    connect(m_button, &QToolButton::clicked, this, &MessageBar::buttonClicked);
    hide();
}

void MessageBar::showMessage(const QString& sentence, const QString& buttonText, bool isError)
{
    m_label->setText(sentence);
    m_label->setProperty("error", isError);
    m_label->style()->unpolish(m_label);
    m_label->style()->polish(m_label);
    m_button->setText(buttonText);
    m_button->setVisible(!buttonText.isEmpty());
    setVisible(!sentence.isEmpty());
}

QString MessageBar::sentence() const
{
    return isHidden() ? QString() : m_label->text();
}

}  // namespace tenscope
