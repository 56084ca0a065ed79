#include "core/formats/detect.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <QtEndian>

#include <random>

#include "core/formats/formats.h"

using namespace tenscope;

class DetectTest : public QObject {
    Q_OBJECT
private slots:
    void byContent_data();
    void byContent();
    void truncated_data();
    void truncated();
    void referenceFiles_data();
    void referenceFiles();
    void hostileZips();
    void anyBytes();

private:
    Detected detectBytes(const QByteArray& bytes);
    QTemporaryDir m_folder;
    int m_count = 0;
};

namespace {

using Entries = QList<std::pair<QByteArray, QByteArray>>;

template <class Number>
QByteArray number(Number value)
{
    QByteArray bytes(int(sizeof value), '\0');
    qToLittleEndian(value, bytes.data());
    return bytes;
}

// A zip archive whose entries are stored as they are, as PyTorch writes them (checksums left 0).
QByteArray zip(const Entries& entries)
{
    QByteArray files, directory;
    for (const auto& [name, content] : entries) {
        const QByteArray common = number<quint16>(20) + number<quint16>(0) + number<quint16>(0) + number<quint32>(0) +
                                  number<quint32>(0) + number<quint32>(quint32(content.size())) +
                                  number<quint32>(quint32(content.size())) + number<quint16>(quint16(name.size())) +
                                  number<quint16>(0);
        directory += "PK\1\2" + number<quint16>(20) + common + number<quint16>(0) + number<quint16>(0) +
                     number<quint16>(0) + number<quint32>(0) + number<quint32>(quint32(files.size())) + name;
        files += "PK\3\4" + common + name + content;
    }
    return files + directory + "PK\5\6" + number<quint32>(0) + number<quint16>(quint16(entries.size())) +
           number<quint16>(quint16(entries.size())) + number<quint32>(quint32(directory.size())) +
           number<quint32>(quint32(files.size())) + number<quint16>(0);
}

QByteArray fromText(const char* text, int size)
{
    return QByteArray(text, size);
}

QByteArray safeTensors()
{
    const QByteArray header = R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
    return number<quint64>(quint64(header.size())) + header + QByteArray(4, '\0');
}

QByteArray onnx(int padding = 0)
{
    // ir_version 8, producer "p", opset 17, a graph of one Relu.
    const QByteArray node = QByteArray("\x0a\x01x\x12\x01y\x22\x04Relu");
    const QByteArray graph = "\x0a" + QByteArray(1, char(node.size())) + node + QByteArray(padding, '\0');
    return QByteArray("\x08\x08\x12\x01p") + "\x3a" + QByteArray(1, char(graph.size())) + graph +
           QByteArray("\x42\x02\x10\x11");
}

QString formatName(const Detected& detected)
{
    return detected.format ? QString::fromStdString(std::string(name(*detected.format))) : QString();
}

}  // namespace

Detected DetectTest::detectBytes(const QByteArray& bytes)
{
    // Another name each time: the last file may still be mapped.
    QFile file(m_folder.filePath(QString::number(++m_count % 8)));
    file.remove();
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("cannot write");
    file.close();
    const auto mapped = MappedFile::open(file.fileName().toStdString());
    const Detected detected = detect(**mapped);
    // What the user reads is a sentence with the file's name.
    const Result<FormatInfo> info = recognize(**mapped);
    if (!info && (info.error().message.find(m_folder.path().toStdString()) != 0 ||
                  info.error().message.find('\n') != std::string::npos))
        qFatal("%s", info.error().message.c_str());
    return detected;
}

