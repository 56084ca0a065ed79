#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/analysis/tensordifference.h"
#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/graph/id.h"

namespace tenscope {

class Model;

// Why two things are taken for the same.
enum class Evidence : std::uint8_t {
    Pinned,    // people said so
    Weights,   // they compute with equal stored tensors
    Names,     // they are in modules of one name
    Operator,  // they are of one class of operators
    Position,  // their neighbours belong together
    Sizes,     // their stored tensors have the same sizes
    Boundary,  // the model's inputs or outputs
};
inline constexpr int evidenceCount = int(Evidence::Boundary) + 1;
// "pinned", "weights", "names", "operator", "position", "sizes", "boundary".
std::string_view name(Evidence evidence);

struct EvidenceWeight {
    Evidence evidence;
    double weight = 0;  // 0 … 1: how much it says
};

// What belongs together: one operator of one format is often several of the other. One side is empty where there is nothing
// like it on the other side.
struct MatchGroup {
    enum class State : std::uint8_t { Same, Changed, OnlyA, OnlyB };

    std::vector<NodeId> a, b;  // all compute nodes, those that only prepare sizes and weights included, in order
    NodeId mainA, mainB;       // the node that stands for the group
    ValueId outputA, outputB;  // what the group computes, where that is one value
    std::string opA, opB;      // qualified operators of the main nodes; several are joined by " + "
    std::vector<EvidenceWeight> evidence;
    State state = State::Same;
    std::uint32_t place = 0;   // in the order of computation
};

// Two stored tensors that belong together.
struct WeightPair {
    TensorId tensorA, tensorB;
    std::string a, b;   // names
    std::uint32_t group = 0;
    std::string how;    // "" as they are; "transposed", "reshaped", "batch norm folded", "reordered"
    double maxAbs = 0, meanAbs = 0, maxRel = 0, cosine = 1;
    std::uint64_t worst = 0;  // where maxAbs is, as an element of tensorB
    bool isEqual = true;      // within the tolerance
    std::string why;          // they cannot be compared; empty: they were
};

// One difference, for people.
struct Difference {
    enum class Kind : std::uint8_t { OnlyA, OnlyB, Operator, Attribute, Constant, Wiring, Weight, Input, Output, Opset, Metadata };
    static constexpr std::uint32_t noGroup = 0xffffffffu;

    Kind kind = Kind::OnlyA;
    std::uint32_t group = noGroup;  // index into Comparison::groups
    std::string what;               // the attribute's, tensor's or input's name; the node where it is one
    std::string a, b;               // what either side has; empty: nothing
    // Opsets and metadata are told, and do not make models different.
    bool isFinding() const { return kind != Kind::Opset && kind != Kind::Metadata; }
};
// "only-a", "only-b", "operator", "attribute", "constant", "wiring", "weight", "input", "output", "opset", "metadata".
std::string_view name(Difference::Kind kind);

struct Comparison {
    std::size_t nodesA = 0, nodesB = 0;  // compute nodes
    std::vector<MatchGroup> groups;      // in the order of computation
    std::vector<WeightPair> weights;
    std::vector<Difference> differences;

    std::size_t matchedGroups() const;
    bool isDifferent() const;
};

struct CompareOptions {
    Tolerance weights{1e-4, 1e-6};  // from where on stored tensors are different
    bool readWeights = true;        // false: by structure and names alone
    std::vector<std::pair<NodeId, NodeId>> pinned;  // these belong together
    std::vector<std::pair<NodeId, NodeId>> apart;   // these do not
};

// Matches two models of any formats by what they compute, and says where they differ. Near linear in nodes and in the bytes
// of weights, which are read twice. Error::cancelled() after progress.cancel().
//
// In short: both models are reduced to units (core/compare/computegraph.h); equal weights, names that both sides have, inputs
// and outputs are anchors; from these, matches spread along edges where neighbours leave no choice; what lies between anchors
// in the order of computation is aligned by dynamic programming (Needleman and Wunsch, 1970); what is left over between the
// same neighbours is taken together.
Result<Comparison> compare(const Model& a, const Model& b, const CompareOptions& options, Progress& progress);

// One or two sentences: "161 of 163 groups match. One weight differs: layer1.0.conv2 (by 0.001)."
std::string summary(const Comparison& comparison);

}  // namespace tenscope
