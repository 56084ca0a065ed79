#pragma once

#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/formats/onnx/readcontext.h"

namespace tenscope {

// One AttributeProto of the node `owner`. Its tensors are added to the model; its graphs are added empty and put into
// context.bodies, to be read after the node. A type that is missing, as in old files, is told from the field that is set.
// Defaults of functions' attributes have no owner.
Result<Attribute> readAttribute(OnnxReadContext& context, ByteRange message, NodeId owner);

}  // namespace tenscope
