#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/base/copyonwrite.h"
#include "core/base/mappedfile.h"
#include "core/graph/arena.h"
#include "core/graph/graph.h"
#include "core/graph/issue.h"
#include "core/graph/node.h"
#include "core/graph/operator.h"
#include "core/graph/scope.h"
#include "core/graph/tensor.h"
#include "core/graph/value.h"

namespace tenscope {

// A function that nodes call by its domain, name and overload (ONNX), or a method beside forward (TorchScript, domain "").
struct Function {
    std::string domain;
    std::string name;
    std::string overload;
    GraphId graph;
    std::vector<std::string> attributeNames;    // parameters without a default
    std::vector<Attribute> attributeDefaults;
    std::map<std::string, std::int64_t> opsets;
    ByteRange origin;
};

enum class Format { Onnx, TorchScript, TorchScriptMobile, Pt2, StateDict, SafeTensors };
// As `tenscope info` prints it: "onnx", "torchscript", "torchscript-mobile", "pt2", "state-dict", "safetensors".
std::string_view name(Format format);

// A neural network, whatever file it came from: graphs of nodes and values, stored tensors, modules, issues.
//
// The objects live in arenas that the model owns, and are named by ids that are unique in the whole model, across
// subgraphs. Removed objects keep their slot, so that undo brings them back under the same id.
//
// Invariants, asserted in debug builds and checked in full by isConsistent():
//  - every input of a living node is an invalid id or a living value, which lists that input in uses() exactly once;
//  - every output of a living node is a living value of the node's graph, whose producer() is that node;
//  - a value has a producer, or is an input or an initializer of its graph, or is a captured name nothing defines;
//  - a graph's list holds its living nodes, each once.
// That values are defined before they are used, and names are unique, is not an invariant but a check (core/analysis):
// files break both, and people want to see such files.
//
// Adding, removing and rewiring a node cost O(its inputs and outputs), whatever the fan-out of the values it touches.
// Copyable as a value, at the cost of a counter for every 64 objects: copies share mapped files, owned bytes, and all objects
// that neither of them changes. Access through a Model that is not const is access to change, and makes the object its own.
class Model {
public:
    // What the file says of itself.
    Format format = Format::Onnx;
    std::string producer;  // "pytorch 2.6.0"
    std::int64_t irVersion = 0;
    std::map<std::string, std::int64_t> opsets;  // domain ("" is ai.onnx) → version
    std::string domain;
    std::int64_t modelVersion = 0;
    std::string docString;
    std::vector<std::pair<std::string, std::string>> metadata;
    std::vector<std::shared_ptr<const MappedFile>> files;  // the model's own first, then those with its external data
    std::vector<Issue> issues;                             // found while reading
    std::vector<Function> functions;
    CopyOnWrite<std::map<NodeId, std::string>> nodeDocStrings;
    CopyOnWrite<std::unordered_map<ValueId, Quantization>> valueQuantization;  // quantization annotations
    CopyOnWrite<std::map<NodeId, std::vector<std::pair<std::string, std::string>>>> nodeMetadata;
    CopyOnWrite<std::unordered_map<ValueId, std::vector<std::pair<std::string, std::string>>>> valueMetadata;

    // The graph that runs when the model runs. Valid unless the file holds tensors only.
    GraphId mainGraph;

    GraphId addGraph(std::string name, NodeId owner = {}, std::string role = {});
    // The operator of that domain, name and overload; added with its schema names where it is new.
    OperatorId addOperator(const Operator& op);
    // The module of that name inside `parent`; added where it is new.
    ScopeId addScope(ScopeId parent, std::string_view name);
    TensorId addTensor(Tensor tensor);
    ValueId addValue(GraphId graph, std::string name, Type type = {});
    // A value of `graph` that holds stored data; also listed in the graph's initializers.
    ValueId addStoredValue(GraphId graph, std::string name, TensorId tensor);

    // Makes a node before `before` (invalid: at the end). The outputs must be values of `graph` without a producer.
    NodeId addNode(GraphId graph, OperatorId op, std::span<const ValueId> inputs, std::span<const ValueId> outputs,
                   NodeId before = {});
    // Takes the node out of its graph and of its inputs' uses. Its outputs lose their producer; they stay, for whoever
    // still uses them, until removeValue(). The node keeps its wiring for restoreNode().
    void removeNode(NodeId id);
    void restoreNode(NodeId id, NodeId before = {});
    void moveNode(NodeId id, NodeId before);

