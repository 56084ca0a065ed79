#include "ui/mainwindow/editactions.h"

#include <QApplication>
#include <QClipboard>
#include <QInputDialog>
#include <QMenu>

#include "ui/document/document.h"
#include "ui/document/nodemimedata.h"
#include "ui/document/selectionedits.h"
#include "ui/document/wiringedits.h"
#include "ui/errorpresenter/errorpresenter.h"
#include "ui/graphview/graphview.h"
#include "ui/graphview/nodedescription.h"
#include "ui/mainwindow/actions.h"
#include "ui/mainwindow/documentpage.h"

namespace tenscope {

namespace {

const NodeMimeData* copiedNodes()
{
    return qobject_cast<const NodeMimeData*>(QApplication::clipboard()->mimeData());
}

void tell(DocumentPage* page, const Result<Touched>& done)
{
    if (done)
        page->errors()->dismiss();
    else
        page->errors()->present(done.error());
}

}  // namespace

EditActions::EditActions(Actions* actions, std::function<DocumentPage*()> page, QObject* parent)
    : QObject(parent), m_actions(actions), m_page(std::move(page))
{
    const auto on = [this](ActionId id, auto what) {
        connect((*m_actions)[id], &QAction::triggered, this, [this, what] {
            if (DocumentPage* front = m_page(); front && front->document())
                what(front);
        });
    };
    const auto onDocument = [&on](ActionId id, auto edit) {
        on(id, [edit](DocumentPage* front) { tell(front, edit(*front->document())); });
    };
    on(ActionId::Copy, [this](DocumentPage*) { copy(); });
    on(ActionId::Cut, [this](DocumentPage* front) {
        copy();
        tell(front, removeSelection(*front->document(), Removal::Plain));
    });
    on(ActionId::Paste, [this](DocumentPage*) { this->paste(); });
    on(ActionId::Rename, [this](DocumentPage*) { rename(); });
    on(ActionId::SelectAll, [](DocumentPage* front) { front->view()->selectAll(); });
    onDocument(ActionId::Delete, [](Document& document) { return removeSelection(document, Removal::Plain); });
    onDocument(ActionId::DeleteBypass, [](Document& document) { return removeSelection(document, Removal::Bypass); });
    onDocument(ActionId::Duplicate, duplicateSelection);
    onDocument(ActionId::MakeOutput, makeOutputs);
    onDocument(ActionId::KeepSelection, keepSelectionOnly);
    connect(QApplication::clipboard(), &QClipboard::dataChanged, this, &EditActions::update);
}

void EditActions::update()
{
    const DocumentPage* page = m_page();
    const Document* document = page ? page->document() : nullptr;
    const bool hasNode = document && document->selection().current();
    const bool hasValue = document && document->selection().value;
    const auto enable = [this](bool enabled, std::initializer_list<ActionId> ids) {
        for (const ActionId id : ids)
            (*m_actions)[id]->setEnabled(enabled);
    };
    enable(hasNode, {ActionId::Cut, ActionId::DeleteBypass, ActionId::Duplicate});
    enable(hasNode || hasValue, {ActionId::Copy, ActionId::Delete, ActionId::Rename, ActionId::MakeOutput});
    enable(hasNode && document->graphPath().size() == 1, {ActionId::KeepSelection, ActionId::Extract});
    enable(document && document->currentGraph(), {ActionId::SelectAll});
    enable(document && document->currentGraph() && document->model()->format == Format::Onnx, {ActionId::AddOperator, ActionId::Merge});
    enable(document && document->currentGraph() && copiedNodes(), {ActionId::Paste});
}

void EditActions::addTo(QMenu* menu)
{
    menu->addSeparator();
    for (const ActionId id : {ActionId::Cut, ActionId::Copy, ActionId::Paste, ActionId::Duplicate, ActionId::Rename, ActionId::MakeOutput,
                              ActionId::KeepSelection, ActionId::Extract, ActionId::DeleteBypass, ActionId::Delete})
        if ((*m_actions)[id]->isEnabled())
            menu->addAction((*m_actions)[id]);
}

void EditActions::addOperator(const OperatorName& op)
{
    if (DocumentPage* page = m_page(); page && page->document())
        tell(page, addAtSelection(*page->document(), op));
}

void EditActions::copy()
{
    const DocumentPage* page = m_page();
    const Document& document = *page->document();
    if (document.selection().nodes.empty())
        return page->view()->copyAsText();
    auto* copied = new NodeMimeData(document);
    QStringList texts;
    for (const NodeId node : copied->nodes())
        texts << nodeAsText(*document.model(), node);
    copied->setText(texts.join(QStringLiteral("\n\n")));
    QApplication::clipboard()->setMimeData(copied);
}

void EditActions::paste()
{
    DocumentPage* page = m_page();
    if (const NodeMimeData* copied = copiedNodes())
        tell(page, tenscope::paste(*page->document(), *copied));
}

void EditActions::rename()
{
    DocumentPage* page = m_page();
    const Model& model = *page->document()->model();
    const Selection& selection = page->document()->selection();
    const NodeId node = selection.current();
    const std::string& name = node ? model.node(node).name : model.value(selection.value).name;
    auto* dialog = new QInputDialog(page->window());
    dialog->setObjectName("renameDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(node ? tr("Rename Node") : tr("Rename Value"));
    dialog->setLabelText(tr("Name:"));
    dialog->setTextValue(QString::fromStdString(name));
    // The page's own document may be another by then, after Revert to Saved.
    connect(dialog, &QInputDialog::textValueSelected, page->document(),
            [page, document = page->document(), node, value = selection.value](const QString& text) {
                const Edit edit = node ? Edit(RenameNode{node, text.toStdString()}) : Edit(RenameValue{value, text.toStdString()});
                tell(page, document->edit(edit, tr("Rename")));
            });
    dialog->open();
}

}  // namespace tenscope
