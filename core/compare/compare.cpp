#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>

#include "core/compare/attributes.h"
#include "core/compare/comparison.h"
#include "core/compare/grouping.h"
#include "core/compare/matcher.h"
#include "core/compare/operatorclass.h"
#include "core/compare/weightdifference.h"
#include "core/graph/model.h"
#include "core/graph/text.h"

namespace tenscope {

namespace {

using Index = std::uint32_t;
constexpr Index none = Matcher::none;

std::string toText(const std::vector<double>& values)
{
    std::string text;
    for (const double value : values)
        text += (text.empty() ? "" : ", ") + shortest(value);
    return text;
}

bool areClose(const std::vector<double>& a, const std::vector<double>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double x, double y) {
        return x == y || std::abs(x - y) <= 1e-6 * std::max(std::abs(x), std::abs(y));
    });
}

// Turns groups of units into groups of nodes and looks for what differs in them.
class Comparer {
public:
    Comparer(const Matcher::Side& a, const Matcher::Side& b, const Matcher& matcher, const CompareOptions& options)
        : m_side{&a, &b}, m_matcher(matcher), m_options(options)
    {
    }

    Result<Comparison> run(Progress& progress)
    {
        m_result.nodesA = m_side[0]->graph.nodeCount();
        m_result.nodesB = m_side[1]->graph.nodeCount();
        m_groups = groupUnits(m_side[0]->graph, m_side[1]->graph, m_matcher);
        sortGroups();
        compareInterfaces();
        for (Index i = 0; i < m_groups.size(); ++i) {
            if (progress.cancelled())
                return fail(Error::cancelled());
            progress.report(double(i) / double(m_groups.size()), "Comparing");
            addGroup(i);
            if (!m_groups[i].a.empty() && !m_groups[i].b.empty())
                compareGroup(i);
        }
        for (const Difference& difference : m_result.differences)
            if (difference.group != Difference::noGroup && m_result.groups[difference.group].state == MatchGroup::State::Same)
                m_result.groups[difference.group].state = MatchGroup::State::Changed;
        compareFiles();
        return std::move(m_result);
    }

private:
    const Unit& unit(int side, Index index) const { return m_side[side]->graph.unit(index); }
    const std::vector<Index>& units(int side, const UnitGroup& group) const { return side ? group.b : group.a; }

    // By where b computes them; what only a has, behind what comes before it there.
    void sortGroups()
    {
        std::array<std::vector<Index>, 2> place;
        for (int side = 0; side < 2; ++side) {
            place[side].resize(m_side[side]->graph.units().size());
            Index next = 0;
            for (const Index i : m_side[side]->graph.order())
                place[side][i] = next++;
        }
        std::vector<std::pair<Index, Index>> known;  // place in a → place in b, of groups that both have
        for (const UnitGroup& group : m_groups)
            if (!group.a.empty() && !group.b.empty())
                known.emplace_back(place[0][group.a[0]], place[1][group.b[0]]);
        std::sort(known.begin(), known.end());
        const auto rank = [&](const UnitGroup& group) {
            if (!group.b.empty())
                return std::tuple(place[1][group.b[0]], 0u, 0u);
            const Index own = place[0][group.a[0]];
            const auto next = std::upper_bound(known.begin(), known.end(), std::pair(own, none));
            return std::tuple(next == known.begin() ? 0u : std::prev(next)->second, 1u, own);
        };
        std::sort(m_groups.begin(), m_groups.end(), [&](const UnitGroup& l, const UnitGroup& r) { return rank(l) < rank(r); });
        for (int side = 0; side < 2; ++side)
            m_groupOf[side].assign(place[side].size(), none);
        for (Index i = 0; i < m_groups.size(); ++i)
            for (int side = 0; side < 2; ++side)
                for (const Index u : units(side, m_groups[i]))
                    m_groupOf[side][u] = i;
    }

    std::string describe(int side, const UnitGroup& group) const
    {
        std::string text;
        std::size_t count = 0;
        for (const Index u : units(side, group)) {
            for (const NodeId node : unit(side, u).core) {
                if (++count > 4)
                    return text + " + \u2026";
                text += (text.empty() ? "" : " + ") + qualifiedName(m_side[side]->model, node);
            }
        }
        return text;
    }

