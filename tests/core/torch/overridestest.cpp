#include <QTest>

#include "tests/core/torch/torchfiles.h"

using namespace tenscope;
using namespace tenscope::test;

class OverridesTest : public QObject {
    Q_OBJECT

private slots:
    void whatIsComputedAnywayChangesNothing_data();
    void whatIsComputedAnywayChangesNothing();
    void aNumberFills();
    void sharedMemoryStaysAsItIs();
    void whatDoesNotFitIsSaid();

private:
    static Result<RunOutcome> run(TorchScriptDocument& document, const Tensor& input, std::vector<Override> overrides, bool trace, int repeats = 1)
    {
        RunRequest request;
        request.inputs = {input};
        request.overrides = std::move(overrides);
        request.trace = trace;
        request.repeats = repeats;
        Progress progress;
        return document.run(request, {}, progress);
    }
};

void OverridesTest::whatIsComputedAnywayChangesNothing_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : {"state", "tied", "shapes", "newer"})
        QTest::newRow(name) << name;
}

// Every activation of a run, given by hand one at a time.
void OverridesTest::whatIsComputedAnywayChangesNothing()
{
    QFETCH(QString, name);
    const std::string key = name.toStdString();
    const auto document = opened(own(key + ".pt"));
    const Tensor input = key == "state" ? floats({2}, {1, -2}) : expected(key + "_x");
    const auto traced = run(*document, input, {}, true);
    QVERIFY2(traced.has_value(), traced ? "" : traced.error().message.c_str());
    Progress progress;
    std::vector<Override> known;
    for (const NodeRun& node : traced->nodes)
        for (const ValueRun& output : node.outputs)
            if (output.isTensor && node.executions == 1)
                if (auto tensor = document->activation(output.value, progress))
                    known.push_back({output.value, std::move(*tensor)});
    QVERIFY(!known.empty());
    for (const Override& entry : known) {
        const auto outcome = run(*document, input, {entry}, false);
        QVERIFY2(outcome.has_value(), outcome ? "" : outcome.error().message.c_str());
        QVERIFY(difference(outcome->outputTensors[0], traced->outputTensors[0]) <= 1e-6);
    }
}

void OverridesTest::aNumberFills()
{
    const auto document = opened(own("newer.pt"));
    const Tensor input = expected("newer_x");
    const ValueId output = run(*document, input, {}, true)->nodes.back().outputs.at(0).value;
    const Override sevens{output, tensorOf<float>(ElementType::Float32, {}, {7})};
    // Traced and not, and where several runs would be those of the optimized graph.
    for (const int repeats : {1, 3}) {
        const auto outcome = run(*document, input, {sevens}, repeats == 1, repeats);
        QVERIFY2(outcome.has_value(), outcome ? "" : outcome.error().message.c_str());
        for (const float value : floatsOf(outcome->outputTensors[0]))
            QCOMPARE(value, 7.f);
        if (repeats == 1)
            QCOMPARE(outcome->nodes.back().outputs.at(0).statistics.max, 7.0);
    }
    // And the next run knows nothing of it.
    QVERIFY(difference(run(*document, input, {}, false)->outputTensors[0], expected("newer")) <= 1e-5);
}

// What is overridden may be a view of what others read: it is replaced, and not written over.
void OverridesTest::sharedMemoryStaysAsItIs()
{
    const auto document = opened(own("shapes.pt"));
    const Tensor input = expected("shapes_x");
    const auto traced = run(*document, input, {}, true);
    const std::vector<float> before = floatsOf(input);
    for (const NodeRun& node : traced->nodes)
        for (const ValueRun& output : node.outputs)
            if (output.isTensor)
                (void)run(*document, input, {{output.value, tensorOf<float>(ElementType::Float32, {}, {0})}}, false);
    QCOMPARE(floatsOf(input), before);
    QVERIFY(difference(run(*document, input, {}, false)->outputTensors[0], expected("shapes")) <= 1e-5);
}

void OverridesTest::whatDoesNotFitIsSaid()
{
    const auto document = opened(own("newer.pt"));
    const Model& model = document->model();
    const Tensor input = expected("newer_x");
    const ValueId output = run(*document, input, {}, true)->nodes.back().outputs.at(0).value;
    const auto wrongShape = run(*document, input, {{output, floats({1, 1, 1, 1, 1, 3}, {1, 2, 3})}}, false);
    QVERIFY(!wrongShape);
    QCOMPARE(wrongShape.error().kind, ErrorKind::Run);
    QVERIFY2(wrongShape.error().message.find("1×1×1×1×1×3") != std::string::npos, wrongShape.error().message.c_str());
    const auto ofInput = run(*document, input, {{model.graph(model.mainGraph).inputs.at(0), floats({}, {1})}}, false);
    QVERIFY(!ofInput && ofInput.error().message.find("not computed by a node") != std::string::npos);
    QVERIFY(!run(*document, input, {{ValueId(model.valueCount()), floats({}, {1})}}, false));
    QVERIFY(run(*document, input, {}, false).has_value());
}

QTEST_GUILESS_MAIN(OverridesTest)
#include "overridestest.moc"
