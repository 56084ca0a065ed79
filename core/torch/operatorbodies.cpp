#include "core/torch/operatorbodies.h"

#include <memory>
#include <mutex>
#include <string>

#include "core/torch/libtorch.h"

namespace tenscope {

namespace {

// A schema as the newer LibTorch has it, and a TorchScript function of one argument for each of the schema's. Types of
// elements are written as their numbers: 4 int64, 5 float16, 7 float64, 11 bool, 15 bfloat16.
struct OperatorBody {
    const char* schema;
    const char* source;
};

constexpr OperatorBody bodies[] = {
    // PyTorch 2.0; scale since 2.1, enable_gqa since 2.5. The definition is that of its documentation; rows that are masked
    // out as a whole give zeros, as they do since 2.5.
    {"aten::scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, "
     "float dropout_p=0.0, bool is_causal=False, *, float? scale=None, bool enable_gqa=False) -> Tensor",
     R"(def body(query: Tensor, key: Tensor, value: Tensor, attn_mask: Optional[Tensor], dropout_p: float, is_causal: bool, scale: Optional[float], enable_gqa: bool) -> Tensor:
    factor = 1.0 / float(query.size(-1)) ** 0.5
    if scale is not None:
        factor = scale
    k = key
    v = value
    if enable_gqa:
        k = key.repeat_interleave(query.size(-3) // key.size(-3), -3)
        v = value.repeat_interleave(query.size(-3) // value.size(-3), -3)
    weights = torch.matmul(query * factor, k.transpose(-2, -1))
    mask = attn_mask
    if is_causal:
        mask = torch.ones([query.size(-2), key.size(-2)], dtype=11, device=query.device).tril()
    if mask is not None:
        if mask.dtype == 11:
            weights = weights.masked_fill(mask.logical_not(), float("-inf"))
        else:
            weights = weights + mask
    hidden = torch.isneginf(weights).all(-1, True)
    weights = torch.softmax(weights, -1).masked_fill(hidden, 0.0)
    if dropout_p > 0.0:
        weights = torch.dropout(weights, dropout_p, True)
    return torch.matmul(weights, v)
)"},
    {"aten::_safe_softmax(Tensor self, int dim, ScalarType? dtype=None) -> Tensor",
     R"(def body(self: Tensor, dim: int, dtype: Optional[int]) -> Tensor:
    result = torch.softmax(self, dim, dtype)
    return result.masked_fill(torch.isneginf(self).all(dim, True), 0.0)
)"},
    {"aten::rms_norm(Tensor input, int[] normalized_shape, Tensor? weight=None, float? eps=None) -> Tensor",
     R"(def body(input: Tensor, normalized_shape: List[int], weight: Optional[Tensor], eps: Optional[float]) -> Tensor:
    x = input
    if input.dtype == 5 or input.dtype == 15:
        x = input.float()
    epsilon = 1.1920928955078125e-07
    if x.dtype == 7:
        epsilon = 2.220446049250313e-16
    if eps is not None:
        epsilon = eps
    dims: List[int] = []
    for i in range(len(normalized_shape)):
        dims.append(-1 - i)
    x = x * torch.rsqrt(torch.mean(x * x, dims, True) + epsilon)
    if weight is not None:
        x = x * weight
    return x.to(input.dtype)
)"},
    {"aten::_fused_rms_norm(Tensor input, int[] normalized_shape, Tensor? weight, float? eps) -> (Tensor, Tensor)",
     R"(def body(input: Tensor, normalized_shape: List[int], weight: Optional[Tensor], eps: Optional[float]) -> Tuple[Tensor, Tensor]:
    epsilon = 1.1920928955078125e-07
    if eps is not None:
        epsilon = eps
    dims: List[int] = []
    for i in range(len(normalized_shape)):
        dims.append(-1 - i)
    factor = torch.rsqrt(torch.mean(input * input, dims, True) + epsilon)
    result = input * factor
    if weight is not None:
        result = result * weight
    return result, factor
)"},
    {"aten::concatenate(Tensor[] tensors, int dim=0) -> Tensor",
     "def body(tensors: List[Tensor], dim: int) -> Tensor:\n    return torch.cat(tensors, dim)\n"},
    {"aten::squeeze.dims(Tensor(a) self, int[] dim) -> Tensor(a)",
     R"(def body(self: Tensor, dim: List[int]) -> Tensor:
    dims: List[int] = []
    for d in dim:
        dims.append(d if d >= 0 else d + self.dim())
    dims.sort()
    result = self
    for i in range(len(dims)):
        result = result.squeeze(dims[len(dims) - 1 - i])
    return result
)"},
    {"aten::any.dims(Tensor self, int[]? dim=None, bool keepdim=False) -> Tensor",
     R"(def body(self: Tensor, dim: Optional[List[int]], keepdim: bool) -> Tensor:
    dims: List[int] = []
    if dim is not None:
        dims = dim
    if len(dims) == 0:
        for i in range(self.dim()):
            dims.append(i)
    result = self != 0
    for d in dims:
        result = result.any(d, True)
    if not keepdim:
        absolute: List[int] = []
        for d in dims:
            absolute.append(d if d >= 0 else d + self.dim())
        absolute.sort()
        for i in range(len(absolute)):
            result = result.squeeze(absolute[len(absolute) - 1 - i])
    return result
)"},
    {"aten::all.dims(Tensor self, int[]? dim=None, bool keepdim=False) -> Tensor",
     R"(def body(self: Tensor, dim: Optional[List[int]], keepdim: bool) -> Tensor:
    dims: List[int] = []
    if dim is not None:
        dims = dim
    if len(dims) == 0:
        for i in range(self.dim()):
            dims.append(i)
    result = self != 0
    for d in dims:
        result = result.all(d, True)
    if not keepdim:
        absolute: List[int] = []
        for d in dims:
            absolute.append(d if d >= 0 else d + self.dim())
        absolute.sort()
        for i in range(len(absolute)):
            result = result.squeeze(absolute[len(absolute) - 1 - i])
    return result
)"},
    {"aten::unravel_index(Tensor indices, int[] shape) -> Tensor[]",
     R"(def body(indices: Tensor, shape: List[int]) -> List[Tensor]:
    rest = indices
    result: List[Tensor] = []
    for i in range(len(shape)):
        size = shape[len(shape) - 1 - i]
        result.insert(0, torch.remainder(rest, size))
        rest = torch.div(rest, size, rounding_mode="floor")
    return result
)"},
    {"aten::nonzero_static(Tensor self, *, int size, int fill_value=-1) -> Tensor",
     R"(def body(self: Tensor, size: int, fill_value: int) -> Tensor:
    found = torch.nonzero(self)
    result = torch.full([size, self.dim()], fill_value, dtype=4, device=self.device)
    count = min(size, found.size(0))
    result[:count] = found[:count]
    return result
)"},
    {"aten::_unsafe_index.Tensor(Tensor self, Tensor?[] indices) -> Tensor",
     "def body(self: Tensor, indices: List[Optional[Tensor]]) -> Tensor:\n    return torch.index(self, indices)\n"},
    {"aten::_unsafe_masked_index(Tensor self, Tensor mask, Tensor?[] indices, Scalar fill) -> Tensor",
     R"(def body(self: Tensor, mask: Tensor, indices: List[Optional[Tensor]], fill: number) -> Tensor:
    safe: List[Optional[Tensor]] = []
    for index in indices:
        if index is not None:
            safe.append(index.masked_fill(mask.logical_not(), 0))
        else:
            safe.append(None)
    return torch.index(self, safe).masked_fill(mask.logical_not(), fill)
)"},
    {"aten::lift_fresh(Tensor(a) self) -> Tensor(a)", "def body(self: Tensor) -> Tensor:\n    return self\n"},
    {"aten::lift_fresh_copy(Tensor self) -> Tensor", "def body(self: Tensor) -> Tensor:\n    return self.clone()\n"},
    {"aten::lift(Tensor self) -> Tensor", "def body(self: Tensor) -> Tensor:\n    return self\n"},
    {"aten::alias_copy(Tensor self) -> Tensor", "def body(self: Tensor) -> Tensor:\n    return self.clone()\n"},
    {"aten::view_copy(Tensor self, int[] size) -> Tensor",
     "def body(self: Tensor, size: List[int]) -> Tensor:\n    return self.reshape(size).clone()\n"},
    {"aten::_reshape_copy(Tensor self, int[] size) -> Tensor",
     "def body(self: Tensor, size: List[int]) -> Tensor:\n    return self.reshape(size).clone()\n"},
    {"aten::expand_copy(Tensor self, int[] size, *, bool implicit=False) -> Tensor",
     "def body(self: Tensor, size: List[int], implicit: bool) -> Tensor:\n    return self.expand(size).clone()\n"},
    {"aten::permute_copy(Tensor self, int[] dims) -> Tensor",
     "def body(self: Tensor, dims: List[int]) -> Tensor:\n    return self.permute(dims).clone()\n"},
    {"aten::sym_size.int(Tensor self, int dim) -> int", "def body(self: Tensor, dim: int) -> int:\n    return self.size(dim)\n"},
    {"aten::sym_stride.int(Tensor self, int dim) -> int",
     "def body(self: Tensor, dim: int) -> int:\n    return self.stride(dim)\n"},
    {"aten::sym_numel(Tensor self) -> int", "def body(self: Tensor) -> int:\n    return self.numel()\n"},
    {"aten::sym_storage_offset(Tensor self) -> int",
     "def body(self: Tensor) -> int:\n    return self.storage_offset()\n"},
    {"aten::_assert_async.msg(Tensor self, str assert_msg) -> ()",
     "def body(self: Tensor, assert_msg: str):\n    assert bool(self), assert_msg\n"},
    {"aten::is_autocast_enabled.device(str device_type) -> bool",
     "def body(device_type: str) -> bool:\n    return False\n"},
    {"aten::is_autocast_cpu_enabled() -> bool", "def body() -> bool:\n    return False\n"},
    {"aten::is_autocast_cache_enabled() -> bool", "def body() -> bool:\n    return False\n"},
    {"prim::itemsize(Tensor self) -> int", "def body(self: Tensor) -> int:\n    return self.element_size()\n"},
    {"prim::nbytes(Tensor self) -> int",
     "def body(self: Tensor) -> int:\n    return self.element_size() * self.numel()\n"},
};

// A body is compiled when it runs for the first time.
class Body {
public:
    Body(const char* source, std::size_t results) : m_source(source), m_results(results) {}

    void operator()(torch::jit::Stack& stack)
    {
        std::call_once(m_once, [this] {
            m_unit.define(c10::nullopt, std::string(m_source), torch::jit::nativeResolver(), nullptr);
            m_function = &m_unit.get_function(c10::QualifiedName("body"));
        });
        torch::jit::GraphOptimizerEnabledGuard guard(false);
        m_function->run(stack);
        // A function gives one value, an operator as many as its schema says.
        if (m_results == 1)
            return;
        const c10::IValue result = torch::jit::pop(stack);
        if (m_results > 1)
            for (const c10::IValue& member : result.toTupleRef().elements())
                stack.push_back(member);
    }

private:
    const char* m_source;
    std::size_t m_results;
    std::once_flag m_once;
    torch::jit::CompilationUnit m_unit;
    torch::jit::Function* m_function = nullptr;
};

}  // namespace

bool registerOperatorBodies()
{
    static bool isDone = false;
    if (isDone)
        return false;
    isDone = true;
    bool isNew = false;
    for (const OperatorBody& body : bodies) {
        const c10::FunctionSchema schema = torch::jit::parseSchema(body.schema);
        if (torch::jit::findOperatorFor(schema.operator_name()))
            continue;
        const auto shared = std::make_shared<Body>(body.source, schema.returns().size());
        torch::jit::registerOperator(torch::jit::Operator(
            std::string(body.schema), [shared](torch::jit::Stack& stack) { (*shared)(stack); },
            schema.hasAnyAliasInfo() ? c10::AliasAnalysisKind::FROM_SCHEMA : c10::AliasAnalysisKind::CONSERVATIVE));
        isNew = true;
    }
    return isNew;
}

}  // namespace tenscope
