#include "ui/diagram/render.h"

#include <QDir>
#include <QFile>
#include <QImage>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include "tests/support/graphmaker.h"

using namespace tenscope;

namespace {

Diagram small(const std::string& name = "conv1")
{
    GraphMaker make;
    const ValueId x = make.input("x", {1, 3, 8, 8});
    const ValueId a = make.node("Conv", name, {x, make.weight("w", {4, 3, 3, 3})}, {}, {1, 4, 6, 6}, {"X", "W"});
    make.output(make.node("Relu", "relu", {a}, {}, {1, 4, 6, 6}));
    Progress progress;
    DiagramOptions options;
    options.expansion = Expansion::all();
    return *buildDiagram(make.model, make.graph, options, progress);
}

}  // namespace

class RenderTest : public QObject {
    Q_OBJECT

private slots:
    void svgIsReadableAndHoldsTheText();
    void pngHasTheWantedSize();
    void pdfIsOnePage();
    void hugePicturesAreScaled();
    void failuresLeaveWhatWasThere();
    void emptyGraphs();

private:
    QTemporaryDir m_folder;
};

void RenderTest::svgIsReadableAndHoldsTheText()
{
    const QString path = m_folder.filePath("a.svg");
    Progress progress;
    RenderOptions options;
    options.title = "A <title> & more";
    const auto picture = renderDiagram(small("a & <b>"), path, options, progress);
    QVERIFY2(picture.has_value(), picture ? "" : picture.error().message.c_str());
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(std::uint64_t(file.size()), picture->bytes);
    QXmlStreamReader xml(&file);
    QStringList texts;
    while (!xml.atEnd())
        if (xml.readNext() == QXmlStreamReader::StartElement && (xml.name() == u"text" || xml.name() == u"title"))
            texts << xml.readElementText();
    QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
    QVERIFY(texts.contains("Conv"));
    QVERIFY(texts.contains("W 4×3×3×3"));
    QVERIFY(texts.contains("1×4×6×6"));
    QVERIFY(texts.contains("a & <b>"));
    QVERIFY(texts.contains("A <title> & more"));
}

void RenderTest::pngHasTheWantedSize()
{
    Progress progress;
    const Diagram diagram = small();
    const auto once = renderDiagram(diagram, m_folder.filePath("1.PNG"), {}, progress);
    RenderOptions options;
    options.scale = 2;
    options.theme = Theme::dark();
    const auto twice = renderDiagram(diagram, m_folder.filePath("2.png"), options, progress);
    QVERIFY(once && twice);
    const QImage image(m_folder.filePath("2.png"));
    QCOMPARE(image.size(), twice->size);
    QCOMPARE(twice->size, once->size * 2);
    QCOMPARE(image.pixelColor(0, 0), Theme::dark().canvas);
    options.transparent = true;
    QVERIFY(renderDiagram(diagram, m_folder.filePath("3.png"), options, progress));
    QCOMPARE(QImage(m_folder.filePath("3.png")).pixelColor(0, 0).alpha(), 0);
}

void RenderTest::pdfIsOnePage()
{
    Progress progress;
    const QString path = m_folder.filePath("a.pdf");
    const auto picture = renderDiagram(small(), path, {}, progress);
    QVERIFY(picture.has_value());
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray bytes = file.readAll();
    QVERIFY(bytes.startsWith("%PDF-"));
    QVERIFY(bytes.contains("%%EOF"));
    QCOMPARE(bytes.count("/Type /Page\n"), 1);
}

void RenderTest::hugePicturesAreScaled()
{
    Progress progress;
    const Diagram diagram = small();
    RenderOptions options;
    options.scale = 3;
    options.maxPixels = 10'000;
    const auto picture = renderDiagram(diagram, m_folder.filePath("s.png"), options, progress);
    QVERIFY(picture.has_value());
    QVERIFY(picture->scale < 1);
    QVERIFY(picture->size.width() * picture->size.height() < 11'000);
    QCOMPARE(QImage(m_folder.filePath("s.png")).size(), picture->size);
    options = {};
    options.scale = 64;
    const auto longSide = renderDiagram(diagram, m_folder.filePath("l.png"), options, progress);
    QVERIFY(longSide.has_value());
    QVERIFY(std::max(longSide->size.width(), longSide->size.height()) <= 32'001);
}

void RenderTest::failuresLeaveWhatWasThere()
{
    Progress progress;
    const Diagram diagram = small();
    const auto unknown = renderDiagram(diagram, m_folder.filePath("a.gif"), {}, progress);
    QVERIFY(!unknown && unknown.error().kind == ErrorKind::Usage);
    const auto noFolder = renderDiagram(diagram, m_folder.filePath("no/such/a.svg"), {}, progress);
    QVERIFY(!noFolder && noFolder.error().kind == ErrorKind::Write);

    QDir(m_folder.path()).mkdir("taken.svg");
    QDir(m_folder.filePath("taken.svg")).mkdir("inside");
    const auto taken = renderDiagram(diagram, m_folder.filePath("taken.svg"), {}, progress);
    QVERIFY(!taken && taken.error().kind == ErrorKind::Write);
    Progress cancelled;
    cancelled.cancel();
    QVERIFY(renderDiagram(diagram, m_folder.filePath("c.svg"), {}, cancelled).error().isCancelled());
    QVERIFY(!QFile::exists(m_folder.filePath("c.svg")));
    // Nothing half-written stays behind.
    QVERIFY(QDir(m_folder.path()).entryList({".*"}, QDir::Files | QDir::Hidden).isEmpty());
}

void RenderTest::emptyGraphs()
{
    Progress progress;
    for (const char* name : {"e.svg", "e.png", "e.pdf"})
        QVERIFY(renderDiagram(Diagram(), m_folder.filePath(name), {}, progress));
}

QTEST_MAIN(RenderTest)
#include "rendertest.moc"
