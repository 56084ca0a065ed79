#pragma once

#include "ui/diagram/diagram.h"
#include "ui/diagram/diagramoptions.h"

namespace tenscope {

// The same diagram with boxes moved: edges follow their ends, unfolded modules grow around what was moved out of them.
// Boxes that it does not hold are left alone.
Diagram displaced(const Diagram& diagram, const Displacements& moved);

}  // namespace tenscope
