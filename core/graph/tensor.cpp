#include "core/graph/tensor.h"

#include <limits>

namespace tenscope {

std::optional<std::uint64_t> Tensor::elements() const
{
    std::uint64_t product = 1;
    bool overflow = false;
    for (const std::int64_t size : shape) {
        if (size < 0)
            return std::nullopt;
        if (size == 0)
            return 0;
        overflow = overflow || product > std::uint64_t(std::numeric_limits<std::int64_t>::max()) / std::uint64_t(size);
        product *= std::uint64_t(size);
    }
    return overflow ? std::nullopt : std::optional(product);
}

std::uint64_t Tensor::storedBytes() const
{
    if (const auto* slice = std::get_if<FileSlice>(&data))
        return slice->length;
    if (const auto* owned = std::get_if<OwnedBytes>(&data))
        return owned->bytes->size();
    if (const auto* owned = std::get_if<OwnedStrings>(&data)) {
        std::uint64_t total = 0;
        for (const std::string& text : *owned->strings)
            total += text.size();
        return total;
    }
    return 0;
}

Result<std::span<const std::byte>> Tensor::bytes() const
{
    if (const auto* slice = std::get_if<FileSlice>(&data)) {
        if (const auto bytes = slice->file->slice(slice->offset, slice->length))
            return *bytes;
        return fail(Error::read("tensor " + name + ": its data lies outside " + slice->file->path().string()));
    }
    if (const auto* owned = std::get_if<OwnedBytes>(&data))
        return std::span<const std::byte>(*owned->bytes);
    if (const auto* missing = std::get_if<MissingData>(&data))
        return fail(Error::read("tensor " + name + ": " + missing->why));
    return fail(Error::read("tensor " + name + " holds no numbers"));
}

Type Tensor::type() const
{
    Type result = Type::tensor(element, shape);
    if (std::holds_alternative<SparseData>(data))
        result.kind = Type::Kind::SparseTensor;
    return result;
}

}  // namespace tenscope
