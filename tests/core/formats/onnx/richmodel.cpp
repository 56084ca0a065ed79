#include "tests/core/formats/onnx/richmodel.h"

using onnx::AttributeProto;
using onnx::TensorProto;

namespace {

AttributeProto* addAttribute(onnx::NodeProto* node, const std::string& name, AttributeProto::AttributeType type)
{
    AttributeProto* attribute = node->add_attribute();
    attribute->set_name(name);
    attribute->set_type(type);
    return attribute;
}

void addConstants(onnx::GraphProto& graph)
{
    onnx::NodeProto* node = addNode(graph, "Everything", {"x"}, {"everything"}, "everything");
    node->set_domain("my.domain");
    node->set_doc_string("a node of another domain");
    addAttribute(node, "float", AttributeProto::FLOAT)->set_f(0.1f);
    addAttribute(node, "int", AttributeProto::INT)->set_i(-7);
    addAttribute(node, "string", AttributeProto::STRING)->set_s("text");
    *addAttribute(node, "tensor", AttributeProto::TENSOR)->mutable_t() = floatTensor("t", {2}, {1, 2});
    AttributeProto* floats = addAttribute(node, "floats", AttributeProto::FLOATS);
    floats->add_floats(0.5f);
    floats->add_floats(1.5f);
    AttributeProto* ints = addAttribute(node, "ints", AttributeProto::INTS);
    ints->add_ints(1);
    ints->add_ints(-2);
    AttributeProto* strings = addAttribute(node, "strings", AttributeProto::STRINGS);
    strings->add_strings("a");
    strings->add_strings(std::string("b\0c", 3));
    AttributeProto* tensors = addAttribute(node, "tensors", AttributeProto::TENSORS);
    *tensors->add_tensors() = floatTensor("t0", {1}, {3});
    *tensors->add_tensors() = floatTensor("t1", {1}, {4});
    AttributeProto* type = addAttribute(node, "type", AttributeProto::TYPE_PROTO);
    *type->mutable_tp() = valueInfo("", TensorProto::INT64, {3}).type();
    addAttribute(node, "nothing", AttributeProto::UNDEFINED);
    node->add_attribute()->set_name("untyped");  // as before IR version 2
    node->mutable_attribute(node->attribute_size() - 1)->set_i(5);
    addField(*node, 100, "a field of the future");
    addField(*node, 9, stringEntry("namespace", ": pkg.Net/block: pkg.Block/block.2: pkg.Layer/everything: my.op"));
    addField(*node, 9, stringEntry("note", "kept"));
}

void addSubgraphs(onnx::GraphProto& graph)
{
    onnx::NodeProto* loop = addNode(graph, "Loop", {"trips", "", "x"}, {"looped"}, "/encoder/layer/layer.0/Loop");
    onnx::GraphProto* body = addAttribute(loop, "body", AttributeProto::GRAPH)->mutable_g();
    body->set_name("body");
    *body->add_input() = valueInfo("i", TensorProto::INT64, {});
    *body->add_input() = valueInfo("c", TensorProto::BOOL, {});
    *body->add_input() = valueInfo("state", TensorProto::FLOAT, {2});
    *body->add_initializer() = floatTensor("inner", {2}, {1, 1});
    onnx::NodeProto* choice = addNode(*body, "If", {"c"}, {"next"}, "choice");
    onnx::GraphProto* then = addAttribute(choice, "then_branch", AttributeProto::GRAPH)->mutable_g();
    addNode(*then, "Add", {"state", "w"}, {"sum"}, "add");  // from the body around it, and from the model's graph
    *then->add_output() = valueInfo("sum", TensorProto::FLOAT, {2});
    onnx::GraphProto* otherwise = addAttribute(choice, "else_branch", AttributeProto::GRAPH)->mutable_g();
    addNode(*otherwise, "Mul", {"inner", "late"}, {"product"}, "mul");  // "late" is made behind the Loop
    *otherwise->add_output() = valueInfo("product", TensorProto::FLOAT, {2});
    addNode(*body, "Identity", {"c"}, {"again"});
    *body->add_output() = valueInfo("again", TensorProto::BOOL, {});
    *body->add_output() = valueInfo("next", TensorProto::FLOAT, {2});
}

void addFunction(onnx::ModelProto& model)
{
    onnx::FunctionProto* function = model.add_functions();
    function->set_name("Scale");
    function->set_domain("my.functions");
    function->add_input("X");
    function->add_output("Y");
    function->add_attribute("factor");
    function->set_doc_string("X times factor");
    onnx::OperatorSetIdProto* opset = function->add_opset_import();
    opset->set_version(17);
    onnx::NodeProto* constant = function->add_node();
    constant->set_op_type("Constant");
    constant->add_output("F");
    AttributeProto* value = addAttribute(constant, "value_float", AttributeProto::FLOAT);
    value->set_ref_attr_name("factor");
    onnx::NodeProto* mul = function->add_node();
    mul->set_op_type("Mul");
    mul->add_input("X");
    mul->add_input("F");
    mul->add_output("Y");
    AttributeProto preset;
    preset.set_name("bias");
    preset.set_type(AttributeProto::FLOAT);
    preset.set_f(0.25f);
    addField(*function, 11, preset.SerializeAsString());
    addField(*function, 13, "by_float");
}

}  // namespace

void addField(google::protobuf::Message& message, int number, const std::string& bytes)
{
    message.GetReflection()->MutableUnknownFields(&message)->AddLengthDelimited(number, bytes);
}

std::string stringEntry(const std::string& key, const std::string& value)
{
    onnx::StringStringEntryProto entry;
    entry.set_key(key);
    entry.set_value(value);
    return entry.SerializeAsString();
}

