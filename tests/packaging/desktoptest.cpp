// What the desktop is told about Tenscope and its files: valid, and true of real files.
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QHash>
#include <QRegularExpression>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

#include <functional>
#include <vector>

#include "core/formats/detect.h"
#include "tests/packaging/tool.h"

using namespace tenscope;

namespace {

const QString root = TENSCOPE_SOURCE_DIR "/";
const QString desktop = root + "packaging/linux/org.tenscope.Tenscope";
const QString mimeFile = desktop + ".mime.xml";

QString contents(const QString& path)
{
    QFile file(path);
    return file.open(QFile::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

QString typeOf(Format format)
{
    switch (format) {
    case Format::Onnx: return "application/x-onnx";
    case Format::TorchScript: return "application/x-torchscript";
    case Format::TorchScriptMobile: return "application/x-torchscript-mobile";
    case Format::Pt2: return "application/x-pytorch-program";
    case Format::StateDict: return "application/x-pytorch-state-dict";
    case Format::SafeTensors: return "application/x-safetensors";
    }
    return {};
}

// What a semicolon-separated key of a desktop or thumbnailer file lists.
QSet<QString> listOf(const QString& path, const QString& key)
{
    const auto match = QRegularExpression("^" + key + "=(.*)$", QRegularExpression::MultilineOption).match(contents(path));
    const QStringList entries = match.captured(1).split(';', Qt::SkipEmptyParts);
    return {entries.begin(), entries.end()};
}

}  // namespace

class DesktopTest : public QObject {
    Q_OBJECT

private slots:
    void desktopEntry()
    {
        NEEDS_TOOL("desktop-file-validate");
        const Tool tool("desktop-file-validate", {desktop + ".desktop"});
        QVERIFY2(tool.isSilent(), tool.output);
    }

    void metainfo()
    {
        NEEDS_TOOL("appstreamcli");
        const Tool tool("appstreamcli", {"validate", "--no-net", "--explain", desktop + ".metainfo.xml"});
        QVERIFY2(tool.code == 0, tool.output);
        // Not what is for information: AppStream 0.16 (Debian 12) knows no <developer>, and 1.0 would like it.
        QVERIFY2(!QRegularExpression("^[EW]: ", QRegularExpression::MultilineOption).match(tool.output).hasMatch(), tool.output);
    }

    void xmlIsWellFormed()
    {
        NEEDS_TOOL("xmllint");
        QStringList files = {mimeFile, desktop + ".metainfo.xml", root + "packaging/macos/Info.plist.in", root + "resources/app.qrc"};
        for (const char* folder : {"packaging/icons", "resources/icons"})
            for (const QFileInfo& icon : QDir(root + folder).entryInfoList({"*.svg"}))
                files << icon.filePath();
        QVERIFY(files.size() > 10);
        const Tool tool("xmllint", QStringList{"--noout", "--nonet"} + files);
        QVERIFY2(tool.isSilent(), tool.output);
    }

    // A type and an icon for every format that can be recognized.
    void everyFormatHasItsType()
    {
        const QString types = contents(mimeFile);
        int count = 0;
        for (const Format format : {Format::Onnx, Format::TorchScript, Format::TorchScriptMobile, Format::Pt2, Format::StateDict, Format::SafeTensors}) {
            const QString type = typeOf(format);
            QVERIFY2(types.contains("<mime-type type=\"" + type + "\">"), qPrintable(type));
            QVERIFY2(QFile::exists(root + "packaging/icons/" + QString(type).replace('/', '-') + ".svg"), qPrintable(type));
            ++count;
        }
        QCOMPARE(types.count("<mime-type "), count);
    }

    // What opens by double-click has a thumbnail too, and stands in the metainfo.
    void openedTypesAgree()
    {
        const QSet<QString> opened = listOf(desktop + ".desktop", "MimeType");
        QVERIFY(opened.contains(typeOf(Format::Onnx)) && opened.contains(typeOf(Format::TorchScript)));
        QCOMPARE(listOf(root + "packaging/linux/tenscope.thumbnailer", "MimeType"), opened);
        const QString about = contents(desktop + ".metainfo.xml"), plist = contents(root + "packaging/macos/Info.plist.in");
        QCOMPARE(about.count("<mediatype>"), opened.size());
        for (const QString& type : opened) {
            QVERIFY2(about.contains("<mediatype>" + type + "</mediatype>"), qPrintable(type));
            QVERIFY2(plist.contains("<string>" + type + "</string>"), qPrintable(type));
        }
    }

    // The desktop says of real files what detect() says, by their content: they are looked at under names that mean nothing.
    void typesOfRealFiles()
    {
        NEEDS_TOOL("update-mime-database");
        NEEDS_TOOL("gio");
        QStringList files;
        for (const char* folder : {"resources/samples", "tests/data", "../shared/models"}) {
            QDirIterator found(root + folder, {"*.onnx", "*.pt", "*.jit", "*.pt2", "*.pth", "*.safetensors", "*.npz", "*.npy"}, QDir::Files,
                               QDirIterator::Subdirectories);
            while (found.hasNext())
                files << QFileInfo(found.next()).canonicalFilePath();
        }
        // Tensors of ONNX's own test data are protobuf messages too, and no models.
        for (const QFileInfo& test : QDir("/usr/share/libonnx-testdata/data/node").entryInfoList({"test_conv*", "test_add*"}))
            if (const QString tensor = test.filePath() + "/test_data_set_0/input_0.pb"; QFile::exists(tensor))
                files << tensor;
        QVERIFY(files.size() > 15);

        const QStringList types = typesByDesktop(files, [](int i) { return QString("file%1").arg(i); });
        QCOMPARE(types.size(), files.size());
        for (int i = 0; i < files.size(); ++i) {
            const auto file = MappedFile::open(files[i].toStdString());
            QVERIFY(file.has_value());
            const auto format = detect(**file).format;
            const QString said = format ? typeOf(*format) : "nothing of ours";
            const bool isOurs = contents(mimeFile).contains("<mime-type type=\"" + types[i] + "\">");
            QVERIFY2(isOurs ? types[i] == said : !format, qPrintable(files[i] + " is " + said + ", and the desktop says " + types[i]));
        }
    }

    // Where the content says nothing, the name does.
    void typesByName()
    {
        NEEDS_TOOL("update-mime-database");
        NEEDS_TOOL("gio");
        const std::vector<std::pair<QString, Format>> names = {
            {"net.onnx", Format::Onnx},           {"net.pt", Format::TorchScript},  {"net.jit", Format::TorchScript},
            {"net.ptl", Format::TorchScriptMobile}, {"net.pt2", Format::Pt2}, {"net.safetensors", Format::SafeTensors}};
        QTemporaryDir folder;
        QStringList files, expected;
        for (const auto& [name, format] : names) {
            QFile file(folder.filePath(name));
            QVERIFY(file.open(QFile::WriteOnly) && file.write("x") == 1);
            files << file.fileName();
            expected << typeOf(format);
        }
        const QStringList types = typesByDesktop(files, [&](int i) { return names[std::size_t(i)].first; });
        QCOMPARE(types, expected);
    }

private:
    // The types that the desktop's own library finds for the files under other names, with our types installed for a person.
    QStringList typesByDesktop(const QStringList& files, const std::function<QString(int)>& name)
    {
        QTemporaryDir home;
        QDir(home.path()).mkpath("mime/packages");
        QFile::copy(mimeFile, home.filePath("mime/packages/org.tenscope.Tenscope.xml"));
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("XDG_DATA_HOME", home.path());
        environment.insert("LC_ALL", "C.UTF-8");
        if (Tool("update-mime-database", {home.filePath("mime")}, environment).code != 0)
            return {};
        QStringList arguments = {"info", "-a", "standard::content-type"};
        for (int i = 0; i < files.size(); ++i) {
            const QString link = home.filePath(name(i));
            QFile::link(files[i], link);
            arguments << link;
        }
        QStringList types;
        QRegularExpressionMatchIterator found = QRegularExpression("standard::content-type: (\\S+)").globalMatch(Tool("gio", arguments, environment).output);
        while (found.hasNext())
            types << found.next().captured(1);
        return types;
    }
};

QTEST_GUILESS_MAIN(DesktopTest)

#include "desktoptest.moc"
