#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <set>

#include "core/graph/literal.h"
#include "core/graph/text.h"
#include "tests/core/torch/torchfiles.h"

using namespace tenscope;
using namespace tenscope::test;

namespace {

std::map<std::string, int> operators(const Model& model)
{
    std::map<std::string, int> counts;
    std::vector<GraphId> graphs{model.mainGraph};
    while (!graphs.empty()) {
        const GraphId graph = graphs.back();
        graphs.pop_back();
        for (const NodeId id : model.nodes(graph)) {
            ++counts[qualifiedName(model, id)];
            for (const GraphId body : model.bodies(id))
                graphs.push_back(body);
        }
    }
    return counts;
}

NodeId find(const Model& model, GraphId graph, const std::string& name)
{
    for (const NodeId id : model.nodes(graph))
        if (model.op(id).name == name)
            return id;
    return {};
}

std::uint64_t parameters(const Model& model)
{
    std::uint64_t count = 0;
    for (const ValueId value : model.graph(model.mainGraph).initializers)
        count += *model.tensor(model.value(value).tensor).elements();
    return count;
}

std::string argument(const Model& model, NodeId node, const std::string& name)
{
    for (const Argument& each : arguments(model, node))
        if (each.name == name)
            return each.text;
    return "no such argument";
}

ValueId stored(const Model& model, const std::string& name)
{
    for (const ValueId value : model.graph(model.mainGraph).initializers)
        if (model.value(value).name == name)
            return value;
    return {};
}

}  // namespace

class TorchScriptDocumentTest : public QObject {
    Q_OBJECT

private slots:
    void tracedModel();
    void scriptedModelWithNewerOperator();
    void loop();
    void quantized();
    void openingRunsNothing();
    void stateStaysState();
    void tiedWeights();
    void weightsAreSlicesOfTheFile();
    void unknownOperators();
    void newerOperatorsAreKnown();
    void oddSignatureOfKnownOperator();
    void foreignClass();
    void signature();
    void otherMethods();
    void mobileFile();
    void everyModelIsConsistent_data();
    void everyModelIsConsistent();
    void damagedFiles_data();
    void damagedFiles();
    void truncatedAnywhere();
    void flippedAnywhere();
    void cancelled();
};

void TorchScriptDocumentTest::tracedModel()
{
    if (!std::filesystem::exists(shared("small26_trace.pt")))
        QSKIP("no shared models");
    const auto document = opened(shared("small26_trace.pt"));
    const Model& model = document->model();
    QCOMPARE(model.format, Format::TorchScript);
    QVERIFY(model.producer.find("archive version 10") != std::string::npos);
    QCOMPARE(model.graph(model.mainGraph).inputs.size(), std::size_t(1));
    QCOMPARE(model.value(model.graph(model.mainGraph).inputs[0]).name, std::string("x"));
    QCOMPARE(model.value(model.graph(model.mainGraph).outputs[0]).name, std::string("output"));
    // What PyTorch 1.13 says of the file: 19 tensors, 1,523 elements, 18 modules with the model itself.
    QCOMPARE(model.graph(model.mainGraph).initializers.size(), std::size_t(19));
    QCOMPARE(parameters(model), std::uint64_t(1523));
    QCOMPARE(model.scopeCount(), std::size_t(17));

    const NodeId convolution = find(model, model.mainGraph, "_convolution");
    QVERIFY(convolution.isValid());
    QCOMPARE(model.path(model.node(convolution).scope), std::string("stem.0"));
    QCOMPARE(model.scope(model.node(convolution).scope).className, std::string("Conv2d"));
    QCOMPARE(argument(model, convolution, "stride"), std::string("[1, 1]"));
    QCOMPARE(argument(model, convolution, "padding"), std::string("[1, 1]"));
    QCOMPARE(argument(model, convolution, "groups"), std::string("1"));
    const ValueId weight = model.node(convolution).inputs()[1].value;
    QCOMPARE(model.value(weight).name, std::string("stem.0.weight"));
    QVERIFY(model.value(weight).isParameter);
    QVERIFY(!model.value(stored(model, "stem.1.running_mean")).isParameter);
    QCOMPARE(model.tensor(model.value(weight).tensor).shape, (std::vector<std::int64_t>{8, 3, 3, 3}));
    // Nothing reads attributes any more.
    QCOMPARE(operators(model).count("prim::GetAttr"), std::size_t(0));
}

