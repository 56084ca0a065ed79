#pragma once

#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/torch/builtmodel.h"
#include "core/torch/runsubject.h"
#include "core/torch/runnabledocument.h"

namespace tenscope {

// Runs the inlined graph of a model on LibTorch's interpreter, with callbacks between its operators: they stop a run that
// is cancelled, know the operator that failed, and in a traced run see each value and measure each node.
class Runner {
public:
    // Both outlive the runner.
    Runner(RunSubject& subject, const BuiltModel& built) : m_subject(subject), m_built(built) {}

    // Both throw Failure, and whatever LibTorch throws outside of the model itself.
    RunOutcome run(const RunRequest& request, const RunObserver& observer, Progress& progress);
    Tensor activation(ValueId value, Progress& progress);

private:
    struct Session;
    class Tracer;

    void prepare(const RunRequest& request);
    c10::IValue execute(Session& session, const torch::jit::Code& code, const RunRequest& request);
    std::shared_ptr<torch::jit::Graph> fastGraph();
    std::vector<NodeRun> trace(const RunRequest& request, const RunObserver& observer, Progress& progress, c10::IValue& result);
    void keep(ValueId value, const Tensor& tensor);

    RunSubject& m_subject;
    const BuiltModel& m_built;
    RunRequest m_traced;  // of the last traced run
    bool m_hasTrace = false;
    std::unordered_map<ValueId, Tensor> m_kept;
    std::uint64_t m_keptBytes = 0;
    std::unordered_set<ValueId> m_computed;  // values of the last traced run, kept or not
};

}  // namespace tenscope
