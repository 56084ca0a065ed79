#include "core/analysis/elementreader.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstring>
#include <limits>
#include <numeric>

#include "core/analysis/smallfloat.h"
#include "core/graph/model.h"
#include "core/graph/text.h"

namespace tenscope {

namespace {

// Files place tensors at any offset, so elements are never read through a typed pointer.
template <class T>
T load(const std::byte* from)
{
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

template <class T>
void convertRun(const std::byte* from, std::int64_t step, std::span<double> out)
{
    if (step == 1) {  // of its own, so that the compiler can use vectors
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = double(load<T>(from + i * sizeof(T)));
        return;
    }
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = double(load<T>(from + std::int64_t(i) * step * std::int64_t(sizeof(T))));
}

// Half of the real or imaginary parts of a complex number, as its type stores them.
std::complex<double> complexAt(ElementType type, const std::byte* from)
{
    switch (type) {
        case ElementType::Complex32:
            return {smallFloat(ElementType::Float16, load<std::uint16_t>(from)),
                    smallFloat(ElementType::Float16, load<std::uint16_t>(from + 2))};
        case ElementType::Complex64: return {load<float>(from), load<float>(from + 4)};
        default: return {load<double>(from), load<double>(from + 8)};
    }
}

std::string complexText(ElementType type, const std::byte* from)
{
    const auto part = [&](int which) {
        switch (type) {
            case ElementType::Complex32:
                return smallFloatText(ElementType::Float16, load<std::uint16_t>(from + 2 * which));
            case ElementType::Complex64: return shortestFloat(load<float>(from + 4 * which));
            default: return shortest(load<double>(from + 8 * which));
        }
    };
    const std::string imaginary = part(1);
    return part(0) + (imaginary.front() == '-' ? "" : "+") + imaginary + "j";
}

std::string where(const Tensor& tensor)
{
    return tensor.name.empty() ? "the tensor" : "tensor " + tensor.name;
}

// One more than the highest stored element that shape and strides reach; nothing on overflow or negative strides.
std::optional<std::uint64_t> reach(const Tensor& tensor)
{
    std::uint64_t last = 0;
    for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
        if (tensor.strides[i] < 0)
            return std::nullopt;
        std::uint64_t distance = 0;
        if (__builtin_mul_overflow(std::uint64_t(tensor.shape[i] - 1), std::uint64_t(tensor.strides[i]), &distance) ||
            __builtin_add_overflow(last, distance, &last))
            return std::nullopt;
    }
    if (last >= std::uint64_t(std::numeric_limits<std::int64_t>::max()))
        return std::nullopt;
    return last + 1;
}

bool isRowMajor(const Tensor& tensor)
{
    std::int64_t expected = 1;
    for (std::size_t i = tensor.strides.size(); i-- > 0;) {
        if (tensor.shape[i] != 1 && tensor.strides[i] != expected)
            return false;
        expected *= tensor.shape[i];
    }
    return true;
}

}  // namespace

// The stored values in the order of their places, so that a place is found by bisection.
struct ElementReader::Sparse {
    ElementReader values;
    std::vector<std::uint64_t> places;     // sorted
    std::vector<std::uint64_t> positions;  // of places[i] in values; empty: i itself
};

Result<ElementReader> ElementReader::open(const Model& model, const Tensor& tensor)
{
    if (const auto* sparse = std::get_if<SparseData>(&tensor.data))
        return openSparse(model, tensor, *sparse);
    return openDense(tensor);
}

Result<ElementReader> ElementReader::openDense(const Tensor& tensor)
{
    const auto elements = tensor.elements();
    if (!elements)
        return fail(Error::read(where(tensor) + ": its shape has more elements than can be counted"));
    ElementReader reader;
    reader.m_tensor = tensor;
    reader.m_elements = *elements;

    if (const auto* owned = std::get_if<OwnedStrings>(&tensor.data)) {
        if (owned->strings->size() != *elements)
            return fail(Error::read(where(tensor) + " holds " + std::to_string(owned->strings->size()) +
                                    " strings where its shape asks for " + std::to_string(*elements)));
        reader.m_strings = owned->strings.get();
        return reader;
    }

    const auto bytes = tensor.bytes();
    if (!bytes)
        return fail(bytes.error());
    if (bits(tensor.element) == 0)
        return fail(Error::read(where(tensor) + " has elements of a type that this version does not know"));
    if (!tensor.strides.empty() && tensor.strides.size() != tensor.shape.size())
        return fail(Error::read(where(tensor) + " has another number of strides than of dimensions"));

    std::uint64_t reached = *elements;
    if (*elements > 0 && !tensor.strides.empty() && !isRowMajor(tensor)) {
        reader.m_dense = false;
        const auto strided = reach(tensor);
        if (!strided)
            return fail(Error::read(where(tensor) + " has strides that lead out of its data"));
        reached = *strided;
    }
    const auto needed = byteSize(tensor.element, reached);
    if (!needed || *needed > bytes->size())
        return fail(Error::read(where(tensor) + " has " + std::to_string(bytes->size()) + " bytes of data where its shape " +
                                (needed ? "needs " + std::to_string(*needed) : "needs more than can be counted")));
    reader.m_bytes = bytes->first(std::size_t(*needed));
    reader.m_mapped = std::holds_alternative<FileSlice>(tensor.data);

    if (isQuantized(tensor.element) && tensor.quantization) {
        const Quantization& q = *tensor.quantization;
        const std::size_t channels =
            q.axis < 0 ? 1 : std::size_t(q.axis) < tensor.shape.size() ? std::size_t(tensor.shape[std::size_t(q.axis)]) : 0;
        if (q.scales.size() != channels || q.zeroPoints.size() != channels)
            return fail(Error::read(where(tensor) + " has another number of scales or zero points than it has channels"));
        if (q.axis < 0) {
            reader.m_scale = q.scales.front();
            reader.m_zeroPoint = double(q.zeroPoints.front());
        } else {
            reader.m_perAxis = true;
            reader.m_axisSize = std::max<std::uint64_t>(channels, 1);
            for (std::size_t i = std::size_t(q.axis) + 1; i < tensor.shape.size(); ++i)
                reader.m_axisInner *= std::max<std::uint64_t>(std::uint64_t(tensor.shape[i]), 1);
        }
    }
    return reader;
}

Result<ElementReader> ElementReader::openSparse(const Model& model, const Tensor& tensor, const SparseData& data)
{
    const auto elements = tensor.elements();
    if (!elements)
        return fail(Error::read(where(tensor) + ": its shape has more elements than can be counted"));
    if (!data.values || !data.indices || data.values.index() >= model.tensorCount() ||
        data.indices.index() >= model.tensorCount())
        return fail(Error::read(where(tensor) + " is sparse and lacks its values or indices"));
    auto values = openDense(model.tensor(data.values));
    if (!values)
        return fail(values.error());
    const Tensor& indexTensor = model.tensor(data.indices);
    auto indices = openDense(indexTensor);
    if (!indices)
        return fail(indices.error());

    const std::uint64_t count = values->elements();
    const std::size_t rank = tensor.shape.size();
    const bool isLinear = indexTensor.shape.size() == 1;
    if (indexTensor.element != ElementType::Int64 ||
        (!isLinear && (indexTensor.shape.size() != 2 || std::uint64_t(indexTensor.shape[1]) != rank)) ||
        (isLinear || rank > 0 ? std::uint64_t(indexTensor.shape.empty() ? 0 : indexTensor.shape[0]) != count : count != 0))
        return fail(Error::read(where(tensor) + " is sparse, and its indices do not fit its values"));

    auto sparse = std::make_shared<Sparse>(Sparse{std::move(*values), {}, {}});
    sparse->places.reserve(std::size_t(count));
    std::vector<std::int64_t> row(isLinear ? 1 : rank);
    for (std::uint64_t i = 0; i < count; ++i) {
        indices->copy(i * row.size(), row.size(), reinterpret_cast<std::byte*>(row.data()));
        std::uint64_t place = 0;
        bool inside = true;
        if (isLinear) {
            place = std::uint64_t(row[0]);
            inside = row[0] >= 0 && place < *elements;
        } else {
            for (std::size_t d = 0; d < rank; ++d) {
                inside = inside && row[d] >= 0 && row[d] < tensor.shape[d];
                place = place * std::uint64_t(tensor.shape[d]) + std::uint64_t(row[d]);
            }
        }
        if (!inside)
            return fail(Error::read(where(tensor) + " is sparse, and index " + std::to_string(i) + " lies outside its shape"));
        sparse->places.push_back(place);
    }
    // The standard asks for sorted indices; files break it.
    if (!std::is_sorted(sparse->places.begin(), sparse->places.end())) {
        auto& positions = sparse->positions;
        positions.resize(std::size_t(count));
        std::iota(positions.begin(), positions.end(), 0);
        std::stable_sort(positions.begin(), positions.end(),
                         [&](std::uint64_t a, std::uint64_t b) { return sparse->places[a] < sparse->places[b]; });
        std::sort(sparse->places.begin(), sparse->places.end());
    }
    if (std::adjacent_find(sparse->places.begin(), sparse->places.end()) != sparse->places.end())
        return fail(Error::read(where(tensor) + " is sparse and gives one element twice"));

    ElementReader reader;
    reader.m_tensor = tensor;
    reader.m_tensor.element = sparse->values.element();
    reader.m_elements = *elements;
    reader.m_sparse = std::move(sparse);
    return reader;
}

std::optional<std::uint64_t> ElementReader::sparsePosition(std::uint64_t element) const
{
    const auto& places = m_sparse->places;
    const auto found = std::lower_bound(places.begin(), places.end(), element);
    if (found == places.end() || *found != element)
        return std::nullopt;
    const auto position = std::size_t(found - places.begin());
    return m_sparse->positions.empty() ? position : m_sparse->positions[position];
}

const ElementReader* ElementReader::sparseValues() const
{
    return m_sparse ? &m_sparse->values : nullptr;
}

std::uint64_t ElementReader::linearIndex(std::span<const std::int64_t> index) const
{
    std::uint64_t linear = 0;
    for (std::size_t i = 0; i < m_tensor.shape.size(); ++i)
        linear = linear * std::uint64_t(m_tensor.shape[i]) + std::uint64_t(index[i]);
    return linear;
}

std::uint64_t ElementReader::storedIndex(std::uint64_t element) const
{
    if (m_dense)
        return element;
    std::uint64_t stored = 0;
    for (std::size_t i = m_tensor.shape.size(); i-- > 0;) {
        const auto size = std::uint64_t(m_tensor.shape[i]);
        stored += element % size * std::uint64_t(m_tensor.strides[i]);
        element /= size;
    }
    return stored;
}

std::uint32_t ElementReader::packedCode(std::uint64_t stored) const
{
    // 2- and 4-bit elements fill a byte from its low bits up, as ONNX and PyTorch pack them.
    const int width = bits(m_tensor.element);
    const std::uint64_t perByte = 8 / std::uint64_t(width);
    const auto byte = std::to_integer<std::uint32_t>(m_bytes[std::size_t(stored / perByte)]);
    return (byte >> (stored % perByte * std::uint64_t(width))) & ((1u << width) - 1);
}

double ElementReader::decodeCode(std::uint32_t code) const
{
    switch (m_tensor.element) {
        case ElementType::Int8: return std::int8_t(code);
        case ElementType::UInt8: return std::uint8_t(code);
        case ElementType::Int16: return std::int16_t(code);
        case ElementType::UInt16: return std::uint16_t(code);
        case ElementType::Int4: return double(int(code & 15) - (code & 8 ? 16 : 0));
        case ElementType::UInt4: return double(code & 15);
        case ElementType::Int2: return double(int(code & 3) - (code & 2 ? 4 : 0));
        case ElementType::UInt2: return double(code & 3);
        case ElementType::Bool: return code & 0xff ? 1 : 0;
        case ElementType::QInt8: return m_scale * (double(std::int8_t(code)) - m_zeroPoint);
        case ElementType::QUInt8: return m_scale * (double(std::uint8_t(code)) - m_zeroPoint);
        default: return smallFloat(m_tensor.element, code);
    }
}

bool ElementReader::hasCodes() const
{
    return !m_strings && !m_sparse && !m_perAxis && bits(m_tensor.element) <= 16;
}

// The value of a stored element; of tensors that are quantized along an axis, the stored integer.
double ElementReader::decodeAt(std::uint64_t stored) const
{
    const int width = bits(m_tensor.element);
    if (width < 8)
        return decodeCode(packedCode(stored));
    const std::byte* from = m_bytes.data() + stored * std::uint64_t(width / 8);
    switch (m_tensor.element) {
        case ElementType::Float32: return double(load<float>(from));
        case ElementType::Float64: return load<double>(from);
        case ElementType::Int32: return load<std::int32_t>(from);
        case ElementType::Int64: return double(load<std::int64_t>(from));
        case ElementType::UInt32: return load<std::uint32_t>(from);
        case ElementType::UInt64: return double(load<std::uint64_t>(from));
        case ElementType::QInt32: return m_scale * (double(load<std::int32_t>(from)) - m_zeroPoint);
        case ElementType::Complex32:
        case ElementType::Complex64:
        case ElementType::Complex128: return std::abs(complexAt(m_tensor.element, from));
        default: return decodeCode(width == 8 ? load<std::uint8_t>(from) : load<std::uint16_t>(from));
    }
}

void ElementReader::decodeRun(std::uint64_t stored, std::int64_t step, std::span<double> out) const
{
    const int width = bits(m_tensor.element);
    const std::byte* from = m_bytes.data() + (width < 8 ? 0 : stored * std::uint64_t(width / 8));
    switch (m_tensor.element) {
        case ElementType::Float32: return convertRun<float>(from, step, out);
        case ElementType::Float64: return convertRun<double>(from, step, out);
        case ElementType::Int8: return convertRun<std::int8_t>(from, step, out);
        case ElementType::UInt8: return convertRun<std::uint8_t>(from, step, out);
        case ElementType::Int16: return convertRun<std::int16_t>(from, step, out);
        case ElementType::UInt16: return convertRun<std::uint16_t>(from, step, out);
        case ElementType::Int32: return convertRun<std::int32_t>(from, step, out);
        case ElementType::Int64: return convertRun<std::int64_t>(from, step, out);
        case ElementType::UInt32: return convertRun<std::uint32_t>(from, step, out);
        case ElementType::UInt64: return convertRun<std::uint64_t>(from, step, out);
        default:
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] = decodeAt(stored + i * std::uint64_t(step));
    }
}

