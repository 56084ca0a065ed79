#include "ui/graphview/viewport.h"

#include <QTest>

using namespace tenscope;

namespace {

constexpr QSizeF view(800, 600);

bool isNear(QPointF a, QPointF b)
{
    return QLineF(a, b).length() < 1e-6;
}

}  // namespace

class ViewportTest : public QObject {
    Q_OBJECT

private slots:
    void mapsForthAndBack();
    void zoomKeepsThePlaceUnderTheCursor();
    void zoomHasLimits();
    void fittingCentres();
    void nobodyGetsLost();
    void revealingMovesLittle();
    void motionEndsWhereItShould();
};

void ViewportTest::mapsForthAndBack()
{
    const Viewport v(0.5, QPointF(10, 20));
    QCOMPARE(v.toView(QPointF(100, 100)), QPointF(60, 70));
    QVERIFY(isNear(v.toDiagram(v.toView(QPointF(3, -7))), QPointF(3, -7)));
    QCOMPARE(v.toView(QRectF(0, 0, 10, 20)), QRectF(10, 20, 5, 10));
}

void ViewportTest::zoomKeepsThePlaceUnderTheCursor()
{
    const Viewport v(0.7, QPointF(13, -40));
    const QPointF cursor(222, 333);
    for (const double scale : {0.01, 0.7, 1.0, 5.0})
        QVERIFY(isNear(v.zoomed(scale, cursor).toDiagram(cursor), v.toDiagram(cursor)));
}

void ViewportTest::zoomHasLimits()
{
    QCOMPARE(Viewport().zoomed(1e9, {}).scale(), Viewport::largest);
    QCOMPARE(Viewport().zoomed(0, {}).scale(), Viewport::smallest);
    // At the limit the sheet does not drift.
    const Viewport most(Viewport::largest, QPointF(5, 5));
    QCOMPARE(most.zoomed(100, QPointF(300, 300)), most);
}

void ViewportTest::fittingCentres()
{
    const QRectF rect(100, 200, 4000, 1000);
    const Viewport v = Viewport::fitting(rect, view);
    QVERIFY(QRectF(QPointF(), view).contains(v.toView(rect)));
    QVERIFY(isNear(v.toView(rect).center(), QPointF(400, 300)));
    QCOMPARE(Viewport::fitting(QRectF(0, 0, 10, 10), view).scale(), 1.0);
    QCOMPARE(Viewport::fitting(QRectF(0, 0, 10, 10), view, 3).scale(), 3.0);
    QCOMPARE(Viewport::fitting(QRectF(), view), Viewport());
}

void ViewportTest::nobodyGetsLost()
{
    const QRectF bounds(0, 0, 5000, 5000);
    for (const QPointF away : {QPointF(1e6, 0), QPointF(-1e6, 1e6), QPointF(0, -1e5)}) {
        const Viewport v = Viewport(1, away).kept(bounds, view);
        QVERIFY(v.toView(bounds).intersects(QRectF(QPointF(), view)));
    }
    const Viewport inside(1, QPointF(-100, -100));
    QCOMPARE(inside.kept(bounds, view), inside);
}

void ViewportTest::revealingMovesLittle()
{
    const Viewport v(1, QPointF());
    const QRectF visible(300, 300, 100, 50);
    QCOMPARE(v.revealing(visible, view), v);
    const QRectF below(300, 620, 100, 50);
    const Viewport moved = v.revealing(below, view);
    QCOMPARE(moved.scale(), 1.0);
    QVERIFY(QRectF(QPointF(), view).contains(moved.toView(below)));
    QCOMPARE(moved.origin().x(), 0.0);
    const QRectF far(9000, 9000, 100, 50);
    QVERIFY(isNear(v.revealing(far, view).toView(far).center(), QPointF(400, 300)));
    // From where nothing can be read, it zooms in.
    QVERIFY(Viewport(0.05, {}).revealing(far, view).scale() >= 0.6);
}

void ViewportTest::motionEndsWhereItShould()
{
    const Viewport from(0.1, QPointF(50, 60)), to(2, QPointF(-4000, -3000));
    QVERIFY(isNear(Viewport::between(from, to, 0, view).origin(), from.origin()));
    QVERIFY(isNear(Viewport::between(from, to, 1, view).origin(), to.origin()));
    QCOMPARE(Viewport::between(from, to, 1, view).scale(), 2.0);
    const double middle = Viewport::between(from, to, 0.5, view).scale();
    QVERIFY(middle > 0.1 && middle < 2);
}

QTEST_APPLESS_MAIN(ViewportTest)
#include "viewporttest.moc"
