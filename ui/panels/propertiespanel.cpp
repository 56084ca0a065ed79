#include "ui/panels/propertiespanel.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QInputDialog>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QTextBrowser>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/panels/emptystate.h"
#include "ui/panels/attributedialog.h"
#include "ui/panels/flattree.h"
#include "ui/panels/messagebar.h"
#include "ui/panels/propertybuilder.h"
#include "ui/panels/propertydelegate.h"
#include "ui/panels/propertymodel.h"

namespace tenscope {

PropertiesPanel::PropertiesPanel(TaskRunner* tasks, const Theme& theme, QWidget* parent)
    : Panel(tasks, theme, parent),
      m_swatch(new QWidget),
      m_title(new QLabel),
      m_subtitle(new QToolButton),
      m_documentationButton(new QToolButton),
      m_wholeButton(new QToolButton),
      m_copyButton(new QToolButton),
      m_documentation(new QTextBrowser),
      m_tree(new FlatTree),
      m_refusal(new MessageBar),
      m_empty(new EmptyState),
      m_content(new QWidget),
      m_model(new PropertyModel(this)),
      m_delegate(new PropertyDelegate(this))
{
    setObjectName("propertiesPanel");
    m_swatch->setFixedSize(10, 10);
    m_title->setObjectName("propertiesTitle");
    m_title->setTextFormat(Qt::PlainText);  // names from files are not markup
    m_title->setProperty("title", true);
    m_title->setWordWrap(true);
    m_title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_subtitle->setObjectName("propertiesModule");
    m_subtitle->setProperty("link", true);
    m_subtitle->setToolTip(tr("Select this module"));
    m_documentationButton->setObjectName("documentationButton");
    m_documentationButton->setText(tr("Documentation"));
    m_documentationButton->setToolTip(tr("What the operator does"));
    m_documentationButton->setCheckable(true);
    m_wholeButton->setObjectName("wholeButton");
    m_wholeButton->setText(tr("As in the file"));
    m_wholeButton->setToolTip(tr("Show constants, lists and tuples as the nodes that the file holds"));
    m_wholeButton->setCheckable(true);
    for (QToolButton* button : {m_documentationButton, m_wholeButton, m_copyButton})
        button->setProperty("quiet", true);
    m_copyButton->setObjectName("copyPropertiesButton");
    m_copyButton->setText(tr("Copy"));
    m_copyButton->setToolTip(tr("Copy everything as text"));
    m_documentation->setObjectName("documentation");
    m_documentation->setAccessibleName(tr("Documentation of the operator"));
    m_documentation->setOpenExternalLinks(true);
    m_documentation->setFrameShape(QFrame::NoFrame);
    m_documentation->hide();

    m_tree->setObjectName("propertiesTree");
    m_tree->setAccessibleName(tr("Properties"));
    m_tree->setModel(m_model);
    m_tree->setItemDelegate(m_delegate);
    m_tree->setIndentation(12);
    m_tree->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    m_tree->setEditTriggers(QAbstractItemView::EditKeyPressed | QAbstractItemView::DoubleClicked | QAbstractItemView::SelectedClicked);
    connect(m_model, &PropertyModel::edited, this, &PropertiesPanel::applyTyped);
    // The view lets go of the editor after this signal.
    connect(m_delegate, &QAbstractItemDelegate::closeEditor, this, &PropertiesPanel::catchUp, Qt::QueuedConnection);
    m_tree->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_tree->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_tree->header()->setStretchLastSection(true);
    m_tree->header()->setMinimumSectionSize(40);
    m_tree->installEventFilter(this);
    m_tree->viewport()->installEventFilter(this);

    auto* titleRow = new QHBoxLayout;
    titleRow->setSpacing(8);
    auto* swatchColumn = new QVBoxLayout;  // beside the title's first line
    swatchColumn->setContentsMargins(0, std::max(0, (m_title->fontMetrics().height() - m_swatch->height()) / 2 + 1), 0, 0);
    swatchColumn->addWidget(m_swatch);
    swatchColumn->addStretch(1);
    titleRow->addLayout(swatchColumn);
    titleRow->addWidget(m_title, 1);
    titleRow->addWidget(m_copyButton, 0, Qt::AlignTop);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(m_documentationButton);
    buttons->addWidget(m_wholeButton);
    buttons->addStretch(1);
    // Text buttons bring air of their own; without it they stand under the title.
    buttons->setContentsMargins(-6, 0, 0, 0);
    auto* subtitleRow = new QHBoxLayout;
    subtitleRow->setContentsMargins(-6, 0, 0, 0);
    subtitleRow->addWidget(m_subtitle, 0, Qt::AlignLeft);
    auto* header = new QVBoxLayout;
    header->setContentsMargins(12, 8, 8, 4);
    header->setSpacing(0);
    header->addLayout(titleRow);
    header->addLayout(subtitleRow);
    header->addLayout(buttons);
    auto* content = new QVBoxLayout(m_content);
    content->setContentsMargins(0, 0, 0, 0);
    content->setSpacing(0);
    content->addLayout(header);
    content->addWidget(m_documentation);
    m_refusal->setObjectName("propertiesRefusal");
    m_refusal->hide();
    connect(m_refusal, &MessageBar::buttonClicked, m_refusal, &QWidget::hide);
    content->addWidget(m_refusal);
    content->addWidget(m_tree, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_empty);
    layout->addWidget(m_content, 1);
    m_empty->setText(tr("Select a node to see its attributes, inputs, outputs and tensors here."));
    setFocusProxy(m_tree);

    connect(m_documentationButton, &QToolButton::toggled, this, &PropertiesPanel::showDocumentation);
    connect(m_wholeButton, &QToolButton::toggled, this, &PropertiesPanel::rebuild);
    connect(m_copyButton, &QToolButton::clicked, this,
            [this] { QApplication::clipboard()->setText(m_title->text() + '\n' + m_model->toText()); });
    connect(m_subtitle, &QToolButton::clicked, this, [this] {
        Selection selection;
        selection.scope = m_sheet.subtitleScope;
        if (document() && selection.scope)
            document()->select(std::move(selection));
    });
    connect(m_tree, &QTreeView::clicked, this, [this](const QModelIndex& index) {
        if (index.column() == PropertyModel::ValueColumn)
            follow(index);
    });
    connect(m_tree, &QTreeView::activated, this, &PropertiesPanel::follow);
    connect(m_tree, &QTreeView::customContextMenuRequested, this, &PropertiesPanel::showContextMenu);
    applyTheme();
    documentReplaced();
}

void PropertiesPanel::documentReplaced()
{
    m_empty->setVisible(!document());
    m_content->setVisible(document());
    rebuild();
}

void PropertiesPanel::documentChanged(const Change& change)
{
    // What arrives by itself, a moment after an edit, must not take away the line that somebody is typing into.
    const bool isUnasked = std::holds_alternative<TypesChanged>(change) || std::holds_alternative<RunChanged>(change);
    if (isUnasked && isTyping())
        m_isStale = true;
    else if (isUnasked || std::holds_alternative<SelectionChanged>(change) || std::holds_alternative<ModelChanged>(change))
        rebuild();
}

bool PropertiesPanel::isTyping() const
{
    return m_tree->isPersistentEditorOpen(m_tree->currentIndex());
}

void PropertiesPanel::catchUp()
{
    if (m_isStale && !isTyping())
        rebuild();
}

void PropertiesPanel::applyTheme()
{
    Panel::applyTheme();
    m_delegate->setTheme(theme());
    m_documentation->setStyleSheet(QStringLiteral("background: %1; padding: 4px 8px;").arg(theme().canvas.name()));
    m_tree->setTheme(theme());
    colourSwatch();
}

void PropertiesPanel::colourSwatch()
{
    if (m_sheet.family)
        m_swatch->setStyleSheet(QStringLiteral("background: %1; border-radius: 2px;").arg(theme().family(*m_sheet.family).name()));
}

void PropertiesPanel::rebuild()
{
    m_isStale = false;
    if (!document()) {
        m_model->setSections({});
        return;
    }
    const auto run = document()->lastRun();
    m_sheet = propertiesOf(*document()->model(), document()->selection(), document()->path(), run.get(), m_wholeButton->isChecked());
    m_title->setText(m_sheet.title);
    m_subtitle->setText(m_sheet.subtitle);
    m_subtitle->setVisible(!m_sheet.subtitle.isEmpty());
    m_subtitle->setEnabled(m_sheet.subtitleScope.isValid());
    m_swatch->setVisible(m_sheet.family.has_value());
    m_documentationButton->setVisible(!m_sheet.documentation.isEmpty());
    m_wholeButton->setVisible(m_sheet.family.has_value());
    m_model->setSections(std::move(m_sheet.sections));
    m_sheet.sections.clear();
    const auto open = [this](const auto& self, const QModelIndex& parent) -> void {
        for (int row = 0; row < m_model->rowCount(parent); ++row) {
            const QModelIndex index = m_model->index(row, 0, parent);
            const auto style = Property::Style(index.data(PropertyModel::StyleRole).toInt());
            m_tree->setFirstColumnSpanned(row, parent, style == Property::Style::Section || style == Property::Style::Note);
            if (m_model->hasChildren(index)) {
                m_tree->setExpanded(index, index.data(PropertyModel::ExpandedRole).toBool());
                self(self, index);
            }
        }
    };
    m_tree->setUpdatesEnabled(false);
    open(open, {});
    m_tree->setUpdatesEnabled(true);
    fitColumns();
    showDocumentation();
    colourSwatch();
}

void PropertiesPanel::fitColumns()
{
    // Names take what they need, up to two fifths; values have the rest.
    const int available = m_tree->viewport()->width();
    int widest = 60;
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const QModelIndex section = m_model->index(row, 0);
        for (int i = 0; i < std::min(m_model->rowCount(section), 200); ++i)
            widest = std::max(widest, fontMetrics().horizontalAdvance(m_model->index(i, 0, section).data().toString()));
    }
    m_tree->header()->resizeSection(PropertyModel::KeyColumn, std::min(widest + 2 * m_tree->indentation() + 16, available * 2 / 5));
    m_delegate->setNoteWidth(available - 2 * m_tree->indentation() - 16);
    m_tree->doItemsLayout();
}