    void addGroup(Index index)
    {
        const UnitGroup& group = m_groups[index];
        MatchGroup result;
        result.place = index;
        for (int side = 0; side < 2; ++side) {
            std::vector<NodeId>& nodes = side ? result.b : result.a;
            for (const Index u : units(side, group)) {
                nodes.insert(nodes.end(), unit(side, u).core.begin(), unit(side, u).core.end());
                nodes.insert(nodes.end(), unit(side, u).absorbed.begin(), unit(side, u).absorbed.end());
            }
            if (!units(side, group).empty()) {
                (side ? result.mainB : result.mainA) = unit(side, units(side, group)[0]).main;
                (side ? result.opB : result.opA) = describe(side, group);
                const auto& outputs = m_side[side]->model.node(unit(side, units(side, group).back()).core.back()).outputs();
                (side ? result.outputB : result.outputA) = outputs.empty() ? ValueId() : outputs[0];
            }
        }
        if (group.b.empty() || group.a.empty()) {
            const int side = group.a.empty() ? 1 : 0;
            result.state = side ? MatchGroup::State::OnlyB : MatchGroup::State::OnlyA;
            const std::string here = side ? result.opB : result.opA;
            add(side ? Difference::Kind::OnlyB : Difference::Kind::OnlyA, index,
                displayName(m_side[side]->model, side ? result.mainB : result.mainA), side ? "" : here, side ? here : "");
        } else if (group.isPair) {
            result.evidence = m_matcher.evidence(group.a[0]);
        } else {
            result.evidence = {{Evidence::Position, 0.6}};
            if (!group.isReplacement)
                result.evidence.push_back({Evidence::Operator, 0.2});
        }
        m_result.groups.push_back(std::move(result));
    }

    void add(Difference::Kind kind, Index group, std::string what, std::string a, std::string b)
    {
        m_result.differences.push_back({kind, group, std::move(what), std::move(a), std::move(b)});
    }

    void compareGroup(Index index)
    {
        const UnitGroup& group = m_groups[index];
        if (group.isReplacement)
            add(Difference::Kind::Operator, index, displayName(m_side[1]->model, m_result.groups[index].mainB), describe(0, group), describe(1, group));
        if (group.isPair) {
            compareAttributes(index, unit(0, group.a[0]), unit(1, group.b[0]));
            compareWiring(index, group.a[0], group.b[0]);
        }
        for (WeightPair& pair : compareWeights(*m_side[0], group.a, *m_side[1], group.b, m_options.weights)) {
            pair.group = index;
            if (!pair.isEqual)
                add(Difference::Kind::Weight, index, pair.b.empty() ? pair.a : pair.b, pair.a, pair.b);
            m_result.weights.push_back(std::move(pair));
        }
    }

    void compareAttributes(Index index, const Unit& a, const Unit& b)
    {
        const Model &modelA = m_side[0]->model, &modelB = m_side[1]->model;
        const Operator &opA = modelA.op(a.main), &opB = modelB.op(b.main);
        if (a.core.size() == b.core.size() && opA.domain == opB.domain) {
            for (std::size_t i = 0; i < a.core.size(); ++i) {
                if (qualifiedName(modelA, a.core[i]) != qualifiedName(modelB, b.core[i]))
                    continue;  // "relu" and "relu_", say
                const auto ownA = ownAttributes(modelA, a.core[i]), ownB = ownAttributes(modelB, b.core[i]);
                const std::string where = a.core.size() > 1 ? qualifiedName(modelB, b.core[i]) + ' ' : "";
                for (const auto& [name, text] : ownA)
                    if (const auto other = ownB.find(name); other == ownB.end() || other->second != text)
                        add(Difference::Kind::Attribute, index, where + name, text, other == ownB.end() ? "" : other->second);
                for (const auto& [name, text] : ownB)
                    if (!ownA.contains(name))
                        add(Difference::Kind::Attribute, index, where + name, "", text);
            }
            return;
        }
        const auto sharedA = sharedAttributes(modelA, a), sharedB = sharedAttributes(modelB, b);
        for (const auto& [name, values] : sharedA)
            if (const auto other = sharedB.find(name); other != sharedB.end() && !areClose(values, other->second))
                add(name == "constant" ? Difference::Kind::Constant : Difference::Kind::Attribute, index, name, toText(values), toText(other->second));
        const bool isComposite = a.cls == b.cls && a.isMerged() != b.isMerged();
        for (const auto& [shared, isB] : {std::pair(&sharedA, false), std::pair(&sharedB, true)})
            if (const auto found = shared->find("constant"); isComposite && found != shared->end())
                add(Difference::Kind::Constant, index, "constant", isB ? "" : toText(found->second), isB ? toText(found->second) : "");
    }

