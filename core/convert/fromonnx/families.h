#pragma once

#include <vector>

#include "core/convert/loweringrule.h"

namespace tenscope {

// One table a file of this folder; fromonnx/families.cpp lists them.
LoweringTable activationLowerings();
LoweringTable arithmeticLowerings();
LoweringTable bitLowerings();
LoweringTable castLowerings();
LoweringTable constantLowerings();
LoweringTable controlFlowLowerings();
LoweringTable convolutionLowerings();
LoweringTable gatherLowerings();
LoweringTable matrixLowerings();
LoweringTable normalizationLowerings();
LoweringTable poolingLowerings();
LoweringTable recurrentLowerings();
LoweringTable reductionLowerings();
LoweringTable resizeLowerings();
LoweringTable selectLowerings();
LoweringTable sequenceLowerings();
LoweringTable shapeLowerings();
LoweringTable sliceLowerings();

std::vector<LoweringTable> onnxFamilies();

}  // namespace tenscope
