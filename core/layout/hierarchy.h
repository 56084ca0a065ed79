#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/graph/id.h"

namespace tenscope {

class Model;
using ModuleId = Id<struct ModuleTag>;  // within one Hierarchy

// What a module holds: a node or a module, the other id is invalid.
struct ModuleMember {
    NodeId node;
    ModuleId module;
    bool operator==(const ModuleMember&) const = default;
};

// Nodes that are shown as one box until someone unfolds it.
struct Module {
    enum class Kind : std::uint8_t {
        Root,    // the graph itself
        Scope,   // a module of the network
        Repeat,  // found from structure: one of several equal stretches of nodes that follow each other
        Range,   // neighbours taken together because there are too many to look at
    };

    Kind kind = Kind::Scope;
    ModuleId parent;        // invalid: the root
    ScopeId scope;          // of Kind::Scope (and of the root, where the whole graph is in one module)
    std::string name;       // "layer1"; "features.0" where modules that hold one module only are taken together
    std::string className;  // "Bottleneck"; empty where the file does not say
    std::vector<ModuleMember> members;  // in the order of execution of their first nodes
    std::uint32_t depth = 0;            // 0: the root
    std::uint32_t nodeCount = 0;        // nodes at all levels in it, plumbing not counted
    std::uint64_t parameters = 0;       // elements of the stored tensors read in it, each tensor once
    // Equal for modules that are equal but for the values of their weights: operators, attributes, shapes and wiring.
    std::uint64_t structure = 0;
    std::uint32_t repeats = 1;  // how many modules of the same parent have this structure, itself included
    ModuleId firstEqual;        // the first of those
};

// The modules of one graph as a tree over its nodes, made for drawing: a module of one node is no module, a module
// that holds only one module is one with it, plumbing (core/graph/literal.h) is left out. A module that is called several
// times, or whose nodes are spread over the network without being connected (one activation object used everywhere), is as
// many modules as it has connected parts, where taking it as one would make flow run in circles. Where there are more
// members than people can look at, equal stretches that follow each other become modules, and then neighbours.
//
// Immutable; holds no reference to the model. Memory and time are linear in the nodes times the depth of scopes (at most 64).
class Hierarchy {
public:
    // Error::cancelled() after progress.cancel(); ErrorKind::Usage where `graph` is not one of the model's.
    static Result<Hierarchy> build(const Model& model, GraphId graph, Progress& progress);

    ModuleId root() const { return ModuleId(0); }
    std::size_t size() const { return m_modules.size(); }
    const Module& module(ModuleId id) const { return m_modules[id.index()]; }
    // Parents come before their children.
    const std::vector<Module>& modules() const { return m_modules; }

    // The innermost module that holds the node; invalid for plumbing and for nodes of other graphs.
    ModuleId moduleOf(NodeId node) const;
    // From the root (not included) to the innermost module.
    std::vector<ModuleId> path(NodeId node) const;
    std::vector<ModuleId> path(ModuleId module) const;  // the module itself included
    // The modules made of this scope, in order of execution.
    std::vector<ModuleId> modulesOf(ScopeId scope) const;

    // The modules of the same parent that are equal to it but for their weights, itself included; and all in it, itself first.
    std::vector<ModuleId> equals(ModuleId module) const;
    std::vector<ModuleId> below(ModuleId module) const;
    std::uint32_t deepest() const;  // the depth of the deepest module

    // By module: unfolded to that depth. 0: only the root is, which always is.
    std::vector<bool> expandedTo(std::uint32_t depth) const;
    // The deepest level at which at most `boxes` boxes show.
    std::vector<bool> expandedFor(std::size_t boxes) const;

private:
    friend class HierarchyBuilder;

    std::vector<Module> m_modules;
    std::unordered_map<NodeId, ModuleId> m_moduleOf;
    std::unordered_map<ScopeId, std::vector<ModuleId>> m_byScope;
};

}  // namespace tenscope
