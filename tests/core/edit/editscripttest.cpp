#include "core/edit/editscript.h"

#include <QTemporaryDir>
#include <QTest>
#include <array>
#include <cstring>
#include <fstream>
#include <set>

#include "core/edit/apply.h"
#include "core/edit/journal.h"
#include "core/formats/formats.h"
#include "core/graph/text.h"
#include "tests/support/randomedit.h"
#include "tests/support/samemodel.h"

using namespace tenscope;

class EditScriptTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void runs();
    void refusesAsAWhole_data();
    void refusesAsAWhole();
    void survivesAnything();
    void writesAndReadsEveryKind();
    void makesTensors_data();
    void makesTensors();
    void replaysAJournal();
    void journalsOfOtherFilesAreRefused();
    void aJournalCutOffGivesWhatIsThere();

private:
    Model m_model;
};

namespace {

const char* const sample = TENSCOPE_SOURCE_DIR "/resources/samples/shapes.onnx";

Model open(const std::filesystem::path& file)
{
    Progress progress;
    auto opened = read(file, progress);
    if (!opened)
        qFatal("%s", opened.error().message.c_str());
    return std::move(*opened);
}

}  // namespace

// image → Relu "act" (a) → Conv (b, with weight w) → result; two nodes are named "twice".
void EditScriptTest::initTestCase()
{
    const GraphId graph = m_model.mainGraph = m_model.addGraph("main");
    const ValueId image = m_model.addValue(graph, "image", Type::tensor(ElementType::Float32, std::vector<std::int64_t>{1, 3}));
    m_model.graph(graph).inputs = {image};
    Tensor tensor;
    tensor.name = "w";
    tensor.element = ElementType::Float32;
    tensor.shape = {2};
    tensor.data = OwnedBytes{std::make_shared<const std::vector<std::byte>>(8)};
    const ValueId weight = m_model.addStoredValue(graph, "w", m_model.addTensor(tensor));
    const ValueId hidden = m_model.addValue(graph, "hidden"), result = m_model.addValue(graph, "result");
    const auto add = [&](const char* op, const char* name, std::vector<ValueId> inputs, std::vector<ValueId> outputs) {
        const NodeId id = m_model.addNode(graph, m_model.addOperator({"", op, "", {}, {}}), inputs, outputs);
        m_model.node(id).name = name;
    };
    add("Relu", "act", {image}, {hidden});
    add("Conv", "", {hidden, weight}, {result});
    add("Neg", "twice", {image}, {});
    add("Abs", "twice", {image}, {});
    m_model.graph(graph).outputs = {result};
    m_model.opsets[""] = 13;
}

void EditScriptTest::runs()
{
    Model model = m_model;
    const char* const script = R"({"tenscope_edits": 1, "edits": [
        {"edit": "rename_node", "node": {"output": "result"}, "name": "conv"},
        {"edit": "set_operator", "node": "act", "op": "LeakyRelu"},
        {"edit": "set_attribute", "node": "act", "name": "alpha", "value": 0.1},
        {"edit": "set_attribute", "node": "act", "name": "alpha", "value": 1},
        {"edit": "add_node", "op": "Softmax", "name": "soft", "inputs": ["result"], "outputs": ["p"], "attributes": {"axis": 1}},
        {"edit": "set_graph_output", "position": 0, "value": "p"},
        {"edit": "rename_value", "value": "p", "name": "probabilities"},
        {"edit": "set_value_type", "value": "image", "type": {"element": "float32", "shape": ["N", 3, null]}},
        {"edit": "replace_tensor", "value": "w", "content": {"element": "int64", "shape": [2], "values": [7, -8]}},
        {"edit": "set_metadata", "key": "author", "value": "me"},
        {"edit": "set_opset", "domain": "", "version": 17},
        {"edit": "macro", "title": "both", "edits": [
            {"edit": "add_graph_input", "name": "mask", "type": {"element": "bool", "shape": []}},
            {"edit": "set_input", "node": "soft", "input": 1, "value": "mask"}]}
    ]})";
    const auto run = runScript(model, script, {});
    QVERIFY2(run, run ? "" : run.error().message.c_str());
    QCOMPARE(run->edits, std::size_t(12));
    const NodeId soft = model.graph(model.mainGraph).last();
    QCOMPARE(model.node(soft).inputs().size(), std::size_t(2));
    QCOMPARE(std::get<std::int64_t>(model.node(soft).attribute("axis")->value), std::int64_t(1));
    QCOMPARE(model.value(model.graph(model.mainGraph).outputs[0]).name, std::string("probabilities"));
    QCOMPARE(toString(model.value(model.graph(model.mainGraph).inputs[0]).type), std::string("float32 N\u00d73\u00d7?"));
    QCOMPARE(std::get<double>(model.node(NodeId(0)).attribute("alpha")->value), 1.0);  // a float stays one
    QCOMPARE(model.node(NodeId(1)).name, std::string("conv"));
    QCOMPARE(model.opsets.at(""), std::int64_t(17));
    std::string why;
    QVERIFY(applyEdit(model, run->inverse));
    (void)sameModel(m_model, model, &why);
    QVERIFY2(why.empty(), why.c_str());
}

