#include "core/worker/modelinference.h"

#include <string>
#include <unordered_map>

#include "core/formats/onnx/onnxskeleton.h"

namespace tenscope {

namespace {

// Graphs and their values by the names under which the worker knows them.
class Names {
public:
    explicit Names(const Model& model) : m_model(model) { add(model.mainGraph, {}); }

    ValueId find(const InferredTypes::Entry& entry) const
    {
        const auto graph = m_values.find(entry.graph);
        if (graph == m_values.end())
            return {};
        const auto value = graph->second.find(entry.name);
        return value == graph->second.end() ? ValueId() : value->second;
    }

    // The node that a problem names: "(op_type:Conv, node name: stem): …".
    Place place(const std::string& problem) const
    {
        static const std::string mark = "node name: ";
        const std::size_t begin = problem.find(mark);
        const std::size_t end = begin == std::string::npos ? begin : problem.find("):", begin);
        if (end == std::string::npos)
            return {};
        const auto node = m_nodes.find(problem.substr(begin + mark.size(), end - begin - mark.size()));
        return node == m_nodes.end() ? Place() : Place(node->second);
    }

private:
    void add(GraphId graph, const std::string& path)
    {
        for (const NodeId id : m_model.nodes(graph)) {
            const Node& node = m_model.node(id);
            if (!node.name.empty())
                m_nodes.try_emplace(node.name, id);
            for (const ValueId output : node.outputs())
                m_values[path].try_emplace(m_model.value(output).name, output);
            const std::string first = node.outputs().empty() ? std::string() : m_model.value(node.outputs()[0]).name;
            for (const Attribute& attribute : node.attributes)
                if (const auto* body = std::get_if<GraphId>(&attribute.value))
                    add(*body, bodyPath(path, first, attribute.name));
        }
    }

    const Model& m_model;
    std::unordered_map<std::string, std::unordered_map<std::string, ValueId>> m_values;
    std::unordered_map<std::string, NodeId> m_nodes;
};

}  // namespace

Result<ModelInference> inferTypes(const Model& model, WorkerClient& worker, Progress& progress)
{
    const auto skeleton = onnxSkeleton(model, progress);
    if (!skeleton)
        return fail(skeleton.error());
    const auto answer = worker.inferTypes(*skeleton, progress);
    if (!answer)
        return fail(answer.error());
    return located(model, *answer);
}

ModelInference located(const Model& model, const InferredTypes& inferred)
{
    const Names names(model);
    ModelInference result;
    for (const InferredTypes::Entry& entry : inferred.values)
        if (const ValueId value = names.find(entry); value && entry.type.kind != Type::Kind::Unknown)
            result.types.emplace_back(value, entry.type);
    for (const std::string& problem : inferred.problems)
        result.issues.push_back({Severity::Warning, problem, names.place(problem)});
    return result;
}

bool lacksTypes(const Model& model)
{
    if (!model.mainGraph)
        return false;
    for (const NodeId node : model.nodes(model.mainGraph))
        for (const ValueId output : model.node(node).outputs())
            if (model.value(output).type.kind == Type::Kind::Unknown && !model.value(output).name.empty())
                return true;
    return false;
}

void setInferredTypes(Model& model, const std::vector<std::pair<ValueId, Type>>& types)
{
    const Model& seen = model;
    for (const auto& [id, type] : types) {
        if (seen.value(id).type.kind != Type::Kind::Unknown && !seen.value(id).isTypeInferred)
            continue;
        model.value(id).type = type;
        model.value(id).isTypeInferred = true;
    }
}

}  // namespace tenscope
