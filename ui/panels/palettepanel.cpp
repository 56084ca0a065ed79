#include "ui/panels/palettepanel.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QSplitter>
#include <QStackedWidget>
#include <QTextBrowser>
#include <QVBoxLayout>

#include "ui/panels/emptystate.h"
#include "ui/panels/outlinedelegate.h"
#include "ui/panels/palettemodel.h"
#include "ui/panels/palettetree.h"

namespace tenscope {

namespace {

// What decides which operators there are; the same text, the same operators.
QString offer(const Model& model)
{
    QString text = QString::number(int(model.format));
    for (const auto& [domain, version] : model.opsets)
        text += QStringLiteral("\n%1 %2").arg(QString::fromStdString(domain)).arg(version);
    for (const Function& function : model.functions)
        text += QStringLiteral("\n%1::%2").arg(QString::fromStdString(function.domain), QString::fromStdString(function.name));
    return text;
}

}  // namespace

PalettePanel::PalettePanel(TaskRunner* tasks, const Theme& theme, QWidget* parent)
    : Panel(tasks, theme, parent), m_filter(new QLineEdit), m_pages(new QStackedWidget), m_splitter(new QSplitter(Qt::Vertical)),
      m_tree(new PaletteTree), m_documentation(new QTextBrowser), m_empty(new EmptyState), m_model(new PaletteModel(this)),
      m_delegate(new OutlineDelegate(this))
{
    setObjectName("palettePanel");
    m_filter->setObjectName("paletteFilter");
    m_filter->setPlaceholderText(tr("Find an operator"));
    m_filter->setAccessibleName(tr("Find an operator"));
    m_filter->setToolTip(tr("Part of a name or of a family; Enter adds the operator at the selection"));
    m_filter->setClearButtonEnabled(true);
    m_filter->installEventFilter(this);

    m_tree->setObjectName("paletteTree");
    m_tree->setAccessibleName(tr("Operators by family"));
    m_tree->setModel(m_model);
    m_tree->setItemDelegate(m_delegate);
    m_tree->setUniformRowHeights(true);
    m_tree->setIndentation(14);
    m_tree->setHeaderHidden(true);
    m_tree->setDragEnabled(true);
    m_tree->setDragDropMode(QAbstractItemView::DragOnly);
    m_tree->setExpandsOnDoubleClick(true);
    m_tree->installEventFilter(this);

    m_documentation->setObjectName("paletteDocumentation");
    m_documentation->setAccessibleName(tr("Documentation of the operator"));
    m_documentation->setOpenExternalLinks(true);
    m_documentation->setFrameShape(QFrame::NoFrame);
    m_documentation->setPlaceholderText(tr("What an operator does, takes and gives appears here when one is chosen."));

    m_splitter->addWidget(m_tree);
    m_splitter->addWidget(m_documentation);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 2);
    m_splitter->setChildrenCollapsible(true);
    m_splitter->setHandleWidth(1);
    m_pages->addWidget(m_empty);
    m_pages->addWidget(m_splitter);

    auto* top = new QVBoxLayout;
    top->setContentsMargins(8, 8, 8, 4);
    top->addWidget(m_filter);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(m_pages, 1);
    setFocusProxy(m_filter);

    connect(m_filter, &QLineEdit::textChanged, this, &PalettePanel::narrow);
    connect(m_tree, &QTreeView::doubleClicked, this, &PalettePanel::activate);
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this, &PalettePanel::showDocumentation);
    applyTheme();
    documentReplaced();
}

void PalettePanel::focusFilter()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

void PalettePanel::documentReplaced()
{
    m_offered.clear();
    fill();
}

void PalettePanel::documentChanged(const Change& change)
{
    if (std::holds_alternative<ModelChanged>(change))
        fill();
}

void PalettePanel::applyTheme()
{
    Panel::applyTheme();
    m_delegate->setTheme(theme());
    m_tree->setTheme(theme());
    m_documentation->setStyleSheet(QStringLiteral("background: %1; padding: 4px 8px;").arg(theme().canvas.name()));
}

void PalettePanel::fill()
{
    const bool isOnnx = document() && document()->model()->format == Format::Onnx && document()->model()->mainGraph;
    const QString offered = isOnnx ? offer(*document()->model()) : QString();
    if (isOnnx && offered == m_offered)
        return;
    m_offered = offered;
    m_model->setEntries(isOnnx ? paletteEntries(*document()->model()) : std::vector<PaletteEntry>());
    m_filter->setEnabled(isOnnx);
    if (!document())
        m_empty->setText(tr("The operators that can be added to a model appear here when one is open."));
    else if (!document()->model()->mainGraph)
        m_empty->setText(tr("This file holds tensors but no graph to add operators to."));
    else
        m_empty->setText(tr("Operators can be added to ONNX models only: a TorchScript model cannot be saved with new ones yet."));
    narrow();
    showDocumentation();
}

void PalettePanel::narrow()
{
    const QString filter = m_filter->text().simplified();
    m_model->setFilter(filter);
    const bool hasLines = m_model->rowCount() > 0;
    if (!hasLines && m_filter->isEnabled())
        m_empty->setText(tr("No operator of this opset is called “%1”.").arg(filter));
    m_pages->setCurrentWidget(hasLines ? static_cast<QWidget*>(m_splitter) : m_empty);
    if (filter.isEmpty())
        return;
    m_tree->expandAll();
    m_tree->setCurrentIndex(m_model->best());
}

void PalettePanel::showDocumentation()
{
    const PaletteEntry* entry = m_model->entry(m_tree->currentIndex());
    if (!entry || !document())
        return m_documentation->clear();
    // "Tensor<T>" is no HTML.
    m_documentation->document()->setMarkdown(documentation(*document()->model(), *entry),
                                             QTextDocument::MarkdownFeatures(QTextDocument::MarkdownDialectGitHub) | QTextDocument::MarkdownNoHTML);
}

void PalettePanel::activate(const QModelIndex& index)
{
    // A copy: what it adds may replace the entries.
    if (const PaletteEntry* entry = m_model->entry(index))
        emit operatorActivated(OperatorName(entry->op));
}

bool PalettePanel::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::KeyPress)
        return Panel::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    const bool isEnter = key == Qt::Key_Return || key == Qt::Key_Enter;
    if (isEnter && (watched == m_tree || !m_filter->text().isEmpty())) {
        const QModelIndex current = m_tree->currentIndex();
        if (watched == m_tree && current.isValid() && !m_model->entry(current))
            m_tree->setExpanded(current, !m_tree->isExpanded(current));
        else
            activate(current);
        return true;
    }
    if (watched == m_filter && (key == Qt::Key_Down || key == Qt::Key_Up)) {
        m_tree->setFocus(Qt::TabFocusReason);
        if (!m_tree->currentIndex().isValid())
            m_tree->setCurrentIndex(m_model->index(0, 0));
        return true;
    }
    if (watched == m_filter && key == Qt::Key_Escape && !m_filter->text().isEmpty()) {
        m_filter->clear();
        return true;
    }
    return Panel::eventFilter(watched, event);
}

}  // namespace tenscope
