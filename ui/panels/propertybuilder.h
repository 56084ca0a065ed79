#pragma once

#include "core/graph/model.h"
#include "core/worker/run.h"
#include "ui/document/selection.h"
#include "ui/panels/property.h"

namespace tenscope {

// What there is to say about the selected node, value or module, about several nodes, or about the model where nothing
// is selected. `whole`: constants, lists and tuples are shown as the nodes that the file holds, and not folded into the
// arguments. `run` may be null. `path`: of the model's file. Lists longer than some thousand lines are cut, and say so.
PropertySheet propertiesOf(const Model& model, const Selection& selection, const QString& path, const RunOutcome* run,
                           bool whole);

}  // namespace tenscope
