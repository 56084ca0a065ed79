#include "ui/panels/outlinepanel.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QScopedValueRollback>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>

#include "core/graph/text.h"
#include "ui/panels/busyline.h"
#include "ui/panels/emptystate.h"
#include "ui/panels/flattree.h"
#include "ui/panels/outlinedelegate.h"
#include "ui/panels/outlinemodel.h"
#include "ui/panels/outlinetree.h"
#include "ui/panels/paneltext.h"
#include "ui/taskrunner/taskrunner.h"

namespace tenscope {

namespace {

constexpr std::size_t openAllUpTo = 2000;  // matches: more would only be a wall of text

}  // namespace

OutlinePanel::OutlinePanel(TaskRunner* tasks, const Theme& theme, QWidget* parent)
    : Panel(tasks, theme, parent),
      m_filter(new QLineEdit),
      m_count(new QLabel),
      m_busy(new BusyLine),
      m_pages(new QStackedWidget),
      m_tree(new FlatTree),
      m_empty(new EmptyState),
      m_model(new OutlineModel(this)),
      m_delegate(new OutlineDelegate(this)),
      m_typing(new QTimer(this))
{
    setObjectName("outlinePanel");
    m_filter->setObjectName("outlineFilter");
    m_filter->setPlaceholderText(tr("Filter"));
    m_filter->setAccessibleName(tr("Filter the outline"));
    m_filter->setToolTip(tr("Names, module paths and operators that hold all of these words"));
    m_filter->setClearButtonEnabled(true);
    m_filter->installEventFilter(this);
    m_count->setObjectName("outlineCount");
    m_count->setProperty("dim", true);
    m_count->hide();

    m_tree->setObjectName("outlineTree");
    m_tree->setAccessibleName(tr("Outline of the model"));
    m_tree->setModel(m_model);
    m_tree->setItemDelegate(m_delegate);
    m_tree->setUniformRowHeights(true);
    m_tree->setIndentation(14);
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setSectionResizeMode(OutlineModel::NameColumn, QHeaderView::Stretch);
    m_tree->header()->setSectionResizeMode(OutlineModel::ParametersColumn, QHeaderView::Fixed);
    m_tree->header()->resizeSection(OutlineModel::ParametersColumn, fontMetrics().horizontalAdvance("88.8 M") + 16);
    m_tree->installEventFilter(this);

    m_pages->addWidget(m_empty);
    m_pages->addWidget(m_tree);
    m_typing->setSingleShot(true);
    m_typing->setInterval(60);

    auto* top = new QVBoxLayout;
    top->setContentsMargins(8, 8, 8, 4);
    top->setSpacing(4);
    top->addWidget(m_filter);
    top->addWidget(m_count);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_busy);
    layout->addLayout(top);
    layout->addWidget(m_pages, 1);
    setFocusProxy(m_tree);

    connect(m_filter, &QLineEdit::textChanged, m_typing, qOverload<>(&QTimer::start));
    connect(m_typing, &QTimer::timeout, this, &OutlinePanel::rebuild);
    connect(m_tree, &QTreeView::customContextMenuRequested, this, &OutlinePanel::showContextMenu);
    connect(m_tree, &QTreeView::activated, this, &OutlinePanel::selectInDocument);
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex& current) { selectInDocument(current); });
    applyTheme();
    documentReplaced();
}

void OutlinePanel::focusFilter()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

void OutlinePanel::documentReplaced()
{
    m_model->setTree(nullptr, nullptr, {});
    m_count->hide();
    m_filter->setEnabled(document() != nullptr);
    if (document()) {
        m_empty->setText(tr("Reading the modules…"));
        rebuild();
    } else {
        tasks()->cancel(taskKey("outline"));
        m_busy->stop();
        m_empty->setText(tr("The modules and nodes of the model appear here when one is open."));
    }
    m_pages->setCurrentWidget(m_empty);
}

void OutlinePanel::documentChanged(const Change& change)
{
    if (std::holds_alternative<ModelChanged>(change))
        rebuild();
    else if (std::holds_alternative<SelectionChanged>(change))
        selectFromDocument();
}

void OutlinePanel::applyTheme()
{
    Panel::applyTheme();
    m_delegate->setTheme(theme());
    m_busy->setColours(theme().accent, theme().line);
    m_tree->setTheme(theme());
}

void OutlinePanel::rebuild()
{
    if (!document())
        return;
    m_typing->stop();
    m_busy->start();
    const QString filter = m_filter->text().simplified();
    const auto model = document()->model();
    tasks()->run<OutlineTree>(
        {}, taskKey("outline"), this,
        [model, filter = filter.toStdString()](Progress& progress) { return OutlineTree::build(*model, filter, progress); },
        [this, model, filter](Result<OutlineTree> tree) {
            if (tree && document() && document()->model() == model)
                showTree(model, std::move(*tree), filter);
        });
}

