#include "core/torch/fastgraph.h"

#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/passes/common_subexpression_elimination.h>
#include <torch/csrc/jit/passes/constant_propagation.h>
#include <torch/csrc/jit/passes/dead_code_elimination.h>
#include <torch/csrc/jit/passes/freeze_module.h>
#include <torch/csrc/jit/passes/frozen_conv_add_relu_fusion.h>
#include <torch/csrc/jit/passes/frozen_graph_optimizations.h>
#include <torch/csrc/jit/passes/frozen_linear_transpose.h>
#include <torch/csrc/jit/passes/frozen_ops_to_mkldnn.h>
#include <torch/csrc/jit/passes/peephole.h>

namespace tenscope {

namespace {

void optimize(std::shared_ptr<torch::jit::Graph>& graph)
{
    torch::jit::OptimizeFrozenGraph(graph);
    torch::jit::FuseFrozenConvAddRelu(graph);
    torch::jit::ConvertFrozenOpsToMKLDNN(graph);
    torch::jit::FrozenLinearTranspose(graph);
    torch::jit::EliminateDeadCode(graph);
}

}  // namespace

std::shared_ptr<torch::jit::Graph> fastGraph(torch::jit::Graph& graph)
{
    std::shared_ptr<torch::jit::Graph> copy = graph.copy();
    torch::jit::ConstantPropagation(copy);
    torch::jit::EliminateCommonSubexpression(copy);
    torch::jit::PeepholeOptimize(copy);
    optimize(copy);
    return copy;
}

std::shared_ptr<torch::jit::Graph> fastGraph(const c10::intrusive_ptr<c10::ivalue::Object>& module, const std::string& method)
{
    const torch::jit::Module frozen =
        torch::jit::freeze_module(torch::jit::Module(module), method == "forward" ? std::vector<std::string>() : std::vector<std::string>{method});
    const auto function = frozen.find_method(method);
    if (!function)
        return nullptr;
    std::shared_ptr<torch::jit::Graph> graph = function->graph()->copy();
    optimize(graph);
    return graph->inputs().front()->hasUses() ? nullptr : graph;
}

}  // namespace tenscope
