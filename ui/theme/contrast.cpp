#include "ui/theme/contrast.h"

#include <algorithm>
#include <cmath>

namespace tenscope {

namespace {

double linear(double channel)
{
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& color)
{
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

}  // namespace

double contrastRatio(const QColor& a, const QColor& b)
{
    const double first = luminance(a);
    const double second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

QColor readableOn(const QColor& background)
{
    const QColor dark(0x14, 0x18, 0x1f);
    const QColor bright(Qt::white);
    return contrastRatio(background, bright) >= contrastRatio(background, dark) ? bright : dark;
}

QColor blend(const QColor& under, const QColor& over, double fraction)
{
    const auto mix = [fraction](float from, float to) { return float(from + (to - from) * fraction); };
    return QColor::fromRgbF(mix(under.redF(), over.redF()), mix(under.greenF(), over.greenF()),
                            mix(under.blueF(), over.blueF()));
}

}  // namespace tenscope
