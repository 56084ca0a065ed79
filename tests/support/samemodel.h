#pragma once

#include <string>

#include "core/graph/model.h"

namespace tenscope {

// Whether two models say the same under the same ids: everything but the order of uses and what was removed. The arenas may
// differ in size; what only one of them has must be removed, empty or unused. `why` says the first difference.
bool sameModel(const Model& a, const Model& b, std::string* why = nullptr);

// Equal to the last bit, not a number included.
bool sameAttributeValue(const AttributeValue& a, const AttributeValue& b);
bool sameTensor(const Tensor& a, const Tensor& b);

}  // namespace tenscope
