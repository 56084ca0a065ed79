#include "core/edit/float16.h"

#include <algorithm>
#include <map>

#include "core/edit/apply.h"
#include "core/edit/editrecorder.h"
#include "core/edit/tensorrecipes.h"
#include "core/formats/onnx/operatorcatalog.h"

namespace tenscope {

namespace {

constexpr std::int64_t onnxFloat = 1, onnxFloat16 = 10;

tl::unexpected<Error> refuse(std::string why)
{
    return fail(Error::usage(std::move(why)));
}

// What a node's schema says of one input or output.
struct Port {
    std::string_view type;  // "T", "tensor(float)"; empty: nothing is known
    bool takesFloat16 = true;
};

class Float16 {
public:
    explicit Float16(const Model& model) : m_recorder(model), m_isFloat(model.valueCount()) {}

    Result<Edit> make()
    {
        for (std::size_t v = 0; v < model().valueCount(); ++v)
            m_isFloat[v] = isFloat32(model().value(ValueId(v)).type);
        forEachNode([this](NodeId node) { findFloats(node); });
        if (std::none_of(m_isFloat.begin(), m_isFloat.end(), [](bool isFloat) { return isFloat; }))
            return refuse("nothing in the model is float32");
        // The nodes of the model as it was: those that are added stand as they should.
        std::vector<NodeId> nodes;
        forEachNode([&](NodeId node) { nodes.push_back(node); });
        auto done = convertStored();
        for (std::size_t i = 0; done && i < nodes.size(); ++i)
            done = convertNode(nodes[i]);
        if (done)
            done = keepInputs();
        if (done)
            done = keepOutputs();
        if (done)
            done = convertTypes();
        if (!done)
            return fail(done.error());
        return m_recorder.take();
    }

private:
    const Model& model() const { return m_recorder.model(); }
    bool isFloat(ValueId value) const { return value && value.index() < m_isFloat.size() && m_isFloat[value.index()]; }

    static bool isFloat32(const Type& type)
    {
        if (type.kind == Type::Kind::Sequence || type.kind == Type::Kind::Optional)
            return !type.arguments.empty() && isFloat32(type.arguments.front());
        return type.isTensor() && type.element == ElementType::Float32;
    }

    template <class Visit>
    void forEachNode(Visit visit) const
    {
        for (std::size_t g = 0; g < model().graphCount(); ++g)
            for (NodeId node = model().graph(GraphId(g)).first(); node; node = model().node(node).next())
                visit(node);
    }

    const OperatorInfo* schema(NodeId node) const
    {
        const Operator& op = model().op(node);
        const auto opset = model().opsets.find(op.domain);
        return OperatorCatalog::builtIn().find(op.domain, op.name, opset == model().opsets.end() ? 0 : opset->second);
    }

    static Port port(const OperatorInfo* info, const std::vector<OperatorParameter>& ports, std::size_t index)
    {
        if (!info || ports.empty())
            return {};
        const OperatorParameter& parameter = ports[std::min(index, ports.size() - 1)];
        Port port{parameter.type, parameter.type != "tensor(float)"};
        for (const OperatorTypeConstraint& constraint : info->typeConstraints) {
            if (constraint.name != parameter.type)
                continue;
            const auto allows = [&](std::string_view type) {
                return std::find(constraint.types.begin(), constraint.types.end(), type) != constraint.types.end();
            };
            port.takesFloat16 = allows("tensor(float16)") || !allows("tensor(float)");
        }
        return port;
    }

    const std::int64_t* number(NodeId node, std::string_view name) const
    {
        const Attribute* attribute = model().node(node).attribute(name);
        return attribute ? std::get_if<std::int64_t>(&attribute->value) : nullptr;
    }

    // Element types follow the schemas from inputs to outputs: what has the same type variable has the same type.
    void findFloats(NodeId id)
    {
        const Node& node = model().node(id);
        const OperatorInfo* info = schema(id);
        const std::string& op = model().op(id).name;
        for (std::size_t o = 0; o < node.outputs().size(); ++o) {
            const ValueId output = node.outputs()[o];
            if (model().value(output).type.kind != Type::Kind::Unknown)
                continue;  // said by the file
            bool isFloat = false;
            if (op == "Cast" || op == "EyeLike" || op.starts_with("Random")) {
                const std::int64_t* to = number(id, op == "Cast" ? "to" : "dtype");
                isFloat = to ? *to == onnxFloat : op != "EyeLike" || this->isFloat(node.inputs()[0].value);
            } else if (op == "Constant" || op == "ConstantOfShape") {
                const Attribute* value = node.attribute("value");
                const auto* tensor = value ? std::get_if<TensorId>(&value->value) : nullptr;
                isFloat = tensor ? model().tensor(*tensor).element == ElementType::Float32
                                 : op == "ConstantOfShape" || node.attribute("value_float") || node.attribute("value_floats");
            } else if (info) {
                const Port made = port(info, info->outputs, o);
                isFloat = made.type == "tensor(float)";
                for (std::size_t i = 0; i < node.inputs().size(); ++i)
                    isFloat |= port(info, info->inputs, i).type == made.type && this->isFloat(node.inputs()[i].value);
                const std::vector<GraphId> bodies = model().bodies(id);
                if (!bodies.empty() && o < model().graph(bodies.front()).outputs.size() && op == "If")
                    isFloat |= this->isFloat(model().graph(bodies.front()).outputs[o]);
            } else {
                isFloat = !node.inputs().empty() && this->isFloat(node.inputs()[0].value);
            }
            m_isFloat[output.index()] = isFloat;
        }
    }

