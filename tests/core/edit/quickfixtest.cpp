#include "core/edit/quickfix.h"

#include <QTest>

#include "core/edit/apply.h"
#include "core/formats/onnx/graphorder.h"
#include "tests/support/graphmaker.h"

using namespace tenscope;

class QuickFixTest : public QObject {
    Q_OBJECT

private slots:
    void importsOpsets();
    void sortsNodes();
    void makesInputsOfDanglingNames();
    void removesUnusedTensors();
    void hasNothingToSayWhereAllIsWell();

private:
    static void apply(Model& model, const std::optional<QuickFix>& fix, QuickFix::Kind kind)
    {
        QVERIFY(fix);
        QCOMPARE(int(fix->kind), int(kind));
        const auto inverse = applyEdit(model, fix->edit);
        QVERIFY2(inverse, inverse ? "" : inverse.error().message.c_str());
        QVERIFY(model.isConsistent());
    }
};

void QuickFixTest::importsOpsets()
{
    GraphMaker maker;
    maker.output(maker.node("Normalizer", "n", {maker.input("x", {3})}, {}, {}, {}, "ai.onnx.ml"));
    const NodeId node = maker.last;
    apply(maker.model, quickFix(maker.model, node), QuickFix::Kind::ImportOpset);
    QVERIFY(maker.model.opsets.at("ai.onnx.ml") >= 3);
    QVERIFY(!quickFix(maker.model, node));
}

void QuickFixTest::sortsNodes()
{
    GraphMaker maker;
    const ValueId x = maker.input("x", {3});
    const ValueId a = maker.node("Relu", "a", {x});
    const NodeId first = maker.last;
    const ValueId b = maker.node("Neg", "b", {a});
    maker.output(maker.node("Abs", "c", {b}));
    maker.model.moveNode(first, {});  // to the end
    QVERIFY(!isInOrder(maker.model, maker.graph));
    apply(maker.model, quickFix(maker.model, maker.model.value(b).producer()), QuickFix::Kind::SortNodes);
    QVERIFY(isInOrder(maker.model, maker.graph));
}

void QuickFixTest::makesInputsOfDanglingNames()
{
    GraphMaker maker;
    const ValueId dangling = maker.model.addValue(maker.graph, "dangling");
    maker.output(maker.node("Relu", "a", {dangling}));
    apply(maker.model, quickFix(maker.model, maker.last), QuickFix::Kind::MakeInput);
    QVERIFY(maker.model.graph(maker.graph).inputs == std::vector{dangling});
}

void QuickFixTest::removesUnusedTensors()
{
    GraphMaker maker;
    const ValueId unused = maker.integers("unused", {1, 2}), used = maker.integers("used", {1, 2});
    maker.output(maker.node("Relu", "a", {used}));
    QVERIFY(!quickFix(maker.model, used));
    apply(maker.model, quickFix(maker.model, maker.model.value(unused).tensor), QuickFix::Kind::RemoveTensor);
    QVERIFY(!maker.model.value(unused).isAlive());
}

void QuickFixTest::hasNothingToSayWhereAllIsWell()
{
    GraphMaker maker;
    maker.output(maker.node("Relu", "a", {maker.input("x", {3})}));
    QVERIFY(!quickFix(maker.model, maker.last));
    QVERIFY(!quickFix(maker.model, Place()));
    QVERIFY(!quickFix(maker.model, NodeId(99)));
    QVERIFY(!quickFix(maker.model, TensorId(99)));
}

QTEST_GUILESS_MAIN(QuickFixTest)
#include "quickfixtest.moc"
