#include "core/torch/runner.h"

#include <ATen/Parallel.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>

#include "core/analysis/statistics.h"
#include "core/graph/text.h"
#include "core/torch/attributes.h"
#include "core/torch/exchange.h"
#include "core/torch/failure.h"
#include "core/torch/instrument.h"
#include "core/torch/overrides.h"
#include "core/torch/place.h"
#include "core/torch/tensors.h"

namespace tenscope {

namespace {

using Clock = std::chrono::steady_clock;

// Activations that are kept so that looking at them costs no other run.
constexpr std::uint64_t largestKept = std::uint64_t(256) << 20;
constexpr std::size_t longestText = 200;

double milliseconds(Clock::duration duration)
{
    return std::chrono::duration<double, std::milli>(duration).count();
}

int threadsOf(const RunRequest& request)
{
    return request.threads > 0 ? request.threads : std::max(1, int(std::thread::hardware_concurrency()));
}

c10::Device deviceOf(const RunRequest& request)
{
    try {
        const c10::Device device(request.device);
        if (device.is_cpu() || (device.is_cuda() && at::hasCUDA()))
            return device;
    } catch (const std::exception&) {
        // Not the name of a device at all: the same sentence.
    }
    throw Failure(Error::run("There is no device '" + request.device + "' here; run the model on cpu."));
}

// Kernels of other devices run on while the program goes on.
void waitFor(c10::Device device)
{
    if (device.is_cpu())
        return;
    const c10::impl::VirtualGuardImpl guard(device.type());
    guard.synchronizeStream(guard.getStream(device));
}

ValueRun valueRun(const c10::IValue& value, std::string name)
{
    ValueRun run;
    run.name = std::move(name);
    run.isTensor = value.isTensor() && value.toTensor().defined();
    if (!run.isTensor) {
        run.text = textOf(value, longestText);
        return run;
    }
    run.element = elementType(value.toTensor().scalar_type());
    run.shape = value.toTensor().sizes().vec();
    return run;
}

}  // namespace

// One execution of the graph: what is running just now, and since when.
struct Runner::Session {
    const Model& model;
    Progress& progress;
    NodeId current = {};
    double milliseconds = 0;

    void begin(NodeId id)
    {
        current = id;
        if (progress.cancelled())
            throw Failure(Error::cancelled());
    }
};

// Collects what a traced run shows. The time that it takes itself is not counted to any node, nor to the nodes around.
class Runner::Tracer {
public:
    Tracer(Runner& runner, Session& session, const RunRequest& request, const RunObserver& observer)
        : m_runner(runner), m_session(session), m_request(request), m_observer(observer), m_threads(threadsOf(request))
    {
        m_total = std::max<std::size_t>(1, runner.m_built.steps.size());
    }

    void before(NodeId id)
    {
        m_session.begin(id);
        m_starts[id] = {Clock::now(), m_ownTime};
    }

    void after(NodeId id, const std::vector<c10::IValue>& outputs, bool isInLoop)
    {
        const Clock::time_point now = Clock::now();
        const Start& start = m_starts[id];
        const auto [entry, isNew] = m_index.try_emplace(id, m_runs.size());
        if (isNew) {
            m_runs.emplace_back().node = id;
            m_isInLoop.push_back(isInLoop);
        }
        NodeRun& run = m_runs[entry->second];
        run.milliseconds += milliseconds((now - start.time) - (m_ownTime - start.ownTime));
        ++run.executions;
        run.outputs.clear();
        const Model& model = m_session.model;
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            const ValueId value = model.node(id).outputs()[i];
            run.outputs.push_back(valueRun(outputs[i], model.value(value).name));
            run.outputs.back().value = value;
            if (!run.outputs.back().isTensor)
                continue;
            // A copy at once: the next operator may work in place. In loops only the last execution counts.
            Tensor copied = m_runner.m_subject.shown(outputs[i].toTensor(), value, model.value(value).name);
            run.outputs.back().element = copied.element;
            if (isInLoop)
                m_last[value] = std::move(copied);
            else
                examine(run.outputs.back(), copied);
        }
        if (!isInLoop && m_observer.onNode)
            m_observer.onNode(run);
        if (isNew)
            m_session.progress.report(double(m_runs.size()) / double(m_total), "Running " + qualifiedName(model, id));
        m_ownTime += Clock::now() - now;
    }

    std::vector<NodeRun> finish()
    {
        for (std::size_t i = 0; i < m_runs.size(); ++i) {
            if (!m_isInLoop[i])
                continue;
            for (ValueRun& output : m_runs[i].outputs)
                if (const auto last = m_last.find(output.value); last != m_last.end())
                    examine(output, last->second);
            if (m_observer.onNode)
                m_observer.onNode(m_runs[i]);
        }
        return std::move(m_runs);
    }

private:
    struct Start {
        Clock::time_point time;
        Clock::duration ownTime;
    };

