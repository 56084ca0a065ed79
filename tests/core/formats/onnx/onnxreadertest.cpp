#include "core/formats/onnx/onnxreader.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <onnx/onnx_pb.h>

#include <cstring>
#include <fstream>

#include "core/graph/literal.h"
#include "core/graph/text.h"
#include "tests/core/formats/onnx/richmodel.h"

using namespace tenscope;

class OnnxReaderTest : public QObject {
    Q_OBJECT
private slots:
    void init();
    void theModelItself();
    void inputsOutputsAndInitializers();
    void attributes();
    void bodiesSeeWhatIsAroundThem();
    void functions();
    void scopes();
    void metadataOfEverything();
    void quantizationAnnotations();
    void trainingIsTold();
    void originsAreWholeMessages();
    void largeTensorsAreNotCopied();
    void whatIsWrongWithTheModelIsRead();
    void severalGraphs();
    void operatorsOfTheFutureAreTold();
    void deepNestingOpens();
    void hostileNestingFails();
    void everyTruncationFailsCleanly();
    void aFileWithoutGraphFails();
    void cancel();

private:
    Result<Model> readBytes(const std::string& bytes);
    Model readWell(const onnx::ModelProto& proto);
    static NodeId find(const Model& model, const std::string& name);
    static ValueId findValue(const Model& model, GraphId graph, const std::string& name);

    std::unique_ptr<QTemporaryDir> m_folder;
    Progress m_progress;
};

namespace {

template <class Number>
std::vector<Number> numbers(const Tensor& tensor)
{
    const auto bytes = tensor.bytes();
    if (!bytes)
        return {};
    std::vector<Number> result(bytes->size() / sizeof(Number));
    std::memcpy(result.data(), bytes->data(), result.size() * sizeof(Number));
    return result;
}

std::string varint(std::size_t number)
{
    std::string bytes;
    for (; number >= 0x80; number >>= 7)
        bytes += char((number & 0x7f) | 0x80);
    return bytes + char(number);
}

std::string inField(char tag, const std::string& message)
{
    return tag + varint(message.size()) + message;
}

// Messages in messages, the fields of these tags in turn, `times` times over. From the innermost outwards and backwards,
// so that it is done in no time.
std::string wrapped(const std::vector<char>& tags, int times)
{
    std::string reversed;
    for (int i = 0; i < times; ++i) {
        for (auto tag = tags.rbegin(); tag != tags.rend(); ++tag) {
            const std::string length = varint(reversed.size());
            reversed.append(length.rbegin(), length.rend());
            reversed += *tag;
        }
    }
    return {reversed.rbegin(), reversed.rend()};
}

std::string nested(int depth)
{
    onnx::GraphProto graph;
    addNode(graph, "Relu", {"x"}, {"y"});
    for (int i = 1; i < depth; ++i) {
        onnx::GraphProto outer;
        onnx::AttributeProto* body = addNode(outer, "If", {"x"}, {"y"})->add_attribute();
        body->set_name("then_branch");
        body->set_type(onnx::AttributeProto::GRAPH);
        body->mutable_g()->Swap(&graph);
        graph.Swap(&outer);
    }
    onnx::ModelProto model;
    model.set_ir_version(8);
    model.mutable_graph()->Swap(&graph);
    return model.SerializeAsString();
}

}  // namespace

void OnnxReaderTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    std::ofstream weights(m_folder->filePath("weights.bin").toStdString(), std::ios::binary);
    const float values[] = {9, 1, 2, 3};
    weights.write(reinterpret_cast<const char*>(values), sizeof values);
}

Result<Model> OnnxReaderTest::readBytes(const std::string& bytes)
{
    const std::string path = m_folder->filePath("model.onnx").toStdString();
    std::ofstream(path, std::ios::binary) << bytes;
    const auto file = MappedFile::open(path);
    return readOnnx(*file, m_progress);
}

Model OnnxReaderTest::readWell(const onnx::ModelProto& proto)
{
    Result<Model> model = readBytes(proto.SerializeAsString());
    if (!model)
        qFatal("%s", model.error().message.c_str());
    std::string why;
    if (!model->isConsistent(&why))
        qFatal("%s", why.c_str());
    return std::move(*model);
}

