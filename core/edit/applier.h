#pragma once

#include <string>
#include <vector>

#include "core/edit/edit.h"

namespace tenscope {

// One function for each kind of edit; each checks first and changes then, so that a refusal changes nothing.
class Applier {
public:
    explicit Applier(Model& model) : m_model(model) {}

    Result<Edit> operator()(const RenameNode& edit);
    Result<Edit> operator()(const AddNode& edit);
    Result<Edit> operator()(const RemoveNode& edit);
    Result<Edit> operator()(const RestoreNode& edit);
    Result<Edit> operator()(const MoveNode& edit);
    Result<Edit> operator()(const SetOperator& edit);
    Result<Edit> operator()(const SetInput& edit);
    Result<Edit> operator()(const SetInputs& edit);
    Result<Edit> operator()(const AddNodeOutput& edit);
    Result<Edit> operator()(const RemoveLastNodeOutput& edit);
    Result<Edit> operator()(const RestoreNodeOutput& edit);
    Result<Edit> operator()(const SetAttribute& edit);
    Result<Edit> operator()(const RemoveAttribute& edit);
    Result<Edit> operator()(const RestoreAttribute& edit);
    Result<Edit> operator()(const AddBody& edit);
    Result<Edit> operator()(const RemoveBody& edit);
    Result<Edit> operator()(const RestoreBody& edit);

    Result<Edit> operator()(const RenameValue& edit);
    Result<Edit> operator()(const SetValueType& edit);
    Result<Edit> operator()(const RenameGraph& edit);
    Result<Edit> operator()(const AddGraphInput& edit);
    Result<Edit> operator()(const RemoveGraphInput& edit);
    Result<Edit> operator()(const RestoreGraphInput& edit);
    Result<Edit> operator()(const AddGraphOutput& edit);
    Result<Edit> operator()(const RemoveGraphOutput& edit);
    Result<Edit> operator()(const SetGraphOutput& edit);

    Result<Edit> operator()(const AddStoredTensor& edit);
    Result<Edit> operator()(const RemoveStoredTensor& edit);
    Result<Edit> operator()(const RestoreStoredTensor& edit);
    Result<Edit> operator()(const ReplaceTensor& edit);
    Result<Edit> operator()(const RenameTensor& edit);
    Result<Edit> operator()(const SetMetadata& edit);
    Result<Edit> operator()(const SetDocString& edit);
    Result<Edit> operator()(const SetModelInfo& edit);
    Result<Edit> operator()(const SetOpset& edit);

    Result<Edit> operator()(const Macro& edit);

private:
    bool has(NodeId id) const { return id && id.index() < m_model.nodeCount() && m_model.node(id).isAlive(); }
    bool has(ValueId id) const { return id && id.index() < m_model.valueCount() && m_model.value(id).isAlive(); }
    bool has(TensorId id) const { return id && id.index() < m_model.tensorCount(); }
    bool has(GraphId id) const { return id && id.index() < m_model.graphCount(); }
    bool has(ScopeId id) const { return id && id.index() < m_model.scopeCount(); }

    // Sentences why not; empty where it can be.
    std::string whyNotRead(GraphId graph, ValueId value) const;
    std::string whyNotOutput(GraphId graph, ValueId value) const;
    std::string whyNotAdd(const NewAttribute& attribute) const;
    std::string whyNotName(GraphId graph, const std::string& name) const;
    Attribute adopt(const NewAttribute& attribute);  // adds its tensors
    // Removes the value where nothing uses it any more. Whether it did.
    bool removeIfUnused(ValueId value);
    void setInputs(NodeId node, const std::vector<ValueId>& values);
    std::vector<DetachedGraph> detach(const std::vector<GraphId>& bodies);
    void attach(const std::vector<DetachedGraph>& bodies);
    // The entries of `place`, added where there are none yet; null where the place is none.
    MetadataEntries* metadata(const Place& place);
    void dropEmptyMetadata(const Place& place);

    Model& m_model;
};

// For sentences: what people know the object by.
std::string quoted(const Model& model, ValueId id);
std::string quoted(const Model& model, NodeId id);

}  // namespace tenscope
