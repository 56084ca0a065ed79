#pragma once

#include <QImage>
#include <cstdint>
#include <vector>

#include "core/analysis/elementreader.h"
#include "core/base/progress.h"
#include "core/base/result.h"
#include "ui/theme/theme.h"

namespace tenscope {

// Which 2-D slice of a tensor: two dimensions that run down and across, and where the others stand still.
struct SliceRequest {
    int rowDimension = -1;  // negative: a tensor of one dimension, shown as one row
    int columnDimension = 0;
    std::vector<std::int64_t> index;  // one a dimension; those of the two are not looked at

    bool operator==(const SliceRequest&) const = default;
};

// A slice, made smaller where it is larger than a screen: a cell is the mean of the finite values of its block, or of an
// even sample of them where the block holds more than some tens. Not a number: no value of the sample is finite.
struct HeatmapData {
    SliceRequest slice;
    std::int64_t sliceRows = 0, sliceColumns = 0;
    int rows = 0, columns = 0;  // cells
    std::vector<float> cells;   // row by row
    double min = 0, max = 0;    // of the finite cells
    bool isSampled = false;

    float cell(int row, int column) const { return cells[std::size_t(row) * std::size_t(columns) + std::size_t(column)]; }
    // The first row (column) of the slice that is in the row (column) of cells; at `rows` (`columns`) the end.
    std::int64_t firstRow(int row) const { return firstOf(sliceRows, rows, row); }
    std::int64_t firstColumn(int column) const { return firstOf(sliceColumns, columns, column); }

    // Fails only when cancelled. `largest`: most cells in one direction.
    static Result<HeatmapData> compute(const ElementReader& reader, const SliceRequest& slice, int largest, Progress& progress);

    // One pixel a cell.
    QImage image(const Theme& theme) const;
    // The ends of the colour scale: symmetric around zero where there are values on both sides.
    double scaleMin() const;
    double scaleMax() const;

private:
    // total × part / parts without leaving 64 bits.
    static std::int64_t firstOf(std::int64_t total, int parts, int part)
    {
        return total / parts * part + total % parts * part / parts;
    }
};

// The colours of the scale at 0 … 1: diverging (blue, neutral, orange-red) where zero is inside, else from neutral to one
// end. Told apart with the common kinds of colour-blindness; the neutral is the background's.
QColor heatmapColour(const Theme& theme, double fraction);

}  // namespace tenscope
