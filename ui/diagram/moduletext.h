#pragma once

#include <QString>
#include <vector>

#include "core/graph/model.h"
#include "core/layout/hierarchy.h"

namespace tenscope {

// What the box of a module says.
struct ModuleText {
    QString title;    // "layer1.0 · Bottleneck"
    QString repeats;  // "×3" where it has equals beside it; else empty
    QString pattern;  // "Conv · Relu · Add": the operators in it, in the order of their first appearance; folded modules only
    QString size;     // "75 k parameters · 12 nodes"
};

ModuleText moduleText(const Model& model, const Hierarchy& hierarchy, ModuleId id);

// "layer1.0": its name, with its parent's where its own is only a number.
QString moduleName(const Hierarchy& hierarchy, ModuleId id);

}  // namespace tenscope
