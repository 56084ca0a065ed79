// `verify` on ONNX's own test data, as Debian packages it: models of single operators with inputs and expected outputs.
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

#include "tests/app/commandline/program.h"

namespace {

const QString nodes = "/usr/share/libonnx-testdata/data/node/";

QStringList folders(const QStringList& patterns)
{
    QStringList result;
    for (const QString& name : QDir(nodes).entryList(patterns, QDir::Dirs, QDir::Name))
        result += nodes + name;
    return result;
}

QByteArray failures(const QJsonObject& answer)
{
    QByteArray lines;
    for (const QJsonValue& failure : answer["failed"].toArray())
        lines += failure["dir"].toString().toUtf8() + ": " + failure["why"].toString().toUtf8() + '\n';
    return lines;
}

// Everything in a folder but the model is linked; that is cut off.
void makeBroken(const QString& from, const QString& to)
{
    QDir().mkpath(to);
    QFile model(from + "/model.onnx");
    QVERIFY(model.open(QFile::ReadOnly));
    QFile broken(to + "/model.onnx");
    QVERIFY(broken.open(QFile::WriteOnly));
    const QByteArray bytes = model.readAll();
    broken.write(bytes.left(bytes.size() / 2));
    QFile::link(from + "/test_data_set_0", to + "/test_data_set_0");
}

}  // namespace

class VerifyCommandTest : public QObject {
    Q_OBJECT

private slots:
    // One family a row.
    void familiesPass_data()
    {
        QTest::addColumn<QStringList>("patterns");
        QTest::newRow("arithmetic") << QStringList{"test_add*", "test_pow*", "test_mod*", "test_div*", "test_bitshift*", "test_clip*"};
        // To bfloat16 the test data cuts off where the standard rounds.
        QTest::newRow("casts") << QStringList{"test_cast_*_to_FLOAT", "test_cast_*_to_FLOAT16", "test_cast_*_to_DOUBLE",
                                              "test_cast_*_to_STRING", "test_isinf*", "test_equal*"};
        QTest::newRow("shape") << QStringList{"test_reshape*", "test_squeeze*", "test_unsqueeze*", "test_slice*", "test_*_pad", "test_expand*"};
        QTest::newRow("gather") << QStringList{"test_gather*", "test_scatter*", "test_onehot*", "test_top_k*", "test_unique*"};
        QTest::newRow("matrix") << QStringList{"test_gemm*", "test_matmul*", "test_einsum*"};
        QTest::newRow("control flow") << QStringList{"test_if*", "test_loop*", "test_scan*", "test_sequence*", "test_optional*"};
        QTest::newRow("text") << QStringList{"test_strnorm*", "test_tfidf*"};
        QTest::newRow("convolution") << QStringList{"test_conv*", "test_basic_conv*"};
        QTest::newRow("pooling") << QStringList{"test_maxpool_2d*", "test_averagepool_2d*"};
        QTest::newRow("normalization") << QStringList{"test_layer_normalization_3d*", "test_batchnorm*", "test_lrn*"};
        QTest::newRow("recurrent") << QStringList{"test_lstm*", "test_gru*", "test_*rnn*"};
        QTest::newRow("resize") << QStringList{"test_resize*"};
        QTest::newRow("quantization") << QStringList{"test_q*", "test_dynamicq*", "test_dequantize*"};
    }

    void familiesPass()
    {
        QFETCH(const QStringList, patterns);
        if (!QDir(nodes).exists())
            QSKIP("libonnx-testdata is not installed");
        const QStringList given = folders(patterns);
        QVERIFY(!given.isEmpty());
        const Program program(QStringList{"verify", "--json"} + given);
        const QJsonObject answer = program.json();
        QCOMPARE(answer["total"].toInt(), given.size());
        QVERIFY2(program.code == 0, failures(answer).constData());
        QCOMPARE(answer["passed"].toInt(), given.size());
    }

    void oneBadModelDoesNotStopTheRest()
    {
        if (!QDir(nodes).exists())
            QSKIP("libonnx-testdata is not installed");
        QTemporaryDir folder;
        makeBroken(nodes + "test_relu", folder.filePath("broken"));
        QFile::link(nodes + "test_relu", folder.filePath("whole"));
        const Program program({"verify", "--json", folder.filePath("broken"), folder.filePath("whole")});
        const QJsonObject answer = program.json();
        QCOMPARE(program.code, 1);
        QCOMPARE(answer["passed"].toInt(), 1);
        QCOMPARE(answer["failed"].toArray().size(), 1);
        QVERIFY(answer["failed"][0]["dir"].toString().endsWith("broken"));
        QVERIFY(!answer["failed"][0]["why"].toString().isEmpty());
    }

    void anotherExpectationIsADifference()
    {
        if (!QDir(nodes).exists())
            QSKIP("libonnx-testdata is not installed");
        QTemporaryDir folder;
        QVERIFY(QFile::copy(nodes + "test_sin/model.onnx", folder.filePath("model.onnx")));
        const QString set = folder.filePath("test_data_set_0/");
        QDir().mkpath(set);
        QVERIFY(QFile::copy(nodes + "test_sin/test_data_set_0/input_0.pb", set + "input_0.pb"));
        QVERIFY(QFile::copy(nodes + "test_cos/test_data_set_0/output_0.pb", set + "output_0.pb"));
        const Program program({"verify", "--json", folder.path()});
        QCOMPARE(program.code, 1);
        const QString why = program.json()["failed"][0]["why"].toString();
        QVERIFY2(why.contains("elements differ"), qPrintable(why));
        // Within a tolerance that allows everything it is none.
        QCOMPARE(Program({"verify", "--json", folder.path(), "--atol", "100"}).code, 0);
    }

    void saysWhatIsMissing()
    {
        QTemporaryDir folder;
        const Program nothing({"verify", folder.path()});
        QCOMPARE(nothing.code, 3);
        QVERIFY2(nothing.saysOneLine(), nothing.errors.constData());
        QVERIFY(nothing.errors.contains("model.onnx"));
        const Program wrong({"verify", folder.path(), "--rtol", "much"});
        QCOMPARE(wrong.code, 2);
    }
};

QTEST_GUILESS_MAIN(VerifyCommandTest)
#include "verifycommandtest.moc"
