#include "core/formats/onnx/tensordata.h"

#include <algorithm>

namespace tenscope {

namespace {

bool isDense(const Tensor& tensor)
{
    if (tensor.strides.empty())
        return true;
    std::int64_t expected = 1;
    for (std::size_t d = tensor.shape.size(); d-- > 0;) {
        if (tensor.shape[d] != 1 && tensor.strides[d] != expected)
            return false;
        expected *= tensor.shape[d];
    }
    return true;
}

// Copies the elements in row-major order, a buffer at a time.
Result<void> gather(const Tensor& tensor, std::span<const std::byte> stored, std::size_t elementBytes, const WireMessage::Sink& sink)
{
    constexpr std::size_t bufferBytes = 1 << 20;
    std::vector<std::byte> buffer;
    buffer.reserve(bufferBytes + elementBytes);
    std::vector<std::int64_t> index(tensor.shape.size(), 0);
    std::uint64_t position = 0;  // in elements
    for (std::uint64_t left = *tensor.elements(); left > 0; --left) {
        const auto element = stored.subspan(std::size_t(position) * elementBytes, elementBytes);
        buffer.insert(buffer.end(), element.begin(), element.end());
        if (buffer.size() >= bufferBytes || left == 1) {
            if (auto written = sink(buffer); !written)
                return written;
            buffer.clear();
        }
        for (std::size_t d = index.size(); d-- > 0;) {
            position += std::uint64_t(tensor.strides[d]);
            if (++index[d] < tensor.shape[d])
                break;
            position -= std::uint64_t(tensor.strides[d]) * std::uint64_t(tensor.shape[d]);
            index[d] = 0;
        }
    }
    return {};
}

// The elements from the first to the last one that the strides reach; nothing where that is no number.
std::optional<std::uint64_t> reach(const Tensor& tensor)
{
    if (tensor.strides.size() != tensor.shape.size())
        return std::nullopt;
    std::uint64_t last = 0;
    for (std::size_t d = 0; d < tensor.shape.size(); ++d) {
        const std::uint64_t steps = std::uint64_t(tensor.shape[d]) - 1;
        std::uint64_t distance = 0;
        if (tensor.strides[d] < 0 || __builtin_mul_overflow(steps, std::uint64_t(tensor.strides[d]), &distance) ||
            __builtin_add_overflow(last, distance, &last))
            return std::nullopt;
    }
    return last + 1;
}

}  // namespace

bool sameData(const Tensor& a, const Tensor& b)
{
    if (a.data.index() != b.data.index() || a.strides != b.strides)
        return false;
    if (const auto* slice = std::get_if<FileSlice>(&a.data)) {
        const auto& other = std::get<FileSlice>(b.data);
        return slice->offset == other.offset && slice->length == other.length &&
               (slice->file == other.file || slice->file->path() == other.file->path());
    }
    if (const auto* owned = std::get_if<OwnedBytes>(&a.data)) {
        const auto& other = std::get<OwnedBytes>(b.data);
        return owned->bytes == other.bytes || *owned->bytes == *other.bytes;
    }
    if (const auto* strings = std::get_if<OwnedStrings>(&a.data)) {
        const auto& other = std::get<OwnedStrings>(b.data);
        return strings->strings == other.strings || *strings->strings == *other.strings;
    }
    return true;  // missing from both, or sparse: then the parts are compared
}

Result<WireMessage> denseData(const Tensor& tensor)
{
    const auto stored = tensor.bytes();
    if (!stored)
        return fail(Error::write(stored.error().message));
    const auto unfit = [&](const char* why) {
        return fail(Error::write("tensor " + tensor.name + " cannot be written: " + why));
    };
    const auto elements = tensor.elements();
    const auto needed = elements ? byteSize(tensor.element, *elements) : std::nullopt;
    if (!needed)
        return unfit("its size is no number");
    WireMessage data;
    if (isDense(tensor)) {
        if (stored->size() < *needed)
            return unfit("less data is stored than its shape needs");
        data.append(stored->first(std::size_t(*needed)));
        return data;
    }
    const int elementBits = bits(tensor.element);
    if (elementBits % 8 != 0)
        return unfit("its elements are smaller than a byte and not in order");
    const std::size_t elementBytes = std::size_t(elementBits) / 8;
    const auto reached = *elements == 0 ? std::optional<std::uint64_t>(0) : reach(tensor);
    if (!reached || *reached > stored->size() / elementBytes)
        return unfit("its strides leave the stored data");
    data.append(WireMessage::Stream{
        *needed, [&tensor, bytes = *stored, elementBytes](const WireMessage::Sink& sink) { return gather(tensor, bytes, elementBytes, sink); }});
    return data;
}

}  // namespace tenscope
