#include "tests/ui/panels/samplemodel.h"

#include <cstring>
#include <random>

namespace tenscope::samples {

namespace {

OperatorId op(Model& model, std::string name, std::vector<std::string> inputs, std::vector<std::string> outputs)
{
    Operator result;
    result.name = std::move(name);
    result.inputNames = std::move(inputs);
    result.outputNames = std::move(outputs);
    return model.addOperator(result);
}

ValueId stored(Model& model, Tensor tensor)
{
    const std::string name = tensor.name;
    return model.addStoredValue(model.mainGraph, name, model.addTensor(std::move(tensor)));
}

}  // namespace

Tensor floatTensor(std::string name, std::vector<std::int64_t> shape, const std::vector<float>& values)
{
    Tensor tensor;
    tensor.name = std::move(name);
    tensor.element = ElementType::Float32;
    tensor.shape = std::move(shape);
    auto bytes = std::make_shared<std::vector<std::byte>>(values.size() * sizeof(float));
    std::memcpy(bytes->data(), values.data(), bytes->size());
    tensor.data = OwnedBytes{std::move(bytes)};
    return tensor;
}

Tensor randomTensor(std::string name, std::vector<std::int64_t> shape, unsigned seed)
{
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0, 0.05f);
    std::size_t elements = 1;
    for (const std::int64_t size : shape)
        elements *= std::size_t(size);
    std::vector<float> values(elements);
    for (float& value : values)
        value = normal(random);
    return floatTensor(std::move(name), std::move(shape), values);
}

Sample convolutions()
{
    Sample sample;
    sample.model = std::make_shared<Model>();
    Model& model = *sample.model;
    model.format = Format::Onnx;
    model.producer = "by hand";
    model.irVersion = 8;
    model.opsets[""] = 14;
    const GraphId main = model.mainGraph = model.addGraph("main");
    const OperatorId conv = op(model, "Conv", {"X", "W", "B"}, {"Y"});
    const OperatorId relu = op(model, "Relu", {"X"}, {"Y"});
    const OperatorId ifOp = op(model, "If", {"cond"}, {"outputs"});
    const ScopeId stem = model.addScope({}, "stem");
    const ScopeId layer = model.addScope({}, "layer");
    model.scope(layer).className = "Sequential";
    const ScopeId blocks[] = {model.addScope(layer, "0"), model.addScope(layer, "1")};

    Type type = Type::tensor(ElementType::Float32);
    type.shape = Shape{{-1, "N"}, {3, ""}, {8, ""}, {8, ""}};
    sample.input = model.addValue(main, "x", type);
    model.graph(main).inputs.push_back(sample.input);
    const auto result = [&](const char* name) {
        return model.addValue(main, name, Type::tensor(ElementType::Float32, std::vector<std::int64_t>{1, 4, 8, 8}));
    };
    const auto add = [&](OperatorId kind, const char* name, ScopeId scope, std::vector<ValueId> inputs, ValueId output) {
        const NodeId node = model.addNode(main, kind, inputs, std::vector<ValueId>{output});
        model.node(node).name = name;
        model.node(node).scope = scope;
        return node;
    };

    const ValueId weight = stored(model, randomTensor("stem.weight", {4, 3, 3, 3}, 1));
    const ValueId bias = stored(model, randomTensor("stem.bias", {4}, 2));
    const ValueId shared = stored(model, randomTensor("layer.weight", {4, 4, 3, 3}, 3));
    sample.stemWeight = model.value(weight).tensor;
    sample.stemBias = model.value(bias).tensor;
    sample.shared = model.value(shared).tensor;
    const ValueId a = result("a"), b = result("b"), c = result("c"), d = result("d"), e = result("e");
    sample.stemConv = add(conv, "/stem/Conv", stem, {sample.input, weight, bias}, a);
    model.node(sample.stemConv).attributes.push_back({"kernel_shape", std::vector<std::int64_t>{3, 3}, false, {}});
    model.node(sample.stemConv).attributes.push_back({"pads", std::vector<std::int64_t>{1, 1, 1, 1}, false, {}});
    sample.stemRelu = add(relu, "/stem/Relu", stem, {a}, b);
    sample.firstConv = add(conv, "/layer/layer.0/Conv", blocks[0], {b, shared}, c);
    sample.firstRelu = add(relu, "/layer/layer.0/Relu", blocks[0], {c}, d);
    sample.secondConv = add(conv, "/layer/layer.1/Conv", blocks[1], {d, shared}, e);

    sample.output = result("y");
    const ValueId condition = model.addValue(main, "condition", Type::tensor(ElementType::Bool, std::vector<std::int64_t>{}));
    model.graph(main).inputs.push_back(condition);
    sample.branch = add(ifOp, "/If", {}, {condition}, sample.output);
    for (const char* role : {"then_branch", "else_branch"}) {
        const GraphId body = model.addGraph(role, sample.branch, role);
        const ValueId made = model.addValue(body, std::string(role) + "_y");
        const NodeId node = model.addNode(body, relu, std::vector<ValueId>{e}, std::vector<ValueId>{made});
        model.node(node).name = std::string("/If/") + role;
        model.graph(body).outputs.push_back(made);
        model.node(sample.branch).attributes.push_back({role, body, false, {}});
        if (!sample.thenNode)
            sample.thenNode = node;
    }
    model.graph(main).outputs.push_back(sample.output);
    return sample;
}

std::shared_ptr<Model> chain(std::size_t nodes, std::size_t modules)
{
    auto model = std::make_shared<Model>();
    model->opsets[""] = 14;
    const GraphId main = model->mainGraph = model->addGraph("main");
    const OperatorId relu = op(*model, "Relu", {"X"}, {"Y"});
    ValueId last = model->addValue(main, "x");
    model->graph(main).inputs.push_back(last);
    for (std::size_t i = 0; i < nodes; ++i) {
        const ValueId next = model->addValue(main, "v" + std::to_string(i));
        const NodeId node = model->addNode(main, relu, std::vector<ValueId>{last}, std::vector<ValueId>{next});
        model->node(node).name = "relu" + std::to_string(i);
        if (modules)
            model->node(node).scope = model->addScope({}, "block" + std::to_string(i * modules / nodes));
        last = next;
    }
    model->graph(main).outputs.push_back(last);
    return model;
}

}  // namespace tenscope::samples
