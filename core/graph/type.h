#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/graph/elementtype.h"

namespace tenscope {

// One dimension of a shape: a number, a symbol ("N", "batch"), or not known.
struct Dimension {
    std::int64_t size = -1;  // negative: not known
    std::string symbol;

    bool isKnown() const { return size >= 0; }
    bool operator==(const Dimension&) const = default;
};

using Shape = std::vector<Dimension>;

// The type of a value. Tensor, Sequence … are shared by both dialects; the scalar kinds exist in TorchScript only.
struct Type {
    enum class Kind : std::uint8_t {
        Unknown,
        Tensor, SparseTensor,
        Sequence, Optional, Map,  // arguments: element; element; key (a Tensor with the key's element type), value
        Tuple,                    // arguments: the members
        Int, Float, Bool, String, Complex, None, Device,
        Object,                   // `text` names it: a TorchScript class, packed parameters, a module
    };

    Kind kind = Kind::Unknown;
    ElementType element = ElementType::Undefined;  // of tensors
    std::optional<Shape> shape;                    // of tensors; nothing where not even the rank is known
    std::vector<Type> arguments;
    std::string text;  // of Object: its name; elsewhere ONNX's type denotation

    static Type tensor(ElementType element, std::optional<Shape> shape = std::nullopt);
    static Type tensor(ElementType element, const std::vector<std::int64_t>& sizes);

    bool isTensor() const { return kind == Kind::Tensor || kind == Kind::SparseTensor; }
    bool operator==(const Type&) const = default;
};

// "N×3×224×224", "?×64", "scalar" for rank 0. `separator` is × in the window, x on the command line.
std::string toString(const Shape& shape, const char* separator = "\u00d7");
std::string toString(const Dimension& dimension);
// "float32 N×3×224×224", "sequence(float32)", "Tuple[int, float32 2×2]", "unknown".
std::string toString(const Type& type);

}  // namespace tenscope
