#include "core/edit/connection.h"

#include <QTest>

#include "core/edit/apply.h"
#include "tests/support/graphmaker.h"
#include "tests/support/samemodel.h"

using namespace tenscope;

// Where an edge's end may go, held against what applyEdit() takes, and where it goes.
class ConnectionTest : public QObject {
    Q_OBJECT

private slots:
    void init();
    void circlesAreSaid();
    void bothSidesAgreeWithApply();
    void arityIsSaid();
    void typesAreHeldAgainstTheSchema();
    void bodiesSeeOutwards();
    void movesAndSwaps();
    void listsCloseTheirGaps();
    void leavesOutOptionalInputs();
    void outputsOfTheGraph();

private:
    Model& model() { return m_make.model; }
    // Applies it to a copy and takes it back.
    Model applied(const Result<Edit>& edit)
    {
        if (!edit)
            qFatal("%s", edit.error().message.c_str());
        Model after = model();
        const Result<Edit> inverse = applyEdit(after, *edit);
        if (!inverse)
            qFatal("%s", inverse.error().message.c_str());
        Model back = after;
        std::string why;
        if (!applyEdit(back, *inverse) || !sameModel(model(), back, &why))
            qFatal("undo: %s", why.c_str());
        return after;
    }
    static std::vector<ValueId> inputs(const Model& model, NodeId node)
    {
        std::vector<ValueId> values;
        for (const Input& input : model.node(node).inputs())
            values.push_back(input.value);
        return values;
    }

    GraphMaker m_make;
    ValueId m_x, m_a, m_b, m_c;
    NodeId m_relu, m_exp, m_add;
};

// x → Relu → a → Exp → b;  Add(a, b) → c, an output.
void ConnectionTest::init()
{
    m_make = GraphMaker();
    m_x = m_make.input("x", {1, 4});
    m_a = m_make.node("Relu", "relu", {m_x}, {}, {1, 4});
    m_relu = m_make.last;
    m_b = m_make.node("Exp", "exp", {m_a}, {}, {1, 4});
    m_exp = m_make.last;
    m_c = m_make.node("Add", "add", {m_a, m_b}, {}, {1, 4});
    m_add = m_make.last;
    m_make.output(m_c);
}

void ConnectionTest::circlesAreSaid()
{
    const ConnectionRules rules(model(), m_b);
    QVERIFY(rules.whyNot(m_b, Use{m_add, 0}).empty());
    QVERIFY(rules.whyNot(m_b, Use{m_relu, 0}).find("circle") != std::string::npos);
    QVERIFY(rules.whyNot(m_b, Use{m_exp, 0}).find("own output") != std::string::npos);
    QVERIFY(!connectValue(model(), m_b, Use{m_relu, 0}));
}

void ConnectionTest::bothSidesAgreeWithApply()
{
    const std::vector<ValueId> values = {m_x, m_a, m_b, m_c};
    for (const NodeId node : {m_relu, m_exp, m_add}) {
        const ConnectionRules ofNode(model(), Use{node, 0});
        for (const ValueId value : values) {
            Model copy = model();
            const bool isAllowed = applyEdit(copy, SetInput{node, 0, value}).has_value();
            QCOMPARE(ofNode.whyNot(value, Use{node, 0}).empty(), isAllowed);
            QCOMPARE(ConnectionRules(model(), value).whyNot(value, Use{node, 0}).empty(), isAllowed);
        }
    }
}

void ConnectionTest::arityIsSaid()
{
    const ConnectionRules rules(model(), m_x);
    QCOMPARE(rules.whyNot(m_x, Use{m_relu, 1}), "Relu takes one input");
    QCOMPARE(rules.whyNot(m_x, Use{m_add, 2}), "Add takes 2 inputs");
    QVERIFY(!connectValue(model(), m_x, Use{m_relu, 1}));
}

void ConnectionTest::typesAreHeldAgainstTheSchema()
{
    const ValueId flag = model().addValue(m_make.graph, "flag", Type::tensor(ElementType::Bool, std::vector<std::int64_t>{1}));
    const ValueId half = model().addValue(m_make.graph, "half", Type::tensor(ElementType::Float16, std::vector<std::int64_t>{1, 4}));
    const ValueId unknown = model().addValue(m_make.graph, "unknown", Type());
    model().graph(m_make.graph).inputs.insert(model().graph(m_make.graph).inputs.end(), {flag, half, unknown});
    QCOMPARE(ConnectionRules(model(), flag).whyNot(flag, Use{m_relu, 0}), "Relu takes no bool as X");
    QVERIFY(ConnectionRules(model(), half).whyNot(half, Use{m_relu, 0}).empty());
    // One type variable, one type.
    QCOMPARE(ConnectionRules(model(), half).whyNot(half, Use{m_add, 0}), "this is float16, but the other input of Add, \"exp_out\", is float32");
    QVERIFY(ConnectionRules(model(), unknown).whyNot(unknown, Use{m_add, 0}).empty());
    // The schemas of a later opset are not known here.
    model().opsets[""] = 99;
    QVERIFY(ConnectionRules(model(), flag).whyNot(flag, Use{m_relu, 0}).empty());
}

