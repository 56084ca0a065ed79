#include "core/formats/onnx/allowedvalues.h"

#include <algorithm>
#include <vector>

namespace tenscope {

namespace {

struct Entry {
    std::string_view op;  // "": all operators
    std::string_view attribute;
    std::vector<std::string_view> values;
};

// From the operators' documentation, opsets 1 to 22.
const std::vector<Entry>& entries()
{
    static const std::vector<Entry> table = {
        {"", "auto_pad", {"NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"}},
        {"", "direction", {"forward", "reverse", "bidirectional"}},
        {"BitShift", "direction", {"LEFT", "RIGHT"}},
        {"Pad", "mode", {"constant", "reflect", "edge", "wrap"}},
        {"Resize", "mode", {"nearest", "linear", "cubic"}},
        {"Upsample", "mode", {"nearest", "linear"}},
        {"GridSample", "mode", {"linear", "nearest", "cubic", "bilinear", "bicubic"}},
        {"GridSample", "padding_mode", {"zeros", "border", "reflection"}},
        {"Resize", "coordinate_transformation_mode",
         {"half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric", "tf_crop_and_resize"}},
        {"Resize", "nearest_mode", {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"}},
        {"Resize", "keep_aspect_ratio_policy", {"stretch", "not_larger", "not_smaller"}},
        {"RoiAlign", "mode", {"avg", "max"}},
        {"RoiAlign", "coordinate_transformation_mode", {"half_pixel", "output_half_pixel"}},
        {"DepthToSpace", "mode", {"DCR", "CRD"}},
        {"ScatterElements", "reduction", {"none", "add", "mul", "max", "min"}},
        {"ScatterND", "reduction", {"none", "add", "mul", "max", "min"}},
        {"NegativeLogLikelihoodLoss", "reduction", {"none", "sum", "mean"}},
        {"SoftmaxCrossEntropyLoss", "reduction", {"none", "sum", "mean"}},
        {"Gelu", "approximate", {"none", "tanh"}},
        {"StringNormalizer", "case_change_action", {"LOWER", "UPPER", "NONE"}},
        {"TfIdfVectorizer", "mode", {"TF", "IDF", "TFIDF"}},
        {"TreeEnsembleRegressor", "aggregate_function", {"AVERAGE", "SUM", "MIN", "MAX"}},
        {"Normalizer", "norm", {"MAX", "L1", "L2"}},
        {"", "post_transform", {"NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"}},
    };
    return table;
}

}  // namespace

std::span<const std::string_view> allowedValues(std::string_view op, std::string_view attribute)
{
    const Entry* best = nullptr;
    for (const Entry& entry : entries())
        if (entry.attribute == attribute && (entry.op == op || (entry.op.empty() && !best)))
            best = &entry;
    return best ? std::span<const std::string_view>(best->values) : std::span<const std::string_view>();
}

}  // namespace tenscope
