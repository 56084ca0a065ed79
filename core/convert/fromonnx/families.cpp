#include "core/convert/fromonnx/families.h"

namespace tenscope {

std::vector<LoweringTable> onnxFamilies()
{
    return {
        activationLowerings(),
        arithmeticLowerings(),
        attentionLowerings(),
        bitLowerings(),
        castLowerings(),
        constantLowerings(),
        controlFlowLowerings(),
        convolutionLowerings(),
        detectionLowerings(),
        featureLowerings(),
        fusedLowerings(),
        fusedQuantizationLowerings(),
        gatherLowerings(),
        groupQueryAttentionLowerings(),
        linearAlgebraLowerings(),
        linearModelLowerings(),
        lossLowerings(),
        matrixLowerings(),
        normalizationLowerings(),
        poolingLowerings(),
        quantizationLowerings(),
        randomLowerings(),
        recurrentLowerings(),
        reductionLowerings(),
        resizeLowerings(),
        samplingLowerings(),
        selectLowerings(),
        sequenceLowerings(),
        shapeLowerings(),
        signalLowerings(),
        sliceLowerings(),
        spatialLowerings(),
        textLowerings(),
        trainingLowerings(),
        treeEnsembleLowerings(),
    };
}

}  // namespace tenscope