    // The groups that an input comes from, looking through what the other side has not; boundaries count from the end.
    void sources(int side, Index from, int depth, std::vector<Index>& result) const
    {
        const auto groupCode = [&](Index u) {
            const Index a = side == 0 ? u : m_matcher.partnerOfB(u);
            return unit(side, u).main ? m_groupOf[side][u] : 0x80000000u + a;
        };
        const Index group = unit(side, from).main ? m_groupOf[side][from] : none;
        const bool isAlone = group != none && units(1 - side, m_groups[group]).empty();
        if (!isAlone) {
            result.push_back(groupCode(from));
            return;
        }
        if (depth < 32)
            for (const Index source : unit(side, from).before)
                sources(side, source, depth + 1, result);
    }

    void compareWiring(Index index, Index a, Index b)
    {
        const Unit &unitA = unit(0, a), &unitB = unit(1, b);
        if (unitA.slots.size() != unitB.slots.size() || isCommutative(unitA.cls))
            return;
        std::vector<std::vector<Index>> from[2];
        for (int side = 0; side < 2; ++side) {
            for (const auto& slot : (side ? unitB : unitA).slots) {
                from[side].emplace_back();
                for (const Index source : slot)
                    sources(side, source, 0, from[side].back());
                std::sort(from[side].back().begin(), from[side].back().end());
            }
        }
        const auto meet = [](const std::vector<Index>& x, const std::vector<Index>& y) {
            return std::any_of(x.begin(), x.end(), [&](Index i) { return std::binary_search(y.begin(), y.end(), i); });
        };
        // Only an exchange is told: an input that comes from what the other side feeds into another input of the same node.
        for (std::size_t i = 0; i < from[0].size(); ++i) {
            if (meet(from[0][i], from[1][i]) || from[0][i].empty() || from[1][i].empty())
                continue;
            for (std::size_t j = 0; j < from[1].size(); ++j) {
                if (j == i || !meet(from[0][i], from[1][j]))
                    continue;
                add(Difference::Kind::Wiring, index, "inputs " + std::to_string(std::min(i, j)) + " and " + std::to_string(std::max(i, j)) + " are exchanged",
                    describe(0, m_groups[index]), describe(1, m_groups[index]));
                return;
            }
        }
    }

