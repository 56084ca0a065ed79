#include "core/edit/tensorrecipes.h"

#include <QTest>
#include <cmath>

#include "core/analysis/elementreader.h"
#include "core/analysis/elementwriter.h"
#include "core/edit/apply.h"
#include "core/edit/editscript.h"
#include "core/edit/float16.h"
#include "tests/support/graphmaker.h"
#include "tests/support/samemodel.h"

using namespace tenscope;

namespace {

Tensor numbers(const std::vector<double>& values, ElementType element = ElementType::Float32)
{
    ElementWriter writer(element, values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        writer.set(i, values[i]);
    return writer.take({std::int64_t(values.size())});
}

std::vector<double> values(const Model& model, TensorId tensor)
{
    const auto reader = ElementReader::open(model, model.tensor(tensor));
    std::vector<double> read(std::size_t(reader->elements()));
    reader->read(0, read);
    return read;
}

ValueId store(GraphMaker& maker, const char* name, const Tensor& tensor)
{
    return maker.model.addStoredValue(maker.graph, name, maker.model.addTensor(tensor));
}

// Applies it, and holds that its inverse takes it back.
void perform(Model& model, const Result<Edit>& edit)
{
    QVERIFY2(edit, edit ? "" : edit.error().message.c_str());
    const Model before = model;
    const auto inverse = applyEdit(model, *edit);
    QVERIFY2(inverse, inverse ? "" : inverse.error().message.c_str());
    Model back = model;
    QVERIFY(applyEdit(back, *inverse));
    std::string why;
    QVERIFY2(sameModel(before, back, &why), why.c_str());
    QVERIFY2(model.isConsistent(&why), why.c_str());
}

std::size_t count(const Model& model, const char* op)
{
    std::size_t found = 0;
    for (std::size_t g = 0; g < model.graphCount(); ++g)
        for (const NodeId node : model.nodes(GraphId(g)))
            found += model.op(node).name == op;
    return found;
}

}  // namespace

class TensorRecipesTest : public QObject {
    Q_OBJECT

private slots:
    void casts();
    void refusesWhatDoesNotFit();
    void fillsAndTypesElements();
    void sharesAndUnshares();
    void computesInFloat16();
    void leavesWhatKnowsNoFloat16();
    void scriptsSayThem();
};

void TensorRecipesTest::casts()
{
    GraphMaker maker;
    const ValueId w = store(maker, "w", numbers({0.1, -2, 70000, INFINITY}));
    const TensorId tensor = maker.model.value(w).tensor;
    perform(maker.model, castTensor(maker.model, tensor, ElementType::BFloat16));
    QVERIFY(maker.model.value(w).type.element == ElementType::BFloat16);
    QCOMPARE(values(maker.model, tensor)[0], 0.10009765625);  // the nearest that bfloat16 has
    QCOMPARE(values(maker.model, tensor)[1], -2.0);
    const auto clamped = cast(maker.model, numbers({70000, -1e30, INFINITY}), ElementType::Float16, true);
    QVERIFY(clamped);
    const auto reader = ElementReader::open(maker.model, *clamped);
    QCOMPARE(reader->valueAt(0), 65504.0);
    QCOMPARE(reader->valueAt(1), -65504.0);
    QVERIFY(std::isinf(reader->valueAt(2)));
}

void TensorRecipesTest::refusesWhatDoesNotFit()
{
    GraphMaker maker;
    const ValueId w = store(maker, "w", numbers({1, 300}));
    const auto edit = castTensor(maker.model, maker.model.value(w).tensor, ElementType::UInt8);
    QVERIFY(!edit);
    QVERIFY(QString::fromStdString(edit.error().message).contains("300"));
    QVERIFY(!fillTensor(maker.model, maker.model.value(store(maker, "i", numbers({1}, ElementType::Int8))).tensor, 1000));
    QVERIFY(!setElement(maker.model, maker.model.value(w).tensor, 2, 1));
}

void TensorRecipesTest::fillsAndTypesElements()
{
    GraphMaker maker;
    const ValueId w = store(maker, "w", numbers({1, 2, 3}));
    const TensorId tensor = maker.model.value(w).tensor;
    perform(maker.model, setElement(maker.model, tensor, 1, -0.5));
    QCOMPARE(values(maker.model, tensor), (std::vector<double>{1, -0.5, 3}));
    perform(maker.model, fillTensor(maker.model, tensor, 0.25));
    QCOMPARE(values(maker.model, tensor), (std::vector<double>{0.25, 0.25, 0.25}));
}

void TensorRecipesTest::sharesAndUnshares()
{
    GraphMaker maker;
    const ValueId x = maker.input("x", {3});
    const ValueId a = store(maker, "a", numbers({1, 2, 3})), b = store(maker, "b", numbers({1, 2, 3})), c = store(maker, "c", numbers({1, 2, 4}));
    maker.node("Add", "first", {x, a});
    maker.node("Add", "second", {x, b});
    const NodeId second = maker.last;
    maker.node("Add", "third", {x, c});
    QVERIFY(!shareTensor(maker.model, a, c));
    perform(maker.model, shareTensor(maker.model, a, b));
    QVERIFY(!maker.model.value(b).isAlive());
    QCOMPARE(maker.model.value(a).uses().size(), std::size_t(2));
    perform(maker.model, unshareTensor(maker.model, second, 1));
    const ValueId own = maker.model.node(second).inputs()[1].value;
    QVERIFY(own != a);
    QVERIFY(sameTensor(maker.model.tensor(maker.model.value(own).tensor), [&] {
        Tensor expected = maker.model.tensor(maker.model.value(a).tensor);
        expected.name = maker.model.value(own).name;
        return expected;
    }()));
    QVERIFY(!unshareTensor(maker.model, second, 1));
}

void TensorRecipesTest::computesInFloat16()
{
    GraphMaker maker;
    const ValueId x = maker.input("x", {1, 3});
    const ValueId w = store(maker, "w", numbers({1, 1e9, 3}));
    const ValueId sum = maker.node("Add", "add", {x, w});
    const ValueId whole = maker.node("Cast", "whole", {sum}, {attribute("to", std::int64_t(7))});  // to int64, and back
    const ValueId back = maker.node("Cast", "back", {whole}, {attribute("to", std::int64_t(1))});
    const ValueId y = maker.node("Mul", "mul", {sum, back}, {}, {1, 3});
    maker.output(y);
    perform(maker.model, toFloat16(maker.model));
    const Model& model = maker.model;
    QCOMPARE(values(model, model.value(w).tensor), (std::vector<double>{1, 65504, 3}));
    // The names and types that callers know.
    const ValueId output = model.graph(model.mainGraph).outputs[0];
    QCOMPARE(model.value(output).name, std::string("mul_out"));
    QVERIFY(model.value(output).type.element == ElementType::Float32);
    QVERIFY(model.value(x).type.element == ElementType::Float32);
    QCOMPARE(model.op(model.value(x).uses()[0].node).name, std::string("Cast"));
    QCOMPARE(model.value(x).uses().size(), std::size_t(1));
    // What became float32 in between becomes float16; what became int64 still does.
    QCOMPARE(std::get<std::int64_t>(model.node(model.value(back).producer()).attribute("to")->value), std::int64_t(10));
    QCOMPARE(std::get<std::int64_t>(model.node(model.value(whole).producer()).attribute("to")->value), std::int64_t(7));
    QCOMPARE(count(model, "Cast"), std::size_t(4));
    QVERIFY(!toFloat16(Model()));
}

void TensorRecipesTest::leavesWhatKnowsNoFloat16()
{
    GraphMaker maker;
    const ValueId x = maker.input("x", {1, 3, 4, 4});
    const ValueId scales = store(maker, "scales", numbers({1, 1, 2, 2}));
    const ValueId relu = maker.node("Relu", "relu", {x});
    const ValueId larger = maker.node("Resize", "resize", {relu, ValueId(), scales});
    const ValueId boxes = maker.node("NonMaxSuppression", "nms", {larger, larger});
    maker.output(boxes);
    perform(maker.model, toFloat16(maker.model));
    const Model& model = maker.model;
    QVERIFY(model.tensor(model.value(scales).tensor).element == ElementType::Float32);  // Resize reads float32 scales only
    const NodeId nms = model.value(boxes).producer();
    for (const Input& input : model.node(nms).inputs()) {
        const NodeId cast = model.value(input.value).producer();
        QCOMPARE(model.op(cast).name, std::string("Cast"));
        QCOMPARE(std::get<std::int64_t>(model.node(cast).attribute("to")->value), std::int64_t(1));
    }
    QVERIFY(model.graph(model.mainGraph).outputs[0] == boxes);  // indices: no Cast behind them
}

void TensorRecipesTest::scriptsSayThem()
{
    GraphMaker maker;
    const ValueId x = maker.input("x", {3});
    const ValueId w = store(maker, "w", numbers({1, 2, 3}));
    maker.output(maker.node("Add", "add", {x, w}));
    const TensorLoader none;
    const GraphMaker second = [] {
        GraphMaker made;
        made.output(made.node("Neg", "neg", {made.input("z", {3})}));
        return made;
    }();
    const ModelLoader load = [&](const std::string& file) -> Result<Model> {
        if (file != "second.onnx")
            return fail(Error::read("no such file"));
        return second.model;
    };
    const char* script = R"([
        {"edit": "fill_tensor", "value": "w", "with": 2},
        {"edit": "set_element", "value": "w", "element": 1, "to": 7},
        {"edit": "cast_tensor", "value": "w", "to": "float64"},
        {"edit": "duplicate", "nodes": ["add"]},
        {"edit": "merge", "model": "second.onnx", "joined": {"z": "add_out"}, "prefix": "second_"}
    ])";
    const auto run = runScript(maker.model, script, none, load);
    QVERIFY2(run, run ? "" : run.error().message.c_str());
    QCOMPARE(values(maker.model, maker.model.value(w).tensor), (std::vector<double>{2, 7, 2}));
    QVERIFY(maker.model.value(w).type.element == ElementType::Float64);
    QCOMPARE(count(maker.model, "Add"), std::size_t(2));
    const std::vector<ValueId>& outputs = maker.model.graph(maker.model.mainGraph).outputs;
    QCOMPARE(outputs.size(), std::size_t(1));
    QCOMPARE(maker.model.value(outputs[0]).name, std::string("second_neg_out"));
    QVERIFY(!runScript(maker.model, R"([{"edit": "merge", "model": "third.onnx"}])", none, load));
    QVERIFY(!runScript(maker.model, R"([{"edit": "merge", "model": "second.onnx"}])", none));
}

QTEST_GUILESS_MAIN(TensorRecipesTest)
#include "tensorrecipestest.moc"
