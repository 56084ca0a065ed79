#include "ui/panels/heatmapdata.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ui/theme/contrast.h"

namespace tenscope {

namespace {

constexpr int samplesPerSide = 6;  // of a block: 36 values give a mean that the eye cannot tell from the true one

}  // namespace

Result<HeatmapData> HeatmapData::compute(const ElementReader& reader, const SliceRequest& slice, int largest, Progress& progress)
{
    HeatmapData data;
    data.slice = slice;
    const std::vector<std::int64_t>& shape = reader.shape();
    data.sliceRows = slice.rowDimension < 0 ? 1 : shape[std::size_t(slice.rowDimension)];
    data.sliceColumns = shape.empty() ? 1 : shape[std::size_t(slice.columnDimension)];
    data.rows = int(std::min<std::int64_t>(data.sliceRows, largest));
    data.columns = int(std::min<std::int64_t>(data.sliceColumns, largest));
    if (reader.elements() == 0 || data.rows == 0 || data.columns == 0) {
        data.rows = data.columns = 0;
        return data;
    }
    data.cells.resize(std::size_t(data.rows) * std::size_t(data.columns));
    data.min = std::numeric_limits<double>::infinity();
    data.max = -data.min;

    // The step of one row and column in row-major order, and the place of the slice.
    std::vector<std::uint64_t> steps(shape.size(), 1);
    for (std::size_t d = shape.size(); d-- > 1;)
        steps[d - 1] = steps[d] * std::uint64_t(shape[d]);
    std::uint64_t base = 0;
    for (std::size_t d = 0; d < shape.size(); ++d)
        if (int(d) != slice.rowDimension && int(d) != slice.columnDimension)
            base += steps[d] * std::uint64_t(slice.index[d]);
    const std::uint64_t rowStep = slice.rowDimension < 0 ? 0 : steps[std::size_t(slice.rowDimension)];
    const std::uint64_t columnStep = shape.empty() ? 0 : steps[std::size_t(slice.columnDimension)];

    for (int r = 0; r < data.rows; ++r) {
        if (progress.cancelled())
            return fail(Error::cancelled());
        progress.report(double(r) / data.rows);
        const std::int64_t firstRow = data.firstRow(r), rowCount = data.firstRow(r + 1) - firstRow;
        const std::int64_t rowSamples = std::min<std::int64_t>(rowCount, samplesPerSide);
        for (int c = 0; c < data.columns; ++c) {
            const std::int64_t firstColumn = data.firstColumn(c), columnCount = data.firstColumn(c + 1) - firstColumn;
            const std::int64_t columnSamples = std::min<std::int64_t>(columnCount, samplesPerSide);
            data.isSampled |= rowSamples < rowCount || columnSamples < columnCount;
            double sum = 0;
            int finite = 0;
            for (std::int64_t i = 0; i < rowSamples; ++i)
                for (std::int64_t j = 0; j < columnSamples; ++j) {
                    const auto row = std::uint64_t(firstRow + i * rowCount / rowSamples);
                    const auto column = std::uint64_t(firstColumn + j * columnCount / columnSamples);
                    const double value = reader.valueAt(base + row * rowStep + column * columnStep);
                    if (std::isfinite(value)) {
                        sum += value;
                        ++finite;
                    }
                }
            const double mean = finite ? sum / finite : std::numeric_limits<double>::quiet_NaN();
            data.cells[std::size_t(r) * std::size_t(data.columns) + std::size_t(c)] = float(mean);
            if (finite) {
                data.min = std::min(data.min, mean);
                data.max = std::max(data.max, mean);
            }
        }
    }
    if (data.min > data.max)
        data.min = data.max = 0;
    return data;
}

double HeatmapData::scaleMin() const
{
    return min < 0 && max > 0 ? -std::max(-min, max) : min;
}

double HeatmapData::scaleMax() const
{
    return min < 0 && max > 0 ? std::max(-min, max) : max;
}

QImage HeatmapData::image(const Theme& theme) const
{
    if (rows == 0 || columns == 0)
        return {};
    // 512 shades: more than a screen tells apart.
    std::vector<QRgb> shades(512);
    const bool isDiverging = min < 0 && max > 0;
    for (std::size_t i = 0; i < shades.size(); ++i) {
        const double at = double(i) / double(shades.size() - 1);
        shades[i] = heatmapColour(theme, isDiverging ? at : max <= 0 && min < 0 ? at / 2 : 0.5 + at / 2).rgb();
    }
    const QRgb missing = theme.onlyHere.rgb();  // a colour of its own: neither end nor middle
    const double low = scaleMin(), width = scaleMax() - low;
    QImage result(columns, rows, QImage::Format_RGB32);
    for (int r = 0; r < rows; ++r) {
        auto* line = reinterpret_cast<QRgb*>(result.scanLine(r));
        for (int c = 0; c < columns; ++c) {
            const double value = double(cell(r, c));
            const double at = width > 0 ? std::clamp((value - low) / width, 0.0, 1.0) : 0.5;
            line[c] = std::isnan(value) ? missing : shades[std::size_t(at * double(shades.size() - 1) + 0.5)];
        }
    }
    return result;
}

QColor heatmapColour(const Theme& theme, double fraction)
{
    const QColor middle = theme.isDark ? QColor(0x2b303b) : QColor(0xf3f4f6);
    const QColor low = theme.isDark ? QColor(0x6cb6ff) : QColor(0x0b4f94);
    const QColor lowHalf = theme.isDark ? QColor(0x2f6aa8) : QColor(0x6fa8dc);
    const QColor high = theme.isDark ? QColor(0xffb37a) : QColor(0x9c2f00);
    const QColor highHalf = theme.isDark ? QColor(0xb35a1f) : QColor(0xf0995a);
    const double at = std::clamp(fraction, 0.0, 1.0) * 4;
    if (at < 1)
        return blend(low, lowHalf, at);
    if (at < 2)
        return blend(lowHalf, middle, at - 1);
    if (at < 3)
        return blend(middle, highHalf, at - 2);
    return blend(highHalf, high, at - 3);
}

}  // namespace tenscope
