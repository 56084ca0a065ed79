#include "ui/diagram/diagram.h"

#include <QTest>

#include "tests/support/graphmaker.h"
#include "ui/diagram/diagrambuilder.h"
#include "ui/diagram/diagramstate.h"
#include "ui/diagram/nodetext.h"

using namespace tenscope;

namespace {

QStringList linesOf(const DiagramBox& box)
{
    QStringList lines;
    for (const DiagramLine& line : box.lines)
        lines << line.text;
    return lines;
}

DiagramOptions flat()
{
    DiagramOptions options;
    options.expansion = Expansion::all();
    return options;
}

Diagram built(const Model& model, GraphId graph, const DiagramOptions& options = flat())
{
    Progress progress;
    Result<Diagram> diagram = buildDiagram(model, graph, options, progress);
    if (!diagram)
        qFatal("%s", diagram.error().message.c_str());
    return std::move(*diagram);
}

}  // namespace

class DiagramTest : public QObject {
    Q_OBJECT

private slots:
    void nodesSayWhatMatters();
    void plumbingIsHidden();
    void storedShapesAreArguments();
    void namesAreTheLastPartThatSaysMore();
    void shapesAreWrittenOnce();
    void wideFanOutIsWritten();
    void stubsFollowTheFolding();
    void bundlesKnowTheirValues();
    void smallBarsTakeBinsTogether();
    void bodiesAreAnnouncedAndCaptureValues();
    void packedOutputsAreLookedInto();
    void hitTesting();
    void edgesAreOrderedByInput();
    void cancelAndNonsense();
    void runFactsAreShort();
    void hostileGraphsAreDrawn();
};

void DiagramTest::nodesSayWhatMatters()
{
    GraphMaker make;
    const ValueId x = make.input("x", {1, 3, 224, 224});
    const ValueId conv = make.node("Conv", "/conv1/Conv", {x, make.weight("w", {64, 3, 7, 7}), make.weight("b", {64})},
                                   {attribute("strides", std::vector<std::int64_t>{2, 2}), attribute("kernel_shape", std::vector<std::int64_t>{7, 7}),
                                    attribute("pads", std::vector<std::int64_t>{3, 3, 3, 3}), attribute("group", std::int64_t(1))},
                                   {1, 64, 112, 112}, {"X", "W", "B"});
    const NodeId convNode = make.last;
    const ValueId relu = make.node("Relu", "/relu/Relu", {conv}, {}, {1, 64, 112, 112}, {"X"});
    const NodeId reluNode = make.last;
    const ValueId odd = make.node("Mystery", "m", {relu}, {}, {}, {}, "acme");
    const NodeId oddNode = make.last;
    make.model.op(make.model.node(oddNode).op).isKnown = false;
    make.output(odd);

    const Diagram diagram = built(make.model, make.graph);
    QCOMPARE(int(diagram.boxes().size()), 5);
    const DiagramBox& first = diagram.boxes()[*diagram.boxOf(convNode)];
    QCOMPARE(first.title, QString("Conv"));
    QCOMPARE(first.name, QString("conv1"));
    QCOMPARE(first.family, OperatorFamily::Product);
    QVERIFY(!first.isPill);
    QCOMPARE(linesOf(first), QStringList({"W 64×3×7×7 · B 64", "stride 2 · pads 3"}));

    const DiagramBox& second = diagram.boxes()[*diagram.boxOf(reluNode)];
    QVERIFY(second.isPill);
    QCOMPARE(second.rect.height(), diagram.fonts().headerHeight);
    QVERIFY(second.rect.top() > first.rect.bottom());

    const DiagramBox& third = diagram.boxes()[*diagram.boxOf(oddNode)];
    QCOMPARE(third.title, QString("acme.Mystery"));
    QCOMPARE(int(third.prefixLength), 5);
    QVERIFY(!third.isKnown);

    QCOMPARE(diagram.boxes().front().kind, DiagramBox::Kind::Input);
    QCOMPARE(linesOf(diagram.boxes().front()), QStringList({"float32 1×3×224×224"}));
    QCOMPARE(diagram.boxes().back().kind, DiagramBox::Kind::Output);

    // With room for a run, nothing is a pill, and every node has one line more.
    DiagramOptions options = flat();
    options.reserveRunLine = true;
    const Diagram withRun = built(make.model, make.graph, options);
    QVERIFY(!withRun.boxes()[*withRun.boxOf(reluNode)].isPill);
    QCOMPARE(withRun.boxes()[*withRun.boxOf(convNode)].rect.height(), first.rect.height() + diagram.fonts().lineHeight);
}