void ConnectionTest::bodiesSeeOutwards()
{
    const ValueId flag = m_make.input("flag", {});
    const ValueId chosen = m_make.node("If", "choose", {flag});
    const NodeId choose = m_make.last;
    const GraphId body = model().addGraph("then", choose, "then_branch");
    model().node(choose).attributes = {attribute("then_branch", body)};
    m_make.graph = body;
    const ValueId inner = m_make.node("Neg", "neg", {m_a}, {}, {1, 4});
    const NodeId neg = m_make.last;
    m_make.output(inner);
    m_make.graph = model().mainGraph;
    const ValueId after = m_make.node("Abs", "abs", {chosen});

    QVERIFY(ConnectionRules(model(), m_b).whyNot(m_b, Use{neg, 0}).empty());
    QVERIFY(ConnectionRules(model(), inner).whyNot(inner, Use{m_add, 0}).find("another graph") != std::string::npos);
    // What follows from the If cannot be read inside of it, from either side.
    QVERIFY(ConnectionRules(model(), after).whyNot(after, Use{neg, 0}).find("circle") != std::string::npos);
    QVERIFY(ConnectionRules(model(), Use{neg, 0}).whyNot(after, Use{neg, 0}).find("circle") != std::string::npos);
    QVERIFY(ConnectionRules(model(), OutputPort{body, 0}).whyNot(after, OutputPort{body, 0}).find("circle") != std::string::npos);
    QVERIFY(ConnectionRules(model(), Use{neg, 0}).whyNot(m_x, Use{neg, 0}).empty());
}

void ConnectionTest::movesAndSwaps()
{
    Model after = applied(moveConnection(model(), Use{m_add, 0}, Use{m_add, 1}));
    QCOMPARE(inputs(after, m_add), (std::vector<ValueId>{m_b, m_a}));
    // From Add's second input to the first of another node.
    m_make.node("Neg", "neg", {m_x});
    const NodeId neg = m_make.last;
    after = applied(moveConnection(model(), Use{m_add, 1}, Use{neg, 0}));
    QCOMPARE(inputs(after, m_add), (std::vector<ValueId>{m_a}));
    QCOMPARE(inputs(after, neg), (std::vector<ValueId>{m_b}));
    QVERIFY(!moveConnection(model(), Use{m_add, 1}, Use{m_exp, 0}));
}

void ConnectionTest::listsCloseTheirGaps()
{
    m_make.node("Concat", "join", {m_a, m_b, m_x}, {attribute("axis", std::int64_t(0))});
    const NodeId join = m_make.last;
    QCOMPARE(inputs(applied(removeConnection(model(), Use{join, 1})), join), (std::vector<ValueId>{m_a, m_x}));
    QCOMPARE(inputs(applied(connectValue(model(), m_c, Use{join, 3})), join), (std::vector<ValueId>{m_a, m_b, m_x, m_c}));
    // To the end of the same list.
    QCOMPARE(inputs(applied(moveConnection(model(), Use{join, 0}, Use{join, 3})), join), (std::vector<ValueId>{m_b, m_x, m_a}));
}

void ConnectionTest::leavesOutOptionalInputs()
{
    m_make.node("Clip", "clip", {m_a});
    const NodeId clip = m_make.last;
    const ValueId most = m_make.weight("most", {});
    const Model after = applied(connectValue(model(), most, Use{clip, 2}));
    QCOMPARE(inputs(after, clip), (std::vector<ValueId>{m_a, {}, most}));
    m_make.model = after;
    QCOMPARE(inputs(applied(removeConnection(model(), Use{clip, 2})), clip), (std::vector<ValueId>{m_a}));
    QVERIFY(!removeConnection(model(), Use{clip, 1}));
}

void ConnectionTest::outputsOfTheGraph()
{
    m_make.output(m_b);
    const OutputPort first{m_make.graph, 0}, second{m_make.graph, 1};
    QCOMPARE(applied(moveConnection(model(), first, second)).graph(m_make.graph).outputs, (std::vector<ValueId>{m_b, m_c}));
    QCOMPARE(applied(connectValue(model(), m_a, second)).graph(m_make.graph).outputs, (std::vector<ValueId>{m_c, m_a}));
    QCOMPARE(applied(removeConnection(model(), first)).graph(m_make.graph).outputs, (std::vector<ValueId>{m_b}));
    QVERIFY(ConnectionRules(model(), m_b).whyNot(m_b, first).find("already") != std::string::npos);
    QVERIFY(ConnectionRules(model(), m_c).whyNot(m_c, first).empty());
    QVERIFY(!connectValue(model(), m_a, OutputPort{m_make.graph, 7}));
}

QTEST_APPLESS_MAIN(ConnectionTest)
#include "connectiontest.moc"
