#include "core/worker/runcodec.h"

#include <algorithm>

#include "core/worker/tensorcodec.h"
#include "core/worker/worker.pb.h"

namespace tenscope {

namespace {

template <class IdType>
IdType fromOptional(std::uint32_t number)
{
    return number ? IdType(number - 1) : IdType();
}

void encode(const TensorStatistics& statistics, protocol::Statistics& message)
{
    message.set_elements(statistics.elements);
    message.set_min(statistics.min);
    message.set_max(statistics.max);
    message.set_mean(statistics.mean);
    message.set_std(statistics.std);
    message.set_zeros(statistics.zeros);
    message.set_nan(statistics.nan);
    message.set_inf(statistics.inf);
    message.mutable_edges()->Add(statistics.histogram.edges.begin(), statistics.histogram.edges.end());
    message.mutable_counts()->Add(statistics.histogram.counts.begin(), statistics.histogram.counts.end());
}

TensorStatistics decode(const protocol::Statistics& message)
{
    TensorStatistics statistics;
    statistics.elements = message.elements();
    statistics.min = message.min();
    statistics.max = message.max();
    statistics.mean = message.mean();
    statistics.std = message.std();
    statistics.zeros = message.zeros();
    statistics.nan = message.nan();
    statistics.inf = message.inf();
    // finite() subtracts, and who draws a histogram reads counts.size() + 1 edges.
    const bool isCounted = message.nan() <= message.elements() && message.inf() <= message.elements() - message.nan();
    if (!isCounted)
        statistics.nan = statistics.inf = 0;
    if (isCounted && message.counts_size() > 0 && message.edges_size() == message.counts_size() + 1) {
        statistics.histogram.edges.assign(message.edges().begin(), message.edges().end());
        statistics.histogram.counts.assign(message.counts().begin(), message.counts().end());
    }
    return statistics;
}

void encode(const ValueRun& run, protocol::ValueRun& message)
{
    message.set_value(run.value ? run.value.index() + 1 : 0);
    message.set_name(run.name);
    message.set_element(std::uint32_t(run.element));
    message.mutable_shape()->Add(run.shape.begin(), run.shape.end());
    if (run.isTensor)
        encode(run.statistics, *message.mutable_statistics());
    message.set_is_tensor(run.isTensor);
    message.set_text(run.text);
}

ValueRun decode(const protocol::ValueRun& message)
{
    ValueRun run;
    run.value = fromOptional<ValueId>(message.value());
    run.name = message.name();
    run.element = elementTypeFromNumber(message.element());
    for (const std::int64_t size : message.shape())
        run.shape.push_back(std::max<std::int64_t>(size, 0));
    if (message.has_statistics())
        run.statistics = decode(message.statistics());
    run.isTensor = message.is_tensor();
    run.text = message.text();
    return run;
}

}  // namespace

Result<void> encode(const RunRequest& request, BlobWriter& attached, protocol::RunRequest& message)
{
    for (const Tensor& input : request.inputs)
        if (const auto encoded = encode(input, nullptr, attached, *message.add_inputs()); !encoded)
            return fail(encoded.error());
    message.set_device(request.device);
    message.set_threads(request.threads);
    message.set_repeats(request.repeats);
    message.set_warm_ups(request.warmUps);
    message.set_trace(request.trace);
    message.set_histogram_bins(request.histogramBins);
    for (const auto& [input, members] : request.lists) {
        protocol::TensorList& list = *message.add_lists();
        list.set_input(std::uint32_t(input));
        for (const Tensor& member : members)
            if (const auto encoded = encode(member, nullptr, attached, *list.add_members()); !encoded)
                return fail(encoded.error());
    }
    for (const Override& entry : request.overrides) {
        protocol::Override& added = *message.add_overrides();
        added.set_value(entry.value ? entry.value.index() + 1 : 0);
        if (const auto encoded = encode(entry.tensor, nullptr, attached, *added.mutable_tensor()); !encoded)
            return fail(encoded.error());
    }
    return {};
}

RunRequest decode(const protocol::RunRequest& message, const std::shared_ptr<const MappedFile>& attached)
{
    RunRequest request;
    for (const protocol::Tensor& input : message.inputs())
        request.inputs.push_back(decode(input, nullptr, 0, attached));
    request.device = message.device();
    request.threads = message.threads();
    request.repeats = message.repeats();
    request.warmUps = message.warm_ups();
    request.trace = message.trace();
    request.histogramBins = message.histogram_bins();
    for (const protocol::TensorList& list : message.lists()) {
        std::vector<Tensor>& members = request.lists[list.input()];
        for (const protocol::Tensor& member : list.members())
            members.push_back(decode(member, nullptr, 0, attached));
    }
    for (const protocol::Override& entry : message.overrides())
        request.overrides.push_back({fromOptional<ValueId>(entry.value()), decode(entry.tensor(), nullptr, 0, attached)});
    return request;
}

void encode(const NodeRun& run, protocol::NodeRun& message)
{
    message.set_node(run.node ? run.node.index() + 1 : 0);
    message.set_milliseconds(run.milliseconds);
    message.set_executions(run.executions);
    for (const ValueRun& output : run.outputs)
        encode(output, *message.add_outputs());
}

NodeRun decode(const protocol::NodeRun& message)
{
    NodeRun run;
    run.node = fromOptional<NodeId>(message.node());
    run.milliseconds = message.milliseconds();
    run.executions = message.executions();
    for (const protocol::ValueRun& output : message.outputs())
        run.outputs.push_back(decode(output));
    return run;
}

Result<void> encode(const RunOutcome& outcome, BlobWriter& attached, protocol::RunOutcome& message)
{
    message.set_device(outcome.device);
    message.set_threads(outcome.threads);
    message.mutable_milliseconds()->Add(outcome.milliseconds.begin(), outcome.milliseconds.end());
    for (const ValueRun& output : outcome.outputs)
        encode(output, *message.add_outputs());
    for (const Tensor& tensor : outcome.outputTensors)
        if (const auto encoded = encode(tensor, nullptr, attached, *message.add_output_tensors()); !encoded)
            return fail(encoded.error());
    for (const NodeRun& node : outcome.nodes)
        encode(node, *message.add_nodes());
    message.set_peak_bytes(outcome.peakBytes);
    return {};
}

RunOutcome decode(const protocol::RunOutcome& message, const std::shared_ptr<const MappedFile>& attached)
{
    RunOutcome outcome;
    outcome.device = message.device();
    outcome.threads = message.threads();
    outcome.milliseconds.assign(message.milliseconds().begin(), message.milliseconds().end());
    for (const protocol::ValueRun& output : message.outputs())
        outcome.outputs.push_back(decode(output));
    for (const protocol::Tensor& tensor : message.output_tensors())
        outcome.outputTensors.push_back(decode(tensor, nullptr, 0, attached));
    outcome.outputTensors.resize(outcome.outputs.size());  // parallel, whatever was sent
    for (const protocol::NodeRun& node : message.nodes())
        outcome.nodes.push_back(decode(node));
    outcome.peakBytes = message.peak_bytes();
    return outcome;
}

void encode(const WorkerInfo& info, protocol::WorkerInfo& message)
{
    message.set_libtorch_version(info.libtorchVersion);
    message.set_blas(info.blas);
    for (const Device& device : info.devices) {
        protocol::Device* entry = message.add_devices();
        entry->set_name(device.name);
        entry->set_description(device.description);
    }
    message.set_no_cuda_reason(info.noCudaReason);
    for (const std::string& warning : info.warnings)
        message.add_warnings(warning);
}

WorkerInfo decode(const protocol::WorkerInfo& message)
{
    WorkerInfo info;
    info.libtorchVersion = message.libtorch_version();
    info.blas = message.blas();
    for (const protocol::Device& entry : message.devices())
        info.devices.push_back({entry.name(), entry.description()});
    info.noCudaReason = message.no_cuda_reason();
    info.warnings.assign(message.warnings().begin(), message.warnings().end());
    return info;
}

void encode(const ScriptExport& report, protocol::ScriptExport& message)
{
    message.set_bytes(report.bytes);
    for (const UnconvertedOperator& one : report.unconverted) {
        protocol::UnconvertedOperator* entry = message.add_unconverted();
        entry->set_op(one.op);
        entry->set_count(one.count);
        entry->set_why(one.why);
    }
    for (const std::string& note : report.notes)
        message.add_notes(note);
}

ScriptExport decode(const protocol::ScriptExport& message)
{
    ScriptExport report;
    report.bytes = message.bytes();
    for (const protocol::UnconvertedOperator& entry : message.unconverted())
        report.unconverted.push_back({entry.op(), entry.count(), entry.why()});
    report.notes.assign(message.notes().begin(), message.notes().end());
    return report;
}

}  // namespace tenscope