void TorchScriptDocumentTest::scriptedModelWithNewerOperator()
{
    if (!std::filesystem::exists(shared("small26_script.pt")))
        QSKIP("no shared models");
    const auto document = opened(shared("small26_script.pt"));
    const Model& model = document->model();
    QCOMPARE(parameters(model), std::uint64_t(1523));
    QVERIFY(model.issues.empty());
    const auto counts = operators(model);
    // F.relu(x, inplace=False) is a branch in the file, which its constant decides; so is the fast path of attention.
    QCOMPARE(counts.at("aten::relu"), 1);
    QCOMPARE(counts.count("aten::relu_"), std::size_t(0));
}

void TorchScriptDocumentTest::loop()
{
    if (!std::filesystem::exists(shared("loop26_script.pt")))
        QSKIP("no shared models");
    const auto document = opened(shared("loop26_script.pt"));
    const Model& model = document->model();
    const NodeId loop = find(model, model.mainGraph, "Loop");
    QVERIFY(loop.isValid());
    const auto bodies = model.bodies(loop);
    QCOMPARE(bodies.size(), std::size_t(1));
    const Graph& body = model.graph(bodies[0]);
    QCOMPARE(body.owner, loop);
    QCOMPARE(body.role, std::string("body"));
    QCOMPARE(body.inputs.size(), model.node(loop).inputs().size() - 1);  // the counter for limit and condition
    QCOMPARE(body.outputs.size(), model.node(loop).outputs().size() + 1);
    const NodeId branch = find(model, bodies[0], "If");
    QVERIFY(branch.isValid());
    QCOMPARE(model.bodies(branch).size(), std::size_t(2));
    QCOMPARE(model.graph(model.bodies(branch)[0]).role, std::string("then_branch"));
    QCOMPARE(model.graph(model.bodies(branch)[1]).role, std::string("else_branch"));
    const NodeId cell = find(model, bodies[0], "lstm_cell");
    QVERIFY(cell.isValid());
    QCOMPARE(model.path(model.node(cell).scope), std::string("cell"));
}

void TorchScriptDocumentTest::quantized()
{
    if (!std::filesystem::exists(shared("quant26_script.pt")))
        QSKIP("no shared models");
    const auto document = opened(shared("quant26_script.pt"));
    const Model& model = document->model();
    const ValueId weight = stored(model, "conv.weight");
    QVERIFY(weight.isValid());
    const Tensor& tensor = model.tensor(model.value(weight).tensor);
    QCOMPARE(tensor.element, ElementType::QInt8);
    QCOMPARE(tensor.shape, (std::vector<std::int64_t>{8, 3, 3, 3}));
    QVERIFY(std::holds_alternative<FileSlice>(tensor.data));
    QVERIFY(tensor.quantization.has_value());
    QCOMPARE(tensor.quantization->axis, 0);
    QCOMPARE(tensor.quantization->scales.size(), std::size_t(8));
    QVERIFY(stored(model, "conv.bias").isValid());
    // The convolution gets them by way of the packed object.
    const NodeId convolution = find(model, model.mainGraph, "conv2d");
    std::set<std::string> names;
    for (const DataInput& input : dataInputs(model, convolution))
        names.insert(model.value(input.value).name);
    QVERIFY(names.count("conv.weight") == 1 && names.count("conv.bias") == 1);
    const NodeId quantize = find(model, model.mainGraph, "quantize_per_tensor");
    QCOMPARE(argument(model, quantize, "dtype"), std::string("quint8"));
}

