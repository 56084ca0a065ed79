#pragma once

#include <string>

#include "core/graph/model.h"
#include "core/graph/text.h"

namespace tenscope {

// The node in a sentence: "aten::conv2d in layer1.0".
inline std::string placeOf(const Model& model, NodeId id)
{
    std::string place = qualifiedName(model, id);
    if (const ScopeId scope = model.node(id).scope)
        place += " in " + model.path(scope);
    return place;
}

}  // namespace tenscope
