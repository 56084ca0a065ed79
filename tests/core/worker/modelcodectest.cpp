// Models go through the codec and come out as they were: real ones, one with everything in it, and damaged messages,
// which must be refused or make a consistent model.

#include <QDir>
#include <QDirIterator>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <google/protobuf/arena.h>

#include <cstring>
#include <fstream>
#include <limits>
#include <random>

#include "core/formats/formats.h"
#include "core/worker/modelcodec.h"
#include "core/worker/worker.pb.h"
#include "tests/support/samemodel.h"

using namespace tenscope;

namespace {

struct Encoded {
    std::string bytes;
    std::shared_ptr<const MappedFile> attached;
};

Encoded encoded(const Model& model)
{
    Encoded result;
    protocol::Model message;
    BlobWriter blob;
    const auto done = encode(model, blob, message);
    if (!done)
        qFatal("%s", done.error().message.c_str());
    result.bytes = message.SerializeAsString();
    if (const Descriptor file = blob.take())
        result.attached = mapBlob(file).value();
    return result;
}

Result<Model> decoded(const Encoded& encoded)
{
    google::protobuf::Arena arena;
    auto* message = google::protobuf::Arena::CreateMessage<protocol::Model>(&arena);
    if (!message->ParseFromString(encoded.bytes))
        return fail(Error::worker("unparsable"));
    return decode(*message, encoded.attached);
}

// Data that travelled beside the message is the same data as that it was copied from.
void own(Model& model)
{
    for (std::size_t i = 0; i < model.tensorCount(); ++i) {
        Tensor& tensor = model.tensor(TensorId(i));
        const auto* slice = std::get_if<FileSlice>(&tensor.data);
        if (!slice || std::find(model.files.begin(), model.files.end(), slice->file) != model.files.end())
            continue;
        const auto bytes = *tensor.bytes();
        tensor.data = OwnedBytes{std::make_shared<const std::vector<std::byte>>(bytes.begin(), bytes.end())};
    }
}

// What sameModel() leaves to others.
QString differenceBeside(const Model& a, const Model& b)
{
    if (a.operatorCount() != b.operatorCount() || a.scopeCount() != b.scopeCount() ||
        a.tensorCount() != b.tensorCount())
        return "counts";
    for (std::size_t i = 0; i < a.operatorCount(); ++i) {
        const Operator &x = a.op(OperatorId(i)), &y = b.op(OperatorId(i));
        if (x.domain != y.domain || x.name != y.name || x.overload != y.overload || x.inputNames != y.inputNames ||
            x.outputNames != y.outputNames || x.isVariadic != y.isVariadic || x.isKnown != y.isKnown ||
            x.isDeprecated != y.isDeprecated)
            return "operators";
    }
    for (std::size_t i = 0; i < a.scopeCount(); ++i) {
        const Scope &x = a.scope(ScopeId(i)), &y = b.scope(ScopeId(i));
        if (x.parent != y.parent || x.name != y.name || x.className != y.className)
            return "scopes";
    }
    if (a.issues.size() != b.issues.size())
        return "issues";
    for (std::size_t i = 0; i < a.issues.size(); ++i)
        if (a.issues[i].severity != b.issues[i].severity || a.issues[i].text != b.issues[i].text ||
            a.issues[i].place != b.issues[i].place)
            return "an issue";
    if (a.files.size() != b.files.size())
        return "files";
    for (std::size_t i = 0; i < a.files.size(); ++i)
        if (a.files[i]->path() != b.files[i]->path())
            return "a file";
    if (a.valueQuantization->size() != b.valueQuantization->size())
        return "quantizations";
    for (const auto& [id, x] : *a.valueQuantization) {
        const auto y = b.valueQuantization->find(id);
        if (y == b.valueQuantization->end() || x.axis != y->second.axis || x.scales != y->second.scales ||
            x.zeroPoints != y->second.zeroPoints)
            return "a quantization";
    }
    return {};
}

QString difference(const Model& before, const Result<Model>& after)
{
    if (!after)
        return QString::fromStdString(after.error().message);
    std::string why;
    if (!after->isConsistent(&why))
        return "inconsistent: " + QString::fromStdString(why);
    Model copy = *after;
    own(copy);
    if (!sameModel(before, copy, &why))
        return QString::fromStdString(why);
    return differenceBeside(before, *after);
}

OwnedBytes bytesOf(std::size_t count)
{
    auto bytes = std::make_shared<std::vector<std::byte>>(count);
    for (std::size_t i = 0; i < count; ++i)
        (*bytes)[i] = std::byte(i * 7);
    return OwnedBytes{bytes};
}

// One of everything that a model can hold.
Model everything(const std::filesystem::path& file)
{
    Model model;
    model.format = Format::TorchScript;
    model.producer = "producer \xff not UTF-8";
    model.irVersion = -3;
    model.opsets = {{"", 17}, {"com.example", 2}};
    model.domain = "domain";
    model.modelVersion = std::numeric_limits<std::int64_t>::min();
    model.docString = std::string("zero \0 inside", 13);
    model.metadata = {{"a", "b"}, {"a", "c"}};
    model.files.push_back(*MappedFile::open(file));

    const GraphId main = model.addGraph("main");
    model.mainGraph = main;
    model.graph(main).docString = "doc";
    model.graph(main).origin = {5, 6};
    model.graph(main).metadata = {{"k", "v"}};
    const OperatorId known =
        model.addOperator({"aten", "add", "Tensor", {"self", "other"}, {"out"}, false, true, false});
    const OperatorId unknown = model.addOperator({"torchvision", "nms", "", {}, {}, true, false, true});
    const ScopeId outer = model.addScope({}, "layer1");
    const ScopeId inner = model.addScope(outer, "0");
    model.scope(inner).className = "Bottleneck";

    Tensor weight;
    weight.name = "w";
    weight.element = ElementType::Float32;
    weight.shape = {2, 3};
    weight.strides = {1, 2};
    weight.data = FileSlice{model.files[0], 8, 24};
    weight.origin = {1, 2};
    weight.docString = "weights";
    weight.metadata = {{"x", "y"}};
    const TensorId weightId = model.addTensor(weight);
    Tensor small = weight;
    small.strides.clear();
    small.data = bytesOf(24);
    const TensorId smallId = model.addTensor(small);
    Tensor large = small;
    large.shape = {100, 100};
    large.data = bytesOf(40000);
    large.element = ElementType::QInt32;
    large.quantization = Quantization{1, std::vector<double>(100, 0.5), std::vector<std::int64_t>(100, -3)};
    model.addTensor(large);
    Tensor strings = small;
    strings.element = ElementType::String;
    strings.shape = {3};
    strings.data =
        OwnedStrings{std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"a", "", "\xfe"})};
    model.addTensor(strings);
    Tensor missing = small;
    missing.data = MissingData{"why"};
    model.addTensor(missing);
    Tensor sparse = small;
    sparse.data = SparseData{weightId, smallId};
    model.addTensor(sparse);
    Tensor empty = small;
    empty.shape = {0, 4};
    empty.data = bytesOf(0);
    model.addTensor(empty);

    Type nested;
    nested.kind = Type::Kind::Tuple;
    nested.arguments = {Type::tensor(ElementType::Int64, Shape{{3, ""}, {-1, "N"}, {-1, ""}}),
                        Type::tensor(ElementType::Bool)};
    nested.text = "denotation";
    const ValueId input = model.addValue(main, "x", Type::tensor(ElementType::Float32, std::vector<std::int64_t>{}));
    model.graph(main).inputs = {input};
    const ValueId stored = model.addStoredValue(main, "w", weightId);
    model.value(stored).isParameter = true;
    const ValueId removedValue = model.addValue(main, "gone");
    const ValueId sum = model.addValue(main, "sum", nested);
    const ValueId last = model.addValue(main, "last");
    const ValueId captured = model.addValue(main, "nothing defines this");

    const NodeId second = model.addNode(main, known, std::vector{sum, captured, ValueId()}, std::vector{last});
    const NodeId first = model.addNode(main, known, std::vector{input, stored, input}, std::vector{sum}, second);
    const NodeId removed = model.addNode(main, unknown, std::vector{input}, {});
    model.removeNode(removed);
    model.removeValue(removedValue);
    model.node(first).scope = inner;
    model.node(first).name = "first";
    model.node(second).origin = {100, 200};

    const GraphId body = model.addGraph("body", second, "then_branch");
    const ValueId inBody = model.addValue(body, "y");
    model.addNode(body, unknown, std::vector{sum}, std::vector{inBody});
    model.graph(body).outputs = {inBody, ValueId()};
    model.graph(main).outputs = {last};
    const GraphId other = model.addGraph("else", second, "cases");

    const auto add = [&](const char* name, AttributeValue value) {
        model.node(second).attributes.push_back({name, std::move(value), false, {}});
    };
    add("none", std::monostate());
    add("bool", true);
    add("int", std::numeric_limits<std::int64_t>::min());
    add("float", std::numeric_limits<double>::quiet_NaN());
    add("negative zero", -0.0);
    add("complex", std::complex<double>(1, -2));
    add("string", std::string("\xff\0x", 3));
    add("type", ElementType::Float8E5M2);
    add("tensor", smallId);
    add("body", body);
    add("type value", nested);
    add("bools", std::vector<bool>{true, false});
    add("no bools", std::vector<bool>());
    add("ints", std::vector<std::int64_t>{-1, 5});
    add("no ints", std::vector<std::int64_t>());
    add("floats", std::vector<double>{0.1, std::numeric_limits<double>::infinity()});
    add("no floats", std::vector<double>());
    add("strings", std::vector<std::string>{"", "b"});
    add("no strings", std::vector<std::string>());
    add("tensors", std::vector<TensorId>{smallId, weightId});
    add("no tensors", std::vector<TensorId>());
    add("bodies", std::vector<GraphId>{other});
    add("no bodies", std::vector<GraphId>());
    add("types", std::vector<Type>{nested, Type()});
    add("no types", std::vector<Type>());
    add("reference", AttributeReference{"alpha"});
    add("opaque", OpaqueText{"an object"});
    model.node(second).attributes.front().isFloat32 = true;
    model.node(second).attributes.front().origin = {3, 4};

    Function function;
    function.domain = "d";
    function.name = "f";
    function.overload = "o";
    function.graph = model.addGraph("f");
    function.attributeNames = {"alpha"};
    function.attributeDefaults = {{"beta", 2.5, true, {}}};
    function.opsets = {{"", 18}};
    function.origin = {7, 8};
    model.functions.push_back(function);

    model.nodeDocStrings.edit()[first] = "what it does";
    model.nodeMetadata.edit()[second] = {{"namespace", "a/b"}};
    model.valueMetadata.edit()[sum] = {{"m", "n"}};
    model.valueQuantization.edit()[sum] = Quantization{-1, {0.25}, {}};
    model.issues = {{Severity::Error, "text", first},
                    {Severity::Info, "", std::monostate()},
                    {Severity::Warning, "v", sum},
                    {Severity::Warning, "t", smallId},
                    {Severity::Warning, "g", body}};
    return model;
}

}  // namespace

class ModelCodecTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        m_file = m_folder.filePath("model.bin").toStdString();
        std::ofstream(m_file) << std::string(1000, 'x');
    }

    void everythingComesBack()
    {
        const Model model = everything(m_file);
        QVERIFY(model.isConsistent());
        const QString why = difference(model, decoded(encoded(model)));
        QVERIFY2(why.isEmpty(), qPrintable(why));
    }

    void anEmptyModelComesBack()
    {
        const Model model;
        QVERIFY2(difference(model, decoded(encoded(model))).isEmpty(), "empty");
    }

    void randomModelsComeBack()
    {
        std::mt19937 random(7);
        const auto below = [&](std::size_t n) { return std::size_t(random() % n); };
        for (int round = 0; round < 200; ++round) {
            Model model;
            model.mainGraph = model.addGraph("g");
            std::vector<GraphId> graphs = {model.mainGraph};
            std::vector<ValueId> values;
            for (int step = 0; step < 60; ++step) {
                const GraphId graph = graphs[below(graphs.size())];
                const std::size_t kind = below(10);
                if (kind == 0 && model.graph(graph).first()) {
                    const NodeId owner = model.graph(graph).last();
                    const GraphId body = model.addGraph("body", owner, "b");
                    model.node(owner).attributes.push_back({"b", body, false, {}});
                    graphs.push_back(body);
                } else if (kind == 1 && model.graph(graph).last() && model.bodies(model.graph(graph).last()).empty()) {
                    model.removeNode(model.graph(graph).last());
                } else if (kind == 2 && model.graph(graph).nodeCount() > 1) {
                    model.moveNode(model.graph(graph).last(), model.graph(graph).first());
                } else {
                    std::vector<ValueId> inputs, outputs;
                    for (std::size_t i = below(4); i-- > 0;)
                        inputs.push_back(values.empty() || below(5) == 0 ? ValueId() : values[below(values.size())]);
                    for (std::size_t i = below(3); i-- > 0;)
                        outputs.push_back(model.addValue(graph, "v" + std::to_string(model.valueCount())));
                    values.insert(values.end(), outputs.begin(), outputs.end());
                    const OperatorId op =
                        model.addOperator({"", "op" + std::to_string(below(6)), "", {}, {}, false, true, false});
                    model.addNode(graph, op, inputs, outputs, below(2) ? NodeId() : model.graph(graph).first());
                }
            }
            QVERIFY(model.isConsistent());
            const QString why = difference(model, decoded(encoded(model)));
            QVERIFY2(why.isEmpty(), qPrintable(why));
        }
    }

    void realModelsComeBack()
    {
        QStringList paths;
        for (const char* folder : {"/usr/share/libonnx-testdata/data/simple", "/usr/share/libonnx-testdata/data/light",
                                   TENSCOPE_SOURCE_DIR "/resources/samples", TENSCOPE_SOURCE_DIR "/../shared/models"}) {
            QDirIterator files(folder, {"*.onnx"}, QDir::Files, QDirIterator::Subdirectories);
            while (files.hasNext())
                paths << files.next();
        }
        int compared = 0;
        for (const QString& path : std::as_const(paths)) {
            Progress progress;
            const auto model = read(std::filesystem::path(path.toStdString()), progress);
            if (!model)
                continue;
            const QString why = difference(*model, decoded(encoded(*model)));
            QVERIFY2(why.isEmpty(), qPrintable(path + ": " + why));
            ++compared;
        }
        if (compared == 0)
            QSKIP("no models here");
    }

    void aHundredThousandNodesAreQuick()
    {
        Model model;
        model.mainGraph = model.addGraph("chain");
        const OperatorId op = model.addOperator({"aten", "relu", "", {"self"}, {"out"}, false, true, false});
        const OperatorId constant = model.addOperator({"prim", "Constant", "", {}, {}, false, true, false});
        const Type type = Type::tensor(ElementType::Float32, std::vector<std::int64_t>{1, 64, 56, 56});
        ValueId previous = model.addValue(model.mainGraph, "x", type);
        model.graph(model.mainGraph).inputs = {previous};
        for (int i = 0; i < 50000; ++i) {
            const ValueId value = model.addValue(model.mainGraph, "constant." + std::to_string(i), type);
            const NodeId node = model.addNode(model.mainGraph, constant, {}, std::vector{value});
            model.node(node).attributes.push_back({"value", std::vector<std::int64_t>{1, i}, false, {}});
            const ValueId next = model.addValue(model.mainGraph, "x." + std::to_string(i), type);
            model.addNode(model.mainGraph, op, std::vector{previous, value}, std::vector{next});
            previous = next;
        }
        QElapsedTimer timer;
        timer.start();
        const Encoded message = encoded(model);
        const auto encodeTime = timer.restart();
        const auto result = decoded(message);
        const auto decodeTime = timer.elapsed();
        qInfo("100,000 nodes: %.1f MB, encoded in %lld ms, decoded in %lld ms", double(message.bytes.size()) / 1e6,
              static_cast<long long>(encodeTime), static_cast<long long>(decodeTime));
        const QString why = difference(model, result);
        QVERIFY2(why.isEmpty(), qPrintable(why));
        // 150 ms is the aim on a machine of one's own, without assertions; what is looked for here is growth, and a busy
        // machine must not be taken for it.
        QVERIFY2(decodeTime < 15000, qPrintable(QString::number(decodeTime)));
    }

    void aFileThatChangedIsNoticed()
    {
        const Model model = everything(m_file);
        const Encoded message = encoded(model);
        const std::string moved = m_file.string() + ".moved";
        std::filesystem::rename(m_file, moved);
        QCOMPARE(decoded(message).error().kind, ErrorKind::Read);
        std::ofstream(m_file) << "short";
        QCOMPARE(decoded(message).error().kind, ErrorKind::Read);
        std::filesystem::rename(moved, m_file);
        QVERIFY(decoded(message));
    }

    void tensorsThatLieAreMissing_data()
    {
        QTest::addColumn<int>("lie");
        for (int lie = 0; lie < 9; ++lie)
            QTest::addRow("%d", lie) << lie;
    }

    void tensorsThatLieAreMissing()
    {
        QFETCH(int, lie);
        Model model;
        model.files.push_back(*MappedFile::open(m_file));
        Tensor tensor;
        tensor.element = ElementType::Float32;
        tensor.shape = {10, 10};
        tensor.data = FileSlice{model.files[0], 100, 400};
        model.addTensor(tensor);
        protocol::Model message;
        BlobWriter blob;
        QVERIFY(encode(model, blob, message));
        QVERIFY(std::holds_alternative<FileSlice>(decode(message, nullptr)->tensor(TensorId(0)).data));

        protocol::Tensor& wrong = *message.mutable_tensors(0);
        switch (lie) {
        case 0: wrong.mutable_file()->set_offset(700); break;
        case 1: wrong.mutable_file()->set_offset(std::numeric_limits<std::uint64_t>::max() - 10); break;
        case 2: wrong.mutable_file()->set_file(1); break;
        case 3: wrong.set_shape(0, 11); break;
        case 4: wrong.set_shape(0, -1); break;
        case 5:
            wrong.mutable_strides()->Add(100);
            wrong.mutable_strides()->Add(1);
            break;
        case 6: wrong.mutable_attached()->set_length(400); break;
        case 7:
            wrong.mutable_sparse()->set_values(0);
            wrong.mutable_sparse()->set_indices(0);
            break;
        case 8: wrong.set_shape(0, std::numeric_limits<std::int64_t>::max()); break;
        }
        const auto result = decode(message, nullptr);
        QVERIFY(result);
        QVERIFY(std::holds_alternative<MissingData>(result->tensor(TensorId(0)).data));
        const auto& shape = result->tensor(TensorId(0)).shape;
        QVERIFY(std::none_of(shape.begin(), shape.end(), [](auto size) { return size < 0; }));
    }

    void bodiesThatHoldThemselvesAreRefused()
    {
        Model model = everything(m_file);
        protocol::Model message;
        BlobWriter blob;
        QVERIFY(encode(model, blob, message));
        const auto attached = mapBlob(blob.take()).value();
        QVERIFY(decode(message, attached));
        protocol::Model owned = message;
        owned.mutable_graphs(0)->set_owner(1);  // the main graph, which is no node's attribute, belongs to its own node
        QCOMPARE(decode(owned, attached).error().kind, ErrorKind::Worker);
        protocol::Model stolen = message;
        stolen.mutable_graphs(1)->set_owner(2);
        QCOMPARE(decode(stolen, attached).error().kind, ErrorKind::Worker);
    }

    // Bytes at random places: refused, or a model that can be walked.
    void damagedMessagesDoNoHarm()
    {
        const Model model = everything(m_file);
        const Encoded good = encoded(model);
        std::mt19937 random(11);
        int understood = 0;
        for (int round = 0; round < 20000; ++round) {
            Encoded bad = good;
            for (std::size_t i = 1 + random() % 4; i-- > 0;)
                bad.bytes[random() % bad.bytes.size()] = char(random() % 3 ? random() % 4 : random());
            const auto result = decoded(bad);
            if (!result)
                continue;
            ++understood;
            std::string why;
            QVERIFY2(result->isConsistent(&why), why.c_str());
            for (std::size_t i = 0; i < result->tensorCount(); ++i)
                if (const auto bytes = result->tensor(TensorId(i)).bytes(); bytes && !bytes->empty())
                    m_seen += int(bytes->front()) + int(bytes->back());
        }
        QVERIFY(understood > 100);
    }

private:
    QTemporaryDir m_folder;
    std::filesystem::path m_file;
    int m_seen = 0;
};

QTEST_APPLESS_MAIN(ModelCodecTest)
#include "modelcodectest.moc"
