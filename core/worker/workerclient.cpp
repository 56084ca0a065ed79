#include "core/worker/workerclient.h"

#include <google/protobuf/arena.h>

#include <atomic>
#include <map>
#include <mutex>

#include "core/worker/modelcodec.h"
#include "core/worker/runcodec.h"
#include "core/worker/tensorcodec.h"
#include "core/worker/worker.pb.h"
#include "core/worker/workersupervisor.h"

namespace tenscope {

namespace {

// How often a call is made again whose process went before it began. More means that no process lives long enough.
constexpr int mostAttempts = 4;

Error lostTooOften()
{
    return Error::worker(
        "The worker process ended again and again before it came to this; try again, or restart Tenscope.");
}

Error senseless()
{
    return Error::worker("The worker process sent something that makes no sense; try again.");
}

// What answers and events are parsed into: one allocation for all the small parts of a large message.
struct Message {
    google::protobuf::Arena arena;
    protocol::FromWorker* content = google::protobuf::Arena::CreateMessage<protocol::FromWorker>(&arena);
    Payload payload;
};

Error decode(const protocol::Failure& failure)
{
    const auto kind =
        failure.kind() <= std::uint32_t(ErrorKind::Cancelled) ? ErrorKind(failure.kind()) : ErrorKind::Worker;
    return {kind, failure.message()};
}

// An answer or an event. What the worker failed at is an error here too.
Result<std::unique_ptr<Message>> parse(const Frame& frame)
{
    auto payload = openPayload(frame);
    if (!payload)
        return fail(payload.error());
    auto message = std::make_unique<Message>();
    message->payload = std::move(*payload);
    const std::string_view bytes = message->payload.bytes;
    if (!message->content->ParseFromArray(bytes.data(), int(bytes.size())))
        return fail(senseless());
    if (message->content->has_failure())
        return fail(decode(message->content->failure()));
    return message;
}

// Hands on what the worker says of its progress.
std::function<void(const Frame&)> reporting(Progress& progress)
{
    return [&progress](const Frame& frame) {
        const auto event = parse(frame);
        if (event && (*event)->content->has_progress())
            progress.report((*event)->content->progress().fraction(), (*event)->content->progress().what());
    };
}

// The model with those files only that the worker finds under their names. What lies in the others, which were replaced
// since (by saving the model, for one), is still mapped here, and is sent along.
Model sendable(Model model)
{
    std::erase_if(model.files, [](const auto& file) { return !file->unchanged(); });
    return model;
}

// What a model is called in a sentence.
std::string nameOf(const Model& model)
{
    return model.files.empty() ? "a new model" : model.files.front()->path().filename().string();
}

}  // namespace

struct WorkerClient::Private {
    // A document as the client knows it: enough to open it again in another process.
    struct Document {
        std::filesystem::path path;
        std::shared_ptr<const MappedFile> file;  // as it was when it was opened first
        std::shared_ptr<const Model> model;      // of a model that this process has read: what is sent again
        std::size_t nodes = 0, values = 0;       // what ids in answers must be below
        std::mutex opening;                      // one thread opens it again, the others wait; guards what follows
        std::uint64_t incarnation = 0;           // the process that has it open; 0: none
        std::uint64_t tracedIn = 0;              // the process that holds its activations; 0: none was ever traced
    };
    using DocumentPointer = std::shared_ptr<Document>;

    explicit Private(WorkerOptions given) : options(std::move(given)), supervisor(options) {}

