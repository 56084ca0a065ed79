#include "core/convert/lowering.h"

#include <type_traits>

#include "core/analysis/elementreader.h"
#include "core/convert/onnxconverter.h"

namespace tenscope {

namespace {

constexpr std::uint64_t mostNumbers = 10'000;
constexpr std::uint64_t mostAttributeNumbers = 100'000'000;

// The stored tensor that a term is in every run; null where it is computed.
const Tensor* storedTensor(const Model& model, const Term& term)
{
    if (const auto* constant = term.get<TensorId>())
        return &model.tensor(*constant);
    if (!term.value())
        return nullptr;
    const Value& value = model.value(term.value());
    return value.tensor ? &model.tensor(value.tensor) : nullptr;
}

template <class T>
std::optional<std::vector<T>> numbersOf(const Model& model, const Tensor& tensor, std::uint64_t most = mostNumbers)
{
    const auto reader = ElementReader::open(model, tensor);
    if (!reader || reader->isText() || reader->elements() > most)
        return std::nullopt;
    std::vector<T> numbers(reader->elements());
    if constexpr (std::is_same_v<T, std::int64_t>) {
        // As a double a large one would lose its last digits.
        if (reader->element() == ElementType::Int64 && !reader->isSparse()) {
            reader->copy(0, numbers.size(), reinterpret_cast<std::byte*>(numbers.data()));
            return numbers;
        }
    }
    for (std::size_t i = 0; i < numbers.size(); ++i)
        numbers[i] = T(reader->valueAt(i));
    return numbers;
}

template <class T>
const T& valueOf(const Attribute& attribute)
{
    if (const auto* value = std::get_if<T>(&attribute.value))
        return *value;
    throw Unsupported("its attribute '" + attribute.name + "' is of another type than it should be");
}

// An empty list may have been read as a list of any kind.
template <class T>
std::vector<T> listOf(const Attribute* attribute, std::vector<T> fallback)
{
    if (!attribute)
        return fallback;
    if (const auto* values = std::get_if<std::vector<T>>(&attribute->value))
        return *values;
    if (const auto* other = std::get_if<Ints>(&attribute->value); other && other->empty())
        return {};
    return valueOf<std::vector<T>>(*attribute);
}

}  // namespace

Lowering::Lowering(OnnxConverter& converter, ConversionFrame& frame, NodeId node, std::int64_t opset)
    : m_converter(converter),
      m_frame(frame),
      m_id(node),
      m_node(frame.model->node(node)),
      m_opset(opset),
      m_emitter(converter.emitter())
{
}

bool Lowering::hasInput(std::size_t i) const
{
    return i < m_node.inputs().size() && m_node.inputs()[i].value;
}

bool Lowering::hasOutput(std::size_t i) const
{
    return i < m_node.outputs().size() && !m_frame.model->value(m_node.outputs()[i]).name.empty();
}

Term Lowering::input(std::size_t i)
{
    if (!hasInput(i))
        throw Unsupported("its input " + std::to_string(i) + " is missing");
    return m_converter.term(m_frame, m_node.inputs()[i].value);
}

Type Lowering::type(std::size_t i) const
{
    return hasInput(i) ? m_converter.type(m_frame, m_node.inputs()[i].value) : Type();
}

bool Lowering::isFloat(std::size_t i) const
{
    const ElementType known = element(i);
    if (known == ElementType::Undefined)
        throw Unsupported("the type of its input " + std::to_string(i) + " is not known");
    return isFloatingPoint(known);
}

std::optional<std::int64_t> Lowering::rank(std::size_t i) const
{
    const Type known = type(i);
    return known.shape ? std::optional(std::int64_t(known.shape->size())) : std::nullopt;
}

std::optional<Ints> Lowering::constantInts(std::size_t i)
{
    if (!hasInput(i))
        return std::nullopt;
    const Term term = input(i);
    if (const auto* integers = term.get<Ints>())
        return *integers;
    if (const auto* integer = term.get<std::int64_t>())
        return Ints{*integer};
    const Tensor* tensor = storedTensor(m_converter.target(), term);
    return tensor ? numbersOf<std::int64_t>(m_converter.target(), *tensor) : std::nullopt;
}

std::optional<Floats> Lowering::constantFloats(std::size_t i)
{
    if (!hasInput(i))
        return std::nullopt;
    const Tensor* tensor = storedTensor(m_converter.target(), input(i));
    return tensor ? numbersOf<double>(m_converter.target(), *tensor) : std::nullopt;
}

Term Lowering::ints(std::size_t i)
{
    if (auto constant = constantInts(i))
        return std::move(*constant);
    return m_emitter.toInts(input(i));
}

Term Lowering::integer(std::size_t i)
{
    if (const auto constant = constantInts(i); constant && constant->size() == 1)
        return constant->front();
    return m_emitter.toInt(input(i));
}

void Lowering::output(std::size_t i, Term value)
{
    if (i < m_node.outputs().size())
        m_frame.terms.insert_or_assign(m_node.outputs()[i], std::move(value));
}

void Lowering::output(std::size_t i, Term value, ElementType element)
{
    Type type = Type::tensor(element);
    if (i < m_node.outputs().size())
        type.shape = m_frame.model->value(m_node.outputs()[i]).type.shape;
    output(i, std::move(value), std::move(type));
}

void Lowering::output(std::size_t i, Term value, Type type)
{
    output(i, std::move(value));
    if (i < m_node.outputs().size())
        m_frame.types.insert_or_assign(m_node.outputs()[i], std::move(type));
}

const Attribute* Lowering::find(std::string_view name) const
{
    const Attribute* attribute = m_node.attribute(name);
    const auto* reference = attribute ? std::get_if<AttributeReference>(&attribute->value) : nullptr;
    if (!reference)
        return attribute;
    for (const ConversionFrame::Binding& binding : m_frame.bindings)
        if (binding.attribute.name == reference->name)
            return &binding.attribute;
    return nullptr;
}

const Attribute& Lowering::required(std::string_view name) const
{
    const Attribute* attribute = find(name);
    if (!attribute)
        throw Unsupported("its attribute '" + std::string(name) + "' is missing");
    return *attribute;
}

std::int64_t Lowering::integer(std::string_view name, std::int64_t fallback) const
{
    return has(name) ? integer(name) : fallback;
}

std::int64_t Lowering::integer(std::string_view name) const
{
    return valueOf<std::int64_t>(required(name));
}

double Lowering::real(std::string_view name, double fallback) const
{
    const Attribute* attribute = find(name);
    return attribute ? valueOf<double>(*attribute) : fallback;
}

std::string Lowering::text(std::string_view name, std::string_view fallback) const
{
    const Attribute* attribute = find(name);
    return attribute ? valueOf<std::string>(*attribute) : std::string(fallback);
}

Ints Lowering::integers(std::string_view name, Ints fallback) const
{
    return listOf<std::int64_t>(find(name), std::move(fallback));
}

Floats Lowering::reals(std::string_view name, Floats fallback) const
{
    return listOf<double>(find(name), std::move(fallback));
}

std::vector<std::string> Lowering::texts(std::string_view name) const
{
    return listOf<std::string>(find(name), {});
}

const Model& Lowering::modelOf(std::string_view name) const
{
    const Attribute* own = m_node.attribute(name);
    const Attribute* found = find(name);
    for (const ConversionFrame::Binding& binding : m_frame.bindings)
        if (found != own && found == &binding.attribute)
            return *binding.model;
    return *m_frame.model;
}

Term Lowering::tensorAttribute(std::string_view name)
{
    return m_converter.stored(m_frame, modelOf(name), valueOf<TensorId>(required(name)));
}

const Tensor* Lowering::storedAttribute(std::string_view name) const
{
    const Attribute* attribute = find(name);
    return attribute ? &modelOf(name).tensor(valueOf<TensorId>(*attribute)) : nullptr;
}

Floats Lowering::tensorNumbers(std::string_view name) const
{
    const Tensor* tensor = storedAttribute(name);
    const auto numbers = tensor ? numbersOf<double>(modelOf(name), *tensor, mostAttributeNumbers) : std::nullopt;
    if (!numbers)
        throw Unsupported("its attribute '" + std::string(name) + "' cannot be read");
    return *numbers;
}

GraphId Lowering::body(std::string_view name) const
{
    if (&modelOf(name) != m_frame.model)
        throw Unsupported("its body is given by the caller of a function");
    return valueOf<GraphId>(required(name));
}

Term Lowering::wrapped(const Term& value, ElementType element)
{
    switch (element) {
    case ElementType::UInt16: return aten("bitwise_and", value, 0xffff);
    case ElementType::UInt32: return aten("bitwise_and", value, std::int64_t(0xffffffff));
    default: return value;
    }
}

std::vector<Term> Lowering::inlined(GraphId body, const std::vector<std::pair<Term, Type>>& inputs)
{
    const Graph& graph = m_frame.model->graph(body);
    for (std::size_t i = 0; i < graph.inputs.size() && i < inputs.size(); ++i) {
        m_frame.terms.insert_or_assign(graph.inputs[i], inputs[i].first);
        if (inputs[i].second.kind != Type::Kind::Unknown)
            m_frame.types.insert_or_assign(graph.inputs[i], inputs[i].second);
    }
    m_converter.convertNodes(m_frame, body);
    std::vector<Term> outputs;
    for (const ValueId output : graph.outputs)
        outputs.push_back(m_converter.term(m_frame, output));
    return outputs;
}

ValueId Lowering::valueNamed(const std::string& name) const
{
    const Model& model = *m_frame.model;
    const Graph& graph = model.graph(m_node.graph);
    for (const auto* values : {&graph.inputs, &graph.initializers})
        for (const ValueId value : *values)
            if (model.value(value).name == name)
                return value;
    for (const NodeId node : model.nodes(m_node.graph))
        for (const ValueId value : model.node(node).outputs())
            if (model.value(value).name == name)
                return value;
    throw Unsupported("there is no '" + name + "' in its graph");
}

Term Lowering::recomputed(const std::vector<std::pair<std::string, Term>>& given, const std::string& wanted)
{
    std::vector<std::pair<ValueId, Term>> values;
    for (const auto& [name, term] : given)
        values.emplace_back(valueNamed(name), term);
    return m_converter.recomputed(m_frame, m_id, values, valueNamed(wanted));
}

Type Lowering::bodyOutputType(GraphId body, std::size_t output) const
{
    const std::vector<ValueId>& outputs = m_frame.model->graph(body).outputs;
    return output < outputs.size() ? m_converter.type(m_frame, outputs[output]) : Type();
}

}  // namespace tenscope
