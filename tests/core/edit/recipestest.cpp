#include "core/edit/recipes.h"

#include <QTest>
#include <array>
#include <cstring>

#include "core/edit/apply.h"
#include "core/edit/fragment.h"
#include "core/graph/text.h"
#include "tests/support/samemodel.h"

using namespace tenscope;

namespace {

Tensor shapeTensor(std::vector<std::int64_t> sizes)
{
    Tensor tensor;
    tensor.element = ElementType::Int64;
    tensor.shape = {std::int64_t(sizes.size())};
    std::vector<std::byte> bytes(sizes.size() * 8);
    std::memcpy(bytes.data(), sizes.data(), bytes.size());
    tensor.data = OwnedBytes{std::make_shared<const std::vector<std::byte>>(std::move(bytes))};
    return tensor;
}

// image → Relu → a → Identity → b → Reshape(shape 1, −1) → scores (an output)
//                         b → Neg → unused
struct Fixture {
    Model model;
    GraphId graph;
    ValueId image, a, b, scores, unused, shape;
    NodeId relu, identity, reshape, neg;

    Fixture()
    {
        graph = model.mainGraph = model.addGraph("main");
        const Type type = Type::tensor(ElementType::Float32, std::vector<std::int64_t>{1, 4});
        image = model.addValue(graph, "image", type);
        model.graph(graph).inputs = {image};
        shape = model.addStoredValue(graph, "shape", model.addTensor(shapeTensor({1, -1})));
        a = model.addValue(graph, "a", type);
        b = model.addValue(graph, "b", type);
        scores = model.addValue(graph, "scores", type);
        unused = model.addValue(graph, "unused");
        relu = add("Relu", {image}, a);
        identity = add("Identity", {a}, b);
        reshape = add("Reshape", {b, shape}, scores);
        neg = add("Neg", {b}, unused);
        model.graph(graph).outputs = {scores};
    }

    NodeId add(const char* op, std::vector<ValueId> inputs, ValueId output)
    {
        return model.addNode(graph, model.addOperator({"", op, "", {}, {}}), inputs, std::array{output});
    }

    // Applies it, and holds that its inverse takes it back.
    void apply(const Result<Edit>& edit)
    {
        QVERIFY2(edit, edit ? "" : edit.error().message.c_str());
        const Model before = model;
        const Result<Edit> inverse = applyEdit(model, *edit);
        QVERIFY2(inverse, inverse ? "" : inverse.error().message.c_str());
        Model undone = model;
        std::string why;
        QVERIFY(applyEdit(undone, *inverse));
        (void)sameModel(before, undone, &why);
        QVERIFY2(why.empty(), why.c_str());
        (void)model.isConsistent(&why);
        QVERIFY2(why.empty(), why.c_str());
    }
};

std::vector<std::int64_t> numbers(const Tensor& tensor)
{
    const auto bytes = tensor.bytes();
    std::vector<std::int64_t> result(bytes->size() / 8);
    std::memcpy(result.data(), bytes->data(), bytes->size());
    return result;
}

}  // namespace

class RecipesTest : public QObject {
    Q_OBJECT

private slots:
    void bypasses();
    void bypassKeepsTheNameOfAnOutput();
    void bypassSaysWhyNot();
    void removesIdentities();
    void removesDeadNodes();
    void removesUnusedTensors();
    void setsTheBatch();
    void extracts();
    void extractsConstantsWithWhatReadsThem();
    void duplicates();
    void insertsBodies();
    void merges();
    void mergesOnlySameOpsets();
};

void RecipesTest::bypasses()
{
    Fixture f;
    f.apply(bypassNode(f.model, f.identity));
    QVERIFY(!f.model.value(f.b).isAlive());
    QCOMPARE(f.model.node(f.reshape).inputs()[0].value, f.a);
    QCOMPARE(f.model.node(f.neg).inputs()[0].value, f.a);
}

void RecipesTest::bypassKeepsTheNameOfAnOutput()
{
    Fixture f;
    f.apply(bypassNode(f.model, f.reshape));
    const ValueId output = f.model.graph(f.graph).outputs[0];
    QCOMPARE(output, f.b);
    QCOMPARE(f.model.value(output).name, std::string("scores"));
}

void RecipesTest::bypassSaysWhyNot()
{
    Fixture f;
    f.model.graph(f.graph).outputs = {f.a};
    const auto refused = bypassNode(f.model, f.relu);
    QVERIFY(!refused);
    QVERIFY(QString::fromStdString(refused.error().message).contains("cannot be as well"));
}

void RecipesTest::removesIdentities()
{
    Fixture f;
    f.apply(removeIdentities(f.model));
    QCOMPARE(f.model.livingNodeCount(), std::size_t(3));
}

void RecipesTest::removesDeadNodes()
{
    Fixture f;
    f.apply(removeDeadNodes(f.model));
    QCOMPARE(f.model.livingNodeCount(), std::size_t(3));
    QVERIFY(!f.model.node(f.neg).isAlive() && !f.model.value(f.unused).isAlive());
    f.model.format = Format::TorchScript;
    QVERIFY(!removeDeadNodes(f.model));
}

void RecipesTest::removesUnusedTensors()
{
    Fixture f;
    const ValueId spare = f.model.addStoredValue(f.graph, "spare", f.model.addTensor(shapeTensor({1})));
    f.apply(removeUnusedTensors(f.model));
    QVERIFY(!f.model.value(spare).isAlive() && f.model.value(f.shape).isAlive());
}

