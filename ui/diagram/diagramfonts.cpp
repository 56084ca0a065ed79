#include "ui/diagram/diagramfonts.h"

#include <QFontInfo>
#include <QGuiApplication>

#include <algorithm>
#include <cmath>

#include "ui/theme/theme.h"

namespace tenscope {

namespace {

// Advances must grow in proportion to the size, so that text measured at 100 % fits its box at every zoom: no horizontal
// hinting. Pixel sizes, since a diagram unit is a pixel whatever the printer or screen.
QFont scalable(QFont font, double pixels, QFont::Weight weight)
{
    font.setPixelSize(std::max(1, int(std::lround(pixels))));
    font.setWeight(weight);
    font.setHintingPreference(QFont::PreferNoHinting);
    font.setKerning(true);
    return font;
}

double even(double length)
{
    return 2 * std::round(length / 2);
}

}  // namespace

DiagramFonts DiagramFonts::standard()
{
    const QFont application = QGuiApplication::font();
    DiagramFonts fonts;
    fonts.unit = std::clamp(QFontInfo(application).pixelSize(), 8, 64);
    const double unit = fonts.unit;
    fonts.title = scalable(application, unit, QFont::DemiBold);
    fonts.plain = scalable(application, unit * 0.92, QFont::Normal);
    fonts.body = scalable(application, unit * 0.92, QFont::Normal);
    fonts.mono = scalable(monospaceFont(), unit * 0.85, QFont::Normal);
    // Even numbers keep centres on whole pixels at 100 %.
    fonts.headerHeight = even(unit * 1.85);
    fonts.lineHeight = even(unit * 1.3);
    fonts.bodyPadding = even(unit * 0.4);
    fonts.sidePadding = even(unit * 0.77);
    fonts.labelHeight = even(unit * 1.1);
    return fonts;
}

}  // namespace tenscope