// Calls function(stored, step, count, done) for runs of evenly spaced stored elements that make up the range.
template <class Function>
void ElementReader::forEachRun(std::uint64_t first, std::uint64_t count, Function function) const
{
    if (m_dense || m_tensor.shape.empty()) {
        function(first, std::int64_t(1), count, std::uint64_t(0));
        return;
    }
    const auto inner = std::uint64_t(m_tensor.shape.back());
    for (std::uint64_t done = 0; done < count;) {
        const std::uint64_t element = first + done;
        const std::uint64_t run = std::min(inner - element % inner, count - done);
        function(storedIndex(element), m_tensor.strides.back(), run, done);
        done += run;
    }
}

void ElementReader::dequantize(std::uint64_t first, std::span<double> out) const
{
    const Quantization& q = *m_tensor.quantization;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto channel = std::size_t((first + i) / m_axisInner % m_axisSize);
        out[i] = q.scales[channel] * (out[i] - double(q.zeroPoints[channel]));
    }
}

void ElementReader::read(std::uint64_t first, std::span<double> out) const
{
    if (m_strings) {
        std::fill(out.begin(), out.end(), std::numeric_limits<double>::quiet_NaN());
        return;
    }
    if (m_sparse) {
        std::fill(out.begin(), out.end(), 0.0);
        const auto& places = m_sparse->places;
        auto place = std::lower_bound(places.begin(), places.end(), first);
        for (; place != places.end() && *place - first < out.size(); ++place) {
            const auto position = std::size_t(place - places.begin());
            out[std::size_t(*place - first)] =
                m_sparse->values.valueAt(m_sparse->positions.empty() ? position : m_sparse->positions[position]);
        }
        return;
    }
    forEachRun(first, out.size(), [&](std::uint64_t stored, std::int64_t step, std::uint64_t count, std::uint64_t done) {
        decodeRun(stored, step, out.subspan(std::size_t(done), std::size_t(count)));
    });
    if (m_perAxis)
        dequantize(first, out);
}

