#include "tests/support/randomedit.h"

#include <cstring>

namespace tenscope {

NodeId RandomEdits::node(const Model& model)
{
    for (int attempt = 0; attempt < 20 && model.nodeCount() > 0; ++attempt) {
        const NodeId id(below(model.nodeCount()));
        if (model.node(id).isAlive())
            return id;
    }
    return oneIn(2) ? NodeId() : NodeId(model.nodeCount() + 7);
}

ValueId RandomEdits::value(const Model& model)
{
    for (int attempt = 0; attempt < 20 && model.valueCount() > 0; ++attempt) {
        const ValueId id(below(model.valueCount()));
        if (model.value(id).isAlive())
            return id;
    }
    return ValueId(model.valueCount() + 7);
}

ValueId RandomEdits::valueFor(const Model& model, GraphId graph)
{
    for (int attempt = 0; attempt < 20; ++attempt) {
        const ValueId id = value(model);
        if (id.index() < model.valueCount() && model.value(id).graph == graph)
            return id;
    }
    return value(model);
}

GraphId RandomEdits::graph(const Model& model)
{
    return oneIn(3) ? GraphId(below(model.graphCount())) : model.mainGraph;
}

std::string RandomEdits::name()
{
    return "new_" + std::to_string(m_names++);
}

Type RandomEdits::type()
{
    Shape shape;
    for (std::size_t i = below(4); i > 0; --i)
        shape.push_back(oneIn(3) ? Dimension{-1, "N"} : Dimension{std::int64_t(below(8)), {}});
    return oneIn(5) ? Type() : Type::tensor(oneIn(2) ? ElementType::Float32 : ElementType::Int64, std::move(shape));
}

Tensor RandomEdits::tensor()
{
    Tensor tensor;
    tensor.element = ElementType::Float32;
    tensor.shape = {std::int64_t(below(3)), 2};
    std::vector<std::byte> bytes(std::size_t(tensor.shape[0]) * 8);
    for (std::byte& byte : bytes)
        byte = std::byte(below(64));
    tensor.data = OwnedBytes{std::make_shared<const std::vector<std::byte>>(std::move(bytes))};
    return tensor;
}

AttributeValue RandomEdits::plainValue()
{
    switch (below(6)) {
    case 0:
        return std::int64_t(below(100));
    case 1:
        return 0.25 * double(below(9));
    case 2:
        return std::string("text");
    case 3:
        return std::vector<std::int64_t>{1, std::int64_t(below(5))};
    case 4:
        return std::vector<double>{0.5, 2.0};
    default:
        return std::vector<std::string>{"a", "b"};
    }
}

Edit RandomEdits::next(const Model& model)
{
    constexpr std::size_t kinds = 30;
    if (!oneIn(20))
        return one(model, below(kinds));
    Macro macro;
    for (std::size_t i = 1 + below(4); i > 0; --i)
        macro.edits.push_back(one(model, below(kinds)));
    return macro;
}

Edit RandomEdits::one(const Model& model, std::size_t kind)
{
    const NodeId n = node(model);
    const bool isNode = n && n.index() < model.nodeCount();
    const GraphId nodeGraph = isNode ? model.node(n).graph : graph(model);
    const auto position = [&]() -> std::optional<std::size_t> { return oneIn(2) ? std::nullopt : std::optional(below(4)); };
    const auto attributeName = [&] {
        return isNode && !model.node(n).attributes.empty() && !oneIn(4)
                   ? model.node(n).attributes[below(model.node(n).attributes.size())].name
                   : std::string("extra");
    };
    switch (kind) {
    case 0:
        return RenameNode{n, name()};
    case 1:
    case 2: {
        AddNode add;
        add.graph = graph(model);
        add.op = {oneIn(4) ? "com.example" : "", oneIn(2) ? "Relu" : "Add", "", {}, {}};
        add.name = name();
        for (std::size_t i = below(3); i > 0; --i)
            add.inputs.push_back(oneIn(9) ? ValueId() : valueFor(model, add.graph));
        for (std::size_t i = below(3); i > 0; --i)
            add.outputs.push_back({name(), type()});
        if (oneIn(2))
            add.attributes.push_back({{"alpha", plainValue(), true, {}}, {}});
        if (oneIn(4))
            add.attributes.push_back({{"value", TensorId(), false, {}}, {tensor()}});
        if (isNode && nodeGraph == add.graph)
            add.before = n;
        return add;
    }
    case 3:
    case 4:
        return RemoveNode{n};
    case 5:
        return MoveNode{n, node(model)};
    case 6:
        return SetOperator{n, {"", oneIn(2) ? "LeakyRelu" : "Sigmoid", "", {}, {}}};
    case 7:
    case 8:
    case 9:
        return SetInput{n, std::uint32_t(below(isNode ? model.node(n).inputs().size() + 1 : 1)),
                        oneIn(6) ? ValueId() : valueFor(model, nodeGraph)};
    case 10: {
        SetInputs set{n, {}};
        for (std::size_t i = below(4); i > 0; --i)
            set.values.push_back(valueFor(model, nodeGraph));
        return set;
    }
    case 11:
        return AddNodeOutput{n, {oneIn(4) ? std::string() : name(), type()}};
    case 12:
        return RemoveLastNodeOutput{n};
    case 13:
        return SetAttribute{n, {{attributeName(), plainValue(), true, {}}, {}}, position()};
    case 14:
        return SetAttribute{n, {{"value", TensorId(), false, {}}, {tensor()}}, {}};
    case 15:
        return RemoveAttribute{n, attributeName()};
    case 16:
        return AddBody{n, oneIn(2) ? "branches" : "body", name(), oneIn(2)};
    case 17: {
        const ValueId v = value(model);
        return RenameValue{v, oneIn(8) && model.valueCount() > 0 ? model.value(ValueId(below(model.valueCount()))).name : name()};
    }
    case 18:
        return SetValueType{value(model), type()};
    case 19:
        return RenameGraph{graph(model), name()};
    case 20:
        return AddGraphInput{graph(model), {name(), type()}, {}, position()};
    case 21: {
        const ValueId v = value(model);
        return AddGraphInput{v.index() < model.valueCount() ? model.value(v).graph : GraphId(), {}, v, position()};
    }
    case 22:
        return RemoveGraphInput{graph(model), below(4)};
    case 23: {
        const GraphId g = graph(model);
        if (oneIn(2))
            return RemoveGraphOutput{g, below(4)};
        return AddGraphOutput{g, valueFor(model, g), position()};
    }
    case 24: {
        const GraphId g = graph(model);
        return SetGraphOutput{g, below(3), valueFor(model, g)};
    }
    case 25:
        return AddStoredTensor{graph(model), name(), tensor()};
    case 26:
        return RemoveStoredTensor{value(model)};
    case 27:
        if (oneIn(3))
            return RenameTensor{TensorId(below(model.tensorCount() + 1)), name()};
        return ReplaceTensor{TensorId(below(model.tensorCount() + 1)), tensor()};
    case 28: {
        const MetadataEntries entries = oneIn(3) ? MetadataEntries() : MetadataEntries{{"author", name()}};
        const Place places[] = {Place(), n, value(model), graph(model), TensorId(below(model.tensorCount() + 1))};
        const Place& where = places[below(5)];
        if (oneIn(2))
            return SetDocString{where, oneIn(3) ? std::string() : name()};
        return SetMetadata{where, entries};
    }
    default:
        if (oneIn(2))
            return SetModelInfo{std::int64_t(3 + below(8)), name(), std::int64_t(below(5))};
        return SetOpset{oneIn(2) ? "" : "com.example", oneIn(4) ? std::nullopt : std::optional(std::int64_t(1 + below(17))), {}};
    }
}

}  // namespace tenscope