NodeId OnnxReaderTest::find(const Model& model, const std::string& name)
{
    for (std::size_t i = 0; i < model.nodeCount(); ++i)
        if (model.node(NodeId(i)).name == name)
            return NodeId(i);
    return {};
}

ValueId OnnxReaderTest::findValue(const Model& model, GraphId graph, const std::string& name)
{
    for (std::size_t i = 0; i < model.valueCount(); ++i)
        if (model.value(ValueId(i)).name == name && model.value(ValueId(i)).graph == graph)
            return ValueId(i);
    return {};
}

void OnnxReaderTest::theModelItself()
{
    const Model model = readWell(richModel());
    QCOMPARE(model.format, Format::Onnx);
    QCOMPARE(model.producer, std::string("maker 1.2"));
    QCOMPARE(model.irVersion, 10);
    QCOMPARE(model.domain, std::string("org.example"));
    QCOMPARE(model.modelVersion, 3);
    QCOMPARE(model.docString, std::string("everything at once"));
    QCOMPARE(model.opsets.at(""), 17);
    QCOMPARE(model.opsets.at("my.functions"), 1);
    QCOMPARE(model.metadata.at(0).second, std::string("nobody"));
    QCOMPARE(model.graph(model.mainGraph).name, std::string("main"));
    QCOMPARE(model.graph(model.mainGraph).nodeCount(), std::size_t(5));
    QCOMPARE(model.livingNodeCount(), std::size_t(5 + 2 + 2 + 2));
    QCOMPARE(model.files.size(), std::size_t(2));  // the model's own and weights.bin
}

void OnnxReaderTest::inputsOutputsAndInitializers()
{
    const Model model = readWell(richModel());
    const Graph& graph = model.graph(model.mainGraph);
    QCOMPARE(graph.inputs.size(), std::size_t(3));
    QCOMPARE(toString(model.value(graph.inputs[0]).type), std::string("float32 N"));
    QCOMPARE(graph.initializers.size(), std::size_t(5));
    // Up to IR version 3, a weight is an input and an initializer: one value.
    QCOMPARE(graph.initializers[0], graph.inputs[2]);
    QCOMPARE(numbers<float>(model.tensor(model.value(graph.inputs[2]).tensor)), (std::vector<float>{0.5f, -1}));
    QCOMPARE(model.tensor(model.value(graph.inputs[2]).tensor).docString, std::string("a weight"));
    QCOMPARE(numbers<float>(model.tensor(model.value(graph.initializers[1]).tensor)), (std::vector<float>{1, 2, 3}));
    QCOMPARE(numbers<std::uint8_t>(model.tensor(model.value(graph.initializers[3]).tensor)),
             (std::vector<std::uint8_t>{128}));

    const Tensor& sparse = model.tensor(model.value(graph.initializers[4]).tensor);
    QCOMPARE(model.value(graph.initializers[4]).name, std::string("sparse"));
    QCOMPARE(sparse.shape, (std::vector<std::int64_t>{2, 3}));
    const SparseData& parts = std::get<SparseData>(sparse.data);
    QCOMPARE(numbers<float>(model.tensor(parts.values)), (std::vector<float>{7, 8}));
    QCOMPARE(numbers<std::int64_t>(model.tensor(parts.indices)), (std::vector<std::int64_t>{1, 5}));

    QCOMPARE(graph.outputs.size(), std::size_t(2));
    QCOMPARE(model.value(graph.outputs[0]).producer(), find(model, "Clip_3"));
    // Inputs that are left out have no value; outputs without a name have one.
    const Node& clip = model.node(find(model, "Clip_3"));
    QVERIFY(!clip.inputs()[1].value.isValid());
    QCOMPARE(clip.inputs()[2].value, graph.inputs[2]);
    QCOMPARE(clip.outputs().size(), std::size_t(2));
    QVERIFY(model.value(clip.outputs()[1]).name.empty());
    QCOMPARE(inputName(model, find(model, "Clip_3"), 2), std::string("max"));
    // From value_info.
    QCOMPARE(toString(model.value(findValue(model, model.mainGraph, "late")).type), std::string("float32 2"));
}

