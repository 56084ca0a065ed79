// Damages a model that has everything, at random, and reads what comes of it: whatever the bytes are, the reader answers
// with a consistent model or with a sentence, and so do those that look at the model. Runs under the sanitizers in preset
// asan; TENSCOPE_FUZZ_ITERATIONS asks for more than the few rounds of every day.

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <random>

#include "core/analysis/checks.h"
#include "core/formats/formats.h"
#include "core/formats/onnx/onnxreader.h"
#include "core/graph/literal.h"
#include "core/graph/text.h"
#include "tests/core/formats/onnx/richmodel.h"

using namespace tenscope;

class OnnxFuzzTest : public QObject {
    Q_OBJECT
private slots:
    void damagedModels();

private:
    static std::string damaged(const std::string& whole, std::mt19937& random);
    static std::size_t look(const Model& model);
};

std::string OnnxFuzzTest::damaged(const std::string& whole, std::mt19937& random)
{
    std::string bytes = whole;
    const auto at = [&] { return std::size_t(random() % bytes.size()); };
    // Most lengths are wrong after a byte more or less, and then little else is looked at: seldom.
    const unsigned kinds = random() % 4 == 0 ? 8 : 3;
    for (int i = 1 + int(random() % 4); i > 0; --i) {
        switch (random() % kinds) {
        case 0: bytes[at()] = char(random()); break;
        case 1:  // lengths and tags are near by
            bytes[at()] = char(random() % 0x40);
            break;
        case 2: bytes[at()] ^= char(1 << random() % 8); break;
        case 3: bytes.insert(at(), std::string(1 + random() % 4, char(random()))); break;
        case 4: bytes.erase(at(), 1 + random() % 8); break;
        case 5: {  // a piece of itself, somewhere else
            const std::string piece = bytes.substr(at(), random() % 200);
            bytes.insert(at(), piece);
            break;
        }
        case 6: bytes[at()] = char(0xff); break;
        default:
            if (random() % 16 == 0)
                bytes.resize(at() + 1);
            break;
        }
        if (bytes.empty())
            bytes = whole;
    }
    return bytes;
}

// Touches everything that a window would; the sum is to keep the compiler from leaving it out.
std::size_t OnnxFuzzTest::look(const Model& model)
{
    std::size_t sum = 0;
    for (std::size_t i = 0; i < model.tensorCount(); ++i) {
        const Tensor& tensor = model.tensor(TensorId(i));
        sum += tensor.storedBytes() + toString(tensor.type()).size();
        if (const auto bytes = tensor.bytes()) {
            if (byteSize(tensor.element, tensor.elements().value_or(0)) != bytes->size())
                qFatal("a tensor's data does not fit its shape");
            for (const std::byte byte : *bytes)
                sum += std::to_integer<std::size_t>(byte);
        }
    }
    for (std::size_t i = 0; i < model.valueCount(); ++i)
        sum += toString(model.value(ValueId(i)).type).size() + literal(model, ValueId(i)).value_or("").size();
    for (std::size_t i = 0; i < model.nodeCount(); ++i) {
        const NodeId id(i);
        sum += displayName(model, id).size() + model.path(model.node(id).scope).size() + dataInputs(model, id).size();
        for (const Argument& argument : arguments(model, id))
            sum += argument.text.size();
        const ByteRange origin = model.node(id).origin;
        if (!model.files[0]->slice(origin.offset, origin.length))
            qFatal("a node's origin lies outside the file");
    }
    Progress progress;
    for (const Issue& issue : check(model, progress))
        sum += issue.text.size();
    return sum;
}

void OnnxFuzzTest::damagedModels()
{
    QTemporaryDir folder;
    std::ofstream(folder.filePath("weights.bin").toStdString(), std::ios::binary) << std::string(16, 'w');
    const std::string whole = richModel().SerializeAsString();
    const int iterations = qEnvironmentVariableIntValue("TENSCOPE_FUZZ_ITERATIONS");
    std::size_t opened = 0, sum = 0;
    for (int i = 0; i < std::max(iterations, 500); ++i) {
        std::mt19937 random{unsigned(i)};
        const std::string path = folder.filePath(QString("%1.onnx").arg(i % 8)).toStdString();
        std::ofstream(path, std::ios::binary) << damaged(whole, random);
        Progress progress;
        const auto file = MappedFile::open(path);
        QVERIFY(file.has_value());
        const Result<Model> model = readOnnx(*file, progress);
        sum += detect(**file).what.size();
        if (!model) {
            QVERIFY(!model.error().message.empty());
            continue;
        }
        ++opened;
        std::string why;
        QVERIFY2(model->isConsistent(&why), qPrintable(QString("round %1: %2").arg(i).arg(why.c_str())));
        sum += look(*model);
    }
    QVERIFY(opened > 0);
    qInfo("%zu opened, %zu bytes seen", opened, sum);
}

QTEST_APPLESS_MAIN(OnnxFuzzTest)
#include "onnxfuzztest.moc"