void ElementReader::copy(std::uint64_t first, std::uint64_t count, std::byte* out) const
{
    const int width = bits(m_tensor.element);
    if (m_strings || count == 0)
        return;
    if (m_sparse) {
        const auto size = std::size_t(width / 8);
        std::memset(out, 0, std::size_t(*byteSize(m_tensor.element, count)));
        for (std::uint64_t i = 0; i < count && size > 0; ++i)
            if (const auto position = sparsePosition(first + i))
                m_sparse->values.copy(*position, 1, out + i * size);
        return;
    }
    if (m_dense) {
        const std::uint64_t begin = first * std::uint64_t(width) / 8;
        std::memcpy(out, m_bytes.data() + begin, std::size_t(*byteSize(m_tensor.element, count)));
        return;
    }
    if (width < 8) {
        std::memset(out, 0, std::size_t(*byteSize(m_tensor.element, count)));
        const std::uint64_t perByte = 8 / std::uint64_t(width);
        for (std::uint64_t i = 0; i < count; ++i)
            out[i / perByte] |= std::byte(packedCode(storedIndex(first + i)) << (i % perByte * std::uint64_t(width)));
        return;
    }
    const auto size = std::uint64_t(width / 8);
    forEachRun(first, count, [&](std::uint64_t stored, std::int64_t step, std::uint64_t run, std::uint64_t done) {
        for (std::uint64_t i = 0; i < run; ++i)
            std::memcpy(out + (done + i) * size, m_bytes.data() + (stored + i * std::uint64_t(step)) * size,
                        std::size_t(size));
    });
}

