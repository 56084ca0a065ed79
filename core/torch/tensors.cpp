#include "core/torch/tensors.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/torch/failure.h"

namespace tenscope {

namespace {

constexpr int deepestType = 32;

// PyTorch writes tensors at multiples of 64 bytes; kernels rely on no less than the alignment of the widest element.
constexpr std::uint64_t alignment = 16;

struct ScalarName {
    c10::ScalarType scalar;
    ElementType element;
};

constexpr ScalarName scalars[] = {
    {c10::ScalarType::Float, ElementType::Float32},
    {c10::ScalarType::Double, ElementType::Float64},
    {c10::ScalarType::Half, ElementType::Float16},
    {c10::ScalarType::BFloat16, ElementType::BFloat16},
    {c10::ScalarType::Char, ElementType::Int8},
    {c10::ScalarType::Short, ElementType::Int16},
    {c10::ScalarType::Int, ElementType::Int32},
    {c10::ScalarType::Long, ElementType::Int64},
    {c10::ScalarType::Byte, ElementType::UInt8},
    {c10::ScalarType::Bool, ElementType::Bool},
    {c10::ScalarType::ComplexHalf, ElementType::Complex32},
    {c10::ScalarType::ComplexFloat, ElementType::Complex64},
    {c10::ScalarType::ComplexDouble, ElementType::Complex128},
    {c10::ScalarType::QInt8, ElementType::QInt8},
    {c10::ScalarType::QUInt8, ElementType::QUInt8},
    {c10::ScalarType::QInt32, ElementType::QInt32},
#if TORCH_VERSION_MAJOR >= 2
#if TORCH_VERSION_MAJOR > 2 || TORCH_VERSION_MINOR >= 2
    {c10::ScalarType::Float8_e5m2, ElementType::Float8E5M2},
    {c10::ScalarType::Float8_e4m3fn, ElementType::Float8E4M3FN},
    {c10::ScalarType::Float8_e5m2fnuz, ElementType::Float8E5M2FNUZ},
    {c10::ScalarType::Float8_e4m3fnuz, ElementType::Float8E4M3FNUZ},
#endif
#if TORCH_VERSION_MAJOR > 2 || TORCH_VERSION_MINOR >= 3
    {c10::ScalarType::UInt16, ElementType::UInt16},
    {c10::ScalarType::UInt32, ElementType::UInt32},
    {c10::ScalarType::UInt64, ElementType::UInt64},
#endif
#endif
};

std::vector<std::int64_t> vectorOf(c10::IntArrayRef values)
{
    return values.vec();
}

Quantization quantizationOf(const at::Tensor& tensor)
{
    Quantization result;
    if (tensor.qscheme() == at::kPerTensorAffine) {
        result.scales = {tensor.q_scale()};
        result.zeroPoints = {tensor.q_zero_point()};
        return result;
    }
    const at::Tensor scales = tensor.q_per_channel_scales().to(at::kDouble).contiguous();
    // Zero points of the float kind are rounded here: they are shown, not computed with.
    const at::Tensor zeroPoints = tensor.q_per_channel_zero_points().to(at::kLong).contiguous();
    result.axis = int(tensor.q_per_channel_axis());
    result.scales.assign(scales.data_ptr<double>(), scales.data_ptr<double>() + scales.numel());
    result.zeroPoints.assign(zeroPoints.data_ptr<std::int64_t>(), zeroPoints.data_ptr<std::int64_t>() + zeroPoints.numel());
    return result;
}

// Why this tensor cannot be shown as elements in memory; empty where it can.
std::string whyNotPlain(const at::Tensor& tensor)
{
    if (!tensor.defined())
        return "The tensor is undefined.";
    if (tensor.layout() != c10::kStrided)
        return "Its layout (" + c10::str(tensor.layout()) + ") is not shown as elements.";
    if (elementType(tensor.scalar_type()) == ElementType::Undefined)
        return std::string("Its type, ") + c10::toString(tensor.scalar_type()) + ", has no counterpart here.";
    return {};
}

// One more than the index of the last element, counted from the tensor's first one.
std::uint64_t reachOf(const at::Tensor& tensor)
{
    std::uint64_t last = 0;
    for (std::int64_t i = 0; i < tensor.dim(); ++i) {
        if (tensor.size(i) == 0)
            return 0;
        last += std::uint64_t(tensor.size(i) - 1) * std::uint64_t(tensor.stride(i));
    }
    return last + 1;
}

}  // namespace

ElementType elementType(c10::ScalarType type)
{
    for (const ScalarName& name : scalars)
        if (name.scalar == type)
            return name.element;
    return ElementType::Undefined;
}

std::optional<c10::ScalarType> scalarType(ElementType type)
{
    for (const ScalarName& name : scalars)
        if (name.element == type)
            return name.scalar;
    return std::nullopt;
}

std::string className(const std::string& qualifiedName)
{
    std::size_t begin = qualifiedName.rfind('.');
    begin = begin == std::string::npos ? 0 : begin + 1;
    return qualifiedName.substr(begin);
}

Type graphType(const c10::TypePtr& type, int depth)
{
    Type result;
    if (!type || depth > deepestType)
        return result;
    const auto contained = [&](Type::Kind kind) {
        result.kind = kind;
        for (std::size_t i = 0; i < type->containedTypeSize(); ++i)
            result.arguments.push_back(graphType(type->containedType(i), depth + 1));
        return result;
    };
    switch (type->kind()) {
    case c10::TypeKind::TensorType: {
        const auto& tensor = type->expectRef<c10::TensorType>();
        result.kind = Type::Kind::Tensor;
        if (tensor.scalarType())
            result.element = elementType(*tensor.scalarType());
        if (const auto sizes = tensor.sizes().sizes()) {
            Shape shape;
            for (const auto& size : *sizes)
                shape.push_back(size ? Dimension{*size, {}} : Dimension());
            result.shape = std::move(shape);
        }
        return result;
    }
    case c10::TypeKind::IntType: result.kind = Type::Kind::Int; return result;
    case c10::TypeKind::FloatType: result.kind = Type::Kind::Float; return result;
    case c10::TypeKind::BoolType: result.kind = Type::Kind::Bool; return result;
    case c10::TypeKind::StringType: result.kind = Type::Kind::String; return result;
    case c10::TypeKind::ComplexType: result.kind = Type::Kind::Complex; return result;
    case c10::TypeKind::NoneType: result.kind = Type::Kind::None; return result;
    case c10::TypeKind::DeviceObjType: result.kind = Type::Kind::Device; return result;
    case c10::TypeKind::ListType: return contained(Type::Kind::Sequence);
    case c10::TypeKind::DictType: return contained(Type::Kind::Map);
    case c10::TypeKind::TupleType: return contained(Type::Kind::Tuple);
    case c10::TypeKind::OptionalType: return contained(Type::Kind::Optional);
    case c10::TypeKind::ClassType:
    case c10::TypeKind::InterfaceType:
        result.kind = Type::Kind::Object;
        result.text = className(type->annotation_str());
        return result;
    default: result.text = type->str(); return result;
    }
}

Result<std::shared_ptr<WeightFile>> WeightFile::open(std::shared_ptr<const MappedFile> file)
{
    std::shared_ptr<WeightFile> weights(new WeightFile);
    weights->m_file = std::move(file);
    const std::string path = weights->m_file->path().string();
    if (weights->m_file->size() == 0)
        return weights;
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return fail(Error::read(path + ": cannot be opened (" + std::strerror(errno) + ")"));
    void* data = ::mmap(nullptr, weights->m_file->size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, descriptor, 0);
    const int error = errno;
    ::close(descriptor);
    if (data == MAP_FAILED)
        return fail(Error::read(path + ": cannot be mapped (" + std::strerror(error) + ")"));
    if (!weights->m_file->unchanged()) {
        ::munmap(data, weights->m_file->size());
        return fail(Error::read(path + " changed while it was being opened; open it again."));
    }
    weights->m_data = static_cast<std::byte*>(data);
    return weights;
}

WeightFile::~WeightFile()
{
    if (m_data)
        ::munmap(m_data, m_file->size());
}

std::optional<std::uint64_t> WeightFile::offsetOf(const void* pointer) const
{
    const auto* at = static_cast<const std::byte*>(pointer);
    if (!m_data || std::less<>()(at, m_data) || !std::less<>()(at, m_data + m_file->size()))
        return std::nullopt;
    return std::uint64_t(at - m_data);
}

void WeightFile::reset()
{
    // Of a private mapping, pages that are not needed come back from the file when they are touched again: mmap(2).
    if (m_data)
        ::madvise(m_data, m_file->size(), MADV_DONTNEED);
}

std::shared_ptr<torch::jit::DeserializationStorageContext> storages(const Archive& archive, const std::string& folder,
                                                                    const std::shared_ptr<WeightFile>& weights)
{
    auto context = std::make_shared<torch::jit::DeserializationStorageContext>();
    const auto add = [&](const std::string& name, c10::DataPtr data, std::uint64_t size) {
        if (!context->hasStorage(name))
            context->addStorage(name, c10::Storage(c10::Storage::use_byte_size_t(), std::int64_t(size), std::move(data),
                                                   /*allocator=*/nullptr, /*resizable=*/false));
    };
    for (const Archive::Record& record : archive.records()) {
        if (record.name.compare(0, folder.size(), folder) != 0)
            continue;
        const std::string name = record.name.substr(folder.size());
        const bool isAligned = reinterpret_cast<std::uintptr_t>(weights->data() + record.offset) % alignment == 0;
        if (!record.isDeflated && (isAligned || record.size == 0)) {
            // The storage keeps the mapping alive.
            auto* owner = new std::shared_ptr<WeightFile>(weights);
            const auto release = [](void* shared) { delete static_cast<std::shared_ptr<WeightFile>*>(shared); };
            add(name, c10::DataPtr(weights->data() + record.offset, owner, release, c10::Device(c10::kCPU)), record.size);
            continue;
        }
        Result<std::string> content = archive.read(record);
        if (!content)
            throw Failure(content.error());
        // A string's memory need not be aligned as LibTorch's own is.
        c10::DataPtr data = c10::GetAllocator(c10::kCPU)->allocate(content->size());
        std::memcpy(data.get(), content->data(), content->size());
        add(name, std::move(data), content->size());
    }
    return context;
}

bool isInsideStorage(const at::Tensor& tensor)
{
    if (!tensor.defined() || tensor.layout() != c10::kStrided || !tensor.has_storage())
        return true;
    __extension__ using Wide = __int128;  // no sum or product of what a file says can overflow it
    Wide last = tensor.storage_offset();
    if (last < 0)
        return false;
    for (std::int64_t i = 0; i < tensor.dim(); ++i) {
        if (tensor.size(i) < 0 || tensor.stride(i) < 0)
            return false;
        if (tensor.size(i) == 0)
            return true;
        last += Wide(tensor.size(i) - 1) * Wide(tensor.stride(i));
        if (last > Wide(1) << 62)
            return false;
    }
    return (last + 1) * Wide(tensor.dtype().itemsize()) <= Wide(tensor.storage().nbytes());
}

Tensor describe(const at::Tensor& tensor, std::string name, const WeightFile* weights)
{
    Tensor result;
    result.name = std::move(name);
    const std::string why = whyNotPlain(tensor);
    if (!why.empty()) {
        if (tensor.defined())
            result.shape = vectorOf(tensor.sizes());
        result.data = MissingData{why};
        return result;
    }
    const std::optional<std::uint64_t> offset =
        weights && tensor.device().is_cpu() ? weights->offsetOf(tensor.data_ptr()) : std::nullopt;
    if (tensor.numel() == 0 || !offset)
        return copyOf(tensor, result.name);
    result.element = elementType(tensor.scalar_type());
    result.shape = vectorOf(tensor.sizes());
    if (!tensor.is_contiguous())
        result.strides = vectorOf(tensor.strides());
    if (tensor.is_quantized())
        result.quantization = quantizationOf(tensor);
    result.data = FileSlice{weights->file(), *offset, reachOf(tensor) * tensor.dtype().itemsize()};
    return result;
}

Tensor copyOf(const at::Tensor& tensor, std::string name)
{
    Tensor result;
    result.name = std::move(name);
    at::Tensor plain = tensor;
    if (plain.defined() && plain.layout() == c10::kMkldnn)
        plain = plain.to_dense();
    const std::string why = whyNotPlain(plain);
    if (!why.empty()) {
        if (plain.defined())
            result.shape = vectorOf(plain.sizes());
        result.data = MissingData{why};
        return result;
    }
    if (plain.is_quantized())
        result.quantization = quantizationOf(plain);
    plain = plain.detach().to(at::kCPU).resolve_conj().resolve_neg().contiguous();
    result.element = elementType(plain.scalar_type());
    result.shape = vectorOf(plain.sizes());
    const auto* data = static_cast<const std::byte*>(plain.data_ptr());
    const std::size_t size = plain.numel() == 0 ? 0 : std::size_t(plain.numel()) * plain.dtype().itemsize();
    result.data = OwnedBytes{std::make_shared<const std::vector<std::byte>>(data, data + size)};
    return result;
}

Result<at::Tensor> torchTensor(const Tensor& tensor)
{
    const std::string name = tensor.name.empty() ? "The tensor" : "The tensor '" + tensor.name + "'";
    const auto scalar = scalarType(tensor.element);
    if (!scalar)
        return fail(Error::run(name + " has the type " + std::string(tenscope::name(tensor.element)) +
                               ", which this LibTorch does not know; convert it to float32."));
    const auto elements = tensor.elements();
    const auto bytes = tensor.bytes();
    if (!bytes)
        return fail(Error::run(bytes.error().message));
    if (!elements || (!tensor.strides.empty() && tensor.strides.size() != tensor.shape.size()))
        return fail(Error::run(name + " has a shape that makes no sense."));
    std::uint64_t reach = *elements;
    if (!tensor.strides.empty() && *elements > 0) {
        std::uint64_t last = 0;
        for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
            std::uint64_t distance = 0;
            if (tensor.strides[i] < 0 ||
                __builtin_mul_overflow(std::uint64_t(tensor.shape[i] - 1), std::uint64_t(tensor.strides[i]), &distance) ||
                __builtin_add_overflow(last, distance, &last))
                return fail(Error::run(name + " has strides that lead out of its data."));
        }
        reach = last + 1;
    }
    const auto needed = byteSize(tensor.element, reach);
    if (!needed || *needed > bytes->size())
        return fail(Error::run(name + " has less data than its shape needs."));

    const auto options = at::TensorOptions().dtype(*scalar);
    if (isQuantized(tensor.element)) {
        if (!tensor.quantization || tensor.quantization->axis >= 0 || tensor.quantization->scales.size() != 1 ||
            tensor.quantization->zeroPoints.size() != 1 || !tensor.strides.empty())
            return fail(Error::run(name + " is quantized in a way that cannot be given as an input."));
        at::Tensor result = at::_empty_affine_quantized(tensor.shape, options, tensor.quantization->scales[0],
                                                        tensor.quantization->zeroPoints[0]);
        std::memcpy(result.data_ptr(), bytes->data(), *needed);
        return result;
    }
    at::Tensor result = at::empty({std::int64_t(reach)}, options);
    if (reach > 0)
        std::memcpy(result.data_ptr(), bytes->data(), *needed);
    return tensor.strides.empty() ? result.reshape(tensor.shape)
                                  : result.as_strided(tensor.shape, tensor.strides).contiguous();
}

}  // namespace tenscope
