#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/result.h"
#include "core/formats/onnx/operatortable.h"
#include "core/formats/onnx/readcontext.h"
#include "core/formats/onnx/scopenames.h"

namespace onnx {
class NodeProto;
class ValueInfoProto;
}  // namespace onnx

namespace tenscope {

// Reads graphs with all bodies inside them. A graph is walked twice: first every name that it defines becomes a value, then
// the nodes are made and wired. So the order of nodes does not matter, and cycles are read like anything else.
class GraphReader {
public:
    explicit GraphReader(OnnxReadContext& context);
    ~GraphReader();

    // Fills `graph` from a GraphProto.
    Result<void> readGraph(GraphId graph, ByteRange message);

    // A FunctionProto is added to Model::functions with all that a node which calls it must know; readFunctionNodes() reads
    // the nodes of all functions, once all are known.
    Result<void> readFunction(ByteRange message);
    Result<void> readFunctionNodes();

private:
    struct Names;
    struct Job;
    struct OpenFunction;

    Result<void> readBodies(std::vector<Job>& jobs);
    Result<void> readOne(const Job& job, std::vector<Job>& jobs);
    Result<void> readInput(GraphId graph, ByteRange message, Names& names);
    Result<void> readOutput(GraphId graph, ByteRange message, Names& names);
    Result<void> readValueInfo(ByteRange message, Names& names);
    Result<void> readInitializer(GraphId graph, const WireField& field, Names& names);
    Result<void> defineOutputs(GraphId graph, const std::vector<WireField>& nodes, Names& names);
    Result<void> readNodes(GraphId graph, const std::vector<WireField>& nodes, const std::shared_ptr<Names>& names,
                           const std::map<std::string, std::int64_t>* opsets, std::vector<Job>& jobs);
    Result<NodeId> readNode(GraphId graph, ByteRange message, Names& names, std::size_t& nextOutput,
                            const std::map<std::string, std::int64_t>* opsets);
    Result<void> addMetadata(ValueId value, const std::vector<WireField>& fields, std::uint32_t number);
    Result<void> annotate(ByteRange message, Names& names);
    ValueId define(GraphId graph, std::string_view name, Names& names, Type type = {});
    ValueId resolve(GraphId graph, std::string_view name, Names& names);
    void setConstantType(NodeId id);
    void setScope(NodeId id, const Metadata& metadata);

    OnnxReadContext& m_context;
    Model& m_model;
    OperatorTable m_operators;
    ScopeNames m_scopes;
    MessageSplitter m_nodeSplitter;
    std::vector<OpenFunction> m_functions;              // whose nodes are not read yet
    std::unique_ptr<onnx::NodeProto> m_node;            // of the message that is being read, as the next one: reused
    std::unique_ptr<onnx::ValueInfoProto> m_valueInfo;  // because making one costs more than parsing a small message
    std::vector<ValueId> m_inputs, m_outputs;           // of the node that is being read
};

}  // namespace tenscope