void OnnxReaderTest::attributes()
{
    const Model model = readWell(richModel());
    const NodeId id = find(model, "everything");
    const Node& node = model.node(id);
    QVERIFY(!model.op(id).isKnown);
    QCOMPARE(model.nodeDocStrings->at(id), std::string("a node of another domain"));
    QCOMPARE(std::get<double>(node.attribute("float")->value), double(0.1f));
    QVERIFY(node.attribute("float")->isFloat32);
    QCOMPARE(std::get<std::int64_t>(node.attribute("int")->value), -7);
    QCOMPARE(std::get<std::string>(node.attribute("string")->value), std::string("text"));
    QCOMPARE(numbers<float>(model.tensor(std::get<TensorId>(node.attribute("tensor")->value))),
             (std::vector<float>{1, 2}));
    QCOMPARE(std::get<std::vector<double>>(node.attribute("floats")->value), (std::vector<double>{0.5, 1.5}));
    QCOMPARE(std::get<std::vector<std::int64_t>>(node.attribute("ints")->value), (std::vector<std::int64_t>{1, -2}));
    QCOMPARE(std::get<std::vector<std::string>>(node.attribute("strings")->value),
             (std::vector<std::string>{"a", std::string("b\0c", 3)}));
    const auto& tensors = std::get<std::vector<TensorId>>(node.attribute("tensors")->value);
    QCOMPARE(tensors.size(), std::size_t(2));
    QCOMPARE(numbers<float>(model.tensor(tensors[1])), (std::vector<float>{4}));
    QCOMPARE(toString(std::get<Type>(node.attribute("type")->value)), std::string("int64 3"));
    QVERIFY(std::holds_alternative<std::monostate>(node.attribute("nothing")->value));
    QCOMPARE(std::get<std::int64_t>(node.attribute("untyped")->value), 5);
}

void OnnxReaderTest::bodiesSeeWhatIsAroundThem()
{
    const Model model = readWell(richModel());
    const NodeId loop = find(model, "/encoder/layer/layer.0/Loop");
    const std::vector<GraphId> bodies = model.bodies(loop);
    QCOMPARE(bodies.size(), std::size_t(1));
    const Graph& body = model.graph(bodies[0]);
    QCOMPARE(body.owner, loop);
    QCOMPARE(body.role, std::string("body"));
    QCOMPARE(body.inputs.size(), std::size_t(3));
    const std::vector<GraphId> branches = model.bodies(find(model, "choice"));
    QCOMPARE(branches.size(), std::size_t(2));
    QCOMPARE(model.graph(branches[1]).role, std::string("else_branch"));

    const Node& add = model.node(find(model, "add"));
    QCOMPARE(add.graph, branches[0]);
    QCOMPARE(add.inputs()[0].value, body.inputs[2]);
    QCOMPARE(add.inputs()[1].value, findValue(model, model.mainGraph, "w"));
    const Node& mul = model.node(find(model, "mul"));
    QCOMPARE(mul.inputs()[0].value, body.initializers[0]);
    QCOMPARE(mul.inputs()[1].value, findValue(model, model.mainGraph, "late"));
    QCOMPARE(model.value(mul.inputs()[1].value).producer(), find(model, "/encoder/layer/layer.1/act/Relu"));
}

void OnnxReaderTest::functions()
{
    const Model model = readWell(richModel());
    QCOMPARE(model.functions.size(), std::size_t(1));
    const Function& function = model.functions[0];
    QCOMPARE(function.name, std::string("Scale"));
    QCOMPARE(function.overload, std::string("by_float"));
    QCOMPARE(function.attributeNames, (std::vector<std::string>{"factor"}));
    QCOMPARE(std::get<double>(function.attributeDefaults.at(0).value), 0.25);
    QCOMPARE(function.opsets.at(""), 17);
    const Graph& graph = model.graph(function.graph);
    QCOMPARE(graph.docString, std::string("X times factor"));
    QCOMPARE(graph.nodeCount(), std::size_t(2));
    QCOMPARE(model.value(graph.outputs.at(0)).producer(), graph.last());
    QCOMPARE(std::get<AttributeReference>(model.node(graph.first()).attributes.at(0).value).name,
             std::string("factor"));

    const NodeId call = find(model, "call");
    QVERIFY(model.function(model.op(call)) == &function);
    QVERIFY(model.op(call).isKnown);
    QCOMPARE(inputName(model, call, 0), std::string("X"));
    QCOMPARE(outputName(model, call, 0), std::string("Y"));
}

