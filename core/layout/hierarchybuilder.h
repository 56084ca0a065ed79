#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/graph/model.h"
#include "core/layout/hierarchy.h"

namespace tenscope {

// Makes a Hierarchy in two passes: downward it splits the nodes by their scopes, upward it tells what is equal and finds
// groups where there are none. Works on indices of the graph's nodes in order of execution.
class HierarchyBuilder {
public:
    HierarchyBuilder(const Model& model, GraphId graph, Progress& progress) : m_model(model), m_graph(graph), m_progress(progress) {}

    Result<Hierarchy> build();

private:
    static constexpr std::uint32_t none = 0xffffffffu;

    // A member while the tree is made: a node, or nodes that are one module.
    struct Part {
        std::vector<std::uint32_t> nodes;
        ScopeId scope;  // invalid: a single node of the module itself
    };

    void readNodes();
    void readScopePaths();
    ScopeId scopeAt(std::uint32_t node, std::size_t depth) const;

    void split(std::uint32_t module);
    std::vector<Part> partsByScope(std::uint32_t module) const;
    void cutCircles(std::uint32_t module, std::vector<Part>& parts);
    std::uint32_t addModule(Module::Kind kind, std::uint32_t parent, std::vector<std::uint32_t> nodes);

    void summarize(std::uint32_t module);
    void group(std::uint32_t module);
    std::vector<std::uint32_t> crossingValues(std::uint32_t module) const;
    void wrapNeighbours(std::uint32_t module, std::size_t length);
    void wrap(std::uint32_t module, const std::vector<std::pair<std::size_t, std::size_t>>& stretches, Module::Kind kind);
    void markMembers(std::uint32_t module);
    std::uint64_t nodeToken(std::uint32_t node) const;
    std::uint64_t memberToken(const ModuleMember& member) const;
    std::string memberName(const ModuleMember& member, bool isFirst) const;
    void countParameters();
    void finish();

    const Model& m_model;
    GraphId m_graph;
    Progress& m_progress;
    Hierarchy m_hierarchy;

    std::vector<NodeId> m_nodes;
    std::vector<std::uint32_t> m_indexOf;                 // by NodeId
    std::vector<std::uint32_t> m_producers, m_producerStart;  // of each node: the nodes it reads from, in order of inputs
    std::vector<TensorId> m_tensors;                      // stored tensors read, by node
    std::vector<std::uint32_t> m_tensorStart;
    std::vector<std::vector<ScopeId>> m_scopePaths;       // by ScopeId, outermost first
    std::vector<std::uint64_t> m_operatorTokens;          // by OperatorId

    // By module.
    std::vector<std::vector<std::uint32_t>> m_nodesOf;
    std::vector<std::size_t> m_scopeDepth;  // how many scopes of its nodes' paths lead to it
    // By node: its member in the module at hand.
    std::vector<std::uint32_t> m_member;
    std::vector<std::uint32_t> m_innermost;  // module
};

}  // namespace tenscope
