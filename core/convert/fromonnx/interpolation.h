#pragma once

#include <string>

#include "core/convert/lowering.h"

namespace tenscope {

// How Resize maps places and mixes neighbours, by the attributes of the node in the names of its newest version.
struct Interpolation {
    std::string mode = "nearest";                // nearest, linear, cubic
    std::string coordinates = "half_pixel";      // coordinate_transformation_mode
    std::string nearest = "round_prefer_floor";  // nearest_mode; simple: before opset 11
    double cubicA = -0.75;
    bool excludesOutside = false;
    bool isAntialiased = false;
    double extrapolation = 0;

    bool isCropping() const { return coordinates == "tf_crop_and_resize"; }
};

// One dimension that is resized. Everything may be computed.
struct ResizedAxis {
    Term axis;        // counted from the front
    Term in, out;     // sizes
    Term scale;       // a float
    Term begin, end;  // the region of tf_crop_and_resize, in parts of the whole
};

// `x` (floating-point, unless the mode is nearest) resized along one dimension, as ONNX defines it: the place in the
// original of each element of the result, and the neighbours there, mixed by weights. Unsupported for unknown modes.
Term resizedAlong(Lowering& l, const Term& x, const Term& rank, const ResizedAxis& axis, const Interpolation& how);

}  // namespace tenscope
