#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/graph/model.h"

namespace tenscope {

// One line of the outline. A module that holds nothing but one node is that node's line and carries its own name.
struct OutlineEntry {
    enum class Kind : std::uint8_t {
        Model,     // the first line: everything
        Module,    // `scope`
        Node,      // `node`; `scope` where the line stands for a module of one node
        Graph,     // `graph`: a body of the node above
        Function,  // `graph`: a function's or another method's
    };

    Kind kind = Kind::Node;
    bool isMatch = true;           // of the filter; else it is there because something below matches
    std::uint32_t parent = 0;      // of the first line: itself
    std::uint32_t row = 0;         // among its parent's children
    std::uint32_t firstChild = 0;  // into OutlineTree::children
    std::uint32_t childCount = 0;
    NodeId node = {};
    ScopeId scope = {};
    GraphId graph = {};
    std::uint64_t parameters = 0;  // elements of the stored tensors that are read here or below, each counted once
};

// The hierarchy that the outline shows: modules in the order in which they run, then the nodes in them, the bodies of
// control flow under their nodes, functions at the end. Plumbing (core/graph/literal.h) is left out. A value made off the GUI
// thread in O(model), with about 50 bytes a line, and immutable from then on. Texts are made when they are looked at.
struct OutlineTree {
    std::vector<OutlineEntry> entries;    // entries[0] is the model
    std::vector<std::uint32_t> children;  // of each entry, side by side
    std::vector<std::uint32_t> nodeEntry; // by node index; `none` for nodes without a line
    std::size_t matches = 0;              // lines that the filter found; without a filter all but the first

    static constexpr std::uint32_t none = 0xffffffffu;

    // The line of a node, or of the node around it whose body it is in and that has one; `none` where neither is there.
    std::uint32_t find(const Model& model, NodeId node) const;
    std::uint32_t find(ScopeId scope) const;  // O(lines)

    // All words of `filter` must be found in a line's name, module path or operator, in either case of letters. Lines that
    // match keep their ancestors, modules that match keep what is in them. Fails only when cancelled.
    static Result<OutlineTree> build(const Model& model, const std::string& filter, Progress& progress);
};

}  // namespace tenscope
