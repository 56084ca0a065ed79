#include "core/onnxtools/schemafunctions.h"

#include <onnx/defs/schema.h>
#include <onnx/onnx_pb.h>

#include <exception>
#include <span>
#include <string>
#include <vector>

#include "core/formats/onnx/onnxreader.h"
#include "core/worker/blob.h"

namespace tenscope {

namespace {

onnx::TypeProto typeOf(const Type& type)
{
    onnx::TypeProto proto;
    if (type.kind == Type::Kind::Sequence && !type.arguments.empty()) {
        *proto.mutable_sequence_type()->mutable_elem_type() = typeOf(type.arguments.front());
    } else if (type.kind == Type::Kind::Optional && !type.arguments.empty()) {
        *proto.mutable_optional_type()->mutable_elem_type() = typeOf(type.arguments.front());
    } else if (type.kind == Type::Kind::Tensor) {
        proto.mutable_tensor_type()->set_elem_type(onnxDataType(type.element));
        if (type.shape) {
            proto.mutable_tensor_type()->mutable_shape();
            for (const Dimension& dimension : *type.shape) {
                auto* added = proto.mutable_tensor_type()->mutable_shape()->add_dim();
                if (dimension.isKnown())
                    added->set_dim_value(dimension.size);
            }
        }
    }
    return proto;
}

// False for what a function's body has no use for: graphs, tensors.
bool setValue(onnx::AttributeProto& proto, const AttributeValue& value)
{
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        proto.set_type(onnx::AttributeProto::INT);
        proto.set_i(*integer);
    } else if (const auto* real = std::get_if<double>(&value)) {
        proto.set_type(onnx::AttributeProto::FLOAT);
        proto.set_f(float(*real));
    } else if (const auto* text = std::get_if<std::string>(&value)) {
        proto.set_type(onnx::AttributeProto::STRING);
        proto.set_s(*text);
    } else if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&value)) {
        proto.set_type(onnx::AttributeProto::INTS);
        proto.mutable_ints()->Add(integers->begin(), integers->end());
    } else if (const auto* reals = std::get_if<std::vector<double>>(&value)) {
        proto.set_type(onnx::AttributeProto::FLOATS);
        proto.mutable_floats()->Add(reals->begin(), reals->end());
    } else {
        return false;
    }
    return true;
}

const onnx::AttributeProto* find(const onnx::NodeProto& node, const std::string& name)
{
    for (const onnx::AttributeProto& attribute : node.attribute())
        if (attribute.name() == name)
            return &attribute;
    return nullptr;
}

// Puts the values that the caller gives in the place of references to them.
template <class Nodes>
void resolve(Nodes& nodes, const onnx::NodeProto& caller)
{
    for (onnx::NodeProto& node : nodes) {
        auto& attributes = *node.mutable_attribute();
        for (int i = attributes.size() - 1; i >= 0; --i) {
            if (attributes[i].has_g())
                resolve(*attributes[i].mutable_g()->mutable_node(), caller);
            if (attributes[i].ref_attr_name().empty())
                continue;
            const onnx::AttributeProto* given = find(caller, attributes[i].ref_attr_name());
            if (!given) {
                attributes.DeleteSubrange(i, 1);
                continue;
            }
            const std::string name = attributes[i].name();
            attributes[i] = *given;
            attributes[i].set_name(name);
        }
    }
}

std::shared_ptr<const Model> modelOf(const onnx::FunctionProto& function)
{
    onnx::ModelProto proto;
    proto.set_ir_version(8);
    *proto.mutable_opset_import() = function.opset_import();
    proto.mutable_graph()->set_name("none");
    *proto.add_functions() = function;
    const std::string bytes = proto.SerializeAsString();
    BlobWriter writer;
    if (!writer.append(std::as_bytes(std::span(bytes))))
        return nullptr;
    const auto file = mapBlob(writer.take());
    if (!file)
        return nullptr;
    Progress progress;
    auto model = readOnnx(*file, progress);
    return model ? std::make_shared<const Model>(std::move(*model)) : nullptr;
}

}  // namespace

std::shared_ptr<const Model> schemaFunction(const Model& model, NodeId id, std::int64_t opset)
{
    const Node& node = model.node(id);
    const Operator& op = model.op(id);
    try {
        const onnx::OpSchema* schema = onnx::OpSchemaRegistry::Schema(op.name, int(opset), op.domain);
        if (!schema || (!schema->HasFunction() && !schema->HasContextDependentFunction()))
            return nullptr;
        onnx::NodeProto caller;
        caller.set_op_type(op.name);
        caller.set_domain(op.domain);
        std::vector<onnx::TypeProto> types;
        for (const Input& input : node.inputs()) {
            caller.add_input(input.value ? model.value(input.value).name : std::string());
            types.push_back(input.value ? typeOf(model.value(input.value).type) : onnx::TypeProto());
        }
        for (const ValueId output : node.outputs())
            caller.add_output(model.value(output).name);
        for (const Attribute& attribute : node.attributes) {
            onnx::AttributeProto proto;
            proto.set_name(attribute.name);
            if (setValue(proto, attribute.value))
                *caller.add_attribute() = proto;
        }
        for (const auto& [name, attribute] : schema->attributes())
            if (!find(caller, name) && attribute.default_value.has_name())
                *caller.add_attribute() = attribute.default_value;
        onnx::FunctionProto function;
        if (schema->HasFunction()) {
            function = *schema->GetFunction();
        } else {
            const onnx::FunctionBodyBuildContextImpl context(caller, types);
            if (!schema->BuildContextDependentFunction(context, function))
                return nullptr;
        }
        function.set_name(op.name + "_body");
        resolve(*function.mutable_node(), caller);
        function.clear_attribute();
        return modelOf(function);
    } catch (const std::exception&) {
        return nullptr;
    }
}

}  // namespace tenscope
