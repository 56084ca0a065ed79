// Decision trees of ai.onnx.ml. All rows go down all trees at once, one level a step: what is known of a node (its
// feature, threshold and children) is looked up in tables over the nodes of all trees. A leaf is its own child, so that
// rows which have arrived stay where they are.
#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/families.h"
#include "core/convert/fromonnx/scores.h"

namespace tenscope {

namespace {

constexpr std::string_view ml = "ai.onnx.ml";
constexpr std::int64_t mostWeights = 100'000'000;

struct Mode {
    const char* name;
    const char* op;
};
constexpr Mode modes[] = {{"BRANCH_LEQ", "le"}, {"BRANCH_LT", "lt"}, {"BRANCH_GTE", "ge"},
                          {"BRANCH_GT", "gt"},  {"BRANCH_EQ", "eq"}, {"BRANCH_NEQ", "ne"}};

struct Trees {
    Ints features, yes, no;  // by node
    Floats thresholds;
    std::vector<std::string> modes;
    Ints missingTakesYes;  // 0 or 1 by node, or empty
    Ints roots;            // one a tree
    std::int64_t depth = 0;
    std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> places;  // (tree, node of it) → node

    std::size_t count() const { return features.size(); }
};

// The attribute, or its form as a tensor, which holds float64 too.
Floats reals(Lowering& l, const std::string& name)
{
    return l.has(name + "_as_tensor") ? l.tensorNumbers(name + "_as_tensor") : l.reals(name);
}

std::int64_t place(const Trees& trees, std::int64_t tree, std::int64_t node)
{
    const auto found = trees.places.find({tree, node});
    if (found == trees.places.end())
        throw Unsupported("it speaks of node " + std::to_string(node) + " of tree " + std::to_string(tree) +
                          ", which is not there");
    return found->second;
}

// The other nodes that a node leads to.
std::vector<std::size_t> children(const Trees& trees, std::size_t node)
{
    std::vector<std::size_t> result;
    for (const auto child : {std::size_t(trees.yes[node]), std::size_t(trees.no[node])})
        if (child != node && (result.empty() || result.front() != child))
            result.push_back(child);
    return result;
}

// Finds the roots, and how many steps it is to the lowest leaf. A node with two parents would make it no tree.
void measure(Trees& trees)
{
    std::vector<int> parents(trees.count(), 0);
    for (std::size_t i = 0; i < trees.count(); ++i)
        for (const std::size_t child : children(trees, i))
            ++parents[child];
    std::vector<std::pair<std::size_t, std::int64_t>> open;
    for (std::size_t i = 0; i < trees.count(); ++i)
        if (parents[i] == 0) {
            trees.roots.push_back(std::int64_t(i));
            open.emplace_back(i, 0);
        }
    std::size_t seen = 0;
    while (!open.empty() && seen <= trees.count()) {
        const auto [node, level] = open.back();
        open.pop_back();
        ++seen;
        trees.depth = std::max(trees.depth, level);
        for (const std::size_t child : children(trees, node))
            open.emplace_back(child, level + 1);
    }
    if (seen != trees.count())
        throw Unsupported("its nodes are no trees");
}

Trees treesOf(Lowering& l)
{
    Trees trees;
    const Ints ids = l.integers("nodes_treeids"), nodes = l.integers("nodes_nodeids");
    const Ints yes = l.integers("nodes_truenodeids"), no = l.integers("nodes_falsenodeids");
    trees.features = l.integers("nodes_featureids");
    trees.thresholds = reals(l, "nodes_values");
    trees.modes = l.texts("nodes_modes");
    trees.missingTakesYes = l.integers("nodes_missing_value_tracks_true");
    const std::size_t count = ids.size();
    for (const std::size_t size :
         {nodes.size(), yes.size(), no.size(), trees.features.size(), trees.thresholds.size(), trees.modes.size()})
        if (size != count || count == 0)
            throw Unsupported("the attributes of its nodes differ in length");
    if (!trees.missingTakesYes.empty() && trees.missingTakesYes.size() != count)
        throw Unsupported("the attributes of its nodes differ in length");
    for (std::size_t i = 0; i < count; ++i)
        if (!trees.places.emplace(std::pair(ids[i], nodes[i]), std::int64_t(i)).second)
            throw Unsupported("two of its nodes have the same number");
    for (std::size_t i = 0; i < count; ++i) {
        const bool isLeaf = trees.modes[i] == "LEAF";
        trees.yes.push_back(isLeaf ? std::int64_t(i) : place(trees, ids[i], yes[i]));
        trees.no.push_back(isLeaf ? std::int64_t(i) : place(trees, ids[i], no[i]));
        if (isLeaf || trees.features[i] < 0)
            trees.features[i] = 0;
    }
    measure(trees);
    return trees;
}

Term table(Lowering& l, const Ints& values)
{
    return l.emit().tensor(ElementType::Int64, {std::int64_t(values.size())}, values);
}

// Whether each row takes the way of yes at the node where it is.
Term decision(Lowering& l, const Trees& trees, const Term& value, const Term& threshold, const Term& nodes)
{
    Term result;
    for (const Mode& mode : modes) {
        Ints has(trees.count(), 0);
        for (std::size_t i = 0; i < trees.count(); ++i)
            has[i] = trees.modes[i] == mode.name ? 1 : 0;
        const auto used = std::count(has.begin(), has.end(), 1);
        if (used == 0)
            continue;
        const Term compared = l.aten(mode.op, value, threshold);
        if (result.isNone()) {
            result = compared;
            continue;
        }
        result = l.aten("where", equal(l.aten("take", table(l, has), nodes), 1), compared, result);
    }
    const bool hasMissing =
        std::find(trees.missingTakesYes.begin(), trees.missingTakesYes.end(), 1) != trees.missingTakesYes.end();
    if (hasMissing) {
        const Term takesYes = equal(l.aten("take", table(l, trees.missingTakesYes), nodes), 1);
        result = l.aten("logical_or", result, l.aten("logical_and", l.aten("isnan", value), takesYes));
    }
    return result;
}

// The leaf of each tree that each row comes to: [rows, trees].
Term leaves(Lowering& l, const Trees& trees, const Term& x)
{
    AtenEmitter& emit = l.emit();
    const Term roots = l.aten("expand", l.aten("unsqueeze", table(l, trees.roots), 0),
                              emit.list({emit.size(x, 0), -1}, Type::Kind::Int), false);
    if (trees.depth == 0)
        return roots;
    const Term features = table(l, trees.features), yes = table(l, trees.yes), no = table(l, trees.no);
    const Term thresholds =
        l.aten("type_as", emit.tensor(ElementType::Float64, {std::int64_t(trees.count())}, trees.thresholds), x);
    const auto step = [&](const Term&, const std::vector<Term>& now, Term*) {
        const Term& nodes = now[0];
        const Term value = l.aten("gather", x, 1, l.aten("take", features, nodes), false);
        const Term takesYes = decision(l, trees, value, l.aten("take", thresholds, nodes), nodes);
        return std::vector<Term>{l.aten("where", takesYes, l.aten("take", yes, nodes), l.aten("take", no, nodes))};
    };
    return emit.loop(trees.depth, true, {roots}, step).front();
}

// What the leaves say, by attributes `prefix`_treeids, …: target or class, and weight.
struct Weights {
    Ints nodes, targets;
    Floats values;
};

Weights weightsOf(Lowering& l, const Trees& trees, const std::string& prefix, std::int64_t targets)
{
    Weights weights;
    const Ints ids = l.integers(prefix + "_treeids"), nodes = l.integers(prefix + "_nodeids");
    weights.targets = l.integers(prefix + "_ids");
    weights.values = reals(l, prefix + "_weights");
    if (ids.empty() || nodes.size() != ids.size() || weights.targets.size() != ids.size() ||
        weights.values.size() != ids.size())
        throw Unsupported("the attributes of its leaves differ in length");
    for (std::size_t i = 0; i < ids.size(); ++i) {
        weights.nodes.push_back(place(trees, ids[i], nodes[i]));
        if (weights.targets[i] < 0 || weights.targets[i] >= targets)
            throw Unsupported("one of its leaves speaks of a target that is not there");
    }
    return weights;
}

enum class Aggregate { Sum, Average, Smallest, Largest };

Aggregate aggregateOf(Lowering& l)
{
    const std::string name = l.text("aggregate_function", "SUM");
    if (name == "SUM")
        return Aggregate::Sum;
    if (name == "AVERAGE")
        return Aggregate::Average;
    if (name == "MIN")
        return Aggregate::Smallest;
    if (name == "MAX")
        return Aggregate::Largest;
    throw Unsupported("its aggregate_function '" + name + "' is not known");
}

// [rows, targets]: what the leaves of all trees say together.
Term aggregated(Lowering& l, const Trees& trees, const Weights& weights, std::int64_t targets, Aggregate aggregate)
{
    AtenEmitter& emit = l.emit();
    if (std::int64_t(trees.count()) > mostWeights / targets)
        throw Unsupported("it has more nodes and targets than can be held");
    const bool isExtreme = aggregate == Aggregate::Smallest || aggregate == Aggregate::Largest;
    const double infinity = std::numeric_limits<double>::infinity();
    const double none = !isExtreme ? 0 : aggregate == Aggregate::Smallest ? infinity : -infinity;
    Floats all(trees.count() * std::size_t(targets), none);
    for (std::size_t i = 0; i < weights.nodes.size(); ++i) {
        double& weight = all[std::size_t(weights.nodes[i] * targets + weights.targets[i])];
        weight = isExtreme ? weights.values[i] : weight + weights.values[i];
    }
    const Term x = l.input(0);
    const Term rows = l.element(0) == ElementType::Float64 ? x : asFloat32(l, x);
    const ElementType element = l.element(0) == ElementType::Float64 ? ElementType::Float64 : ElementType::Float32;
    const Term known = emit.tensor(element, {std::int64_t(trees.count()), targets}, all);
    const Term said = l.aten("embedding", known, leaves(l, trees, rows), -1, false, false);  // [rows, trees, targets]
    switch (aggregate) {
    case Aggregate::Average: return reduced(l, "mean", said, Ints{1}, false);
    case Aggregate::Sum: return reduced(l, "sum", said, Ints{1}, false);
    default: {
        const Term extreme = reduced(l, aggregate == Aggregate::Smallest ? "amin" : "amax", said, Ints{1}, false);
        return l.aten("masked_fill", extreme, l.aten("isinf", extreme), 0.0);
    }
    }
}

// One number for all, or one for each.
Term withBase(Lowering& l, const Term& scores, std::int64_t targets)
{
    const Floats base = reals(l, "base_values");
    if (base.empty())
        return scores;
    if (std::int64_t(base.size()) != targets && base.size() != 1)
        throw Unsupported("it has not as many base values as targets");
    return scores + l.aten("type_as", l.emit().tensor(ElementType::Float64, {std::int64_t(base.size())}, base), scores);
}

void treeEnsembleRegressor(Lowering& l)
{
    const Trees trees = treesOf(l);
    const std::int64_t targets = l.integer("n_targets", 1);
    if (targets < 1)
        throw Unsupported("it has no targets");
    const Weights weights = weightsOf(l, trees, "target", targets);
    const Term scores = aggregated(l, trees, weights, targets, aggregateOf(l));
    l.output(0, asFloat32(l, transformedScores(l, withBase(l, scores, targets))), ElementType::Float32);
}

// Two classes of which only one has weights: where all are positive they are its probability, else they count from
// zero.
void binaryClassifier(Lowering& l, const Trees& trees, Weights weights, const ClassLabels& labels)
{
    std::fill(weights.targets.begin(), weights.targets.end(), 0);
    const Floats base = reals(l, "base_values");
    Term score = aggregated(l, trees, weights, 1, Aggregate::Sum);
    if (!base.empty())
        score = score + base.back();
    score = asFloat32(l, score);
    const auto both = [&](const Term& first) { return l.aten("cat", l.emit().list({first, score}), 1); };
    if (std::all_of(weights.values.begin(), weights.values.end(), [](double weight) { return weight >= 0; }))
        return outputBinary(l, labels, score, 0.5, both(1.0 - score));
    outputBinary(l, labels, score, 0.0,
                 l.text("post_transform", "NONE") == "LOGISTIC" ? l.aten("sigmoid", both(-score)) : both(-score));
}

void treeEnsembleClassifier(Lowering& l)
{
    const Trees trees = treesOf(l);
    const ClassLabels labels = classLabels(l);
    const auto count = std::int64_t(labels.count);
    const Weights weights = weightsOf(l, trees, "class", count);
    const auto isSame = [&](std::int64_t target) { return target == weights.targets.front(); };
    if (count == 2 && std::all_of(weights.targets.begin(), weights.targets.end(), isSame))
        return binaryClassifier(l, trees, weights, labels);
    const Term scores = asFloat32(l, withBase(l, aggregated(l, trees, weights, count, Aggregate::Sum), count));
    l.output(0, bestLabel(l, labels, scores), labels.element);
    l.output(1, transformedScores(l, scores), ElementType::Float32);
}

constexpr LoweringRule rules[] = {
    {"TreeEnsembleRegressor", treeEnsembleRegressor, 1, ml},
    {"TreeEnsembleClassifier", treeEnsembleClassifier, 1, ml},
};

}  // namespace

LoweringTable treeEnsembleLowerings()
{
    return rules;
}

}  // namespace tenscope
