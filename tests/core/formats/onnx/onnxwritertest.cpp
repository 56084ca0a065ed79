#include "core/formats/onnx/onnxwriter.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <onnx/onnx_pb.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <array>
#include <csignal>
#include <cstring>
#include <functional>

#include "core/formats/onnx/onnxreader.h"
#include "tests/core/formats/onnx/richmodel.h"
#include "tests/support/modeltext.h"

using namespace tenscope;

using Change = std::function<void(Model&, onnx::ModelProto&)>;
Q_DECLARE_METATYPE(Change)

// The expected result is always what protobuf and the ONNX library make of the written bytes, or the bytes of the file read.
class OnnxWriterTest : public QObject {
    Q_OBJECT

private slots:
    void init();
    void uneditedIsTheSameFile_data();
    void uneditedIsTheSameFile();
    void fromScratchSaysTheSame();
    void onlyTheEditedFieldDiffers_data();
    void onlyTheEditedFieldDiffers();
    void unknownFieldsAndOddEncodingsStay();
    void renamingReachesEverything();
    void typesChangeWhereTheyAreSaid();
    void newValuesAreDescribed();
    void deletedValuesAreForgotten();
    void sortsWhatAnEditUnsorted();
    void doesNotSortWhatWasUnsorted();
    void replacesData();
    void gathersStrides();
    void writesOverItsOwnFile();
    void keepsLinksAndPermissions();
    void saysWhatOnnxCannotSay();
    void aFullDiskLeavesTheOldFile();
    void cancelLeavesTheOldFile();
    void aShortenedSourceIsRefused();

private:
    std::string path(const char* name) const { return m_folder->filePath(name).toStdString(); }
    Model writeAndOpen(const onnx::ModelProto& proto, const char* name = "in.onnx");
    Model open(const std::string& file);
    // Writes to out.onnx and gives its bytes; fails the test with an empty string.
    std::string save(const Model& model, const OnnxWriteOptions& options = {});
    onnx::ModelProto saved(const Model& model, const OnnxWriteOptions& options = {});

    std::unique_ptr<QTemporaryDir> m_folder;
    OnnxWriteReport m_report;
};

namespace {

const char* const testData = "/usr/share/libonnx-testdata/data";

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

ValueId valueNamed(const Model& model, const std::string& name)
{
    for (std::size_t v = 0; v < model.valueCount(); ++v)
        if (model.value(ValueId(v)).isAlive() && model.value(ValueId(v)).name == name)
            return ValueId(v);
    return {};
}

TensorData owned(std::size_t bytes, char fill)
{
    return OwnedBytes{std::make_shared<const std::vector<std::byte>>(bytes, std::byte(fill))};
}

}  // namespace

void OnnxWriterTest::init()
{
    // In memory where there is such a place: thousands of files are flushed here.
    m_folder = std::make_unique<QTemporaryDir>(QDir("/dev/shm").exists() ? "/dev/shm/tenscope-XXXXXX" : "tenscope-XXXXXX");
    m_report = {};
}

Model OnnxWriterTest::open(const std::string& file)
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

Model OnnxWriterTest::writeAndOpen(const onnx::ModelProto& proto, const char* name)
{
    writeBytes(path(name), proto.SerializeAsString());
    return open(path(name));
}

std::string OnnxWriterTest::save(const Model& model, const OnnxWriteOptions& options)
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

onnx::ModelProto OnnxWriterTest::saved(const Model& model, const OnnxWriteOptions& options)
{
    onnx::ModelProto proto;
    if (!proto.ParseFromString(save(model, options)))
        qWarning("what was written cannot be parsed");
    return proto;
}

void OnnxWriterTest::uneditedIsTheSameFile_data()
{
    QTest::addColumn<QString>("folder");
    QTest::newRow("samples") << QString(TENSCOPE_SOURCE_DIR "/resources/samples");
    QTest::newRow("shared") << QString(TENSCOPE_SOURCE_DIR "/../shared/models");
    for (const char* kind : {"node", "pytorch-converted", "pytorch-operator", "simple"})
        QTest::newRow(kind) << QString("%1/%2").arg(testData, kind);
}

