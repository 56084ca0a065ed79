#include <QTest>

#include <chrono>
#include <cmath>
#include <thread>

#include "core/graph/text.h"
#include "tests/core/torch/torchfiles.h"

using namespace tenscope;
using namespace tenscope::test;

class TorchRunTest : public QObject {
    Q_OBJECT

private slots:
    void equalsPyTorch_data();
    void equalsPyTorch();
    void equalsPyTorchOnOwnFiles_data();
    void equalsPyTorchOnOwnFiles();
    void detectorWithState();
    void missingOperatorIsNamed();
    void runsDoNotSeeEachOther();
    void fileIsNeverWritten();
    void everyNodeIsSeen();
    void loopsCountExecutions();
    void branchNotTaken();
    void activations();
    void quantizedActivation();
    void argumentsOfAllKinds();
    void wrongRequests();
    void failureNamesOperatorAndPlace();
    void modelsOwnException();
    void outputsAreFlattened();
    void timesAndWarmUps();
    void cancelled();
    void workerSaysWhatItIs();

private:
    static Result<RunOutcome> run(TorchScriptDocument& document, std::vector<Tensor> inputs, bool trace = false, int repeats = 1)
    {
        RunRequest request;
        request.inputs = std::move(inputs);
        request.trace = trace;
        request.repeats = repeats;
        Progress progress;
        return document.run(request, {}, progress);
    }
};

void TorchRunTest::equalsPyTorch_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("input");
    QTest::addColumn<QString>("output");
    QTest::newRow("traced") << "small26_trace.pt" << "small26_input" << "small26_probs";
    QTest::newRow("scripted, newer operator") << "small26_script.pt" << "small26_input" << "small26_probs";
    QTest::newRow("mobile") << "small26.ptl" << "small26_input" << "small26_probs";
    QTest::newRow("loop") << "loop26_script.pt" << "loop26_x" << "loop26_y";
    QTest::newRow("quantized") << "quant26_script.pt" << "quant26_x" << "quant26_y";
}

void TorchRunTest::equalsPyTorch()
{
    QFETCH(QString, file);
    QFETCH(QString, input);
    QFETCH(QString, output);
    if (!std::filesystem::exists(shared("expected26.npz")))
        QSKIP("no shared models");
    const auto document = opened(shared(file.toStdString()));
    for (const bool trace : {false, true}) {
        // Several runs are those of the optimized graph.
        const auto outcome = run(*document, {array(shared("expected26.npz"), input.toStdString())}, trace, trace ? 1 : 3);
        QVERIFY2(outcome.has_value(), outcome ? "" : outcome.error().message.c_str());
        QCOMPARE(outcome->outputTensors.size(), std::size_t(1));
        QVERIFY(difference(outcome->outputTensors[0], array(shared("expected26.npz"), output.toStdString())) <= 1e-5);
    }
}

void TorchRunTest::equalsPyTorchOnOwnFiles_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : {"state", "inplace", "tied", "shapes", "newer"})
        QTest::newRow(name) << name;
}

void TorchRunTest::equalsPyTorchOnOwnFiles()
{
    QFETCH(QString, name);
    const std::string key = name.toStdString();
    const auto document = opened(own(key + ".pt"));
    const Tensor input = key == "state" ? floats({2}, {1, -2}) : key == "inplace" ? floats({3}, {1, 1, 1}) : expected(key + "_x");
    const auto outcome = run(*document, {input});
    QVERIFY2(outcome.has_value(), outcome ? "" : outcome.error().message.c_str());
    QVERIFY(difference(outcome->outputTensors[0], expected(key)) <= 1e-5);
}

void TorchRunTest::detectorWithState()
{
    if (!std::filesystem::exists(shared("silero_vad.jit")))
        QSKIP("no shared models");
    const auto document = opened(shared("silero_vad.jit"));
    std::vector<float> samples(512);
    for (std::size_t i = 0; i < samples.size(); ++i)
        samples[i] = 0.1f * std::sin(float(i) * 0.07f);
    const Tensor rate = tensorOf<std::int64_t>(ElementType::Int64, {}, {16000});
    const auto first = run(*document, {floats({1, 512}, samples), rate}, true, 3);
    QVERIFY2(first.has_value(), first ? "" : first.error().message.c_str());
    QCOMPARE(first->outputs[0].name, std::string("out"));
    const std::vector<float> probability = floatsOf(first->outputTensors[0]);
    QCOMPARE(probability.size(), std::size_t(1));
    QVERIFY(probability[0] > 0 && probability[0] < 1);
    // It remembers what it heard, but not from one run to the next.
    const auto again = run(*document, {floats({1, 512}, samples), rate});
    QCOMPARE(floatsOf(again->outputTensors[0]), probability);
}

