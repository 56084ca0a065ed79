#include "ui/errorpresenter/errorpresenter.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>

namespace tenscope {

ErrorPresenter::ErrorPresenter(QWidget* parent)
    : QWidget(parent), m_mark(new QLabel), m_text(new QLabel), m_help(new QPushButton), m_copy(new QToolButton),
      m_close(new QToolButton)
{
    setObjectName("errorBar");
    setAttribute(Qt::WA_StyledBackground);
    m_text->setObjectName("errorText");
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);  // names from files are not markup
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    m_help->setObjectName("errorHelp");
    m_copy->setObjectName("errorCopy");
    m_copy->setText(tr("Copy"));
    m_copy->setAutoRaise(true);
    m_copy->setToolTip(tr("Copy this message"));
    m_close->setObjectName("errorClose");
    m_close->setText("✕");
    m_close->setAutoRaise(true);
    m_close->setToolTip(tr("Dismiss"));
    m_close->setAccessibleName(tr("Dismiss"));

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 6, 8, 6);
    row->setSpacing(8);
    row->addWidget(m_mark);
    row->addWidget(m_text, 1);
    row->addWidget(m_help);
    row->addWidget(m_copy);
    row->addWidget(m_close);
    hide();

    connect(m_copy, &QToolButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_text->text()); });
    connect(m_close, &QToolButton::clicked, this, &ErrorPresenter::dismiss);
    connect(m_help, &QPushButton::clicked, this, [this] {
        const auto help = std::move(m_onHelp);
        dismiss();
        if (help)
            help();
    });
}

void ErrorPresenter::present(const Error& error, const QString& helpText, std::function<void()> help)
{
    if (!error.isCancelled())
        show(QString::fromStdString(error.message), true, helpText, std::move(help));
}

void ErrorPresenter::inform(const QString& sentence)
{
    show(sentence, false, {}, {});
}

void ErrorPresenter::show(const QString& sentence, bool isError, const QString& helpText, std::function<void()> help)
{
    m_mark->setText(isError ? "▲" : "ⓘ");
    m_text->setText(sentence);
    m_text->setAccessibleName(isError ? tr("Error: %1").arg(sentence) : sentence);
    m_onHelp = std::move(help);
    m_help->setText(helpText);
    m_help->setVisible(m_onHelp != nullptr);
    setProperty("isError", isError);
    style()->unpolish(this);
    style()->polish(this);
    setVisible(true);
}

void ErrorPresenter::dismiss()
{
    m_onHelp = {};
    setVisible(false);
}

QString ErrorPresenter::text() const
{
    return isVisibleTo(parentWidget()) ? m_text->text() : QString();
}

}  // namespace tenscope
