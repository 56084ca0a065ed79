#include "ui/theme/theme.h"

#include <QFontDatabase>
#include <QFontMetricsF>
#include <QGuiApplication>

#include <algorithm>
#include <array>
#include <cmath>

#include "ui/theme/contrast.h"

namespace tenscope {

namespace {

// One colour a family in both appearances, so that a screenshot of one can be read by people who know the other. Chosen to
// be told apart with the three common kinds of colour-blindness, and dark enough for white text.
constexpr std::array<QRgb, operatorFamilyCount> familyColors = {
    0xff0067a3,  // Product
    0xffb34a00,  // Activation
    0xff00735a,  // Normalization
    0xff6b4e9b,  // Reduction
    0xff8a6400,  // ElementWise
    0xff4f5b6b,  // Shape
    0xff007c89,  // Attention
    0xffa0286e,  // Quantization
    0xff3949ab,  // ControlFlow
    0xff6d4c41,  // Data
    0xff5f6368,  // Unknown: hatched where it is painted
};

// Letters of the families in OperatorFamily's order; no letter twice.
constexpr std::array<char16_t, operatorFamilyCount> familyLetters = {u'C', u'A', u'N', u'P', u'E', u'S',
                                                                     u'R', u'Q', u'F', u'D', u'?'};

// Lightness runs one way only, so that the order survives colour-blindness and grey printing; the hot end is what
// stands out from the canvas.
constexpr std::array<QRgb, 5> heatOnLight = {0xfff4e6bd, 0xfff5bd60, 0xffe8792b, 0xffbf3326, 0xff74103e};
constexpr std::array<QRgb, 5> heatOnDark = {0xff3a3158, 0xff7b3a7e, 0xffc74b6c, 0xfff58c57, 0xfffbe69a};

}  // namespace

QColor Theme::family(OperatorFamily family) const
{
    return QColor(familyColors[std::size_t(family)]);
}

QColor Theme::familyText(OperatorFamily) const
{
    return Qt::white;
}

QColor Theme::heat(double fraction) const
{
    const std::array<QRgb, 5>& stops = isDark ? heatOnDark : heatOnLight;
    const double position = (std::isnan(fraction) ? 0 : std::clamp(fraction, 0.0, 1.0)) * double(stops.size() - 1);
    const std::size_t stop = std::min(std::size_t(position), stops.size() - 2);
    return blend(QColor(stops[stop]), QColor(stops[stop + 1]), position - double(stop));
}

QPalette Theme::palette() const
{
    QPalette result;
    const QColor disabled = blend(panel, text, 0.4);
    result.setColor(QPalette::Window, window);
    result.setColor(QPalette::WindowText, text);
    result.setColor(QPalette::Base, panel);
    result.setColor(QPalette::AlternateBase, blend(panel, text, 0.03));
    result.setColor(QPalette::ToolTipBase, panel);
    result.setColor(QPalette::ToolTipText, text);
    result.setColor(QPalette::PlaceholderText, dimText);
    result.setColor(QPalette::Text, text);
    result.setColor(QPalette::Button, blend(window, text, 0.04));
    result.setColor(QPalette::ButtonText, text);
    result.setColor(QPalette::BrightText, error);
    result.setColor(QPalette::Light, blend(window, Qt::white, 0.5));
    result.setColor(QPalette::Midlight, blend(window, text, 0.06));
    result.setColor(QPalette::Mid, line);
    result.setColor(QPalette::Dark, blend(window, text, 0.35));
    result.setColor(QPalette::Shadow, isDark ? QColor(0, 0, 0) : blend(window, text, 0.6));
    result.setColor(QPalette::Highlight, selection);
    result.setColor(QPalette::HighlightedText, text);
    result.setColor(QPalette::Link, accent);
    result.setColor(QPalette::LinkVisited, accent);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText})
        result.setColor(QPalette::Disabled, role, disabled);
    return result;
}

Theme Theme::light()
{
    Theme t;
    t.isDark = false;
    t.window = t.panel = QColor(0xffffff);
    t.canvas = QColor(0xfbfcfd);
    t.canvasDots = QColor(0xe7ebf0);
    t.text = QColor(0x1a1f29);
    t.dimText = QColor(0x5c6573);
    t.line = QColor(0xd8dce2);
    t.accent = QColor(0x1f6feb);
    t.accentText = QColor(0xffffff);
    t.nodeFill = QColor(0xffffff);
    t.nodeBorder = QColor(0xd3d9e1);
    t.moduleFill = QColor(0xe0eef6);
    t.moduleBorder = QColor(0x8dbdd8);
    t.edge = QColor(0x8e99a8);
    t.edgeLabel = QColor(0x5c6573);
    t.selection = QColor(0xd7e5fb);
    t.error = QColor(0xc62828);
    t.warning = QColor(0x9a5b00);
    t.information = QColor(0x1d64c9);
    t.matched = QColor(0x2e7d32);
    t.weightDiffers = QColor(0xc62828);
    t.activationDiffers = QColor(0xc94a00);
    t.onlyHere = QColor(0x8e24aa);
    return t;
}

Theme Theme::dark()
{
    Theme t;
    t.isDark = true;
    t.window = t.panel = QColor(0x232833);
    t.canvas = QColor(0x181c23);
    t.canvasDots = QColor(0x252b35);
    t.text = QColor(0xe6e9ef);
    t.dimText = QColor(0xa2abb9);
    t.line = QColor(0x3a424f);
    t.accent = QColor(0x5b9dff);
    t.accentText = QColor(0x0e1521);
    t.nodeFill = QColor(0x262c38);
    t.nodeBorder = QColor(0x465061);
    t.moduleFill = QColor(0x1f3142);
    t.moduleBorder = QColor(0x38688c);
    t.edge = QColor(0x77818f);
    t.edgeLabel = QColor(0xa2abb9);
    t.selection = QColor(0x2c3c57);
    t.error = QColor(0xff8178);
    t.warning = QColor(0xf0b357);
    t.information = QColor(0x7fb2ff);
    t.matched = QColor(0x5cb860);
    t.weightDiffers = QColor(0xff6b62);
    t.activationDiffers = QColor(0xff9248);
    t.onlyHere = QColor(0xcf86e8);
    return t;
}

Theme Theme::system()
{
    const QPalette palette = QGuiApplication::palette();
    return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness() ? dark() : light();
}

QChar letter(OperatorFamily family)
{
    return familyLetters[std::size_t(family)];
}

QFont monospaceFont(double scale)
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    // Without a desktop the system's fixed font can be a proportional one.
    if (const QFontMetricsF metrics(font); metrics.horizontalAdvance(u'i') != metrics.horizontalAdvance(u'M'))
        font = QFont(QStringLiteral("monospace"));
    const QFont application = QGuiApplication::font();
    if (application.pointSizeF() > 0)
        font.setPointSizeF(application.pointSizeF() * scale);
    else
        font.setPixelSize(std::max(1, int(std::lround(application.pixelSize() * scale))));
    font.setStyleHint(QFont::Monospace);
    return font;
}

}  // namespace tenscope
