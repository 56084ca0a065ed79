#pragma once

#include "core/convert/lowering.h"

namespace tenscope {

// What the models of ai.onnx.ml do with their scores [N, classes or targets] at the end: the attribute post_transform.
Term transformedScores(Lowering& l, const Term& scores);

// The labels of a classifier, by the attributes classlabels_ints or classlabels_strings (those of trees:
// classlabels_int64s).
struct ClassLabels {
    Term values;  // a constant vector; held as int64 in either case
    ElementType element = ElementType::Int64;
    std::size_t count = 0;
};
ClassLabels classLabels(Lowering& l);

// The label of the highest score of each row.
Term bestLabel(Lowering& l, const ClassLabels& labels, const Term& scores);

// Writes the outputs of a classifier with one score for two classes: the label by whether the score is above the
// threshold, and both scores.
void outputBinary(Lowering& l, const ClassLabels& labels, const Term& score, double threshold, const Term& bothScores);

}  // namespace tenscope
