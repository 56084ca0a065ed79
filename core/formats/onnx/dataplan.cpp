#include "core/formats/onnx/dataplan.h"

namespace tenscope {

DataPlan::Choice DataPlan::choose(const Tensor& tensor, bool isKept, bool isExternal, bool mayLeave)
{
    const auto* slice = std::get_if<FileSlice>(&tensor.data);
    const bool isNumbers = slice || std::holds_alternative<OwnedBytes>(tensor.data);
    if (!isNumbers)
        return isKept ? Choice::Stay : Choice::Inline;
    if (isKept && isExternal) {
        if (mode == Mode::Embed)
            return Choice::Inline;
        if (slice && leftBehind.contains(slice->file->path()))
            return Choice::DataFile;
        if (slice)
            stillUsed[slice->file->path()] += slice->length;
        return Choice::Stay;
    }
    if (mayLeave && mode == Mode::OneFile && tensor.storedBytes() >= threshold)
        return Choice::DataFile;
    return isKept ? Choice::Stay : Choice::Inline;
}

std::uint64_t DataPlan::place(const Tensor& tensor, WireMessage&& data)
{
    const std::uint64_t offset = (m_size + alignment - 1) / alignment * alignment;
    const auto* slice = std::get_if<FileSlice>(&tensor.data);
    if (slice && tensor.strides.empty()) {
        const auto [known, isNew] = m_placed.try_emplace({slice->file.get(), slice->offset, slice->length}, offset);
        if (!isNew)
            return known->second;
    }
    m_size = offset + data.size();
    m_entries.push_back({offset, std::move(data)});
    return offset;
}

}  // namespace tenscope