void PropertiesPanel::resizeEvent(QResizeEvent* event)
{
    Panel::resizeEvent(event);
    fitColumns();
}

void PropertiesPanel::showDocumentation()
{
    const bool isShown = m_documentationButton->isChecked() && !m_sheet.documentation.isEmpty();
    if (isShown) {
        m_documentation->document()->setMarkdown(m_sheet.documentation,
                                                 QTextDocument::MarkdownFeatures(QTextDocument::MarkdownDialectGitHub) | QTextDocument::MarkdownNoHTML);
        m_documentation->document()->setTextWidth(std::max(100, width() - 32));
        m_documentation->setFixedHeight(std::min(int(m_documentation->document()->size().height()) + 12, 240));
    }
    m_documentation->setVisible(isShown);
}

void PropertiesPanel::follow(const QModelIndex& index)
{
    const Property* property = m_model->property(index);
    if (!property || !document())
        return;
    // A copy: following it replaces the lines, this one among them.
    const PropertyTarget target = property->target;
    if (const auto* node = std::get_if<NodeId>(&target))
        document()->reveal(*node);
    else if (const auto* value = std::get_if<ValueId>(&target))
        document()->reveal(*value);
    else if (const auto* graph = std::get_if<GraphId>(&target))
        document()->enterGraph(*graph);
    else if (const auto* tensor = std::get_if<TensorId>(&target))
        emit tensorActivated(*tensor);
}