void DiagramTest::plumbingIsHidden()
{
    GraphMaker make;
    const ValueId x = make.input("x", {4});
    const ValueId two = make.node("Constant", "c", {}, {attribute("value_float", 2.0)});
    const NodeId constant = make.last;
    const ValueId product = make.node("Mul", "/Mul", {x, two}, {}, {4}, {"A", "B"});
    const NodeId mul = make.last;
    make.output(product);

    const Diagram diagram = built(make.model, make.graph);
    QVERIFY(!diagram.boxOf(constant));
    QCOMPARE(linesOf(diagram.boxes()[*diagram.boxOf(mul)]), QStringList({"B 2"}));
    QCOMPARE(int(diagram.edges().size()), 2);

    DiagramOptions options = flat();
    options.showPlumbing = true;
    const Diagram all = built(make.model, make.graph, options);
    QVERIFY(all.boxOf(constant));
    QCOMPARE(int(all.edges().size()), 3);
}

void DiagramTest::storedShapesAreArguments()
{
    GraphMaker make;
    const ValueId x = make.input("x", {2, 8});
    make.output(make.node("Reshape", "/Reshape", {x, make.integers("s", {0, -1, 4})}, {}, {}, {"data", "shape"}));
    const NodeId reshape = make.last;
    make.output(make.node("Slice", "/Slice", {x, make.integers("b", {1}), make.integers("e", {0x7fffffffffffffff})}, {}, {}, {"data", "starts", "ends"}));
    const NodeId slice = make.last;
    make.output(make.node("Gather", "/Gather", {x, make.integers("many", {1, 2, 3, 4, 5, 6, 7})}, {}, {}, {"data", "indices"}));
    const NodeId gather = make.last;
    const Diagram diagram = built(make.model, make.graph);
    QCOMPARE(linesOf(diagram.boxes()[*diagram.boxOf(reshape)]), QStringList({"shape 0, −1, 4"}));
    QCOMPARE(linesOf(diagram.boxes()[*diagram.boxOf(slice)]), QStringList({"from 1 · to end"}));
    QCOMPARE(linesOf(diagram.boxes()[*diagram.boxOf(gather)]), QStringList({"indices 7"}));
}

void DiagramTest::namesAreTheLastPartThatSaysMore()
{
    GraphMaker make;
    const ValueId x = make.input("x", {1});
    const auto nameOf = [&](const char* name) {
        make.node("Conv", name, {x});
        return lastPart(make.model, make.last);
    };
    QCOMPARE(nameOf("/layer1/layer1.0/conv2/Conv"), QString("conv2"));
    QCOMPARE(nameOf("/layer1/layer1.0/Conv"), QString("layer1.0"));
    QCOMPARE(nameOf("/layer1/Conv_1"), QString("Conv_1"));
    QCOMPARE(nameOf("Conv_12"), QString("Conv_12"));
    QCOMPARE(nameOf("Conv"), QString());
    QCOMPARE(nameOf(""), QString());
    const ScopeId scope = make.model.addScope(make.model.addScope({}, "layer1"), "conv1");
    make.node("Conv", "", {x});
    make.model.node(make.last).scope = scope;
    QCOMPARE(lastPart(make.model, make.last), QString("conv1"));
}

void DiagramTest::shapesAreWrittenOnce()
{
    GraphMaker make;
    const ValueId x = make.input("x", {1, 8});
    const ValueId a = make.node("Relu", "a", {x}, {}, {1, 8});
    const ValueId b = make.node("Relu", "b", {a}, {}, {1, 8});
    const ValueId c = make.node("Add", "c", {a, b}, {}, {1, 8});
    make.output(c);
    const Diagram diagram = built(make.model, make.graph);
    int labels = 0;
    for (const DiagramEdge& edge : diagram.edges()) {
        if (edge.label.isEmpty())
            continue;
        ++labels;
        QCOMPARE(edge.label, QString("1×8"));
        QVERIFY(diagram.bounds().contains(edge.labelRect));
        for (const DiagramBox& box : diagram.boxes())
            QVERIFY(!box.rect.intersects(edge.labelRect));
    }
    // a and b; x and the output say it themselves.
    QCOMPARE(labels, 2);

    DiagramOptions options = flat();
    options.showShapes = false;
    const Diagram without = built(make.model, make.graph, options);
    for (const DiagramEdge& edge : without.edges())
        QVERIFY(edge.label.isEmpty());
}

