#include "core/analysis/modelsummary.h"

#include "core/graph/model.h"
#include "core/graph/text.h"

namespace tenscope {

namespace {

std::uint64_t bytesOf(const Model& model, const Tensor& tensor)
{
    if (const auto* sparse = std::get_if<SparseData>(&tensor.data))
        return bytesOf(model, model.tensor(sparse->values)) + bytesOf(model, model.tensor(sparse->indices));
    if (const auto elements = tensor.elements())
        if (const auto bytes = byteSize(tensor.element, *elements))
            return *bytes;
    return tensor.storedBytes();
}

// Whether neither the node that holds the graph was removed, nor one around that.
bool isLiving(const Model& model, GraphId graph)
{
    while (const NodeId owner = model.graph(graph).owner) {
        if (!model.node(owner).isAlive())
            return false;
        graph = model.node(owner).graph;
    }
    return true;
}

template <class Function>
void forEachLivingGraph(const Model& model, Function function)
{
    for (std::size_t i = 0; i < model.graphCount(); ++i)
        if (isLiving(model, GraphId(i)))
            function(GraphId(i));
}

}  // namespace

std::vector<ValueId> storedValues(const Model& model)
{
    std::vector<ValueId> result;
    const auto addGraph = [&](GraphId graph) {
        for (const ValueId value : model.graph(graph).initializers)
            if (model.value(value).isAlive() && model.value(value).tensor)
                result.push_back(value);
    };
    if (model.mainGraph)
        addGraph(model.mainGraph);
    forEachLivingGraph(model, [&](GraphId graph) {
        if (graph != model.mainGraph)
            addGraph(graph);
    });
    return result;
}

std::vector<ValueId> requiredInputs(const Model& model)
{
    std::vector<ValueId> result;
    if (model.mainGraph)
        for (const ValueId input : model.graph(model.mainGraph).inputs)
            if (input && !model.value(input).tensor)
                result.push_back(input);
    return result;
}

ModelSummary summarize(const Model& model)
{
    ModelSummary summary;
    struct Occurrences {
        NodeId any;
        std::uint64_t count = 0;
    };
    std::vector<Occurrences> operators(model.operatorCount());
    forEachLivingGraph(model, [&](GraphId graph) {
        summary.bodies += model.graph(graph).owner ? 1 : 0;
        for (const NodeId node : model.nodes(graph)) {
            ++summary.nodes;
            Occurrences& occurrences = operators[model.node(node).op.index()];
            occurrences.any = node;
            ++occurrences.count;
        }
    });
    for (const Occurrences& occurrences : operators)
        if (occurrences.count > 0)
            summary.ops[qualifiedName(model, occurrences.any)] += occurrences.count;
    for (const ValueId value : storedValues(model)) {
        const Tensor& tensor = model.tensor(model.value(value).tensor);
        summary.parameters += tensor.elements().value_or(0);
        summary.parameterBytes += bytesOf(model, tensor);
        ++summary.tensors;
    }
    summary.scopes = model.scopeCount();
    summary.functions = model.functions.size();
    return summary;
}

}  // namespace tenscope
