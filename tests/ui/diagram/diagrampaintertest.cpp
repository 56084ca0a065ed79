#include "ui/diagram/diagrampainter.h"

#include <QElapsedTimer>
#include <QImage>
#include <QTest>

#include <set>

#include "tests/support/graphmaker.h"
#include "ui/theme/contrast.h"

using namespace tenscope;

namespace {

Diagram built(const Model& model)
{
    Progress progress;
    DiagramOptions options;
    options.expansion = Expansion::all();
    Result<Diagram> diagram = buildDiagram(model, model.mainGraph, options, progress);
    if (!diagram)
        qFatal("%s", diagram.error().message.c_str());
    return std::move(*diagram);
}

Model chain(int length)
{
    GraphMaker make;
    ValueId value = make.input("x", {1, 64, 56, 56});
    const ValueId weight = make.weight("w", {64, 64, 3, 3});
    for (int i = 0; i < length; ++i)
        value = i % 2 == 0 ? make.node("Conv", "conv" + std::to_string(i), {value, weight}, {}, {1, 64, 56, 56}, {"X", "W"})
                           : make.node("Relu", "relu" + std::to_string(i), {value}, {}, {1, 64, 56, 56});
    make.output(value);
    return std::move(make.model);
}

QImage painted(const Diagram& diagram, const DiagramState& state, double scale, const Theme& theme = Theme::light(), QRectF region = {})
{
    if (region.isNull())
        region = diagram.bounds();
    QImage image(std::max(1, int(region.width() * scale)), std::max(1, int(region.height() * scale)), QImage::Format_RGB32);
    image.fill(theme.canvas);
    QPainter painter(&image);
    painter.scale(scale, scale);
    painter.translate(-region.topLeft());
    DiagramPainter(theme).paint(painter, diagram, state, region, scale);
    return image;
}

std::set<QRgb> colors(const QImage& image)
{
    std::set<QRgb> result;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            result.insert(image.pixel(x, y));
    return result;
}

bool holds(const QImage& image, const QColor& color)
{
    return colors(image).contains(color.rgb());
}

}  // namespace

class DiagramPainterTest : public QObject {
    Q_OBJECT

private slots:
    void detailFollowsTheScale();
    void familiesAreSeenAtEveryScale_data();
    void familiesAreSeenAtEveryScale();
    void selectionStandsOut();
    void onlyTheRegionIsPainted();
    void heatAndMarksAreDrawn();
    void thousandsArePaintedInAFrame();
    void overviewShowsTheWhole();
};

void DiagramPainterTest::detailFollowsTheScale()
{
    using Detail = DiagramPainter::Detail;
    QCOMPARE(DiagramPainter::detailAt(1), Detail::Full);
    QCOMPARE(DiagramPainter::detailAt(0.6), Detail::Full);
    QCOMPARE(DiagramPainter::detailAt(0.5), Detail::Titles);
    QCOMPARE(DiagramPainter::detailAt(0.3), Detail::Titles);
    QCOMPARE(DiagramPainter::detailAt(0.1), Detail::Blocks);
}

void DiagramPainterTest::familiesAreSeenAtEveryScale_data()
{
    QTest::addColumn<double>("scale");
    for (const double scale : {2.0, 1.0, 0.6, 0.4, 0.3, 0.1})
        QTest::addRow("%g", scale) << scale;
}

void DiagramPainterTest::familiesAreSeenAtEveryScale()
{
    QFETCH(double, scale);
    const Diagram diagram = built(chain(6));
    for (const Theme& theme : {Theme::light(), Theme::dark()}) {
        const QImage image = painted(diagram, {}, scale, theme);
        QVERIFY(holds(image, theme.family(OperatorFamily::Product)));
        QVERIFY(holds(image, theme.family(OperatorFamily::Activation)));
        QVERIFY(!holds(image, theme.family(OperatorFamily::Attention)));
    }
}