void DiagramTest::wideFanOutIsWritten()
{
    GraphMaker make;
    const ValueId x = make.input("x", {1});
    const ValueId mask = make.node("Not", "mask", {x}, {}, {1});
    const NodeId maker = make.last;
    std::vector<NodeId> users;
    for (int i = 0; i < 30; ++i) {
        make.output(make.node("Mul", "u" + std::to_string(i), {mask, mask}, {}, {1}));
        users.push_back(make.last);
    }
    const Diagram diagram = built(make.model, make.graph);
    // Stubs are edges that nobody sees: ways through the diagram take them.
    const auto stubs = diagram.edgesOutOf(*diagram.boxOf(maker));
    QCOMPARE(int(stubs.size()), 30);
    for (const Diagram::Index stub : stubs) {
        QVERIFY(diagram.edges()[stub].isStub());
        QCOMPARE(diagram.edges()[stub].value, mask);
    }
    QCOMPARE(linesOf(diagram.boxes()[*diagram.boxOf(maker)]), QStringList({"to 30 nodes"}));
    const DiagramBox& user = diagram.boxes()[*diagram.boxOf(users.front())];
    QCOMPARE(int(user.lines.size()), 1);
    QCOMPARE(user.lines[0].kind, DiagramLine::Kind::Stub);
    QCOMPARE(user.lines[0].value, mask);

    DiagramOptions options = flat();
    options.stubsFrom = 0;
    const Diagram all = built(make.model, make.graph, options);
    QCOMPARE(int(all.edgesOutOf(*all.boxOf(maker)).size()), 60);
}

void DiagramTest::stubsFollowTheFolding()
{
    // One mask for thirty blocks of two nodes that stand in three modules.
    GraphMaker make;
    ValueId value = make.input("x", {1});
    const ValueId mask = make.node("Not", "/mask", {value}, {}, {1});
    const NodeId maker = make.last;
    NodeId user;
    for (int i = 0; i < 30; ++i) {
        value = make.node("Mul", "/stage" + std::to_string(i / 10) + "/Mul_" + std::to_string(i), {value, mask}, {}, {1});
        user = make.last;
        make.model.node(make.last).scope = make.model.addScope({}, "stage" + std::to_string(i / 10));
    }
    make.output(value);
    const auto drawn = [](const Diagram& diagram, Diagram::Index box) {
        int count = 0;
        for (const Diagram::Index edge : diagram.edgesOutOf(box))
            count += !diagram.edges()[edge].isStub();
        return count;
    };
    DiagramBuilder builder(std::make_shared<const Model>(make.model), make.graph);
    Progress progress;
    DiagramOptions options = flat();
    const auto open = builder.build(options, progress);
    QVERIFY(open);
    QCOMPARE(drawn(*open, *open->boxOf(maker)), 0);
    QCOMPARE(open->boxes()[*open->boxOf(user)].lines.back().kind, DiagramLine::Kind::Stub);
    // Folded it goes to three boxes: that is drawn.
    options.expansion = Expansion::none();
    const auto folded = builder.build(options, progress);
    QVERIFY(folded);
    QCOMPARE(drawn(*folded, *folded->boxOf(maker)), 3);
    // With a lower threshold the modules say it.
    options.stubsFrom = 2;
    const auto strict = builder.build(options, progress);
    QVERIFY(strict);
    QCOMPARE(drawn(*strict, *strict->boxOf(maker)), 0);
    const auto module = strict->visibleBoxOf(user);
    QVERIFY(module && strict->boxes()[*module].module);
    QCOMPARE(strict->boxes()[*module].lines.back().value, mask);
    QCOMPARE(linesOf(strict->boxes()[*module]).back(), QString("mask_out 1"));
    options.stubsFrom = 24;
    options.expansion = Expansion::all();
    const auto again = builder.build(options, progress);
    QVERIFY(again);
    QCOMPARE(drawn(*again, *again->boxOf(maker)), 0);
}

