#pragma once

#include <optional>
#include <string>

#include "core/base/mappedfile.h"
#include "core/graph/model.h"

namespace tenscope {

// What a file is, found from its content alone: extensions lie, and people rename files.
struct Detected {
    std::optional<Format> format;  // nothing: not a format that holds a model or weights for Tenscope
    std::string what;              // what it seems to be, to follow "is": "an ONNX model", "a NumPy array"
    std::string advice;            // what to do with it instead, as a sentence; empty where there is nothing to say
};

// Looks at the beginning of the file, and at the directory of entries where it is a zip archive; never at all of it, and
// runs nothing. Never fails: what is not recognized is described as text, zeros, or data of no known format.
Detected detect(const MappedFile& file);

}  // namespace tenscope
