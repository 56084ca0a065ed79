// Operators that libonnx-testdata has no tests of (those of ONNX Runtime and ai.onnx.ml, newer ones of ONNX), run and
// compared with what ONNX Runtime gives for the same model and inputs. tests/data/onnxruntime/make.py made them.
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include "tests/app/commandline/program.h"

class OnnxRuntimeTest : public QObject {
    Q_OBJECT

private slots:
    // {case: {path of a file in its folder: base64}} becomes folders, which are verified at once.
    void initTestCase()
    {
        QFile file(TENSCOPE_TEST_DATA "/onnxruntime/cases.json");
        QVERIFY(file.open(QFile::ReadOnly));
        m_cases = QJsonDocument::fromJson(file.readAll()).object();
        QVERIFY(m_cases.size() > 100);
        for (auto folder = m_cases.begin(); folder != m_cases.end(); ++folder) {
            const QJsonObject files = folder->toObject();
            for (auto one = files.begin(); one != files.end(); ++one)
                write(folder.key() + '/' + one.key(), QByteArray::fromBase64(one->toString().toLatin1()));
        }
        const Program program({"verify", m_folder.path(), "--json"});
        const QJsonObject result = QJsonDocument::fromJson(program.output).object();
        QVERIFY2(result.value("total").toInt() == m_cases.size(), program.errors.constData());
        for (const QJsonValue& failed : result.value("failed").toArray())
            m_failed.insert(QDir(failed["dir"].toString()).dirName(), failed["why"].toString());
    }

    void equals_data()
    {
        QTest::addColumn<QString>("name");
        for (const QString& name : m_cases.keys())
            QTest::newRow(qPrintable(name)) << name;
    }
    void equals()
    {
        QFETCH(const QString, name);
        QVERIFY2(!m_failed.contains(name), qPrintable(m_failed.value(name)));
    }

private:
    void write(const QString& path, const QByteArray& bytes)
    {
        const QString whole = m_folder.filePath(path);
        QVERIFY(QDir().mkpath(QFileInfo(whole).path()));
        QFile file(whole);
        QVERIFY(file.open(QFile::WriteOnly));
        QCOMPARE(file.write(bytes), bytes.size());
    }

    QTemporaryDir m_folder;
    QJsonObject m_cases;
    QMap<QString, QString> m_failed;
};

QTEST_GUILESS_MAIN(OnnxRuntimeTest)
#include "onnxruntimetest.moc"
