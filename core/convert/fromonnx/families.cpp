#include "core/convert/fromonnx/families.h"

namespace tenscope {

std::vector<LoweringTable> onnxFamilies()
{
    return {
        activationLowerings(),
        arithmeticLowerings(),
        convolutionLowerings(),
        normalizationLowerings(),
        poolingLowerings(),
        reductionLowerings(),
        shapeLowerings(),
    };
}

}  // namespace tenscope