    void compareInterfaces()
    {
        for (const bool isInput : {true, false}) {
            std::vector<ValueId> values[2];
            for (int side = 0; side < 2; ++side) {
                const Model& model = m_side[side]->model;
                if (!model.mainGraph)
                    continue;
                const Graph& graph = model.graph(model.mainGraph);
                for (const ValueId value : isInput ? graph.inputs : graph.outputs)
                    if (value && !model.value(value).tensor && model.value(value).type.kind != Type::Kind::Object)
                        values[side].push_back(value);
            }
            const auto text = [&](int side, std::size_t i) { return toString(m_side[side]->model.value(values[side][i]).type); };
            const auto kind = isInput ? Difference::Kind::Input : Difference::Kind::Output;
            const auto isTuple = [&](int side) {
                return values[side].size() == 1 && !m_side[side]->model.value(values[side][0]).type.isTensor();
            };
            const auto isRequired = [&](int side, std::size_t i) {
                return m_side[side]->model.value(values[side][i]).type.kind != Type::Kind::Optional;
            };
            // By name, else in order. TorchScript may give several outputs as one tuple: then their count says nothing.
            std::vector<bool> taken(values[1].size());
            std::vector<std::size_t> left;
            const auto compareTypes = [&](std::size_t i, std::size_t j) {
                taken[j] = true;
                if (doTypesConflict(m_side[0]->model.value(values[0][i]).type, m_side[1]->model.value(values[1][j]).type))
                    add(kind, Difference::noGroup, m_side[1]->model.value(values[1][j]).name, text(0, i), text(1, j));
            };
            for (std::size_t i = 0; i < values[0].size(); ++i) {
                const auto same = std::find_if(values[1].begin(), values[1].end(), [&](ValueId other) {
                    return m_side[1]->model.value(other).name == plainName(m_side[0]->model.value(values[0][i]).name);
                });
                if (same == values[1].end())
                    left.push_back(i);
                else
                    compareTypes(i, std::size_t(same - values[1].begin()));
            }
            std::size_t next = 0;
            std::vector<std::size_t> onlyA;
            for (const std::size_t i : left) {
                while (next < taken.size() && taken[next])
                    ++next;
                if (next < taken.size())
                    compareTypes(i, next);
                else
                    onlyA.push_back(i);
            }
            if (isTuple(0) || isTuple(1))
                continue;
            for (const std::size_t i : onlyA)
                if (isRequired(0, i))
                    add(kind, Difference::noGroup, m_side[0]->model.value(values[0][i]).name, text(0, i), "");
            for (std::size_t j = 0; j < taken.size(); ++j)
                if (!taken[j] && isRequired(1, j))
                    add(kind, Difference::noGroup, m_side[1]->model.value(values[1][j]).name, "", text(1, j));
        }
    }

    // "sr.1" is what TorchScript calls the value of the argument sr.
    static std::string plainName(const std::string& name)
    {
        const std::size_t dot = name.rfind('.');
        const bool isNumbered = dot != std::string::npos && name.find_first_not_of("0123456789", dot + 1) == std::string::npos;
        return isNumbered ? name.substr(0, dot) : name;
    }

    static bool doTypesConflict(const Type& a, const Type& b)
    {
        if (!a.isTensor() || !b.isTensor())
            return false;
        if (a.element != b.element && a.element != ElementType::Undefined && b.element != ElementType::Undefined)
            return true;
        if (!a.shape || !b.shape)
            return false;
        return !std::equal(a.shape->begin(), a.shape->end(), b.shape->begin(), b.shape->end(), [](const Dimension& x, const Dimension& y) {
            return !x.isKnown() || !y.isKnown() || x.size == y.size;
        });
    }

    void compareFiles()
    {
        const Model &a = m_side[0]->model, &b = m_side[1]->model;
        if (a.format != b.format)
            return;
        std::map<std::string, std::pair<std::int64_t, std::int64_t>> opsets;
        for (const auto& [domain, version] : a.opsets)
            opsets[domain].first = version;
        for (const auto& [domain, version] : b.opsets)
            opsets[domain].second = version;
        const auto version = [](std::int64_t number) { return number ? std::to_string(number) : std::string(); };
        for (const auto& [domain, versions] : opsets)
            if (versions.first != versions.second)
                add(Difference::Kind::Opset, Difference::noGroup, domain.empty() ? "ai.onnx" : domain, version(versions.first), version(versions.second));
        std::map<std::string, std::pair<std::string, std::string>> metadata;
        for (const auto& [key, value] : a.metadata)
            metadata[key].first = value;
        for (const auto& [key, value] : b.metadata)
            metadata[key].second = value;
        metadata["producer"] = {a.producer, b.producer};
        for (const auto& [key, values] : metadata)
            if (values.first != values.second)
                add(Difference::Kind::Metadata, Difference::noGroup, key, values.first, values.second);
    }

    const std::array<const Matcher::Side*, 2> m_side;
    const Matcher& m_matcher;
    const CompareOptions& m_options;
    std::vector<UnitGroup> m_groups;
    std::array<std::vector<Index>, 2> m_groupOf;
    Comparison m_result;
};

std::string count(std::size_t number, const char* one, const char* many)
{
    return (number == 1 ? std::string("One") : std::to_string(number)) + ' ' + (number == 1 ? one : many);
}

}  // namespace

