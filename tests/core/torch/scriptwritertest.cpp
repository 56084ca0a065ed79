// TorchScript that is written is held against what it was made of: the same names, the same numbers; and PyTorch is asked.
#include "core/torch/scriptwriter.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <algorithm>
#include <set>

#include "tests/core/torch/torchfiles.h"
#include "tests/support/graphmaker.h"

using namespace tenscope;
using namespace tenscope::test;

namespace {

std::vector<std::string> storedNames(const Model& model)
{
    std::vector<std::string> names;
    for (const ValueId value : model.graph(model.mainGraph).initializers)
        names.push_back(model.value(value).name);
    std::sort(names.begin(), names.end());
    return names;
}

std::vector<std::string> inputNames(const Model& model)
{
    std::vector<std::string> names;
    for (const ValueId value : model.graph(model.mainGraph).inputs)
        names.push_back(model.value(value).name);
    return names;
}

ValueId weight(GraphMaker& maker, const std::string& name, const std::vector<std::int64_t>& shape, const std::vector<float>& values)
{
    const ValueId value = maker.weight(name, shape);
    Tensor& tensor = maker.model.tensor(maker.model.value(value).tensor);
    tensor.data = floats(shape, values).data;
    return value;
}

// y = x · W + b, with names as exporters give them.
Model linear()
{
    GraphMaker maker;
    const ValueId x = maker.input("x.1", {2, 3});
    const ValueId product = maker.node("MatMul", "/fc/MatMul", {x, weight(maker, "fc.0.weight", {3, 2}, {1, 2, 3, 4, 5, 6})});
    maker.output(maker.node("Add", "/fc/Add", {product, weight(maker, "onnx::Add_12", {2}, {10, 20})}));
    weight(maker, "unused", {1}, {7});
    return std::move(maker.model);
}

// What PyTorch says of a file, one item a line; empty where there is no PyTorch.
QByteArrayList pyTorch(const QString& code, const QString& file)
{
    QProcess python;
    python.start("/usr/bin/python3", {"-c", "import sys, torch\nm = torch.jit.load(sys.argv[1])\n" + code, file});
    if (!python.waitForFinished(120'000) || python.exitCode() != 0)
        return {};
    return python.readAllStandardOutput().trimmed().split('\n');
}

bool hasPyTorch()
{
    QProcess python;
    python.start("/usr/bin/python3", {"-c", "import torch"});
    return python.waitForFinished(120'000) && python.exitCode() == 0;
}

}  // namespace

class ScriptWriterTest : public QObject {
    Q_OBJECT

private slots:
    void torchScriptStaysWhatItIs_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("input");
        QTest::addColumn<QString>("output");
        QTest::newRow("traced") << "small26_trace.pt" << "small26_input" << "small26_probs";
        QTest::newRow("loop") << "loop26_script.pt" << "loop26_x" << "loop26_y";
    }
    void torchScriptStaysWhatItIs()
    {
        QFETCH(const QString, file);
        QFETCH(const QString, input);
        QFETCH(const QString, output);
        const auto source = shared(file.toStdString());
        if (!std::filesystem::exists(source))
            QSKIP("the shared models are not here");
        const auto document = opened(source);
        const auto again = written(document->model());
        QVERIFY(again);
        QVERIFY(storedNames(again->model()) == storedNames(document->model()));
        QVERIFY(inputNames(again->model()) == inputNames(document->model()));
        const auto arrays = shared("expected26.npz");
        const Tensor x = array(arrays, input.toStdString());
        const auto outcome = run(*again, {x});
        QVERIFY2(outcome, outcome ? "" : outcome.error().message.c_str());
        QVERIFY(difference(outcome->outputTensors.front(), array(arrays, output.toStdString())) < 1e-5);
    }

    // What the code assigns begins as it did, and is no part of the state dict.
    void stateIsKept()
    {
        const auto source = shared("silero_vad.jit");
        if (!std::filesystem::exists(source))
            QSKIP("the shared models are not here");
        const auto document = opened(source);
        const auto again = written(document->model());
        QVERIFY(again);
        QVERIFY(storedNames(again->model()) == storedNames(document->model()));
        std::vector<float> samples(512);
        for (std::size_t i = 0; i < samples.size(); ++i)
            samples[i] = 0.1f * std::sin(float(i) * 0.07f);
        const Tensor x = floats({1, 512}, samples), rate = tensorOf<std::int64_t>(ElementType::Int64, {}, {16000});
        const auto before = run(*document, {x, rate}), after = run(*again, {x, rate});
        QVERIFY2(before && after, after ? "" : after.error().message.c_str());
        QCOMPARE(floatsOf(after->outputTensors.front()), floatsOf(before->outputTensors.front()));
    }

    // An ONNX model keeps its names where they can be said, and gives valid ones elsewhere.
    void onnxKeepsNames()
    {
        const auto document = written(linear());
        QVERIFY(document);
        QVERIFY((storedNames(document->model()) == std::vector<std::string>{"fc.0.weight", "onnx__Add_12", "unused"}));
        QVERIFY(inputNames(document->model()) == std::vector<std::string>{"x_1"});
        const auto outcome = run(*document, {floats({2, 3}, {1, 0, 0, 1, 1, 1})});
        QVERIFY2(outcome, outcome ? "" : outcome.error().message.c_str());
        QCOMPARE(floatsOf(outcome->outputTensors.front()), (std::vector<float>{11, 22, 19, 32}));
    }

    void pyTorchLoadsIt()
    {
        if (!hasPyTorch())
            QSKIP("there is no PyTorch for /usr/bin/python3");
        QVERIFY(written(linear()));
        const QByteArrayList said = pyTorch("print(list(m.state_dict()))\n"
                                            "print([n for n, p in m.named_parameters() if p.requires_grad])\n"
                                            "print(m.forward.schema)\n"
                                            "print(m(torch.tensor([[1., 0, 0], [1, 1, 1]])).tolist())\n",
                                            m_folder.filePath("written.pt"));
        QCOMPARE(said.size(), 4);
        QCOMPARE(said[0], "['onnx__Add_12', 'unused', 'fc.0.weight']");
        QCOMPARE(said[1], said[0]);
        QVERIFY2(said[2].contains("Tensor x_1) -> Tensor"), said[2].constData());
        QCOMPARE(said[3], "[[11.0, 22.0], [19.0, 32.0]]");
    }

    void sharedTensorsAreWrittenOnce()
    {
        const auto document = opened(own("tied.pt"));
        const auto again = written(document->model());
        QVERIFY(again);
        QVERIFY(storedNames(again->model()) == storedNames(document->model()));
        std::set<std::uint64_t> before, after;
        for (const auto& [model, offsets] : {std::pair(&document->model(), &before), std::pair(&again->model(), &after)})
            for (const ValueId value : model->graph(model->mainGraph).initializers)
                if (const auto* slice = std::get_if<FileSlice>(&model->tensor(model->value(value).tensor).data))
                    offsets->insert(slice->offset);
        QCOMPARE(after.size(), before.size());
    }

    void whatCannotBeConvertedIsListed()
    {
        GraphMaker maker;
        const ValueId x = maker.input("x", {2});
        maker.output(maker.node("Foo", "foo", {maker.node("Foo", "first", {x}, {}, {}, {}, "com.example")}, {}, {}, {}, "com.example"));
        const QString target = m_folder.filePath("never.pt");
        Progress progress;
        const auto report = writeTorchScript(maker.model, {}, target.toStdString(), progress);
        QVERIFY(report);
        QCOMPARE(report->unconverted.size(), std::size_t(1));
        QCOMPARE(report->unconverted.front().op, std::string("com.example.Foo"));
        QCOMPARE(report->unconverted.front().count, std::uint64_t(2));
        QVERIFY(!report->unconverted.front().why.empty());
        QVERIFY(!QFile::exists(target));
    }

    // What fails, or is cancelled, leaves the old file as it is, and nothing beside it.
    void failuresLeaveTheTargetAlone()
    {
        QTemporaryDir folder;
        const QString target = folder.filePath("model.pt");
        QFile file(target);
        QVERIFY(file.open(QFile::WriteOnly) && file.write("old") == 3);
        file.close();
        Progress cancelled;
        cancelled.cancel();
        auto report = writeTorchScript(linear(), {}, target.toStdString(), cancelled);
        QVERIFY(!report && report.error().isCancelled());
        Model broken = linear();
        broken.tensor(broken.value(broken.graph(broken.mainGraph).initializers.front()).tensor).data = MissingData{"It is gone."};
        Progress progress;
        report = writeTorchScript(broken, {}, target.toStdString(), progress);
        QVERIFY(!report);
        QCOMPARE(report.error().kind, ErrorKind::Write);
        QVERIFY(file.open(QFile::ReadOnly));
        QCOMPARE(file.readAll(), "old");
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden).size(), 1);
        report = writeTorchScript(linear(), {}, folder.filePath("no/such/model.pt").toStdString(), progress);
        QVERIFY(!report);
        QCOMPARE(report.error().kind, ErrorKind::Write);
    }

private:
    // Writes the model and opens the file; null where that fails, which is told.
    std::unique_ptr<TorchScriptDocument> written(const Model& model)
    {
        const std::string target = m_folder.filePath("written.pt").toStdString();
        Progress progress;
        const auto report = writeTorchScript(model, {}, target, progress);
        if (!report) {
            qWarning("%s", report.error().message.c_str());
            return nullptr;
        }
        for (const UnconvertedOperator& one : report->unconverted)
            qWarning("%s: %s", one.op.c_str(), one.why.c_str());
        if (!report->unconverted.empty() || report->bytes != std::filesystem::file_size(target))
            return nullptr;
        return opened(target);
    }

    static Result<RunOutcome> run(TorchScriptDocument& document, std::vector<Tensor> inputs)
    {
        RunRequest request;
        request.inputs = std::move(inputs);
        Progress progress;
        return document.run(request, {}, progress);
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(ScriptWriterTest)
#include "scriptwritertest.moc"
