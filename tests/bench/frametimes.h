#pragma once

#include <vector>

namespace tenscope {

class GraphView;

// Drives a view over its whole diagram with the events of a wheel and a touch pad, as a person would: from the whole into
// the middle, up to the top, down to the bottom and across at three sizes, out again. Gives the milliseconds from each event
// until the picture stands.
std::vector<double> frameTimes(GraphView& view);

}  // namespace tenscope
