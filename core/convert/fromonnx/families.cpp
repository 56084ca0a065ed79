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
        gatherLowerings(),
        matrixLowerings(),
        normalizationLowerings(),
        poolingLowerings(),
        recurrentLowerings(),
        reductionLowerings(),
        resizeLowerings(),
        selectLowerings(),
        sequenceLowerings(),
        shapeLowerings(),
        sliceLowerings(),
    };
}

}  // namespace tenscope
