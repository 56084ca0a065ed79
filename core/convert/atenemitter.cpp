#include "core/convert/atenemitter.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <memory>
#include <utility>

#include "core/analysis/elementwriter.h"
#include "core/convert/heldas.h"

namespace tenscope {

namespace {

Type simple(Type::Kind kind)
{
    Type type;
    type.kind = kind;
    return type;
}

Type listOf(Type::Kind kind)
{
    Type type = simple(Type::Kind::Sequence);
    type.arguments = {simple(kind)};
    return type;
}

// What a value has that is `a` in one branch and `b` in the other: with None in one of them an optional.
Type ofBoth(const Type& a, const Type& b)
{
    if (a.kind == b.kind || b.kind == Type::Kind::Optional)
        return b;
    if (a.kind == Type::Kind::Optional || (a.kind != Type::Kind::None && b.kind != Type::Kind::None))
        return a;
    Type type = simple(Type::Kind::Optional);
    type.arguments = {a.kind == Type::Kind::None ? b : a};
    return type;
}

template <std::size_t N>
bool isAmong(const std::array<std::string_view, N>& names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<std::string_view, 7> comparisons{"eq", "ne", "lt", "le", "gt", "ge", "__contains__"};
constexpr std::array<std::string_view, 10> arithmetic{"add", "sub", "mul",       "floordiv",  "remainder",
                                                      "neg", "abs", "prim::min", "prim::max", "pow"};
constexpr std::array<std::string_view, 5> integers{"dim", "len", "numel", "Int", "ceil"};
constexpr std::array<std::string_view, 6> booleans{"Bool",    "is_floating_point", "__not__",
                                                   "__and__", "__or__",            "__is__"};

}  // namespace

Type AtenEmitter::typeOf(const Term& term) const
{
    if (term.value())
        return m_model.value(term.value()).type;
    if (const auto* stored = term.get<TensorId>())
        return m_model.tensor(*stored).type();
    if (term.get<Ints>())
        return listOf(Type::Kind::Int);
    if (term.get<Floats>())
        return listOf(Type::Kind::Float);
    return simple(term.kind());
}

Term AtenEmitter::apply(std::string_view op, const std::vector<Term>& arguments)
{
    const bool hasTensor = std::any_of(arguments.begin(), arguments.end(), [](const Term& t) { return t.isTensor(); });
    const auto has = [&](Type::Kind kind) {
        return std::any_of(arguments.begin(), arguments.end(), [&](const Term& t) { return t.kind() == kind; });
    };
    Type type = simple(Type::Kind::Tensor);
    if (op == "size")
        type = arguments.size() == 1 ? listOf(Type::Kind::Int) : simple(Type::Kind::Int);
    else if (op == "Float")
        type = simple(Type::Kind::Float);
    else if (op == "Bool" || op == "is_floating_point")
        type = simple(Type::Kind::Bool);
    else if (isAmong(integers, op) && (op != "ceil" || !hasTensor))
        type = simple(Type::Kind::Int);
    else if (isAmong(booleans, op) && !hasTensor)
        type = simple(Type::Kind::Bool);
    else if (isAmong(comparisons, op) && !hasTensor)
        type = simple(Type::Kind::Bool);
    else if (op == "div" && !hasTensor)
        type = simple(Type::Kind::Float);
    else if (isAmong(arithmetic, op) && !hasTensor) {
        if (has(Type::Kind::Sequence))
            type = typeOf(arguments[0].kind() == Type::Kind::Sequence ? arguments[0] : arguments[1]);
        else
            type = simple(has(Type::Kind::Float) ? Type::Kind::Float : Type::Kind::Int);
    }
    return applyAs(type, op, arguments);
}

Term AtenEmitter::applyAs(const Type& type, std::string_view op, const std::vector<Term>& arguments)
{
    return write(op, {type}, arguments).front();
}

std::vector<Term> AtenEmitter::applyMany(std::string_view op, std::size_t results, const std::vector<Term>& arguments)
{
    return write(op, std::vector<Type>(results, simple(Type::Kind::Tensor)), arguments);
}

std::vector<Term> AtenEmitter::write(std::string_view op, const std::vector<Type>& results,
                                     const std::vector<Term>& arguments)
{
    std::vector<ValueId> inputs;
    inputs.reserve(arguments.size());
    for (const Term& argument : arguments)
        inputs.push_back(materialize(argument));
    const NodeId node = addNode(op, inputs, results);
    std::vector<Term> terms;
    for (const ValueId output : m_model.node(node).outputs())
        terms.emplace_back(output, *this);
    return terms;
}

NodeId AtenEmitter::addNode(std::string_view op, const std::vector<ValueId>& inputs, const std::vector<Type>& results)
{
    const std::size_t colons = op.find("::");
    Operator wanted;
    wanted.domain = colons == std::string_view::npos ? "aten" : op.substr(0, colons);
    wanted.name = colons == std::string_view::npos ? op : op.substr(colons + 2);
    std::vector<ValueId> outputs;
    for (const Type& type : results)
        outputs.push_back(m_model.addValue(m_graph, std::to_string(m_model.valueCount()), type));
    const NodeId node = m_model.addNode(m_graph, m_model.addOperator(wanted), inputs, outputs);
    m_model.node(node).scope = m_scope;
    if (m_onNode)
        m_onNode(node);
    return node;
}

ValueId AtenEmitter::materialize(const Term& term)
{
    return term.isConstant() ? constantValue(term) : term.value();
}

ValueId AtenEmitter::constantValue(const Term& term)
{
    const NodeId node = addNode("prim::Constant", {}, {typeOf(term)});
    if (!term.isNone()) {
        AttributeValue value = std::visit([](const auto& constant) { return AttributeValue(constant); }, term.constant());
        m_model.node(node).attributes.push_back({"value", std::move(value), false, {}});
    }
    return m_model.node(node).outputs().front();
}

Term AtenEmitter::list(const std::vector<Term>& members, Type::Kind kind)
{
    const auto allAre = [&](auto isKind) { return std::all_of(members.begin(), members.end(), isKind); };
    if (!members.empty() && allAre([](const Term& t) { return t.get<std::int64_t>() != nullptr; })) {
        Ints constant;
        for (const Term& member : members)
            constant.push_back(*member.get<std::int64_t>());
        return constant;
    }
    if (!members.empty() && allAre([](const Term& t) { return t.get<double>() != nullptr; })) {
        Floats constant;
        for (const Term& member : members)
            constant.push_back(*member.get<double>());
        return constant;
    }
    if (members.empty() && kind == Type::Kind::Int)
        return Ints();
    Type type = simple(Type::Kind::Sequence);
    type.arguments = {members.empty() ? simple(kind) : typeOf(members.front())};
    if (type.arguments.front().kind == Type::Kind::Tensor)
        type.arguments.front() = simple(Type::Kind::Tensor);
    return applyAs(type, "prim::ListConstruct", members);
}

std::vector<Term> AtenEmitter::unpack(const Term& list, std::size_t count)
{
    std::vector<Term> members;
    if (const auto* constant = list.get<Ints>()) {
        assert(constant->size() == count);
        members.assign(constant->begin(), constant->end());
        return members;
    }
    const Type type = typeOf(list);
    const Type member = type.arguments.empty() ? simple(Type::Kind::Tensor) : type.arguments.front();
    return write("prim::ListUnpack", std::vector<Type>(count, member), {list});
}

Term AtenEmitter::element(const Term& list, const Term& index)
{
    const auto* constants = list.get<Ints>();
    const auto* at = index.get<std::int64_t>();
    if (constants && at && *at >= -std::int64_t(constants->size()) && *at < std::int64_t(constants->size()))
        return (*constants)[std::size_t(*at < 0 ? *at + std::int64_t(constants->size()) : *at)];
    const Type type = typeOf(list);
    return applyAs(type.arguments.empty() ? simple(Type::Kind::Tensor) : type.arguments.front(), "__getitem__", {list, index});
}

Term AtenEmitter::length(const Term& list)
{
    if (const auto* constant = list.get<Ints>())
        return std::int64_t(constant->size());
    return apply("len", {list});
}

Term AtenEmitter::size(const Term& tensor, const Term& dimension)
{
    return apply("size", {tensor, dimension});
}

Term AtenEmitter::sizes(const Term& tensor)
{
    return apply("size", {tensor});
}

Term AtenEmitter::rank(const Term& tensor)
{
    return apply("dim", {tensor});
}

Term AtenEmitter::toInts(const Term& tensor)
{
    const Term vector = apply("reshape", {cast(tensor, ElementType::Int64), Ints{-1}});
    // prim::tolist takes the rank and a number for the element's type: 0 is int, 1 float, 2 bool.
    return applyAs(listOf(Type::Kind::Int), "prim::tolist", {vector, 1, 0});
}

Term AtenEmitter::toFloats(const Term& tensor)
{
    const Term vector = apply("reshape", {cast(tensor, ElementType::Float64), Ints{-1}});
    return applyAs(listOf(Type::Kind::Float), "prim::tolist", {vector, 1, 1});
}

Term AtenEmitter::toInt(const Term& tensor)
{
    return apply("Int", {tensor});
}

Term AtenEmitter::toFloat(const Term& tensor)
{
    return apply("Float", {tensor});
}

Term AtenEmitter::toBool(const Term& tensor)
{
    return apply("Bool", {tensor});
}

Term AtenEmitter::toTensor(const Term& numbers, ElementType element)
{
    return apply("tensor", {numbers, heldAs(element), Term(), false});
}

Term AtenEmitter::cast(const Term& value, ElementType element)
{
    return apply("to", {value, heldAs(element), false, false, Term()});
}

Term AtenEmitter::tensor(ElementType element, const Ints& shape, const Floats& values)
{
    ElementWriter writer(element, values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        writer.set(i, values[i]);
    return Term(m_model.addTensor(writer.take(shape)), *this);
}

Term AtenEmitter::tensor(ElementType element, const Ints& shape, const Ints& values)
{
    ElementWriter writer(element, values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        writer.setInteger(i, values[i]);
    return Term(m_model.addTensor(writer.take(shape)), *this);
}

Term AtenEmitter::tensor(const Ints& shape, const std::vector<std::string>& texts)
{
    Tensor tensor;
    tensor.element = ElementType::String;
    tensor.shape = shape;
    tensor.data = OwnedStrings{std::make_shared<const std::vector<std::string>>(texts)};
    return Term(m_model.addTensor(std::move(tensor)), *this);
}

// Nodes go into another graph for as long as this lives.
class AtenEmitter::Inside {
public:
    Inside(AtenEmitter& emitter, GraphId graph) : m_emitter(emitter), m_outer(std::exchange(emitter.m_graph, graph)) {}
    ~Inside() { m_emitter.m_graph = m_outer; }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

private:
    AtenEmitter& m_emitter;
    GraphId m_outer;
};

std::vector<Term> AtenEmitter::branch(const Term& condition, const Branch& then, const Branch& otherwise)
{
    if (const auto* decided = condition.get<bool>())
        return *decided ? then() : otherwise();
    const NodeId node = addNode("prim::If", {materialize(condition)}, {});
    std::vector<Type> types;
    for (const bool isThen : {true, false}) {
        const char* role = isThen ? "then_branch" : "else_branch";
        const GraphId body = m_model.addGraph(role, node, role);
        const Inside inside(*this, body);
        std::vector<ValueId> outputs;
        for (const Term& term : isThen ? then() : otherwise())
            outputs.push_back(materialize(term));
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            const Type& type = m_model.value(outputs[i]).type;
            if (isThen)
                types.push_back(type);
            else
                types[i] = ofBoth(types[i], type);
        }
        m_model.graph(body).outputs = outputs;
        m_model.node(node).attributes.push_back({role, body, false, {}});
    }
    std::vector<Term> results;
    for (const Type& type : types) {
        const ValueId value =
            m_model.addValue(m_graph, std::to_string(m_model.valueCount()), type.isTensor() ? simple(type.kind) : type);
        m_model.appendOutput(node, value);
        results.emplace_back(value, *this);
    }
    return results;
}

Term AtenEmitter::choose(const Term& condition, const std::function<Term()>& then, const std::function<Term()>& otherwise)
{
    return branch(condition, [&] { return std::vector<Term>{then()}; }, [&] { return std::vector<Term>{otherwise()}; }).front();
}

std::vector<Term> AtenEmitter::loop(const Term& count, const Term& condition, const std::vector<Term>& carried,
                                    const Body& body)
{
    std::vector<ValueId> inputs{materialize(count), materialize(condition)};
    std::vector<Type> types;
    for (const Term& term : carried) {
        inputs.push_back(materialize(term));
        const Type& type = m_model.value(inputs.back()).type;
        types.push_back(type.isTensor() ? simple(type.kind) : type);
    }
    const NodeId node = addNode("prim::Loop", inputs, types);
    const GraphId inner = m_model.addGraph("body", node, "body");
    fillLoop(node, inner, types, body);
    std::vector<Term> results;
    for (const ValueId output : m_model.node(node).outputs())
        results.emplace_back(output, *this);
    return results;
}

void AtenEmitter::fillLoop(NodeId node, GraphId inner, const std::vector<Type>& types, const Body& body)
{
    const Inside inside(*this, inner);
    const auto addInput = [&](const Type& type) {
        const ValueId value = m_model.addValue(inner, std::to_string(m_model.valueCount()), type);
        m_model.graph(inner).inputs.push_back(value);
        return Term(value, *this);
    };
    const Term i = addInput(simple(Type::Kind::Int));
    std::vector<Term> now;
    for (const Type& type : types)
        now.push_back(addInput(type));
    Term goOn = true;
    const std::vector<Term> next = body(i, now, &goOn);
    assert(next.size() == types.size());
    std::vector<ValueId> outputs{materialize(goOn)};
    for (const Term& term : next)
        outputs.push_back(materialize(term));
    m_model.graph(inner).outputs = outputs;
    m_model.node(node).attributes.push_back({"body", inner, false, {}});
}

}  // namespace tenscope
