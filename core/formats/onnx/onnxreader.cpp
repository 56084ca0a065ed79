#include "core/formats/onnx/onnxreader.h"

#include <onnx/onnx_pb.h>

#include <exception>

#include "core/formats/onnx/fieldnumbers.h"
#include "core/formats/onnx/graphreader.h"
#include "core/formats/onnx/readcontext.h"

namespace tenscope {

namespace {

Result<Model> readModel(OnnxReadContext& context)
{
    namespace number = fieldnumber::model;
    MessageSplitter splitter;
    onnx::ModelProto proto;
    constexpr FieldSet wanted{number::graph, number::trainingInfo, number::functions};
    const ByteRange all{0, context.bytes.size()};
    if (auto read = context.parse("the model", all, wanted, splitter, proto); !read)
        return fail(read.error());

    Model& model = context.model;
    model.format = Format::Onnx;
    model.producer = proto.producer_name();
    if (!proto.producer_version().empty())
        model.producer += (model.producer.empty() ? "" : " ") + proto.producer_version();
    model.irVersion = proto.ir_version();
    model.domain = proto.domain();
    model.modelVersion = proto.model_version();
    model.docString = proto.doc_string();
    for (const onnx::OperatorSetIdProto& opset : proto.opset_import())
        model.opsets[std::string(normalizedDomain(opset.domain()))] = opset.version();
    for (const onnx::StringStringEntryProto& entry : proto.metadata_props())
        model.metadata.emplace_back(entry.key(), entry.value());

    std::size_t graphs = 0, trainings = 0;
    ByteRange graph;
    GraphReader reader(context);
    for (const WireField& field : splitter.taken()) {
        if (field.number == number::graph) {
            graph = field.payload;
            ++graphs;
        } else if (field.number == number::trainingInfo) {
            ++trainings;
        } else if (auto read = reader.readFunction(field.payload); !read) {
            return fail(read.error());
        }
    }
    if (graphs == 0 && model.functions.empty())
        return fail(Error::read(context.file->path().string() + " holds no graph: it is not a whole ONNX model"));
    if (graphs > 1)
        context.issue(Severity::Warning,
                      "The file holds " + std::to_string(graphs) + " graphs where one is allowed; this is the last.");
    if (trainings > 0)
        context.issue(Severity::Info, "The file also describes its training; only the graph for inference is shown.");

    model.mainGraph = model.addGraph({});
    if (graphs > 0)
        if (auto read = reader.readGraph(model.mainGraph, graph); !read)
            return fail(read.error());
    if (auto read = reader.readFunctionNodes(); !read)
        return fail(read.error());

    model.files.push_back(context.file);
    model.files.insert(model.files.end(), context.external.files().begin(), context.external.files().end());
    context.progress.report(1);
    return std::move(model);
}

}  // namespace

Result<Model> readOnnx(std::shared_ptr<const MappedFile> file, Progress& progress)
{
    OnnxReadContext context(std::move(file), progress);
    try {
        return readModel(context);
    } catch (const std::exception& exception) {  // protobuf and the library's containers, when memory ends
        return fail(Error::read(context.file->path().string() + " cannot be read: " + exception.what()));
    }
}

}  // namespace tenscope