    Result<void> replace(TensorId tensor)
    {
        if (model().tensor(tensor).element != ElementType::Float32)
            return {};
        auto content = cast(model(), model().tensor(tensor), ElementType::Float16, true);
        if (!content)
            return fail(content.error());
        return m_recorder.add(ReplaceTensor{tensor, std::move(*content)});
    }

    // A tensor that only inputs without float16 read stays what it is.
    bool isKept(ValueId value) const
    {
        const std::vector<Use>& uses = model().value(value).uses();
        return !uses.empty() && std::all_of(uses.begin(), uses.end(), [&](const Use& use) {
            const OperatorInfo* info = schema(use.node);
            return info && !port(info, info->inputs, use.input).takesFloat16;
        });
    }

    Result<void> convertStored()
    {
        for (std::size_t v = 0; v < m_isFloat.size(); ++v) {
            const Value& value = model().value(ValueId(v));
            if (!value.isAlive() || !value.tensor || model().tensor(value.tensor).element != ElementType::Float32)
                continue;
            m_isFloat[v] = !isKept(ValueId(v));
            const std::vector<ValueId>& inputs = model().graph(value.graph).inputs;
            if (m_isFloat[v] && std::find(inputs.begin(), inputs.end(), ValueId(v)) != inputs.end())
                continue;  // callers may override it: it keeps its type, as inputs do
            if (m_isFloat[v])
                if (auto done = replace(value.tensor); !done)
                    return done;
        }
        return {};
    }

    // A Cast of `value`, before `before` or at the end.
    Result<ValueId> castOf(ValueId value, std::int64_t to, NodeId before, const std::string& name)
    {
        const Value& cast = model().value(value);
        const GraphId graph = before ? model().node(before).graph : cast.graph;
        NewAttribute attribute;
        attribute.attribute.name = "to";
        attribute.attribute.value = to;
        Type type = cast.type;
        if (type.isTensor())
            type.element = to == onnxFloat ? ElementType::Float32 : ElementType::Float16;
        const ValueId added(model().valueCount());
        Operator op{"", "Cast", "", {"input"}, {"output"}};
        if (auto done = m_recorder.add(AddNode{graph, op, name, {}, {value}, {{freeName(model(), graph, name), type}}, {attribute}, before}); !done)
            return fail(done.error());
        return added;
    }

    // Every reader but those for which `isLeft` says otherwise reads `to`.
    template <class IsLeft>
    Result<void> redirect(ValueId from, ValueId to, IsLeft isLeft)
    {
        const std::vector<Use> uses = model().value(from).uses();
        for (const Use& use : uses)
            if (!isLeft(use))
                if (auto done = m_recorder.add(SetInput{use.node, use.input, to, false}); !done)
                    return done;
        return {};
    }

    Result<void> convertNode(NodeId id)
    {
        if (auto done = convertAttributes(id); !done)
            return done;
        const OperatorInfo* info = schema(id);
        if (!info)
            return {};
        const std::size_t inputs = model().node(id).inputs().size();
        for (std::size_t i = 0; i < inputs; ++i) {
            const ValueId value = model().node(id).inputs()[i].value;
            if (!isFloat(value) || port(info, info->inputs, i).takesFloat16 || isModelInput(value))
                continue;
            const auto cast = castOf(value, onnxFloat, id, model().value(value).name + "_float32");
            if (!cast)
                return fail(cast.error());
            if (auto done = m_recorder.add(SetInput{id, std::uint32_t(i), *cast, false}); !done)
                return done;
        }
        const std::vector<ValueId> outputs = model().node(id).outputs();
        for (std::size_t o = 0; o < outputs.size(); ++o) {
            if (!isFloat(outputs[o]) || port(info, info->outputs, o).takesFloat16)
                continue;
            const std::string name = model().value(outputs[o]).name;
            const auto cast = castOf(outputs[o], onnxFloat16, model().node(id).next(), name + "_float16");
            if (!cast)
                return fail(cast.error());
            const NodeId maker = model().value(*cast).producer();
            if (auto done = redirect(outputs[o], *cast, [&](const Use& use) { return use.node == maker; }); !done)
                return done;
            m_isFloat[outputs[o].index()] = false;  // it stays float32; so does an output of the model
        }
        return {};
    }

