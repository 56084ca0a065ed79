#include "core/formats/textlisting.h"

#include <QTest>

#include "tests/support/graphmaker.h"

using namespace tenscope;

class TextListingTest : public QObject {
    Q_OBJECT

private slots:
    void listsTheModel();
    void listsBodies();
};

void TextListingTest::listsTheModel()
{
    GraphMaker maker;
    const ValueId x = maker.input("x", {1, 3});
    const ValueId w = maker.weight("w", {3, 4});
    maker.model.irVersion = 8;
    maker.output(maker.node("Gemm", "fc", {x, w, ValueId()}, {attribute("alpha", 0.5)}, {1, 4}));
    const std::string listing = textListing(maker.model);
    const char* const expected = "ONNX, IR version 8\n"
                                 "opset ai.onnx 17\n"
                                 "\n"
                                 "graph main\n"
                                 "  input x: float32 1\u00d73\n"
                                 "  weight w: float32 3\u00d74\n"
                                 "  fc_out: float32 1\u00d74 = Gemm(x, w, _) [alpha=0.5]  # fc\n"
                                 "  output fc_out: float32 1\u00d74\n";
    QCOMPARE(QString::fromStdString(listing), QString(expected));
}

void TextListingTest::listsBodies()
{
    GraphMaker maker;
    const ValueId condition = maker.input("c", {});
    maker.output(maker.node("If", "choice", {condition}));
    const NodeId owner = maker.last;
    const GraphId body = maker.model.addGraph("yes", owner, "then_branch");
    maker.model.node(owner).attributes.push_back(attribute("then_branch", body));
    maker.graph = body;
    maker.output(maker.node("Neg", "n", {condition}));
    const QString listing = QString::fromStdString(textListing(maker.model));
    QVERIFY2(listing.contains("  choice_out = If(c)  # choice\n    then_branch yes\n      n_out = Neg(c)  # n\n      output n_out\n"), qPrintable(listing));
}

QTEST_APPLESS_MAIN(TextListingTest)
#include "textlistingtest.moc"
