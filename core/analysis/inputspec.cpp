#include "core/analysis/inputspec.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <new>
#include <stdexcept>

#include "core/analysis/elementreader.h"
#include "core/analysis/elementwriter.h"
#include "core/analysis/npy.h"
#include "core/analysis/random.h"
#include "core/graph/model.h"
#include "core/graph/text.h"

namespace tenscope {

namespace {

// The whole text as a number of type T.
template <class T>
std::optional<T> numberFrom(std::string_view text)
{
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

// What the worker is to see: the element type of scalars and tensors, and what is inside an optional.
Type plain(const Type& type)
{
    switch (type.kind) {
        case Type::Kind::Int: return Type::tensor(ElementType::Int64, Shape());
        case Type::Kind::Float: return Type::tensor(ElementType::Float64, Shape());
        case Type::Kind::Bool: return Type::tensor(ElementType::Bool, Shape());
        case Type::Kind::Complex: return Type::tensor(ElementType::Complex128, Shape());
        case Type::Kind::Optional: return type.arguments.empty() ? Type() : plain(type.arguments.front());
        default: return type;
    }
}

std::string sizesText(const std::vector<std::int64_t>& sizes)
{
    Shape shape;
    for (const std::int64_t size : sizes)
        shape.push_back({size, {}});
    return toString(shape, "x");
}

Tensor none()
{
    Tensor tensor;
    tensor.data = MissingData{"None"};
    return tensor;
}

Tensor strings(const InputSpec& spec, std::vector<std::int64_t> sizes, std::uint64_t count, Random& random)
{
    auto texts = std::make_shared<std::vector<std::string>>(std::size_t(count));
    for (std::size_t i = 0; i < texts->size(); ++i) {
        switch (spec.kind) {
            case InputSpec::Kind::Random: (*texts)[i] = std::to_string(random.below(10)); break;
            case InputSpec::Kind::Ones: (*texts)[i] = "1"; break;
            case InputSpec::Kind::Arange: (*texts)[i] = std::to_string(i); break;
            case InputSpec::Kind::Number: (*texts)[i] = spec.integer ? std::to_string(*spec.integer) : shortest(spec.number); break;
            default: break;
        }
    }
    Tensor tensor;
    tensor.element = ElementType::String;
    tensor.shape = std::move(sizes);
    tensor.data = OwnedStrings{std::move(texts)};
    return tensor;
}

void fillRandom(ElementWriter& writer, ElementType element, std::uint64_t count, Random& random)
{
    for (std::uint64_t i = 0; i < count; ++i) {
        if (isComplex(element)) {
            const double real = random.normal();
            writer.setComplex(i, real, random.normal());
        } else if (isFloatingPoint(element)) {
            writer.set(i, random.normal());
        } else if (element == ElementType::Bool) {
            writer.set(i, double(random.below(2)));
        } else {
            // 2- and 4-bit types do not reach 9.
            const std::uint64_t limit = std::uint64_t(1) << std::min(bits(element) - 1, 4);
            writer.setInteger(i, std::int64_t(random.below(std::min<std::uint64_t>(10, limit))));
        }
    }
}

Result<Tensor> generate(const InputSpec& spec, ElementType element, std::vector<std::int64_t> sizes, const std::string& name,
                        const InputOptions& options)
{
    Tensor shaped;
    shaped.shape = sizes;
    const auto count = shaped.elements();
    if (!count || (element != ElementType::String && !byteSize(element, *count)))
        return fail(Error::usage("input " + name + ": a shape of " + sizesText(sizes) + " is too large"));
    Random random(options.seed, options.stream);
    if (element == ElementType::String)
        return strings(spec, std::move(sizes), *count, random);
    if (!ElementWriter::canWrite(element))
        return fail(Error::usage("input " + name + ": numbers of type " + std::string(tenscope::name(element)) +
                                 " cannot be made up; give a file"));

    ElementWriter writer(element, *count);
    switch (spec.kind) {
        case InputSpec::Kind::Random: fillRandom(writer, element, *count, random); break;
        case InputSpec::Kind::Ones:
            for (std::uint64_t i = 0; i < *count; ++i)
                writer.set(i, 1);
            break;
        case InputSpec::Kind::Arange:
            for (std::uint64_t i = 0; i < *count; ++i)
                writer.setInteger(i, std::int64_t(i));
            break;
        case InputSpec::Kind::Number: {
            const double value = spec.integer ? double(*spec.integer) : spec.number;
            if (!ElementWriter::fits(element, value))
                return fail(Error::usage("input " + name + " is of type " + std::string(tenscope::name(element)) + ", and " +
                                         shortest(value) + " is no such number"));
            for (std::uint64_t i = 0; i < *count; ++i)
                spec.integer ? writer.setInteger(i, *spec.integer) : writer.set(i, spec.number);
            break;
        }
        default: break;
    }
    return writer.take(std::move(sizes));
}

enum class Group { Integer, Real, Complex, Other };

Group groupOf(ElementType element)
{
    if (isFloatingPoint(element))
        return Group::Real;
    if (isComplex(element))
        return Group::Complex;
    return element == ElementType::String || isQuantized(element) || bits(element) == 0 ? Group::Other : Group::Integer;
}

Result<Tensor> converted(const Tensor& tensor, ElementType element, const std::string& name)
{
    const Group from = groupOf(tensor.element), to = groupOf(element);
    const std::string what = "input " + name + " is of type " + std::string(tenscope::name(element)) + ", and the file holds " +
                             std::string(tenscope::name(tensor.element));
    if (from == Group::Other || to == Group::Other || from == Group::Complex || (from == Group::Real && to == Group::Integer))
        return fail(Error::usage(what + "; convert it with numpy's astype() first"));
    const Model none;
    const auto reader = ElementReader::open(none, tensor);
    if (!reader)
        return fail(reader.error());
    ElementWriter writer(element, reader->elements());
    for (std::uint64_t i = 0; i < reader->elements(); ++i) {
        const double value = reader->valueAt(i);
        if (!ElementWriter::fits(element, value))
            return fail(Error::usage(what + ", of which " + reader->textAt(i) + " does not fit"));
        writer.set(i, value);
    }
    Tensor result = writer.take(tensor.shape);
    result.name = tensor.name;
    return result;
}

bool agrees(const std::vector<std::int64_t>& sizes, const Shape& shape)
{
    if (sizes.size() != shape.size())
        return false;
    for (std::size_t i = 0; i < sizes.size(); ++i)
        if (shape[i].isKnown() && shape[i].size != sizes[i])
            return false;
    return true;
}

}  // namespace

Result<InputSpec> parseInputSpec(const std::string& text)
{
    InputSpec spec;
    using Kind = InputSpec::Kind;
    static const std::pair<std::string_view, Kind> words[] = {
        {"random", Kind::Random}, {"zeros", Kind::Zeros}, {"ones", Kind::Ones}, {"arange", Kind::Arange}, {"none", Kind::None}};
    for (const auto& [word, kind] : words) {
        if (text == word) {
            spec.kind = kind;
            return spec;
        }
    }
    spec.kind = Kind::Number;
    if (text == "true" || text == "True" || text == "false" || text == "False") {
        spec.integer = text.front() == 't' || text.front() == 'T';
        return spec;
    }
    if (const auto integer = numberFrom<std::int64_t>(text)) {
        spec.integer = integer;
        return spec;
    }
    if (const auto number = numberFrom<double>(text)) {
        spec.number = *number;
        return spec;
    }

    spec.kind = Kind::File;
    spec.file = text;
    std::error_code error;
    if (std::filesystem::exists(spec.file, error))
        return spec;
    if (const std::size_t colon = text.rfind(':'); colon != std::string::npos) {
        spec.file = text.substr(0, colon);
        spec.key = text.substr(colon + 1);
        if (std::filesystem::exists(spec.file, error))
            return spec;
    }
    return fail(Error::usage("\"" + text + "\" is neither random, zeros, ones, arange, a number nor a file that is there"));
}

Result<InputShape> parseInputShape(const std::string& text)
{
    InputShape shape;
    std::string_view sizes = text;
    const auto wrong = [&] {
        return fail(Error::usage("\"" + text + "\" is no shape; write it as 1x3x224x224, or with its type as 1x16:int64"));
    };
    if (const std::size_t colon = sizes.find(':'); colon != std::string_view::npos) {
        const auto element = elementTypeFromName(sizes.substr(colon + 1));
        if (!element || *element == ElementType::Undefined)
            return wrong();
        shape.element = *element;
        sizes = sizes.substr(0, colon);
    }
    if (sizes == "scalar")
        return shape;
    for (;;) {
        const std::size_t end = std::min(sizes.find_first_of("x,X"), sizes.size());
        const auto size = numberFrom<std::int64_t>(sizes.substr(0, end));
        if (!size || *size < 0)
            return wrong();
        shape.sizes.push_back(*size);
        if (end == sizes.size())
            break;
        sizes.remove_prefix(end + 1);
    }
    if (shape.sizes.size() > 64)
        return wrong();
    return shape;
}

std::optional<std::vector<std::int64_t>> inputSizes(const Type& type, const InputOptions& options)
{
    if (options.shape)
        return options.shape->sizes;
    const Type wanted = plain(type);
    if (!wanted.shape)
        return std::nullopt;
    std::vector<std::int64_t> sizes;
    for (const Dimension& dimension : *wanted.shape)
        sizes.push_back(dimension.isKnown() ? dimension.size : 1);
    return sizes;
}

Result<Tensor> makeInput(const InputSpec& spec, const Type& type, const std::string& name, const InputOptions& options)
{
    const bool isOptional = type.kind == Type::Kind::Optional || type.kind == Type::Kind::None;
    if (spec.kind == InputSpec::Kind::None) {
        if (isOptional)
            return none();
        return fail(Error::usage("input " + name + " is not optional: it cannot be none"));
    }
    if (isOptional && spec.kind == InputSpec::Kind::Random && !options.shape)
        return none();

    const Type wanted = plain(type);
    if (!wanted.isTensor() && wanted.kind != Type::Kind::Unknown)
        return fail(Error::run("input " + name + " is of type " + toString(type) +
                               "; only tensors and numbers can be given to a run in this version"));

    if (spec.kind == InputSpec::Kind::File) {
        const std::string extension = spec.file.extension().string();
        if (extension != ".npy" && extension != ".npz")
            return fail(Error::usage("input " + name + ": " + spec.file.string() + " is not a NumPy file"));
        auto tensor = extension == ".npz" ? readNpz(spec.file, spec.key) : readNpy(spec.file);
        if (!tensor)
            return fail(tensor.error());
        return fitInput(std::move(*tensor), type, name, options);
    }

    ElementType element = options.shape ? options.shape->element : ElementType::Undefined;
    if (element == ElementType::Undefined)
        element = wanted.element;
    if (element == ElementType::Undefined)
        element = ElementType::Float32;
    auto sizes = inputSizes(type, options);
    if (!sizes && spec.kind == InputSpec::Kind::Number)
        sizes.emplace();  // a scalar
    if (!sizes)
        return fail(Error::usage("the file does not say what shape input " + name + " has: give it as --shape " + name +
                                 "=1x3x224x224, or a file as --input " + name + "=FILE.npy"));
    try {
        return generate(spec, element, std::move(*sizes), name, options);
    } catch (const std::bad_alloc&) {
        return fail(Error::usage("input " + name + ": its shape needs more memory than there is"));
    } catch (const std::length_error&) {
        return fail(Error::usage("input " + name + ": its shape needs more memory than there is"));
    }
}

Result<Tensor> overrideTensor(const InputSpec& spec, const Type& type, const std::string& name)
{
    switch (spec.kind) {
    case InputSpec::Kind::File:
        return makeInput(spec, type, name, {});
    case InputSpec::Kind::Zeros:
    case InputSpec::Kind::Ones:
    case InputSpec::Kind::Number: {
        InputOptions scalar;
        scalar.shape = InputShape{{}, plain(type).element};
        return makeInput(spec, Type::tensor(plain(type).element), name, scalar);
    }
    default:
        return fail(Error::usage("the value " + name + " can be zeros, ones, a number or a file of NumPy's"));
    }
}

Result<Tensor> fitInput(Tensor tensor, const Type& type, const std::string& name, const InputOptions& options)
{
    const Type wanted = plain(type);
    if (options.shape && options.shape->sizes != tensor.shape)
        return fail(Error::usage("input " + name + ": --shape says " + sizesText(options.shape->sizes) +
                                 ", and the file holds " + sizesText(tensor.shape)));
    if (wanted.shape && !options.shape && !agrees(tensor.shape, *wanted.shape)) {
        // A number in an array of one element is still that number.
        if (!wanted.shape->empty() || tensor.elements() != std::uint64_t(1))
            return fail(Error::usage("input " + name + " has the shape " + toString(*wanted.shape, "x") +
                                     ", and the file holds " + sizesText(tensor.shape)));
        tensor.shape.clear();
        tensor.strides.clear();
    }
    ElementType element = options.shape && options.shape->element != ElementType::Undefined ? options.shape->element
                                                                                              : wanted.element;
    if (element == ElementType::Undefined || element == tensor.element)
        return tensor;
    try {
        return converted(tensor, element, name);
    } catch (const std::bad_alloc&) {
        return fail(Error::usage("input " + name + ": its conversion needs more memory than there is"));
    }
}

}  // namespace tenscope
