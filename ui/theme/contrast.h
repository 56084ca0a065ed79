#pragma once

#include <QColor>

namespace tenscope {

// Contrast ratio of two opaque colours, 1 … 21, as WCAG 2.1 defines it (relative luminance of sRGB). Text needs 4.5 (AA),
// large text and the outlines of things 3.
double contrastRatio(const QColor& a, const QColor& b);

// White or nearly black, whichever is easier to read on `background`.
QColor readableOn(const QColor& background);

// `fraction` of `over` laid over `under`, both opaque.
QColor blend(const QColor& under, const QColor& over, double fraction);

}  // namespace tenscope