void OnnxReaderTest::scopes()
{
    const Model model = readWell(richModel());
    QCOMPARE(model.path(model.node(find(model, "/encoder/layer/layer.1/act/Relu")).scope),
             std::string("encoder.layer.1.act"));
    QCOMPARE(model.path(model.node(find(model, "Clip_3")).scope), std::string());
    const ScopeId scope = model.node(find(model, "everything")).scope;
    QCOMPARE(model.path(scope), std::string("block.2"));
    QCOMPARE(model.scope(scope).className, std::string("Layer"));
}

void OnnxReaderTest::metadataOfEverything()
{
    const Model model = readWell(richModel());
    const auto& node = model.nodeMetadata->at(find(model, "everything"));
    QCOMPARE(node.size(), std::size_t(2));
    QCOMPARE(node[1].second, std::string("kept"));
    const Graph& graph = model.graph(model.mainGraph);
    QCOMPARE(graph.metadata.at(0).first, std::string("graph note"));
    QCOMPARE(model.valueMetadata->at(graph.inputs[0]).at(0).first, std::string("value note"));
    QCOMPARE(model.tensor(model.value(graph.inputs[2]).tensor).metadata.at(0).first, std::string("tensor note"));
}

void OnnxReaderTest::quantizationAnnotations()
{
    const Model model = readWell(richModel());
    const Quantization& quantization = model.valueQuantization->at(findValue(model, model.mainGraph, "late"));
    QCOMPARE(quantization.axis, -1);
    QCOMPARE(quantization.scales, (std::vector<double>{0.125}));
    QCOMPARE(quantization.zeroPoints, (std::vector<std::int64_t>{128}));
}

void OnnxReaderTest::trainingIsTold()
{
    const Model model = readWell(richModel());
    QCOMPARE(model.issues.size(), std::size_t(1));
    QCOMPARE(model.issues[0].severity, Severity::Info);
    QVERIFY(model.issues[0].text.find("training") != std::string::npos);
}

// What the writer will copy: each range must be a message of its kind that holds the same, unknown fields included.
void OnnxReaderTest::originsAreWholeMessages()
{
    const Model model = readWell(richModel());
    const auto parsed = [&](auto proto, ByteRange range) {
        const auto bytes = model.files[0]->slice(range.offset, range.length);
        if (!bytes || range.isEmpty() || !proto.ParseFromArray(bytes->data(), int(bytes->size())))
            qFatal("no message at %lld", static_cast<long long>(range.offset));
        return proto;
    };
    const onnx::ModelProto whole = richModel();
    QCOMPARE(parsed(onnx::GraphProto(), model.graph(model.mainGraph).origin).SerializeAsString(),
             whole.graph().SerializeAsString());
    QCOMPARE(parsed(onnx::FunctionProto(), model.functions[0].origin).SerializeAsString(),
             whole.functions(0).SerializeAsString());
    std::size_t nodes = 0, attributes = 0;
    for (std::size_t i = 0; i < model.nodeCount(); ++i) {
        const Node& node = model.node(NodeId(i));
        const auto proto = parsed(onnx::NodeProto(), node.origin);
        QCOMPARE(proto.name(), node.name);
        QCOMPARE(proto.op_type(), model.op(NodeId(i)).name);
        QCOMPARE(std::size_t(proto.attribute_size()), node.attributes.size());
        ++nodes;
        for (std::size_t a = 0; a < node.attributes.size(); ++a) {
            QCOMPARE(parsed(onnx::AttributeProto(), node.attributes[a].origin).SerializeAsString(),
                     proto.attribute(int(a)).SerializeAsString());
            ++attributes;
        }
    }
    QCOMPARE(nodes, std::size_t(11));
    QCOMPARE(attributes, std::size_t(11 + 3 + 1 + 1));
    const auto everything = parsed(onnx::NodeProto(), model.node(find(model, "everything")).origin);
    QCOMPARE(everything.SerializeAsString(), whole.graph().node(0).SerializeAsString());
    for (std::size_t i = 0; i < model.tensorCount(); ++i)
        if (!std::holds_alternative<SparseData>(model.tensor(TensorId(i)).data))
            QCOMPARE(parsed(onnx::TensorProto(), model.tensor(TensorId(i)).origin).name(),
                     model.tensor(TensorId(i)).name);
    for (std::size_t i = 0; i < model.graphCount(); ++i)
        if (model.graph(GraphId(i)).owner)
            QCOMPARE(parsed(onnx::GraphProto(), model.graph(GraphId(i)).origin).name(), model.graph(GraphId(i)).name);
}

