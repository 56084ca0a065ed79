#pragma once

#include <onnx/onnx_pb.h>

#include <string>

// An ONNX model that has everything a file can have, also what the ONNX library here is too old to know: for the tests of
// the reader. The data of "external" lies in bytes 4 to 16 of the file weights.bin beside the model.
onnx::ModelProto richModel();

// Adds a field by its number, as a newer library would have written it.
void addField(google::protobuf::Message& message, int number, const std::string& bytes);
std::string stringEntry(const std::string& key, const std::string& value);

onnx::TensorProto floatTensor(const std::string& name, const std::vector<std::int64_t>& dims,
                              const std::vector<float>& values);
onnx::ValueInfoProto valueInfo(const std::string& name, int element, const std::vector<std::int64_t>& dims);
onnx::NodeProto* addNode(onnx::GraphProto& graph, const std::string& op, const std::vector<std::string>& inputs,
                         const std::vector<std::string>& outputs, const std::string& name = {});
