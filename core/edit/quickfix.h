#pragma once

#include <optional>
#include <string>

#include "core/edit/edit.h"
#include "core/graph/issue.h"

namespace tenscope {

// What an issue at that place can be put right by, where there is one right thing to do.
struct QuickFix {
    enum class Kind {
        ImportOpset,   // the node's domain has no version: the newest that is known
        SortNodes,     // the node stands before one that it reads from: its graph is put in order
        MakeInput,     // the node reads a name that nothing defines: it becomes an input of the graph
        RemoveTensor,  // nothing reads the stored tensor
    };
    Kind kind;
    std::string subject;  // the domain, the value's or the graph's name
    Edit edit;
};

std::optional<QuickFix> quickFix(const Model& model, const Place& place);

}  // namespace tenscope
