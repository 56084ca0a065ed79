#include "ui/mainwindow/searchbox.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QTimer>
#include <QToolButton>

#include "ui/document/document.h"
#include "ui/taskrunner/taskrunner.h"

namespace tenscope {

SearchBox::SearchBox(TaskRunner* runner, QWidget* parent)
    : QWidget(parent), m_runner(runner), m_field(new QLineEdit), m_count(new QLabel), m_previous(new QToolButton),
      m_next(new QToolButton), m_delay(new QTimer(this))
{
    setObjectName("searchBox");
    m_field->setObjectName("searchField");
    m_field->setPlaceholderText(tr("Search nodes, tensors, attributes"));
    m_field->setToolTip(tr("All words must match. op:conv, name:layer1, tensor:weight and attr:group=2 search in one place only"));
    m_field->setClearButtonEnabled(true);
    m_field->setMinimumWidth(240);
    m_field->installEventFilter(this);
    m_count->setObjectName("searchCount");
    m_count->setProperty("dim", true);
    m_count->setMinimumWidth(m_count->fontMetrics().horizontalAdvance("0000 / 0000"));
    m_count->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    const auto prepare = [](QToolButton* button, const char* name, const QString& text, const QString& tip) {
        button->setObjectName(name);
        button->setText(text);
        button->setAutoRaise(true);
        button->setToolTip(tip);
        button->setAccessibleName(tip);
        button->setEnabled(false);
    };
    prepare(m_previous, "searchPrevious", "↑", tr("Previous hit (Shift+F3)"));
    prepare(m_next, "searchNext", "↓", tr("Next hit (F3)"));

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    row->addWidget(m_count);
    row->addWidget(m_field);
    row->addWidget(m_previous);
    row->addWidget(m_next);

    m_delay->setSingleShot(true);
    m_delay->setInterval(120);
    connect(m_delay, &QTimer::timeout, this, &SearchBox::start);
    connect(m_field, &QLineEdit::textChanged, m_delay, qOverload<>(&QTimer::start));
    connect(m_previous, &QToolButton::clicked, this, &SearchBox::previous);
    connect(m_next, &QToolButton::clicked, this, &SearchBox::next);
}

void SearchBox::setDocument(Document* document)
{
    m_document = document;
    m_field->setEnabled(document);
    start();
}

void SearchBox::focusField()
{
    m_field->setFocus(Qt::ShortcutFocusReason);
    m_field->selectAll();
}

bool SearchBox::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_field && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            // Whoever types and presses Enter at once means the text as it stands.
            if (m_delay->isActive()) {
                m_delay->stop();
                start();
            } else {
                step(key->modifiers() & Qt::ShiftModifier ? -1 : 1);
            }
            return true;
        }
        if (key->key() == Qt::Key_Escape) {
            m_field->clear();
            emit closed();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void SearchBox::start()
{
    const QString query = m_field->text().trimmed();
    if (!m_document || query.isEmpty()) {
        m_runner->cancel("search");
        show({});
        return;
    }
    m_runner->run<std::vector<SearchHit>>(
        tr("Searching"), "search", m_document,
        [model = m_document->model(), text = query.toStdString()](Progress& progress) { return search(*model, text, progress); },
        [this](Result<std::vector<SearchHit>> hits) {
            if (hits)
                show(std::move(*hits));
        });
}

void SearchBox::show(std::vector<SearchHit> hits)
{
    m_hits = std::move(hits);
    m_current = -1;
    std::vector<NodeId> nodes;
    nodes.reserve(m_hits.size());
    for (const SearchHit& hit : m_hits)
        nodes.push_back(hit.node);
    emit hitsChanged(nodes);
    m_previous->setEnabled(!m_hits.empty());
    m_next->setEnabled(!m_hits.empty());
    if (!m_hits.empty())
        step(1);
    showCount();
}

void SearchBox::step(int direction)
{
    if (m_hits.empty() || !m_document)
        return;
    const int count = int(m_hits.size());
    m_current = m_current < 0 ? (direction > 0 ? 0 : count - 1) : (m_current + direction + count) % count;
    showCount();
    m_document->reveal(m_hits[std::size_t(m_current)].node);
}

void SearchBox::showCount()
{
    const QLocale locale;
    if (m_hits.empty()) {
        m_count->setText(m_field->text().trimmed().isEmpty() ? QString() : tr("No hits"));
        m_count->setToolTip({});
        return;
    }
    m_count->setText(tr("%1 / %2", "hit of hits").arg(locale.toString(m_current + 1), locale.toString(qlonglong(m_hits.size()))));
    m_count->setToolTip(QString::fromStdString(m_hits[std::size_t(m_current)].matched));
}

}  // namespace tenscope