void DiagramTest::bundlesKnowTheirValues()
{
    GraphMaker make;
    const ValueId x = make.input("x", {1});
    std::vector<ValueId> values;
    const ScopeId first = make.model.addScope({}, "first"), second = make.model.addScope({}, "second");
    for (int i = 0; i < 3; ++i) {
        values.push_back(make.node("Relu", "/first/r" + std::to_string(i), {x}));
        make.model.node(make.last).scope = first;
    }
    ValueId sum = make.node("Sum", "/second/sum", values);
    make.model.node(make.last).scope = second;
    sum = make.node("Add", "/second/add", {sum, values[0]});
    make.model.node(make.last).scope = second;
    make.output(sum);
    DiagramOptions options;
    options.expansion = Expansion::none();
    const Diagram diagram = built(make.model, make.graph, options);
    int bundles = 0;
    for (Diagram::Index edge = 0; edge < diagram.edges().size(); ++edge) {
        const auto along = diagram.values(edge);
        QCOMPARE(std::uint32_t(along.size()), diagram.edges()[edge].count);
        QCOMPARE(along.front(), diagram.edges()[edge].value);
        if (along.size() == 1)
            continue;
        ++bundles;
        QCOMPARE(std::vector<ValueId>(along.begin(), along.end()), values);
        QCOMPARE(diagram.edges()[edge].label, QString("×3"));
    }
    QCOMPARE(bundles, 1);
}

void DiagramTest::smallBarsTakeBinsTogether()
{
    Histogram histogram;
    QVERIFY(smallBars(histogram).empty());
    histogram.counts = {1, 4, 0};
    QCOMPARE(smallBars(histogram), (std::vector<float>{0.25f, 1.0f, 0.0f}));
    histogram.counts.assign(64, 1);
    histogram.counts[63] = 3;
    const std::vector<float> bars = smallBars(histogram);
    QCOMPARE(int(bars.size()), 32);
    QCOMPARE(bars.back(), 1.0f);
    QCOMPARE(bars.front(), 0.5f);
}

void DiagramTest::bodiesAreAnnouncedAndCaptureValues()
{
    GraphMaker make;
    const ValueId x = make.input("x", {1});
    const ValueId c = make.input("c", {});
    const ValueId outer = make.node("Neg", "outer", {x}, {}, {1});
    const ValueId result = make.node("If", "choose", {c});
    const NodeId choose = make.last;
    make.output(result);
    const GraphId thenGraph = make.model.addGraph("t", choose, "then_branch");
    const GraphId elseGraph = make.model.addGraph("e", choose, "else_branch");
    make.model.node(choose).attributes = {attribute("then_branch", thenGraph), attribute("else_branch", elseGraph)};
    make.graph = thenGraph;
    make.output(make.node("Abs", "inner", {outer}, {}, {1}));
    const NodeId inner = make.last;
    make.graph = elseGraph;
    make.output(make.node("Exp", "e1", {make.node("Abs", "e0", {outer})}));
    QVERIFY(make.model.isConsistent());

    const Diagram diagram = built(make.model, make.model.mainGraph);
    const DiagramBox& box = diagram.boxes()[*diagram.boxOf(choose)];
    QVERIFY(box.canEnter);
    QCOMPARE(linesOf(box), QStringList({"then 1 node · else 2 nodes"}));
    // The condition and what both bodies read, once.
    QCOMPARE(int(diagram.edgesInto(*diagram.boxOf(choose)).size()), 2);

    const Diagram body = built(make.model, thenGraph);
    QVERIFY(body.boxOf(inner));
    const auto stub = body.boxOf(outer);
    QVERIFY(stub);
    QCOMPARE(body.boxes()[*stub].kind, DiagramBox::Kind::Stub);
    QCOMPARE(int(body.edgesOutOf(*stub).size()), 1);
}

void DiagramTest::packedOutputsAreLookedInto()
{
    GraphMaker make;
    make.model.format = Format::TorchScript;
    const ValueId x = make.input("x", {1});
    const ValueId a = make.node("relu", "", {x}, {}, {1}, {"self"}, "aten");
    const NodeId relu = make.last;
    const ValueId packed = make.node("TupleConstruct", "", {a, x}, {}, {}, {}, "prim");
    make.output(packed);
    const Diagram diagram = built(make.model, make.graph);
    QCOMPARE(int(diagram.boxes().size()), 3);
    QCOMPARE(diagram.boxes()[*diagram.boxOf(relu)].title, QString("aten::relu"));
    QCOMPARE(int(diagram.boxes()[*diagram.boxOf(relu)].prefixLength), 6);
    QCOMPARE(int(diagram.edgesInto(2).size()), 2);
}

