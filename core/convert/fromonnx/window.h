#pragma once

#include <optional>
#include <vector>

#include "core/convert/lowering.h"

namespace tenscope {

// How the window of a convolution or a pooling slides over the spatial dimensions of a tensor [N, C, D1, …, Dn]. Sizes and
// padding are constants where the model fixes them.
struct Window {
    std::vector<Term> kernel;      // sizes, in elements
    Ints strides, dilations;
    std::vector<Term> begin, end;  // padding

    std::size_t dimensions() const { return kernel.size(); }
    // The extent of the window along one dimension, dilation included.
    Term extent(std::size_t i) const { return (kernel[i] - 1) * dilations[i] + 1; }
    // The padding as one number a dimension, where it is constant and the same on both sides.
    std::optional<Ints> symmetricPadding() const;
    bool isPadded() const;  // unless all padding is the constant 0
};

// By the attributes strides, dilations, pads and auto_pad of the node. `tensor` is what the window slides over (input 0 of
// the node); its sizes are asked for where auto_pad needs them. Unsupported where the attributes contradict each other.
Window window(Lowering& l, const Term& tensor, std::vector<Term> kernel);

// The sizes of the kernel by the attribute kernel_shape, which must be there.
std::vector<Term> kernelShape(Lowering& l);
// The same, or by the weights [M, C, k1, …, kn] in that input where the attribute is missing.
std::vector<Term> kernelShape(Lowering& l, std::size_t weights);

// The size of a spatial dimension of the first input: a constant where the file fixes it.
Term spatialSize(Lowering& l, const Term& tensor, std::size_t i);

// The last dimensions with `begin[i]` elements of `value` before them and `end[i]` after them; negative numbers crop.
Term padded(Lowering& l, const Term& tensor, const std::vector<Term>& begin, const std::vector<Term>& end, Term value);

// "conv2d" of ("conv", 2). Unsupported beyond three dimensions, where ATen has no such operator.
std::string ofDimensions(const char* op, std::size_t dimensions);

}  // namespace tenscope