Result<Comparison> compare(const Model& a, const Model& b, const CompareOptions& options, Progress& progress)
{
    auto graphA = ComputeGraph::reduce(a, progress), graphB = ComputeGraph::reduce(b, progress);
    if (!graphA || !graphB)
        return fail(graphA ? graphB.error() : graphA.error());
    const auto weightsA = WeightTable::build(a, *graphA, options.readWeights, progress);
    const auto weightsB = weightsA ? WeightTable::build(b, *graphB, options.readWeights, progress) : weightsA;
    if (!weightsB)
        return fail(weightsB.error());
    const Matcher::Side sideA{a, *graphA, *weightsA}, sideB{b, *graphB, *weightsB};
    Matcher matcher(sideA, sideB, options);
    if (const auto done = matcher.run(progress); !done)
        return fail(done.error());
    return Comparer(sideA, sideB, matcher, options).run(progress);
}

std::size_t Comparison::matchedGroups() const
{
    return std::size_t(std::count_if(groups.begin(), groups.end(), [](const MatchGroup& group) { return !group.a.empty() && !group.b.empty(); }));
}

bool Comparison::isDifferent() const
{
    return std::any_of(differences.begin(), differences.end(), [](const Difference& difference) { return difference.isFinding(); });
}

std::string_view name(Evidence evidence)
{
    constexpr std::array names{"pinned", "weights", "names", "operator", "position", "sizes", "boundary"};
    return names[std::size_t(evidence)];
}

std::string_view name(Difference::Kind kind)
{
    constexpr std::array names{"only-a", "only-b", "operator", "attribute", "constant", "wiring", "weight", "input", "output", "opset", "metadata"};
    return names[std::size_t(kind)];
}

std::string summary(const Comparison& comparison)
{
    std::string text = comparison.matchedGroups() == comparison.groups.size()
                           ? "All " + std::to_string(comparison.groups.size()) + " groups match."
                           : std::to_string(comparison.matchedGroups()) + " of " + std::to_string(comparison.groups.size()) + " groups match.";
    std::array<std::size_t, 11> counts{};
    const Difference* weight = nullptr;
    for (const Difference& difference : comparison.differences) {
        ++counts[std::size_t(difference.kind)];
        weight = !weight && difference.kind == Difference::Kind::Weight ? &difference : weight;
    }
    const auto of = [&](Difference::Kind kind) { return counts[std::size_t(kind)]; };
    double largest = 0;
    for (const WeightPair& pair : comparison.weights)
        largest = std::max(largest, pair.maxAbs);
    using Kind = Difference::Kind;
    if (of(Kind::Weight) == 1)
        text += " One weight differs: " + weight->what + " (by " + shortestFloat(float(largest)) + ").";
    else if (of(Kind::Weight) > 1)
        text += ' ' + std::to_string(of(Kind::Weight)) + " weights differ (by up to " + shortestFloat(float(largest)) + ").";
    else if (!comparison.weights.empty())
        text += largest == 0 ? " Weights are equal." : " Weights are equal to " + shortestFloat(float(largest)) + '.';
    if (const std::size_t changed = of(Kind::Attribute) + of(Kind::Constant))
        text += ' ' + count(changed, "attribute differs.", "attributes differ.");
    if (of(Kind::Operator))
        text += ' ' + count(of(Kind::Operator), "place computes something else.", "places compute something else.");
    if (of(Kind::Wiring))
        text += ' ' + count(of(Kind::Wiring), "node has its inputs exchanged.", "nodes have their inputs exchanged.");
    if (of(Kind::OnlyA))
        text += ' ' + count(of(Kind::OnlyA), "group is only in the first model.", "groups are only in the first model.");
    if (of(Kind::OnlyB))
        text += ' ' + count(of(Kind::OnlyB), "group is only in the second model.", "groups are only in the second model.");
    if (of(Kind::Input) + of(Kind::Output))
        text += ' ' + count(of(Kind::Input) + of(Kind::Output), "input or output differs.", "inputs or outputs differ.");
    return text;
}

}  // namespace tenscope
