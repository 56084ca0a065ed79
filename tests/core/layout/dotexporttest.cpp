#include "core/layout/dotexport.h"

#include <QTest>

#include "tests/support/graphmaker.h"

using namespace tenscope;

class DotExportTest : public QObject {
    Q_OBJECT

private slots:
    void writesBoxesEdgesAndModules();
    void quotesNames();
};

void DotExportTest::writesBoxesEdgesAndModules()
{
    GraphMaker maker;
    const ValueId x = maker.input("x", {1, 3});
    const ValueId inner = maker.node("Relu", "a", {x}, {}, {1, 3});
    maker.model.node(maker.last).scope = maker.model.addScope({}, "block");
    maker.output(maker.node("Neg", "b", {inner}));
    const auto dot = dotText(maker.model, maker.graph);
    QVERIFY(dot);
    const QString text = QString::fromStdString(*dot);
    QVERIFY(text.startsWith("digraph model {"));
    for (const char* part : {"subgraph cluster_1", "label=block", "label=Relu", "label=Neg", "in_0 -> node_0", "node_0 -> node_1", "node_1 -> out_0_1",
                             "label=\"float32 1\u00d73\"", "shape=ellipse"})
        QVERIFY2(text.contains(part), (part + ("\n" + *dot)).c_str());
}

void DotExportTest::quotesNames()
{
    GraphMaker maker;
    maker.output(maker.node("Relu", "a", {maker.input("\"]; evil -> \\n", {1})}));
    maker.model.graph(maker.graph).name = "<b>";
    const auto dot = dotText(maker.model, maker.graph);
    QVERIFY(dot);
    QVERIFY2(dot->find("\\\"]; evil -> \\\\n") != std::string::npos, dot->c_str());
}

QTEST_APPLESS_MAIN(DotExportTest)
#include "dotexporttest.moc"
