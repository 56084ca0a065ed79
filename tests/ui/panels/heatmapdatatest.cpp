#include "ui/panels/heatmapdata.h"

#include <QTest>
#include <cmath>
#include <limits>

#include "tests/ui/panels/samplemodel.h"

using namespace tenscope;

namespace {

ElementReader readerOf(const Tensor& tensor)
{
    static const Model none;
    return ElementReader::open(none, tensor).value();
}

HeatmapData computed(const Tensor& tensor, SliceRequest slice, int largest = 100)
{
    Progress progress;
    return HeatmapData::compute(readerOf(tensor), slice, largest, progress).value();
}

}  // namespace

class HeatmapDataTest : public QObject {
    Q_OBJECT

private slots:
    void takesAnyTwoDimensions()
    {
        std::vector<float> values(24);
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = float(i);
        const Tensor tensor = samples::floatTensor("t", {2, 3, 4}, values);
        const HeatmapData last = computed(tensor, {1, 2, {1, 0, 0}});
        QCOMPARE(last.rows, 3);
        QCOMPARE(last.columns, 4);
        QCOMPARE(last.cell(2, 3), 23.f);
        QCOMPARE(last.min, 12.0);
        QCOMPARE(last.max, 23.0);
        const HeatmapData outer = computed(tensor, {0, 1, {0, 0, 2}});
        QCOMPARE(outer.cell(1, 2), float(12 + 8 + 2));
        const HeatmapData turned = computed(tensor, {2, 0, {0, 1, 0}});
        QCOMPARE(turned.rows, 4);
        QCOMPARE(turned.cell(3, 1), float(12 + 4 + 3));
        const HeatmapData row = computed(samples::floatTensor("t", {24}, values), {-1, 0, {0}});
        QCOMPARE(row.rows, 1);
        QCOMPARE(row.cell(0, 5), 5.f);
        QCOMPARE(computed(samples::floatTensor("t", {}, {3}), {-1, 0, {}}).cell(0, 0), 3.f);
        QCOMPARE(computed(samples::floatTensor("t", {0, 4}, {}), {0, 1, {0, 0}}).rows, 0);
    }

    void reducesByMeans()
    {
        std::vector<float> values(100 * 60);
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = float(i / 60) - 49.5f;
        const HeatmapData data = computed(samples::floatTensor("t", {100, 60}, values), {0, 1, {0, 0}}, 20);
        QCOMPARE(data.rows, 20);
        QCOMPARE(data.columns, 20);
        QVERIFY(!data.isSampled);
        QCOMPARE(data.cell(0, 7), -47.5f);  // rows 0 … 4
        QCOMPARE(data.scaleMin(), -data.scaleMax());
        QCOMPARE(data.firstRow(20), 100);
        QVERIFY(computed(samples::floatTensor("t", {100, 60}, values), {0, 1, {0, 0}}, 2).isSampled);
    }

    void leavesOutWhatIsNotFinite()
    {
        const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
        const HeatmapData data = computed(samples::floatTensor("t", {2, 2}, {nan, inf, 1, -1}), {0, 1, {0, 0}});
        QVERIFY(std::isnan(data.cell(0, 0)));
        QVERIFY(std::isnan(data.cell(0, 1)));
        QCOMPARE(data.min, -1.0);
        QCOMPARE(data.max, 1.0);
        const Theme theme = Theme::light();
        const QImage image = data.image(theme);
        QCOMPARE(image.size(), QSize(2, 2));
        QCOMPARE(image.pixelColor(0, 0), theme.onlyHere);
        QCOMPARE(image.pixelColor(0, 1), heatmapColour(theme, 1));
        QCOMPARE(image.pixelColor(1, 1), heatmapColour(theme, 0));
        // A slice of one value has no range to divide.
        QVERIFY(!computed(samples::floatTensor("t", {1, 1}, {5}), {0, 1, {0, 0}}).image(theme).isNull());
    }

    void stops()
    {
        Progress progress;
        progress.cancel();
        const auto result = HeatmapData::compute(readerOf(samples::floatTensor("t", {1, 1}, {5})), {0, 1, {0, 0}}, 10, progress);
        QVERIFY(!result && result.error().isCancelled());
    }
};

QTEST_GUILESS_MAIN(HeatmapDataTest)
#include "heatmapdatatest.moc"
