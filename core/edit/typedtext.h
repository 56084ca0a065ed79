#pragma once

#include <string_view>

#include "core/base/result.h"
#include "core/graph/attribute.h"
#include "core/graph/type.h"

// What people type, as values. All fail (ErrorKind::Usage) with a sentence that says what can be typed there.
namespace tenscope {

// "N, 3, 224, 224", "1×3×224×224", "1x3x224x224"; ? is a dimension that is not known, "scalar" rank 0.
Result<Shape> parseShape(std::string_view text);

// A value of the same kind as `like`: numbers and lists of numbers ("3, 3" or "[3, 3]"), texts as they are, lists of texts
// separated by commas (quoted as in JSON where they hold commas), names of element types, True and False. Kinds that hold
// tensors and graphs cannot be typed. An integer may be the name of an element type, as Cast's "to" is.
Result<AttributeValue> parseAttribute(const AttributeValue& like, std::string_view text);

// An empty value of the kind that ONNX's schemas call "int", "floats", "string" …; monostate for others.
AttributeValue attributeOfType(std::string_view schemaType);

}  // namespace tenscope
