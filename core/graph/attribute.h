#pragma once

#include <complex>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/graph/id.h"
#include "core/graph/tensor.h"
#include "core/graph/type.h"

namespace tenscope {

// An attribute of a function's node whose value the caller gives (ONNX's ref_attr_name).
struct AttributeReference {
    std::string name;
    bool operator==(const AttributeReference&) const = default;
};

// Something that is stored in the file and shown as text, but has no value of its own here: an opaque TorchScript object,
// a nested container of constants, an attribute of a type this version does not know.
struct OpaqueText {
    std::string text;
    bool operator==(const OpaqueText&) const = default;
};

// std::monostate is TorchScript's None (and an ONNX attribute that is there without a value). ONNX's integers, floats …
// are the same alternatives as TorchScript's int, float …; bool exists in TorchScript only.
using AttributeValue = std::variant<std::monostate,
                                    bool, std::int64_t, double, std::complex<double>, std::string, ElementType,
                                    TensorId, GraphId, Type,
                                    std::vector<bool>, std::vector<std::int64_t>, std::vector<double>,
                                    std::vector<std::string>, std::vector<TensorId>, std::vector<GraphId>, std::vector<Type>,
                                    AttributeReference, OpaqueText>;

struct Attribute {
    std::string name;
    AttributeValue value;
    bool isFloat32 = false;  // floats came from 32 bits (ONNX): print as few digits as tell 32-bit floats apart
    ByteRange origin;
};

}  // namespace tenscope
