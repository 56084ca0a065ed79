#include "core/analysis/checks.h"

#include <array>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "core/analysis/cycles.h"
#include "core/graph/model.h"
#include "core/graph/text.h"

namespace tenscope {

namespace {

constexpr std::size_t listedOfAKind = 100;

// A broken model holds the same fault ten thousand times; a list of that length helps nobody.
class Findings {
public:
    explicit Findings(std::vector<Issue>& issues) : m_issues(issues) {}

    // `others`: how to sum up those that are not listed, to follow their number.
    void add(Severity severity, std::string text, Place place, const char* others)
    {
        std::size_t& count = m_counts[others];
        if (++count <= listedOfAKind)
            m_issues.push_back({severity, std::move(text), place});
        else if (count == listedOfAKind + 1)
            m_summaries.push_back({severity, others});
    }

    void addSummaries()
    {
        for (const auto& [severity, others] : m_summaries)
            m_issues.push_back(
                {severity, "And " + std::to_string(m_counts[others] - listedOfAKind) + " more " + others + ".", {}});
    }

private:
    std::vector<Issue>& m_issues;
    std::unordered_map<std::string_view, std::size_t> m_counts;
    std::vector<std::pair<Severity, const char*>> m_summaries;
};

std::string inQuotes(std::string_view name)
{
    return '"' + std::string(name.substr(0, 200)) + '"';
}

class Checker {
public:
    Checker(const Model& model, Progress& progress) : m_model(model), m_progress(progress), m_findings(m_issues) {}

    std::vector<Issue> run()
    {
        markDefinitions();
        constexpr std::array checks{&Checker::checkMainGraph, &Checker::checkDefinitions, &Checker::checkNames,
                                    &Checker::checkOrder,     &Checker::checkOperators,   &Checker::checkOpsets,
                                    &Checker::checkTensors,   &Checker::checkBodies,      &Checker::checkUnused};
        for (std::size_t i = 0; i < checks.size() && !m_progress.cancelled(); ++i) {
            m_progress.report(double(i) / checks.size());
            (this->*checks[i])();
        }
        m_findings.addSummaries();
        m_progress.report(1);
        return std::move(m_issues);
    }

private:
    bool isOnnx() const { return m_model.format == Format::Onnx; }

    template <class Function>
    void forEachNode(Function function) const
    {
        for (std::size_t g = 0; g < m_model.graphCount() && !m_progress.cancelled(); ++g)
            for (const NodeId id : m_model.nodes(GraphId(g)))
                function(id);
    }

    std::string nodeText(NodeId id) const { return "node " + inQuotes(displayName(m_model, id)); }

    std::string graphText(GraphId id) const
    {
        const Graph& graph = m_model.graph(id);
        if (id == m_model.mainGraph)
            return "the model";
        if (graph.owner)
            return "the " + graph.role + " of " + nodeText(graph.owner);
        return "the function " + inQuotes(graph.name);
    }

    // The graph of the model or of a function that this body is in.
    GraphId root(GraphId id) const
    {
        while (m_model.graph(id).owner)
            id = m_model.node(m_model.graph(id).owner).graph;
        return id;
    }

    void markDefinitions()
    {
        m_isDefined.assign(m_model.valueCount(), false);
        m_isOutput.assign(m_model.valueCount(), false);
        for (std::size_t v = 0; v < m_model.valueCount(); ++v) {
            const Value& value = m_model.value(ValueId(v));
            m_isDefined[v] = value.producer().isValid() || value.tensor.isValid();
        }
        for (std::size_t g = 0; g < m_model.graphCount(); ++g) {
            for (const ValueId input : m_model.graph(GraphId(g)).inputs)
                if (input)
                    m_isDefined[input.index()] = true;
            for (const ValueId output : m_model.graph(GraphId(g)).outputs)
                if (output)
                    m_isOutput[output.index()] = true;
        }
    }

