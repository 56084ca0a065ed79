#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/graph/tensor.h"

namespace tenscope {

class Model;

// NumPy's array files: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, versions 1.0 to 3.0, C and
// Fortran order, either byte order; numbers, booleans, complex numbers and strings. Structured arrays, Python objects and
// the types that ONNX and PyTorch do not have are refused by name: nothing is ever unpickled.

// A .npy file as a tensor that points into the mapped file (copied where the bytes are in the other order).
// Fails with ErrorKind::Read.
Result<Tensor> readNpy(const std::filesystem::path& path);

// One array of a .npz archive; the key with or without its ".npy". An empty key is for archives that hold one array.
// Fails with ErrorKind::Read, and with ErrorKind::Usage for a wrong key: the sentence names those that are there.
Result<Tensor> readNpz(const std::filesystem::path& path, const std::string& key);
// The keys of a .npz archive, in its order.
Result<std::vector<std::string>> npzKeys(const std::filesystem::path& path);

// The element type that writeNpy() gives an array. NumPy has no bfloat16, no 8-bit floats and no packed integers, so
//  - bfloat16, float8 and float4 become float32, int4 and int2 int8, uint4 and uint2 uint8: all without loss;
//  - complex32 becomes complex64; quantized types become the float32 of their real values;
//  - everything else stays what it is; strings become UTF-32 of the longest one's length.
ElementType npyElement(ElementType element);

// Writes a tensor as .npy (version 1.0, C order, little-endian), in pieces, so that it may be larger than the memory. What
// was at `path` is replaced when the new file is complete, and else untouched.
// Fails with ErrorKind::Write, ErrorKind::Read where the tensor's data is missing, or Error::cancelled().
Result<void> writeNpy(const Model& model, const Tensor& tensor, const std::filesystem::path& path, Progress& progress);

}  // namespace tenscope