    Result<void> convertAttributes(NodeId id)
    {
        const std::string op = model().op(id).name;
        if ((op == "Constant" || op == "ConstantOfShape") && !model().node(id).outputs().empty() && isFloat(model().node(id).outputs()[0])) {
            if (isKept(model().node(id).outputs()[0])) {
                m_isFloat[model().node(id).outputs()[0].index()] = false;
                return {};
            }
            return convertConstant(id);
        }
        const char* name = op == "Cast" ? "to" : "dtype";
        const std::int64_t* to = number(id, name);
        if (to && *to == onnxFloat && !model().node(id).outputs().empty() && isFloat(model().node(id).outputs()[0])) {
            NewAttribute half;
            half.attribute.name = name;
            half.attribute.value = onnxFloat16;
            return m_recorder.add(SetAttribute{id, std::move(half), {}});
        }
        return {};
    }

    Result<void> convertConstant(NodeId id)
    {
        const Node& node = model().node(id);
        if (const Attribute* value = node.attribute("value"))
            return replace(std::get<TensorId>(value->value));
        // value_float, value_floats, or what ConstantOfShape assumes: a tensor in its place.
        std::vector<double> numbers{0};
        std::vector<std::int64_t> shape;
        std::string old;
        for (const Attribute& attribute : node.attributes) {
            old = attribute.name;
            if (const auto* one = std::get_if<double>(&attribute.value))
                numbers = {*one};
            else if (const auto* several = std::get_if<std::vector<double>>(&attribute.value))
                shape = {std::int64_t((numbers = *several).size())};
        }
        if (old.empty())
            shape = {1};
        Tensor plain;
        plain.element = ElementType::Float64;
        plain.shape = shape;
        const auto* bytes = reinterpret_cast<const std::byte*>(numbers.data());
        plain.data = OwnedBytes{std::make_shared<const std::vector<std::byte>>(bytes, bytes + numbers.size() * sizeof(double))};
        auto content = cast(model(), plain, ElementType::Float16, true);
        if (!content)
            return fail(content.error());
        if (!old.empty())
            if (auto done = m_recorder.add(RemoveAttribute{id, old}); !done)
                return done;
        NewAttribute value;
        value.attribute.name = "value";
        value.attribute.value = TensorId(0);
        value.tensors.push_back(std::move(*content));
        return m_recorder.add(SetAttribute{id, std::move(value), {}});
    }

    bool isModelInput(ValueId value) const
    {
        const std::vector<ValueId>& inputs = model().graph(model().mainGraph).inputs;
        return std::find(inputs.begin(), inputs.end(), value) != inputs.end();
    }

    Result<void> keepInputs()
    {
        const std::vector<ValueId> inputs = model().graph(model().mainGraph).inputs;
        for (const ValueId input : inputs) {
            if (!isFloat(input))
                continue;
            m_isFloat[input.index()] = false;
            if (!model().value(input).type.isTensor())
                return refuse("the input \"" + model().value(input).name + "\" is no tensor, which Cast could not make float16");
            if (model().value(input).uses().empty())
                continue;
            const auto half = castOf(input, onnxFloat16, model().graph(model().mainGraph).first(), model().value(input).name + "_float16");
            if (!half)
                return fail(half.error());
            const NodeId maker = model().value(*half).producer();
            const auto isLeft = [&](const Use& use) {
                const OperatorInfo* info = schema(use.node);
                return use.node == maker || (info && !port(info, info->inputs, use.input).takesFloat16);
            };
            if (auto done = redirect(input, *half, isLeft); !done)
                return done;
        }
        return {};
    }

    Result<void> keepOutputs()
    {
        const std::size_t count = model().graph(model().mainGraph).outputs.size();
        for (std::size_t o = 0; o < count; ++o) {
            const ValueId output = model().graph(model().mainGraph).outputs[o];
            if (!isFloat(output))
                continue;
            const std::string name = model().value(output).name;
            if (auto done = m_recorder.add(RenameValue{output, freeName(model(), model().mainGraph, name + "_float16")}); !done)
                return done;
            const auto whole = castOf(output, onnxFloat, {}, name);
            if (!whole)
                return fail(whole.error());
            if (auto done = m_recorder.add(SetGraphOutput{model().mainGraph, o, *whole}); !done)
                return done;
        }
        return {};
    }

    static Type half(Type type)
    {
        for (Type& argument : type.arguments)
            argument = half(std::move(argument));
        if (type.isTensor() && type.element == ElementType::Float32)
            type.element = ElementType::Float16;
        return type;
    }

    // What the file says of values in between, inputs and outputs of bodies included.
    Result<void> convertTypes()
    {
        for (std::size_t v = 0; v < m_isFloat.size(); ++v) {
            const Value& value = model().value(ValueId(v));
            if (m_isFloat[v] && value.isAlive() && !value.isTypeInferred && isFloat32(value.type))
                if (auto done = m_recorder.add(SetValueType{ValueId(v), half(value.type)}); !done)
                    return done;
        }
        return {};
    }

    EditRecorder m_recorder;
    std::vector<bool> m_isFloat;  // by value: float32 now, float16 in the end
};

}  // namespace

Result<Edit> toFloat16(const Model& model)
{
    if (model.format != Format::Onnx || !model.mainGraph)
        return refuse("only ONNX models can be made float16");
    if (!model.functions.empty())
        return refuse("the model has functions of its own, which cannot be made float16");
    return Float16(model).make();
}

}  // namespace tenscope
