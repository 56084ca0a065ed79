#include "ui/panels/propertybuilder.h"

#include <QFileInfo>
#include <algorithm>
#include <map>
#include <set>

#include "core/graph/literal.h"
#include "core/graph/text.h"
#include "ui/panels/nodeproperties.h"
#include "ui/panels/nodetensors.h"
#include "ui/panels/paneltext.h"
#include "ui/panels/propertylines.h"

namespace tenscope {

using namespace propertylines;

namespace {

// Element type and shape, each to be typed into; other kinds of types as they are.
void addTypeLines(const Model& model, ValueId id, std::vector<Property>& lines)
{
    const Type& type = model.value(id).type;
    if (!type.isTensor() && type.kind != Type::Kind::Unknown) {
        lines.push_back(line(tr("type"), typeOf(model, id)));
        return;
    }
    const QString element = type.isTensor() && type.element != ElementType::Undefined ? text(name(type.element)) : QString();
    lines.push_back(editable(model, line(tr("element type"), element), ValueElementField{id}));
    lines.push_back(editable(model, line(tr("shape"), type.shape ? text(toString(*type.shape)) : QString()), ValueShapeField{id}));
}

PropertySheet valueSheet(const Model& model, ValueId id)
{
    const Value& value = model.value(id);
    PropertySheet sheet;
    sheet.title = nameOf(model, id);
    const std::vector<ValueId>& inputs = model.graph(value.graph).inputs;
    const bool isInput = std::find(inputs.begin(), inputs.end(), id) != inputs.end();
    sheet.subtitle = value.tensor ? tr("stored tensor") : isInput ? tr("input") : tr("value");
    Property type = line(tr("type"), typeOf(model, id), value.tensor ? PropertyTarget(value.tensor) : PropertyTarget());
    if (value.tensor)
        type.full = storageOf(model, model.tensor(value.tensor));
    std::vector<Property> lines{editable(model, line(tr("name"), nameOf(model, id)), ValueNameField{id})};
    if (value.tensor)
        lines.push_back(std::move(type));
    else
        addTypeLines(model, id, lines);
    if (const NodeId producer = value.producer())
        lines.push_back(line(tr("← from"), nodeTitle(model, producer), producer));
    addSection(sheet, tr("Value"), std::move(lines));
    Property uses;
    addConsumerLines(model, id, uses);
    addSection(sheet, tr("Read by"), std::move(uses.children));
    return sheet;
}

struct Totals {
    std::size_t nodes = 0;
    std::uint64_t parameters = 0, bytes = 0, tensors = 0;
    std::map<QString, std::size_t> operators;
};

// Stored tensors count once each, however many nodes read them.
template <class Nodes>
Totals totalsOf(const Model& model, const Nodes& nodes)
{
    Totals totals;
    std::set<TensorId> seen;
    for (const NodeId id : nodes) {
        if (isPlumbing(model, id))
            continue;
        ++totals.nodes;
        ++totals.operators[text(qualifiedName(model, id))];
        for (const NodeTensor& item : nodeTensors(model, id)) {
            if (!item.value || !model.value(item.value).tensor || !seen.insert(item.tensor).second)
                continue;
            ++totals.tensors;
            totals.parameters += model.tensor(item.tensor).elements().value_or(0);
            totals.bytes += model.tensor(item.tensor).storedBytes();
        }
    }
    return totals;
}

std::vector<Property> operatorLines(const std::map<QString, std::size_t>& operators)
{
    std::vector<std::pair<QString, std::size_t>> sorted(operators.begin(), operators.end());
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    std::vector<Property> lines;
    for (const auto& [name, count] : sorted)
        if (!append(lines, line(name, grouped(count)), sorted.size()))
            break;
    return lines;
}

Property countLine(const QString& key, std::uint64_t count)
{
    Property property = line(key, text(siCount(count)));
    property.full = grouped(count);
    return property;
}

Property bytesLine(const QString& key, std::uint64_t bytes)
{
    Property property = line(key, text(byteCount(bytes)));
    property.full = tr("%1 bytes").arg(grouped(bytes));
    return property;
}

void addTotals(PropertySheet& sheet, const Totals& totals)
{
    std::vector<Property> lines{countLine(tr("nodes"), totals.nodes), countLine(tr("parameters"), totals.parameters)};
    if (totals.tensors) {
        lines.push_back(countLine(tr("tensors"), totals.tensors));
        lines.push_back(bytesLine(tr("size"), totals.bytes));
    }
    addSection(sheet, tr("Counts"), std::move(lines));
    addSection(sheet, tr("Operators"), operatorLines(totals.operators));
}

PropertySheet scopeSheet(const Model& model, ScopeId id)
{
    // One pass over the scopes tells which are inside: parents have lower ids than their children.
    std::vector<bool> inside(model.scopeCount());
    for (std::size_t i = 0; i < model.scopeCount(); ++i) {
        const ScopeId parent = model.scope(ScopeId(i)).parent;
        inside[i] = ScopeId(i) == id || (parent && parent.index() < i && inside[parent.index()]);
    }
    std::vector<NodeId> nodes;
    for (std::size_t i = 0; i < model.nodeCount(); ++i) {
        const Node& node = model.node(NodeId(i));
        if (node.isAlive() && node.scope && inside[node.scope.index()])
            nodes.push_back(NodeId(i));
    }
    const Scope& scope = model.scope(id);
    PropertySheet sheet;
    sheet.title = text(model.path(id));
    if (!scope.className.empty())
        sheet.title += QStringLiteral(" · ") + text(scope.className);
    sheet.subtitle = tr("module");
    addTotals(sheet, totalsOf(model, nodes));
    return sheet;
}

PropertySheet severalSheet(const Model& model, const std::vector<NodeId>& nodes)
{
    PropertySheet sheet;
    sheet.title = tr("%n nodes", int(nodes.size()));
    sheet.subtitle = tr("selected");
    addSection(sheet, tr("Attributes of all"), commonAttributeLines(model, nodes));
    addTotals(sheet, totalsOf(model, nodes));
    std::vector<Property> lines;
    for (const NodeId node : nodes)
        if (!append(lines, line({}, nodeTitle(model, node), node), nodes.size()))
            break;
    addSection(sheet, tr("Nodes"), std::move(lines));
    return sheet;
}

std::vector<Property> valueLines(const Model& model, const std::vector<ValueId>& values)
{
    std::vector<Property> lines;
    for (const ValueId value : values) {
        if (!value || model.value(value).tensor)
            continue;
        Property property = line(nameOf(model, value), typeOf(model, value), value);
        property.children.push_back(editable(model, line(tr("name"), nameOf(model, value)), ValueNameField{value}));
        addTypeLines(model, value, property.children);
        property.isExpanded = false;
        if (!append(lines, std::move(property), values.size()))
            break;
    }
    return lines;
}

PropertySheet modelSheet(const Model& model, const QString& path)
{
    PropertySheet sheet;
    sheet.title = QFileInfo(path).fileName();
    sheet.documentation = text(model.docString);

    const QString format = model.format == Format::Onnx ? QStringLiteral("ONNX")
                           : model.format == Format::TorchScript ? QStringLiteral("TorchScript")
                                                                 : text(name(model.format));
    std::vector<Property> file{line(tr("format"), format)};
    if (!model.producer.empty())
        file.push_back(line(tr("producer"), text(model.producer)));
    if (model.format == Format::Onnx) {
        const auto info = [&](const QString& key, const QString& value, ModelInfoField::Which which) {
            file.push_back(editable(model, line(key, value), ModelInfoField{which}));
        };
        info(tr("IR version"), QString::number(model.irVersion), ModelInfoField::IrVersion);
        info(tr("domain"), text(model.domain), ModelInfoField::Domain);
        info(tr("model version"), QString::number(model.modelVersion), ModelInfoField::ModelVersion);
        file.push_back(editable(model, line(tr("description"), text(model.docString)), DocStringField{}));
        std::vector<Property> opsets;
        for (const auto& [domain, version] : model.opsets)
            opsets.push_back(editable(model, line(domain.empty() ? QStringLiteral("ai.onnx") : text(domain), QString::number(version)),
                                      OpsetField{domain}));
        Property imported = line(tr("opsets"), {});
        imported.children = std::move(opsets);
        file.push_back(std::move(imported));
    }
    std::uint64_t bytes = 0;
    for (const auto& one : model.files)
        bytes += one->size();
    if (bytes)
        file.push_back(bytesLine(model.files.size() > 1 ? tr("size of %n files", int(model.files.size())) : tr("file size"), bytes));
    addSection(sheet, tr("File"), std::move(file));

    if (model.mainGraph) {
        addSection(sheet, tr("Inputs"), valueLines(model, model.graph(model.mainGraph).inputs));
        addSection(sheet, tr("Outputs"), valueLines(model, model.graph(model.mainGraph).outputs));
    }
    std::vector<NodeId> nodes;
    for (std::size_t i = 0; i < model.nodeCount(); ++i)
        if (model.node(NodeId(i)).isAlive())
            nodes.push_back(NodeId(i));
    Totals totals = totalsOf(model, nodes);
    // Weights that no node reads are in the file as well.
    totals.parameters = totals.bytes = totals.tensors = 0;
    std::set<TensorId> seen;
    for (std::size_t i = 0; i < model.valueCount(); ++i) {
        const Value& value = model.value(ValueId(i));
        if (!value.isAlive() || !value.tensor || !seen.insert(value.tensor).second)
            continue;
        ++totals.tensors;
        totals.parameters += model.tensor(value.tensor).elements().value_or(0);
        totals.bytes += model.tensor(value.tensor).storedBytes();
    }
    addTotals(sheet, totals);

    std::vector<Property> functions;
    for (const Function& function : model.functions)
        if (function.graph && !append(functions, line(text(function.domain), text(function.name), function.graph), model.functions.size()))
            break;
    addSection(sheet, tr("Functions"), std::move(functions));
    std::vector<Property> metadata;
    for (const auto& [key, value] : model.metadata) {
        Property property = line(text(key), text(value).left(300));
        property.full = text(value);
        metadata.push_back(editable(model, std::move(property), MetadataField{{}, key}));
    }
    addSection(sheet, tr("Metadata"), std::move(metadata));
    return sheet;
}

}  // namespace

PropertySheet propertiesOf(const Model& model, const Selection& selection, const QString& path, const RunOutcome* run,
                           bool whole)
{
    if (selection.nodes.size() > 1)
        return severalSheet(model, selection.nodes);
    if (const NodeId node = selection.current(); node && model.node(node).isAlive())
        return nodeProperties(model, node, run, whole);
    if (selection.value)
        return valueSheet(model, selection.value);
    if (selection.scope)
        return scopeSheet(model, selection.scope);
    return modelSheet(model, path);
}

}  // namespace tenscope
