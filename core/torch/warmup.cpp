#include "core/torch/libtorch.h"
#include "core/torch/torchscriptdocument.h"

namespace tenscope {

namespace {

// What most networks are made of, in the form that files have: compiling it makes LibTorch look up what it will need.
constexpr const char* common = R"(
def layers(x: Tensor, w: Tensor, b: Optional[Tensor], m: Tensor, v: Tensor, training: bool) -> Tensor:
    x0 = torch.conv2d(x, w, b, [1, 1], [0, 0], [1, 1], 1)
    x1 = torch._convolution(x0, w, b, [1, 1], [0, 0], [1, 1], False, [0, 0], 1, False, False, True, True)
    x2 = torch.conv1d(x1, w, b, [1], [0], [1], 1)
    x3 = torch.batch_norm(x2, w, b, m, v, training, 0.1, 1.0000000000000001e-05, True)
    x4 = torch.layer_norm(x3, [8], w, b, 1.0000000000000001e-05, True)
    if training:
        x5 = torch.relu_(x4)
    else:
        x5 = torch.relu(x4)
    x6 = torch.hardtanh(torch.hardswish(torch.silu(torch.gelu(torch.sigmoid(torch.tanh(x5))))), 0., 6.)
    x7 = torch.max_pool2d(x6, [2, 2], [2, 2], [0, 0], [1, 1], False)
    x8 = torch.adaptive_avg_pool2d(torch.avg_pool2d(x7, [2, 2], [2, 2]), [1, 1])
    x9 = torch.dropout(torch.flatten(x8, 1, -1), 0.5, training)
    x10 = torch.softmax(torch.linear(x9, w, b), -1)
    x11 = torch.add(torch.mul(torch.sub(x10, x9, alpha=1), 2.), torch.div(x9, x10), alpha=1)
    x12 = torch.add_(torch.matmul(x11, torch.transpose(x10, -2, -1)), torch.bmm(x9, x10), alpha=1)
    n = torch.size(x12, 0)
    if torch.ne(torch.dim(x12), 4):
        x13 = torch.view(x12, [n, -1])
    else:
        x13 = torch.reshape(torch.contiguous(torch.permute(x12, [0, 2, 1])), [n // 2, -1])
    x14 = torch.cat([x13, torch.unsqueeze(torch.select(x13, 0, 0), 0)], 1)
    x15 = torch.slice(torch.squeeze(torch.mean(x14, [1], True), 1), 0, 0, 9223372036854775807, 1)
    y, h, c = torch.lstm(x15, [x13, x14], [w], True, 1, 0., training, False, True)
    return torch.embedding(w, torch.to(y, 4, False, False, None), -1, False, False)
)";

}  // namespace

void warmUpTorch()
{
    try {
        torch::jit::CompilationUnit unit;
        unit.define(c10::nullopt, std::string(common), torch::jit::nativeResolver(), nullptr);
    } catch (const std::exception&) {
        // A LibTorch that lacks one of these has looked up the others: nothing depends on it.
    }
}

}  // namespace tenscope
