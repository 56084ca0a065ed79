#pragma once

#include <cstdint>

// Field numbers of onnx.proto (github.com/onnx/onnx, IR version 13), for what is read in place instead of through
// protobuf's classes: because it is large, because its place in the file must be known, or because the ONNX library at hand
// is too old to know the field.
namespace tenscope::fieldnumber {

namespace model {
inline constexpr std::uint32_t irVersion = 1, producerName = 2, graph = 7, opsetImport = 8, metadataProps = 14,
                               trainingInfo = 20, functions = 25;
}
namespace graph {
inline constexpr std::uint32_t node = 1, initializer = 5, input = 11, output = 12, valueInfo = 13,
                               quantizationAnnotation = 14, sparseInitializer = 15, metadataProps = 16;
}
namespace node {
inline constexpr std::uint32_t input = 1, output = 2, attribute = 5, overload = 8, metadataProps = 9;
}
namespace attribute {
inline constexpr std::uint32_t tensor = 5, graph = 6, tensors = 10, graphs = 11, sparseTensor = 22, sparseTensors = 23;
}
namespace tensor {
inline constexpr std::uint32_t floatData = 4, rawData = 9, doubleData = 10, metadataProps = 16;
}
namespace sparseTensor {
inline constexpr std::uint32_t values = 1, indices = 2;
}
namespace valueInfo {
inline constexpr std::uint32_t metadataProps = 4;
}
namespace function {
inline constexpr std::uint32_t input = 4, output = 5, node = 7, attributeProto = 11, valueInfo = 12, overload = 13,
                               metadataProps = 14;
}

}  // namespace tenscope::fieldnumber
