#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "core/compare/computegraph.h"
#include "core/compare/operatorclass.h"
#include "core/graph/model.h"

namespace tenscope {

// Reduces a model to its units. Every value is of one of four kinds, told in one walk: what constants alone make, what sizes
// and conditions make, what stored tensors make, what the model's inputs make. Only operators on the last kind become units;
// the others work for the unit that consumes what they make, or else for the one whose result they look at.
class ComputeGraphBuilder {
public:
    ComputeGraphBuilder(const Model& model, Progress& progress) : m_model(model), m_progress(progress) {}
    Result<ComputeGraph> build();

private:
    enum class Kind : std::uint8_t { Constant, Index, Stored, Data };
    using Units = std::vector<std::uint32_t>;

    bool classify();
    void classify(GraphId graph, std::uint32_t block, int depth);
    void enterControl(NodeId id, std::uint32_t block, int depth);
    void classifyNode(NodeId id);
    void join(ValueId value, ValueId other);
    Kind kindOf(ValueId value) const { return value ? m_kinds[value.index()] : Kind::Constant; }
    Kind kindOfInput(ValueId value) const;

    bool isIdle(NodeId id) const;
    ClassRole roleOf(NodeId id) const { return m_isIdle[id.index()] ? ClassRole::Pass : m_roleOf[m_model.node(id).op.index()]; }

    void findLive();
    void makeUnits();
    void flatten(ValueId value, int depth, std::vector<ValueId>& out) const;
    const Units& sourcesOf(ValueId value);
    void connect();
    void findWeights(Unit& unit) const;
    void findConstants(Unit& unit) const;
    void findOwners();
    std::uint32_t ownerByUse(NodeId id) const;
    void finish(ComputeGraph& graph);

    const Model& m_model;
    Progress& m_progress;
    std::vector<NodeId> m_nodes;            // in the order of execution; If and Loop behind their bodies
    std::vector<std::uint32_t> m_blockOf;   // by node id
    std::vector<NodeId> m_blockOwner;       // by block; the first is the main graph's
    std::vector<std::uint32_t> m_blockParent;
    std::vector<Kind> m_kinds;              // by value id
    std::vector<std::string> m_classOf;     // by operator id
    std::vector<ClassRole> m_roleOf;        // by operator id
    std::vector<bool> m_isIdle;             // by node id: pads by nothing, slices everything
    std::vector<bool> m_isLive;             // by node id
    std::vector<std::uint32_t> m_unitOf;    // by node id: the unit that the node is the core of
    std::vector<std::uint32_t> m_ownerOf;   // by node id: the unit that any node works for
    std::unordered_map<ValueId, std::vector<ValueId>> m_aliases;  // outputs of If and Loop, inputs of bodies, lists that grow
    std::unordered_map<ValueId, NodeId> m_returnedBy;             // outputs of bodies
    std::unordered_map<ValueId, std::uint32_t> m_inputUnit;
    std::unordered_map<ValueId, Units> m_sources;
    std::vector<Unit> m_units;
    bool m_isEverythingData = false;  // nothing depends on an input: then what is computed from stored tensors counts
    bool m_hasLoop = false;
};

// Takes units together that other formats write as one operator; `units` may hold each other in any order. Gives by unit the
// one that it has become part of (itself where it stays).
std::vector<std::uint32_t> findComposites(std::vector<Unit>& units);

}  // namespace tenscope