void EditScriptTest::refusesAsAWhole_data()
{
    QTest::addColumn<QByteArray>("edit");
    QTest::addColumn<QString>("why");
    QTest::newRow("no JSON") << QByteArray("[{") << "not JSON";
    QTest::newRow("no list") << QByteArray("7") << "a list of edits";
    QTest::newRow("newer") << QByteArray(R"({"tenscope_edits": 2, "edits": []})") << "newer version";
    const auto row = [](const char* name, const char* edit, const char* why) {
        QTest::newRow(name) << "[{\"edit\": \"rename_node\", \"node\": \"act\", \"name\": \"x\"}, " + QByteArray(edit) + ']' << QString(why);
    };
    row("no kind", R"({"node": 1})", "edit 2: an edit is an object");
    row("unknown kind", R"({"edit": "explode"})", "edit 2 (explode): there is no kind of edit");
    row("no such node", R"({"edit": "remove_node", "node": "nobody"})", "there is no node \"nobody\"");
    row("ambiguous", R"({"edit": "remove_node", "node": "twice"})", "there are 2 of the name");
    row("missing member", R"({"edit": "rename_node", "node": 0})", "\"name\" is missing");
    row("wrong type", R"({"edit": "rename_node", "node": 0, "name": 5})", "\"name\" is a text");
    row("applied and refused", R"({"edit": "rename_value", "value": "hidden", "name": "image"})", "\"image\" is taken");
    row("id out of range", R"({"edit": "remove_node", "node": 4000000000})", "no node number");
    row("negative id", R"({"edit": "rename_value", "value": -1, "name": "v"})", "no value number");
    row("tensor too short", R"({"edit": "replace_tensor", "value": "w", "content": {"element": "float32", "shape": [3], "values": [1]}})",
        "needs 3 values");
    row("tensor too large", R"({"edit": "add_stored_tensor", "name": "t", "tensor": {"element": "float32", "shape": [4000000000, 4000000000], "fill": 0}})",
        "more elements");
    row("number does not fit", R"({"edit": "add_stored_tensor", "name": "t", "tensor": {"element": "uint8", "shape": [1], "values": [300]}})",
        "300 does not fit");
    row("no files here", R"({"edit": "add_stored_tensor", "name": "t", "tensor": {"file": "t.npy"}})", "cannot be read here");
}

void EditScriptTest::refusesAsAWhole()
{
    QFETCH(QByteArray, edit);
    QFETCH(QString, why);
    Model model = m_model;
    const auto run = runScript(model, edit.toStdString(), {});
    QVERIFY(!run);
    QVERIFY2(QString::fromStdString(run.error().message).contains(why), run.error().message.c_str());
    std::string difference;
    (void)sameModel(m_model, model, &difference);
    QVERIFY2(difference.empty(), difference.c_str());
    QCOMPARE(model.nodeCount(), m_model.nodeCount());
}

