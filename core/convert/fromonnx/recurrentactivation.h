#pragma once

#include <string>
#include <vector>

#include "core/convert/lowering.h"

namespace tenscope {

// A function that a recurrent cell applies to its gates, by the names of ONNX: "Sigmoid", "Tanh", "Affine" ….
struct RecurrentActivation {
    std::string name;  // lower case, since the names are compared without regard to it
    double alpha = 0;
    double beta = 0;
};

// Those of one direction of the node: `count` from the attribute `activations`, with alpha and beta from the lists beside
// it, or the defaults. Unsupported for unknown names and lists that are too short.
std::vector<RecurrentActivation> recurrentActivations(Lowering& l, std::size_t direction,
                                                      const std::vector<std::string>& defaults);

Term activated(Lowering& l, const RecurrentActivation& activation, const Term& x);

}  // namespace tenscope