void TorchRunTest::missingOperatorIsNamed()
{
    const auto document = opened(own("unknown.pt"));
    const auto outcome = run(*document, {floats({2}, {1, 2})});
    QVERIFY(!outcome);
    QCOMPARE(outcome.error().kind, ErrorKind::Run);
    QVERIFY2(outcome.error().message.find("acme::pair") != std::string::npos, outcome.error().message.c_str());
}

void TorchRunTest::runsDoNotSeeEachOther()
{
    for (const char* name : {"state", "inplace"}) {
        const auto document = opened(own(std::string(name) + ".pt"));
        const Tensor input = name == std::string("state") ? floats({2}, {1, -2}) : floats({3}, {1, 1, 1});
        for (int i = 0; i < 3; ++i) {
            const auto outcome = run(*document, {input}, i == 1, 2);
            QVERIFY2(outcome.has_value(), outcome ? "" : outcome.error().message.c_str());
            QCOMPARE(difference(outcome->outputTensors[0], expected(name)), 0.0);
        }
    }
}

void TorchRunTest::fileIsNeverWritten()
{
    const auto document = opened(own("inplace.pt"));
    QVERIFY(run(*document, {floats({3}, {1, 1, 1})}).has_value());
    const Model& model = document->model();
    for (const ValueId value : model.graph(model.mainGraph).initializers)
        if (model.value(value).name == "weight")
            QCOMPARE(floatsOf(model.tensor(model.value(value).tensor)), (std::vector<float>{1, 1, 1}));
    const auto fresh = opened(own("inplace.pt"));
    const auto outcome = run(*fresh, {floats({3}, {1, 1, 1})});
    QCOMPARE(difference(outcome->outputTensors[0], expected("inplace")), 0.0);
}

void TorchRunTest::everyNodeIsSeen()
{
    if (!std::filesystem::exists(shared("small26_trace.pt")))
        QSKIP("no shared models");
    const auto document = opened(shared("small26_trace.pt"));
    RunRequest request;
    request.inputs = {array(shared("expected26.npz"), "small26_input")};
    request.trace = true;
    request.histogramBins = 16;
    std::vector<NodeId> seen;
    Progress progress;
    const auto outcome = document->run(request, {[&seen](const NodeRun& node) { seen.push_back(node.node); }}, progress);
    QVERIFY(outcome.has_value());
    const Model& model = document->model();
    std::size_t withTensors = 0;
    for (const NodeRun& node : outcome->nodes) {
        QCOMPARE(node.executions, std::uint64_t(1));
        QVERIFY(node.milliseconds >= 0);
        QCOMPARE(node.outputs.size(), model.node(node.node).outputs().size());
        for (const ValueRun& output : node.outputs) {
            if (!output.isTensor)
                continue;
            ++withTensors;
            std::uint64_t elements = 1;
            for (const std::int64_t size : output.shape)
                elements *= std::uint64_t(size);
            QCOMPARE(output.statistics.elements, elements);
            QCOMPARE(output.statistics.histogram.counts.size(), std::size_t(16));
        }
    }
    QVERIFY(withTensors > 30);
    QCOMPARE(seen.size(), outcome->nodes.size());
    // Rectified: nothing is negative.
    for (const NodeRun& node : outcome->nodes)
        if (model.op(node.node).name == "relu")
            QVERIFY(node.outputs[0].statistics.min >= 0 && node.outputs[0].statistics.zeros > 0);
}

void TorchRunTest::loopsCountExecutions()
{
    if (!std::filesystem::exists(shared("loop26_script.pt")))
        QSKIP("no shared models");
    const auto document = opened(shared("loop26_script.pt"));
    const auto outcome = run(*document, {array(shared("expected26.npz"), "loop26_x")}, true);
    QVERIFY(outcome.has_value());
    const Model& model = document->model();
    double inner = 0;
    double loop = 0;
    for (const NodeRun& node : outcome->nodes) {
        if (model.op(node.node).name == "lstm_cell") {
            QCOMPARE(node.executions, std::uint64_t(5));
            inner = node.milliseconds;
            QVERIFY(node.outputs[0].statistics.elements > 0);
        }
        if (model.op(node.node).name == "Loop") {
            QCOMPARE(node.executions, std::uint64_t(1));
            loop = node.milliseconds;
        }
    }
    QVERIFY(inner > 0 && loop >= inner);
}

