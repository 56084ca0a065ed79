#pragma once

#include <span>

#include "core/formats/onnx/wiremessage.h"
#include "core/graph/type.h"

namespace tenscope {

// A TypeProto; empty for what ONNX has no type for. Types that only TorchScript has (int, bool …) become the tensors of rank 0
// that stand for them.
WireMessage encodeType(const Type& type);

// The TypeProto in `original`, which reads as `before`, changed to read as `after`: what both have in common, descriptions of
// single dimensions included, stays as it is.
WireMessage patchType(std::span<const std::byte> file, ByteRange original, const Type& before, const Type& after);

}  // namespace tenscope
