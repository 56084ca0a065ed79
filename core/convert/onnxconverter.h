#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/convert/atenemitter.h"
#include "core/convert/lowering.h"
#include "core/convert/onnxtoaten.h"

namespace tenscope {

// What is known while the main graph, or one call of a function, is converted: bodies inside share it.
struct ConversionFrame {
    const Model* model = nullptr;  // where the graph is: the file's model, or that of a schema's function
    const std::map<std::string, std::int64_t>* opsets = nullptr;
    std::unordered_map<ValueId, Term> terms;
    std::unordered_map<ValueId, Type> types;
    // What the caller gives for the function's attributes, with the model in which graphs and tensors are looked up.
    struct Binding {
        Attribute attribute;
        const Model* model = nullptr;
    };
    std::vector<Binding> bindings;
    std::unordered_map<TensorId, TensorId> tensors;  // already taken over
};

// Walks an ONNX model and has each node written by its rule, its function, or the body its schema gives.
class OnnxConverter {
public:
    OnnxConverter(const Model& onnx, const SchemaFunctions& schemaFunctions, Progress& progress);

    Result<AtenModel> convert();

    // --- For Lowering.
    AtenEmitter& emitter() { return m_emitter; }
    Term term(ConversionFrame& frame, ValueId value);       // throws Unsupported
    Type type(const ConversionFrame& frame, ValueId value) const;
    Term stored(ConversionFrame& frame, const Model& model, TensorId tensor);
    void convertNodes(ConversionFrame& frame, GraphId graph);
    // The term of `wanted` written once more, with other terms for some values that the nodes before `end` use.
    Term recomputed(ConversionFrame& frame, NodeId end, const std::vector<std::pair<ValueId, Term>>& given, ValueId wanted);
    const Model& target() const { return m_result.model; }

private:
    void convertNode(ConversionFrame& frame, NodeId node);
    bool lower(ConversionFrame& frame, NodeId node, std::int64_t opset, std::string* why);
    void call(ConversionFrame& frame, NodeId node, const Model& model, const Function& function);
    void keepUnconverted(ConversionFrame& frame, NodeId node, const std::string& why);
    void completeTypes(ConversionFrame& frame, NodeId node, std::int64_t opset);
    void nameOutputs(const ConversionFrame& frame, NodeId node);
    void addInputs(ConversionFrame& frame);
    void addStored(ConversionFrame& frame, GraphId graph);
    void undo(GraphId graph, NodeId last);

    const Model& m_onnx;
    const SchemaFunctions& m_schemaFunctions;
    Progress& m_progress;
    AtenModel m_result;
    AtenEmitter m_emitter;
    NodeId m_source;  // the node of the file's model that is being written
    int m_depth = 0;  // of function calls
    std::size_t m_count = 0;
};

}  // namespace tenscope