    void checkMainGraph()
    {
        if (!m_model.mainGraph)
            return;
        const Graph& graph = m_model.graph(m_model.mainGraph);
        if (graph.nodeCount() == 0)
            m_findings.add(m_model.functions.empty() ? Severity::Warning : Severity::Info,
                           "The model's graph has no nodes.", m_model.mainGraph, "");
        if (graph.outputs.empty() && (graph.nodeCount() > 0 || m_model.functions.empty()))
            m_findings.add(Severity::Warning, "The model has no outputs, so that running it gives nothing.",
                           m_model.mainGraph, "");
    }

    void checkDefinitions()
    {
        for (std::size_t v = 0; v < m_model.valueCount(); ++v) {
            const Value& value = m_model.value(ValueId(v));
            if (m_isDefined[v] || !value.isAlive() || value.uses().empty())
                continue;
            const NodeId reader = value.uses().front().node;
            m_findings.add(
                Severity::Error,
                "The value " + inQuotes(value.name) + " that " + nodeText(reader) + " reads is not defined anywhere.",
                reader, "values that are read but not defined");
        }
        for (std::size_t g = 0; g < m_model.graphCount(); ++g) {
            for (const ValueId output : m_model.graph(GraphId(g)).outputs) {
                if (output && m_isDefined[output.index()])
                    continue;
                const std::string name = output ? inQuotes(m_model.value(output).name) + ' ' : std::string();
                m_findings.add(Severity::Error,
                               "The output " + name + "of " + graphText(GraphId(g)) + " is not defined anywhere.",
                               output ? Place(output) : Place(GraphId(g)), "outputs that are not defined");
            }
        }
    }

    // ONNX wants a name to be defined once in its graph; TorchScript's names are for people only.
    void checkNames()
    {
        if (!isOnnx())
            return;
        std::unordered_map<std::string_view, ValueId> seen;
        for (std::size_t g = 0; g < m_model.graphCount() && !m_progress.cancelled(); ++g) {
            seen.clear();
            const Graph& graph = m_model.graph(GraphId(g));
            const auto define = [&](ValueId id) {
                const Value& value = m_model.value(id);
                if (value.name.empty())
                    return;
                const auto [first, isNew] = seen.try_emplace(value.name, id);
                if (!isNew && first->second != id)
                    m_findings.add(Severity::Error,
                                   "The value " + inQuotes(value.name) + " is defined more than once in " +
                                       graphText(GraphId(g)) + ".",
                                   value.producer() ? Place(value.producer()) : Place(id),
                                   "values that are defined more than once");
            };
            std::unordered_set<ValueId> inputs;
            for (const ValueId input : graph.inputs) {
                define(input);
                if (!inputs.insert(input).second)
                    m_findings.add(Severity::Error,
                                   "The input " + inQuotes(m_model.value(input).name) + " stands twice in " +
                                       graphText(GraphId(g)) + ".",
                                   input, "inputs that stand twice");
            }
            for (const ValueId initializer : graph.initializers)
                define(initializer);
            for (const NodeId node : m_model.nodes(GraphId(g)))
                for (const ValueId output : m_model.node(node).outputs())
                    define(output);
        }
    }

    void checkOrder()
    {
        const OrderFaults faults = orderFaults(m_model);
        for (const std::vector<NodeId>& cycle : faults.cycles) {
            std::string path;
            constexpr std::size_t named = 5;
            for (std::size_t i = 0; i < cycle.size() && i < named; ++i)
                path += (i == 0 ? "" : ", ") + inQuotes(displayName(m_model, cycle[i]));
            if (cycle.size() > named)
                path += " and " + std::to_string(cycle.size() - named) + " more";
            m_findings.add(Severity::Error,
                           cycle.size() == 1
                               ? "The node " + path + " reads its own result."
                               : "The nodes " + path + " form a cycle: each needs the result of another one.",
                           cycle.front(), "cycles");
        }
        for (const auto& [node, value] : faults.early)
            m_findings.add(Severity::Warning,
                           "The " + nodeText(node) + " stands before the node that makes its input " +
                               inQuotes(m_model.value(value).name) + ".",
                           node, "nodes that stand before what they read");
        for (const auto& [node, value] : faults.unreachable)
            m_findings.add(Severity::Error,
                           "The " + nodeText(node) + " reads " + inQuotes(m_model.value(value).name) +
                               ", a value of a graph that it is not in.",
                           node, "inputs from graphs that the node is not in");
    }

