#include "ui/panels/paneltext.h"

#include <QTest>
#include <cmath>
#include <limits>

using namespace tenscope;

class PanelTextTest : public QObject {
    Q_OBJECT

private slots:
    void writesNumbersForPeople()
    {
        QCOMPARE(number(-0.31174), QString::fromUtf8("−0.3117"));
        QCOMPARE(number(0), "0");
        QCOMPARE(number(-0.0), "0");
        QCOMPARE(number(12345), "12345");
        QCOMPARE(number(1.5e-9), QString::fromUtf8("1.5e−09"));
        QCOMPARE(number(std::numeric_limits<double>::quiet_NaN()), "NaN");
        QCOMPARE(number(-std::numeric_limits<double>::infinity()), QString::fromUtf8("−∞"));
        QCOMPARE(exactNumber(0.1), "0.1");
        QCOMPARE(exactNumber(-1.0 / 3), "-0.3333333333333333");
        QCOMPARE(grouped(1021952), QString::fromUtf8("1\u202f021\u202f952"));
        QCOMPARE(grouped(12), "12");
    }

    void writesTimesAndShares()
    {
        QCOMPARE(duration(2.414), QString::fromUtf8("2.41\u202fms"));
        QCOMPARE(duration(0.0123), QString::fromUtf8("12.3\u202fµs"));
        QCOMPARE(duration(1254), QString::fromUtf8("1.25\u202fs"));
        QCOMPARE(duration(0), QString::fromUtf8("0.00\u202fms"));
        QCOMPARE(percent(0.033), "3.3%");
        QCOMPARE(percent(0.0001), "<0.1%");
        QCOMPARE(percent(1), "100%");
        QCOMPARE(percent(0), "0%");
    }

    void writesShapes()
    {
        QCOMPARE(typeText(ElementType::Float32, {64, 3, 7, 7}), QString::fromUtf8("float32 64×3×7×7"));
        QCOMPARE(shapeText({}), "scalar");
    }
};

QTEST_APPLESS_MAIN(PanelTextTest)
#include "paneltexttest.moc"
