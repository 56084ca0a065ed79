// The Debian package, made of this build: what it says it needs, what lintian says of it, and whether what is in it works
// from the place where it was unpacked.
#include <QDir>
#include <QFile>
#include <QImage>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include "tests/packaging/tool.h"

class PackageTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        NEEDS_TOOL("dpkg-shlibdeps");
        QVERIFY(m_folder.isValid());
        // Compressed quickly: how small it gets is nothing to test.
        const Tool cpack(CPACK, {"--config", TENSCOPE_BINARY_DIR "/CPackConfig.cmake", "-G", "DEB", "-B", m_folder.path(), "-D",
                                 "CPACK_DEBIAN_COMPRESSION_TYPE=gzip"});
        QVERIFY2(cpack.code == 0, cpack.output);
        const QStringList packages = QDir(m_folder.path()).entryList({"*.deb"});
        QCOMPARE(packages.size(), 1);
        m_package = m_folder.filePath(packages.first());
        m_root = m_folder.filePath("root");
        const Tool unpacked("dpkg-deb", {"-x", m_package, m_root});
        QVERIFY2(unpacked.isSilent(), unpacked.output);
        m_environment.insert("PATH", m_root + "/usr/bin:" + m_environment.value("PATH"));
        for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
            m_environment.remove(name);
    }

    void dependencies()
    {
        const QString depends = Tool("dpkg-deb", {"-f", m_package, "Depends"}).output;
        for (const char* name : {"libopenblas0-openmp", "libtorch", "libonnx", "libqt6widgets6", "libqt6svg6", "libqcustomplot", "libprotobuf",
                                 "libgvc6", "libzip4"})
            QVERIFY2(depends.contains(name), qPrintable(QString(name) + " is not among " + depends));
        QVERIFY(!depends.contains("libqt5"));
    }

    void lintian()
    {
        NEEDS_TOOL("lintian");
        const Tool tool("lintian", {"--allow-root", "--fail-on", "error,warning", m_package});
        QVERIFY2(tool.isSilent(), tool.output);
    }

    void installedFilesAreThere()
    {
        for (const char* path :
             {"bin/tenscope", "libexec/tenscope/tenscope-worker", "share/applications/org.tenscope.Tenscope.desktop",
              "share/metainfo/org.tenscope.Tenscope.metainfo.xml", "share/mime/packages/org.tenscope.Tenscope.xml",
              "share/thumbnailers/tenscope.thumbnailer", "share/icons/hicolor/scalable/apps/org.tenscope.Tenscope.svg",
              "share/icons/hicolor/scalable/mimetypes/application-x-onnx.svg", "share/man/man1/tenscope.1.gz",
              "share/man/man1/tenscope-worker.1.gz", "share/bash-completion/completions/tenscope",
              "share/zsh/vendor-completions/_tenscope", "share/fish/vendor_completions.d/tenscope.fish", "share/doc/tenscope/copyright"})
            QVERIFY2(QFile::exists(installed(path)), path);
    }

    // The program finds its worker where both were installed.
    void readsTorchScriptFromAnywhere()
    {
        const Tool tool(installed("bin/tenscope"), {"info", TENSCOPE_SOURCE_DIR "/resources/samples/shapes.pt", "--json"}, m_environment);
        QVERIFY2(tool.code == 0, tool.output);
        QCOMPARE(QJsonDocument::fromJson(tool.output).object()["format"].toString(), "torchscript");
    }

    // As a file manager calls it.
    void thumbnailer_data()
    {
        QTest::addColumn<QString>("model");
        QTest::newRow("ONNX") << "shapes.onnx";
        QTest::newRow("TorchScript") << "shapes.pt";
    }

    void thumbnailer()
    {
        QFETCH(QString, model);
        QFile file(installed("share/thumbnailers/tenscope.thumbnailer"));
        QVERIFY(file.open(QFile::ReadOnly));
        const auto match = QRegularExpression("^Exec=(.*)$", QRegularExpression::MultilineOption).match(file.readAll());
        QStringList words = match.captured(1).split(' ');
        const QString picture = m_folder.filePath(model + ".png");
        words.replaceInStrings("%s", "128").replaceInStrings("%o", picture).replaceInStrings("%i", TENSCOPE_SOURCE_DIR "/resources/samples/" + model);
        words.insert(words.indexOf("--"), "--limit=60000");  // a busy machine proves nothing
        const Tool tool(installed("bin/" + words.takeFirst()), words, m_environment);
        QVERIFY2(tool.isSilent(), tool.output);
        const QImage image(picture);
        QCOMPARE(std::max(image.width(), image.height()), 128);
    }

    void manualPages_data()
    {
        QTest::addColumn<QString>("page");
        QTest::newRow("tenscope") << "tenscope.1.gz";
        QTest::newRow("tenscope-worker") << "tenscope-worker.1.gz";
    }

    void manualPages()
    {
        NEEDS_TOOL("mandoc");
        QFETCH(QString, page);
        const QString path = installed("share/man/man1/" + page);
        const Tool lint("mandoc", {"-T", "lint", "-W", "warning", path});
        QVERIFY2(lint.isSilent(), lint.output);
        QString text = Tool("mandoc", {"-T", "utf8", path}).output;
        text.remove(QRegularExpression(".\b"));  // bold letters are printed twice
        QVERIFY2(text.contains("DESCRIPTION") && text.contains("OPTIONS"), qPrintable(text));
        if (page == "tenscope.1.gz")
            for (const char* word : {"--expand", "--new-window", "EXIT STATUS", "the file cannot be read", "thumbnail"})
                QVERIFY2(text.contains(word), word);
    }

    void bashCompletion_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("expected");
        QTest::newRow("commands") << "tenscope inf" << "info";
        QTest::newRow("options") << "tenscope render x.onnx --exp" << "--expand";
        QTest::newRow("values") << "tenscope render x.onnx --expand a" << "all";
        QTest::newRow("window's options") << "tenscope --new" << "--new-window";
        QTest::newRow("files") << "tenscope info /usr/bin/en" << "/usr/bin/env";
    }

    void bashCompletion()
    {
        NEEDS_TOOL("bash");
        QFETCH(QString, line);
        QFETCH(QString, expected);
        const QString script = "source " + installed("share/bash-completion/completions/tenscope") +
                               "; compopt() { :; }; COMP_WORDS=(" + line +
                               "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _tenscope; printf '%s\\n' \"${COMPREPLY[@]}\"";
        const Tool tool("bash", {"-c", script});
        QCOMPARE(tool.code, 0);
        QVERIFY2(tool.output.split('\n').contains(expected.toUtf8()), tool.output);
    }

    void fishCompletion()
    {
        NEEDS_TOOL("fish");
        const QString source = "source " + installed("share/fish/vendor_completions.d/tenscope.fish") + "; complete -C ";
        const Tool commands("fish", {"--no-config", "-c", source + "'tenscope inf'"});
        QVERIFY2(commands.output.startsWith("info\t"), commands.output);
        const Tool values("fish", {"--no-config", "-c", source + "'tenscope render --expand a'"});
        QVERIFY2(values.output.startsWith("all"), values.output);
    }

    void zshCompletion()
    {
        NEEDS_TOOL("zsh");
        const Tool tool("zsh", {"-n", installed("share/zsh/vendor-completions/_tenscope")});
        QVERIFY2(tool.isSilent(), tool.output);
    }

private:
    QString installed(const QString& path) const { return m_root + "/usr/" + path; }

    QTemporaryDir m_folder;
    QString m_package, m_root;
    QProcessEnvironment m_environment = QProcessEnvironment::systemEnvironment();
};

QTEST_GUILESS_MAIN(PackageTest)

#include "packagetest.moc"
