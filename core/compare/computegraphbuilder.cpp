#include "core/compare/computegraphbuilder.h"

#include <algorithm>
#include <array>

#include "core/compare/literalnumbers.h"
#include "core/graph/literal.h"
#include "core/graph/text.h"

namespace tenscope {

namespace {

constexpr std::uint32_t none = 0xffffffffu;
constexpr int deepest = 256;          // of bodies in bodies
constexpr std::size_t mostMembers = 4096;  // of a list, flattened
constexpr int mostWeightSteps = 256;  // from a unit back to the tensors that are stored

bool isInPlace(const Operator& op)
{
    return op.domain == "aten" && op.name.size() > 1 && op.name.back() == '_' && op.name[op.name.size() - 2] != '_';
}

template <class T>
void addOnce(std::vector<T>& list, T value)
{
    if (std::find(list.begin(), list.end(), value) == list.end())
        list.push_back(value);
}

}  // namespace

Result<ComputeGraph> ComputeGraphBuilder::build()
{
    ComputeGraph graph;
    if (!m_model.mainGraph)
        return graph;
    for (std::size_t i = 0; i < m_model.operatorCount(); ++i) {
        const Operator& op = m_model.op(OperatorId(i));
        const bool isBodied = (op.name == "If" || op.name == "Loop" || op.name == "Scan") && (op.domain.empty() || op.domain == "prim");
        m_classOf.push_back(operatorClass(op));
        const ClassRole role = op.domain == "prim" && op.name == "SetAttr" ? ClassRole::Index : tenscope::roleOf(m_classOf.back());
        m_roleOf.push_back(isBodied ? ClassRole::Control : role == ClassRole::Control ? ClassRole::Compute : role);
    }
    m_blockOf.assign(m_model.nodeCount(), 0);
    m_isIdle.assign(m_model.nodeCount(), false);
    m_isLive.assign(m_model.nodeCount(), false);
    m_unitOf.assign(m_model.nodeCount(), none);
    m_ownerOf.assign(m_model.nodeCount(), none);
    if (!classify())
        return fail(Error::cancelled());
    findLive();
    if (std::none_of(m_nodes.begin(), m_nodes.end(), [&](NodeId id) { return m_isLive[id.index()]; })) {
        m_isEverythingData = true;
        if (!classify())
            return fail(Error::cancelled());
        findLive();
    }
    makeUnits();
    connect();
    findOwners();
    if (m_progress.cancelled())
        return fail(Error::cancelled());
    finish(graph);
    return graph;
}

bool ComputeGraphBuilder::classify()
{
    // What flows round a loop is known when its body has been seen once.
    for (int pass = 0; pass == 0 || (pass == 1 && m_hasLoop); ++pass) {
        m_nodes.clear();
        m_blockOwner = {NodeId()};
        m_blockParent = {0};
        if (pass == 0) {
            m_kinds.assign(m_model.valueCount(), Kind::Constant);
            for (std::size_t i = 0; i < m_model.valueCount(); ++i)
                if (m_model.value(ValueId(i)).tensor)
                    m_kinds[i] = m_isEverythingData ? Kind::Data : Kind::Stored;
            for (const ValueId input : m_model.graph(m_model.mainGraph).inputs) {
                const Type::Kind kind = m_model.value(input).type.kind;
                const bool isControl = kind == Type::Kind::Int || kind == Type::Kind::Bool || kind == Type::Kind::Float ||
                                       kind == Type::Kind::String || kind == Type::Kind::Device || kind == Type::Kind::None ||
                                       kind == Type::Kind::Object;
                if (!m_model.value(input).tensor)
                    m_kinds[input.index()] = isControl ? Kind::Index : Kind::Data;
            }
        }
        classify(m_model.mainGraph, 0, 0);
        if (m_progress.cancelled())
            return false;
    }
    return true;
}

void ComputeGraphBuilder::classify(GraphId graph, std::uint32_t block, int depth)
{
    if (depth > deepest)
        return;
    for (const NodeId id : m_model.nodes(graph)) {
        if (m_progress.cancelled())
            return;
        m_blockOf[id.index()] = block;
        if (roleOf(id) == ClassRole::Control)
            enterControl(id, block, depth);
        else
            classifyNode(id);
        m_nodes.push_back(id);
    }
}

void ComputeGraphBuilder::join(ValueId value, ValueId other)
{
    if (!value || !other)
        return;
    addOnce(m_aliases[value], other);
    m_kinds[value.index()] = std::max(m_kinds[value.index()], kindOfInput(other));
}

void ComputeGraphBuilder::enterControl(NodeId id, std::uint32_t block, int depth)
{
    const Node& node = m_model.node(id);
    const Operator& op = m_model.op(id);
    const bool isTorch = op.domain == "prim";
    const bool isLoop = op.name == "Loop", isScan = op.name == "Scan";
    m_hasLoop = m_hasLoop || isLoop || isScan;
    for (const GraphId body : m_model.bodies(id)) {
        const Graph& inner = m_model.graph(body);
        const auto input = [&](std::size_t i) { return i < node.inputs().size() ? node.inputs()[i].value : ValueId(); };
        const auto output = [&](std::size_t i) { return i < inner.outputs.size() ? inner.outputs[i] : ValueId(); };
        // Where a body's first carried value is among its inputs, and the first value it gives among its outputs.
        const std::size_t first = isScan || !isLoop ? 0 : isTorch ? 1 : 2, given = isLoop ? 1 : 0;
        for (std::size_t k = first; k < inner.inputs.size(); ++k) {
            join(inner.inputs[k], input(k - first + (isLoop ? 2 : 0)));
            join(inner.inputs[k], output(k - first + given));
        }
        m_blockOwner.push_back(id);
        m_blockParent.push_back(block);
        classify(body, std::uint32_t(m_blockOwner.size() - 1), depth + 1);
        for (const ValueId value : inner.outputs)
            if (value)
                m_returnedBy.emplace(value, id);
        for (std::size_t k = 0; k < node.outputs().size(); ++k) {
            join(node.outputs()[k], output(k + given));
            if (isLoop && k + first < inner.inputs.size())
                join(node.outputs()[k], input(k + 2));
        }
    }
}

ComputeGraphBuilder::Kind ComputeGraphBuilder::kindOfInput(ValueId value) const
{
    Kind kind = kindOf(value);
    if (const auto found = m_aliases.find(value); value && found != m_aliases.end())
        for (const ValueId other : found->second)
            kind = std::max(kind, kindOf(other));
    return kind;
}

void ComputeGraphBuilder::classifyNode(NodeId id)
{
    const Node& node = m_model.node(id);
    const Operator& op = m_model.op(node.op);
    m_isIdle[id.index()] = isIdle(id);
    Kind kind = Kind::Constant;
    for (const Input& input : node.inputs())
        kind = std::max(kind, kindOfInput(input.value));
    for (const GraphId body : m_model.bodies(id))  // of operators that are no If or Loop
        for (const NodeId inner : m_model.nodes(body))
            for (const Input& input : m_model.node(inner).inputs())
                kind = std::max(kind, kindOf(input.value));
    if (isPlumbing(m_model, id)) {
        if (op.name == "Constant" && !node.outputs().empty() && !literal(m_model, node.outputs()[0], 8))
            kind = m_isEverythingData ? Kind::Data : Kind::Stored;
    } else if (roleOf(id) == ClassRole::Index && !m_isEverythingData) {
        kind = Kind::Index;
    } else {
        kind = std::max(kind, m_isEverythingData ? Kind::Data : Kind::Index);
    }
    if (op.domain == "aten" && (op.name == "append" || op.name == "_set_item" || op.name == "insert" || op.name == "extend") &&
        !node.inputs().empty() && node.inputs()[0].value)
        join(dataSource(m_model, node.inputs()[0].value), node.inputs().back().value);
    for (const ValueId output : node.outputs())
        m_kinds[output.index()] = kind;
}

// A pad by nothing, a slice of everything: exporters write them where a framework would not.
bool ComputeGraphBuilder::isIdle(NodeId id) const
{
    const Node& node = m_model.node(id);
    const std::string& cls = m_classOf[node.op.index()];
    const auto all = [&](std::size_t input, double byDefault, auto holds) {
        const ValueId value = input < node.inputs().size() ? node.inputs()[input].value : ValueId();
        if (!value || literal(m_model, value) == "None")
            return holds(byDefault);
        const auto values = numbers(m_model, value);
        return values && std::all_of(values->begin(), values->end(), holds);
    };
    constexpr double endless = 2147483647.0;
    const bool isTorch = m_model.op(node.op).domain == "aten";
    if (cls == "pad")
        return node.inputs().size() > 1 && all(1, 0, [](double value) { return value == 0; });
    if (cls != "slice" || node.inputs().size() < 3)
        return false;
    return all(isTorch ? 2 : 1, 0, [](double value) { return value == 0; }) &&
           all(isTorch ? 3 : 2, endless, [](double value) { return value >= endless; }) &&
           all(4, 1, [](double value) { return value == 1; });
}

void ComputeGraphBuilder::findLive()
{
    std::vector<ValueId> pending;
    std::vector<bool> seen(m_model.valueCount());
    const auto want = [&](ValueId value) {
        value = value ? dataSource(m_model, value) : value;
        if (!value || seen[value.index()])
            return;
        seen[value.index()] = true;
        pending.push_back(value);
    };
    const auto wantInputs = [&](NodeId id) {
        m_isLive[id.index()] = true;
        for (const Input& input : m_model.node(id).inputs())
            want(input.value);
        for (const GraphId body : m_model.bodies(id))
            if (roleOf(id) != ClassRole::Control)
                for (const NodeId inner : m_model.nodes(body))
                    for (const Input& input : m_model.node(inner).inputs())
                        want(input.value);
    };
    for (const ValueId output : m_model.graph(m_model.mainGraph).outputs)
        want(output);
    for (const NodeId id : m_nodes) {
        const Node& node = m_model.node(id);
        const Operator& op = m_model.op(node.op);
        if (op.name == "SetAttr" && op.domain == "prim" && node.inputs().size() > 1)
            want(node.inputs()[1].value);
        else if (isInPlace(op) && !node.inputs().empty() && kindOfInput(node.inputs()[0].value) == Kind::Data)
            wantInputs(id);
    }
    while (!pending.empty()) {
        const ValueId value = pending.back();
        pending.pop_back();
        if (const auto found = m_aliases.find(value); found != m_aliases.end())
            for (const ValueId other : found->second)
                want(other);
        const NodeId producer = m_model.value(value).producer();
        if (producer && roleOf(producer) != ClassRole::Control)
            wantInputs(producer);
    }
    const auto isUnit = [&](NodeId id) {
        const Node& node = m_model.node(id);
        Kind kind = Kind::Constant;
        for (const ValueId output : node.outputs())
            kind = std::max(kind, kindOf(output));
        const ClassRole role = roleOf(id);
        return kind == Kind::Data && !isPlumbing(m_model, id) && (role == ClassRole::Compute || role == ClassRole::Layout);
    };
    for (const NodeId id : m_nodes)
        m_isLive[id.index()] = m_isLive[id.index()] && isUnit(id);
}

void ComputeGraphBuilder::makeUnits()
{
    for (const ValueId input : m_model.graph(m_model.mainGraph).inputs) {
        if (kindOf(input) != Kind::Data || m_model.value(input).tensor)
            continue;
        m_inputUnit.emplace(input, std::uint32_t(m_units.size()));
        Unit unit;
        unit.cls = "input";
        m_units.push_back(std::move(unit));
    }
    for (const NodeId id : m_nodes) {
        if (!m_isLive[id.index()])
            continue;
        m_unitOf[id.index()] = std::uint32_t(m_units.size());
        Unit unit;
        unit.cls = m_classOf[m_model.node(id).op.index()];
        unit.main = id;
        unit.core = {id};
        unit.scope = m_model.path(m_model.node(id).scope);
        unit.block = m_blockOf[id.index()];
        m_units.push_back(std::move(unit));
    }
}

void ComputeGraphBuilder::flatten(ValueId value, int depth, std::vector<ValueId>& out) const
{
    if (!value || out.size() > mostMembers)
        return;
    value = dataSource(m_model, value);
    const NodeId producer = m_model.value(value).producer();
    if (!producer || depth > 32 || !isList(m_model.op(producer))) {
        if (kindOfInput(value) >= Kind::Stored)
            out.push_back(value);
        return;
    }
    for (const Input& member : m_model.node(producer).inputs())
        flatten(member.value, depth + 1, out);
    if (const auto grown = m_aliases.find(value); grown != m_aliases.end())
        for (const ValueId other : grown->second)
            flatten(other, depth + 1, out);
}

const ComputeGraphBuilder::Units& ComputeGraphBuilder::sourcesOf(ValueId value)
{
    const auto [place, isNew] = m_sources.try_emplace(value);
    if (!isNew)
        return place->second;  // also where a loop leads back here: what is known so far
    Units found;
    const auto add = [&](ValueId other) {
        if (other && kindOfInput(other) == Kind::Data)
            for (const std::uint32_t unit : Units(sourcesOf(other)))
                addOnce(found, unit);
    };
    if (const auto input = m_inputUnit.find(value); input != m_inputUnit.end())
        found.push_back(input->second);
    if (const auto aliases = m_aliases.find(value); aliases != m_aliases.end())
        for (const ValueId other : std::vector<ValueId>(aliases->second))
            add(other);
    if (const NodeId producer = m_model.value(value).producer()) {
        const Node& node = m_model.node(producer);
        if (m_unitOf[producer.index()] != none) {
            found.push_back(m_unitOf[producer.index()]);
        } else if (roleOf(producer) != ClassRole::Control) {
            const ValueId source = dataSource(m_model, value);
            if (source != value)
                add(source);
            else
                for (const Input& input : node.inputs())
                    add(input.value);
        }
    }
    return m_sources[value] = std::move(found);
}

void ComputeGraphBuilder::connect()
{
    for (const NodeId id : m_nodes) {
        for (const ValueId output : m_model.node(id).outputs())
            if (kindOf(output) == Kind::Data)
                sourcesOf(output);  // in order, so that no chain is ever followed deeply
        if (m_unitOf[id.index()] == none)
            continue;
        Unit& unit = m_units[m_unitOf[id.index()]];
        for (const Input& input : m_model.node(id).inputs()) {
            std::vector<ValueId> values;
            flatten(input.value, 0, values);
            for (const ValueId value : values)
                if (kindOfInput(value) == Kind::Data && !sourcesOf(value).empty())
                    unit.slots.push_back(sourcesOf(value));
        }
        for (const GraphId body : m_model.bodies(id))
            for (const NodeId inner : m_model.nodes(body))
                for (const Input& input : m_model.node(inner).inputs())
                    if (input.value && m_model.value(input.value).graph != body && kindOf(input.value) == Kind::Data)
                        unit.slots.push_back(sourcesOf(input.value));
        findWeights(unit);
        findConstants(unit);
    }
    for (const ValueId output : m_model.graph(m_model.mainGraph).outputs) {
        if (!output)
            continue;
        std::vector<ValueId> values;
        flatten(output, 0, values);
        for (const ValueId value : values) {
            Unit unit;
            unit.cls = "output";
            if (const Units& sources = sourcesOf(value); !sources.empty())
                unit.slots.push_back(sources);
            m_units.push_back(std::move(unit));
        }
    }
}

void ComputeGraphBuilder::findWeights(Unit& unit) const
{
    std::vector<std::pair<ValueId, bool>> pending;
    for (const Input& input : m_model.node(unit.main).inputs()) {
        std::vector<ValueId> values;
        flatten(input.value, 0, values);
        for (const ValueId value : values)
            pending.emplace_back(value, true);
    }
    int steps = 0;
    for (std::size_t at = 0; at < pending.size() && ++steps < mostWeightSteps; ++at) {
        const auto [value, isDirect] = pending[at];
        if (kindOfInput(value) != Kind::Stored)
            continue;
        if (const TensorId tensor = storedTensor(m_model, value)) {
            const auto isSame = [&](const UnitWeight& known) { return known.tensor == tensor; };
            if (std::none_of(unit.weights.begin(), unit.weights.end(), isSame))
                unit.weights.push_back({tensor, m_model.value(value).name, isDirect});
            continue;
        }
        const NodeId producer = m_model.value(value).producer();
        if (!producer)
            continue;
        const std::string& cls = m_classOf[m_model.node(producer).op.index()];
        for (const Input& input : m_model.node(producer).inputs()) {
            std::vector<ValueId> values;
            flatten(input.value, 0, values);
            for (const ValueId other : values)
                if (pending.size() < std::size_t(mostWeightSteps))
                    pending.emplace_back(other, isDirect && (cls == "transpose" || cls == "identity" || cls == "cast"));
        }
    }
}

void ComputeGraphBuilder::findConstants(Unit& unit) const
{
    constexpr std::array classes{"add", "sub", "mul", "div", "pow", "max", "min", "mod", "greater", "less", "equal"};
    if (std::find(classes.begin(), classes.end(), unit.cls) == classes.end())
        return;
    const auto& inputs = m_model.node(unit.main).inputs();
    for (std::size_t i = 0; i < std::min<std::size_t>(2, inputs.size()); ++i)
        if (inputs[i].value)
            if (const auto value = number(m_model, inputs[i].value))
                unit.constants.push_back(*value);
    std::erase_if(unit.weights, [&](const UnitWeight& weight) { return m_model.tensor(weight.tensor).elements().value_or(0) <= 1; });
}

std::uint32_t ComputeGraphBuilder::ownerByUse(NodeId id) const
{
    const ScopeId scope = m_model.node(id).scope;
    std::uint32_t best = none;
    bool isBestNear = false;
    const auto consider = [&](NodeId other) {
        const std::uint32_t owner = m_unitOf[other.index()] != none ? m_unitOf[other.index()] : m_ownerOf[other.index()];
        if (owner == none)
            return;
        const bool isNear = m_model.node(other).scope == scope;
        if (best == none || (isNear && !isBestNear) || (isNear == isBestNear && owner < best)) {
            best = owner;
            isBestNear = isNear;
        }
    };
    std::size_t looks = 0;
    for (const ValueId output : m_model.node(id).outputs()) {
        for (const Use& use : m_model.value(output).uses()) {
            if (++looks > 64)  // of a value that everything reads, any of its readers will do
                break;
            consider(use.node);
        }
        if (const auto found = m_returnedBy.find(output); found != m_returnedBy.end())
            consider(found->second);
    }
    return best;
}

void ComputeGraphBuilder::findOwners()
{
    for (std::size_t i = m_nodes.size(); i-- > 0;) {
        const NodeId id = m_nodes[i];
        m_ownerOf[id.index()] = m_unitOf[id.index()] != none ? m_unitOf[id.index()] : ownerByUse(id);
    }
    // What nothing consumes looks at something: checks of sizes, and what they say when they fail.
    for (int pass = 0; pass < 2; ++pass) {
        for (const NodeId id : m_nodes) {
            if (m_ownerOf[id.index()] != none)
                continue;
            std::uint32_t owner = none;
            for (const Input& input : m_model.node(id).inputs()) {
                const NodeId producer = input.value ? m_model.value(input.value).producer() : NodeId();
                if (owner == none && producer)
                    owner = m_ownerOf[producer.index()];
                if (owner == none && producer == NodeId() && input.value && m_inputUnit.contains(input.value))
                    for (const Use& use : m_model.value(input.value).uses())
                        owner = owner == none ? m_ownerOf[use.node.index()] : owner;
            }
            const NodeId around = m_blockOwner[m_blockOf[id.index()]];
            if (owner == none && around)
                owner = m_ownerOf[around.index()];
            m_ownerOf[id.index()] = owner;
        }
    }
    // The rest stands beside the computation: with what comes before it in the file.
    std::uint32_t last = none;
    for (const NodeId id : m_nodes)
        if (last == none)
            last = m_unitOf[id.index()];
    for (const NodeId id : m_nodes) {
        std::uint32_t& owner = m_ownerOf[id.index()];
        owner = owner == none ? last : owner;
        last = owner;
        if (owner != none && m_unitOf[id.index()] == none && !isPlumbing(m_model, id))
            m_units[owner].absorbed.push_back(id);
    }
}

void ComputeGraphBuilder::finish(ComputeGraph& graph)
{
    for (const NodeId id : m_nodes)
        graph.m_nodeCount += !isPlumbing(m_model, id);
    graph.m_blockParent = m_blockParent;

    const std::vector<std::uint32_t> partOf = findComposites(m_units);
    std::vector<std::uint32_t> place(m_units.size());
    for (std::uint32_t i = 0; i < m_units.size(); ++i) {
        if (partOf[i] != i)
            continue;
        place[i] = std::uint32_t(graph.m_units.size());
        graph.m_units.push_back(std::move(m_units[i]));
    }
    for (std::uint32_t i = 0; i < graph.m_units.size(); ++i) {
        Unit& unit = graph.m_units[i];
        std::vector<Units> slots;
        for (const Units& slot : unit.slots) {
            Units outside;
            for (const std::uint32_t source : slot)
                if (place[partOf[source]] != i)
                    addOnce(outside, place[partOf[source]]);
            if (!outside.empty() && !(unit.isMerged() && std::find(slots.begin(), slots.end(), outside) != slots.end()))
                slots.push_back(std::move(outside));
        }
        unit.slots = std::move(slots);
        unit.before.clear();
        unit.after.clear();
    }
    for (std::uint32_t i = 0; i < graph.m_units.size(); ++i) {
        for (const Units& slot : graph.m_units[i].slots)
            for (const std::uint32_t source : slot)
                addOnce(graph.m_units[i].before, source);
        for (const std::uint32_t source : graph.m_units[i].before)
            graph.m_units[source].after.push_back(i);
    }

    // Depth first from the outputs, then from whatever nothing led to.
    std::vector<std::uint8_t> state(graph.m_units.size());
    const auto visit = [&](std::uint32_t root) {
        std::vector<std::pair<std::uint32_t, std::size_t>> stack;
        if (state[root])
            return;
        state[root] = 1;
        stack.emplace_back(root, 0);
        while (!stack.empty()) {
            auto& [unit, next] = stack.back();
            if (next < graph.m_units[unit].before.size()) {
                const std::uint32_t source = graph.m_units[unit].before[next++];
                if (!state[source]) {
                    state[source] = 1;
                    stack.emplace_back(source, 0);
                }
            } else {
                graph.m_order.push_back(unit);
                stack.pop_back();
            }
        }
    };
    for (std::uint32_t i = 0; i < graph.m_units.size(); ++i)
        if (graph.m_units[i].cls == "output")
            visit(i);
    for (std::uint32_t i = 0; i < graph.m_units.size(); ++i)
        visit(i);
}

Result<ComputeGraph> ComputeGraph::reduce(const Model& model, Progress& progress)
{
    return ComputeGraphBuilder(model, progress).build();
}

}  // namespace tenscope