void TorchRunTest::branchNotTaken()
{
    if (!std::filesystem::exists(shared("loop26_script.pt")))
        QSKIP("no shared models");
    const auto document = opened(shared("loop26_script.pt"));
    QVERIFY(run(*document, {array(shared("expected26.npz"), "loop26_x")}, true).has_value());
    const Model& model = document->model();
    for (std::size_t i = 0; i < model.nodeCount(); ++i) {
        const Node& node = model.node(NodeId(i));
        if (!node.isAlive() || model.op(NodeId(i)).name != "mul" || model.graph(node.graph).role != "then_branch")
            continue;
        Progress progress;
        const auto tensor = document->activation(node.outputs()[0], progress);
        QVERIFY(!tensor);
        QVERIFY2(tensor.error().message.find("not taken") != std::string::npos, tensor.error().message.c_str());
        return;
    }
    QFAIL("the branch is not there");
}

void TorchRunTest::activations()
{
    const auto document = opened(own("tied.pt"));
    const Model& model = document->model();
    Progress progress;
    const ValueId output = model.graph(model.mainGraph).outputs[0];
    const auto early = document->activation(output, progress);
    QVERIFY(!early);
    QCOMPARE(early.error().kind, ErrorKind::Run);
    const Tensor input = expected("tied_x");
    QVERIFY(run(*document, {input}, true).has_value());
    const auto tensor = document->activation(output, progress);
    QVERIFY2(tensor.has_value(), tensor ? "" : tensor.error().message.c_str());
    QVERIFY(difference(*tensor, expected("tied")) <= 1e-6);
    const auto again = document->activation(model.graph(model.mainGraph).inputs[0], progress);
    QCOMPARE(difference(*again, input), 0.0);
    const auto weight = document->activation(model.graph(model.mainGraph).initializers[0], progress);
    QCOMPARE(weight->shape, (std::vector<std::int64_t>{4, 4}));
    // A run without a trace leaves the last trace as it is.
    QVERIFY(run(*document, {input}).has_value());
    QVERIFY(document->activation(output, progress).has_value());
}

void TorchRunTest::quantizedActivation()
{
    if (!std::filesystem::exists(shared("quant26_script.pt")))
        QSKIP("no shared models");
    const auto document = opened(shared("quant26_script.pt"));
    const auto outcome = run(*document, {array(shared("expected26.npz"), "quant26_x")}, true);
    QVERIFY(outcome.has_value());
    for (const NodeRun& node : outcome->nodes) {
        if (document->model().op(node.node).name != "quantize_per_tensor")
            continue;
        Progress progress;
        const auto tensor = document->activation(node.outputs[0].value, progress);
        QVERIFY(tensor.has_value());
        QCOMPARE(tensor->element, ElementType::QUInt8);
        QVERIFY(tensor->quantization.has_value());
        QCOMPARE(tensor->quantization->zeroPoints, std::vector<std::int64_t>{60});
        return;
    }
    QFAIL("nothing is quantized");
}

void TorchRunTest::argumentsOfAllKinds()
{
    const auto document = opened(own("arguments.pt"));
    const auto outcome =
        run(*document, {floats({2}, {1, -2}), tensorOf<std::int64_t>(ElementType::Int64, {}, {3}), floats({}, {0.5f}),
                        tensorOf<std::uint8_t>(ElementType::Bool, {}, {1}), tensorOf<std::int64_t>(ElementType::Int64, {2}, {1, 2})});
    QVERIFY2(outcome.has_value(), outcome ? "" : outcome.error().message.c_str());
    QVERIFY(difference(outcome->outputTensors[0], expected("arguments")) <= 1e-6);
}

void TorchRunTest::wrongRequests()
{
    const auto document = opened(own("arguments.pt"));
    const auto missing = run(*document, {floats({2}, {1, -2})});
    QVERIFY(!missing);
    QVERIFY2(missing.error().message.find("'k'") != std::string::npos, missing.error().message.c_str());
    const auto many = run(*document, std::vector<Tensor>(9, floats({1}, {1})));
    QVERIFY(!many);
    const auto shape = run(*document, {floats({2}, {1, -2}), floats({2}, {1, 2})});
    QVERIFY(!shape);
    RunRequest request;
    request.device = "abacus";
    Progress progress;
    const auto device = document->run(request, {}, progress);
    QVERIFY(!device);
    QVERIFY(device.error().message.find("abacus") != std::string::npos);
    request.device = "cuda:7";
    QVERIFY(!document->run(request, {}, progress));
    Tensor tooShort = floats({2}, {1, 2});
    tooShort.shape = {1000};
    QVERIFY(!run(*document, {tooShort}));
    for (const auto* each : {&missing, &many, &shape, &device})
        QCOMPARE((*each).error().kind, ErrorKind::Run);
}

