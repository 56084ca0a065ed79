#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/formats/onnx/dataplan.h"
#include "core/formats/onnx/messagepatch.h"
#include "core/formats/onnx/wiremessage.h"
#include "core/graph/model.h"

namespace tenscope {

// Puts a ModelProto together from a model and the file that it was read from.
//
// What was edited is not remembered anywhere: it is what differs. The file is read once more, which gives the same objects
// under the same ids, and wherever both models say the same the file's own bytes are taken. So whoever changed the model, by
// whatever way, and whatever was undone, an unedited part is byte for byte what it was, and an edited message keeps all of
// its fields but those that differ. What the file has not is encoded from scratch.
class OnnxEncoder {
public:
    // `read` is what reading the file gives now, or null where the model came from no ONNX file. All must outlive the message
    // that encode() gives.
    OnnxEncoder(const Model& model, const Model* read, DataPlan& plan, Progress& progress);

    // The message, or a sentence (ErrorKind::Write) on what ONNX cannot say.
    Result<WireMessage> encode();

    // Graphs whose nodes were put in order, because an edit had left one before what it reads.
    std::size_t sortedGraphs() const { return m_sortedGraphs; }

private:
    using Fields = std::vector<WireField>;
    struct Statements;

    const Value* readValue(ValueId id) const { return m_read && id.index() < m_read->valueCount() ? &m_read->value(id) : nullptr; }
    const std::string& nameOf(ValueId id) const;
    void fault(std::string why);
    Fields fields(const ByteRange* original) const;

    void findChanges();
    bool isStray(ValueId id) const;
    bool isInFunction(GraphId graph) const;
    std::vector<NodeId> order(GraphId graph);

    WireMessage encodeGraph(GraphId id);
    WireMessage encodeFunction(const Function& function, const Function* read);
    void encodeNodes(MessagePatch& patch, GraphId graph, std::uint32_t number, const Fields& all);
    void encodeInitializers(MessagePatch& patch, GraphId graph, const Fields& all);
    void encodePorts(MessagePatch& patch, GraphId graph, bool isInputs, const Fields& all, Statements& statements);
    void encodeValueInfos(MessagePatch& patch, GraphId graph, std::uint32_t number, const Fields& all, Statements& statements);
    void encodeAnnotations(MessagePatch& patch, GraphId graph, const Fields& all);
    WireMessage encodeValueInfo(ValueId id, const WireField* original, Statements& statements);
    void encodeOpsets(MessagePatch& patch, std::uint32_t number, const std::map<std::string, std::int64_t>& opsets,
                      const std::map<std::string, std::int64_t>* read, const Fields& all);
    void encodeNames(MessagePatch& patch, std::uint32_t number, const std::vector<std::string_view>& names,
                     const std::vector<std::string_view>* read, const Fields& all);

    // Whether the message is the record's own bytes.
    bool isStill(const WireMessage& message, const WireField* record) const;
    // Adds it as what became of `record` (null: as a new one).
    void putMessage(MessagePatch& patch, std::uint32_t number, WireMessage&& message, const WireField* record) const;

    WireMessage encodeNode(NodeId id);
    bool isUntouched(NodeId id, const Node& node, const Node& read) const;
    void encodeAttributes(MessagePatch& patch, const Node& node, const Node* read, const Fields& all);
    WireMessage encodeAttribute(const Attribute& attribute, const Attribute* read);
    void encodePlainValue(MessagePatch& patch, const Attribute& attribute);
    template <class Id, class Encode>
    void encodeChildren(MessagePatch& patch, std::uint32_t number, const std::vector<Id>& ids, const std::vector<Id>& before,
                        bool isList, const Fields& all, Encode encode);

    // `mayLeave`: whether its data may go into another file. Runtimes look for that in stored tensors, not in attributes.
    WireMessage encodeTensor(TensorId id, const std::string& name, const ByteRange* original, bool mayLeave);
    WireMessage encodeSparse(TensorId id, const std::string& name, const ByteRange* original);
    void encodeData(MessagePatch& patch, const Tensor& tensor, DataPlan::Choice choice);
    const Tensor* readTensorOf(TensorId id) const;

    const Model& m_model;
    const Model* m_read;
    DataPlan& m_plan;
    Progress& m_progress;
    std::span<const std::byte> m_file;
    std::string m_fault;
    std::size_t m_sortedGraphs = 0;

    std::vector<bool> m_isRenamed;  // of values in the file
    // Values whose statements in value_info are to change, by graph and by their names in the file.
    std::unordered_map<GraphId, std::unordered_map<std::string_view, ValueId>> m_changed;
    std::unordered_map<GraphId, std::vector<ValueId>> m_unsaid;  // that need a statement, unless one is there
    std::unordered_set<ValueId> m_outputs;                       // of all graphs
};

}  // namespace tenscope
