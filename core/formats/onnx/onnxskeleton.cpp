#include "core/formats/onnx/onnxskeleton.h"

#include <algorithm>

#include "core/formats/onnx/onnxencoder.h"

namespace tenscope {

namespace {

// Larger tensors are weights; smaller ones may say a shape.
constexpr std::uint64_t largestInline = 1024;

bool isPort(const Model& model, ValueId id)
{
    const Graph& graph = model.graph(model.value(id).graph);
    return std::find(graph.outputs.begin(), graph.outputs.end(), id) != graph.outputs.end();
}

}  // namespace

Result<std::string> onnxSkeleton(const Model& model, Progress& progress)
{
    Model untyped = model;
    for (std::size_t v = 0; v < model.valueCount(); ++v) {
        const Value& value = model.value(ValueId(v));
        if (!value.isAlive() || !value.producer() || value.type.kind == Type::Kind::Unknown)
            continue;
        // Outputs need a type; their shapes are what is asked for.
        if (isPort(model, ValueId(v)) && !value.isTypeInferred)
            untyped.value(ValueId(v)).type.shape.reset();
        else
            untyped.value(ValueId(v)).type = Type();
    }
    DataPlan plan;
    plan.mode = DataPlan::Mode::OneFile;
    plan.location = "left out";
    plan.threshold = largestInline;
    OnnxEncoder encoder(untyped, nullptr, plan, progress);
    const Result<WireMessage> message = encoder.encode();
    if (!message)
        return fail(message.error());
    std::string bytes;
    bytes.reserve(std::size_t(message->size()));
    const auto written = message->writeTo([&](std::span<const std::byte> piece) -> Result<void> {
        bytes.append(reinterpret_cast<const char*>(piece.data()), piece.size());
        return {};
    });
    if (!written)
        return fail(written.error());
    return bytes;
}

std::string bodyPath(const std::string& around, const std::string& firstOutput, const std::string& attribute)
{
    return around + '\n' + firstOutput + '\n' + attribute;
}

}  // namespace tenscope
