#include "core/edit/tensorrecipes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/analysis/elementreader.h"
#include "core/analysis/elementwriter.h"
#include "core/edit/apply.h"
#include "core/edit/recipes.h"

namespace tenscope {

namespace {

tl::unexpected<Error> refuse(std::string why)
{
    return fail(Error::usage(std::move(why)));
}

double largest(ElementType element)
{
    switch (element) {
    case ElementType::Float16:
        return 65504;
    case ElementType::BFloat16:
        return std::ldexp(255.0, 120);
    case ElementType::Float32:
        return std::numeric_limits<float>::max();
    default:
        return std::numeric_limits<double>::max();
    }
}

std::string named(const Model& model, TensorId tensor)
{
    const std::string& name = model.tensor(tensor).name;
    return name.empty() ? "the tensor" : "tensor \"" + name + '"';
}

// Bit for bit, whatever they are stored in.
Result<bool> holdTheSame(const Model& model, const Tensor& a, const Tensor& b)
{
    if (a.element != b.element || a.shape != b.shape)
        return false;
    const auto first = ElementReader::open(model, a), second = ElementReader::open(model, b);
    if (!first || !second)
        return fail(first ? second.error() : first.error());
    if (!first->denseBytes().empty() && !second->denseBytes().empty())
        return std::ranges::equal(first->denseBytes(), second->denseBytes());
    for (std::uint64_t element = 0; element < first->elements(); ++element)
        if (first->textAt(element) != second->textAt(element))
            return false;
    return true;
}

Result<ElementWriter> writerFor(ElementType element, std::uint64_t elements)
{
    if (!ElementWriter::canWrite(element) || !byteSize(element, elements))
        return refuse("numbers of type " + std::string(name(element)) + " cannot be made");
    return ElementWriter(element, elements);
}

}  // namespace

Result<Tensor> cast(const Model& model, const Tensor& tensor, ElementType to, bool isClamped)
{
    const auto reader = ElementReader::open(model, tensor);
    if (!reader)
        return fail(reader.error());
    if (reader->isText())
        return refuse("texts cannot be made numbers");
    auto writer = writerFor(to, reader->elements());
    if (!writer)
        return fail(writer.error());
    const double limit = largest(to);
    std::array<double, 4096> numbers;
    for (std::uint64_t first = 0; first < reader->elements(); first += numbers.size()) {
        const std::size_t count = std::size_t(std::min<std::uint64_t>(numbers.size(), reader->elements() - first));
        reader->read(first, std::span(numbers).first(count));
        for (std::size_t i = 0; i < count; ++i) {
            double number = numbers[i];
            if (isClamped && std::isfinite(number))
                number = std::clamp(number, -limit, limit);
            if (!isFloatingPoint(to) && !ElementWriter::fits(to, std::trunc(number)))
                return refuse("the number " + std::to_string(number) + " does not fit type " + std::string(name(to)));
            writer->set(first + i, number);
        }
        reader->release(first, count);
    }
    return writer->take(tensor.shape);
}

Result<Edit> castTensor(const Model& model, TensorId tensor, ElementType to)
{
    if (model.tensor(tensor).element == to)
        return Edit(Macro());
    auto content = cast(model, model.tensor(tensor), to);
    if (!content)
        return fail(Error{content.error().kind, named(model, tensor) + ": " + content.error().message});
    return Edit(ReplaceTensor{tensor, std::move(*content)});
}

Result<Edit> fillTensor(const Model& model, TensorId tensor, double value)
{
    const Tensor& before = model.tensor(tensor);
    const auto elements = before.elements();
    if (!elements)
        return refuse(named(model, tensor) + " has no size that could be filled");
    auto writer = writerFor(before.element, *elements);
    if (!writer)
        return fail(writer.error());
    if (!ElementWriter::fits(before.element, value))
        return refuse(std::to_string(value) + " does not fit type " + std::string(name(before.element)));
    for (std::uint64_t element = 0; element < *elements && value != 0; ++element)
        writer->set(element, value);
    return Edit(ReplaceTensor{tensor, writer->take(before.shape)});
}

Result<Edit> setElement(const Model& model, TensorId tensor, std::uint64_t element, double value)
{
    const Tensor& before = model.tensor(tensor);
    const auto reader = ElementReader::open(model, before);
    if (!reader)
        return fail(reader.error());
    if (element >= reader->elements())
        return refuse(named(model, tensor) + " has no element number " + std::to_string(element));
    if (bits(before.element) < 8 || !ElementWriter::canWrite(before.element) || reader->isSparse())
        return refuse("elements of this kind of tensor cannot be typed");
    if (!ElementWriter::fits(before.element, value))
        return refuse(std::to_string(value) + " does not fit type " + std::string(name(before.element)));
    // All other bytes are copied as they are: no number changes by being read and written.
    const std::size_t size = std::size_t(bits(before.element)) / 8;
    std::vector<std::byte> bytes(std::size_t(*byteSize(before.element, reader->elements())));
    reader->copy(0, reader->elements(), bytes.data());
    ElementWriter one(before.element, 1);
    one.set(0, value);
    const Tensor number = one.take({1});
    std::memcpy(bytes.data() + element * size, number.bytes()->data(), size);
    Tensor content;
    content.element = before.element;
    content.shape = before.shape;
    content.quantization = before.quantization;
    content.data = OwnedBytes{std::make_shared<const std::vector<std::byte>>(std::move(bytes))};
    return Edit(ReplaceTensor{tensor, std::move(content)});
}

Result<Edit> shareTensor(const Model& model, ValueId original, ValueId copy)
{
    if (!model.value(original).tensor || !model.value(copy).tensor || original == copy)
        return refuse("only two stored tensors can be made one");
    const auto same = holdTheSame(model, model.tensor(model.value(original).tensor), model.tensor(model.value(copy).tensor));
    if (!same)
        return fail(same.error());
    if (!*same)
        return refuse('"' + model.value(original).name + "\" and \"" + model.value(copy).name + "\" hold different numbers");
    Result<Edit> redirected = replaceUses(model, copy, original);
    if (!redirected)
        return redirected;
    return Edit(Macro{{std::move(*redirected), RemoveStoredTensor{copy}}, {}});
}

Result<Edit> unshareTensor(const Model& model, NodeId node, std::uint32_t input)
{
    const std::vector<Input>& inputs = model.node(node).inputs();
    const ValueId value = input < inputs.size() ? inputs[input].value : ValueId();
    if (!value || !model.value(value).tensor)
        return refuse("this input is no stored tensor");
    if (model.value(value).uses().size() < 2)
        return refuse('"' + model.value(value).name + "\" is read by this input alone");
    const Value& shared = model.value(value);
    const ValueId added(model.valueCount());
    return Edit(Macro{{AddStoredTensor{shared.graph, freeName(model, shared.graph, shared.name + "_copy"), model.tensor(shared.tensor),
                                       shared.isParameter},
                       SetInput{node, input, added}},
                      {}});
}

}  // namespace tenscope
