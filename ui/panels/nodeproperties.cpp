#include "ui/panels/nodeproperties.h"

#include <QStringList>
#include <algorithm>

#include "core/edit/typedtext.h"
#include "core/formats/onnx/operatorcatalog.h"
#include "core/graph/literal.h"
#include "core/graph/text.h"
#include "ui/panels/nodetensors.h"
#include "ui/panels/paneltext.h"
#include "ui/panels/propertylines.h"

namespace tenscope {

using namespace propertylines;

namespace {

const OperatorInfo* catalogEntry(const Model& model, NodeId node)
{
    if (model.format != Format::Onnx)
        return nullptr;
    const Operator& op = model.op(node);
    const std::string domain = op.domain == "ai.onnx" ? std::string() : op.domain;
    auto opset = model.opsets.find(domain);
    if (opset == model.opsets.end() && domain.empty())
        opset = model.opsets.find("ai.onnx");
    return OperatorCatalog::builtIn().find(domain, op.name, opset == model.opsets.end() ? 0 : opset->second);
}

QString parameterDoc(const std::vector<OperatorParameter>& parameters, std::size_t index)
{
    if (parameters.empty())
        return {};
    const bool repeats = parameters.back().kind == OperatorParameter::Kind::Variadic;
    if (index >= parameters.size() && !repeats)
        return {};
    return text(parameters[std::min(index, parameters.size() - 1)].doc).simplified();
}

void addProducer(const Model& model, ValueId value, Property& property)
{
    const NodeId producer = model.value(value).producer();
    if (!producer) {
        property.target = value;
        return;
    }
    property.target = producer;
    Property from = line(tr("← from"), nodeTitle(model, producer), producer);
    property.children.push_back(std::move(from));
}

// An input as the file has it: plumbing with what goes into it.
Property plumbingLine(const Model& model, const QString& key, ValueId value, int depth)
{
    if (!value)
        return line(key, tr("left out"));
    Property property = line(key, typeOf(model, value));
    const NodeId producer = model.value(value).producer();
    if (!producer) {
        const TensorId tensor = model.value(value).tensor;
        property.value = nameOf(model, value);
        property.target = tensor ? PropertyTarget(tensor) : PropertyTarget(value);
        return property;
    }
    property.target = producer;
    property.value = text(qualifiedName(model, producer)) + QStringLiteral(" %") + nameOf(model, value);
    if (!isPlumbing(model, producer))
        return property;
    for (const Attribute& attribute : model.node(producer).attributes) {
        Property child = line(text(attribute.name), text(toString(model, attribute, shownText)));
        child.full = text(toString(model, attribute, wholeText));
        if (const auto* tensor = std::get_if<TensorId>(&attribute.value))
            child.target = *tensor;
        property.children.push_back(std::move(child));
    }
    const std::vector<Input>& inputs = model.node(producer).inputs();
    for (std::size_t i = 0; i < inputs.size() && depth < deepestPlumbing; ++i)
        if (!append(property.children, plumbingLine(model, QStringLiteral("[%1]").arg(i), inputs[i].value, depth + 1),
                    inputs.size()))
            break;
    property.isExpanded = depth == 0 && property.children.size() <= 8;
    return property;
}

bool canBeTyped(const AttributeValue& value)
{
    return std::holds_alternative<bool>(value) || std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value) ||
           std::holds_alternative<std::string>(value) || std::holds_alternative<ElementType>(value) ||
           std::holds_alternative<std::vector<bool>>(value) || std::holds_alternative<std::vector<std::int64_t>>(value) ||
           std::holds_alternative<std::vector<double>>(value) || std::holds_alternative<std::vector<std::string>>(value);
}

Property attributeLine(const Model& model, NodeId id, const Attribute& attribute, const OperatorInfo* info)
{
    Property property = line(text(attribute.name), text(toString(model, attribute, shownText)));
    property.full = text(toString(model, attribute, wholeText));
    if (const OperatorAttribute* known = info ? info->attribute(attribute.name) : nullptr)
        property.toolTip = text(known->doc).simplified();
    if (const auto* tensor = std::get_if<TensorId>(&attribute.value))
        property.target = *tensor;
    else if (const auto* body = std::get_if<GraphId>(&attribute.value))
        property.target = *body;
    else if (const auto* bodies = std::get_if<std::vector<GraphId>>(&attribute.value))
        for (const GraphId one : *bodies)
            property.children.push_back(line({}, text(model.graph(one).name), one));
    if (canBeTyped(attribute.value))
        property = editable(model, std::move(property), AttributeField{{id}, attribute.name, attribute.value, attribute.isFloat32});
    // A text that does not fit its line is there to be opened.
    if (property.full.size() > 60 && property.children.empty()) {
        property.children.push_back(note(property.full));
        property.isExpanded = false;
    }
    return property;
}

// Attributes, then inputs that are constants; what the operator assumes where the file says nothing comes last.
std::vector<Property> argumentLines(const Model& model, NodeId id, const OperatorInfo* info)
{
    std::vector<Property> lines;
    for (std::size_t i = 0; i < model.node(id).inputs().size(); ++i) {
        const ValueId value = model.node(id).inputs()[i].value;
        const std::optional<std::string> written = value ? literal(model, value, wholeText) : std::nullopt;
        if (!written)
            continue;
        Property property = line(text(inputName(model, id, i)), text(*written));
        if (property.key.isEmpty())
            property.key = tr("input %1").arg(i);
        property.full = property.value;
        property.toolTip = info ? parameterDoc(info->inputs, i) : QString();
        // A constant that others read as well is not this node's to change.
        const NodeId constant = model.value(value).producer();
        const Attribute* held = constant && model.value(value).uses().size() == 1 ? model.node(constant).attribute("value") : nullptr;
        if (held && canBeTyped(held->value))
            property = editable(model, std::move(property), AttributeField{{constant}, held->name, held->value, held->isFloat32});
        if (property.value.size() > 60) {
            property.children.push_back(note(property.full));
            property.isExpanded = false;
        }
        lines.push_back(std::move(property));
    }
    for (const Attribute& attribute : model.node(id).attributes)
        lines.push_back(attributeLine(model, id, attribute, info));
    for (std::size_t i = 0; info && i < info->attributes.size(); ++i) {
        const OperatorAttribute& known = info->attributes[i];
        const AttributeValue kind = attributeOfType(known.type);
        const bool isTyped = canBeTyped(kind);
        if ((!isTyped && (!known.hasDefault || known.fallback.empty())) || model.node(id).attribute(known.name))
            continue;
        Property property = line(text(known.name), text(known.fallback));
        property.style = Property::Style::Default;
        property.toolTip = (known.hasDefault ? tr("Default. ") : tr("Not set. ")) + text(known.doc).simplified();
        if (isTyped)
            property = editable(model, std::move(property), AttributeField{{id}, std::string(known.name), kind, known.type.starts_with("float")});
        lines.push_back(std::move(property));
    }
    return lines;
}

QString documentationOf(const Model& model, NodeId id, const OperatorInfo* info)
{
    if (info) {
        QString result = text(info->doc);
        if (info->isDeprecated)
            result.prepend(tr("**Deprecated.** "));
        return result.trimmed();
    }
    if (const auto doc = model.nodeDocStrings->find(id); doc != model.nodeDocStrings->end())
        return text(doc->second);
    const Operator& op = model.op(id);
    if (model.format == Format::Onnx || op.inputNames.empty())
        return {};
    QStringList names;
    for (const std::string& name : op.inputNames)
        names += text(name);
    QString signature = text(qualifiedName(model, id));
    if (!op.overload.empty())
        signature += '.' + text(op.overload);
    signature += '(' + names.join(QStringLiteral(", ")) + ')';
    QStringList outputs;
    for (const std::string& name : op.outputNames)
        outputs += text(name);
    if (!outputs.isEmpty())
        signature += QStringLiteral(" → ") + outputs.join(QStringLiteral(", "));
    return QStringLiteral("```\n%1\n```").arg(signature);
}

std::vector<Property> inputLines(const Model& model, NodeId id, const OperatorInfo* info, bool whole)
{
    std::vector<Property> lines;
    if (whole) {
        const std::vector<Input>& inputs = model.node(id).inputs();
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            QString key = text(inputName(model, id, i));
            if (!append(lines, plumbingLine(model, key.isEmpty() ? QString::number(i) : key, inputs[i].value, 0), inputs.size()))
                break;
        }
        return lines;
    }
    const std::vector<DataInput> inputs = dataInputs(model, id);
    for (const DataInput& input : inputs) {
        if (storedTensor(model, input.value))
            continue;
        QString key = text(inputName(model, id, input.input));
        Property property = line(key.isEmpty() ? nameOf(model, input.value) : key, typeOf(model, input.value));
        property.full = property.value + '\n' + nameOf(model, input.value);
        property.toolTip = info ? parameterDoc(info->inputs, input.input) : QString();
        addProducer(model, input.value, property);
        if (!append(lines, std::move(property), inputs.size()))
            break;
    }
    return lines;
}

