// What the subcommands print and how they end, on the samples that ship with the program.
#include <QDir>
#include <QFile>
#include <QImage>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "tests/app/commandline/program.h"

namespace {

const QString samples = TENSCOPE_SOURCE_DIR "/resources/samples/";
const QString onnx = samples + "shapes.onnx";

QByteArray contents(const QString& path)
{
    QFile file(path);
    return file.open(QFile::ReadOnly) ? file.readAll() : QByteArray();
}

void write(const QString& path, const QByteArray& bytes)
{
    QFile file(path);
    QVERIFY(file.open(QFile::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

}  // namespace

class CommandLineTest : public QObject {
    Q_OBJECT

private slots:
    void help()
    {
        const Program all({"--help"});
        QCOMPARE(all.code, 0);
        for (const char* command : {"info", "stats", "render", "check", "run", "thumbnail"}) {
            QVERIFY(all.output.contains(command));
            const Program one({command, "--help"});
            QCOMPARE(one.code, 0);
            QVERIFY(one.output.startsWith("Usage: tenscope " + QByteArray(command)));
            QVERIFY(one.output.contains("--json"));
            QVERIFY(one.errors.isEmpty());
        }
        QVERIFY(Program({"--version"}).output.startsWith("tenscope " TENSCOPE_VERSION));
    }

    void wrongUsage_data()
    {
        QTest::addColumn<QStringList>("arguments");
        const auto row = [](const QStringList& arguments) { QTest::addRow("%s", qPrintable(arguments.join(' '))) << arguments; };
        row({"info"});
        row({"info", onnx, "another"});
        row({"info", onnx, "--nonsense"});
        row({"nonsense"});
        row({"--nonsense"});
        row({"diff", "a"});
        row({"stats", onnx, "--bins", "0"});
        row({"stats", onnx, "--bins", "many"});
        row({"stats", onnx, "--tensor", "no such tensor"});
        row({"render", onnx});
        row({"render", onnx, "-o", "picture.bmp"});
        row({"render", onnx, "-o", "picture.svg", "--expand", "some"});
        row({"run", onnx, "--seed", "x"});
        row({"run", onnx, "--threads", "0"});
        row({"run", onnx, "--threads", "-1"});
        row({"run", onnx, "--repeat", "1.5"});
        row({"run", onnx, "--device", "toaster"});
        row({onnx});  // the window, without a display
    }

    void wrongUsage()
    {
        QFETCH(QStringList, arguments);
        const Program program(arguments);
        QCOMPARE(program.code, 2);
        QVERIFY2(program.saysOneLine(), program.errors.constData());
        QVERIFY(program.output.isEmpty());
    }

    void infoOfOnnx()
    {
        const Program program({"info", onnx, "--json"});
        QCOMPARE(program.code, 0);
        QVERIFY2(program.errors.isEmpty(), program.errors.constData());
        const QJsonObject info = program.json();
        QCOMPARE(info["format"].toString(), "onnx");
        QVERIFY(info["producer"].toString().startsWith("pytorch"));
        QVERIFY(info["opsets"].toObject()[""].toInteger() > 10);
        QCOMPARE(info["inputs"].toArray().size(), 1);
        QCOMPARE(info["outputs"].toArray().size(), 1);
        const QJsonObject input = info["inputs"][0].toObject();
        QCOMPARE(input["dtype"].toString(), "float32");
        QCOMPARE(input["shape"].toArray().size(), 4);
        qint64 sum = 0;
        for (const QJsonValue& count : info["ops"].toObject())
            sum += count.toInteger();
        QCOMPARE(sum, info["nodes"].toInteger());
        QVERIFY(info["parameters"].toInteger() > 1000);
        QCOMPARE(info["parameter_bytes"].toInteger(), 4 * info["parameters"].toInteger());
        QVERIFY(info["tensors"].toInteger() > 4);
        QVERIFY(info["issues"].isArray());
        QVERIFY(info.contains("scopes"));

        const Program text({"info", onnx});
        QCOMPARE(text.code, 0);
        QVERIFY(text.output.contains("ONNX"));
        QVERIFY(text.output.contains("Conv"));
    }

    void statistics()
    {
        const Program all({"stats", "--json", onnx, "--bins", "16"});
        QCOMPARE(all.code, 0);
        const QJsonArray tensors = all.json()["tensors"].toArray();
        const QJsonObject info = Program({"info", onnx, "--json"}).json();
        QCOMPARE(tensors.size(), info["tensors"].toInteger());
        qint64 elements = 0;
        for (const QJsonValue& tensor : tensors) {
            const QJsonArray counts = tensor["histogram"]["counts"].toArray();
            QCOMPARE(counts.size(), 16);
            QCOMPARE(tensor["histogram"]["edges"].toArray().size(), 17);
            qint64 sum = tensor["nan"].toInteger() + tensor["inf"].toInteger();
            for (const QJsonValue& count : counts)
                sum += count.toInteger();
            QCOMPARE(sum, tensor["elements"].toInteger());
            QVERIFY(tensor["min"].toDouble() <= tensor["mean"].toDouble() && tensor["mean"].toDouble() <= tensor["max"].toDouble());
            elements += sum;
        }
        QCOMPARE(elements, info["parameters"].toInteger());

        const QString name = tensors[1]["name"].toString();
        const QJsonArray one = Program({"stats", "--json", onnx, "--bins", "16", "--tensor", name}).json()["tensors"].toArray();
        QCOMPARE(one.size(), 1);
        QCOMPARE(one[0].toObject(), tensors[1].toObject());
        QVERIFY(Program({"stats", onnx, "--tensor", name}).output.contains('#'));
    }

    void check()
    {
        const Program program({"check", onnx, "--json"});
        QCOMPARE(program.code, 0);
        QVERIFY(program.json()["issues"].isArray());
        QCOMPARE(program.json()["errors"].toInt(), 0);
    }

    void render()
    {
        QTemporaryDir folder;
        for (const char* extension : {"svg", "png", "pdf"}) {
            const QString picture = folder.filePath(QString("picture.") + extension);
            const Program program({"render", onnx, "-o", picture, "--json", "--expand", "all"});
            QVERIFY2(program.code == 0, program.errors.constData());
            QCOMPARE(program.json()["bytes"].toInteger(), QFile(picture).size());
            QVERIFY(program.json()["boxes"].toInteger() > 5);
        }
        QVERIFY(contents(folder.filePath("picture.svg")).contains("Conv"));
        QVERIFY(contents(folder.filePath("picture.pdf")).startsWith("%PDF"));
        const QImage image(folder.filePath("picture.png"));
        QVERIFY(image.width() > 100 && image.height() > 100);

        const Program nowhere({"render", onnx, "-o", folder.filePath("no/such/folder.svg")});
        QCOMPARE(nowhere.code, 5);
        QVERIFY(nowhere.saysOneLine());
    }

    void filesThatCannotBeRead_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QByteArray random(5000, Qt::Uninitialized);
        std::uint64_t state = 3;
        for (char& byte : random) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            byte = char(state >> 56);
        }
        const QByteArray model = contents(onnx), script = contents(samples + "shapes.pt");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("random") << random;
        QTest::newRow("text") << QByteArray("Dear reader,\nthis is no model.\n");
        QTest::newRow("zeros") << QByteArray(4096, '\0');
        QTest::newRow("truncated ONNX") << model.left(model.size() / 2);
        QTest::newRow("truncated TorchScript") << script.left(script.size() / 2);
        QTest::newRow("NumPy") << contents(samples + "shapes_input.npy");
    }

    void filesThatCannotBeRead()
    {
        QFETCH(QByteArray, bytes);
        QTemporaryDir folder;
        const QString path = folder.filePath("model.onnx");
        write(path, bytes);
        for (const char* command : {"info", "stats", "check", "run"}) {
            const Program program({command, path, "--json"});
            QVERIFY2(program.code == 3, program.errors.constData());
            QVERIFY2(program.saysOneLine(), program.errors.constData());
            QVERIFY(program.output.isEmpty());
            QVERIFY(program.errors.contains("model.onnx"));
        }
        const Program render({"render", path, "-o", folder.filePath("out.svg")});
        QCOMPARE(render.code, 3);
        QVERIFY(!QFile::exists(folder.filePath("out.svg")));
    }

    void filesThatAreNotThere()
    {
        const Program absent({"info", "/no/such/model.onnx"});
        QCOMPARE(absent.code, 3);
        QVERIFY(absent.saysOneLine());
        QCOMPARE(Program({"info", QDir::tempPath()}).code, 3);
    }

    void aFullDiskIsSaid()
    {
        if (!QFile::exists("/dev/full"))
            QSKIP("there is no /dev/full");
        QProcess process;
        process.setStandardOutputFile("/dev/full");
        process.start(TENSCOPE_BINARY_DIR "/app/tenscope", {"info", onnx});
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.exitCode(), 5);
    }

    // A file manager that gets no picture in time shows the icon instead.
    void thumbnailsTakeNoTime()
    {
        QTemporaryDir folder;
        const QString out = folder.filePath("out.png");
        const Program late({"thumbnail", onnx, "-o", out, "--limit", "0"});
        QCOMPARE(late.code, 3);
        QVERIFY(late.saysOneLine());
        QVERIFY(!QFile::exists(out));
        const Program done({"thumbnail", onnx, "-o", out, "--size", "64", "--limit", "60000"});
        QCOMPARE(done.code, 0);
        const QImage image(out);
        QCOMPARE(std::max(image.width(), image.height()), 64);
        QCOMPARE(Program({"thumbnail", onnx}).code, 2);
        QCOMPARE(Program({"thumbnail", onnx, "-o", folder.filePath("none/out.png"), "--limit", "60000"}).code, 5);
    }
};

QTEST_GUILESS_MAIN(CommandLineTest)
#include "commandlinetest.moc"