void OnnxWriterTest::uneditedIsTheSameFile()
{
    QFETCH(QString, folder);
    if (!QDir(folder).exists())
        QSKIP("not here");
    QDirIterator files(folder, {"*.onnx"}, QDir::Files, QDirIterator::Subdirectories);
    int count = 0;
    while (files.hasNext()) {
        const std::string file = files.next().toStdString();
        const Model model = open(file);
        // Data beside a model would be taken along: not the point here.
        if (model.files.size() > 1)
            continue;
        QVERIFY2(save(model) == bytesOf(file), file.c_str());
        ++count;
    }
    QVERIFY(count > 0);
}

void OnnxWriterTest::fromScratchSaysTheSame()
{
    for (const char* kind : {"node", "pytorch-converted", "simple"}) {
        QDirIterator files(QString("%1/%2").arg(testData, kind), {"*.onnx"}, QDir::Files, QDirIterator::Subdirectories);
        for (int i = 0; files.hasNext(); ++i) {
            const std::string file = files.next().toStdString();
            if (i % 9 != 0)
                continue;
            Model model = open(file);
            const std::vector<std::shared_ptr<const MappedFile>> kept = model.files;
            model.files.clear();
            for (std::size_t g = 0; g < model.graphCount(); ++g)
                model.graph(GraphId(g)).origin = {};
            QVERIFY2(!save(model).empty(), file.c_str());
            QVERIFY2(modelText(open(path("out.onnx"))) == modelText(model), file.c_str());
        }
    }
}

void OnnxWriterTest::onlyTheEditedFieldDiffers_data()
{
    QTest::addColumn<Change>("change");
    const auto row = [](const char* name, Change change) { QTest::newRow(name) << change; };
    row("node name", [](Model& model, onnx::ModelProto& proto) {
        model.node(nodeNamed(model, "first")).name = proto.mutable_graph()->mutable_node(0)->mutable_name()->assign("stem");
    });
    row("operator", [](Model& model, onnx::ModelProto& proto) {
        const OperatorId op = model.addOperator({"com.example", "Gelu", "", {}, {}});
        model.node(nodeNamed(model, "first")).op = op;
        proto.mutable_graph()->mutable_node(0)->set_op_type("Gelu");
        proto.mutable_graph()->mutable_node(0)->set_domain("com.example");
    });
    row("attribute", [](Model& model, onnx::ModelProto& proto) {
        model.node(nodeNamed(model, "second")).attributes.push_back({"group", std::int64_t(2), false, {}});
        auto* attribute = proto.mutable_graph()->mutable_node(1)->add_attribute();
        attribute->set_name("group");
        attribute->set_type(onnx::AttributeProto::INT);
        attribute->set_i(2);
    });
    row("input", [](Model& model, onnx::ModelProto& proto) {
        model.setInput(nodeNamed(model, "second"), 0, valueNamed(model, "x"));
        proto.mutable_graph()->mutable_node(1)->set_input(0, "x");
    });
    row("opset", [](Model& model, onnx::ModelProto& proto) {
        model.opsets[""] = 17;
        proto.mutable_opset_import(0)->set_version(17);
    });
    row("description", [](Model& model, onnx::ModelProto& proto) {
        model.graph(model.mainGraph).docString = "text";
        proto.mutable_graph()->set_doc_string("text");
    });
    row("metadata", [](Model& model, onnx::ModelProto& proto) {
        model.metadata = {{"author", "me"}};
        auto* entry = proto.add_metadata_props();
        entry->set_key("author");
        entry->set_value("me");
    });
    row("batch", [](Model& model, onnx::ModelProto& proto) {
        (*model.value(valueNamed(model, "x")).type.shape)[0] = {-1, "N"};
        proto.mutable_graph()->mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim(0)->set_dim_param("N");
    });
}

void OnnxWriterTest::onlyTheEditedFieldDiffers()
{
    QFETCH(Change, change);
    onnx::ModelProto proto = chain();
    Model model = writeAndOpen(proto);
    change(model, proto);
    // Both in protobuf's own order of fields.
    QCOMPARE(saved(model).SerializeAsString(), proto.SerializeAsString());
}

