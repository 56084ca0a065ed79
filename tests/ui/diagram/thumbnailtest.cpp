#include "ui/diagram/thumbnail.h"

#include <QTest>

#include "tests/support/graphmaker.h"

using namespace tenscope;

namespace {

// A chain of so many nodes.
Diagram chain(int nodes)
{
    GraphMaker maker;
    ValueId value = maker.input("x", {1, 3, 8, 8});
    for (int i = 0; i < nodes; ++i)
        value = maker.node("Relu", "relu" + std::to_string(i), {value});
    maker.output(value);
    Progress progress;
    auto diagram = buildDiagram(maker.model, maker.graph, DiagramOptions(), progress);
    if (!diagram)
        qFatal("%s", diagram.error().message.c_str());
    return std::move(*diagram);
}

// Pixels of these rows that are not empty canvas.
int drawn(const QImage& image, int from, int to)
{
    int count = 0;
    for (int y = from; y < to; ++y)
        for (int x = 0; x < image.width(); ++x)
            count += image.pixelColor(x, y) != Theme::light().canvas;
    return count;
}

}  // namespace

class ThumbnailTest : public QObject {
    Q_OBJECT

private slots:
    void fitsIntoTheSize_data()
    {
        QTest::addColumn<int>("nodes");
        QTest::addColumn<int>("size");
        for (const int nodes : {1, 10, 1000})
            for (const int size : {32, 128, 512})
                QTest::addRow("%d nodes, %d pixels", nodes, size) << nodes << size;
    }

    void fitsIntoTheSize()
    {
        QFETCH(int, nodes);
        QFETCH(int, size);
        const QImage image = thumbnail(chain(nodes), size, Theme::light());
        QVERIFY(image.width() > 0 && image.width() <= size && image.height() > 0 && image.height() <= size);
        QVERIFY(drawn(image, 0, image.height()) > size * size / 100);
    }

    // The beginning of a long chain, as large as that of a short one, and fading out where it goes on.
    void longOnesFadeOut()
    {
        const QImage whole = thumbnail(chain(3), 256, Theme::light()), part = thumbnail(chain(1000), 256, Theme::light());
        QCOMPARE(part.height(), 256);
        QVERIFY(drawn(part, 0, 64) > 256);
        QCOMPARE(drawn(part, 255, 256), 0);
        QVERIFY(drawn(whole, 0, whole.height()) > 256);
    }

    void nothingToDraw()
    {
        const QImage image = thumbnail(Diagram(), 64, Theme::light());
        QCOMPARE(image.size(), QSize(64, 64));
        QCOMPARE(drawn(image, 0, 64), 0);
    }
};

QTEST_MAIN(ThumbnailTest)

#include "thumbnailtest.moc"
