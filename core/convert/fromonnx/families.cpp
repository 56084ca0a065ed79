#include "core/convert/fromonnx/families.h"

namespace tenscope {

std::vector<LoweringTable> onnxFamilies()
{
    return {
        activationLowerings(),
        arithmeticLowerings(),
        bitLowerings(),
        castLowerings(),
        constantLowerings(),
        controlFlowLowerings(),
        convolutionLowerings(),
        detectionLowerings(),
        gatherLowerings(),
        linearAlgebraLowerings(),
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
        trainingLowerings(),
    };
}

}  // namespace tenscope
