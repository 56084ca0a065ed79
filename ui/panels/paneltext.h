#pragma once

#include <QString>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/graph/elementtype.h"

namespace tenscope {

// How the panels write numbers: a true minus sign, groups of three set apart by a narrow no-break space, few digits in
// tables and all of them on hover and on copy.

QString text(std::string_view utf8);

// `digits` significant digits, trailing zeros dropped: "−0.3117", "2.95", "1.2e−05", "NaN", "−∞".
QString number(double value, int digits = 4);
// The shortest text that reads back as the same double, with an ASCII minus: for copying and tooltips.
QString exactNumber(double value);
// "1 021 952".
QString grouped(std::uint64_t value);
// "2.41 ms", "12.3 µs", "1.25 s": three digits.
QString duration(double milliseconds);
// "3.3%", "<0.1%".
QString percent(double fraction);
// "float32 64×3×7×7"; "float32 scalar" for rank 0.
QString shapeText(const std::vector<std::int64_t>& shape);
QString typeText(ElementType element, const std::vector<std::int64_t>& shape);

}  // namespace tenscope
