#include "app/commandline/testfolder.h"

#include <algorithm>
#include <memory>
#include <system_error>

#include "core/analysis/modelsummary.h"
#include "core/formats/formats.h"
#include "core/formats/onnx/tensorfile.h"
#include "core/worker/workerclient.h"

namespace tenscope {

namespace {

namespace fs = std::filesystem;

constexpr const char* modelName = "model.onnx";

// Closes a document in the worker when it goes out of scope.
class OpenModel {
public:
    OpenModel(WorkerClient& worker, WorkerHandle handle) : m_worker(worker), m_handle(handle) {}
    ~OpenModel() { m_worker.close(m_handle); }
    OpenModel(const OpenModel&) = delete;
    OpenModel& operator=(const OpenModel&) = delete;

private:
    WorkerClient& m_worker;
    WorkerHandle m_handle;
};

std::vector<fs::path> dataSets(const fs::path& folder)
{
    std::vector<fs::path> sets;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error))
        if (entry.is_directory(error) && entry.path().filename().string().starts_with("test_data_set_"))
            sets.push_back(entry.path());
    std::sort(sets.begin(), sets.end());
    return sets;
}

Result<RunRequest> requestOf(const Model& model, const fs::path& set)
{
    RunRequest request;
    const std::vector<ValueId> inputs = requiredInputs(model);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        Tensor tensor;
        const fs::path path = set / ("input_" + std::to_string(i) + ".pb");
        std::error_code error;
        if (fs::exists(path, error)) {
            auto value = readOnnxValue(path, model.value(inputs[i]).type);
            if (!value)
                return fail(value.error());
            if (value->isList)
                request.lists.emplace(i, std::move(value->tensors));
            else if (!value->tensors.empty())
                tensor = std::move(value->tensors.front());
        }
        request.inputs.push_back(std::move(tensor));
    }
    return request;
}

std::string compare(const Model& model, const fs::path& set, const RunOutcome& outcome, const Tolerance& tolerance)
{
    const std::vector<ValueId>& outputs = model.graph(model.mainGraph).outputs;
    std::size_t next = 0;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const Value& output = model.value(outputs[i]);
        const auto expected = readOnnxValue(set / ("output_" + std::to_string(i) + ".pb"), output.type);
        if (!expected)
            return expected.error().message;
        // A list is given as its members, one behind the other; what is no tensor is given as one without data.
        if (expected->tensors.empty()) {
            if (!expected->isList)
                ++next;
            continue;
        }
        for (const Tensor& tensor : expected->tensors) {
            if (next >= outcome.outputTensors.size())
                return "Output " + output.name + ": there is less than expected";
            if (std::string why = difference(outcome.outputTensors[next++], tensor, tolerance); !why.empty())
                return "Output " + output.name + ": " + why;
        }
    }
    return {};
}

}  // namespace

std::vector<fs::path> testFolders(const fs::path& root)
{
    std::vector<fs::path> folders;
    std::error_code error;
    if (fs::exists(root / modelName, error))
        folders.push_back(root);
    for (auto entry = fs::recursive_directory_iterator(root, error); entry != fs::recursive_directory_iterator();
         entry.increment(error))
        if (entry->is_directory(error) && fs::exists(entry->path() / modelName, error))
            folders.push_back(entry->path());
    std::sort(folders.begin(), folders.end());
    return folders;
}

std::string verifyFolder(const fs::path& folder, WorkerClient& worker, const Tolerance& tolerance)
{
    Progress progress;
    auto read = tenscope::read(folder / modelName, progress);
    if (!read)
        return read.error().message;
    const auto model = std::make_shared<const Model>(std::move(*read));
    if (!model->mainGraph)
        return "The file holds no graph";
    const std::vector<fs::path> sets = dataSets(folder);
    if (sets.empty())
        return "There is no test data (test_data_set_0)";
    const auto handle = worker.openModel(model, progress);
    if (!handle)
        return handle.error().message;
    const OpenModel open(worker, *handle);
    for (const fs::path& set : sets) {
        const auto request = requestOf(*model, set);
        if (!request)
            return request.error().message;
        const auto outcome = worker.run(*handle, *request, {}, progress);
        if (!outcome)
            return outcome.error().message;
        if (std::string why = compare(*model, set, *outcome, tolerance); !why.empty())
            return why;
    }
    return {};
}

}  // namespace tenscope