    Result<DocumentPointer> document(WorkerHandle handle);
    Result<WorkerSupervisor::Reply> ask(const protocol::ToWorker& message, BlobWriter& attached, std::string doing,
                                        std::chrono::milliseconds timeout, std::uint64_t incarnation,
                                        const std::function<void(const Frame&)>& onEvent, Progress& progress);
    Result<WorkerSupervisor::Reply> openTorchScript(std::uint64_t number, const std::filesystem::path& path, bool withoutModel,
                                                    Progress& progress);
    Result<WorkerSupervisor::Reply> openModel(std::uint64_t number, const Model& model, Progress& progress);
    Result<WorkerSupervisor::Reply> askAnyProcess(const std::function<Result<void>(protocol::ToWorker&, BlobWriter&)>& fill,
                                                  const std::string& doing, std::chrono::milliseconds timeout,
                                                  const std::function<void(const Frame&)>& onEvent, Progress& progress);
    Result<std::uint64_t> ensureOpen(WorkerHandle handle, Document& document, Progress& progress);
    Result<std::unique_ptr<Message>> askDocument(
        WorkerHandle handle, Document& document, std::string doing, std::chrono::milliseconds timeout,
        const std::function<Result<void>(protocol::ToWorker&, BlobWriter&, std::uint64_t incarnation)>& fill,
        const std::function<void(const protocol::FromWorker&)>& onEvent, Progress& progress);
    void close(std::uint64_t number);

