#include "core/edit/newnode.h"

#include <QTest>

#include "core/edit/apply.h"
#include "tests/support/graphmaker.h"
#include "tests/support/samemodel.h"

using namespace tenscope;

class NewNodeTest : public QObject {
    Q_OBJECT

private slots:
    void init();
    void addsAtTheEnd();
    void addsWhatTheSchemaAsksFor();
    void importsTheDomain();
    void insertsBeforeAReader();
    void insertsBeforeAnOutput();
    void insertsByTheInputThatFits();
    void replaces();
    void refusesWhatDoesNotFit();

private:
    Model applied(const Result<Edit>& edit)
    {
        if (!edit)
            qFatal("%s", edit.error().message.c_str());
        Model after = m_make.model;
        const Result<Edit> inverse = applyEdit(after, *edit);
        if (!inverse)
            qFatal("%s", inverse.error().message.c_str());
        Model back = after;
        std::string why;
        if (!applyEdit(back, *inverse) || !sameModel(m_make.model, back, &why) || !after.isConsistent(&why))
            qFatal("undo: %s", why.c_str());
        return after;
    }
    NodeId next() const { return NodeId(m_make.model.nodeCount()); }
    static std::string message(const Result<Edit>& edit) { return edit ? std::string() : edit.error().message; }

    GraphMaker m_make;
    ValueId m_x, m_a, m_y;
    NodeId m_conv, m_relu;
};

// x → Conv → a → Relu → y, the output.
void NewNodeTest::init()
{
    m_make = GraphMaker();
    m_x = m_make.input("x", {1, 3, 8, 8});
    m_a = m_make.node("Conv", "/block/conv/Conv", {m_x, m_make.weight("w", {4, 3, 3, 3})}, {}, {1, 4, 6, 6});
    m_conv = m_make.last;
    m_y = m_make.node("Relu", "/block/act/Relu", {m_a}, {}, {1, 4, 6, 6});
    m_relu = m_make.last;
    m_make.output(m_y);
}

void NewNodeTest::addsAtTheEnd()
{
    const std::vector<ValueId> inputs = {m_a, m_y};
    const Model after = applied(addOperator(m_make.model, m_make.graph, {"", "Add"}, inputs));
    const Node& node = after.node(next());
    QCOMPARE(after.op(node.op).name, "Add");
    QCOMPARE(after.op(node.op).inputNames, (std::vector<std::string>{"A", "B"}));
    QCOMPARE(node.inputs()[1].value, m_y);
    QCOMPARE(node.name, "/block/act/Add");
    QCOMPARE(after.value(node.outputs()[0]).name, "/block/act/Add_output_0");
    QCOMPARE(after.graph(m_make.graph).last(), next());
    // Names are free ones.
    m_make.model = after;
    const Model twice = applied(addOperator(m_make.model, m_make.graph, {"", "Add"}, inputs));
    QCOMPARE(twice.node(next()).name, "/block/act/Add_1");
}

void NewNodeTest::addsWhatTheSchemaAsksFor()
{
    Model after = applied(addOperator(m_make.model, m_make.graph, {"", "Cast"}, {}));
    QCOMPARE(std::get<std::int64_t>(after.node(next()).attribute("to")->value), std::int64_t(1));
    QCOMPARE(after.node(next()).inputs().size(), std::size_t(1));  // to be connected
    after = applied(addOperator(m_make.model, m_make.graph, {"", "If"}, {}));
    QCOMPARE(after.bodies(next()).size(), std::size_t(2));
    after = applied(addOperator(m_make.model, m_make.graph, {"", "Constant"}, {}));
    const TensorId tensor = std::get<TensorId>(after.node(next()).attribute("value")->value);
    QCOMPARE(after.tensor(tensor).bytes()->size(), std::size_t(4));
}