std::vector<Property> tensorLines(const Model& model, NodeId id)
{
    std::vector<Property> lines;
    const std::vector<NodeTensor> tensors = nodeTensors(model, id);
    for (const NodeTensor& item : tensors) {
        const Tensor& tensor = model.tensor(item.tensor);
        Property property = line(item.role, tensorType(tensor), item.tensor);
        property.full = tensorTitle(model, item.tensor, item.value) + '\n' + storageOf(model, tensor);
        property.toolTip = text(tensor.docString);
        if (!append(lines, std::move(property), tensors.size()))
            break;
    }
    return lines;
}

std::vector<Property> outputLines(const Model& model, NodeId id, const OperatorInfo* info)
{
    std::vector<Property> lines;
    const std::vector<ValueId>& outputs = model.node(id).outputs();
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        QString key = text(outputName(model, id, i));
        Property property = line(key.isEmpty() ? nameOf(model, outputs[i]) : key, typeOf(model, outputs[i]));
        property.full = property.value + '\n' + nameOf(model, outputs[i]);
        property.toolTip = info ? parameterDoc(info->outputs, i) : QString();
        if (model.format == Format::Onnx)
            property.children.push_back(editable(model, line(tr("name"), nameOf(model, outputs[i])), ValueNameField{outputs[i]}));
        addConsumerLines(model, outputs[i], property);
        if (!append(lines, std::move(property), outputs.size()))
            break;
    }
    return lines;
}

}  // namespace

