#include "core/onnxtools/typeinference.h"

#include <google/protobuf/io/coded_stream.h>
#include <onnx/onnx_pb.h>
#include <onnx/shape_inference/implementation.h>

#include <algorithm>
#include <exception>

#include "core/formats/onnx/onnxskeleton.h"
#include "core/formats/onnx/typereader.h"

namespace tenscope {

namespace {

void collect(const onnx::GraphProto& graph, const std::string& path, InferredTypes& types)
{
    const auto add = [&](const onnx::ValueInfoProto& info) {
        if (info.has_type())
            types.values.push_back({path, info.name(), readType(info.type())});
    };
    std::for_each(graph.value_info().begin(), graph.value_info().end(), add);
    std::for_each(graph.output().begin(), graph.output().end(), add);
    for (const onnx::NodeProto& node : graph.node()) {
        const std::string first = node.output_size() > 0 ? node.output(0) : std::string();
        for (const onnx::AttributeProto& attribute : node.attribute())
            if (attribute.has_g())
                collect(attribute.g(), bodyPath(path, first, attribute.name()), types);
    }
}

// The library's report as lines of its own: "(op_type:Conv, node name: a): [ShapeInferenceError] …".
void addProblems(std::string_view report, InferredTypes& types)
{
    constexpr std::size_t most = 200;
    while (!report.empty() && types.problems.size() < most) {
        const std::size_t end = std::min(report.find('\n'), report.size());
        std::string line(report.substr(0, end));
        report.remove_prefix(std::min(end + 1, report.size()));
        if (line.find_first_not_of(" \t\r") != std::string::npos)
            types.problems.push_back(std::move(line));
    }
}

}  // namespace

Result<InferredTypes> inferTypes(std::string_view bytes)
{
    onnx::ModelProto model;
    if (!model.ParseFromArray(bytes.data(), int(bytes.size())))
        return fail(Error::read("The model cannot be given to the ONNX library."));
    InferredTypes types;
    onnx::ShapeInferenceOptions options{true, 1, true};
    try {
        onnx::shape_inference::InferShapes(model, onnx::OpSchemaRegistry::Instance(), options);
    } catch (const std::exception& error) {
        // What was inferred until then is in the model.
        addProblems(error.what(), types);
    }
    collect(model.graph(), {}, types);
    return types;
}

}  // namespace tenscope
