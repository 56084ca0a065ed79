#pragma once

#include <QString>
#include <string>

#include "core/base/result.h"
#include "core/graph/tensor.h"
#include "core/graph/type.h"

namespace tenscope {

// An image file as the input of a model, laid out as its type asks for: N×C×H×W, C×H×W, N×H×W×C or H×W×C with 1 or 3
// channels (N is 1), scaled to its height and width where these are known. Floating-point inputs get 0 … 1, integers
// 0 … 255. With `normalization` "imagenet" the channels are normalized as torchvision's models are trained:
// (x - mean) / std with mean 0.485, 0.456, 0.406 and std 0.229, 0.224, 0.225. `sizes` are those that the user asked for, or
// the type's; empty where not even the rank is known: 1×3×H×W of the image then.
//
// Fails with ErrorKind::Read where it is no image that can be read, ErrorKind::Usage where the input takes none.
Result<Tensor> imageInput(const QString& path, const Type& type, ElementType element, const std::string& name,
                          const std::optional<std::vector<std::int64_t>>& sizes, const std::string& normalization);

// Whether the file's content is an image of a kind that can be read.
bool isImage(const QString& path);

}  // namespace tenscope
