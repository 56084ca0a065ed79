#include "core/graph/elementtype.h"

#include <array>

namespace tenscope {

namespace {

struct Row {
    ElementType type;
    std::string_view name;
    int bits;
    int onnx;  // TensorProto.DataType; 0 where ONNX has no such type
};

using enum ElementType;

// In the order of the enumeration, so that a row is found by its index.
constexpr std::array<Row, elementTypeCount> rows{{
    {Undefined, "undefined", 0, 0},
    {Float32, "float32", 32, 1},
    {Float64, "float64", 64, 11},
    {Float16, "float16", 16, 10},
    {BFloat16, "bfloat16", 16, 16},
    {Float8E4M3FN, "float8_e4m3fn", 8, 17},
    {Float8E4M3FNUZ, "float8_e4m3fnuz", 8, 18},
    {Float8E5M2, "float8_e5m2", 8, 19},
    {Float8E5M2FNUZ, "float8_e5m2fnuz", 8, 20},
    {Float8E8M0, "float8_e8m0", 8, 24},
    {Float4E2M1, "float4_e2m1", 4, 23},
    {Int8, "int8", 8, 3},
    {Int16, "int16", 16, 5},
    {Int32, "int32", 32, 6},
    {Int64, "int64", 64, 7},
    {UInt8, "uint8", 8, 2},
    {UInt16, "uint16", 16, 4},
    {UInt32, "uint32", 32, 12},
    {UInt64, "uint64", 64, 13},
    {Int4, "int4", 4, 22},
    {UInt4, "uint4", 4, 21},
    {Int2, "int2", 2, 26},
    {UInt2, "uint2", 2, 25},
    {Bool, "bool", 8, 9},
    {String, "string", 0, 8},
    {Complex32, "complex32", 32, 0},
    {Complex64, "complex64", 64, 14},
    {Complex128, "complex128", 128, 15},
    {QInt8, "qint8", 8, 0},
    {QUInt8, "quint8", 8, 0},
    {QInt32, "qint32", 32, 0},
}};

constexpr bool rowsAreInOrder()
{
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (std::size_t(rows[i].type) != i)
            return false;
    return true;
}
static_assert(rowsAreInOrder());

}  // namespace

int bits(ElementType type)
{
    return rows[std::size_t(type)].bits;
}

std::optional<std::uint64_t> byteSize(ElementType type, std::uint64_t elements)
{
    const std::uint64_t width = std::uint64_t(bits(type));
    if (width == 0 || elements > (std::uint64_t(1) << 62) / width)
        return std::nullopt;
    return (elements * width + 7) / 8;
}

std::string_view name(ElementType type)
{
    return rows[std::size_t(type)].name;
}

std::optional<ElementType> elementTypeFromName(std::string_view name)
{
    for (const Row& row : rows)
        if (row.name == name)
            return row.type;
    return std::nullopt;
}

bool isFloatingPoint(ElementType type)
{
    return type >= Float32 && type <= Float4E2M1;
}

bool isComplex(ElementType type)
{
    return type >= Complex32 && type <= Complex128;
}

bool isQuantized(ElementType type)
{
    return type >= QInt8;
}

ElementType elementTypeFromOnnx(std::int32_t dataType)
{
    for (const Row& row : rows)
        if (row.onnx == dataType)
            return row.type;
    return Undefined;
}

std::int32_t onnxDataType(ElementType type)
{
    return rows[std::size_t(type)].onnx;
}

}  // namespace tenscope
