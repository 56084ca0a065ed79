// `run` on the samples, whose scores PyTorch has computed (resources/samples/make_samples.py).
#include <QFile>
#include <QImage>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "core/analysis/elementreader.h"
#include "core/analysis/npy.h"
#include "core/graph/model.h"
#include "tests/app/commandline/program.h"

using namespace tenscope;

namespace {

const QString samples = TENSCOPE_SOURCE_DIR "/resources/samples/";
const QString model = samples + "shapes.pt";

}  // namespace

class RunCommandTest : public QObject {
    Q_OBJECT

private slots:
    void infoOfTorchScript()
    {
        const Program program({"info", model, "--json"});
        QVERIFY2(program.code == 0, program.errors.constData());
        QVERIFY2(program.errors.isEmpty(), program.errors.constData());
        const QJsonObject info = program.json(), twin = Program({"info", samples + "shapes.onnx", "--json"}).json();
        QCOMPARE(info["format"].toString(), "torchscript");
        QCOMPARE(info["inputs"].toArray().size(), 1);
        QCOMPARE(info["outputs"].toArray().size(), 1);
        QVERIFY(info["scopes"].toInt() > 3);
        QVERIFY(info["ops"].toObject().size() > 3);
        QVERIFY(info["parameters"].toInteger() >= twin["parameters"].toInteger());
    }

    void equalsPyTorch_data()
    {
        QTest::addColumn<QString>("file");
        QTest::newRow("TorchScript") << model;
        QTest::newRow("ONNX") << samples + "shapes.onnx";
    }

    void equalsPyTorch()
    {
        QFETCH(const QString, file);
        QTemporaryDir folder;
        const QString outputs = folder.filePath("new/outputs");
        const Program program({"run", file, "--input", "0=" + samples + "shapes_input.npy", "--output-dir", outputs, "--json", "--trace",
                               "--repeat", "3", "--threads", "1"});
        QVERIFY2(program.code == 0, program.errors.constData());
        const QJsonObject run = program.json();
        QCOMPARE(run["device"].toString(), "cpu");
        QCOMPARE(run["threads"].toInt(), 1);
        QCOMPARE(run["times_ms"].toArray().size(), 3);
        QVERIFY(!run["blas"].toString().isEmpty());
        const QJsonArray nodes = run["nodes"].toArray();
        QVERIFY(nodes.size() > 5);
        bool hasConvolution = false;
        for (const QJsonValue& node : nodes) {
            QVERIFY(node["time_ms"].toDouble() >= 0);
            hasConvolution = hasConvolution || node["op"].toString().contains("conv", Qt::CaseInsensitive);
        }
        QVERIFY(hasConvolution);

        const QString name = run["outputs"][0]["name"].toString();
        const auto actual = readNpy((outputs + '/' + name + ".npy").toStdString());
        const auto expected = readNpy((samples + "shapes_scores.npy").toStdString());
        QVERIFY2(actual, actual ? "" : actual.error().message.c_str());
        QVERIFY(actual->shape == expected->shape);
        const auto a = ElementReader::open(Model(), *actual), b = ElementReader::open(Model(), *expected);
        double most = 0, sum = 0;
        for (std::uint64_t i = 0; i < b->elements(); ++i) {
            QVERIFY(std::fabs(a->valueAt(i) - b->valueAt(i)) <= 1e-5 * std::max(1.0, std::fabs(b->valueAt(i))));
            most = i == 0 ? a->valueAt(i) : std::max(most, a->valueAt(i));
            sum += a->valueAt(i);
        }
        QCOMPARE(run["outputs"][0]["max"].toDouble(), most);
        QVERIFY(std::fabs(run["outputs"][0]["mean"].toDouble() - sum / double(b->elements())) < 1e-6);
    }

    void seedsRepeat()
    {
        const QString shape = "0=2x" + inputShape();
        const auto mean = [&](const char* seed) {
            const Program program({"run", model, "--shape", shape, "--seed", seed, "--json"});
            return program.code == 0 ? program.json()["outputs"][0]["mean"].toDouble() : NAN;
        };
        QCOMPARE(mean("1"), mean("1"));
        QVERIFY(mean("1") != mean("2"));
    }

    void wrongInputs_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<int>("code");
        QTest::newRow("unknown name") << QStringList{"--input", "nothing=zeros"} << 2;
        QTest::newRow("no name") << QStringList{"--input", "zeros"} << 2;
        QTest::newRow("unknown specification") << QStringList{"--input", "0=zeroes"} << 2;
        QTest::newRow("twice") << QStringList{"--input", "0=zeros", "--input", "0=ones"} << 2;
        QTest::newRow("no shape") << QStringList{"--shape", "0=1xtwo"} << 2;
        QTest::newRow("not an array") << QStringList{"--input", "0=" + samples + "shapes_labels.txt"} << 3;
        QTest::newRow("a rank the model cannot take") << QStringList{"--shape", "0=7"} << 4;
        QTest::newRow("a device that is not there") << QStringList{"--shape", "0=1x" + inputShape(), "--device", "cuda:9"} << 4;
    }

    void wrongInputs()
    {
        QFETCH(QStringList, options);
        QFETCH(int, code);
        const Program program(QStringList{"run", model} + options);
        QVERIFY2(program.code == code, program.errors.constData());
        QVERIFY(program.output.isEmpty());
        QVERIFY(program.errors.count('\n') >= 1);
    }

    void outputsThatCannotBeWritten()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath("file");
        QFile opened(file);
        QVERIFY(opened.open(QFile::WriteOnly));
        const Program program({"run", model, "--input", "0=" + samples + "shapes_input.npy", "--output-dir", file + "/below"});
        QCOMPARE(program.code, 5);
    }

    void imagesAreTaken()
    {
        QTemporaryDir folder;
        QImage image(40, 30, QImage::Format_RGB32);
        image.fill(Qt::darkGray);
        const QString path = folder.filePath("image.png");
        QVERIFY(image.save(path));
        const Program program({"run", model, "--input", "0=" + path, "--shape", "0=1x" + inputShape(), "--json"});
        QVERIFY2(program.code == 0, program.errors.constData());
    }

private:
    // Channels, height and width of the sample's input: "1x32x32".
    static QString inputShape()
    {
        const auto input = readNpy((samples + "shapes_input.npy").toStdString());
        QStringList sizes;
        for (std::size_t i = 1; i < input->shape.size(); ++i)
            sizes += QString::number(input->shape[i]);
        return sizes.join('x');
    }
};

QTEST_GUILESS_MAIN(RunCommandTest)
#include "runcommandtest.moc"
