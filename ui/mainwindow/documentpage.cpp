#include "ui/mainwindow/documentpage.h"

#include <QFileInfo>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/document/document.h"
#include "ui/errorpresenter/errorpresenter.h"
#include "ui/graphview/graphview.h"

namespace tenscope {

namespace {

// A sentence in the middle of an empty page, something under it, and a button.
QWidget* messagePage(QLabel* label, QWidget* under, QPushButton* button)
{
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(48, 48, 48, 48);
    column->setSpacing(12);
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);  // names from files are not markup
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    column->addStretch(2);
    column->addWidget(label);
    if (under)
        column->addWidget(under, 0, Qt::AlignHCenter);
    column->addWidget(button, 0, Qt::AlignHCenter);
    column->addStretch(3);
    return page;
}

}  // namespace

DocumentPage::DocumentPage(QString path, TaskRunner* tasks, const Theme& theme, QWidget* parent)
    : QWidget(parent), m_path(std::move(path)), m_errors(new ErrorPresenter), m_stack(new QStackedWidget),
      m_readingLabel(new QLabel(tr("Reading %1…").arg(QFileInfo(m_path).fileName()))), m_readingBar(new QProgressBar),
      m_failureLabel(new QLabel), m_view(new GraphView(tasks, theme))
{
    m_readingBar->setTextVisible(false);
    m_readingBar->setRange(0, 0);
    m_readingBar->setFixedSize(240, 6);
    auto* cancel = new QPushButton(tr("Cancel"));
    cancel->setObjectName("readingCancel");
    auto* retry = new QPushButton(tr("Try Again"));
    retry->setObjectName("failureRetry");
    m_failureLabel->setObjectName("failureText");

    m_stack->addWidget(messagePage(m_readingLabel, m_readingBar, cancel));
    m_stack->addWidget(messagePage(m_failureLabel, nullptr, retry));
    m_stack->addWidget(m_view);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_errors);
    column->addWidget(m_stack, 1);

    connect(cancel, &QPushButton::clicked, this, &DocumentPage::cancelRequested);
    connect(retry, &QPushButton::clicked, this, &DocumentPage::retryRequested);
    connect(m_view, &GraphView::refused, this, [this](const Error& error) { m_errors->present(error); });
}

DocumentPage::~DocumentPage()
{
    m_view->setDocument(nullptr);
}

const QString& DocumentPage::path() const
{
    return m_document ? m_document->path() : m_path;
}

void DocumentPage::showReading(double fraction, const QString& what)
{
    m_readingBar->setRange(0, fraction < 0 ? 0 : 1000);
    m_readingBar->setValue(int(fraction * 1000));
    if (!what.isEmpty())
        m_readingLabel->setText(tr("Reading %1: %2", "file name, step").arg(QFileInfo(m_path).fileName(), what));
    if (!m_document)
        m_stack->setCurrentIndex(0);
}

void DocumentPage::showModel(const LoadedModel& loaded, const QString& counts)
{
    m_counts = counts;
    m_handle = loaded.handle;
    m_errors->dismiss();
    m_view->setDocument(nullptr);
    m_path = path();
    m_document = std::make_unique<Document>(m_path, loaded.model);
    m_view->setDocument(m_document.get());
    m_stack->setCurrentWidget(m_view);
}

void DocumentPage::showFailure(const Error& error)
{
    // What is open stays open when it cannot be read again.
    if (m_document) {
        m_errors->present(error, tr("Try Again"), [this] { emit retryRequested(); });
        return;
    }
    m_failureLabel->setText(QString::fromStdString(error.message));
    m_stack->setCurrentIndex(1);
}

void DocumentPage::setTheme(const Theme& theme)
{
    m_view->setTheme(theme);
}

}  // namespace tenscope
