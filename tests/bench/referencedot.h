#pragma once

#include <optional>

#include "core/layout/layoutgraph.h"

namespace tenscope {

// Graphviz' dot as it is, layers and lines included: what layouts are measured against. Nothing: it failed. It takes minutes for
// some graphs of some hundred boxes, and cannot be stopped.
std::optional<Layout> referenceDot(const LayoutGraph& graph, const LayoutOptions& options);

}  // namespace tenscope
