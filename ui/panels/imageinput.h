#pragma once

#include <QString>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/result.h"
#include "core/graph/tensor.h"
#include "core/graph/type.h"

namespace tenscope {

// What a pixel's 0 … 255 becomes in an input of floating point. Integers keep their 0 … 255.
enum class PixelScale {
    Unit,      // 0 … 1
    Signed,    // −1 … 1
    ImageNet,  // 0 … 1, less the mean and divided by the deviation of ImageNet's channels: what torchvision's models expect
};

// Whether Qt reads this kind of file as an image, by its name.
bool isImageFile(const QString& path);

// An image as the input of a network: scaled to the input's height and width where those are known (the image's own
// elsewhere), as channels, height, width or as height, width, channels, whichever the sizes fit; one channel is grey, three
// are colour, four have an alpha channel. Leading dimensions must be 1 or open. `sizes`, where given, replace those of the
// type. Fails with ErrorKind::Usage where the input cannot be an image, ErrorKind::Read where the file is none.
Result<Tensor> imageTensor(const QString& path, const Type& type, const std::optional<std::vector<std::int64_t>>& sizes,
                           PixelScale scale, const std::string& inputName);

}  // namespace tenscope
