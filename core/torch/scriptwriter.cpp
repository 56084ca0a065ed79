#include "core/torch/scriptwriter.h"

#include <torch/csrc/jit/serialization/export.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>

#include "core/base/atomicfile.h"
#include "core/convert/heldas.h"
#include "core/graph/text.h"
#include "core/torch/failure.h"
#include "core/torch/scriptmodule.h"
#include "core/torch/storedtensors.h"
#include "core/torch/torchscriptdocument.h"

namespace tenscope {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t step = 8 << 20;  // bytes between two looks at progress

// Counts nodes that cannot be written, by operator.
class Unwritable {
public:
    void add(const std::string& op, const std::string& why)
    {
        const auto [entry, isNew] = m_index.try_emplace(op, m_list.size());
        if (isNew)
            m_list.push_back({op, 0, why});
        ++m_list[entry->second].count;
    }
    std::vector<UnconvertedOperator> take() { return std::move(m_list); }

private:
    std::vector<UnconvertedOperator> m_list;
    std::map<std::string, std::size_t> m_index;
};

bool holdsStrings(const Type& type)
{
    return type.element == ElementType::String || std::any_of(type.arguments.begin(), type.arguments.end(), holdsStrings);
}

// What of an ONNX model has no place in a TorchScript file.
std::vector<UnconvertedOperator> unwritable(const Model& onnx, const AtenModel& converted)
{
    Unwritable found;
    for (const UnconvertedNode& node : converted.unconverted)
        found.add(qualifiedName(onnx, node.node), node.why);
    for (std::size_t i = 0; i < converted.model.nodeCount(); ++i)
        if (converted.model.node(NodeId(i)).isAlive() && converted.model.op(NodeId(i)).domain == "tenscope")
            found.add(converted.sources[i] ? qualifiedName(onnx, converted.sources[i]) : "tenscope::text",
                      "TorchScript has no operators on tensors of strings");
    for (const auto* types : {&converted.inputTypes, &converted.outputTypes})
        for (const Type& type : *types)
            if (holdsStrings(type))
                found.add("tensor(string)", "TorchScript has no tensors of strings");
    return found.take();
}

ElementType elementOf(const Type& type)
{
    return type.arguments.size() == 1 ? elementOf(type.arguments.front()) : type.element;
}

// Inputs and outputs whose elements TorchScript has in another type only.
std::vector<std::string> notesOn(const AtenModel& converted)
{
    std::vector<std::string> notes;
    const auto compare = [&](const std::vector<Type>& types, const std::vector<ValueId>& values, const char* what) {
        for (std::size_t i = 0; i < types.size() && i < values.size(); ++i)
            if (const ElementType element = elementOf(types[i]); heldAs(element) != element)
                notes.push_back(std::string(what) + " '" + converted.model.value(values[i]).name + "' is " +
                                std::string(name(element)) + " in ONNX and " +
                                std::string(name(heldAs(element))) + " in TorchScript, which has no such type.");
    };
    const Graph& graph = converted.model.graph(converted.model.mainGraph);
    compare(converted.inputTypes, graph.inputs, "Input");
    compare(converted.outputTypes, graph.outputs, "Output");
    return notes;
}

// Lets LibTorch write into an AtomicFile. An exception must not pass through its zip library, nor may a write seem to
// fail: its writer's destructor would try again. So what fails is remembered, and the rest is dropped.
class Sink {
public:
    Sink(AtomicFile& file, std::uint64_t total, Progress& progress) : m_file(file), m_total(total), m_progress(progress) {}

    std::size_t write(const void* data, std::size_t size)
    {
        auto rest = std::span(static_cast<const std::byte*>(data), size);
        while (!rest.empty() && !m_error) {
            const auto piece = rest.first(std::min(rest.size(), step));
            if (m_progress.cancelled())
                m_error = Error::cancelled();
            else if (const auto written = m_file.write(piece); !written)
                m_error = written.error();
            rest = rest.subspan(piece.size());
            m_progress.report(m_total == 0 ? -1 : std::min(0.5, 0.5 * double(m_file.size()) / double(m_total)), "Writing");
        }
        return size;
    }

