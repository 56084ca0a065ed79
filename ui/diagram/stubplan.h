#pragma once

#include <cstdint>
#include <vector>

#include "core/layout/compoundlayout.h"
#include "ui/diagram/graphcontent.h"

namespace tenscope {

// Which hubs are written into the boxes that read them instead of drawn as lines: those that reach more than `most`
// boxes as the graph is folded now. "Things" are the items, then the groups.
struct StubPlan {
    struct Stub {
        std::uint32_t hub = 0;
        std::uint32_t from = 0;         // thing
        std::vector<std::uint32_t> to;  // things, each once, ascending
    };
    std::vector<Stub> stubs;

    std::vector<std::uint32_t> hubs() const;  // ascending
};

// `groups` says in which group each item is; its edges are not looked at.
StubPlan planStubs(const GraphContent& content, const CompoundGraph& groups, const std::vector<bool>& expanded, std::size_t most);

}  // namespace tenscope
