#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/graph/attribute.h"

namespace tenscope {

class Model;

// "3, 3" for lists, digits enough to tell the number from its neighbours (32-bit ones where the attribute is float32),
// tensors as "float32 64×3×7×7" or, with one element, their value.
std::string toString(const Model& model, const Attribute& attribute, std::size_t limit = 200);

// The value of a tensor of one element: "0.5", "-1", "True". Nothing for other tensors, element types that are not numbers,
// booleans or strings of their own (packed, 8-bit floats, quantized), and missing data.
std::optional<std::string> elementText(const Tensor& tensor);

// The shortest text that reads back as the same number: "0.1", "1e-05", "inf", "nan".
std::string shortest(double value);
std::string shortestFloat(float value);

// The operator with its namespace as its dialect writes it: "Conv", "com.microsoft.Gelu", "aten::add".
std::string qualifiedName(const Model& model, NodeId id);

// What people know the node by: its name, or its first output's, or its operator.
std::string displayName(const Model& model, NodeId id);

// "25.6 M", "144 Ki": three digits with an SI prefix (bytes: binary prefix), a thin space before it.
std::string siCount(std::uint64_t count);
std::string byteCount(std::uint64_t bytes);  // "97.4 MiB", "512 B"

}  // namespace tenscope
