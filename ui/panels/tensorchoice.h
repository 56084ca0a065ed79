#pragma once

#include <QString>
#include <memory>
#include <optional>
#include <vector>

#include "core/graph/model.h"
#include "core/graph/operatorfamily.h"
#include "core/worker/run.h"
#include "ui/document/selection.h"

namespace tenscope {

// A tensor that the tensor panel can show: a stored one, or what a value was in the last run.
struct TensorChoice {
    QString role;  // "W", "output Y"
    QString name;  // "layer1.0.conv2.weight"
    OperatorFamily family = OperatorFamily::Data;
    std::shared_ptr<const Model> model;

    TensorId stored;                     // valid: a stored tensor
    std::optional<ValueRun> activation;  // else
    std::optional<Tensor> whole;         // the activation's numbers, where they are here already

    QString title() const;  // "W · layer1.0.conv2.weight"
    ElementType element() const;
    const std::vector<std::int64_t>& shape() const;
    // Whether both are the same tensor of the same model or run.
    bool isSame(const TensorChoice& other) const;
};

// The tensors of what is selected: a node's stored ones, then its outputs of the last run (may be null).
std::vector<TensorChoice> tensorChoices(const std::shared_ptr<const Model>& model, const Selection& selection,
                                        const RunOutcome* run);
TensorChoice storedChoice(const std::shared_ptr<const Model>& model, TensorId tensor);
TensorChoice activationChoice(const std::shared_ptr<const Model>& model, const ValueRun& activation, const Tensor* whole);

}  // namespace tenscope