void OnnxWriterTest::unknownFieldsAndOddEncodingsStay()
{
    onnx::ModelProto proto = chain();
    addField(*proto.mutable_graph()->mutable_node(0), 77, "of the future");
    addField(*proto.mutable_graph(), 78, "also");
    addField(*proto.mutable_graph()->mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim(0), 79, "there");
    std::string bytes = proto.SerializeAsString();
    bytes = std::string("\x28\x85\x80\x00", 4) + bytes;  // model_version 5 in three bytes, before all else
    writeBytes(path("in.onnx"), bytes);

    Model model = open(path("in.onnx"));
    QCOMPARE(save(model), bytes);
    model.node(nodeNamed(model, "first")).name = "fir$t";
    (*model.value(valueNamed(model, "x")).type.shape)[1] = {5, {}};
    std::string expected = bytes;
    expected.replace(expected.find("first"), 5, "fir$t");
    const std::string out = save(model);
    QCOMPARE(out.size(), expected.size());
    int differing = 0;
    for (std::size_t i = 0; i < out.size(); ++i)
        differing += out[i] != expected[i];
    QCOMPARE(differing, 1);  // the size of the second dimension
    onnx::ModelProto back;
    QVERIFY(back.ParseFromString(out));
    QCOMPARE(back.graph().input(0).type().tensor_type().shape().dim(1).dim_value(), std::int64_t(5));
}

void OnnxWriterTest::renamingReachesEverything()
{
    onnx::ModelProto proto = chain();
    onnx::GraphProto& graph = *proto.mutable_graph();
    auto* annotation = graph.add_quantization_annotation();
    annotation->set_tensor_name("y");
    auto* parameter = annotation->add_quant_parameter_tensor_names();
    parameter->set_key("SCALE_TENSOR");
    parameter->set_value("weight");
    auto* branch = addNode(graph, "If", {"z"}, {"w"})->add_attribute();
    branch->set_name("then_branch");
    branch->set_type(onnx::AttributeProto::GRAPH);
    addNode(*branch->mutable_g(), "Neg", {"y"}, {"inner"});
    *branch->mutable_g()->add_output() = valueInfo("inner", onnx::TensorProto::FLOAT, {});

    Model model = writeAndOpen(proto);
    model.value(valueNamed(model, "y")).name = "hidden";
    model.value(valueNamed(model, "weight")).name = "kernel";
    model.value(valueNamed(model, "x")).name = "image";
    const onnx::GraphProto out = saved(model).graph();
    QCOMPARE(out.node(0).output(0), std::string("hidden"));
    QCOMPARE(out.node(1).input(0), std::string("hidden"));
    QCOMPARE(out.node(1).input(1), std::string("kernel"));
    QCOMPARE(out.node(2).attribute(0).g().node(0).input(0), std::string("hidden"));
    QCOMPARE(out.value_info(0).name(), std::string("hidden"));
    QCOMPARE(out.initializer(0).name(), std::string("kernel"));
    QCOMPARE(out.input(0).name(), std::string("image"));
    QCOMPARE(out.quantization_annotation(0).tensor_name(), std::string("hidden"));
    QCOMPARE(out.quantization_annotation(0).quant_parameter_tensor_names(0).value(), std::string("kernel"));
}

void OnnxWriterTest::typesChangeWhereTheyAreSaid()
{
    onnx::ModelProto proto = chain();
    proto.mutable_graph()->mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim(1)->set_denotation("DATA_CHANNEL");
    Model model = writeAndOpen(proto);
    for (const char* name : {"x", "y", "z"})
        (*model.value(valueNamed(model, name)).type.shape)[0] = {-1, "N"};
    const onnx::GraphProto out = saved(model).graph();
    for (const onnx::ValueInfoProto* info : {&out.input(0), &out.value_info(0), &out.output(0)}) {
        const auto& shape = info->type().tensor_type().shape();
        QCOMPARE(shape.dim(0).dim_param(), std::string("N"));
        QVERIFY(!shape.dim(0).has_dim_value());
        QCOMPARE(shape.dim(1).dim_value(), std::int64_t(4));
    }
    QCOMPARE(out.input(0).type().tensor_type().shape().dim(1).denotation(), std::string("DATA_CHANNEL"));
    QCOMPARE(out.value_info_size(), 1);
}