double ElementReader::valueAt(std::uint64_t element) const
{
    double value = 0;
    read(element, {&value, 1});
    return value;
}

std::string ElementReader::textAt(std::uint64_t element) const
{
    if (m_strings)
        return (*m_strings)[std::size_t(element)];
    if (m_sparse) {
        const auto position = sparsePosition(element);
        return position ? m_sparse->values.textAt(*position) : "0";
    }
    const std::uint64_t stored = storedIndex(element);
    const int width = bits(m_tensor.element);
    const std::byte* from = m_bytes.data() + (width < 8 ? 0 : stored * std::uint64_t(width / 8));
    switch (m_tensor.element) {
        case ElementType::Float32: return shortestFloat(load<float>(from));
        case ElementType::Int64: return std::to_string(load<std::int64_t>(from));
        case ElementType::UInt64: return std::to_string(load<std::uint64_t>(from));
        case ElementType::Bool: return load<std::uint8_t>(from) ? "True" : "False";
        case ElementType::Complex32:
        case ElementType::Complex64:
        case ElementType::Complex128: return complexText(m_tensor.element, from);
        case ElementType::QInt8:
        case ElementType::QUInt8:
        case ElementType::QInt32: return shortestFloat(float(valueAt(element)));
        default: break;
    }
    if (isSmallFloat(m_tensor.element))
        return smallFloatText(m_tensor.element, width < 8    ? packedCode(stored)
                                                : width == 8 ? load<std::uint8_t>(from)
                                                             : load<std::uint16_t>(from));
    return shortest(decodeAt(stored));
}

