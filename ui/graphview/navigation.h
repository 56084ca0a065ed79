#pragma once

#include <optional>
#include <span>
#include <vector>

#include "ui/diagram/diagram.h"

namespace tenscope {

// Ways through a diagram. Boxes are indices; nothing here looks at pixels or widgets.

enum class Direction { Up, Down, Left, Right };

// The box one step away: up to the producer and down to the consumer that lie straightest, left and right to the nearest
// sibling (a box that shares a producer or consumer), or else to the nearest box at the same height.
std::optional<Diagram::Index> neighbour(const Diagram& diagram, Diagram::Index from, Direction direction);

// Everything the boxes depend on, or everything that depends on them, themselves included. Ascending.
std::vector<Diagram::Index> upstream(const Diagram& diagram, std::span<const Diagram::Index> boxes);
std::vector<Diagram::Index> downstream(const Diagram& diagram, std::span<const Diagram::Index> boxes);

// What lies on a way from one of the boxes to another of them, themselves included; with one box, everything up- and
// downstream of it. Ascending.
std::vector<Diagram::Index> between(const Diagram& diagram, std::span<const Diagram::Index> boxes);

}  // namespace tenscope
