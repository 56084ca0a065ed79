#include "ui/panels/outlinemodel.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QTest>

#include "tests/ui/panels/samplemodel.h"

using namespace tenscope;

namespace {

std::shared_ptr<OutlineTree> treeOf(const Model& model, const std::string& filter = {})
{
    Progress progress;
    return std::make_shared<OutlineTree>(OutlineTree::build(model, filter, progress).value());
}

// The lines below an index as "name(child, child)".
QString describe(const OutlineModel& model, const QModelIndex& index)
{
    QStringList children;
    for (int row = 0; row < model.rowCount(index); ++row)
        children += describe(model, model.index(row, 0, index));
    const QString name = index.data().toString();
    return children.isEmpty() ? name : name + '(' + children.join(", ") + ')';
}

}  // namespace

class OutlineModelTest : public QObject {
    Q_OBJECT

private slots:
    void showsModulesNodesAndBodies()
    {
        const samples::Sample sample = samples::convolutions();
        OutlineModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTree(sample.model, treeOf(*sample.model), "sample.onnx");
        // layer.1 holds one node and so is that node's line.
        QCOMPARE(describe(model, model.index(0, 0)),
                 "sample.onnx(stem(Conv, Relu), layer ×2(0(Conv, Relu), 1), If(then_branch(Relu), else_branch(Relu)))");
        model.setTree(nullptr, nullptr, {});
        QCOMPARE(model.rowCount(), 0);
    }

    void countsEachStoredTensorOnceInEveryModule()
    {
        const samples::Sample sample = samples::convolutions();
        const auto tree = treeOf(*sample.model);
        const auto parametersOf = [&](std::uint32_t entry) { return tree->entries[entry].parameters; };
        const ScopeId layer = sample.model->node(sample.firstConv).scope;
        QCOMPARE(parametersOf(tree->find(*sample.model, sample.stemConv)), 4u * 27 + 4);
        QCOMPARE(parametersOf(tree->find(*sample.model, sample.firstConv)), 144u);
        QCOMPARE(parametersOf(tree->find(*sample.model, sample.secondConv)), 144u);
        // Read twice in there, and counted once.
        QCOMPARE(parametersOf(tree->find(sample.model->scope(layer).parent)), 144u);
        QCOMPARE(parametersOf(0), 4u * 27 + 4 + 144);
    }

    void findsTheLineOfWhatHasNone()
    {
        const samples::Sample sample = samples::convolutions();
        const auto tree = treeOf(*sample.model, "If");
        // A node in a body that the filter left out is found at the node whose body it is.
        const std::uint32_t line = tree->find(*sample.model, sample.thenNode);
        QVERIFY(line != OutlineTree::none);
        QCOMPARE(tree->find(*sample.model, sample.stemConv), OutlineTree::none);
    }

    void keepsAncestorsOfWhatTheFilterFinds()
    {
        const samples::Sample sample = samples::convolutions();
        OutlineModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTree(sample.model, treeOf(*sample.model, "LAYER relu"), "s");
        QCOMPARE(describe(model, model.index(0, 0)), "s(layer(0(Relu)))");
        QCOMPARE(model.tree()->matches, 1u);
        QVERIFY(!model.index(0, 0, model.index(0, 0)).data(OutlineModel::MatchRole).toBool());
        // A module that is found keeps what it holds.
        model.setTree(sample.model, treeOf(*sample.model, "stem"), "s");
        QCOMPARE(describe(model, model.index(0, 0)), "s(stem(Conv, Relu))");
        model.setTree(sample.model, treeOf(*sample.model, "no such thing"), "s");
        QCOMPARE(describe(model, model.index(0, 0)), "s");
    }

    void isFastAndStopsAtOnce()
    {
        const auto chain = samples::chain(100000, 100);
        QElapsedTimer timer;
        timer.start();
        const auto tree = treeOf(*chain);
        QVERIFY2(timer.elapsed() < 10000, qPrintable(QString::number(timer.elapsed())));
        QCOMPARE(tree->entries.size(), 100101u);
        timer.start();
        QCOMPARE(treeOf(*chain, "relu99999")->matches, 1u);
        QVERIFY2(timer.elapsed() < 10000, qPrintable(QString::number(timer.elapsed())));

        Progress cancelled;
        cancelled.cancel();
        const auto none = OutlineTree::build(*chain, "relu", cancelled);
        QVERIFY(!none && none.error().isCancelled());
    }

    void survivesPathsOfAnyDepth()
    {
        Model deep;
        deep.mainGraph = deep.addGraph("main");
        ScopeId scope;
        for (int i = 0; i < 100000; ++i)
            scope = deep.addScope(scope, "m");
        Operator relu;
        relu.name = "Relu";
        const NodeId node = deep.addNode(deep.mainGraph, deep.addOperator(relu), {}, {});
        deep.node(node).scope = scope;
        // The last module is the node's own line.
        QCOMPARE(treeOf(deep)->entries.size(), 100001u);
    }
};

QTEST_GUILESS_MAIN(OutlineModelTest)
#include "outlinemodeltest.moc"
