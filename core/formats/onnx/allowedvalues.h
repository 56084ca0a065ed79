#pragma once

#include <span>
#include <string_view>

namespace tenscope {

// The texts that an attribute of a standard ONNX operator may have, where its documentation lists them: schemas hold them as
// prose only. Empty where any text is allowed, or nothing is known.
std::span<const std::string_view> allowedValues(std::string_view op, std::string_view attribute);

}  // namespace tenscope