    void examine(ValueRun& output, const Tensor& tensor)
    {
        auto found = statistics(m_session.model, tensor, m_request.histogramBins, m_session.progress, m_threads);
        if (found)
            output.statistics = std::move(*found);
        else if (found.error().isCancelled())
            throw Failure(found.error());
        m_runner.m_computed.insert(output.value);
        m_runner.keep(output.value, tensor);
    }

    Runner& m_runner;
    Session& m_session;
    const RunRequest& m_request;
    const RunObserver& m_observer;
    int m_threads = 1;
    std::size_t m_total = 1;
    Clock::duration m_ownTime{};
    std::vector<NodeRun> m_runs;
    std::vector<bool> m_isInLoop;
    std::unordered_map<NodeId, std::size_t> m_index;
    std::unordered_map<NodeId, Start> m_starts;
    std::unordered_map<ValueId, Tensor> m_last;
};

void Runner::prepare(const RunRequest& request)
{
    if (!m_built.graph)
        throw Failure(Error::run("The model has no method that could be run."));
    // A model's print() must not end up in what the process says to its client.
    torch::jit::setPrintHandler([](const std::string& text) { std::cerr << text; });
    at::set_num_threads(threadsOf(request));
    m_subject.prepare(deviceOf(request));
}

c10::IValue Runner::execute(Session& session, const torch::jit::Code& code, const RunRequest& request)
{
    const c10::Device device = deviceOf(request);
    const struct Ending {
        RunSubject& subject;
        ~Ending() { subject.end(); }
    } ending{m_subject};
    torch::jit::Stack stack = m_subject.begin(request, device);
    at::manual_seed(0);  // so that a value that is computed again is the same
    const at::NoGradGuard noGradients;
    session.current = {};
    const Clock::time_point start = Clock::now();
    try {
        torch::jit::InterpreterState(code).run(stack);
        waitFor(device);
    } catch (const std::exception& exception) {
        if (session.progress.cancelled())
            throw Failure(Error::cancelled());
        const std::string place =
            session.current ? "Running stopped at " + placeOf(session.model, session.current) : "The model could not be run";
        throw Failure(Error::run(place + ": " + essence(exception) + "."));
    }
    session.milliseconds = milliseconds(Clock::now() - start);
    return stack.empty() ? c10::IValue() : stack.back();
}

std::vector<NodeRun> Runner::trace(const RunRequest& request, const RunObserver& observer, Progress& progress, c10::IValue& result)
{
    m_kept.clear();
    m_keptBytes = 0;
    m_computed.clear();
    m_hasTrace = false;
    Session session{m_built.model, progress};
    Tracer tracer(*this, session, request, observer);
    Probes probes;
    probes.before = [&tracer](NodeId id) { tracer.before(id); };
    probes.after = [&tracer](NodeId id, const std::vector<c10::IValue>& outputs, bool isInLoop) {
        tracer.after(id, outputs, isInLoop);
    };
    probes.replaced = replacements(m_built, request.overrides);
    const torch::jit::Code code(instrumented(m_built, probes), "forward");
    result = execute(session, code, request);
    std::vector<NodeRun> runs = tracer.finish();
    m_traced = request;
    m_hasTrace = true;
    return runs;
}