void EditScriptTest::survivesAnything()
{
    // Values of every type in place of every member: a sentence, never a crash.
    const QList<QByteArray> wrong = {"null", "true", "-1", "1e300", "\"x\"", "[]", "[[1]]", "{}", "{\"output\": {}}", "99999999999"};
    for (const char* kind : {"add_node", "rename_node", "remove_node", "move_node", "set_operator", "set_input", "set_inputs",
                                   "add_node_output", "remove_node_output", "set_attribute", "remove_attribute", "add_body", "rename_value",
                                   "set_value_type", "rename_graph", "add_graph_input", "remove_graph_input", "add_graph_output",
                                   "remove_graph_output", "set_graph_output", "add_stored_tensor", "remove_stored_tensor", "replace_tensor",
                                   "rename_tensor", "set_metadata", "set_doc_string", "set_model_info", "set_opset", "macro", "replace_uses",
                                   "set_batch", "extract"}) {
        for (const QByteArray& value : wrong) {
            QByteArray json = "{\"edit\": \"" + QByteArray(kind) + "\"";
            for (const char* key : {"node", "name", "op", "domain", "overload", "scope", "inputs", "outputs", "attributes", "before", "input", "value",
                                    "values", "type", "position", "attribute", "in_list", "graph", "tensor", "content", "parameter", "key",
                                    "entries", "text", "ir_version", "model_version", "version", "edits", "title", "by", "to", "nodes", "bypass"})
                json += ", \"" + QByteArray(key) + "\": " + value;
            Model model = m_model;
            const auto run = runScript(model, "[" + (json + "}").toStdString() + "]", {});
            std::string why;
            (void)model.isConsistent(&why);
            QVERIFY2(why.empty(), why.c_str());
            QVERIFY(run || !run.error().message.empty());
        }
    }
    QByteArray deep;
    for (int i = 0; i < 100'000; ++i)
        deep += "{\"edit\":\"macro\",\"edits\":[";
    Model model = m_model;
    QVERIFY(!runScript(model, "[" + deep.toStdString(), {}));
}

void EditScriptTest::writesAndReadsEveryKind()
{
    Model model = open(sample);
    RandomEdits random(3);
    std::set<std::string_view> kinds;
    for (int step = 0; step < 3000; ++step) {
        const Edit edit = random.next(model);
        Model direct = model;
        const auto applied = applyEdit(direct, edit);
        if (!applied)
            continue;
        const auto json = toJson(model, edit);
        QVERIFY2(json, json ? "" : json.error().message.c_str());
        const auto again = parseEdit(model, *json, {});
        QVERIFY2(again, (again ? std::string() : *json + ": " + again.error().message).c_str());
        Model parsed = model;
        const auto reapplied = applyEdit(parsed, *again);
        QVERIFY2(reapplied, (reapplied ? std::string() : *json + ": " + reapplied.error().message).c_str());
        std::string why;
        (void)sameModel(direct, parsed, &why);
        QVERIFY2(why.empty(), (*json + ": " + why).c_str());
        kinds.insert(kind(edit));
        if (step % 10 == 0)
            model = std::move(direct);
    }
    QVERIFY2(kinds.size() >= 27, std::to_string(kinds.size()).c_str());
}

void EditScriptTest::makesTensors_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("bytes");  // as NumPy writes them
    const auto row = [](const char* json, const char* hex) { QTest::newRow(json) << QByteArray(json) << QByteArray::fromHex(hex); };
    row(R"({"element": "float32", "shape": [2], "values": [1.5, "nan"]})", "0000c03f0000c07f");
    row(R"({"element": "float16", "shape": [6], "values": [1, -2, 65504, 0.1, 6e-8, 100000]})", "003c00c0ff7b662e0100007c");
    row(R"({"element": "float16", "shape": [3], "values": [2049, 2051, 0.00006103515625]})", "006802680004");
    row(R"({"element": "bfloat16", "shape": [3], "values": [1, 3.14159265, "-inf"]})", "803f494080ff");
    row(R"({"element": "int16", "shape": [2, 1], "values": [-2, 258]})", "feff0201");
    row(R"({"element": "uint64", "shape": [1], "values": [18446744073709551615]})", "ffffffffffffffff");
    row(R"({"element": "bool", "shape": [3], "values": [true, false, 1]})", "010001");
    row(R"({"element": "int32", "shape": [2], "fill": 3})", "0300000003000000");
    row(R"({"element": "uint8", "shape": [5], "data": "AQIDBP8="})", "01020304ff");
    row(R"({"element": "float32", "shape": [0], "values": []})", "");
}