void DetectTest::byContent_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("what");
    const auto row = [](const char* name, const QByteArray& bytes, const char* format, const char* what) {
        QTest::newRow(name) << bytes << format << what;
    };
    row("ONNX", onnx(), "onnx", "ONNX");
    row("ONNX, opset first", QByteArray("\x42\x02\x10\x11") + onnx(), "onnx", "ONNX");
    row("TorchScript",
        zip({{"m/data.pkl", "\x80\2"}, {"m/code/__torch__.py", ""}, {"m/constants.pkl", ""}, {"m/version", "3"}}),
        "torchscript", "TorchScript");
    row("TorchScript without a folder", zip({{"data.pkl", "\x80\2"}, {"code/__torch__.py", ""}, {"constants.pkl", ""}}),
        "torchscript", "TorchScript");
    row("mobile",
        zip({{"m/data.pkl", "\x80\2"}, {"m/code/__torch__.py", ""}, {"m/constants.pkl", ""}, {"m/bytecode.pkl", ""}}),
        "torchscript-mobile", "mobile");
    row("pt2", zip({{"serialized_exported_program.json", "{}"}, {"version", "8.2"}}), "pt2", "torch.export");
    row("newer pt2", zip({{"m/archive_format", "pt2"}, {"m/models/model.json", "{}"}}), "pt2", "torch.export");
    row("state dict",
        zip({{"m/data.pkl", QByteArray("\x80\2ccollections\nOrderedDict\nq\0)Rq\1.", 33)}, {"m/version", "3"}}),
        "state-dict", "state dict");
    row("checkpoint", zip({{"m/data.pkl", QByteArray("\x80\2}q\0(X", 7)}, {"m/version", "3"}}), "state-dict",
        "state dict");
    row("whole module", zip({{"m/data.pkl", "\x80\2ctorchvision.models.resnet\nResNet\nq"}, {"m/version", "3"}}), "",
        "pickled Python object");
    row("one tensor", zip({{"m/data.pkl", "\x80\2ctorch._utils\n_rebuild_tensor_v2\nq"}, {"m/version", "3"}}), "",
        "single PyTorch tensor");
    row("torch.package", zip({{"m/.data/extern_modules", ""}, {"m/model/model.pkl", ""}}), "", "PyTorch package");
    row("npz", zip({{"a.npy", "\x93NUMPY"}, {"b.npy", "\x93NUMPY"}}), "", "NumPy archive of 2");
    row("keras", zip({{"metadata.json", "{}"}, {"config.json", "{}"}, {"model.weights.h5", ""}}), "", "Keras");
    row("zipped model", zip({{"readme.txt", ""}, {"net/model.onnx", ""}}), "", "net/model.onnx");
    row("other zip", zip({{"word/document.xml", "<xml/>"}}), "", "zip archive without a model");
    row("empty zip", zip({}), "", "empty zip");
    row("safetensors", safeTensors(), "safetensors", "safetensors");
    row("before PyTorch 1.6", fromText("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e\x80\x02M", 18), "",
        "before PyTorch 1.6");
    row("pickle", fromText("\x80\x04\x95\x10\0\0\0\0\0\0\0\x8c", 12), "", "pickled");
    row("numpy", fromText("\x93NUMPY\x01\0v\0{'descr'", 18), "", "NumPy array");
    row("hdf5", fromText("\x89HDF\r\n\x1a\n\0", 9), "", "HDF5");
    row("tflite", fromText("\x1c\0\0\0TFL3", 8), "", "TensorFlow Lite");
    row("gguf", "GGUF\3\1\1", "", "GGUF");
    row("ort", fromText("\x20\0\0\0ORTM", 8), "", "ONNX Runtime");
    row("png", fromText("\x89PNG\r\n\x1a\n\0\0", 10), "", "PNG");
    row("gzip", "\x1f\x8b\x08", "", "gzip");
    row("git lfs", "version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "", "Git LFS");
    row("web page", "\n<!DOCTYPE html><html>", "", "web page");
    row("json", "{\"a\": 1}", "", "JSON");
    row("text", "hello\nworld\n", "", "text file");
    row("onnx as text", "<\n  ir_version: 8,\n  opset_import: [\"\": 17]\n>\ngraph {}", "", "written as text");
    row("one onnx tensor", fromText("\x08\x02\x10\x01\x4a\x08\0\0\0\0\0\0\0\0", 14), "", "single ONNX tensor");
    row("saved model", fromText("\x08\x01\x12\x03\x0a\x01x", 7), "", "SavedModel");
    row("empty", "", "", "empty file");
    row("zeros", QByteArray(5000, '\0'), "", "zeros");
}

void DetectTest::byContent()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, format);
    QFETCH(QString, what);
    const Detected detected = detectBytes(bytes);
    QCOMPARE(formatName(detected), format);
    QVERIFY2(QString::fromStdString(detected.what).contains(what), detected.what.c_str());
}