void OnnxReaderTest::largeTensorsAreNotCopied()
{
    onnx::ModelProto proto;
    onnx::TensorProto raw = floatTensor("raw", {1000}, std::vector<float>(1000, 1.5f));
    onnx::TensorProto typed;
    typed.set_name("typed");
    typed.set_data_type(onnx::TensorProto::FLOAT);
    typed.add_dims(1000);
    for (int i = 0; i < 1000; ++i)
        typed.add_float_data(float(i));
    onnx::TensorProto doubles;
    doubles.set_name("doubles");
    doubles.set_data_type(onnx::TensorProto::COMPLEX128);
    doubles.add_dims(500);
    for (int i = 0; i < 1000; ++i)
        doubles.add_double_data(i);
    *proto.mutable_graph()->add_initializer() = raw;
    *proto.mutable_graph()->add_initializer() = typed;
    *proto.mutable_graph()->add_initializer() = doubles;
    const Model model = readWell(proto);
    QCOMPARE(model.tensorCount(), std::size_t(3));
    for (std::size_t i = 0; i < 3; ++i)
        QVERIFY(std::holds_alternative<FileSlice>(model.tensor(TensorId(i)).data));
    QCOMPARE(numbers<float>(model.tensor(TensorId(0))), std::vector<float>(1000, 1.5f));
    QCOMPARE(numbers<float>(model.tensor(TensorId(1)))[999], 999.0f);
    QCOMPARE(numbers<double>(model.tensor(TensorId(2)))[999], 999.0);
}

void OnnxReaderTest::whatIsWrongWithTheModelIsRead()
{
    onnx::ModelProto proto;
    onnx::GraphProto& graph = *proto.mutable_graph();
    addNode(graph, "NoSuchOperator", {"undefined", "b"}, {"a", "a"}, "first");
    addNode(graph, "Relu", {"a"}, {"b"}, "first");          // a cycle, and the name a second time
    addNode(graph, "Relu", {"undefined"}, {"a"}, "third");  // a third definition of "a"
    graph.add_output()->set_name("never made");
    *graph.add_initializer() = floatTensor("a", {1}, {1});
    const Model model = readWell(proto);
    QCOMPARE(model.livingNodeCount(), std::size_t(3));
    const Node& first = model.node(model.graph(model.mainGraph).first());
    QVERIFY(!model.value(first.inputs()[0].value).producer().isValid());
    QCOMPARE(model.value(first.inputs()[0].value).uses().size(), std::size_t(2));
    QCOMPARE(model.value(first.inputs()[0].value).name, std::string("undefined"));
    QCOMPARE(model.value(model.graph(model.mainGraph).outputs.at(0)).name, std::string("never made"));
}

void OnnxReaderTest::severalGraphs()
{
    onnx::ModelProto first, second;
    first.mutable_graph()->set_name("first");
    second.mutable_graph()->set_name("second");
    const Result<Model> model = readBytes(first.SerializeAsString() + second.SerializeAsString());
    QVERIFY(model.has_value());
    QCOMPARE(model->graph(model->mainGraph).name, std::string("second"));
    QCOMPARE(model->issues.size(), std::size_t(1));
}