void NewNodeTest::importsTheDomain()
{
    const Model after = applied(addOperator(m_make.model, m_make.graph, {"ai.onnx.ml", "Scaler"}, {}));
    QVERIFY(after.opsets.at("ai.onnx.ml") >= 1);
    QCOMPARE(after.op(next()).domain, "ai.onnx.ml");
}

void NewNodeTest::insertsBeforeAReader()
{
    const Model after = applied(insertOperator(m_make.model, Use{m_relu, 0}, {"", "Softmax"}));
    const Node& node = after.node(next());
    QCOMPARE(node.inputs()[0].value, m_a);
    QCOMPARE(after.node(m_relu).inputs()[0].value, node.outputs()[0]);
    QCOMPARE(node.next(), m_relu);
    QCOMPARE(node.name, "/block/act/Softmax");
}

void NewNodeTest::insertsBeforeAnOutput()
{
    const Model after = applied(insertOperator(m_make.model, OutputPort{m_make.graph, 0}, {"", "Softmax"}));
    const ValueId output = after.graph(m_make.graph).outputs[0];
    QCOMPARE(after.value(output).name, m_make.model.value(m_y).name);
    QVERIFY(after.value(output).type == m_make.model.value(m_y).type);
    QCOMPARE(after.value(output).producer(), next());
    QCOMPARE(after.node(next()).inputs()[0].value, m_y);
    QCOMPARE(after.value(m_y).name, "/block/act/Relu_output_0");
}

void NewNodeTest::insertsByTheInputThatFits()
{
    const ValueId flag = m_make.model.addValue(m_make.graph, "flag", Type::tensor(ElementType::Int64, std::vector<std::int64_t>{4}));
    m_make.model.graph(m_make.graph).inputs.push_back(flag);
    m_make.node("Gather", "gather", {m_x, flag});
    // Where's first input is a bool; a float goes to the second.
    const Model after = applied(insertOperator(m_make.model, Use{m_relu, 0}, {"", "Where"}));
    QCOMPARE(after.node(next()).inputs()[1].value, m_a);
    QVERIFY(!after.node(next()).inputs()[0].value);
    QCOMPARE(after.node(next()).inputs().size(), std::size_t(3));
}

void NewNodeTest::replaces()
{
    m_make.model.node(m_relu).attributes = {attribute("alpha", 0.5), attribute("other", std::int64_t(1))};
    const Model after = applied(replaceOperator(m_make.model, m_relu, {"", "LeakyRelu"}));
    QCOMPARE(after.op(m_relu).name, "LeakyRelu");
    QVERIFY(after.node(m_relu).attribute("alpha"));
    QVERIFY(!after.node(m_relu).attribute("other"));
    QCOMPARE(after.node(m_relu).outputs()[0], m_y);
}

void NewNodeTest::refusesWhatDoesNotFit()
{
    QCOMPARE(message(replaceOperator(m_make.model, m_relu, {"", "Add"})), "Add takes 2 inputs, and the node has 1");
    QVERIFY(message(replaceOperator(m_make.model, m_relu, {"", "Not"})).find("takes no float32") != std::string::npos);
    QVERIFY(!replaceOperator(m_make.model, m_relu, {"", "Loop"}));
    QCOMPARE(message(insertOperator(m_make.model, Use{m_relu, 0}, {"", "Constant"})), "Constant has no input, so it cannot stand in a connection");
    QVERIFY(!insertOperator(m_make.model, Use{m_relu, 3}, {"", "Neg"}));
    QVERIFY(!addOperator(m_make.model, m_make.graph, {"", "NoSuchThing"}, {}));
    QVERIFY(!addOperator(m_make.model, m_make.graph, {"", "Relu"}, std::vector<ValueId>{m_x, m_a}));
    m_make.model.format = Format::TorchScript;
    QVERIFY(!addOperator(m_make.model, m_make.graph, {"aten", "relu"}, {}));
}

QTEST_APPLESS_MAIN(NewNodeTest)
#include "newnodetest.moc"