void DiagramTest::hitTesting()
{
    GraphMaker make;
    const ValueId x = make.input("x", {1});
    make.output(make.node("Relu", "r", {x}, {}, {1}));
    const NodeId relu = make.last;
    const Diagram diagram = built(make.model, make.graph);
    const auto box = diagram.boxOf(relu);
    QCOMPARE(diagram.boxAt(diagram.boxes()[*box].rect.center()), box);
    QVERIFY(!diagram.boxAt(diagram.boxes()[*box].rect.topLeft() - QPointF(5, 5)));
    const auto route = diagram.route(diagram.edges()[0]);
    const QPointF middle = (route[0] + route[1]) / 2;
    QCOMPARE(diagram.edgeAt(middle + QPointF(3, 0), 4), std::optional<Diagram::Index>(0));
    QVERIFY(!diagram.edgeAt(middle + QPointF(30, 0), 4));
    QVERIFY(diagram.boxOf(x));
}

void DiagramTest::edgesAreOrderedByInput()
{
    GraphMaker make;
    const ValueId x = make.input("x", {1});
    const ValueId y = make.input("y", {1});
    make.output(make.node("Sub", "s", {y, x}, {}, {1}));
    const Diagram diagram = built(make.model, make.graph);
    const auto edges = diagram.edgesInto(*diagram.boxOf(make.last));
    QCOMPARE(int(edges.size()), 2);
    QCOMPARE(diagram.edges()[edges[0]].value, y);
    QCOMPARE(diagram.edges()[edges[1]].value, x);
}

void DiagramTest::cancelAndNonsense()
{
    GraphMaker make;
    make.output(make.input("x", {1}));
    Progress cancelled;
    cancelled.cancel();
    const auto result = buildDiagram(make.model, make.graph, flat(), cancelled);
    QVERIFY(!result && result.error().isCancelled());
    Progress progress;
    QVERIFY(!buildDiagram(make.model, GraphId(99), flat(), progress));
    QVERIFY(!buildDiagram(make.model, GraphId(), flat(), progress));
    // An input that is an output at once is two boxes and an edge.
    const Diagram diagram = built(make.model, make.graph);
    QCOMPARE(int(diagram.boxes().size()), 2);
    QCOMPARE(int(diagram.edges().size()), 1);
}

void DiagramTest::runFactsAreShort()
{
    QCOMPARE(durationText(0.0801), QString("0.08\u202fms"));
    QCOMPARE(durationText(5.87), QString("5.87\u202fms"));
    QCOMPARE(durationText(58.7), QString("58.7\u202fms"));
    QCOMPARE(durationText(1234), QString("1.23\u202fs"));
    QCOMPARE(durationText(0.0012), QString("1.20\u202fµs"));

    GraphMaker make;
    const ValueId x = make.input("x", {1});
    const ValueId a = make.node("Relu", "a", {x});
    const NodeId relu = make.last;
    make.output(make.node("Exp", "b", {a}));
    const NodeId exp = make.last;
    const Diagram diagram = built(make.model, make.graph);
    RunOutcome run;
    NodeRun first;
    first.node = relu;
    first.milliseconds = 1;
    first.executions = 1;
    ValueRun output;
    output.isTensor = true;
    output.statistics.elements = 200;
    output.statistics.zeros = 82;
    first.outputs.push_back(output);
    NodeRun second;
    second.node = exp;
    second.milliseconds = 4;
    second.executions = 3;
    output.statistics.nan = 2;
    second.outputs.push_back(output);
    run.nodes = {first, second};
    const auto facts = runFacts(diagram, run);
    QCOMPARE(facts[*diagram.boxOf(relu)].text, QString("41\u202f% zeros · 1.00\u202fms"));
    QCOMPARE(facts[*diagram.boxOf(relu)].heat, 0.25f);
    QCOMPARE(facts[*diagram.boxOf(exp)].text, QString("2 NaN · 4.00\u202fms · ×3"));
    QCOMPARE(facts[*diagram.boxOf(exp)].heat, 1.0f);
    QVERIFY(facts[0].heat < 0);
}

void DiagramTest::hostileGraphsAreDrawn()
{
    GraphMaker make;
    // An output that nothing defines, a cycle, a missing optional input, very long names.
    make.model.graph(make.graph).outputs.push_back(ValueId());
    const ValueId a = make.node("Add", std::string(5000, 'n'), {ValueId()});
    const NodeId first = make.last;
    const ValueId b = make.node(std::string(3000, 'O'), "b", {a});
    make.model.appendInput(first, b);
    make.model.appendInput(first, a);
    const Diagram diagram = built(make.model, make.graph);
    QCOMPARE(int(diagram.boxes().size()), 3);
    QCOMPARE(int(diagram.edges().size()), 3);
    for (const DiagramBox& box : diagram.boxes())
        QVERIFY(box.rect.width() < 400 && box.rect.height() < 200);
}

QTEST_MAIN(DiagramTest)
#include "diagramtest.moc"