void TorchScriptDocumentTest::openingRunsNothing()
{
    if (!std::filesystem::exists(shared("setstate26.pt")))
        QSKIP("no shared models");
    // Its __setstate__ prints. The parameter it would set is found all the same.
    QTemporaryDir folder;
    const std::string log = folder.filePath("err").toStdString();
    std::fflush(stdout);
    std::fflush(stderr);
    const int out = ::dup(1);
    const int err = ::dup(2);
    std::FILE* file = std::fopen(log.c_str(), "w");
    ::dup2(::fileno(file), 1);
    ::dup2(::fileno(file), 2);
    const auto document = opened(shared("setstate26.pt"));
    std::cout.flush();
    std::fflush(stdout);
    ::dup2(out, 1);
    ::dup2(err, 2);
    std::fclose(file);
    ::close(out);
    ::close(err);
    QCOMPARE(std::filesystem::file_size(log), std::uintmax_t(0));
    const ValueId w = stored(document->model(), "w");
    QVERIFY(w.isValid());
    QVERIFY(document->model().value(w).isParameter);
    QCOMPARE(floatsOf(document->model().tensor(document->model().value(w).tensor)), (std::vector<float>{1, 1}));
}

void TorchScriptDocumentTest::stateStaysState()
{
    const auto document = opened(own("state.pt"));
    const Model& model = document->model();
    const auto counts = operators(model);
    QCOMPARE(counts.at("prim::SetAttr"), 2);
    const NodeId read = find(model, model.mainGraph, "GetAttr");
    QVERIFY(read.isValid());
    QCOMPARE(std::get<std::string>(model.node(read).attribute("name")->value), std::string("count"));
    QVERIFY(stored(model, "total").isValid());  // a buffer all the same
}

void TorchScriptDocumentTest::tiedWeights()
{
    const auto document = opened(own("tied.pt"));
    const Model& model = document->model();
    // state_dict() lists what is shared under each of its names: 16 + 16 + 2 × (8 + 2).
    QCOMPARE(parameters(model), std::uint64_t(52));
    QCOMPARE(model.graph(model.mainGraph).initializers.size(), std::size_t(6));
    QCOMPARE(model.issues.size(), std::size_t(3));
    QCOMPARE(model.issues[0].text, std::string("encoder.weight shares its data with decoder.weight."));
    QCOMPARE(model.issues[0].severity, Severity::Info);
}

void TorchScriptDocumentTest::weightsAreSlicesOfTheFile()
{
    const auto document = opened(own("shapes.pt"));
    const Model& model = document->model();
    const Tensor& turned = model.tensor(model.value(stored(model, "turned")).tensor);
    QVERIFY(std::holds_alternative<FileSlice>(turned.data));
    QCOMPARE(turned.shape, (std::vector<std::int64_t>{3, 2}));
    QCOMPARE(turned.strides, (std::vector<std::int64_t>{1, 3}));
    QCOMPARE(floatsOf(turned), (std::vector<float>{0, 1, 2, 3, 4, 5}));
    const Tensor& tail = model.tensor(model.value(stored(model, "tail")).tensor);
    QCOMPARE(tail.element, ElementType::Int64);
    const auto bytes = tail.bytes();
    QVERIFY(bytes.has_value());
    QCOMPARE(bytes->size(), std::size_t(32));
    QCOMPARE(*reinterpret_cast<const std::int64_t*>(bytes->data()), std::int64_t(4));  // [4:8] of a range
    QCOMPARE(model.tensor(model.value(stored(model, "empty")).tensor).shape, (std::vector<std::int64_t>{0, 4}));
    QCOMPARE(model.tensor(model.value(stored(model, "halves")).tensor).element, ElementType::Float16);
    QCOMPARE(model.tensor(model.value(stored(model, "complex")).tensor).element, ElementType::Complex64);
}

