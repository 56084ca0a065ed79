// Arrays against those that numpy has written (tests/data/analysis/make_analysis_data.py).
#include "core/analysis/npy.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <cstring>

#include "core/analysis/elementreader.h"
#include "core/analysis/elementwriter.h"
#include "core/graph/model.h"

using namespace tenscope;

namespace {

const QString folder = TENSCOPE_TEST_DATA "/analysis/npy/";

std::string path(const QString& name)
{
    return (folder + name).toStdString();
}

QByteArray contents(const QString& file)
{
    QFile opened(file);
    return opened.open(QFile::ReadOnly) ? opened.readAll() : QByteArray();
}

}  // namespace

class NpyTest : public QObject {
    Q_OBJECT

private slots:
    void readsWhatNumpyWrote_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QJsonObject>("known");
        const QJsonObject all = QJsonDocument::fromJson(contents(folder + "known.json")).object();
        QVERIFY(all.size() > 20);
        for (auto entry = all.begin(); entry != all.end(); ++entry)
            QTest::newRow(entry.key().toUtf8().constData()) << entry.key() << entry.value().toObject();
    }

    void readsWhatNumpyWrote()
    {
        QFETCH(QString, name);
        QFETCH(QJsonObject, known);
        const auto tensor = readNpy(path(name + ".npy"));
        QVERIFY2(tensor, tensor ? "" : tensor.error().message.c_str());
        QCOMPARE(QString::fromStdString(std::string(tenscope::name(tensor->element))), known["element"].toString());
        QJsonArray shape;
        for (const std::int64_t size : tensor->shape)
            shape += qint64(size);
        QCOMPARE(shape, known["shape"].toArray());
        const auto reader = ElementReader::open(Model(), *tensor);
        QVERIFY2(reader, reader ? "" : reader.error().message.c_str());
        const QJsonArray texts = known["texts"].toArray();
        QCOMPARE(qsizetype(reader->elements()), texts.size());
        for (qsizetype i = 0; i < texts.size(); ++i) {
            const QString actual = QString::fromStdString(reader->textAt(std::uint64_t(i)));
            if (isFloatingPoint(tensor->element))
                QCOMPARE(actual.toDouble(), texts[i].toString().toDouble());
            else
                QCOMPARE(actual, texts[i].toString());
        }
    }

    // C-ordered, little-endian arrays of version 1.0 come out byte for byte as numpy writes them.
    void writesAsNumpyDoes_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32",
                                 "float64", "complex64", "complex128", "scalar", "empty", "vector", "unicode"})
            QTest::newRow(name) << name;
    }

    void writesAsNumpyDoes()
    {
        QFETCH(QString, name);
        QTemporaryDir temporary;
        const QString target = temporary.filePath("out.npy");
        Progress progress;
        const auto written = writeNpy(Model(), *readNpy(path(name + ".npy")), target.toStdString(), progress);
        QVERIFY2(written, written ? "" : written.error().message.c_str());
        QCOMPARE(contents(target), contents(folder + name + ".npy"));
    }

    void otherOrdersBecomeRowMajor()
    {
        QTemporaryDir temporary;
        for (const char* name : {"fortran", "bigendian_int32", "bigendian_complex64", "bigendian_fortran", "bigendian_unicode", "bytes"}) {
            const std::string target = temporary.filePath("out.npy").toStdString();
            Progress progress;
            const auto before = readNpy(path(QString(name) + ".npy"));
            QVERIFY(writeNpy(Model(), *before, target, progress));
            const auto after = readNpy(target);
            QVERIFY(after);
            QVERIFY(after->strides.empty());
            QVERIFY(after->shape == before->shape);
            const auto a = ElementReader::open(Model(), *before), b = ElementReader::open(Model(), *after);
            for (std::uint64_t i = 0; i < a->elements(); ++i)
                QCOMPARE(b->textAt(i), a->textAt(i));
        }
    }

    void typesThatNumpyLacksAreWidened_data()
    {
        QTest::addColumn<int>("from");
        QTest::addColumn<int>("to");
        const auto row = [](ElementType from, ElementType to) {
            QTest::newRow(std::string(name(from)).c_str()) << int(from) << int(to);
        };
        row(ElementType::BFloat16, ElementType::Float32);
        row(ElementType::Float8E4M3FN, ElementType::Float32);
        row(ElementType::Float8E5M2FNUZ, ElementType::Float32);
        row(ElementType::Float4E2M1, ElementType::Float32);
        row(ElementType::Int4, ElementType::Int8);
        row(ElementType::UInt4, ElementType::UInt8);
        row(ElementType::Int2, ElementType::Int8);
        row(ElementType::UInt2, ElementType::UInt8);
        row(ElementType::Complex32, ElementType::Complex64);
    }

    void typesThatNumpyLacksAreWidened()
    {
        QFETCH(int, from);
        QFETCH(int, to);
        ElementWriter writer(ElementType(from), 5);
        for (const std::uint64_t i : {0, 1, 3})
            writer.set(i, 1);
        if (isComplex(ElementType(from)))
            writer.setComplex(4, -1.5, 0.5);
        const Tensor tensor = writer.take({5});
        QTemporaryDir temporary;
        const std::string target = temporary.filePath("out.npy").toStdString();
        Progress progress;
        QVERIFY(writeNpy(Model(), tensor, target, progress));
        const auto back = readNpy(target);
        QVERIFY(back);
        QCOMPARE(int(back->element), to);
        const auto a = ElementReader::open(Model(), tensor), b = ElementReader::open(Model(), *back);
        for (std::uint64_t i = 0; i < 5; ++i)
            QCOMPARE(b->textAt(i), a->textAt(i));
    }

    void quantizedBecomesReal()
    {
        Tensor tensor;
        tensor.element = ElementType::QUInt8;
        tensor.shape = {2};
        tensor.data = OwnedBytes{std::make_shared<const std::vector<std::byte>>(std::vector<std::byte>{std::byte(3), std::byte(9)})};
        tensor.quantization = Quantization{-1, {0.5}, {5}};
        QTemporaryDir temporary;
        const std::string target = temporary.filePath("out.npy").toStdString();
        Progress progress;
        QVERIFY(writeNpy(Model(), tensor, target, progress));
        const auto back = readNpy(target);
        QCOMPARE(int(back->element), int(ElementType::Float32));
        const auto reader = ElementReader::open(Model(), *back);
        QCOMPARE(reader->valueAt(0), -1.0);
        QCOMPARE(reader->valueAt(1), 2.0);
    }

    void archives()
    {
        for (const char* name : {"stored.npz", "deflated.npz"}) {
            const auto tensor = readNpz(path(name), "a");
            QVERIFY2(tensor, tensor ? "" : tensor.error().message.c_str());
            QCOMPARE(tensor->name, std::string("a"));
            QCOMPARE(ElementReader::open(Model(), *tensor)->valueAt(5), 5.0);
            QVERIFY(readNpz(path(name), "a.npy"));
            const auto wrong = readNpz(path(name), "weights");
            QVERIFY(!wrong);
            QVERIFY(wrong.error().message.find("a, ") != std::string::npos);
            QVERIFY(!readNpz(path(name), ""));
        }
        QCOMPARE(readNpz(path("deflated.npz"), "long")->elements(), std::optional<std::uint64_t>(100000));
        QVERIFY(*npzKeys(path("stored.npz")) == (std::vector<std::string>{"a", "b"}));
    }

    void badFilesAreRefused()
    {
        const QStringList refused = QDir(folder).entryList({"refused_*"});
        QVERIFY(refused.size() >= 8);
        for (const QString& name : refused) {
            const auto tensor = readNpy(path(name));
            QVERIFY2(!tensor, qPrintable(name));
            QCOMPARE(int(tensor.error().kind), int(ErrorKind::Read));
            QVERIFY(tensor.error().message.find(name.toStdString()) != std::string::npos);
            QVERIFY(!readNpz(path(name), "a"));
        }
        QVERIFY(!readNpy(path("absent.npy")));
    }

    void damagedArchivesAreRefused()
    {
        QTemporaryDir temporary;
        const QString target = temporary.filePath("damaged.npz");
        const QByteArray good = contents(folder + "deflated.npz");
        for (qsizetype i = 0; i < good.size(); ++i) {
            QByteArray bad = good;
            bad[i] = char(bad[i] ^ 0x55);
            QFile file(target);
            QVERIFY(file.open(QFile::WriteOnly));
            file.write(bad);
            file.close();
            const auto tensor = readNpz(target.toStdString(), "a");  // what is not noticed must at least be whole
            if (tensor)
                QVERIFY(ElementReader::open(Model(), *tensor));
        }
    }

    void aFailureLeavesWhatWasThere()
    {
        QTemporaryDir temporary;
        const QString target = temporary.filePath("out.npy");
        QFile old(target);
        QVERIFY(old.open(QFile::WriteOnly));
        old.write("old");
        old.close();

        Tensor tensor;
        tensor.element = ElementType::Float32;
        tensor.shape = {4'000'000};
        tensor.data = OwnedBytes{std::make_shared<const std::vector<std::byte>>(16'000'000)};
        Progress cancelled;
        cancelled.cancel();
        const auto written = writeNpy(Model(), tensor, target.toStdString(), cancelled);
        QVERIFY(!written);
        QVERIFY(written.error().isCancelled());
        QCOMPARE(contents(target), QByteArray("old"));
        QCOMPARE(QDir(temporary.path()).entryList(QDir::Files | QDir::Hidden), QStringList{"out.npy"});

        Progress progress;
        const auto nowhere = writeNpy(Model(), tensor, temporary.filePath("no/such/folder.npy").toStdString(), progress);
        QVERIFY(!nowhere);
        QCOMPARE(int(nowhere.error().kind), int(ErrorKind::Write));
        QCOMPARE(int(writeNpy(Model(), tensor, temporary.path().toStdString(), progress).error().kind), int(ErrorKind::Write));

        QVERIFY(writeNpy(Model(), tensor, target.toStdString(), progress));
        QCOMPARE(QFile(target).size(), qint64(16'000'128));
    }
};

QTEST_APPLESS_MAIN(NpyTest)
#include "npytest.moc"
