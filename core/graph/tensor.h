#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/mappedfile.h"
#include "core/base/result.h"
#include "core/graph/elementtype.h"
#include "core/graph/id.h"
#include "core/graph/type.h"

namespace tenscope {

// Where the bytes of an object lie in the model's main file. The writer copies what was not edited from here, so that
// it stays byte for byte what was read, unknown fields included. length 0: it came from nowhere (it was made here).
struct ByteRange {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;

    bool isEmpty() const { return length == 0; }
    bool operator==(const ByteRange&) const = default;
};

// Affine quantization of a whole tensor (axis < 0, one scale) or along one axis: real = scale × (stored − zeroPoint).
struct Quantization {
    int axis = -1;
    std::vector<double> scales;
    std::vector<std::int64_t> zeroPoints;
};

// Little-endian, row-major or strided elements in a mapped file: nothing is read before someone looks.
struct FileSlice {
    std::shared_ptr<const MappedFile> file;
    std::uint64_t offset = 0;  // bytes from the start of the file
    std::uint64_t length = 0;  // bytes
};

// Little-endian elements that are not in a file as they are: decoded from a typed field, computed, or typed in.
struct OwnedBytes {
    std::shared_ptr<const std::vector<std::byte>> bytes;
};

struct OwnedStrings {
    std::shared_ptr<const std::vector<std::string>> strings;
};

// Coordinate format, as ONNX's SparseTensorProto: `indices` is [NNZ] (linear) or [NNZ, rank], int64.
struct SparseData {
    TensorId values;
    TensorId indices;
};

// The data is not to be had; `why` is a sentence for people. The model is shown all the same.
struct MissingData {
    std::string why;
};

using TensorData = std::variant<MissingData, FileSlice, OwnedBytes, OwnedStrings, SparseData>;

// A stored tensor: a weight, an initializer, a constant, the value of an attribute, a captured activation.
struct Tensor {
    std::string name;  // in the file; may be empty
    ElementType element = ElementType::Undefined;
    std::vector<std::int64_t> shape;    // no negative sizes
    std::vector<std::int64_t> strides;  // in elements, one a dimension; empty: row-major and dense
    TensorData data;
    std::optional<Quantization> quantization;
    ByteRange origin;        // of the message that describes it
    std::string docString;
    std::vector<std::pair<std::string, std::string>> metadata;

    // Product of the sizes; nothing where it does not fit 63 bits.
    std::optional<std::uint64_t> elements() const;
    // Bytes stored for it in file or memory (strings: their total length); 0 where missing.
    std::uint64_t storedBytes() const;
    // The bytes of FileSlice and OwnedBytes data; an error sentence (ErrorKind::Read) for the other kinds and for slices
    // that do not lie inside their file.
    Result<std::span<const std::byte>> bytes() const;
    Type type() const;
};

}  // namespace tenscope
