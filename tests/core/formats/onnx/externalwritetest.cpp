// Where the data of tensors goes: core/formats/onnx/onnxwriter.

#include "core/formats/onnx/onnxwriter.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <onnx/onnx_pb.h>

#include "core/formats/onnx/onnxreader.h"
#include "tests/core/formats/onnx/richmodel.h"
#include "tests/support/modeltext.h"

using namespace tenscope;

class ExternalWriteTest : public QObject {
    Q_OBJECT

private slots:
    void init();
    void keepsReferencesToData();
    void takesDataAlong();
    void dataOfThatNameIsNotTouched();
    void embedsData();
    void movesDataOut();
    void movesDataOutOverTheLimit();

private:
    std::string path(const char* name) const { return m_folder->filePath(name).toStdString(); }
    Model writeAndOpen(const onnx::ModelProto& proto, const char* name = "in.onnx");
    Model open(const std::string& file);
    std::string save(const Model& model, const OnnxWriteOptions& options = {});
    onnx::ModelProto saved(const Model& model, const OnnxWriteOptions& options = {});

    std::unique_ptr<QTemporaryDir> m_folder;
    OnnxWriteReport m_report;
};

namespace {

std::string bytesOf(const std::string& path)
{
    QFile file(QString::fromStdString(path));
    return file.open(QFile::ReadOnly) ? file.readAll().toStdString() : std::string();
}

void writeBytes(const std::string& path, const std::string& bytes)
{
    QFile file(QString::fromStdString(path));
    if (!file.open(QFile::WriteOnly) || file.write(bytes.data(), qint64(bytes.size())) != qint64(bytes.size()))
        qFatal("%s", path.c_str());
}

// x → Relu → y → Conv with weight (64 floats) → z
onnx::ModelProto chain()
{
    onnx::ModelProto model;
    model.set_ir_version(8);
    auto* opset = model.add_opset_import();
    opset->set_domain("");
    opset->set_version(15);
    onnx::GraphProto& graph = *model.mutable_graph();
    graph.set_name("chain");
    *graph.add_input() = valueInfo("x", onnx::TensorProto::FLOAT, {1, 4});
    *graph.add_output() = valueInfo("z", onnx::TensorProto::FLOAT, {1, 4});
    *graph.add_value_info() = valueInfo("y", onnx::TensorProto::FLOAT, {1, 4});
    *graph.add_initializer() = floatTensor("weight", {64}, std::vector<float>(64, 0.5f));
    addNode(graph, "Relu", {"x"}, {"y"}, "first");
    addNode(graph, "Conv", {"y", "weight"}, {"z"}, "second");
    return model;
}

NodeId nodeNamed(const Model& model, const std::string& name)
{
    for (std::size_t n = 0; n < model.nodeCount(); ++n)
        if (model.node(NodeId(n)).isAlive() && model.node(NodeId(n)).name == name)
            return NodeId(n);
    return {};
}

void useExternalData(onnx::TensorProto& tensor, const std::string& location, std::uint64_t offset, std::uint64_t length)
{
    tensor.clear_raw_data();
    tensor.clear_float_data();
    tensor.set_data_location(onnx::TensorProto::EXTERNAL);
    for (const auto& [key, value] : {std::pair<const char*, std::string>{"location", location}, {"offset", std::to_string(offset)},
                                     {"length", std::to_string(length)}}) {
        auto* entry = tensor.add_external_data();
        entry->set_key(key);
        entry->set_value(value);
    }
}

std::string external(const onnx::TensorProto& tensor, const std::string& key)
{
    for (const auto& entry : tensor.external_data())
        if (entry.key() == key)
            return entry.value();
    return {};
}

}  // namespace

void ExternalWriteTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_report = {};
}

Model ExternalWriteTest::open(const std::string& file)
{
    Progress progress;
    auto mapped = MappedFile::open(file);
    if (!mapped)
        qFatal("%s", mapped.error().message.c_str());
    auto model = readOnnx(*mapped, progress);
    if (!model)
        qFatal("%s", model.error().message.c_str());
    return std::move(*model);
}

Model ExternalWriteTest::writeAndOpen(const onnx::ModelProto& proto, const char* name)
{
    writeBytes(path(name), proto.SerializeAsString());
    return open(path(name));
}

std::string ExternalWriteTest::save(const Model& model, const OnnxWriteOptions& options)
{
    Progress progress;
    const auto report = writeOnnx(model, path("out.onnx"), options, progress);
    if (!report) {
        qWarning("%s", report.error().message.c_str());
        return {};
    }
    m_report = *report;
    return bytesOf(path("out.onnx"));
}

onnx::ModelProto ExternalWriteTest::saved(const Model& model, const OnnxWriteOptions& options)
{
    onnx::ModelProto proto;
    if (!proto.ParseFromString(save(model, options)))
        qWarning("what was written cannot be parsed");
    return proto;
}

