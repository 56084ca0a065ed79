#pragma once

#include <string_view>

#include "core/convert/lowering.h"

// Small things that the lowerings of several families say again and again.
namespace tenscope {

// The type of a list of tensors, as chunk, split and unbind give it.
Type tensorList();

// The device of a tensor, as what makes a new tensor beside it takes it.
Term deviceOf(Lowering& l, const Term& tensor);

// [start, …, end − 1] as a vector on the device of `like`.
Term range(Lowering& l, const Term& like, const Term& start, const Term& end, ElementType element);

// A tensor of `sizes` (an int[]) on the device of `like`, all of one value.
Term filled(Lowering& l, const Term& like, const Term& sizes, const Term& value, ElementType element);

// The numbers as a vector, or one number as a scalar tensor, on the device of `like`.
Term numbers(Lowering& l, const Term& like, const Term& values, ElementType element);

// The list from `start` to before `end` (None: to its end).
Term sublist(Lowering& l, const Term& list, const Term& start, const Term& end = Term());

// The sizes of a vector along dimension `axis` (from 0) of a tensor of `rank` dimensions: [1, …, −1, …, 1]. As an int[];
// both may be computed.
Term vectorShape(Lowering& l, const Term& axis, const Term& rank);

// The dimension that `axis` means, counted from the front; `rank` may be computed.
Term fromFront(const Term& axis, const Term& rank);

// The rank of an input: a constant where it is known.
Term rankOf(Lowering& l, std::size_t input);

// As many equal parts along a dimension.
std::vector<Term> parts(Lowering& l, const Term& tensor, std::int64_t count, std::int64_t dimension);

// Where `condition` (a tensor of bools) holds `a`, else `b`; one of both may be a number, which takes the other's type.
Term where(Lowering& l, const Term& condition, const Term& a, const Term& b);

// Not below and not above; None: no bound.
Term clamped(Lowering& l, const Term& value, const Term& lowest, const Term& highest);

// Sum, mean … over some dimensions that stay with size 1. `dims` is an int[] or Ints.
Term reduced(Lowering& l, std::string_view op, const Term& value, const Term& dims, bool keep = true);

// Rounds a floating-point tensor to the next float32, as kernels that compute in float32 do.
Term asFloat32(Lowering& l, const Term& value);

}  // namespace tenscope
