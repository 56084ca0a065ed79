#pragma once

namespace tenscope {

// Registers operators on tensors of strings (numbers of StringTable) of the namespace "tenscope", which ATen has nothing
// for: to_text, from_text, normalize_text, concat_text, split_text, ngrams. The conversion of ONNX uses them
// (core/convert/fromonnx). Does nothing from the second call on. Thread-safe.
void registerTextOperators();

}  // namespace tenscope