void OutlinePanel::showTree(std::shared_ptr<const Model> model, OutlineTree tree, const QString& filter)
{
    m_busy->stop();
    const std::size_t matches = tree.matches;
    const bool hasLines = tree.entries.size() > 1;
    {
        const QScopedValueRollback following(m_following, true);
        m_model->setTree(std::move(model), std::make_shared<OutlineTree>(std::move(tree)), document()->title());
        if (!filter.isEmpty() && matches <= openAllUpTo)
            m_tree->expandAll();
        else
            m_tree->expand(m_model->index(0, 0));
    }
    m_shownFilter = filter;
    m_count->setText(tr("%n found", nullptr, int(matches)));
    m_count->setVisible(!filter.isEmpty() && hasLines);
    if (!hasLines)
        m_empty->setText(filter.isEmpty() ? tr("This file holds no nodes.") : tr("Nothing here holds “%1”.").arg(filter));
    m_pages->setCurrentWidget(hasLines ? static_cast<QWidget*>(m_tree) : m_empty);
    selectFromDocument();
    // An older filter may still come in before the one that was waited for.
    if (m_goToMatch && filter == m_filter->text().simplified()) {
        m_goToMatch = false;
        goToFirstMatch();
    }
    emit refreshed();
}

void OutlinePanel::goToFirstMatch()
{
    QModelIndex index = m_model->index(0, 0);
    while (index.isValid() && !(m_model->entry(index)->isMatch && index.parent().isValid()))
        index = m_tree->indexBelow(index);
    if (index.isValid())
        m_tree->setCurrentIndex(index);
}

void OutlinePanel::selectFromDocument()
{
    if (m_following || !document() || !m_model->tree())
        return;
    const Selection& selection = document()->selection();
    std::uint32_t entry = OutlineTree::none;
    if (selection.current())
        entry = m_model->tree()->find(*document()->model(), selection.current());
    else if (selection.scope)
        entry = m_model->tree()->find(selection.scope);
    const QModelIndex index = m_model->indexOf(entry);
    const QScopedValueRollback following(m_following, true);
    m_tree->setCurrentIndex(index);
    if (index.isValid())
        m_tree->scrollTo(index);
    else
        m_tree->clearSelection();
}

void OutlinePanel::selectInDocument(const QModelIndex& index)
{
    const OutlineEntry* entry = m_model->entry(index);
    if (m_following || !document() || !entry)
        return;
    const QScopedValueRollback following(m_following, true);
    switch (entry->kind) {
    case OutlineEntry::Kind::Node:
        document()->reveal(entry->node);
        break;
    case OutlineEntry::Kind::Module:
        document()->reveal(entry->scope);
        break;
    case OutlineEntry::Kind::Graph:
        // Into a body by way of its node, so that the way there is the breadcrumb.
        if (const NodeId owner = document()->model()->graph(entry->graph).owner)
            document()->reveal(owner);
        document()->enterGraph(entry->graph);
        break;
    case OutlineEntry::Kind::Function:
        document()->enterGraph(entry->graph);
        break;
    case OutlineEntry::Kind::Model:
        document()->select({});
        break;
    }
}

bool OutlinePanel::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::KeyPress) {
        auto* key = static_cast<QKeyEvent*>(event);
        if (watched == m_filter && (key->key() == Qt::Key_Down || key->key() == Qt::Key_Return)) {
            // From the filter straight to the first thing it found, or will find.
            m_tree->setFocus(Qt::TabFocusReason);
            m_goToMatch = m_shownFilter != m_filter->text().simplified();
            if (!m_goToMatch)
                goToFirstMatch();
            return true;
        }
        if (watched == m_filter && key->key() == Qt::Key_Escape && !m_filter->text().isEmpty()) {
            m_filter->clear();
            return true;
        }
        if (watched == m_tree && key->matches(QKeySequence::Copy)) {
            copy(m_tree->currentIndex().data(Qt::ToolTipRole).toString());
            return true;
        }
    }
    return Panel::eventFilter(watched, event);
}

void OutlinePanel::showContextMenu(const QPoint& position)
{
    const QModelIndex index = m_tree->indexAt(position).siblingAtColumn(OutlineModel::NameColumn);
    const OutlineEntry* entry = m_model->entry(index);
    if (!entry || !document())
        return;
    const Model& model = *document()->model();
    QMenu menu(this);
    menu.setObjectName("outlineMenu");
    menu.addAction(tr("Copy name"), this, [&] { copy(index.data(Qt::DisplayRole).toString()); });
    if (entry->kind == OutlineEntry::Kind::Node)
        menu.addAction(tr("Copy full name"), this, [&] { copy(text(displayName(model, entry->node))); });
    if (entry->scope)
        menu.addAction(tr("Copy module path"), this, [&] { copy(text(model.path(entry->scope))); });
    if (entry->parameters)
        menu.addAction(tr("Copy parameter count"), this, [&] { copy(QString::number(entry->parameters)); });
    menu.addSeparator();
    QAction* open = menu.addAction(tr("Expand all below"), this, [&] { m_tree->expandRecursively(index); });
    QAction* close = menu.addAction(tr("Collapse"), this, [&] { m_tree->collapse(index); });
    open->setEnabled(entry->childCount > 0);
    close->setEnabled(m_tree->isExpanded(index));
    menu.exec(m_tree->viewport()->mapToGlobal(position));
}

void OutlinePanel::copy(const QString& what)
{
    if (!what.isEmpty())
        QApplication::clipboard()->setText(what);
}

}  // namespace tenscope