    WorkerOptions options;
    std::mutex mutex;
    std::map<WorkerHandle, DocumentPointer> documents;
    std::atomic<std::uint64_t> lastDocument{0};
    WorkerSupervisor supervisor;  // last: it is destroyed first, and with it the callers are gone
};

Result<WorkerClient::Private::DocumentPointer> WorkerClient::Private::document(WorkerHandle handle)
{
    const std::lock_guard lock(mutex);
    const auto found = documents.find(handle);
    if (found == documents.end())
        return fail(Error::usage("The model was closed; open it again."));
    return found->second;
}

// Sends a message and waits for the answer; progress events are reported, all others given to `onEvent`.
Result<WorkerSupervisor::Reply> WorkerClient::Private::ask(const protocol::ToWorker& message, BlobWriter& attached,
                                                           std::string doing, std::chrono::milliseconds timeout,
                                                           std::uint64_t incarnation,
                                                           const std::function<void(const Frame&)>& onEvent,
                                                           Progress& progress)
{
    auto frame = makeFrame(FrameKind::Request, 0, message.SerializeAsString(), attached);
    if (!frame)
        return fail(frame.error());
    WorkerSupervisor::Request request;
    request.frame = std::move(*frame);
    request.doing = std::move(doing);
    request.timeout = timeout;
    request.incarnation = incarnation;
    return supervisor.call(std::move(request), onEvent, progress);
}

// Asks whichever process is there, and the next one where it went meanwhile. `fill` writes the message for each anew: what
// is attached goes with it.
Result<WorkerSupervisor::Reply> WorkerClient::Private::askAnyProcess(
    const std::function<Result<void>(protocol::ToWorker&, BlobWriter&)>& fill, const std::string& doing,
    std::chrono::milliseconds timeout, const std::function<void(const Frame&)>& onEvent, Progress& progress)
{
    for (int attempt = 0; attempt < mostAttempts; ++attempt) {
        google::protobuf::Arena arena;
        auto& message = *google::protobuf::Arena::CreateMessage<protocol::ToWorker>(&arena);
        BlobWriter attached;
        if (const auto filled = fill(message, attached); !filled)
            return fail(filled.error());
        auto reply = ask(message, attached, doing, timeout, 0, onEvent, progress);
        if (!reply || !reply->isLost)
            return reply;
    }
    return fail(lostTooOften());
}

Result<WorkerSupervisor::Reply> WorkerClient::Private::openTorchScript(std::uint64_t number, const std::filesystem::path& path,
                                                                       bool withoutModel, Progress& progress)
{
    const auto fill = [&](protocol::ToWorker& message, BlobWriter&) -> Result<void> {
        protocol::OpenTorchScript& request = *message.mutable_open_torch_script();
        request.set_path(path.string());
        request.set_document(number);
        request.set_without_model(withoutModel);
        return {};
    };
    return askAnyProcess(fill, "opening " + path.filename().string(), options.openTimeout, reporting(progress), progress);
}

Result<WorkerSupervisor::Reply> WorkerClient::Private::openModel(std::uint64_t number, const Model& model, Progress& progress)
{
    const auto fill = [&](protocol::ToWorker& message, BlobWriter& attached) {
        message.mutable_open_model()->set_document(number);
        return encode(sendable(model), attached, *message.mutable_open_model()->mutable_model());
    };
    return askAnyProcess(fill, "opening " + nameOf(model), options.openTimeout, reporting(progress), progress);
}

// Opens the document in the present process where it is not; gives that process.
Result<std::uint64_t> WorkerClient::Private::ensureOpen(WorkerHandle handle, Document& document, Progress& progress)
{
    const std::lock_guard lock(document.opening);
    if (document.incarnation != 0)
        return document.incarnation;
    if (document.file && !document.file->unchanged())
        return fail(Error::read(document.path.string() + " has changed since it was opened; open it again"));
    auto reply = document.model ? openModel(std::uint64_t(handle), *document.model, progress)
                                : openTorchScript(std::uint64_t(handle), document.path, true, progress);
    if (!reply)
        return fail(reply.error());
    const auto message = parse(reply->answer);
    if (!message)
        return fail(message.error());
    document.incarnation = reply->incarnation;
    return document.incarnation;
}

// Asks for something of a document, which is opened again where its process went; gives what is no failure.
Result<std::unique_ptr<Message>> WorkerClient::Private::askDocument(
    WorkerHandle handle, Document& document, std::string doing, std::chrono::milliseconds timeout,
    const std::function<Result<void>(protocol::ToWorker&, BlobWriter&, std::uint64_t incarnation)>& fill,
    const std::function<void(const protocol::FromWorker&)>& onEvent, Progress& progress)
{
    const auto onFrame = [&](const Frame& frame) {
        const auto event = parse(frame);
        if (!event)
            return;
        const protocol::FromWorker& content = *(*event)->content;
        if (content.has_progress())
            progress.report(content.progress().fraction(), content.progress().what());
        else if (onEvent)
            onEvent(content);
    };
    for (int attempt = 0; attempt < mostAttempts; ++attempt) {
        const auto incarnation = ensureOpen(handle, document, progress);
        if (!incarnation)
            return fail(incarnation.error());
        protocol::ToWorker message;
        BlobWriter attached;
        if (const auto filled = fill(message, attached, *incarnation); !filled)
            return fail(filled.error());
        auto reply = ask(message, attached, doing, timeout, *incarnation, onFrame, progress);
        if (!reply)
            return fail(reply.error());
        if (reply->isLost) {
            const std::lock_guard lock(document.opening);
            if (document.incarnation == *incarnation)
                document.incarnation = 0;
            continue;
        }
        return parse(reply->answer);
    }
    return fail(lostTooOften());
}

void WorkerClient::Private::close(std::uint64_t number)
{
    protocol::ToWorker message;
    message.mutable_close()->set_document(number);
    supervisor.notify(makeSmallFrame(FrameKind::Request, 0, message.SerializeAsString()));
}

WorkerClient::WorkerClient(WorkerOptions options) : d(std::make_unique<Private>(std::move(options)))
{
}

WorkerClient::~WorkerClient() = default;

std::filesystem::path WorkerClient::find()
{
    std::error_code error;
    const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
    if (error)
        return {};
    const std::filesystem::path folder = program.parent_path();
    for (const char* place : {"tenscope-worker", "worker/tenscope-worker", "../libexec/tenscope/tenscope-worker",
                              "../libexec/tenscope-worker", "../lib/tenscope/tenscope-worker"}) {
        const std::filesystem::path candidate = (folder / place).lexically_normal();
        if (std::filesystem::is_regular_file(candidate, error))
            return candidate;
    }
    return {};
}

void WorkerClient::start()
{
    d->supervisor.start();
}

void WorkerClient::restart()
{
    d->supervisor.restart();
}

WorkerStatus WorkerClient::status() const
{
    return d->supervisor.status();
}

int WorkerClient::processId() const
{
    return d->supervisor.processId();
}

Result<WorkerInfo> WorkerClient::info(Progress& progress)
{
    const auto fill = [](protocol::ToWorker& message, BlobWriter&) -> Result<void> {
        message.mutable_info();
        return {};
    };
    auto reply = d->askAnyProcess(fill, "looking for devices", std::chrono::milliseconds(0), {}, progress);
    if (!reply)
        return fail(reply.error());
    const auto answer = parse(reply->answer);
    if (!answer)
        return fail(answer.error());
    if (!(*answer)->content->has_info())
        return fail(senseless());
    return decode((*answer)->content->info());
}

Result<WorkerDocument> WorkerClient::openTorchScript(const std::filesystem::path& path, Progress& progress)
{
    // The worker's folder is not ours.
    std::error_code error;
    const std::filesystem::path absolute = std::filesystem::absolute(path, error);
    const std::uint64_t number = ++d->lastDocument;
    auto reply = d->openTorchScript(number, error ? path : absolute, false, progress);
    if (!reply) {
        // Cancelled, perhaps too late: then the worker has opened it for nobody.
        if (reply.error().isCancelled())
            d->close(number);
        return fail(reply.error());
    }
    const auto answer = parse(reply->answer);
    if (!answer)
        return fail(answer.error());
    if (!(*answer)->content->has_opened() || !(*answer)->content->opened().has_model())
        return fail(senseless());
    auto model = decode((*answer)->content->opened().model(), (*answer)->payload.attached);
    if (!model || model->files.empty()) {
        d->close(number);
        return fail(model ? senseless() : model.error());
    }

    const auto document = std::make_shared<Private::Document>();
    document->path = error ? path : absolute;
    document->file = model->files.front();
    document->nodes = model->nodeCount();
    document->values = model->valueCount();
    document->incarnation = reply->incarnation;
    const std::lock_guard lock(d->mutex);
    d->documents[WorkerHandle(number)] = document;
    return WorkerDocument{WorkerHandle(number), std::move(*model)};
}

Result<WorkerHandle> WorkerClient::openModel(std::shared_ptr<const Model> model, Progress& progress)
{
    const std::uint64_t number = ++d->lastDocument;
    auto reply = d->openModel(number, *model, progress);
    if (!reply) {
        if (reply.error().isCancelled())
            d->close(number);
        return fail(reply.error());
    }
    const auto answer = parse(reply->answer);
    if (!answer)
        return fail(answer.error());
    if (!(*answer)->content->has_opened())
        return fail(senseless());
    const auto document = std::make_shared<Private::Document>();
    document->path = nameOf(*model);
    document->nodes = model->nodeCount();
    document->values = model->valueCount();
    document->model = std::move(model);
    document->incarnation = reply->incarnation;
    const std::lock_guard lock(d->mutex);
    d->documents[WorkerHandle(number)] = document;
    return WorkerHandle(number);
}

Result<RunOutcome> WorkerClient::run(WorkerHandle handle, const RunRequest& request,
                                     const std::function<void(const NodeRun&)>& onNode, Progress& progress)
{
    const auto found = d->document(handle);
    if (!found)
        return fail(found.error());
    Private::Document& document = **found;
    // What the model does not have is invalid, so that nobody looks it up.
    const auto tidyValue = [&](ValueRun& run) {
        if (run.value.index() >= document.values)
            run.value = {};
    };
    const auto tidyNode = [&](NodeRun& run) {
        for (ValueRun& output : run.outputs)
            tidyValue(output);
        return run.node.index() < document.nodes;
    };
    const auto onEvent = [&](const protocol::FromWorker& event) {
        if (!onNode || !event.has_node())
            return;
        NodeRun run = decode(event.node());
        if (tidyNode(run))
            onNode(run);
    };
    std::uint64_t ranIn = 0;
    const auto fill = [&](protocol::ToWorker& message, BlobWriter& attached, std::uint64_t incarnation) {
        ranIn = incarnation;
        message.mutable_run()->set_document(std::uint64_t(handle));
        return encode(request, attached, *message.mutable_run()->mutable_request());
    };
    const auto answer = d->askDocument(handle, document, "running " + document.path.filename().string(),
                                       d->options.runTimeout, fill, onEvent, progress);
    if (!answer)
        return fail(answer.error());
    if (!(*answer)->content->has_outcome())
        return fail(senseless());
    RunOutcome outcome = decode((*answer)->content->outcome(), (*answer)->payload.attached);
    for (ValueRun& output : outcome.outputs)
        tidyValue(output);
    std::erase_if(outcome.nodes, [&](NodeRun& run) { return !tidyNode(run); });
    if (request.trace) {
        const std::lock_guard lock(document.opening);
        document.tracedIn = ranIn;
    }
    return outcome;
}

Result<Tensor> WorkerClient::activation(WorkerHandle handle, ValueId value, Progress& progress)
{
    const auto found = d->document(handle);
    if (!found)
        return fail(found.error());
    Private::Document& document = **found;
    const auto fill = [&](protocol::ToWorker& message, BlobWriter&, std::uint64_t incarnation) -> Result<void> {
        const std::lock_guard lock(document.opening);
        if (document.tracedIn != 0 && document.tracedIn != incarnation)
            return fail(
                Error::run("The worker process was restarted since the model ran; run it again to see activations."));
        message.mutable_activation()->set_document(std::uint64_t(handle));
        message.mutable_activation()->set_value(value.index());
        return {};
    };
    const auto answer =
        d->askDocument(handle, document, "computing an activation of " + document.path.filename().string(),
                       d->options.runTimeout, fill, {}, progress);
    if (!answer)
        return fail(answer.error());
    if (!(*answer)->content->has_tensor())
        return fail(senseless());
    return decode((*answer)->content->tensor(), nullptr, 0, (*answer)->payload.attached);
}

Result<ScriptExport> WorkerClient::writeTorchScript(const Model& model, const std::filesystem::path& target, Progress& progress)
{
    // The worker's folder is not ours.
    std::error_code error;
    const std::filesystem::path absolute = std::filesystem::absolute(target, error);
    const auto fill = [&](protocol::ToWorker& message, BlobWriter& attached) {
        protocol::WriteTorchScript& request = *message.mutable_write_torch_script();
        request.set_path((error ? target : absolute).string());
        return encode(sendable(model), attached, *request.mutable_model());
    };
    auto reply = d->askAnyProcess(fill, "writing " + target.filename().string(), std::chrono::milliseconds(0),
                                  reporting(progress), progress);
    if (!reply)
        return fail(reply.error());
    const auto answer = parse(reply->answer);
    if (!answer)
        return fail(answer.error());
    if (!(*answer)->content->has_script_export())
        return fail(senseless());
    return decode((*answer)->content->script_export());
}

Result<InferredTypes> WorkerClient::inferTypes(const std::string& model, Progress& progress)
{
    const auto fill = [&](protocol::ToWorker& message, BlobWriter&) -> Result<void> {
        message.mutable_infer_types()->set_model(model);
        return {};
    };
    auto reply = d->askAnyProcess(fill, "inferring types", d->options.openTimeout, {}, progress);
    if (!reply)
        return fail(reply.error());
    const auto answer = parse(reply->answer);
    if (!answer)
        return fail(answer.error());
    if (!(*answer)->content->has_inferred())
        return fail(senseless());
    InferredTypes types;
    for (const protocol::InferredValue& value : (*answer)->content->inferred().values())
        types.values.push_back({value.graph(), value.name(), decode(value.type())});
    for (const std::string& problem : (*answer)->content->inferred().problems())
        types.problems.push_back(problem);
    return types;
}

void WorkerClient::close(WorkerHandle handle)
{
    {
        const std::lock_guard lock(d->mutex);
        if (d->documents.erase(handle) == 0)
            return;
    }
    d->close(std::uint64_t(handle));
}

}  // namespace tenscope
