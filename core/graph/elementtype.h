#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tenscope {

// The type of one tensor element: what ONNX's TensorProto.DataType and PyTorch's ScalarType can say.
enum class ElementType : std::uint8_t {
    Undefined,
    Float32, Float64, Float16, BFloat16,
    Float8E4M3FN, Float8E4M3FNUZ, Float8E5M2, Float8E5M2FNUZ, Float8E8M0, Float4E2M1,
    Int8, Int16, Int32, Int64, UInt8, UInt16, UInt32, UInt64,
    Int4, UInt4, Int2, UInt2,
    Bool, String,
    Complex32, Complex64, Complex128,
    QInt8, QUInt8, QInt32,  // PyTorch's quantized types; Tensor::quantization says what they mean
};
inline constexpr int elementTypeCount = int(ElementType::QInt32) + 1;

// Size of one element in bits: 2 and 4 for the packed types; 0 for strings and Undefined.
int bits(ElementType type);

// Bytes that `elements` tightly packed elements take. Nothing where that does not fit 63 bits or has no fixed size.
std::optional<std::uint64_t> byteSize(ElementType type, std::uint64_t elements);

// The field's lower-case name: "float32", "bfloat16", "float8_e4m3fn", "int4", "complex64", "quint8"; "undefined".
std::string_view name(ElementType type);
std::optional<ElementType> elementTypeFromName(std::string_view name);

bool isFloatingPoint(ElementType type);  // float4 … float64, bfloat16
bool isComplex(ElementType type);
bool isQuantized(ElementType type);

// TensorProto.DataType, up to the newest published; Undefined for numbers that are not known.
ElementType elementTypeFromOnnx(std::int32_t dataType);
std::int32_t onnxDataType(ElementType type);  // 0 (UNDEFINED) where ONNX has no such type

}  // namespace tenscope
