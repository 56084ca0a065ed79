#pragma once

#include <random>

#include "core/edit/edit.h"

namespace tenscope {

// Edits at random, of all kinds that scripts can say, on objects of the model: mostly right, now and then wrong, as people
// and scripts are. The same seed gives the same walk everywhere.
class RandomEdits {
public:
    explicit RandomEdits(std::uint32_t seed) : m_random(seed) {}

    Edit next(const Model& model);

private:
    std::size_t below(std::size_t count) { return count == 0 ? 0 : std::size_t(m_random() % count); }
    bool oneIn(std::size_t count) { return below(count) == 0; }

    NodeId node(const Model& model);
    ValueId value(const Model& model);
    ValueId valueFor(const Model& model, GraphId graph);
    GraphId graph(const Model& model);
    std::string name();
    Type type();
    Tensor tensor();
    AttributeValue plainValue();
    Edit one(const Model& model, std::size_t kind);

    std::mt19937 m_random;
    int m_names = 0;
};

}  // namespace tenscope
