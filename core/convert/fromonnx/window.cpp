#include "core/convert/fromonnx/window.h"

#include <algorithm>
#include <string>

namespace tenscope {

namespace {

Ints perDimension(Lowering& l, const char* name, std::size_t dimensions)
{
    Ints values = l.integers(name, Ints(dimensions, 1));
    if (values.size() != dimensions)
        throw Unsupported("its attribute '" + std::string(name) + "' has " + std::to_string(values.size()) +
                          " numbers for " + std::to_string(dimensions) + " spatial dimensions");
    if (std::any_of(values.begin(), values.end(), [](std::int64_t value) { return value < 1; }))
        throw Unsupported("its attribute '" + std::string(name) + "' has a number below 1");
    return values;
}

// So much that ceil(size / stride) windows fit. With a stride of 1 the size does not matter.
Term samePadding(Lowering& l, const Term& tensor, const Window& window, std::size_t i)
{
    const std::int64_t stride = window.strides[i];
    if (stride == 1)
        return window.extent(i) - 1;
    const Term size = spatialSize(l, tensor, i);
    const Term windows = floorDivide(size + (stride - 1), stride);
    return larger((windows - 1) * stride + window.extent(i) - size, 0);
}

}  // namespace

std::optional<Ints> Window::symmetricPadding() const
{
    Ints padding;
    for (std::size_t i = 0; i < begin.size(); ++i) {
        const auto* first = begin[i].get<std::int64_t>();
        const auto* last = end[i].get<std::int64_t>();
        if (!first || !last || *first != *last || *first < 0)
            return std::nullopt;
        padding.push_back(*first);
    }
    return padding;
}

bool Window::isPadded() const
{
    return symmetricPadding() != Ints(dimensions(), 0);
}

std::vector<Term> kernelShape(Lowering& l)
{
    const Ints sizes = l.integers("kernel_shape");
    if (sizes.empty())
        throw Unsupported("its attribute 'kernel_shape' is missing");
    if (std::any_of(sizes.begin(), sizes.end(), [](std::int64_t size) { return size < 1; }))
        throw Unsupported("its attribute 'kernel_shape' has a number below 1");
    return {sizes.begin(), sizes.end()};
}

std::vector<Term> kernelShape(Lowering& l, std::size_t weights)
{
    if (l.has("kernel_shape"))
        return kernelShape(l);
    const Type type = l.type(weights);
    if (!type.shape || type.shape->size() < 3)
        throw Unsupported("the number of dimensions of its weights is not known");
    std::vector<Term> kernel;
    for (std::size_t i = 2; i < type.shape->size(); ++i)
        kernel.push_back((*type.shape)[i].isKnown() ? Term((*type.shape)[i].size)
                                                    : l.emit().size(l.input(weights), std::int64_t(i)));
    return kernel;
}

Term spatialSize(Lowering& l, const Term& tensor, std::size_t i)
{
    const Type type = l.type(0);
    if (type.shape && i + 2 < type.shape->size() && (*type.shape)[i + 2].isKnown())
        return (*type.shape)[i + 2].size;
    return l.emit().size(tensor, std::int64_t(i + 2));
}

Window window(Lowering& l, const Term& tensor, std::vector<Term> kernel)
{
    Window window;
    window.kernel = std::move(kernel);
    const std::size_t dimensions = window.dimensions();
    window.strides = perDimension(l, "strides", dimensions);
    window.dilations = perDimension(l, "dilations", dimensions);
    const std::string automatic = l.text("auto_pad", "NOTSET");
    if (automatic == "NOTSET" || automatic.empty()) {
        const Ints pads = l.integers("pads", Ints(2 * dimensions, 0));
        if (pads.size() != 2 * dimensions)
            throw Unsupported("its attribute 'pads' does not have two numbers for each spatial dimension");
        window.begin.assign(pads.begin(), pads.begin() + std::ptrdiff_t(dimensions));
        window.end.assign(pads.begin() + std::ptrdiff_t(dimensions), pads.end());
    } else if (automatic == "VALID") {
        window.begin.assign(dimensions, 0);
        window.end.assign(dimensions, 0);
    } else if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") {
        for (std::size_t i = 0; i < dimensions; ++i) {
            const Term total = samePadding(l, tensor, window, i);
            const Term half = floorDivide(total, 2);
            window.begin.push_back(automatic == "SAME_UPPER" ? half : total - half);
            window.end.push_back(automatic == "SAME_UPPER" ? total - half : half);
        }
    } else {
        throw Unsupported("its auto_pad '" + automatic + "' is not known");
    }
    return window;
}

Term padded(Lowering& l, const Term& tensor, const std::vector<Term>& begin, const std::vector<Term>& end, Term value)
{
    std::vector<Term> pads;  // the last dimension first
    for (std::size_t i = begin.size(); i-- > 0;) {
        pads.push_back(begin[i]);
        pads.push_back(end[i]);
    }
    return l.aten("constant_pad_nd", tensor, l.emit().list(pads, Type::Kind::Int), value);
}

std::string ofDimensions(const char* op, std::size_t dimensions)
{
    if (dimensions < 1 || dimensions > 3)
        throw Unsupported("it has " + std::to_string(dimensions) +
                          " spatial dimensions, and LibTorch has such operators for one to three only");
    return op + std::to_string(dimensions) + 'd';
}

}  // namespace tenscope