    void checkOperators()
    {
        std::vector<std::size_t> counts(m_model.operatorCount());
        std::vector<NodeId> first(m_model.operatorCount());
        forEachNode([&](NodeId id) {
            const std::uint32_t op = m_model.node(id).op.index();
            if (counts[op]++ == 0)
                first[op] = id;
        });
        for (std::size_t i = 0; i < counts.size(); ++i) {
            const Operator& op = m_model.op(OperatorId(i));
            if (counts[i] == 0 || (op.isKnown && !op.isDeprecated))
                continue;
            const std::string nodes = counts[i] == 1 ? "one node" : std::to_string(counts[i]) + " nodes";
            const std::string name = qualifiedName(m_model, first[i]);
            if (!op.isKnown)
                m_findings.add(
                    Severity::Warning,
                    "The operator " + name + " of " + nodes + " is not known here: it is shown, but cannot be run.",
                    first[i], "operators that are not known");
            else
                m_findings.add(
                    Severity::Warning,
                    "The operator " + name + " of " + nodes + " was withdrawn in the opset that the model imports.",
                    first[i], "operators that were withdrawn");
        }
    }

    void checkOpsets()
    {
        // Before IR version 3 a model could not say its opset: it is 1.
        if (!isOnnx() || (m_model.opsets.empty() && m_model.irVersion < 3))
            return;
        std::unordered_map<GraphId, const Function*> functions;
        for (const Function& function : m_model.functions)
            functions.emplace(function.graph, &function);
        std::unordered_set<std::string> told;
        for (std::size_t g = 0; g < m_model.graphCount() && !m_progress.cancelled(); ++g) {
            if (m_model.graph(GraphId(g)).nodeCount() == 0)
                continue;
            const auto function = functions.find(root(GraphId(g)));
            std::vector<bool> seen(m_model.operatorCount());
            for (const NodeId id : m_model.nodes(GraphId(g))) {
                const OperatorId opId = m_model.node(id).op;
                if (seen[opId.index()])
                    continue;
                seen[opId.index()] = true;
                const Operator& op = m_model.op(opId);
                if (m_model.opsets.contains(op.domain) ||
                    (function != functions.end() && function->second->opsets.contains(op.domain)) ||
                    m_model.function(op) || !told.insert(op.domain).second)
                    continue;
                m_findings.add(op.domain.empty() ? Severity::Error : Severity::Warning,
                               "The model does not say which version of the operators of " +
                                   (op.domain.empty() ? "ai.onnx" : inQuotes(op.domain)) + " it needs.",
                               id, "domains without a version");
            }
        }
    }