TensorProto floatTensor(const std::string& name, const std::vector<std::int64_t>& dims,
                        const std::vector<float>& values)
{
    TensorProto tensor;
    tensor.set_name(name);
    tensor.set_data_type(TensorProto::FLOAT);
    tensor.mutable_dims()->Add(dims.begin(), dims.end());
    tensor.set_raw_data(values.data(), values.size() * sizeof(float));
    return tensor;
}

onnx::ValueInfoProto valueInfo(const std::string& name, int element, const std::vector<std::int64_t>& dims)
{
    onnx::ValueInfoProto info;
    info.set_name(name);
    info.mutable_type()->mutable_tensor_type()->set_elem_type(element);
    info.mutable_type()->mutable_tensor_type()->mutable_shape();
    for (const std::int64_t dim : dims)
        info.mutable_type()->mutable_tensor_type()->mutable_shape()->add_dim()->set_dim_value(dim);
    return info;
}

onnx::NodeProto* addNode(onnx::GraphProto& graph, const std::string& op, const std::vector<std::string>& inputs,
                         const std::vector<std::string>& outputs, const std::string& name)
{
    onnx::NodeProto* node = graph.add_node();
    node->set_op_type(op);
    node->set_name(name);
    for (const std::string& input : inputs)
        node->add_input(input);
    for (const std::string& output : outputs)
        node->add_output(output);
    return node;
}

onnx::ModelProto richModel()
{
    onnx::ModelProto model;
    model.set_ir_version(10);
    model.set_producer_name("maker");
    model.set_producer_version("1.2");
    model.set_domain("org.example");
    model.set_model_version(3);
    model.set_doc_string("everything at once");
    const std::pair<const char*, int> opsets[] = {{"", 17}, {"ai.onnx.ml", 3}, {"my.domain", 1}, {"my.functions", 1}};
    for (const auto& [domain, version] : opsets) {
        onnx::OperatorSetIdProto* opset = model.add_opset_import();
        opset->set_domain(domain);
        opset->set_version(version);
    }
    onnx::StringStringEntryProto* property = model.add_metadata_props();
    property->set_key("author");
    property->set_value("nobody");
    model.add_training_info();
    addField(model, 200, "a field of the future");

    onnx::GraphProto& graph = *model.mutable_graph();
    graph.set_name("main");
    graph.set_doc_string("the graph");
    addField(graph, 16, stringEntry("graph note", "kept"));
    onnx::ValueInfoProto x = valueInfo("x", TensorProto::FLOAT, {2});
    x.mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim(0)->set_dim_param("N");
    addField(x, 4, stringEntry("value note", "kept"));
    *graph.add_input() = x;
    *graph.add_input() = valueInfo("trips", TensorProto::INT64, {});
    *graph.add_input() = valueInfo("w", TensorProto::FLOAT, {2});  // an input with a default

    TensorProto w = floatTensor("w", {2}, {0.5f, -1});
    w.set_doc_string("a weight");
    addField(w, 16, stringEntry("tensor note", "kept"));
    *graph.add_initializer() = w;
    TensorProto external = floatTensor("external", {3}, {});
    external.clear_raw_data();
    external.set_data_location(TensorProto::EXTERNAL);
    const std::pair<const char*, const char*> places[] = {
        {"location", "weights.bin"}, {"offset", "4"}, {"length", "12"}};
    for (const auto& [key, value] : places) {
        onnx::StringStringEntryProto* entry = external.add_external_data();
        entry->set_key(key);
        entry->set_value(value);
    }
    *graph.add_initializer() = external;
    *graph.add_initializer() = floatTensor("scale", {1}, {0.125f});
    TensorProto zero;
    zero.set_name("zero");
    zero.set_data_type(TensorProto::UINT8);
    zero.add_dims(1);
    zero.add_int32_data(128);
    *graph.add_initializer() = zero;
    onnx::SparseTensorProto* sparse = graph.add_sparse_initializer();
    *sparse->mutable_values() = floatTensor("sparse", {2}, {7, 8});
    TensorProto* indices = sparse->mutable_indices();
    indices->set_data_type(TensorProto::INT64);
    indices->add_dims(2);
    indices->add_int64_data(1);
    indices->add_int64_data(5);
    sparse->add_dims(2);
    sparse->add_dims(3);

    onnx::TensorAnnotation* annotation = graph.add_quantization_annotation();
    annotation->set_tensor_name("late");
    const std::pair<const char*, const char*> parameters[] = {{"SCALE_TENSOR", "scale"}, {"ZERO_POINT_TENSOR", "zero"}};
    for (const auto& [key, value] : parameters) {
        onnx::StringStringEntryProto* entry = annotation->add_quant_parameter_tensor_names();
        entry->set_key(key);
        entry->set_value(value);
    }
    *graph.add_value_info() = valueInfo("late", TensorProto::FLOAT, {2});

    addConstants(graph);
    addSubgraphs(graph);
    addNode(graph, "Relu", {"x"}, {"late"}, "/encoder/layer/layer.1/act/Relu");
    onnx::NodeProto* call = addNode(graph, "Scale", {"late"}, {"scaled"}, "call");
    call->set_domain("my.functions");
    addField(*call, 8, "by_float");
    addAttribute(call, "factor", AttributeProto::FLOAT)->set_f(2);
    addNode(graph, "Clip", {"scaled", "", "w"}, {"y", ""}, "Clip_3");
    *graph.add_output() = valueInfo("y", TensorProto::FLOAT, {2});
    *graph.add_output() = valueInfo("looped", TensorProto::FLOAT, {2});
    addFunction(model);
    return model;
}
