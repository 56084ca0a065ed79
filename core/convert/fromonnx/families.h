#pragma once

#include <vector>

#include "core/convert/loweringrule.h"

namespace tenscope {

// One table a file of this folder; fromonnx/families.cpp lists them.
LoweringTable activationLowerings();
LoweringTable arithmeticLowerings();
LoweringTable attentionLowerings();
LoweringTable bitLowerings();
LoweringTable castLowerings();
LoweringTable constantLowerings();
LoweringTable controlFlowLowerings();
LoweringTable convolutionLowerings();
LoweringTable detectionLowerings();
LoweringTable featureLowerings();
LoweringTable fusedLowerings();
LoweringTable fusedQuantizationLowerings();
LoweringTable gatherLowerings();
LoweringTable groupQueryAttentionLowerings();
LoweringTable linearAlgebraLowerings();
LoweringTable linearModelLowerings();
LoweringTable lossLowerings();
LoweringTable matrixLowerings();
LoweringTable normalizationLowerings();
LoweringTable poolingLowerings();
LoweringTable quantizationLowerings();
LoweringTable randomLowerings();
LoweringTable recurrentLowerings();
LoweringTable reductionLowerings();
LoweringTable resizeLowerings();
LoweringTable samplingLowerings();
LoweringTable selectLowerings();
LoweringTable sequenceLowerings();
LoweringTable shapeLowerings();
LoweringTable signalLowerings();
LoweringTable sliceLowerings();
LoweringTable spatialLowerings();
LoweringTable textLowerings();
LoweringTable trainingLowerings();
LoweringTable treeEnsembleLowerings();

std::vector<LoweringTable> onnxFamilies();

}  // namespace tenscope
