#include "ui/theme/theme.h"

#include <QFontMetricsF>
#include <QGuiApplication>
#include <QTest>

#include <cmath>
#include <set>

#include "ui/theme/contrast.h"

using namespace tenscope;

namespace {

constexpr double textContrast = 4.5;     // WCAG 2.1, AA, text
constexpr double graphicContrast = 3.0;  // WCAG 2.1, AA, what has to be seen but not read

}  // namespace

class ThemeTest : public QObject {
    Q_OBJECT

private slots:
    void contrastFollowsWcag();
    void familyColorsAreTheHouseColors();
    void familiesCarryTheirText_data();
    void familiesCarryTheirText();
    void textIsReadable_data();
    void textIsReadable();
    void statesStandOut_data();
    void statesStandOut();
    void heatRunsOneWay_data();
    void heatRunsOneWay();
    void lettersAreDistinct();
    void systemFollowsThePalette();
    void monospaceFollowsTheApplication();

private:
    static void themes()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
};

void ThemeTest::contrastFollowsWcag()
{
    QCOMPARE(std::round(contrastRatio(Qt::black, Qt::white)), 21.0);
    QCOMPARE(contrastRatio(Qt::red, Qt::red), 1.0);
    // The well-known smallest grey that passes on white.
    QVERIFY(contrastRatio(QColor(0x767676), Qt::white) >= 4.5);
    QVERIFY(contrastRatio(QColor(0x777777), Qt::white) < 4.5);
    QVERIFY(readableOn(Qt::yellow).lightness() < 50);
    QCOMPARE(readableOn(Qt::darkBlue), QColor(Qt::white));
}

void ThemeTest::familyColorsAreTheHouseColors()
{
    const Theme light = Theme::light();
    QCOMPARE(light.family(OperatorFamily::Product), QColor(0x0067a3));
    QCOMPARE(light.family(OperatorFamily::Activation), QColor(0xb34a00));
    QCOMPARE(light.family(OperatorFamily::Normalization), QColor(0x00735a));
    QCOMPARE(light.family(OperatorFamily::Reduction), QColor(0x6b4e9b));
    QCOMPARE(light.family(OperatorFamily::ElementWise), QColor(0x8a6400));
    QCOMPARE(light.family(OperatorFamily::Shape), QColor(0x4f5b6b));
    QCOMPARE(light.family(OperatorFamily::Attention), QColor(0x007c89));
    QCOMPARE(light.family(OperatorFamily::Quantization), QColor(0xa0286e));
    QCOMPARE(light.family(OperatorFamily::ControlFlow), QColor(0x3949ab));
    QCOMPARE(light.family(OperatorFamily::Data), QColor(0x6d4c41));
    for (int i = 0; i < operatorFamilyCount; ++i)
        QCOMPARE(Theme::dark().family(OperatorFamily(i)), light.family(OperatorFamily(i)));
}

void ThemeTest::familiesCarryTheirText_data()
{
    themes();
}

void ThemeTest::familiesCarryTheirText()
{
    QFETCH(bool, dark);
    const Theme theme = dark ? Theme::dark() : Theme::light();
    for (int i = 0; i < operatorFamilyCount; ++i) {
        const auto family = OperatorFamily(i);
        QVERIFY2(contrastRatio(theme.family(family), theme.familyText(family)) >= textContrast, key(family).data());
    }
}

void ThemeTest::textIsReadable_data()
{
    themes();
}

void ThemeTest::textIsReadable()
{
    QFETCH(bool, dark);
    const Theme theme = dark ? Theme::dark() : Theme::light();
    for (const QColor& ground : {theme.window, theme.panel, theme.canvas, theme.nodeFill, theme.moduleFill, theme.selection}) {
        QVERIFY(contrastRatio(theme.text, ground) >= textContrast);
        QVERIFY2(contrastRatio(theme.dimText, ground) >= textContrast, qPrintable(ground.name()));
    }
    QVERIFY(contrastRatio(theme.edgeLabel, theme.canvas) >= textContrast);
    QVERIFY(contrastRatio(theme.accentText, theme.accent) >= textContrast);
    for (const QColor& color : {theme.error, theme.warning, theme.information})
        QVERIFY2(contrastRatio(color, theme.panel) >= textContrast, qPrintable(color.name()));
}

void ThemeTest::statesStandOut_data()
{
    themes();
}

void ThemeTest::statesStandOut()
{
    QFETCH(bool, dark);
    const Theme theme = dark ? Theme::dark() : Theme::light();
    for (const QColor& color : {theme.matched, theme.weightDiffers, theme.activationDiffers, theme.onlyHere}) {
        QVERIFY2(contrastRatio(color, theme.canvas) >= graphicContrast, qPrintable(color.name()));
        // Badges are filled with the colour and carry text.
        QVERIFY2(contrastRatio(color, readableOn(color)) >= textContrast, qPrintable(color.name()));
    }
    QVERIFY(contrastRatio(theme.accent, theme.canvas) >= graphicContrast);
}

void ThemeTest::heatRunsOneWay_data()
{
    themes();
}

void ThemeTest::heatRunsOneWay()
{
    QFETCH(bool, dark);
    const Theme theme = dark ? Theme::dark() : Theme::light();
    // The hotter, the more it stands out from the canvas.
    double previous = 0;
    for (int step = 0; step <= 20; ++step) {
        const double contrast = contrastRatio(theme.heat(step / 20.0), theme.canvas);
        QVERIFY(contrast > previous);
        previous = contrast;
    }
    QVERIFY(previous >= textContrast);
    QCOMPARE(theme.heat(-3), theme.heat(0));
    QCOMPARE(theme.heat(7), theme.heat(1));
    QCOMPARE(theme.heat(std::nan("")), theme.heat(0));
}

void ThemeTest::lettersAreDistinct()
{
    std::set<QChar> letters;
    for (int i = 0; i < operatorFamilyCount; ++i)
        letters.insert(letter(OperatorFamily(i)));
    QCOMPARE(int(letters.size()), operatorFamilyCount);
}

void ThemeTest::systemFollowsThePalette()
{
    QGuiApplication::setPalette(Theme::dark().palette());
    QVERIFY(Theme::system().isDark);
    QGuiApplication::setPalette(Theme::light().palette());
    QVERIFY(!Theme::system().isDark);
}

void ThemeTest::monospaceFollowsTheApplication()
{
    QFont font = QGuiApplication::font();
    font.setPointSizeF(20);
    QGuiApplication::setFont(font);
    QCOMPARE(monospaceFont(0.5).pointSizeF(), 10.0);
    const QFontMetricsF metrics(monospaceFont());
    for (const QChar letter : QStringLiteral("0123456789iM?"))
        QCOMPARE(metrics.horizontalAdvance(letter), metrics.horizontalAdvance(u'8'));
}

QTEST_MAIN(ThemeTest)
#include "themetest.moc"