RunOutcome Runner::run(const RunRequest& request, const RunObserver& observer, Progress& progress)
{
    prepare(request);
    const Model& model = m_built.model;
    RunOutcome outcome;
    outcome.device = deviceOf(request).str();
    outcome.threads = threadsOf(request);

    Session session{model, progress};
    Probes probes;
    probes.before = [&session](NodeId id) { session.begin(id); };
    probes.replaced = replacements(m_built, request.overrides);
    const torch::jit::Code code(instrumented(m_built, probes), "forward");
    c10::IValue result;
    // Preparing the fast graph takes about as long as a run, so that it is for several. A plain run goes before them: it stops
    // at an operator when it is cancelled, and knows the one that fails.
    const int repeats = std::max(request.trace ? 0 : 1, request.repeats);
    const int warmUps = std::max(request.warmUps, repeats > 1 ? 1 : 0);
    const int runs = warmUps + repeats;
    std::optional<torch::jit::Code> fast;
    for (int i = 0; i < runs; ++i) {
        progress.report(double(i) / double(runs + (request.trace ? 1 : 0)), "Running");
        if (i == 1 && request.overrides.empty())  // LibTorch may have fused what is to be overridden
            if (const auto graph = fastGraph())
                fast.emplace(graph, "forward");
        if (progress.cancelled())
            throw Failure(Error::cancelled());
        result = execute(session, fast ? *fast : code, request);
        if (i >= warmUps)
            outcome.milliseconds.push_back(session.milliseconds);
    }
    if (request.trace)
        outcome.nodes = trace(request, observer, progress, result);

    // The graph's outputs are the members of the tuples that were made for the return; what they hold is taken apart too.
    const std::vector<ValueId>& outputs = model.graph(model.mainGraph).outputs;
    const std::vector<c10::IValue> members = withoutTuples(result);
    std::vector<ResultPart> parts;
    for (std::size_t i = 0; i < members.size(); ++i) {
        const bool isNamed = members.size() == outputs.size();
        const std::string name = isNamed ? model.value(outputs[i]).name : "output_" + std::to_string(i);
        const std::vector<ResultPart> inner = flattened(members[i]);
        for (const ResultPart& part : inner)
            parts.push_back({name + part.suffix, part.value, isNamed && inner.size() == 1 ? outputs[i] : ValueId()});
    }
    for (const auto& [name, part, value] : parts) {
        ValueRun run = valueRun(part, name);
        run.value = value;
        Tensor tensor;
        if (run.isTensor) {
            tensor = m_subject.shown(part.toTensor(), value, name);
            run.element = tensor.element;
            auto found = statistics(model, tensor, request.histogramBins, progress, outcome.threads);
            if (found)
                run.statistics = std::move(*found);
            else if (found.error().isCancelled())
                throw Failure(found.error());
        } else {
            tensor.name = name;
            tensor.data = MissingData{"The output is no tensor."};
        }
        outcome.outputs.push_back(std::move(run));
        outcome.outputTensors.push_back(std::move(tensor));
    }
    rusage usage = {};
    if (::getrusage(RUSAGE_SELF, &usage) == 0)
        outcome.peakBytes = std::uint64_t(usage.ru_maxrss) * 1024;
    return outcome;
}

std::shared_ptr<torch::jit::Graph> Runner::fastGraph()
{
    try {
        return m_subject.fast();
    } catch (const std::exception&) {
        return nullptr;  // LibTorch cannot make this graph faster
    }
}

void Runner::keep(ValueId value, const Tensor& tensor)
{
    const std::uint64_t bytes = tensor.storedBytes();
    if (m_keptBytes + bytes > largestKept || !m_kept.emplace(value, tensor).second)
        return;
    m_keptBytes += bytes;
}

Tensor Runner::activation(ValueId value, Progress& progress)
{
    const Model& model = m_built.model;
    if (value.index() >= model.valueCount() || !model.value(value).isAlive())
        throw Failure(Error::run("There is no such value in the model."));
    if (const TensorId stored = model.value(value).tensor)
        return model.tensor(stored);
    const std::string name = "'" + model.value(value).name + "'";
    if (const NodeId producer = model.value(value).producer())
        if (const Attribute* constant = model.node(producer).attribute("value"))
            if (const auto* tensor = std::get_if<TensorId>(&constant->value))
                return model.tensor(*tensor);
    if (!m_hasTrace)
        throw Failure(Error::run("The value " + name + " is not known yet: run the model with a trace first."));
    if (const auto kept = m_kept.find(value); kept != m_kept.end())
        return kept->second;
    const std::vector<ValueId>& inputs = model.graph(model.mainGraph).inputs;
    const auto input = std::find(inputs.begin(), inputs.end(), value);
    if (const auto index = std::size_t(input - inputs.begin()); input != inputs.end() && index < m_traced.inputs.size())
        return m_traced.inputs[index];
    if (m_built.values.count(value) == 0)
        throw Failure(Error::run("The value " + name + " is not computed by the run: it is a constant or belongs to another method."));

    std::optional<Tensor> found;
    bool isSeen = false;
    Session session{model, progress};
    Probes probes;
    probes.before = [&session](NodeId id) { session.begin(id); };
    probes.watched = value;
    probes.seen = [&](const c10::IValue& seen) {
        isSeen = true;
        found = seen.isTensor() && seen.toTensor().defined()
                    ? std::optional(m_subject.shown(seen.toTensor(), value, model.value(value).name))
                    : std::nullopt;
    };
    progress.report(-1, "Computing " + name + " again");
    prepare(m_traced);
    probes.replaced = replacements(m_built, m_traced.overrides);
    const torch::jit::Code code(instrumented(m_built, probes), "forward");
    execute(session, code, m_traced);
    if (!isSeen)
        throw Failure(Error::run("The value " + name + " was not computed in this run: its branch was not taken."));
    if (!found)
        throw Failure(Error::run("The value " + name + " is no tensor."));
    keep(value, *found);
    return *found;
}

}  // namespace tenscope
