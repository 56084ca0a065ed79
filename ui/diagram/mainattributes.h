#pragma once

#include <QString>
#include <span>
#include <string_view>
#include <vector>

#include "core/graph/literal.h"
#include "core/graph/operator.h"

namespace tenscope {

// The few attributes of a node that a reader of a diagram wants, as "kernel 3×3", "stride 2", "pads 1": in the order of
// what matters, without those that have their default value. Operators that the table does not hold show their first
// short ones. `weightTellsKernel`: the kernel's size is already seen in the weight's shape.
std::vector<QString> mainAttributes(const Operator& op, const std::vector<Argument>& arguments, bool weightTellsKernel);

// "−1" with a true minus sign, "1e−5" for 1e-05, "0.0318566" for 0.03185659646987915; what is no number as it is.
QString prettyNumber(QString text);

}  // namespace tenscope