void EditScriptTest::makesTensors()
{
    QFETCH(QByteArray, json);
    QFETCH(QByteArray, bytes);
    const auto edit = parseEdit(m_model, R"({"edit": "add_stored_tensor", "name": "t", "tensor": )" + json.toStdString() + "}", {});
    QVERIFY2(edit, edit ? "" : edit.error().message.c_str());
    const auto data = std::get<AddStoredTensor>(*edit).tensor.bytes();
    QVERIFY(data);
    QCOMPARE(QByteArray(reinterpret_cast<const char*>(data->data()), qsizetype(data->size())).toHex(), bytes.toHex());
}

void EditScriptTest::replaysAJournal()
{
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("journal").toStdString();
    Model model = open(sample);
    auto journal = Journal::create(path, *model.files.front());
    QVERIFY2(journal, journal ? "" : journal.error().message.c_str());
    RandomEdits random(11);
    std::vector<Edit> undo, redo;
    for (int step = 0; step < 300; ++step) {
        if (step % 7 == 6 && !undo.empty()) {
            redo.push_back(*applyEdit(model, undo.back()));
            undo.pop_back();
            QVERIFY(journal->undid());
        } else if (step % 11 == 10 && !redo.empty()) {
            undo.push_back(*applyEdit(model, redo.back()));
            redo.pop_back();
            QVERIFY(journal->redid());
        } else {
            const Edit edit = random.next(model);
            const Model before = model;
            auto inverse = applyEdit(model, edit);
            if (!inverse)
                continue;
            QVERIFY(journal->did(before, edit, "a \"step\""));
            undo.push_back(std::move(*inverse));
            redo.clear();
        }
    }
    QCOMPARE(*journaledFile(path), std::filesystem::path(sample));
    Model again = open(sample);
    const auto recovered = replay(path, again);
    QVERIFY2(recovered, recovered ? "" : recovered.error().message.c_str());
    QCOMPARE(recovered->problem, std::string());
    std::string why;
    (void)sameModel(model, again, &why);
    QVERIFY2(why.empty(), why.c_str());
    QCOMPARE(recovered->undo.size(), undo.size());
    for (auto inverse = recovered->undo.rbegin(); inverse != recovered->undo.rend(); ++inverse)
        QVERIFY(applyEdit(again, inverse->edit));
    (void)sameModel(open(sample), again, &why);
    QVERIFY2(why.empty(), why.c_str());
    journal->remove();
    QVERIFY(!std::filesystem::exists(path));
}

void EditScriptTest::journalsOfOtherFilesAreRefused()
{
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("journal").toStdString(), copy = folder.filePath("m.onnx").toStdString();
    std::filesystem::copy_file(sample, copy);
    Model model = open(copy);
    QVERIFY(Journal::create(path, *model.files.front()));
    QVERIFY(replay(path, model));
    Model other = open(sample);
    QVERIFY(!replay(path, other));
    std::ofstream(copy, std::ios::app) << ' ';
    QVERIFY(!replay(path, model));
    std::ofstream(path) << "{}\n";
    QVERIFY(!replay(path, model));
}

void EditScriptTest::aJournalCutOffGivesWhatIsThere()
{
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("journal").toStdString();
    Model model = open(sample);
    {
        auto journal = Journal::create(path, *model.files.front());
        QVERIFY(!isAbandoned(path));
        QVERIFY(journal && journal->did(model, RenameNode{NodeId(0), "first"}, {}) && journal->did(model, RenameNode{NodeId(1), "second"}, {}));
    }
    QVERIFY(isAbandoned(path));
    std::filesystem::resize_file(path, std::filesystem::file_size(path) - 9);
    const auto recovered = replay(path, model);
    QVERIFY(recovered);
    QCOMPARE(recovered->steps, std::size_t(1));
    QVERIFY(recovered->problem.empty());
    QCOMPARE(model.node(NodeId(0)).name, std::string("first"));
    // Going on from there leaves no half line in the middle.
    {
        auto journal = Journal::resume(path, *recovered);
        QVERIFY(journal && journal->did(model, RenameNode{NodeId(1), "again"}, {}));
    }
    Model third = open(sample);
    const auto whole = replay(path, third);
    QVERIFY(whole && whole->problem.empty());
    QCOMPARE(whole->steps, std::size_t(2));
    QCOMPARE(third.node(NodeId(1)).name, std::string("again"));
}

QTEST_GUILESS_MAIN(EditScriptTest)
#include "editscripttest.moc"