void TorchScriptDocumentTest::unknownOperators()
{
    const auto document = opened(own("unknown.pt"));
    const Model& model = document->model();
    const NodeId pair = find(model, model.mainGraph, "pair");
    QVERIFY(pair.isValid());
    QVERIFY(!model.op(pair).isKnown);
    QCOMPARE(model.op(pair).domain, std::string("acme"));
    QCOMPARE(model.node(pair).outputs().size(), std::size_t(2));
    // torch.cat takes the result, so it must be a list.
    const NodeId pieces = find(model, model.mainGraph, "pieces");
    QCOMPARE(model.value(model.node(pieces).outputs()[0]).type.kind, Type::Kind::Sequence);
    QVERIFY(model.op(find(model, model.mainGraph, "cat")).isKnown);
    QCOMPARE(argument(model, find(model, model.mainGraph, "size_of"), "unit"), std::string("2"));
    QCOMPARE(model.issues.size(), std::size_t(4));
    for (const Issue& issue : model.issues) {
        QCOMPARE(issue.severity, Severity::Warning);
        QVERIFY(std::holds_alternative<NodeId>(issue.place));
    }
}

void TorchScriptDocumentTest::newerOperatorsAreKnown()
{
    const auto document = opened(own("newer.pt"));
    QVERIFY(document->model().issues.empty());
    const auto counts = operators(document->model());
    for (const char* name : {"aten::scaled_dot_product_attention", "aten::rms_norm", "aten::squeeze", "aten::any"})
        QVERIFY2(counts.count(name) == 1, name);
}

void TorchScriptDocumentTest::oddSignatureOfKnownOperator()
{
    const auto document = opened(own("mismatch.pt"));
    const Model& model = document->model();
    const NodeId relu = find(model, model.mainGraph, "relu");
    QVERIFY(!model.op(relu).isKnown);
    QCOMPARE(argument(model, relu, "flavour"), std::string("new"));
}

void TorchScriptDocumentTest::foreignClass()
{
    const auto document = opened(own("customclass.pt"));
    const Model& model = document->model();
    const NodeId look = find(model, model.mainGraph, "Table_look");
    QVERIFY(look.isValid());
    QVERIFY(!model.op(look).isKnown);
    QCOMPARE(model.node(look).inputs().size(), std::size_t(3));
}

void TorchScriptDocumentTest::signature()
{
    const auto document = opened(own("arguments.pt"));
    const Model& model = document->model();
    std::vector<std::string> inputs;
    for (const ValueId input : model.graph(model.mainGraph).inputs)
        inputs.push_back(model.value(input).name + ": " + toString(model.value(input).type));
    QCOMPARE(inputs, (std::vector<std::string>{"x: tensor", "k: int", "scale: float", "flag: bool", "sizes: sequence(int)",
                                               "bias: optional(tensor)", "power: int"}));
    const auto outputs = opened(own("outputs.pt"));
    std::vector<std::string> names;
    for (const ValueId output : outputs->model().graph(outputs->model().mainGraph).outputs)
        names.push_back(outputs->model().value(output).name);
    QCOMPARE(names, (std::vector<std::string>{"output", "output_1"}));
}

void TorchScriptDocumentTest::otherMethods()
{
    if (!std::filesystem::exists(shared("setstate26.pt")))
        QSKIP("no shared models");
    const auto document = opened(shared("setstate26.pt"));
    std::set<std::string> names;
    for (const Function& function : document->model().functions) {
        QCOMPARE(function.domain, std::string());
        QVERIFY(document->model().graph(function.graph).nodeCount() > 0);
        names.insert(function.name);
    }
    QCOMPARE(names, (std::set<std::string>{"__getstate__", "__setstate__"}));
}

void TorchScriptDocumentTest::mobileFile()
{
    if (!std::filesystem::exists(shared("small26.ptl")))
        QSKIP("no shared models");
    const auto document = opened(shared("small26.ptl"));
    QCOMPARE(document->model().format, Format::TorchScriptMobile);
    QCOMPARE(parameters(document->model()), std::uint64_t(1523));
}

void TorchScriptDocumentTest::everyModelIsConsistent_data()
{
    QTest::addColumn<QString>("file");
    for (const auto& folder : {own(""), shared("")}) {
        std::error_code error;
        for (const auto& entry : std::filesystem::directory_iterator(folder, error))
            if (entry.path().extension() == ".pt" || entry.path().extension() == ".jit")
                QTest::newRow(entry.path().filename().c_str()) << QString::fromStdString(entry.path().string());
    }
}