// A sentence that says more than "unknown", or at least the format that its reader then refuses.
void DetectTest::truncated_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("what");
    const QByteArray archive =
        zip({{"m/data.pkl", QByteArray(3000, 'x')}, {"m/code/__torch__.py", ""}, {"m/constants.pkl", ""}});
    QTest::newRow("TorchScript") << archive.left(archive.size() - 30) << "PyTorch archive whose end is missing";
    QTest::newRow("TorchScript, half") << archive.left(archive.size() / 2) << "PyTorch archive whose end is missing";
    QTest::newRow("ONNX") << onnx().left(12) << "ONNX";
    QTest::newRow("safetensors") << safeTensors().left(30) << "safetensors file whose end is missing";
}

void DetectTest::truncated()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, what);
    const Detected detected = detectBytes(bytes);
    QVERIFY2(QString::fromStdString(detected.what).contains(what), detected.what.c_str());
}

void DetectTest::referenceFiles_data()
{
    QTest::addColumn<QString>("format");
    QTest::newRow("silero_vad.jit") << "torchscript";
    QTest::newRow("silero_vad.onnx") << "onnx";
    QTest::newRow("small26_trace.pt") << "torchscript";
    QTest::newRow("small26_script.pt") << "torchscript";
    QTest::newRow("loop26_script.pt") << "torchscript";
    QTest::newRow("quant26_script.pt") << "torchscript";
    QTest::newRow("custom_op_nms.pt") << "torchscript";
    QTest::newRow("setstate26.pt") << "torchscript";
    QTest::newRow("small26_op17.onnx") << "onnx";
    QTest::newRow("small26_op20.onnx") << "onnx";
    QTest::newRow("small26.ptl") << "torchscript-mobile";
    QTest::newRow("small26.pt2") << "pt2";
    QTest::newRow("small26_state.pth") << "state-dict";
    QTest::newRow("small26_full.pth") << "";
    QTest::newRow("silero_vad_16k.safetensors") << "safetensors";
    QTest::newRow("expected26.npz") << "";
    QTest::newRow("README.md") << "";
}

void DetectTest::referenceFiles()
{
    QFETCH(QString, format);
    const QString path = QString(TENSCOPE_SOURCE_DIR "/../shared/models/") + QTest::currentDataTag();
    if (!QFile::exists(path))
        QSKIP("the reference models are not here");
    const auto file = MappedFile::open(path.toStdString());
    QVERIFY(file.has_value());
    const Detected detected = detect(**file);
    QVERIFY2(formatName(detected) == format, detected.what.c_str());
}

void DetectTest::hostileZips()
{
    const QByteArray archive = zip({{"m/data.pkl", "\x80\2"}, {"m/code/__torch__.py", ""}, {"m/constants.pkl", ""}});
    // A directory of 2^60 entries, in the 64-bit end record that its locator points to.
    const QByteArray end64 = "PK\6\6" + number<quint64>(44) + number<quint16>(45) + number<quint16>(45) +
                             number<quint32>(0) + number<quint32>(0) + number<quint64>(1ull << 60) +
                             number<quint64>(1ull << 60) + number<quint64>(46) + number<quint64>(0);
    const QByteArray locator =
        "PK\6\7" + number<quint32>(0) + number<quint64>(quint64(archive.size())) + number<quint32>(1);
    const QByteArray end = QByteArray("PK\5\6") + number<quint32>(0) + number<quint16>(0xffff) +
                           number<quint16>(0xffff) + number<quint32>(0xffffffff) + number<quint32>(0xffffffff) +
                           number<quint16>(0);
    QVERIFY(!detectBytes(archive + end64 + locator + end).format);

    std::mt19937 random(1);
    for (int i = 0; i < 2000; ++i) {
        QByteArray damaged = archive;
        for (int change = 1 + int(random() % 4); change > 0; --change)
            damaged[int(random() % quint32(damaged.size()))] = char(random());
        QVERIFY(!detectBytes(damaged).what.empty());
    }
}

void DetectTest::anyBytes()
{
    std::mt19937 random(2);
    for (int i = 0; i < 500; ++i) {
        QByteArray bytes(int(1 + random() % 3000), '\0');
        for (char& byte : bytes)
            byte = char(random());
        const Detected detected = detectBytes(bytes);
        QVERIFY(!detected.what.empty());
        QVERIFY2(!detected.format, detected.what.c_str());
    }
    for (int length = 0; length < onnx().size(); ++length)
        QVERIFY(!detectBytes(onnx().left(length)).what.empty());
}

QTEST_APPLESS_MAIN(DetectTest)
#include "detecttest.moc"