void OnnxWriterTest::newValuesAreDescribed()
{
    Model model = writeAndOpen(chain());
    const ValueId soft = model.addValue(model.mainGraph, "soft", Type::tensor(ElementType::Float32, Shape{{-1, "N"}, {4, {}}}));
    const NodeId node = model.addNode(model.mainGraph, model.addOperator({"", "Softmax", "", {}, {}}),
                                      std::array{valueNamed(model, "z")}, std::array{soft});
    model.node(node).name = "third";
    model.graph(model.mainGraph).outputs.push_back(soft);
    const ValueId half = model.addValue(model.mainGraph, "half", Type::tensor(ElementType::Float16, Shape{}));
    model.addNode(model.mainGraph, model.addOperator({"", "Cast", "", {}, {}}), std::array{soft}, std::array{half});
    const onnx::GraphProto out = saved(model).graph();
    QCOMPARE(out.node_size(), 4);
    QCOMPARE(out.node(2).name(), std::string("third"));
    QCOMPARE(out.node(2).input(0), std::string("z"));
    QCOMPARE(out.output_size(), 2);
    QCOMPARE(out.output(1).type().tensor_type().shape().dim(0).dim_param(), std::string("N"));
    QCOMPARE(out.value_info_size(), 2);  // of y, as before, and of half; an output says its type itself
    QCOMPARE(out.value_info(1).name(), std::string("half"));
}

void OnnxWriterTest::deletedValuesAreForgotten()
{
    Model model = writeAndOpen(chain());
    const ValueId y = valueNamed(model, "y");
    model.setInput(nodeNamed(model, "second"), 0, valueNamed(model, "x"));
    model.removeNode(nodeNamed(model, "first"));
    model.removeValue(y);
    const onnx::GraphProto out = saved(model).graph();
    QCOMPARE(out.node_size(), 1);
    QCOMPARE(out.value_info_size(), 0);
}

void OnnxWriterTest::sortsWhatAnEditUnsorted()
{
    Model model = writeAndOpen(chain());
    // A node at the end that the first one reads.
    const ValueId scaled = model.addValue(model.mainGraph, "scaled");
    model.addNode(model.mainGraph, model.addOperator({"", "Abs", "", {}, {}}), std::array{valueNamed(model, "x")}, std::array{scaled});
    model.setInput(nodeNamed(model, "first"), 0, scaled);
    const onnx::GraphProto out = saved(model).graph();
    QCOMPARE(out.node(0).op_type(), std::string("Abs"));
    QCOMPARE(out.node(1).op_type(), std::string("Relu"));
    QCOMPARE(m_report.sortedGraphs, std::size_t(1));
}

void OnnxWriterTest::doesNotSortWhatWasUnsorted()
{
    onnx::ModelProto proto = chain();
    proto.mutable_graph()->mutable_node()->SwapElements(0, 1);
    Model model = writeAndOpen(proto);
    QCOMPARE(save(model), bytesOf(path("in.onnx")));
    model.node(nodeNamed(model, "first")).name = "stem";
    QCOMPARE(saved(model).graph().node(1).name(), std::string("stem"));
    QCOMPARE(m_report.sortedGraphs, std::size_t(0));
}

void OnnxWriterTest::replacesData()
{
    onnx::ModelProto proto = chain();
    auto& tensor = *proto.mutable_graph()->mutable_initializer(0);
    tensor.clear_raw_data();
    tensor.clear_float_data();
    for (int i = 0; i < 64; ++i)
        tensor.add_float_data(float(i));
    tensor.set_doc_string("kept");
    Model model = writeAndOpen(proto);
    Tensor& weight = model.tensor(model.value(valueNamed(model, "weight")).tensor);
    weight.element = ElementType::Float16;
    weight.shape = {2, 3};
    weight.data = owned(12, 7);
    const onnx::TensorProto out = saved(model).graph().initializer(0);
    QCOMPARE(out.data_type(), int(onnx::TensorProto::FLOAT16));
    QCOMPARE(out.dims_size(), 2);
    QCOMPARE(out.raw_data(), std::string(12, 7));
    QCOMPARE(out.float_data_size(), 0);
    QCOMPARE(out.doc_string(), std::string("kept"));
}