bool PropertiesPanel::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_tree && event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->matches(QKeySequence::Copy)) {
        copySelected();
        return true;
    }
    if (watched == m_tree && event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->matches(QKeySequence::Delete)) {
        remove(m_tree->currentIndex());
        return true;
    }
    if (watched == m_tree->viewport() && event->type() == QEvent::MouseMove) {
        const QModelIndex index = m_tree->indexAt(static_cast<QMouseEvent*>(event)->pos());
        const bool isLink = index.column() == PropertyModel::ValueColumn && index.data(PropertyModel::LinkRole).toBool();
        m_tree->viewport()->setCursor(isLink ? Qt::PointingHandCursor : Qt::ArrowCursor);
    }
    return Panel::eventFilter(watched, event);
}

void PropertiesPanel::applyTyped(const PropertyField& field, const QString& typed)
{
    if (document())
        apply(fieldEdit(*document()->model(), field, typed), fieldTitle(*document()->model(), field));
}

void PropertiesPanel::apply(Result<Edit> edit, const QString& title)
{
    if (edit) {
        const auto* macro = std::get_if<Macro>(&*edit);
        if (macro && macro->edits.empty())
            return;
        const auto done = document()->edit(std::move(*edit), title);
        if (done)
            return m_refusal->hide();
        edit = fail(done.error());
    }
    m_refusal->showMessage(QString::fromStdString(edit.error().message), tr("Dismiss"), true);
    m_refusal->show();
}

