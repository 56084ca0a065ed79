#pragma once

#include "core/graph/type.h"

namespace onnx {
class TypeProto;
}

namespace tenscope {

// A TypeProto as a Type: element types that are not known become Undefined, opaque types an Object named by their domain
// and name. Nesting is as deep as protobuf's own limit let it be (100 messages).
Type readType(const onnx::TypeProto& proto);

}  // namespace tenscope