std::span<const std::byte> ElementReader::denseBytes() const
{
    return m_dense ? m_bytes : std::span<const std::byte>();
}

void ElementReader::release(std::uint64_t first, std::uint64_t count) const
{
    if (!m_mapped || !m_dense || count == 0)
        return;
    const auto& slice = std::get<FileSlice>(m_tensor.data);
    const auto width = std::uint64_t(bits(m_tensor.element));
    slice.file->release(slice.offset + first * width / 8, std::min((count * width + 7) / 8, slice.length - first * width / 8));
}

ElementReader::StorageOrder ElementReader::storageOrder() const
{
    StorageOrder result{*this, 1};
    // Along an axis, the place of an element decides what it means; elsewhere dimensions can be reordered and joined.
    if (m_dense || m_perAxis)
        return result;
    struct Axis {
        std::int64_t size, stride;
    };
    std::vector<Axis> dimensions;
    for (std::size_t i = 0; i < m_tensor.shape.size(); ++i) {
        if (m_tensor.strides[i] == 0)
            result.times *= std::uint64_t(m_tensor.shape[i]);
        else if (m_tensor.shape[i] != 1)
            dimensions.push_back({m_tensor.shape[i], m_tensor.strides[i]});
    }
    std::stable_sort(dimensions.begin(), dimensions.end(),
                     [](const Axis& a, const Axis& b) { return a.stride > b.stride; });
    std::vector<Axis> joined;
    for (const Axis& dimension : dimensions) {
        if (!joined.empty() && joined.back().stride == dimension.size * dimension.stride)
            joined.back() = {joined.back().size * dimension.size, dimension.stride};
        else
            joined.push_back(dimension);
    }
    Tensor& tensor = result.reader.m_tensor;
    tensor.shape.clear();
    tensor.strides.clear();
    for (const Axis& dimension : joined) {
        tensor.shape.push_back(dimension.size);
        tensor.strides.push_back(dimension.stride);
    }
    result.reader.m_elements = m_elements / result.times;
    result.reader.m_dense = isRowMajor(tensor);
    return result;
}

}  // namespace tenscope