    void checkTensors()
    {
        // What reading could not find is told already.
        std::unordered_set<TensorId> told;
        for (const Issue& issue : m_model.issues) {
            if (const auto* tensor = std::get_if<TensorId>(&issue.place))
                told.insert(*tensor);
            else if (const auto* value = std::get_if<ValueId>(&issue.place))
                told.insert(m_model.value(*value).tensor);
            else if (const auto* node = std::get_if<NodeId>(&issue.place))
                for (const Attribute& attribute : m_model.node(*node).attributes)
                    if (const auto* own = std::get_if<TensorId>(&attribute.value))
                        told.insert(*own);
        }
        for (std::size_t v = 0; v < m_model.valueCount() && !m_progress.cancelled(); ++v) {
            const Value& value = m_model.value(ValueId(v));
            if (!value.isAlive() || !value.tensor)
                continue;
            const Tensor& tensor = m_model.tensor(value.tensor);
            if (const auto* missing = std::get_if<MissingData>(&tensor.data); missing && !told.contains(value.tensor))
                m_findings.add(Severity::Error,
                               "The data of " + inQuotes(value.name) + " is not to be had: " + missing->why, ValueId(v),
                               "tensors without data");
            if (const std::string why = contradiction(value.type, tensor); !why.empty())
                m_findings.add(Severity::Error,
                               "The tensor " + inQuotes(value.name) + " is " + toString(tensor.type()) +
                                   ", but declared as " + why + ".",
                               ValueId(v), "tensors that contradict their declaration");
        }
    }

    // The declared type, where the tensor cannot be of it; else empty.
    static std::string contradiction(const Type& declared, const Tensor& tensor)
    {
        if (!declared.isTensor())
            return {};
        const bool sameElement = declared.element == tensor.element || declared.element == ElementType::Undefined;
        bool sameShape = !declared.shape || declared.shape->size() == tensor.shape.size();
        for (std::size_t i = 0; declared.shape && sameShape && i < tensor.shape.size(); ++i)
            sameShape = !(*declared.shape)[i].isKnown() || (*declared.shape)[i].size == tensor.shape[i];
        return sameElement && sameShape ? std::string() : toString(declared);
    }

    // What If and Loop ask of their bodies (onnx.ai/onnx/operators).
    void checkBodies()
    {
        if (!isOnnx())
            return;
        for (std::size_t g = 0; g < m_model.graphCount() && !m_progress.cancelled(); ++g) {
            const Graph& graph = m_model.graph(GraphId(g));
            if (!graph.owner || !m_model.node(graph.owner).isAlive())
                continue;
            const Operator& op = m_model.op(graph.owner);
            const Node& owner = m_model.node(graph.owner);
            const bool isIf = op.domain.empty() && op.name == "If";
            const bool isLoop = op.domain.empty() && op.name == "Loop";
            const std::size_t outputs = owner.outputs().size() + (isLoop ? 1 : 0);
            // Outputs that are left out at the end of the node need not be named; those of the body must be all there.
            if ((isIf || isLoop) && graph.outputs.size() < outputs)
                m_findings.add(Severity::Error,
                               "In " + graphText(GraphId(g)) + " there are " + std::to_string(graph.outputs.size()) +
                                   " outputs, but " + std::to_string(outputs) + " are needed.",
                               GraphId(g), "bodies with too few outputs");
            if (isLoop && graph.inputs.size() < owner.inputs().size())
                m_findings.add(Severity::Error,
                               "In " + graphText(GraphId(g)) + " there are " + std::to_string(graph.inputs.size()) +
                                   " inputs, but the loop gives " + std::to_string(owner.inputs().size()) + ".",
                               GraphId(g), "bodies with too few inputs");
        }
    }

    // Modules keep buffers that only training needs, so this says something about ONNX only.
    void checkUnused()
    {
        if (!isOnnx())
            return;
        for (std::size_t g = 0; g < m_model.graphCount(); ++g)
            for (const ValueId id : m_model.graph(GraphId(g)).initializers)
                if (m_model.value(id).isAlive() && m_model.value(id).uses().empty() && !m_isOutput[id.index()])
                    m_findings.add(Severity::Info,
                                   "The initializer " + inQuotes(m_model.value(id).name) + " is not used.", id,
                                   "initializers that are not used");
    }

    const Model& m_model;
    Progress& m_progress;
    std::vector<Issue> m_issues;
    Findings m_findings;
    std::vector<bool> m_isDefined, m_isOutput;  // by value
};

}  // namespace

std::vector<Issue> check(const Model& model, Progress& progress)
{
    return Checker(model, progress).run();
}

}  // namespace tenscope
