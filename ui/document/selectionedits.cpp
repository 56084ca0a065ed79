#include "ui/document/selectionedits.h"

#include <QCoreApplication>
#include <algorithm>

#include "core/edit/apply.h"
#include "core/edit/fragment.h"
#include "core/edit/recipes.h"
#include "ui/document/document.h"
#include "ui/document/nodemimedata.h"

namespace tenscope {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(SelectionEdits)
};

QString counted(std::size_t count, const QString& one, const QString& many)
{
    return count == 1 ? one : many.arg(count);
}

auto refuse(const QString& sentence)
{
    return fail(Error::usage(sentence.toStdString()));
}

// Where a value stands among a graph's ports; nothing where it does not.
std::optional<std::size_t> positionOf(const std::vector<ValueId>& ports, ValueId value)
{
    const auto found = std::find(ports.begin(), ports.end(), value);
    return found == ports.end() ? std::nullopt : std::optional(std::size_t(found - ports.begin()));
}

Result<Touched> removePort(Document& document, ValueId value)
{
    const GraphId graph = document.currentGraph();
    if (const auto output = positionOf(document.model()->graph(graph).outputs, value))
        return document.edit(RemoveGraphOutput{graph, *output}, Text::tr("Remove Output"));
    if (const auto input = positionOf(document.model()->graph(graph).inputs, value))
        return document.edit(RemoveGraphInput{graph, *input}, Text::tr("Remove Input"));
    return refuse(Text::tr("Only nodes, inputs and outputs can be deleted."));
}

// Carries out an edit that adds nodes to a graph, and selects those.
Result<Touched> addAndSelect(Document& document, GraphId into, Edit edit, const QString& text)
{
    const std::size_t first = document.model()->nodeCount();
    Result<Touched> touched = document.edit(std::move(edit), text);
    if (!touched)
        return touched;
    const Model& model = *document.model();
    Selection selection;
    for (NodeId node(first); node.index() < model.nodeCount(); node = NodeId(node.index() + 1))
        if (model.node(node).isAlive() && model.node(node).graph == into)
            selection.nodes.push_back(node);
    document.select(std::move(selection));
    return touched;
}

// What `node` and its bodies read that still is in `target` and can be seen from `into`.
void connectToOwn(const Model& from, NodeId node, const Model& target, GraphId into, std::map<ValueId, ValueId>& connections)
{
    for (const Input& input : from.node(node).inputs()) {
        const ValueId value = input.value;
        if (value && value.index() < target.valueCount() && target.value(value).isAlive() &&
            isVisible(target, into, target.value(value).graph))
            connections[value] = value;
    }
    for (const GraphId body : from.bodies(node))
        for (const NodeId inner : from.nodes(body))
            connectToOwn(from, inner, target, into, connections);
}

}  // namespace

Result<Touched> removeSelection(Document& document, Removal removal)
{
    const std::vector<NodeId>& nodes = document.selection().nodes;
    if (nodes.empty())
        return removePort(document, document.selection().value);
    Macro macro;
    if (removal == Removal::Bypass) {
        Result<Edit> bypassed = bypassNodes(*document.model(), nodes);
        if (!bypassed)
            return fail(bypassed.error());
        macro = std::get<Macro>(std::move(*bypassed));
    } else {
        for (const NodeId node : nodes)
            macro.edits.push_back(RemoveNode{node});
    }
    return document.edit(std::move(macro), counted(nodes.size(), Text::tr("Delete Node"), Text::tr("Delete %L1 Nodes")));
}

Result<Touched> duplicateSelection(Document& document)
{
    const std::vector<NodeId>& nodes = document.selection().nodes;
    if (nodes.empty())
        return refuse(Text::tr("Select the nodes to duplicate first."));
    const GraphId into = document.model()->node(nodes.front()).graph;
    InsertOptions options;
    options.isSameModel = true;
    Result<Edit> inserted = insertNodes(*document.model(), into, *document.model(), nodes, options);
    if (!inserted)
        return fail(inserted.error());
    return addAndSelect(document, into, std::move(*inserted), counted(nodes.size(), Text::tr("Duplicate Node"), Text::tr("Duplicate %L1 Nodes")));
}

Result<Touched> paste(Document& document, const NodeMimeData& copied)
{
    const GraphId into = document.currentGraph();
    if (!into)
        return refuse(Text::tr("This file holds no graph to paste into."));
    const Model& from = *copied.model();
    InsertOptions options;
    if (copied.isFrom(document)) {
        for (const NodeId node : copied.nodes())
            connectToOwn(from, node, *document.model(), into, options.connections);
        // What the copied nodes compute among themselves comes from the copies.
        for (const NodeId node : copied.nodes())
            for (const ValueId output : from.node(node).outputs())
                options.connections.erase(output);
    }
    Result<Edit> inserted = insertNodes(*document.model(), into, from, copied.nodes(), options);
    if (!inserted)
        return fail(inserted.error());
    return addAndSelect(document, into, std::move(*inserted), counted(copied.nodes().size(), Text::tr("Paste Node"), Text::tr("Paste %L1 Nodes")));
}

Result<Touched> makeOutputs(Document& document)
{
    const Model& model = *document.model();
    const Selection& selection = document.selection();
    const GraphId graph = document.currentGraph();
    std::vector<ValueId> values;
    if (selection.current())
        values = model.node(selection.current()).outputs();
    else if (selection.value)
        values = {selection.value};
    Macro macro;
    for (const ValueId value : values)
        if (!positionOf(model.graph(graph).outputs, value))
            macro.edits.push_back(AddGraphOutput{graph, value, {}});
    if (macro.edits.empty())
        return refuse(values.empty() ? Text::tr("Select a node or a connection first.") : Text::tr("This is an output already."));
    return document.edit(std::move(macro), Text::tr("Make Output"));
}

Result<Touched> keepSelectionOnly(Document& document)
{
    Result<Edit> extracted = extract(*document.model(), document.selection().nodes);
    if (!extracted)
        return fail(extracted.error());
    return document.edit(std::move(*extracted), Text::tr("Keep Selection Only"));
}

}  // namespace tenscope