void TorchRunTest::failureNamesOperatorAndPlace()
{
    const auto document = opened(own("tied.pt"));
    const auto outcome = run(*document, {floats({3}, {1, 2, 3})});
    QVERIFY(!outcome);
    QCOMPARE(outcome.error().kind, ErrorKind::Run);
    const std::string& message = outcome.error().message;
    QVERIFY2(message.find("aten::linear in encoder") != std::string::npos, message.c_str());
    QVERIFY2(message.find("cannot be multiplied") != std::string::npos, message.c_str());
    QVERIFY(message.find('\n') == std::string::npos);
}

void TorchRunTest::modelsOwnException()
{
    const auto document = opened(own("raises.pt"));
    const auto outcome = run(*document, {floats({2}, {1, 2})});
    QVERIFY(!outcome);
    QVERIFY2(outcome.error().message.find("expected an image of 4 dimensions") != std::string::npos,
             outcome.error().message.c_str());
    QVERIFY(run(*document, {floats({1, 1, 1, 1}, {1})}).has_value());
}

void TorchRunTest::outputsAreFlattened()
{
    const auto document = opened(own("outputs.pt"));
    const auto outcome = run(*document, {floats({2}, {1, 3})});
    QVERIFY(outcome.has_value());
    std::vector<std::string> names;
    for (const ValueRun& output : outcome->outputs)
        names.push_back(output.name);
    QCOMPARE(names, (std::vector<std::string>{"output", "output_1[\"double\"]", "output_1[\"half\"]"}));
    QCOMPARE(floatsOf(outcome->outputTensors[2]), (std::vector<float>{0.5f, 1.5f}));
}

void TorchRunTest::timesAndWarmUps()
{
    const auto document = opened(own("tied.pt"));
    RunRequest request;
    request.inputs = {expected("tied_x")};
    request.repeats = 4;
    request.warmUps = 2;
    request.threads = 1;
    Progress progress;
    const auto outcome = document->run(request, {}, progress);
    QVERIFY(outcome.has_value());
    QCOMPARE(outcome->milliseconds.size(), std::size_t(4));
    QCOMPARE(outcome->threads, 1);
    QCOMPARE(outcome->device, std::string("cpu"));
    QVERIFY(outcome->peakBytes > 0);
    QVERIFY(outcome->nodes.empty());
}

void TorchRunTest::cancelled()
{
    const auto document = opened(own("slow.pt"));
    for (const bool trace : {false, true}) {
        RunRequest request;
        request.inputs = {floats({8, 8}, std::vector<float>(64, 0.1f))};
        request.repeats = trace ? 0 : 1;
        request.trace = trace;
        Progress progress;
        std::chrono::steady_clock::time_point when;
        std::thread canceller([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
            when = std::chrono::steady_clock::now();
            progress.cancel();
        });
        const auto outcome = document->run(request, {}, progress);
        const auto after = std::chrono::steady_clock::now();
        canceller.join();
        QVERIFY(!outcome);
        QVERIFY(outcome.error().isCancelled());
        QVERIFY(after - when < std::chrono::milliseconds(100));
    }
    // The document is as good as before.
    RunRequest request;
    request.inputs = {floats({8, 8}, std::vector<float>(64, 0.1f))};
    Progress progress;
    std::thread canceller([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        progress.cancel();
    });
    QVERIFY(document->run(request, {}, progress).error().isCancelled());
    canceller.join();
}

void TorchRunTest::workerSaysWhatItIs()
{
    const WorkerInfo info = workerInfo();
    QVERIFY(!info.libtorchVersion.empty());
    QVERIFY(!info.blas.empty());
    QVERIFY(!info.devices.empty());
    QCOMPARE(info.devices[0].name, std::string("cpu"));
    QCOMPARE(info.devices.size() == 1, !info.noCudaReason.empty());
    for (const std::string& warning : info.warnings)
        QVERIFY(!warning.empty() && warning.back() == '.');
}

QTEST_GUILESS_MAIN(TorchRunTest)

#include "torchruntest.moc"
