#include "core/graph/literal.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/graph/model.h"
#include "core/graph/text.h"

namespace tenscope {

namespace {

// Files can nest containers as deep as they like; people cannot read that deep.
constexpr int maximalDepth = 32;

// Lists that hold the same list twice, and so on, are small in the file and endless when they are written out.
constexpr int maximalVisits = 20'000;

bool isOnnxDomain(std::string_view domain)
{
    return domain.empty() || domain == "ai.onnx";
}

bool isConstant(const Operator& op)
{
    return op.name == "Constant" && (op.domain == "prim" || isOnnxDomain(op.domain));
}

bool isConstruct(const Operator& op)
{
    return op.domain == "prim" && (op.name == "ListConstruct" || op.name == "TupleConstruct" || op.name == "DictConstruct");
}

bool isUnpack(const Operator& op)
{
    return op.domain == "prim" && (op.name == "ListUnpack" || op.name == "TupleUnpack" || op.name == "TupleIndex");
}

// Nodes that hand their first input on unchanged, as far as a reader is concerned.
bool isPassThrough(const Operator& op)
{
    constexpr std::array names{"unchecked_cast", "unchecked_unwrap_optional", "Print", "data"};
    return (op.domain == "prim" && std::find(names.begin(), names.end(), op.name) != names.end()) ||
           (op.domain == "aten" && op.name == "__unwrap_optional");
}

// ONNX's Identity of a stored tensor: PyTorch's exporter writes one where two nodes share a weight.
bool isSharedWeight(const Model& model, NodeId id)
{
    const Operator& op = model.op(id);
    if (op.name != "Identity" || !isOnnxDomain(op.domain) || model.node(id).inputs().size() != 1)
        return false;
    // Shared more than once is an Identity of an Identity; the bound guards against files that run in circles.
    ValueId value = model.node(id).inputs()[0].value;
    for (int step = 0; value && step < maximalDepth; ++step) {
        if (model.value(value).tensor)
            return true;
        const NodeId producer = model.value(value).producer();
        if (!producer || model.op(producer).name != "Identity" || model.node(producer).inputs().size() != 1)
            return false;
        value = model.node(producer).inputs()[0].value;
    }
    return false;
}

std::optional<std::string> literalAt(const Model& model, ValueId id, std::size_t limit, int depth, int& visits);

std::optional<std::string> constructLiteral(const Model& model, const Node& node, const Operator& op, std::size_t limit,
                                            int depth, int& visits)
{
    const bool isTuple = op.name == "TupleConstruct";
    const bool isDict = op.name == "DictConstruct";
    std::string text(1, isTuple ? '(' : isDict ? '{' : '[');
    bool isCut = false;
    for (std::size_t i = 0; i < node.inputs().size(); ++i) {
        const std::optional<std::string> item = literalAt(model, node.inputs()[i].value, limit, depth + 1, visits);
        if (!item)
            return std::nullopt;
        if (isCut)
            continue;  // the rest must be literal too, but is not printed
        if (i > 0)
            text += isDict && i % 2 == 1 ? ": " : ", ";
        if (text.size() + item->size() > limit) {
            text += "\u2026";
            isCut = true;
        } else {
            text += *item;
        }
    }
    return text + (isTuple ? ')' : isDict ? '}' : ']');
}

std::optional<std::string> literalAt(const Model& model, ValueId id, std::size_t limit, int depth, int& visits)
{
    if (!id || depth > maximalDepth || ++visits > maximalVisits)
        return std::nullopt;
    const Value& value = model.value(id);
    if (!value.producer())
        return std::nullopt;
    const Node& node = model.node(value.producer());
    const Operator& op = model.op(node.op);
    if (isConstant(op)) {
        if (node.attributes.empty())
            return "None";
        const Attribute& attribute = node.attributes.front();
        if (const auto* tensorId = std::get_if<TensorId>(&attribute.value)) {
            // Those of no elements and those whose data is missing are shown by their type, as large ones are.
            return elementText(model.tensor(*tensorId));
        }
        const std::string text = toString(model, attribute, limit);
        const bool isList = attribute.value.index() >= AttributeValue(std::vector<bool>()).index() &&
                            attribute.value.index() <= AttributeValue(std::vector<Type>()).index();
        return isList ? '[' + text + ']' : text;
    }
    if (isConstruct(op))
        return constructLiteral(model, node, op, limit, depth, visits);
    return std::nullopt;
}

void appendData(const Model& model, ValueId id, std::uint32_t input, int depth, int& visits, std::vector<DataInput>& result)
{
    if (!id || (depth > 0 && ++visits > maximalVisits))
        return;
    id = dataSource(model, id);
    const NodeId producer = model.value(id).producer();
    if (producer && depth <= maximalDepth && isConstruct(model.op(producer))) {
        for (const Input& member : model.node(producer).inputs())
            appendData(model, member.value, input, depth + 1, visits, result);
        return;
    }
    int ownVisits = 0;
    if (literalAt(model, id, 1, depth, ownVisits))
        return;
    result.push_back({id, input});
}

// Which member of what is unpacked a value is; beyond all where that is computed.
std::size_t memberOf(const Model& model, ValueId value)
{
    const Node& node = model.node(model.value(value).producer());
    if (model.op(node.op).name != "TupleIndex")
        return model.value(value).producerOutput();
    const auto index = node.inputs().size() > 1 ? literal(model, node.inputs()[1].value) : std::nullopt;
    const bool isNumber = index && !index->empty() && index->size() < 9 && index->find_first_not_of("0123456789") == std::string::npos;
    return isNumber ? std::stoul(*index) : SIZE_MAX;
}

std::string formalName(const std::vector<std::string>& names, bool isVariadic, std::size_t index)
{
    if (index < names.size())
        return isVariadic && index + 1 == names.size() ? names[index] + "[0]" : names[index];
    if (!isVariadic || names.empty())
        return {};
    return names.back() + '[' + std::to_string(index - names.size() + 1) + ']';
}

}  // namespace

bool isPlumbing(const Model& model, NodeId id)
{
    const Operator& op = model.op(id);
    if (isConstant(op))
        return true;
    return isConstruct(op) || isUnpack(op) || isPassThrough(op) || (op.domain == "prim" && op.name == "GetAttr") ||
           isSharedWeight(model, id);
}

std::size_t operatorCount(const Model& model, GraphId id)
{
    std::size_t count = 0;
    for (const NodeId node : model.nodes(id))
        count += !isPlumbing(model, node);
    return count;
}

std::optional<std::string> literal(const Model& model, ValueId value, std::size_t limit)
{
    int visits = 0;
    return literalAt(model, value, limit, 0, visits);
}

TensorId storedTensor(const Model& model, ValueId value)
{
    if (!value)
        return {};
    if (const TensorId tensor = model.value(value).tensor)
        return tensor;
    const NodeId producer = model.value(value).producer();
    if (!producer || !isConstant(model.op(producer)))
        return {};
    for (const Attribute& attribute : model.node(producer).attributes)
        if (const auto* tensor = std::get_if<TensorId>(&attribute.value))
            return *tensor;
    return {};
}

ValueId dataSource(const Model& model, ValueId value)
{
    // A value is defined before it is used, so this ends; the bound guards against files that break this.
    for (int step = 0; step < 1000; ++step) {
        const NodeId producer = model.value(value).producer();
        if (!producer)
            return value;
        const Operator& op = model.op(producer);
        const Node& node = model.node(producer);
        const bool isLookedThrough = isUnpack(op) || isPassThrough(op) || isSharedWeight(model, producer);
        if (!isLookedThrough || node.inputs().empty() || !node.inputs()[0].value)
            return value;
        const ValueId source = node.inputs()[0].value;
        // Unpacking what was just packed leads straight to the member.
        const NodeId packer = model.value(source).producer();
        const std::size_t member = memberOf(model, value);
        if (isUnpack(op) && packer && isConstruct(model.op(packer)) &&
            member < model.node(packer).inputs().size() && model.node(packer).inputs()[member].value)
            value = model.node(packer).inputs()[member].value;
        else
            value = source;
    }
    return value;
}

std::vector<DataInput> dataInputs(const Model& model, NodeId id)
{
    std::vector<DataInput> result;
    const std::vector<Input>& inputs = model.node(id).inputs();
    int visits = 0;
    for (std::uint32_t i = 0; i < inputs.size(); ++i)
        appendData(model, inputs[i].value, i, 0, visits, result);
    return result;
}

std::vector<Argument> arguments(const Model& model, NodeId id)
{
    std::vector<Argument> result;
    const Node& node = model.node(id);
    for (std::size_t i = 0; i < node.inputs().size(); ++i) {
        const ValueId value = node.inputs()[i].value;
        if (value)
            result.push_back({inputName(model, id, i), literal(model, value).value_or(""), value});
    }
    for (const Attribute& attribute : node.attributes)
        result.push_back({attribute.name, toString(model, attribute), {}});
    return result;
}

std::string inputName(const Model& model, NodeId id, std::size_t input)
{
    const Operator& op = model.op(id);
    return formalName(op.inputNames, op.isVariadic, input);
}

std::string outputName(const Model& model, NodeId id, std::size_t output)
{
    const Operator& op = model.op(id);
    // Which of the two lists is variadic is not told apart: an output list longer than its names is.
    return formalName(op.outputNames, output >= op.outputNames.size(), output);
}

}  // namespace tenscope
