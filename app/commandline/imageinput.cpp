#include "app/commandline/imageinput.h"

#include <QImage>
#include <QImageReader>
#include <array>

#include "core/analysis/elementwriter.h"
#include "core/graph/text.h"

namespace tenscope {

namespace {

// Which dimension is which; -1: there is none.
struct ImageLayout {
    int channel = -1, height = -1, width = -1;
};

// Known sizes tell the channels from the rest; dimensions that the model leaves open are taken in PyTorch's order.
std::optional<ImageLayout> layoutOf(const Shape& shape)
{
    const int rank = int(shape.size());
    const auto isChannel = [&](int i) { return shape[std::size_t(i)].size == 1 || shape[std::size_t(i)].size == 3; };
    const auto isOpen = [&](int i) { return !shape[std::size_t(i)].isKnown(); };
    if (rank == 2)
        return ImageLayout{-1, 0, 1};
    if (rank != 3 && rank != 4)
        return std::nullopt;
    if (rank == 4 && !isOpen(0) && shape[0].size != 1)
        return std::nullopt;
    const int first = rank - 3;
    if (isChannel(first) || (isOpen(first) && !isChannel(rank - 1)))
        return ImageLayout{first, first + 1, first + 2};
    if (isChannel(rank - 1))
        return ImageLayout{rank - 1, first, first + 1};
    return std::nullopt;
}

constexpr std::array<double, 3> means{0.485, 0.456, 0.406};
constexpr std::array<double, 3> deviations{0.229, 0.224, 0.225};

}  // namespace

bool isImage(const QString& path)
{
    QImageReader reader(path);
    reader.setDecideFormatFromContent(true);
    return reader.canRead();
}

Result<Tensor> imageInput(const QString& path, const Type& type, ElementType element, const std::string& name,
                          const std::optional<std::vector<std::int64_t>>& sizes, const std::string& normalization)
{
    if (!normalization.empty() && normalization != "imagenet")
        return fail(Error::usage("input " + name + ": \"" + normalization + "\" is no normalization; imagenet is"));
    QImageReader reader(path);
    reader.setDecideFormatFromContent(true);
    reader.setAutoTransform(true);
    QImage image = reader.read();
    if (image.isNull())
        return fail(Error::read(path.toStdString() + " cannot be read as an image (" + reader.errorString().toStdString() + ")"));

    // What the user says of the shape is certain; what the model leaves open is the image's.
    Shape shape{{1, {}}, {3, {}}, {}, {}};
    if (type.shape)
        shape = *type.shape;
    if (sizes) {
        shape.clear();
        for (const std::int64_t size : *sizes)
            shape.push_back({size, {}});
    }
    const auto layout = layoutOf(shape);
    if (!layout)
        return fail(Error::usage("input " + name + " has the shape " + toString(shape, "x") +
                                 ", which is not that of one image with 1 or 3 channels"));
    const auto dimension = [&](int index) -> Dimension& { return shape[std::size_t(index)]; };
    if (layout->channel >= 0 && !dimension(layout->channel).isKnown())
        dimension(layout->channel).size = 3;
    const int channels = layout->channel < 0 ? 1 : int(dimension(layout->channel).size);
    const std::int64_t height = dimension(layout->height).isKnown() ? dimension(layout->height).size : image.height();
    const std::int64_t width = dimension(layout->width).isKnown() ? dimension(layout->width).size : image.width();
    if (height < 1 || width < 1 || height > 65535 || width > 65535)
        return fail(Error::usage("input " + name + " has the shape " + toString(shape, "x") + ", into which no image fits"));
    if (image.width() != width || image.height() != height)
        image = image.scaled(int(width), int(height), Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
    image = image.convertToFormat(channels == 1 ? QImage::Format_Grayscale8 : QImage::Format_RGB888);
    if (image.isNull())
        return fail(Error::usage("input " + name + ": an image of that size needs more memory than there is"));

    if (element == ElementType::Undefined)
        element = ElementType::Float32;
    if (!ElementWriter::canWrite(element))
        return fail(Error::usage("input " + name + " is of type " + std::string(tenscope::name(element)) + ", which takes no image"));
    const bool isReal = isFloatingPoint(element);
    if (!isReal && !normalization.empty())
        return fail(Error::usage("input " + name + " takes integers, which cannot be normalized"));
    const bool channelsLast = layout->channel > layout->width;
    ElementWriter writer(element, std::uint64_t(channels) * std::uint64_t(height) * std::uint64_t(width));
    for (int y = 0; y < int(height); ++y) {
        const uchar* line = image.constScanLine(y);
        for (int x = 0; x < int(width); ++x) {
            for (int c = 0; c < channels; ++c) {
                double value = line[x * channels + c];
                if (isReal)
                    value /= 255;
                if (!normalization.empty())
                    value = (value - means[std::size_t(c)]) / deviations[std::size_t(c)];
                const std::int64_t index =
                    channelsLast ? (std::int64_t(y) * width + x) * channels + c : (std::int64_t(c) * height + y) * width + x;
                writer.set(std::uint64_t(index), value);
            }
        }
    }
    std::vector<std::int64_t> result;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        const int index = int(i);
        result.push_back(index == layout->height ? height : index == layout->width ? width : index == layout->channel ? channels : 1);
    }
    return writer.take(std::move(result));
}

}  // namespace tenscope