void OnnxReaderTest::operatorsOfTheFutureAreTold()
{
    onnx::ModelProto proto;
    proto.add_opset_import()->set_version(13);
    addNode(*proto.mutable_graph(), "LayerNormalization", {"x"}, {"y"});  // since 17
    addNode(*proto.mutable_graph(), "Upsample", {"x"}, {"z"});            // until 9
    const Model model = readWell(proto);
    QCOMPARE(model.issues.size(), std::size_t(1));
    QVERIFY(model.issues[0].text.find("17") != std::string::npos);
    QCOMPARE(std::get<NodeId>(model.issues[0].place), model.graph(model.mainGraph).first());
    QVERIFY(model.op(model.graph(model.mainGraph).last()).isDeprecated);
}

void OnnxReaderTest::deepNestingOpens()
{
    const Result<Model> model = readBytes(nested(300));
    QVERIFY2(model.has_value(), model ? "" : model.error().message.c_str());
    QCOMPARE(model->livingNodeCount(), std::size_t(300));
}

void OnnxReaderTest::hostileNestingFails()
{
    // Written by hand: protobuf itself would not go that deep.
    const std::string graphs =
        wrapped({0x0a, 0x2a, 0x32}, 10'000);  // GraphProto.node, NodeProto.attribute, AttributeProto.g
    const Result<Model> model = readBytes(inField(0x3a, graphs));
    QVERIFY(!model.has_value());
    QVERIFY(model.error().message.find("nested") != std::string::npos);

    // Types in types, and groups in groups.
    const std::string types = wrapped({0x22, 0x0a}, 10'000);  // TypeProto.sequence_type, Sequence.elem_type
    QVERIFY(!readBytes(inField(0x3a, inField(0x5a, inField(0x12, types)))).has_value());
    QVERIFY(!readBytes(std::string("\x3a\x00", 2) + std::string(1'000'000, '\x0b')).has_value());
    QVERIFY(!readBytes(std::string("\x3a\x00", 2) + std::string(500'000, '\x0b') + std::string(500'000, '\x0c'))
                 .has_value());
}

void OnnxReaderTest::everyTruncationFailsCleanly()
{
    const std::string whole = richModel().SerializeAsString();
    int opened = 0;
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const Result<Model> model = readBytes(whole.substr(0, length));
        if (model) {
            ++opened;  // between two outermost fields behind the graph, it is a model
            continue;
        }
        QCOMPARE(model.error().kind, ErrorKind::Read);
        QVERIFY(model.error().message.find("model.onnx") != std::string::npos);
        QVERIFY(model.error().message.find('\n') == std::string::npos);
    }
    QVERIFY(opened < 10);
    const std::string message = readBytes(whole.substr(0, whole.size() / 2)).error().message;
    QVERIFY2(message.find("at byte") != std::string::npos && message.find("incomplete") != std::string::npos,
             message.c_str());
}

void OnnxReaderTest::aFileWithoutGraphFails()
{
    onnx::ModelProto proto;
    proto.set_ir_version(8);
    const Result<Model> model = readBytes(proto.SerializeAsString());
    QVERIFY(!model.has_value());
    QVERIFY(model.error().message.find("no graph") != std::string::npos);
    // A library of functions is something to look at.
    proto.add_functions()->set_name("F");
    QVERIFY(readBytes(proto.SerializeAsString()).has_value());
}

void OnnxReaderTest::cancel()
{
    const std::string path = m_folder->filePath("model.onnx").toStdString();
    std::ofstream(path, std::ios::binary) << richModel().SerializeAsString();
    Progress cancelled;
    cancelled.cancel();
    const Result<Model> model = readOnnx(*MappedFile::open(path), cancelled);
    QVERIFY(!model.has_value());
    QVERIFY(model.error().isCancelled());
}

QTEST_APPLESS_MAIN(OnnxReaderTest)
#include "onnxreadertest.moc"