void OnnxWriterTest::gathersStrides()
{
    Model model = writeAndOpen(chain());
    std::vector<std::byte> bytes(24);
    for (int i = 0; i < 6; ++i) {
        const float number = float(i);
        std::memcpy(bytes.data() + 4 * i, &number, 4);
    }
    Tensor& weight = model.tensor(model.value(valueNamed(model, "weight")).tensor);
    weight.shape = {3, 2};
    weight.strides = {1, 3};  // the transpose of [[0, 1, 2], [3, 4, 5]]
    weight.data = OwnedBytes{std::make_shared<const std::vector<std::byte>>(bytes)};
    const std::string raw = saved(model).graph().initializer(0).raw_data();
    QCOMPARE(raw.size(), std::size_t(24));
    std::array<float, 6> numbers;
    std::memcpy(numbers.data(), raw.data(), 24);
    QCOMPARE(numbers, (std::array<float, 6>{0, 3, 1, 4, 2, 5}));
    weight.strides = {1, 4};  // leaves the six numbers
    QVERIFY(save(model).empty());
}

void OnnxWriterTest::writesOverItsOwnFile()
{
    writeBytes(path("out.onnx"), chain().SerializeAsString());
    Model model = open(path("out.onnx"));
    model.node(nodeNamed(model, "first")).name = "one";
    QCOMPARE(saved(model).graph().node(0).name(), std::string("one"));
    // Once more, from the file that is replaced by now but still mapped.
    model.node(nodeNamed(model, "second")).name = "two";
    QCOMPARE(saved(model).graph().node(1).name(), std::string("two"));
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden).size(), 1);
}

void OnnxWriterTest::keepsLinksAndPermissions()
{
    writeBytes(path("real.onnx"), chain().SerializeAsString());
    QVERIFY(::chmod(path("real.onnx").c_str(), 0640) == 0);
    std::filesystem::create_symlink("real.onnx", path("out.onnx"));
    Model model = open(path("out.onnx"));
    model.node(nodeNamed(model, "first")).name = "one";
    QVERIFY(!save(model).empty());
    QVERIFY(std::filesystem::is_symlink(path("out.onnx")));
    struct stat info = {};
    QVERIFY(::stat(path("real.onnx").c_str(), &info) == 0);
    QCOMPARE(int(info.st_mode & 0777), 0640);
    QCOMPARE(open(path("real.onnx")).node(NodeId(0)).name, std::string("one"));
}

void OnnxWriterTest::saysWhatOnnxCannotSay()
{
    Model model = writeAndOpen(chain());
    model.tensor(model.value(valueNamed(model, "weight")).tensor).element = ElementType::QInt8;
    Progress progress;
    const auto report = writeOnnx(model, path("out.onnx"), {}, progress);
    QVERIFY(!report);
    QVERIFY(report.error().kind == ErrorKind::Write);
    QVERIFY2(report.error().message.find("qint8") != std::string::npos, report.error().message.c_str());
    QVERIFY(!QFile::exists(m_folder->filePath("out.onnx")));
}

void OnnxWriterTest::aFullDiskLeavesTheOldFile()
{
    onnx::ModelProto proto = chain();
    *proto.mutable_graph()->add_initializer() = floatTensor("large", {30000}, std::vector<float>(30000, 2));
    const Model model = writeAndOpen(proto);
    writeBytes(path("out.onnx"), "old");
    // A limit on the size of files is what a full disk looks like to a program.
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before = {};
    QVERIFY(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    rlimit small = before;
    small.rlim_cur = 50'000;
    QVERIFY(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    Progress progress;
    const auto report = writeOnnx(model, path("out.onnx"), {}, progress);
    QVERIFY(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    QVERIFY(!report);
    QVERIFY(report.error().kind == ErrorKind::Write);
    QCOMPARE(bytesOf(path("out.onnx")), std::string("old"));
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden).size(), 2);
}

void OnnxWriterTest::cancelLeavesTheOldFile()
{
    const Model model = writeAndOpen(chain());
    writeBytes(path("out.onnx"), "old");
    Progress progress;
    progress.cancel();
    const auto report = writeOnnx(model, path("out.onnx"), {}, progress);
    QVERIFY(!report && report.error().isCancelled());
    QCOMPARE(bytesOf(path("out.onnx")), std::string("old"));
}

void OnnxWriterTest::aShortenedSourceIsRefused()
{
    Model model = writeAndOpen(chain());
    std::filesystem::resize_file(path("in.onnx"), 20);
    Progress progress;
    const auto report = writeOnnx(model, path("out.onnx"), {}, progress);
    QVERIFY(!report);
    QVERIFY2(report.error().message.find("shortened") != std::string::npos, report.error().message.c_str());
}

QTEST_GUILESS_MAIN(OnnxWriterTest)
#include "onnxwritertest.moc"