void TorchScriptDocumentTest::everyModelIsConsistent()
{
    QFETCH(QString, file);
    const auto document = opened(file.toStdString());
    const Model& model = document->model();
    std::string why;
    QVERIFY2(model.isConsistent(&why), why.c_str());
    // Values are defined before they are used, names are unique inside a graph.
    for (std::size_t g = 0; g < model.graphCount(); ++g) {
        std::set<std::string> names;
        for (const NodeId id : model.nodes(GraphId(g))) {
            for (const Input& input : model.node(id).inputs())
                QVERIFY(input.value.isValid());
            for (const ValueId output : model.node(id).outputs())
                QVERIFY2(names.insert(model.value(output).name).second, model.value(output).name.c_str());
        }
        for (const ValueId output : model.graph(GraphId(g)).outputs)
            QVERIFY(output.isValid() && model.value(output).isAlive());
    }
}

void TorchScriptDocumentTest::damagedFiles_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("says");
    QTest::newRow("empty") << QByteArray() << "is empty";
    QTest::newRow("text") << QByteArray("hello, world, this is no model at all") << "no zip archive";
    QTest::newRow("pickle") << QByteArray("\x80\x02}q.", 5) << "torch.save";
    QByteArray random;
    std::srand(1);
    for (int i = 0; i < 100000; ++i)
        random.append(char(std::rand()));
    QTest::newRow("random") << random << "no zip archive";
    QTest::newRow("beginning of a zip") << QByteArray("PK\3\4").append(random) << "cut off";
}

void TorchScriptDocumentTest::damagedFiles()
{
    QFETCH(QByteArray, content);
    QFETCH(QString, says);
    QTemporaryDir folder;
    const std::string file = folder.filePath("model.pt").toStdString();
    std::ofstream(file, std::ios::binary).write(content.data(), content.size());
    Progress progress;
    const auto document = TorchScriptDocument::open(file, progress);
    QVERIFY(!document);
    QCOMPARE(document.error().kind, ErrorKind::Read);
    QVERIFY2(document.error().message.find(says.toStdString()) != std::string::npos, document.error().message.c_str());
    QVERIFY(document.error().message.find('\n') == std::string::npos);
}

void TorchScriptDocumentTest::truncatedAnywhere()
{
    std::ifstream in(own("tied.pt"), std::ios::binary);
    const std::string whole((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    QTemporaryDir folder;
    const std::string file = folder.filePath("model.pt").toStdString();
    for (std::size_t length = 0; length < whole.size(); length += 97) {
        std::ofstream(file, std::ios::binary).write(whole.data(), std::streamsize(length));
        Progress progress;
        const auto document = TorchScriptDocument::open(file, progress);
        QVERIFY2(!document, std::to_string(length).c_str());
        QVERIFY(document.error().message.find('\n') == std::string::npos);
    }
}

void TorchScriptDocumentTest::flippedAnywhere()
{
    // One wrong byte: an error, or a model that is consistent. Weights are not held against their checksums.
    QTemporaryDir folder;
    const std::string file = folder.filePath("model.pt").toStdString();
    for (const char* name : {"tied.pt", "state.pt"}) {
        std::ifstream in(own(name), std::ios::binary);
        const std::string whole((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
        for (std::size_t at = 0; at < whole.size(); at += 23) {
            std::string changed = whole;
            changed[at] = char(changed[at] ^ (1 << (at % 8)));
            std::ofstream(file, std::ios::binary).write(changed.data(), std::streamsize(changed.size()));
            Progress progress;
            const auto document = TorchScriptDocument::open(file, progress);
            if (document)
                QVERIFY((*document)->model().isConsistent());
            else
                QVERIFY(document.error().message.find('\n') == std::string::npos);
        }
    }
}

void TorchScriptDocumentTest::cancelled()
{
    Progress progress;
    progress.cancel();
    const auto document = TorchScriptDocument::open(own("tied.pt"), progress);
    QVERIFY(!document);
    QVERIFY(document.error().isCancelled());
}

QTEST_GUILESS_MAIN(TorchScriptDocumentTest)

#include "torchscriptdocumenttest.moc"