void RecipesTest::setsTheBatch()
{
    Fixture f;
    f.apply(setBatch(f.model, {-1, "N"}));
    QCOMPARE(toString(f.model.value(f.image).type), std::string("float32 N\u00d74"));
    QCOMPARE(toString(f.model.value(f.scores).type), std::string("float32 N\u00d74"));
    QCOMPARE(toString(f.model.value(f.a).type), std::string("float32 ?\u00d74"));
    // 1, −1 would make one row of all: the first dimension is kept now.
    QCOMPARE(numbers(f.model.tensor(f.model.value(f.shape).tensor)), (std::vector<std::int64_t>{0, -1}));
    f.apply(setBatch(f.model, {8, {}}));
    QCOMPARE(toString(f.model.value(f.image).type), std::string("float32 8\u00d74"));
    QCOMPARE(toString(f.model.value(f.scores).type), std::string("float32 8\u00d74"));
}

void RecipesTest::extracts()
{
    Fixture f;
    const std::array nodes = {f.identity, f.neg};
    f.apply(extract(f.model, nodes));
    QCOMPARE(f.model.livingNodeCount(), std::size_t(2));
    QCOMPARE(f.model.graph(f.graph).inputs, std::vector{f.a});
    QCOMPARE(f.model.graph(f.graph).outputs, std::vector{f.b});  // the reshape read it; what Neg gave was read by nobody
    QVERIFY(!f.model.value(f.shape).isAlive());
}

void RecipesTest::extractsConstantsWithWhatReadsThem()
{
    Fixture f;
    const ValueId behind = f.model.addValue(f.graph, "behind"), shaped = f.model.addValue(f.graph, "shaped");
    const NodeId copy = f.add("Identity", {f.shape}, behind);
    const NodeId reader = f.add("Reshape", {f.a, behind}, shaped);
    const std::array nodes = {reader};
    f.apply(extract(f.model, nodes));
    // The shape stays what it is, a stored tensor behind an Identity, and is nothing that a caller would have to give.
    QCOMPARE(f.model.graph(f.graph).inputs, std::vector{f.a});
    QCOMPARE(f.model.graph(f.graph).outputs, std::vector{shaped});
    QVERIFY(f.model.node(copy).isAlive());
    QVERIFY(f.model.value(f.shape).isAlive());
    QCOMPARE(f.model.livingNodeCount(), std::size_t(2));
}

void RecipesTest::duplicates()
{
    Fixture f;
    InsertOptions options;
    options.isSameModel = true;
    const std::array nodes = {f.identity, f.reshape};
    f.apply(insertNodes(f.model, f.graph, f.model, nodes, options));
    const NodeId copy = f.model.graph(f.graph).last();
    QCOMPARE(f.model.op(copy).name, std::string("Reshape"));
    QCOMPARE(f.model.node(copy).inputs()[1].value, f.shape);  // weights are shared
    const NodeId inner = f.model.value(f.model.node(copy).inputs()[0].value).producer();
    QCOMPARE(inner, f.model.node(copy).previous());
    QCOMPARE(f.model.node(inner).inputs()[0].value, f.a);
    QCOMPARE(f.model.value(f.model.node(copy).outputs()[0]).name, std::string("scores_1"));
}

void RecipesTest::insertsBodies()
{
    Fixture source;
    const ValueId result = source.model.addValue(source.graph, "result");
    const NodeId branch = source.add("If", {source.a}, result);
    const GraphId body = source.model.addGraph("then", branch, "then_branch");
    source.model.node(branch).attributes.push_back({"then_branch", body, false, {}});
    const ValueId inner = source.model.addValue(body, "inner");
    source.model.addNode(body, source.model.addOperator({"", "Abs", "", {}, {}}), std::array{source.shape}, std::array{inner});
    source.model.graph(body).outputs = {inner};

    Fixture target;
    InsertOptions options;
    options.connections[source.a] = target.b;
    options.prefix = "copy/";
    const std::array nodes = {branch};
    target.apply(insertNodes(target.model, target.graph, source.model, nodes, options));
    const NodeId copy = target.model.graph(target.graph).last();
    QCOMPARE(target.model.node(copy).inputs()[0].value, target.b);
    QCOMPARE(target.model.bodies(copy).size(), std::size_t(1));
    const Graph& copied = target.model.graph(target.model.bodies(copy)[0]);
    QCOMPARE(target.model.value(copied.outputs[0]).name, std::string("copy/inner"));
    // The tensor that the body reads from outside lies outside here too.
    const ValueId stored = target.model.node(copied.first()).inputs()[0].value;
    QCOMPARE(target.model.value(stored).graph, target.graph);
    QCOMPARE(target.model.value(stored).name, std::string("copy/shape"));
}

void RecipesTest::merges()
{
    Fixture first, second;
    first.model.opsets[""] = second.model.opsets[""] = 17;
    second.model.opsets["com.example"] = 1;
    first.apply(mergeModel(first.model, second.model, {{second.image, first.scores}}, "second/"));
    const Graph& graph = first.model.graph(first.graph);
    QCOMPARE(graph.inputs, std::vector{first.image});
    QCOMPARE(graph.outputs.size(), std::size_t(1));
    QCOMPARE(first.model.value(graph.outputs[0]).name, std::string("second/scores"));
    QCOMPARE(first.model.value(first.scores).uses().size(), std::size_t(1));
    QCOMPARE(first.model.livingNodeCount(), std::size_t(8));
    QCOMPARE(first.model.opsets.at("com.example"), std::int64_t(1));
}

void RecipesTest::mergesOnlySameOpsets()
{
    Fixture first, second;
    first.model.opsets[""] = 17;
    second.model.opsets[""] = 13;
    QVERIFY(!mergeModel(first.model, second.model, {}, ""));
}

QTEST_GUILESS_MAIN(RecipesTest)
#include "recipestest.moc"