    void setInput(NodeId id, std::uint32_t input, ValueId value);
    void appendInput(NodeId id, ValueId value);
    void removeLastInput(NodeId id);
    void appendOutput(NodeId id, ValueId value);
    // The value stays, without a producer, until removeValue().
    void removeLastOutput(NodeId id);

    // Asserts that nothing uses or produces it.
    void removeValue(ValueId id);
    void restoreValue(ValueId id);

    // How full the arenas are. shrinkTo() drops the objects added since, which nothing may use any more (removed nodes and
    // values, graphs without nodes): an edit that fails half way leaves no trace, and the next ids are the same again.
    struct Mark {
        std::size_t graphs = 0, nodes = 0, values = 0, tensors = 0;
        bool operator==(const Mark&) const = default;
    };
    Mark mark() const { return {m_graphs.size(), m_nodes.size(), m_values.size(), m_tensors.size()}; }
    void shrinkTo(const Mark& mark);

    const Graph& graph(GraphId id) const { return m_graphs[id.index()]; }
    const Node& node(NodeId id) const { return m_nodes[id.index()]; }
    const Value& value(ValueId id) const { return m_values[id.index()]; }
    const Tensor& tensor(TensorId id) const { return m_tensors[id.index()]; }
    const Scope& scope(ScopeId id) const { return m_scopes[id.index()]; }
    const Operator& op(OperatorId id) const { return m_operators[id.index()]; }
    const Operator& op(NodeId id) const { return op(node(id).op); }
    Graph& graph(GraphId id) { return m_graphs[id.index()]; }
    Node& node(NodeId id) { return m_nodes[id.index()]; }
    Value& value(ValueId id) { return m_values[id.index()]; }
    Tensor& tensor(TensorId id) { return m_tensors[id.index()]; }
    Scope& scope(ScopeId id) { return m_scopes[id.index()]; }
    Operator& op(OperatorId id) { return m_operators[id.index()]; }

    // Arena sizes: ids run from 0 to one less. Removed nodes and values are among them (isAlive()).
    std::size_t graphCount() const { return m_graphs.size(); }
    std::size_t nodeCount() const { return m_nodes.size(); }
    std::size_t valueCount() const { return m_values.size(); }
    std::size_t tensorCount() const { return m_tensors.size(); }
    std::size_t scopeCount() const { return m_scopes.size(); }
    std::size_t operatorCount() const { return m_operators.size(); }
    std::size_t livingNodeCount() const;  // subgraphs and functions included; O(graphs)

    // The nodes of one graph in order: for (NodeId id : model.nodes(graph)). Do not change the list meanwhile.
    class NodeRange;
    NodeRange nodes(GraphId graph) const;

    // "layer1.0.conv1"; "" for an invalid id.
    std::string path(ScopeId id) const;
    // The function that this operator calls; null where it is not one of the model's functions.
    const Function* function(const Operator& op) const;
    // The bodies of a node, in the order of its attributes.
    std::vector<GraphId> bodies(NodeId id) const;

    // Holds all invariants against each other, O(model). `why` (optional) says what is broken.
    bool isConsistent(std::string* why = nullptr) const;

private:
    void link(NodeId id, NodeId before);
    void unlink(NodeId id);
    void addUse(NodeId id, std::uint32_t input);
    void dropUse(NodeId id, std::uint32_t input);

    Arena<Graph> m_graphs;
    Arena<Node> m_nodes;
    Arena<Value> m_values;
    Arena<Tensor> m_tensors;
    Arena<Scope> m_scopes;
    Arena<Operator> m_operators;
    CopyOnWrite<std::unordered_map<std::string, OperatorId>> m_operatorIndex;  // by "domain\0name\0overload"
    CopyOnWrite<std::unordered_map<std::string, ScopeId>> m_scopeIndex;        // by "parent\0name"
};

class Model::NodeRange {
public:
    class Iterator {
    public:
        Iterator(const Model* model, NodeId id) : m_model(model), m_id(id) {}
        NodeId operator*() const { return m_id; }
        Iterator& operator++()
        {
            m_id = m_model->node(m_id).next();
            return *this;
        }
        bool operator==(const Iterator& other) const { return m_id == other.m_id; }

    private:
        const Model* m_model;
        NodeId m_id;
    };

    NodeRange(const Model* model, NodeId first) : m_model(model), m_first(first) {}
    Iterator begin() const { return {m_model, m_first}; }
    Iterator end() const { return {m_model, NodeId()}; }

private:
    const Model* m_model;
    NodeId m_first;
};

inline Model::NodeRange Model::nodes(GraphId id) const
{
    return {this, graph(id).first()};
}

}  // namespace tenscope