PropertySheet nodeProperties(const Model& model, NodeId id, const RunOutcome* run, bool whole)
{
    const OperatorInfo* info = catalogEntry(model, id);
    const Node& node = model.node(id);
    const Operator& op = model.op(id);
    PropertySheet sheet;
    sheet.title = nodeTitle(model, id);
    sheet.subtitle = text(model.path(node.scope));
    sheet.subtitleScope = node.scope;
    sheet.family = family(op);
    sheet.documentation = documentationOf(model, id, info);
    if (!op.isKnown && !model.function(op))
        sheet.sections.push_back(note(tr("This operator is not known here: it is shown, but it cannot run.")));

    addSection(sheet, tr("Node"), {editable(model, line(tr("name"), text(node.name)), NodeNameField{id})});
    addSection(sheet, model.format == Format::Onnx ? tr("Attributes") : tr("Arguments"), argumentLines(model, id, info));
    addSection(sheet, whole ? tr("Inputs as in the file") : tr("Inputs"), inputLines(model, id, info, whole));
    addSection(sheet, tr("Tensors"), tensorLines(model, id));
    addSection(sheet, tr("Outputs"), outputLines(model, id, info));
    if (const Function* function = model.function(op))
        addSection(sheet, tr("Function"), {line(tr("defined by"), text(function->name), function->graph)});
    if (const auto metadata = model.nodeMetadata->find(id); metadata != model.nodeMetadata->end()) {
        std::vector<Property> lines;
        for (const auto& [key, value] : metadata->second)
            lines.push_back(editable(model, line(text(key), text(value)), MetadataField{id, key}));
        addSection(sheet, tr("Metadata"), std::move(lines));
    }
    if (run) {
        const auto found = std::find_if(run->nodes.begin(), run->nodes.end(), [id](const NodeRun& n) { return n.node == id; });
        if (found != run->nodes.end() && found->executions == 0)
            addSection(sheet, tr("Last run"), {line(tr("time"), tr("not executed: a branch that was not taken"))});
        else if (found != run->nodes.end()) {
            std::vector<Property> lines{line(tr("time"), duration(found->milliseconds))};
            lines.back().full = exactNumber(found->milliseconds) + QStringLiteral(" ms");
            if (found->executions > 1)
                lines.push_back(line(tr("executions"), grouped(found->executions)));
            addSection(sheet, tr("Last run"), std::move(lines));
        }
    }
    return sheet;
}

std::vector<Property> commonAttributeLines(const Model& model, const std::vector<NodeId>& nodes)
{
    const Node& first = model.node(nodes.front());
    if (std::any_of(nodes.begin(), nodes.end(), [&](NodeId id) { return model.node(id).op != first.op; }))
        return {};
    const OperatorInfo* info = catalogEntry(model, nodes.front());
    std::vector<Property> lines;
    const auto add = [&](const std::string& name, const AttributeValue& kind, bool isFloat32) {
        if (!canBeTyped(kind))
            return;
        const auto shown = [&](NodeId id) {
            const Attribute* attribute = model.node(id).attribute(name);
            return attribute ? toString(model, *attribute, shownText) : std::string();
        };
        const std::string value = shown(nodes.front());
        const bool isSame = std::all_of(nodes.begin(), nodes.end(), [&](NodeId id) { return shown(id) == value; });
        Property property = line(text(name), isSame ? text(value) : QString());
        if (!isSame)
            property.toolTip = tr("The nodes have different values.");
        lines.push_back(editable(model, std::move(property), AttributeField{nodes, name, kind, isFloat32}));
    };
    for (const Attribute& attribute : first.attributes)
        add(attribute.name, attribute.value, attribute.isFloat32);
    for (std::size_t i = 0; info && i < info->attributes.size(); ++i)
        if (const std::string name(info->attributes[i].name); !first.attribute(name))
            add(name, attributeOfType(info->attributes[i].type), info->attributes[i].type.starts_with("float"));
    return lines;
}

}  // namespace tenscope
