#include "app/worker/dispatcher.h"

#include <malloc.h>
#include <pthread.h>

#include <algorithm>
#include <exception>
#include <new>

#include "core/formats/onnx/onnxskeleton.h"
#include "core/onnxtools/schemafunctions.h"
#include "core/onnxtools/typeinference.h"
#include "core/torch/onnxdocument.h"
#include "core/torch/scriptwriter.h"
#include "core/torch/torchscriptdocument.h"
#include "core/worker/modelcodec.h"
#include "core/worker/modelinference.h"
#include "core/worker/runcodec.h"
#include "core/worker/tensorcodec.h"
#include "core/worker/worker.pb.h"

namespace tenscope {

namespace {

// LibTorch's passes recurse into nested blocks and types, deeper in files made to hurt than in any real one.
constexpr std::size_t computingStack = 64 << 20;

Error outOfMemory()
{
    return Error::run(
        "There is not enough memory for this; the limit of the worker process can be raised in the settings.");
}

// The model of a message. Types and ranks that an ONNX file does not state make its conversion better; where nothing can be
// inferred it goes without.
Result<Model> modelOf(const protocol::Model& message, const std::shared_ptr<const MappedFile>& attached, Progress& progress)
{
    auto model = decode(message, attached);
    if (!model || model->format != Format::Onnx || !lacksTypes(*model))
        return model;
    if (const auto skeleton = onnxSkeleton(*model, progress))
        if (const auto types = inferTypes(*skeleton))
            setInferredTypes(*model, located(*model, *types).types);
    return model;
}

}  // namespace

Dispatcher::Dispatcher(FrameChannel& channel) : m_channel(channel)
{
    ::pthread_attr_t attributes;
    ::pthread_attr_init(&attributes);
    ::pthread_attr_setstacksize(&attributes, computingStack);
    ::pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    ::pthread_t thread = {};
    const auto body = [](void* self) -> void* {
        static_cast<Dispatcher*>(self)->compute();
        return nullptr;
    };
    if (::pthread_create(&thread, &attributes, body, this) != 0)
        std::terminate();  // the window sees it, and says so
    ::pthread_attr_destroy(&attributes);
    protocol::FromWorker ready;
    ready.mutable_ready();
    send(FrameKind::Event, 0, ready);
}

void Dispatcher::handle(Frame frame)
{
    // Only small messages are looked at here: a large one is something to compute.
    if (!frame.large) {
        protocol::ToWorker message;
        if (!message.ParseFromString(frame.payload))
            return;
        if (message.has_ping()) {
            protocol::FromWorker pong;
            pong.mutable_pong();
            return send(FrameKind::Event, 0, pong);
        }
        if (message.has_cancel())
            return cancel(frame.request);
    }
    Job job;
    job.request = frame.request;
    job.frame = std::move(frame);
    job.progress = std::make_shared<Progress>([this, request = job.request](double fraction, const std::string& what) {
        protocol::FromWorker event;
        event.mutable_progress()->set_fraction(fraction);
        event.mutable_progress()->set_what(what);
        send(FrameKind::Event, request, event);
    });
    const std::lock_guard lock(m_mutex);
    m_jobs.push_back(std::move(job));
    m_arrived.notify_one();
}

void Dispatcher::cancel(std::uint64_t request)
{
    Job waiting;
    {
        const std::lock_guard lock(m_mutex);
        if (m_currentRequest == request && m_currentProgress)
            return m_currentProgress->cancel();
        const auto found =
            std::find_if(m_jobs.begin(), m_jobs.end(), [request](const Job& job) { return job.request == request; });
        if (found == m_jobs.end())
            return;  // it is answered already
        waiting = std::move(*found);
        m_jobs.erase(found);
    }
    answer(waiting, Error::cancelled());
}

void Dispatcher::compute()
{
    while (true) {
        Job job;
        {
            std::unique_lock lock(m_mutex);
            m_arrived.wait(lock, [this] { return !m_jobs.empty(); });
            job = std::move(m_jobs.front());
            m_jobs.pop_front();
            m_currentRequest = job.request;
            m_currentProgress = job.progress;
        }
        try {
            perform(job);
        } catch (const std::bad_alloc&) {
            answer(job, outOfMemory());
        } catch (const std::exception& error) {
            answer(job, Error::run(std::string("The worker could not do this: ") + error.what()));
        } catch (...) {
            answer(job, Error::run("The worker could not do this, and does not know why."));
        }
        const std::lock_guard lock(m_mutex);
        m_currentRequest = 0;
        m_currentProgress.reset();
    }
}

void Dispatcher::perform(Job& job)
{
    if (job.request != 0) {
        protocol::FromWorker started;
        started.mutable_started();
        send(FrameKind::Started, job.request, started);
    }
    const auto payload = openPayload(job.frame);
    if (!payload)
        return answer(job, payload.error());
    google::protobuf::Arena arena;
    auto& message = *google::protobuf::Arena::CreateMessage<protocol::ToWorker>(&arena);
    if (!message.ParseFromArray(payload->bytes.data(), int(payload->bytes.size())))
        return answer(job, Error::worker("The worker process did not understand the request."));

    switch (message.message_case()) {
    case protocol::ToWorker::kInfo: {
        protocol::FromWorker result;
        encode(workerInfo(), *result.mutable_info());
        return send(FrameKind::Answer, job.request, result);
    }
    case protocol::ToWorker::kOpenTorchScript: return open(job, message);
    case protocol::ToWorker::kOpenModel: return openModel(job, message, payload->attached);
    case protocol::ToWorker::kWriteTorchScript: return writeScript(job, message, payload->attached);
    case protocol::ToWorker::kRun: return run(job, message, payload->attached);
    case protocol::ToWorker::kActivation: return sendActivation(job, message);
    case protocol::ToWorker::kInferTypes: return inferTypes(job, message);
    case protocol::ToWorker::kClose:
        m_documents.erase(message.close().document());
        ::malloc_trim(0);
        return;
    default: return answer(job, Error::worker("The worker process does not know this request."));
    }
}

void Dispatcher::open(const Job& job, const protocol::ToWorker& message)
{
    const protocol::OpenTorchScript& request = message.open_torch_script();
    auto opened = TorchScriptDocument::open(request.path(), *job.progress);
    if (!opened)
        return answer(job, opened.error());
    google::protobuf::Arena arena;
    auto& result = *google::protobuf::Arena::CreateMessage<protocol::FromWorker>(&arena);
    result.mutable_opened();
    BlobWriter attached;
    if (!request.without_model()) {
        const auto encoded = encode((*opened)->model(), attached, *result.mutable_opened()->mutable_model());
        if (!encoded)
            return answer(job, encoded.error());
    }
    m_documents[request.document()] = std::move(*opened);
    send(FrameKind::Answer, job.request, result, attached);
}

void Dispatcher::writeScript(const Job& job, const protocol::ToWorker& message,
                             const std::shared_ptr<const MappedFile>& attached)
{
    const protocol::WriteTorchScript& request = message.write_torch_script();
    auto model = modelOf(request.model(), attached, *job.progress);
    if (!model)
        return answer(job, model.error());
    const auto report = writeTorchScript(std::move(*model), schemaFunction, request.path(), *job.progress);
    if (!report)
        return answer(job, report.error());
    protocol::FromWorker result;
    encode(*report, *result.mutable_script_export());
    send(FrameKind::Answer, job.request, result);
}

void Dispatcher::openModel(const Job& job, const protocol::ToWorker& message,
                           const std::shared_ptr<const MappedFile>& attached)
{
    const protocol::OpenModel& request = message.open_model();
    auto model = modelOf(request.model(), attached, *job.progress);
    if (!model)
        return answer(job, model.error());
    auto opened = OnnxDocument::create(std::move(*model), schemaFunction, *job.progress);
    if (!opened)
        return answer(job, opened.error());
    m_documents[request.document()] = std::move(*opened);
    protocol::FromWorker result;
    result.mutable_opened();
    send(FrameKind::Answer, job.request, result);
}

void Dispatcher::run(const Job& job, const protocol::ToWorker& message,
                     const std::shared_ptr<const MappedFile>& attached)
{
    RunnableDocument* const model = document(job, message.run().document());
    if (!model)
        return;
    RunObserver observer;
    observer.onNode = [this, request = job.request](const NodeRun& run) {
        protocol::FromWorker event;
        encode(run, *event.mutable_node());
        send(FrameKind::Event, request, event);
    };
    const auto outcome = model->run(decode(message.run().request(), attached), observer, *job.progress);
    if (!outcome)
        return answer(job, outcome.error());
    google::protobuf::Arena arena;
    auto& result = *google::protobuf::Arena::CreateMessage<protocol::FromWorker>(&arena);
    BlobWriter outputs;
    if (const auto encoded = encode(*outcome, outputs, *result.mutable_outcome()); !encoded)
        return answer(job, encoded.error());
    send(FrameKind::Answer, job.request, result, outputs);
}

void Dispatcher::sendActivation(const Job& job, const protocol::ToWorker& message)
{
    RunnableDocument* const model = document(job, message.activation().document());
    if (!model)
        return;
    const ValueId value(message.activation().value());
    if (value.index() >= model->model().valueCount())
        return answer(job, Error::usage("The model has no such value."));
    const auto tensor = model->activation(value, *job.progress);
    if (!tensor)
        return answer(job, tensor.error());
    protocol::FromWorker result;
    BlobWriter attached;
    if (const auto encoded = encode(*tensor, nullptr, attached, *result.mutable_tensor()); !encoded)
        return answer(job, encoded.error());
    send(FrameKind::Answer, job.request, result, attached);
}

void Dispatcher::inferTypes(const Job& job, const protocol::ToWorker& message)
{
    const auto types = tenscope::inferTypes(message.infer_types().model());
    if (!types)
        return answer(job, types.error());
    protocol::FromWorker result;
    protocol::InferredTypes& inferred = *result.mutable_inferred();
    for (const InferredTypes::Entry& entry : types->values) {
        protocol::InferredValue& value = *inferred.add_values();
        value.set_graph(entry.graph);
        value.set_name(entry.name);
        encode(entry.type, *value.mutable_type());
    }
    for (const std::string& problem : types->problems)
        inferred.add_problems(problem);
    send(FrameKind::Answer, job.request, result);
}

RunnableDocument* Dispatcher::document(const Job& job, std::uint64_t number)
{
    const auto found = m_documents.find(number);
    if (found != m_documents.end())
        return found->second.get();
    answer(job, Error::worker("The worker process does not have this model any more; open it again."));
    return nullptr;
}

void Dispatcher::send(FrameKind kind, std::uint64_t request, const protocol::FromWorker& message, BlobWriter& attached)
{
    // protobuf stops at 2 GB; the window refuses such a message long before.
    if (message.ByteSizeLong() >= std::size_t(1) << 30) {
        protocol::FromWorker failure;
        failure.mutable_failure()->set_kind(std::uint32_t(ErrorKind::Run));
        failure.mutable_failure()->set_message("The result is too large to be shown; ask for less, without the trace.");
        return send(kind, request, failure);
    }
    auto frame = makeFrame(kind, request, message.SerializeAsString(), attached);
    if (frame)
        return m_channel.send(std::move(*frame));
    if (kind != FrameKind::Answer)
        return;
    protocol::FromWorker failure;
    failure.mutable_failure()->set_kind(std::uint32_t(frame.error().kind));
    failure.mutable_failure()->set_message(frame.error().message);
    m_channel.send(makeSmallFrame(kind, request, failure.SerializeAsString()));
}

void Dispatcher::send(FrameKind kind, std::uint64_t request, const protocol::FromWorker& message)
{
    BlobWriter nothing;
    send(kind, request, message, nothing);
}

void Dispatcher::answer(const Job& job, const Error& error)
{
    if (job.request == 0)
        return;
    protocol::FromWorker result;
    result.mutable_failure()->set_kind(std::uint32_t(error.kind));
    // What LibTorch says of an error can be a page long with a stack; a sentence does not need more than this.
    result.mutable_failure()->set_message(error.message.substr(0, 20'000));
    send(FrameKind::Answer, job.request, result);
}

}  // namespace tenscope