void DiagramPainterTest::selectionStandsOut()
{
    const Diagram diagram = built(chain(4));
    DiagramState state;
    QVERIFY(!holds(painted(diagram, state, 1), Theme::light().accent));
    state.boxFlags.assign(diagram.boxes().size(), 0);
    state.boxFlags[2] = DiagramState::Selected;
    QVERIFY(holds(painted(diagram, state, 1), Theme::light().accent));
    QVERIFY(holds(painted(diagram, state, 0.1), Theme::light().accent));
    state.boxFlags[2] = DiagramState::Faded;
    QVERIFY(painted(diagram, state, 1) != painted(diagram, {}, 1));
}

void DiagramPainterTest::onlyTheRegionIsPainted()
{
    // What lies beside the region costs nothing and leaves no trace.
    const Diagram diagram = built(chain(40));
    const QRectF top(diagram.bounds().topLeft(), QSizeF(diagram.bounds().width(), 400));
    const QImage part = painted(diagram, {}, 1, Theme::light(), top);
    const QImage whole = painted(diagram, {}, 1).copy(0, 0, part.width(), part.height());
    QCOMPARE(part, whole);
}

void DiagramPainterTest::heatAndMarksAreDrawn()
{
    const Diagram diagram = built(chain(4));
    const Theme theme = Theme::light();
    DiagramState state;
    state.run.resize(diagram.boxes().size());
    state.run[1] = {1.0f, "5 ms"};
    QVERIFY(holds(painted(diagram, state, 1), theme.heat(1)));
    QVERIFY(holds(painted(diagram, state, 0.3), theme.heat(1)));
    DiagramState marked;
    marked.marks[1] = {MatchMark::WeightDiffers, "max |Δw| 1e−3"};
    QVERIFY(holds(painted(diagram, marked, 1), theme.weightDiffers));
    QVERIFY(holds(painted(diagram, marked, 0.3), theme.weightDiffers));
}

void DiagramPainterTest::thousandsArePaintedInAFrame()
{
    const Diagram diagram = built(chain(4000));
    DiagramPainter painter(Theme::light());
    QImage image(1920, 1080, QImage::Format_RGB32);
    const auto frame = [&](double scale, QPointF centre) {
        const QSizeF size = QSizeF(image.size()) / scale;
        const QRectF region(centre - QPointF(size.width(), size.height()) / 2, size);
        QElapsedTimer timer;
        timer.start();
        QPainter p(&image);
        p.scale(scale, scale);
        p.translate(-region.topLeft());
        painter.paint(p, diagram, {}, region, scale);
        p.end();
        return double(timer.nsecsElapsed()) / 1e6;
    };
    frame(1, diagram.bounds().center());  // fonts are loaded once
    std::vector<double> times;
    for (int i = 0; i < 30; ++i)
        times.push_back(frame(std::pow(0.75, i % 15), diagram.bounds().center() + QPointF(0, i * 40)));
    std::sort(times.begin(), times.end());
    // Far from the budget of a frame (16 ms), so that a busy machine does not fail; the benchmark holds the real figure.
    QVERIFY2(times[times.size() / 2] < 60, qPrintable(QString::number(times[times.size() / 2])));
}

void DiagramPainterTest::overviewShowsTheWhole()
{
    const Diagram diagram = built(chain(200));
    const QRectF device(8, 8, 100, 300);
    QImage image(116, 316, QImage::Format_RGB32);
    image.fill(Qt::white);
    {
        QPainter painter(&image);
        DiagramPainter(Theme::light()).paintOverview(painter, diagram, device);
    }
    const QTransform transform = DiagramPainter::overviewTransform(diagram, device);
    QVERIFY(device.adjusted(-0.01, -0.01, 0.01, 0.01).contains(transform.mapRect(diagram.bounds())));
    for (const std::size_t box : {std::size_t(1), diagram.boxes().size() / 2, diagram.boxes().size() - 2}) {
        const QPoint place = transform.map(diagram.boxes()[box].rect.center()).toPoint();
        QVERIFY(image.pixel(place) != QColor(Qt::white).rgb());
    }
}

QTEST_MAIN(DiagramPainterTest)
#include "diagrampaintertest.moc"
