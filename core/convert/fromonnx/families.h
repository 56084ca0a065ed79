#pragma once

#include <vector>

#include "core/convert/loweringrule.h"

namespace tenscope {

// One table a file of this folder; fromonnx/families.cpp lists them.
LoweringTable activationLowerings();
LoweringTable arithmeticLowerings();
LoweringTable convolutionLowerings();
LoweringTable normalizationLowerings();
LoweringTable poolingLowerings();
LoweringTable reductionLowerings();
LoweringTable shapeLowerings();

std::vector<LoweringTable> onnxFamilies();

}  // namespace tenscope
