#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/graph/model.h"
#include "core/worker/inferredtypes.h"
#include "core/worker/run.h"
#include "core/worker/scriptexport.h"

namespace tenscope {

// How the worker is doing, for a status bar.
struct WorkerStatus {
    enum class State {
        Stopped,   // not started, or it could not be; the next call tries again
        Starting,  // the process is there and LibTorch loads (about half a second)
        Ready,     // waiting for something to do
        Busy,
    };

    State state = State::Stopped;
    std::string text;  // one sentence for people; tells of a death or a failed start once, in the state that follows it
};

struct WorkerOptions {
    // The worker's program; empty: the one found beside this program (WorkerClient::find()).
    std::filesystem::path path;
    // What the worker may allocate, in bytes; mapped model files do not count. 0: four fifths of the machine's memory.
    // Beyond it allocations fail, which is an ordinary error of the call (WorkerLimits in the worker's process).
    std::uint64_t memoryLimitBytes = 0;
    // Limits of time, from the moment the worker begins with the call. 0: none.
    std::chrono::milliseconds openTimeout = std::chrono::minutes(5);
    std::chrono::milliseconds runTimeout = std::chrono::milliseconds(0);
    // The process must say that it is up in this time.
    std::chrono::milliseconds startTimeout = std::chrono::minutes(1);
    // A cancelled computation that has not ended by then is ended with its process.
    std::chrono::milliseconds cancelTimeout = std::chrono::seconds(2);
    // The worker's control loop must answer in this time while calls are pending: it never computes.
    std::chrono::milliseconds hangTimeout = std::chrono::seconds(10);
    // Told of every change, from any thread, in order; must return soon and not call the client.
    std::function<void(const WorkerStatus&)> onStatus;
};

// A document in the worker. Valid for the client that gave it, whatever happens to the process.
enum class WorkerHandle : std::uint64_t { None = 0 };

struct WorkerDocument {
    WorkerHandle handle = WorkerHandle::None;
    Model model;
};

// The worker process (tenscope-worker, which has LibTorch) as seen from the window: started early, kept warm, supervised.
//
// The calls are synchronous and thread-safe: any number of threads may call at once, each with a Progress of its own; the
// worker computes one call at a time, in the order of their arrival. A call returns Error::cancelled() within 100 ms of
// progress.cancel(); the worker then has cancelTimeout to come to an end.
//
// Whatever happens to the process, calls return. The call in whose computation it dies, hangs or breaks a limit gets
// ErrorKind::Worker with one sentence; calls that were only waiting are made again in the next process, which is started
// at once. Documents are opened again there, from their files, when they are needed; a traced run's activations are lost.
// Nothing the process sends is trusted: it reads hostile files.
class WorkerClient {
public:
    explicit WorkerClient(WorkerOptions options = {});
    // Ends the process at once. Calls that are still pending return Error::cancelled().
    ~WorkerClient();
    WorkerClient(const WorkerClient&) = delete;
    WorkerClient& operator=(const WorkerClient&) = delete;

    // tenscope-worker beside the running program, as it lies in the build tree or as it is installed; empty: not there.
    static std::filesystem::path find();

    // Starts the process and returns at once. Calls do the same; calling it early only saves their time.
    void start();

    // Ends the process, whatever it does, and starts another. Returns at once; the call it was computing for fails.
    void restart();

    WorkerStatus status() const;
    // The process, for tests and for the window's memory display; -1: none.
    int processId() const;

    Result<WorkerInfo> info(Progress& progress);

    // Opens a TorchScript file without running anything from it. Fails with ErrorKind::Read in one sentence.
    Result<WorkerDocument> openTorchScript(const std::filesystem::path& path, Progress& progress);

    // Hands over a model of ONNX's dialect as it is in this process, edits included, to be run; ids in answers are the
    // model's. Fails with ErrorKind::Run where LibTorch cannot run it.
    Result<WorkerHandle> openModel(std::shared_ptr<const Model> model, Progress& progress);

    // Runs the model. `onNode` (may be empty) is called on this thread, while the call lasts, for nodes of a traced run.
    // Fails with ErrorKind::Run for what the model or the request is to blame for.
    Result<RunOutcome> run(WorkerHandle handle, const RunRequest& request,
                           const std::function<void(const NodeRun&)>& onNode, Progress& progress);

    // The whole tensor that a value had in the document's last traced run.
    Result<Tensor> activation(WorkerHandle handle, ValueId value, Progress& progress);

    // Writes a model of either dialect, as it is in this process, as a TorchScript file; ONNX is converted. The target is
    // replaced when all is written and read back, and else untouched. Fails with ErrorKind::Write.
    Result<ScriptExport> writeTorchScript(const Model& model, const std::filesystem::path& target, Progress& progress);

    // What the ONNX library infers of a serialized model (core/formats/onnx/onnxskeleton.h). Fails with ErrorKind::Read where
    // that is no model.
    Result<InferredTypes> inferTypes(const std::string& model, Progress& progress);

    // Forgets the document. Does not wait, and does not fail.
    void close(WorkerHandle handle);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace tenscope
