#include "core/torch/storedtensors.h"

#include <cstring>
#include <limits>

#include "core/analysis/elementreader.h"
#include "core/analysis/elementwriter.h"
#include "core/convert/heldas.h"
#include "core/torch/failure.h"
#include "core/torch/stringtable.h"

namespace tenscope {

namespace {

constexpr std::uintptr_t alignment = 16;

at::Tensor fromStrings(const Tensor& tensor, const std::vector<std::string>& strings)
{
    at::Tensor result = at::empty(tensor.shape, at::kLong);
    if (std::uint64_t(result.numel()) != strings.size())
        throw Failure(Error::run("The tensor '" + tensor.name + "' has another number of strings than its shape needs."));
    auto* ids = result.data_ptr<std::int64_t>();
    for (std::size_t i = 0; i < strings.size(); ++i)
        ids[i] = StringTable::shared().number(strings[i]);
    return result;
}

// Types that LibTorch has and reads as they are stored.
bool isHeldAsItIs(const Tensor& tensor)
{
    return heldAs(tensor.element) == tensor.element && !std::holds_alternative<SparseData>(tensor.data);
}

std::int64_t wideInteger(const ElementReader& reader, std::uint64_t i)
{
    std::uint64_t stored = 0;
    if (reader.element() != ElementType::UInt64 || reader.isSparse())
        return std::int64_t(reader.valueAt(i));
    reader.copy(i, 1, reinterpret_cast<std::byte*>(&stored));
    return std::int64_t(stored);
}

}  // namespace

at::Tensor StoredTensors::tensor(TensorId id)
{
    const auto [entry, isNew] = m_made.try_emplace(id);
    if (isNew) {
        const Tensor& stored = m_model.tensor(id);
        entry->second = mapped(stored);
        if (!entry->second.defined())
            entry->second = heldTensor(m_model, stored);
    }
    return entry->second;
}

at::Tensor StoredTensors::mapped(const Tensor& tensor)
{
    const auto* slice = std::get_if<FileSlice>(&tensor.data);
    const auto scalar = scalarType(tensor.element);
    if (!slice || !scalar || !isHeldAsItIs(tensor) || isQuantized(tensor.element) || !tensor.strides.empty())
        return {};
    const auto elements = tensor.elements();
    const auto needed = elements ? byteSize(tensor.element, *elements) : std::nullopt;
    const auto bytes = tensor.bytes();
    if (!bytes || !needed || *needed == 0 || *needed > bytes->size())
        return {};
    std::shared_ptr<WeightFile>& file = m_files[slice->file.get()];
    if (!file) {
        const auto opened = WeightFile::open(slice->file);
        if (!opened)
            throw Failure(opened.error());
        file = *opened;
    }
    std::byte* data = file->data() + slice->offset;
    if (reinterpret_cast<std::uintptr_t>(data) % alignment != 0)
        return {};
    at::Tensor& known = m_byPlace[data];
    if (known.defined() && known.scalar_type() == *scalar && std::uint64_t(known.numel()) == *elements)
        return known.view(tensor.shape);
    known = at::from_blob(data, tensor.shape, [file](void*) {}, at::TensorOptions().dtype(*scalar));
    return known;
}

at::Tensor heldTensor(const Model& model, const Tensor& tensor)
{
    if (const auto* strings = std::get_if<OwnedStrings>(&tensor.data))
        return fromStrings(tensor, *strings->strings);
    if (isHeldAsItIs(tensor)) {
        const Result<at::Tensor> made = torchTensor(tensor);
        if (!made)
            throw Failure(made.error());
        return *made;
    }
    const auto reader = ElementReader::open(model, tensor);
    if (!reader)
        throw Failure(Error::run(reader.error().message));
    const auto scalar = scalarType(heldAs(tensor.element));
    if (!scalar || reader->elements() > std::uint64_t(std::numeric_limits<std::int64_t>::max()) / 8)
        throw Failure(Error::run("The tensor '" + tensor.name + "' has a type that cannot be run."));
    if (*scalar == at::kLong) {
        at::Tensor result = at::empty(tensor.shape, at::kLong);
        auto* out = result.data_ptr<std::int64_t>();
        for (std::uint64_t i = 0; i < reader->elements(); ++i)
            out[i] = wideInteger(*reader, i);
        return result;
    }
    at::Tensor result = at::empty(tensor.shape, at::kDouble);
    reader->read(0, std::span(result.data_ptr<double>(), std::size_t(reader->elements())));
    return result.to(*scalar);
}

Tensor restoredTensor(const at::Tensor& held, ElementType element, std::string name)
{
    if (!held.defined() || heldAs(element) == element || element == elementType(held.scalar_type()))
        return copyOf(held, std::move(name));
    Tensor result;
    const at::Tensor plain = held.detach().to(at::kCPU).contiguous();
    if (element == ElementType::String) {
        std::vector<std::string> strings;
        const at::Tensor numbers = plain.to(at::kLong);
        for (std::int64_t i = 0; i < numbers.numel(); ++i)
            strings.push_back(StringTable::shared().text(numbers.data_ptr<std::int64_t>()[i]));
        result.element = element;
        result.shape = held.sizes().vec();
        result.data = OwnedStrings{std::make_shared<const std::vector<std::string>>(std::move(strings))};
    } else if (element == ElementType::UInt64 || element == ElementType::UInt32) {
        const at::Tensor numbers = plain.to(at::kLong);
        const auto* data = numbers.data_ptr<std::int64_t>();
        const std::size_t width = element == ElementType::UInt64 ? 8 : 4;
        std::vector<std::byte> bytes(std::size_t(numbers.numel()) * width);
        for (std::int64_t i = 0; i < numbers.numel(); ++i)
            std::memcpy(bytes.data() + std::size_t(i) * width, data + i, width);
        result.element = element;
        result.shape = held.sizes().vec();
        result.data = OwnedBytes{std::make_shared<const std::vector<std::byte>>(std::move(bytes))};
    } else {
        const at::Tensor numbers = plain.to(at::kDouble);
        ElementWriter writer(element, std::uint64_t(numbers.numel()));
        for (std::int64_t i = 0; i < numbers.numel(); ++i)
            writer.set(std::uint64_t(i), numbers.data_ptr<double>()[i]);
        result = writer.take(held.sizes().vec());
    }
    result.name = std::move(name);
    return result;
}

}  // namespace tenscope