    void finish() const
    {
        if (m_error)
            throw Failure(*m_error);
    }

private:
    AtomicFile& m_file;
    std::uint64_t m_total;
    Progress& m_progress;
    std::optional<Error> m_error;
};

bool hasSameBytes(const at::Tensor& tensor, const Tensor& stored)
{
    if (elementType(tensor.scalar_type()) != stored.element || tensor.sizes().vec() != stored.shape)
        return false;
    const at::Tensor dense = tensor.is_quantized() ? tensor.int_repr().contiguous() : tensor.contiguous();
    const Result<at::Tensor> read = stored.strides.empty() ? Result<at::Tensor>(at::Tensor()) : torchTensor(stored);
    if (!read)
        return false;
    const auto bytes = stored.bytes();
    const std::size_t size = dense.nbytes();
    if (read->defined())
        return std::memcmp(read->contiguous().data_ptr(), dense.data_ptr(), size) == 0;
    return size == 0 || (bytes && bytes->size() >= size && std::memcmp(bytes->data(), dense.data_ptr(), size) == 0);
}

// The file as anybody will open it, held against the module that was written.
void readBack(const fs::path& path, const torch::jit::Module& module, Progress& progress)
{
    const auto opened = TorchScriptDocument::open(path, progress);
    if (!opened)
        throw Failure(opened.error().isCancelled()
                          ? opened.error()
                          : Error::write("TorchScript cannot hold this model: " + opened.error().message));
    const Model& read = (*opened)->model();
    const Graph& graph = read.graph(read.mainGraph);
    std::unordered_map<std::string, TensorId> stored;
    for (const ValueId value : graph.initializers)
        stored.emplace(read.value(value).name, read.value(value).tensor);
    const auto check = [&](const std::string& name, const at::Tensor& tensor) {
        const auto found = stored.find(name);
        if (found == stored.end() || !hasSameBytes(tensor, read.tensor(found->second)))
            throw Failure(Error::write("the disk does not give back '" + name + "' as it was written"));
        if (progress.cancelled())
            throw Failure(Error::cancelled());
    };
    for (const auto& parameter : module.named_parameters())
        check(parameter.name, parameter.value);
    for (const auto& buffer : module.named_buffers())
        check(buffer.name, buffer.value);
    if (graph.inputs.size() + 1 != module.get_method("forward").function().getSchema().arguments().size())
        throw Failure(Error::write("the file that was written takes other inputs than the model"));
}

std::uint64_t weightBytes(const torch::jit::Module& module)
{
    std::uint64_t bytes = 0;
    for (const at::Tensor& tensor : module.parameters())
        bytes += tensor.nbytes();
    for (const at::Tensor& tensor : module.buffers())
        bytes += tensor.nbytes();
    return bytes;
}

std::uint64_t write(const Model& model, const fs::path& target, Progress& progress)
{
    StoredTensors tensors(model);
    progress.report(-1, "Building the module");
    const torch::jit::Module module = scriptModule(model, tensors);
    const auto orThrow = [](const auto& result) {
        if (!result)
            throw Failure(result.error());
    };
    auto file = AtomicFile::create(target);
    orThrow(file);
    const std::uint64_t total = weightBytes(module);
    orThrow(file->reserve(total));
    Sink sink(*file, total, progress);
    torch::jit::ExportModule(module, [&sink](const void* data, std::size_t size) { return sink.write(data, size); });
    sink.finish();
    orThrow(file->complete());
    const std::uint64_t bytes = file->size();
    progress.report(0.5, "Reading back");
    readBack(file->temporary(), module, progress);
    orThrow(file->commit());
    return bytes;
}

// The same failure, said of the file.
Error ofTarget(const Error& error, const fs::path& target)
{
    if (error.isCancelled() || error.message.find(target.string()) != std::string::npos)
        return error;
    return Error::write(target.string() + " was not written: " + error.message);
}

}  // namespace

Result<ScriptExport> writeTorchScript(Model model, const SchemaFunctions& schemaFunctions, const fs::path& target, Progress& progress)
{
    ScriptExport report;
    if (model.format == Format::Onnx) {
        auto converted = convertToAten(model, schemaFunctions, progress);
        if (!converted)
            return fail(converted.error());
        report.unconverted = unwritable(model, *converted);
        if (!report.unconverted.empty())
            return report;
        report.notes = notesOn(*converted);
        model = std::move(converted->model);
    }
    if (!model.mainGraph)
        return fail(Error::write(target.string() + " was not written: the model has no graph."));
    const auto bytes = guarded("the model cannot be written as TorchScript", [&] { return write(model, target, progress); });
    if (!bytes)
        return fail(ofTarget(bytes.error(), target));
    report.bytes = *bytes;
    return report;
}

}  // namespace tenscope
