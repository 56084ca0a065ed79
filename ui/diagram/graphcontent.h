#pragma once

#include <cstdint>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/graph/model.h"
#include "ui/diagram/diagram.h"

namespace tenscope {

// What a diagram of one graph consists of before anything is folded, measured or placed: things, and what flows between
// them. Cheap: it reads the wiring only, no names and no texts.
struct GraphContent {
    struct Item {
        DiagramBox::Kind kind = DiagramBox::Kind::Node;
        NodeId node;
        ValueId value;        // of inputs, outputs and stubs
        std::uint32_t position = 0;  // of outputs: which one
    };
    struct Connection {
        ValueId value;
        std::uint32_t from = 0, to = 0;  // items
        std::uint32_t input = 0;         // the slot of the target node; captured values of bodies follow the real ones
    };
    // A value that goes to so many items that it is written into them where they all show.
    struct Hub {
        ValueId value;
        std::uint32_t from = 0;         // item
        std::vector<std::uint32_t> to;  // items, each once
    };

    GraphId graph;
    std::vector<Item> items;  // inputs, nodes in order of execution, outputs
    std::vector<Connection> connections;  // ordered by target, then by slot
    std::vector<Hub> hubs;
};

// showPlumbing: constants and list building are items too, and nothing is looked through. Values with more than `hubsFrom`
// connections are hubs; 0: none are.
Result<GraphContent> graphContent(const Model& model, GraphId graph, bool showPlumbing, std::size_t hubsFrom, Progress& progress);

}  // namespace tenscope