void PropertiesPanel::remove(const QModelIndex& index)
{
    const Property* property = m_model->property(index);
    if (property && document() && isRemovable(property->field))
        apply(fieldRemoval(*document()->model(), property->field), tr("Remove %1").arg(property->key));
}

void PropertiesPanel::addAttribute()
{
    const std::vector<NodeId> nodes = document()->selection().nodes;
    auto* dialog = new AttributeDialog(this);
    connect(dialog, &QDialog::accepted, this, [this, dialog, nodes] {
        if (!document())
            return;
        const AttributeField field{nodes, dialog->name().toStdString(), dialog->kind(), true};
        apply(fieldEdit(*document()->model(), field, dialog->value()), fieldTitle(*document()->model(), field));
    });
    dialog->open();
}

void PropertiesPanel::addMetadata()
{
    auto* dialog = new QInputDialog(this);
    dialog->setObjectName("metadataDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Add Metadata"));
    dialog->setLabelText(tr("Name of the entry:"));
    const NodeId node = document()->selection().current();
    connect(dialog, &QInputDialog::textValueSelected, this, [this, node](const QString& key) {
        if (document() && !key.isEmpty())
            applyTyped(MetadataField{node ? Place(node) : Place(), key.toStdString()}, QString());
    });
    dialog->open();
}

void PropertiesPanel::copySelected()
{
    QModelIndexList rows = m_tree->selectionModel()->selectedRows();
    if (!rows.isEmpty())
        QApplication::clipboard()->setText(m_model->toText(rows));
}

void PropertiesPanel::showContextMenu(const QPoint& position)
{
    const QModelIndex index = m_tree->indexAt(position);
    QMenu menu(this);
    if (index.isValid()) {
        const QModelIndex value = index.siblingAtColumn(PropertyModel::ValueColumn);
        const Property* property = m_model->property(index);
        if (property->isEditable()) {
            menu.addAction(tr("Edit"), this, [&] { m_tree->edit(value); });
            if (isRemovable(property->field) && property->style != Property::Style::Default)
                menu.addAction(tr("Remove"), this, [&] { remove(index); });
            menu.addSeparator();
        }
        menu.addAction(tr("Copy value"), this,
                       [&] { QApplication::clipboard()->setText(index.data(PropertyModel::FullRole).toString()); });
        menu.addAction(tr("Copy lines"), this, &PropertiesPanel::copySelected);
    }
    menu.addAction(tr("Copy all"), m_copyButton, &QToolButton::click);
    const Selection& selection = document()->selection();
    const bool isModel = selection.isEmpty();
    if (!selection.nodes.empty() || isModel)
        menu.addSeparator();
    if (!selection.nodes.empty())
        menu.addAction(tr("Add Attribute…"), this, &PropertiesPanel::addAttribute);
    if (isModel || selection.nodes.size() == 1)
        menu.addAction(tr("Add Metadata…"), this, &PropertiesPanel::addMetadata);
    menu.exec(m_tree->viewport()->mapToGlobal(position));
}

}  // namespace tenscope
