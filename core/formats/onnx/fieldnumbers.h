#pragma once

#include <cstdint>

// Field numbers of onnx.proto (github.com/onnx/onnx, IR version 13), for what is read in place instead of through
// protobuf's classes: because it is large, because its place in the file must be known, or because the ONNX library at hand
// is too old to know the field.
namespace tenscope::fieldnumber {

namespace model {
inline constexpr std::uint32_t irVersion = 1, producerName = 2, producerVersion = 3, domain = 4, modelVersion = 5,
                               docString = 6, graph = 7, opsetImport = 8, metadataProps = 14, trainingInfo = 20, functions = 25;
}
namespace graph {
inline constexpr std::uint32_t node = 1, name = 2, initializer = 5, docString = 10, input = 11, output = 12, valueInfo = 13,
                               quantizationAnnotation = 14, sparseInitializer = 15, metadataProps = 16;
}
namespace node {
inline constexpr std::uint32_t input = 1, output = 2, name = 3, opType = 4, attribute = 5, docString = 6, domain = 7,
                               overload = 8, metadataProps = 9;
}
namespace attribute {
inline constexpr std::uint32_t name = 1, number = 2, integer = 3, text = 4, tensor = 5, graph = 6, numbers = 7, integers = 8,
                               texts = 9, tensors = 10, graphs = 11, typeProto = 14, typeProtos = 15, type = 20,
                               refAttrName = 21, sparseTensor = 22, sparseTensors = 23;
}
namespace tensor {
inline constexpr std::uint32_t dims = 1, dataType = 2, segment = 3, floatData = 4, int32Data = 5, stringData = 6, int64Data = 7,
                               name = 8, rawData = 9, doubleData = 10, uint64Data = 11, docString = 12, externalData = 13,
                               dataLocation = 14, metadataProps = 16;
}
namespace sparseTensor {
inline constexpr std::uint32_t values = 1, indices = 2, dims = 3;
}
namespace valueInfo {
inline constexpr std::uint32_t name = 1, type = 2, metadataProps = 4;
}
namespace type {
inline constexpr std::uint32_t tensor = 1, sequence = 4, map = 5, denotation = 6, opaque = 7, sparseTensor = 8, optional = 9;
inline constexpr std::uint32_t element = 1, shape = 2;        // of tensors; the element of sequences and optionals too
inline constexpr std::uint32_t key = 1, value = 2;            // of maps
inline constexpr std::uint32_t opaqueDomain = 1, opaqueName = 2;
inline constexpr std::uint32_t dimension = 1;                 // of shapes
inline constexpr std::uint32_t dimValue = 1, dimParam = 2;    // of dimensions
}
namespace annotation {
inline constexpr std::uint32_t tensorName = 1, parameters = 2;
}
namespace entry {  // StringStringEntryProto
inline constexpr std::uint32_t key = 1, value = 2;
}
namespace opset {
inline constexpr std::uint32_t domain = 1, version = 2;
}
namespace function {
inline constexpr std::uint32_t name = 1, input = 4, output = 5, attribute = 6, node = 7, docString = 8, opsetImport = 9,
                               domain = 10, attributeProto = 11, valueInfo = 12, overload = 13, metadataProps = 14;
}

}  // namespace tenscope::fieldnumber
