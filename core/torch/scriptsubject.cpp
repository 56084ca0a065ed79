#include "core/torch/scriptsubject.h"

#include "core/torch/exchange.h"
#include "core/torch/failure.h"
#include "core/torch/fastgraph.h"
#include "core/torch/place.h"
#include "core/torch/tensors.h"

namespace tenscope {

void ScriptSubject::prepare(c10::Device device)
{
    if (device != m_device)
        m_fast.reset();
    m_device = device;
    const Model& model = m_built.model;
    std::vector<GraphId> graphs{model.mainGraph};
    while (!graphs.empty()) {
        const GraphId graph = graphs.back();
        graphs.pop_back();
        for (const NodeId id : model.nodes(graph)) {
            if (!model.op(id).isKnown)
                throw Failure(Error::run("The model cannot run here: " + placeOf(model, id) + " is not part of LibTorch " +
                                         TORCH_VERSION + "."));
            const std::vector<GraphId> bodies = model.bodies(id);
            graphs.insert(graphs.end(), bodies.begin(), bodies.end());
        }
    }
    completeStates(m_script);
}

std::shared_ptr<torch::jit::Graph> ScriptSubject::fast()
{
    if (!m_fast)
        m_fast = fastGraph(StateCopy(m_script, m_device).module().toObject(), m_built.model.graph(m_built.model.mainGraph).name);
    return m_fast;
}

torch::jit::Stack ScriptSubject::begin(const RunRequest& request, c10::Device device)
{
    const Model& model = m_built.model;
    const c10::FunctionSchema& schema = m_script.root->type()->getMethod(model.graph(model.mainGraph).name).getSchema();
    m_guard = std::make_unique<WeightGuard>(m_script);
    torch::jit::Stack stack{StateCopy(m_script, device).module()};
    for (c10::IValue& argument : arguments(*m_built.graph, schema, request.inputs, device))
        stack.push_back(std::move(argument));
    return stack;
}

void ScriptSubject::end() noexcept
{
    m_guard.reset();
}

Tensor ScriptSubject::shown(const at::Tensor& tensor, ValueId, std::string name) const
{
    return copyOf(tensor, std::move(name));
}

}  // namespace tenscope