void ExternalWriteTest::keepsReferencesToData()
{
    onnx::ModelProto proto = chain();
    useExternalData(*proto.mutable_graph()->mutable_initializer(0), "weights.bin", 16, 256);
    writeBytes(path("weights.bin"), std::string(300, 'w'));
    Model model = writeAndOpen(proto);
    model.node(nodeNamed(model, "first")).name = "one";
    const onnx::TensorProto out = saved(model).graph().initializer(0);
    QCOMPARE(out.SerializeAsString(), proto.graph().initializer(0).SerializeAsString());
    QCOMPARE(m_report.files.size(), std::size_t(1));
}

void ExternalWriteTest::takesDataAlong()
{
    QDir(m_folder->path()).mkdir("from");
    onnx::ModelProto proto = chain();
    useExternalData(*proto.mutable_graph()->mutable_initializer(0), "weights.bin", 16, 256);
    writeBytes(path("from/weights.bin"), std::string(300, 'w'));
    const Model model = writeAndOpen(proto, "from/in.onnx");
    QCOMPARE(save(model), bytesOf(path("from/in.onnx")));
    QCOMPARE(bytesOf(path("weights.bin")), std::string(300, 'w'));
    QCOMPARE(m_report.files.size(), std::size_t(2));
    // The second time it is there.
    QVERIFY(!save(model).empty());
    QCOMPARE(m_report.files.size(), std::size_t(1));
}

void ExternalWriteTest::dataOfThatNameIsNotTouched()
{
    QDir(m_folder->path()).mkdir("from");
    onnx::ModelProto proto = chain();
    useExternalData(*proto.mutable_graph()->mutable_initializer(0), "weights.bin", 16, 256);
    writeBytes(path("from/weights.bin"), std::string(300, 'w'));
    writeBytes(path("weights.bin"), "of another model");
    const Model model = writeAndOpen(proto, "from/in.onnx");
    const onnx::TensorProto out = saved(model).graph().initializer(0);
    QCOMPARE(bytesOf(path("weights.bin")), std::string("of another model"));
    QCOMPARE(external(out, "location"), std::string("out.onnx.data"));
    QCOMPARE(bytesOf(path("out.onnx.data")), std::string(256, 'w'));
    // A data file that is there is not touched either.
    QVERIFY(!save(model).empty());
    QCOMPARE(bytesOf(path("out.onnx-1.data")), std::string(256, 'w'));
}

void ExternalWriteTest::embedsData()
{
    onnx::ModelProto proto = chain();
    useExternalData(*proto.mutable_graph()->mutable_initializer(0), "weights.bin", 16, 256);
    writeBytes(path("weights.bin"), std::string(300, 'w'));
    OnnxWriteOptions options;
    options.data = OnnxWriteOptions::Data::Embed;
    const onnx::TensorProto out = saved(writeAndOpen(proto), options).graph().initializer(0);
    QCOMPARE(out.raw_data(), std::string(256, 'w'));
    QCOMPARE(out.external_data_size(), 0);
    QVERIFY(!out.has_data_location());
}

void ExternalWriteTest::movesDataOut()
{
    onnx::ModelProto proto = chain();
    *proto.mutable_graph()->add_initializer() = floatTensor("small", {1}, {1});
    *proto.mutable_graph()->add_initializer() = floatTensor("large", {300}, std::vector<float>(300, 2));
    *proto.mutable_graph()->add_initializer() = floatTensor("larger", {400}, std::vector<float>(400, 3));
    OnnxWriteOptions options;
    options.data = OnnxWriteOptions::Data::OneFile;
    const Model model = writeAndOpen(proto);
    const onnx::GraphProto out = saved(model, options).graph();
    QVERIFY(!out.initializer(0).has_data_location() && !out.initializer(1).has_data_location());
    QCOMPARE(external(out.initializer(2), "offset"), std::string("0"));
    QCOMPARE(external(out.initializer(2), "length"), std::string("1200"));
    QCOMPARE(external(out.initializer(3), "offset"), std::string("4096"));
    QCOMPARE(bytesOf(path("out.onnx.data")).size(), std::size_t(4096 + 1600));
    QCOMPARE(m_report.dataBytes, std::uint64_t(4096 + 1600));
    QCOMPARE(modelText(open(path("out.onnx"))), modelText(model));
}

void ExternalWriteTest::movesDataOutOverTheLimit()
{
    onnx::ModelProto proto = chain();
    *proto.mutable_graph()->add_initializer() = floatTensor("large", {3000}, std::vector<float>(3000, 2));
    const Model model = writeAndOpen(proto);
    OnnxWriteOptions options;
    options.limit = 4000;
    const onnx::GraphProto out = saved(model, options).graph();
    QCOMPARE(external(out.initializer(1), "location"), std::string("out.onnx.data"));
    options.data = OnnxWriteOptions::Data::Embed;
    QVERIFY(save(model, options).empty());
}

QTEST_GUILESS_MAIN(ExternalWriteTest)
#include "externalwritetest.moc"
