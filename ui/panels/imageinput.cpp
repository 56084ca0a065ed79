#include "ui/panels/imageinput.h"

#include <QFileInfo>
#include <QImage>
#include <QImageReader>
#include <algorithm>
#include <array>
#include <cstring>

namespace tenscope {

namespace {

constexpr std::int64_t largestSide = 1 << 14;

bool canBeChannels(std::int64_t size)
{
    return size < 0 || size == 1 || size == 3 || size == 4;
}

struct Layout {
    std::int64_t channels = 3, height = -1, width = -1;
    bool isChannelsLast = false;
};

// Where channels, height and width are in the last three (or two) dimensions. Negative sizes are open.
Result<Layout> layoutOf(const std::vector<std::int64_t>& sizes, const std::string& inputName)
{
    const auto refuse = [&](const std::string& why) {
        return fail(Error::usage("Input " + inputName + " cannot take an image: " + why + "; use a .npy file."));
    };
    const std::size_t rank = sizes.size();
    if (rank < 2)
        return refuse("an image needs at least height and width");
    for (std::size_t d = 0; d + 3 < rank; ++d)
        if (sizes[d] > 1)
            return refuse("it takes " + std::to_string(sizes[d]) + " of them at once");
    Layout layout;
    if (rank == 2) {
        layout.channels = 1;
        layout.height = sizes[0];
        layout.width = sizes[1];
        return layout;
    }
    const std::int64_t first = sizes[rank - 3], second = sizes[rank - 2], third = sizes[rank - 1];
    layout.isChannelsLast = (!canBeChannels(first) || first < 0) && third > 0 && canBeChannels(third);
    if (!layout.isChannelsLast && !canBeChannels(first))
        return refuse("neither its first nor its last dimension can be the channels of a picture");
    const std::int64_t channels = layout.isChannelsLast ? third : first;
    layout.channels = channels < 0 ? 3 : channels;
    layout.height = layout.isChannelsLast ? first : second;
    layout.width = layout.isChannelsLast ? second : third;
    return layout;
}

float scaled(int pixel, int channel, PixelScale scale)
{
    constexpr std::array<float, 4> mean{0.485f, 0.456f, 0.406f, 0.0f};
    constexpr std::array<float, 4> deviation{0.229f, 0.224f, 0.225f, 1.0f};
    const float unit = float(pixel) / 255.0f;
    switch (scale) {
    case PixelScale::Signed:
        return unit * 2 - 1;
    case PixelScale::ImageNet:
        return (unit - mean[std::size_t(channel)]) / deviation[std::size_t(channel)];
    case PixelScale::Unit:
        break;
    }
    return unit;
}

}  // namespace

bool isImageFile(const QString& path)
{
    return QImageReader::supportedImageFormats().contains(QFileInfo(path).suffix().toLower().toLatin1());
}

Result<Tensor> imageTensor(const QString& path, const Type& type, const std::optional<std::vector<std::int64_t>>& sizes,
                           PixelScale scale, const std::string& inputName)
{
    std::vector<std::int64_t> wanted{-1, 3, -1, -1};
    if (sizes) {
        wanted = *sizes;
    } else if (type.shape) {
        wanted.clear();
        for (const Dimension& dimension : *type.shape)
            wanted.push_back(dimension.size);
    }
    const Result<Layout> layout = layoutOf(wanted, inputName);
    if (!layout)
        return fail(layout.error());

    QImageReader reader(path);
    reader.setAutoTransform(true);
    QImage image = reader.read();
    if (image.isNull())
        return fail(Error::read(path.toStdString() + " cannot be read as an image: " + reader.errorString().toStdString() + "."));
    const std::int64_t height = layout->height > 0 ? layout->height : image.height();
    const std::int64_t width = layout->width > 0 ? layout->width : image.width();
    if (height > largestSide || width > largestSide)
        return fail(Error::usage("Input " + inputName + " is too large for an image; use a .npy file."));
    image = image.scaled(int(width), int(height), Qt::IgnoreAspectRatio, Qt::SmoothTransformation)
                .convertToFormat(layout->channels == 1 ? QImage::Format_Grayscale8 : QImage::Format_RGBA8888);
    if (image.isNull())
        return fail(Error::usage(path.toStdString() + " cannot be scaled to the size of input " + inputName + "."));

    Tensor tensor;
    tensor.name = inputName;
    const bool isInteger = type.element == ElementType::UInt8;
    tensor.element = isInteger ? ElementType::UInt8 : ElementType::Float32;
    tensor.shape = wanted;
    const std::size_t rank = wanted.size();
    for (std::int64_t& size : tensor.shape)
        size = std::max<std::int64_t>(size, 1);
    if (rank >= 3) {
        tensor.shape[rank - 3] = layout->isChannelsLast ? height : layout->channels;
        tensor.shape[rank - 2] = layout->isChannelsLast ? width : height;
        tensor.shape[rank - 1] = layout->isChannelsLast ? layout->channels : width;
    } else {
        tensor.shape = {height, width};
    }

    const auto channels = std::size_t(layout->channels);
    const std::size_t pixelSize = channels == 1 ? 1 : 4;
    const std::size_t plane = std::size_t(height) * std::size_t(width);
    const std::size_t elementSize = isInteger ? 1 : sizeof(float);
    auto bytes = std::make_shared<std::vector<std::byte>>(plane * channels * elementSize);
    for (std::int64_t y = 0; y < height; ++y) {
        const uchar* line = image.constScanLine(int(y));
        for (std::int64_t x = 0; x < width; ++x)
            for (std::size_t c = 0; c < channels; ++c) {
                const std::size_t pixel = std::size_t(y) * std::size_t(width) + std::size_t(x);
                const std::size_t place = layout->isChannelsLast ? pixel * channels + c : c * plane + pixel;
                const int value = line[std::size_t(x) * pixelSize + c];
                if (isInteger) {
                    (*bytes)[place] = std::byte(value);
                } else {
                    const float number = scaled(value, int(c), scale);
                    std::memcpy(bytes->data() + place * sizeof(float), &number, sizeof(float));
                }
            }
    }
    tensor.data = OwnedBytes{std::move(bytes)};
    return tensor;
}

}  // namespace tenscope
