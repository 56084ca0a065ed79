#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/graph/tensor.h"

namespace tenscope {

class Model;

// Names of classes, one a line of a text file, in UTF-8; what follows the last line is none. Fails (ErrorKind::Read) on files
// that are no text or hold more than a million lines.
Result<std::vector<std::string>> readLabels(const std::filesystem::path& file);

// One class of a classifier's output.
struct RankedClass {
    std::size_t index = 0;
    double value = 0;  // as the model gives it: a probability, a logit
};

// The classes with the largest values of each item of a batch: the tensor's last dimension counts classes, all before it
// items, of which at most `mostItems` are looked at. Equal values by index; NaN is never among them. Fails where the tensor has no
// dimension or its data cannot be read. O(items × classes).
Result<std::vector<std::vector<RankedClass>>> topClasses(const Model& model, const Tensor& tensor, std::size_t count, std::size_t mostItems,
                                                         Progress& progress);

// Whether the tensor could be what a classifier gives for `classes` classes (0: any number from 2 on).
bool isClassification(const Tensor& tensor, std::size_t classes);

}  // namespace tenscope
