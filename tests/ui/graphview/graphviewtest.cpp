#include "ui/graphview/graphview.h"

#include <QApplication>
#include <QClipboard>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>
#include <QToolButton>
#include <QWheelEvent>

#include <cstring>

#include "tests/support/graphmaker.h"
#include "ui/document/document.h"
#include "ui/taskrunner/taskrunner.h"

using namespace tenscope;

// A small network in two modules, with an If at its end.
class GraphViewTest : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup();

    void showsTheGraph();
    void emptyWithoutDocument();
    void clickSelectsAndControlAdds();
    void bandSelects();
    void dragPans();
    void wheelZoomsAtTheCursor();
    void arrowsWalkAndPan();
    void entersAndLeavesBodies();
    void modulesFoldAndUnfoldInPlace();
    void revealUnfolds();
    void levelsFoldAndUnfold();
    void equalsUnfoldTogether();
    void outlineModulesAreRevealed();
    void histogramsStandInNodesThatAreNear();
    void upstreamAndHighlight();
    void copiesText();
    void searchHitsAreFlagged();
    void runGrowsALine();
    void hoverBringsEdgesForward();
    void contextMenuGoesToNeighbours();
    void zoomActions();
    void quickChangesShowTheLast();

private:
    bool waitForDiagram()
    {
        return QTest::qWaitFor([this] { return m_view->diagram() && !m_view->isBusy() && m_view->diagram()->graph() == m_document->currentGraph(); });
    }
    void expandAll()
    {
        QSignalSpy spy(m_view.get(), &GraphView::diagramChanged);
        m_view->expandAll();
        QVERIFY(spy.wait());
    }
    Diagram::Index boxOf(NodeId node) const { return *m_view->diagram()->boxOf(node); }
    QPoint placeOf(NodeId node) const
    {
        return m_view->viewport().toView(m_view->diagram()->boxes()[boxOf(node)].rect.center()).toPoint();
    }

    std::unique_ptr<TaskRunner> m_tasks;
    std::unique_ptr<Document> m_document;
    std::unique_ptr<GraphView> m_view;
    std::vector<NodeId> m_nodes;  // of the main graph
    NodeId m_if;
    GraphId m_then, m_else;
};

void GraphViewTest::init()
{
    GraphMaker make;
    ValueId value = make.input("x", {1, 8, 4, 4});
    const ValueId condition = make.input("c", {});
    m_nodes.clear();
    for (int block = 0; block < 2; ++block) {
        const ScopeId scope = make.model.addScope({}, block == 0 ? "first" : "second");
        const auto inScope = [&] {
            make.model.node(make.last).scope = scope;
            m_nodes.push_back(make.last);
        };
        const std::string prefix = block == 0 ? "/first" : "/second";
        const ValueId before = value;
        value = make.node("Conv", prefix + "/conv/Conv", {value, make.weight("w" + std::to_string(block), {8, 8, 3, 3})}, {}, {1, 8, 4, 4}, {"X", "W"});
        inScope();
        value = make.node("Relu", prefix + "/relu/Relu", {value}, {}, {1, 8, 4, 4});
        inScope();
        value = make.node("Add", prefix + "/Add", {value, before}, {}, {1, 8, 4, 4});
        inScope();
    }
    value = make.node("If", "choose", {condition});
    m_if = make.last;
    m_nodes.push_back(m_if);
    make.output(value);
    const ValueId outer = make.model.node(m_nodes[5]).outputs()[0];
    m_then = make.model.addGraph("then", m_if, "then_branch");
    m_else = make.model.addGraph("else", m_if, "else_branch");
    make.model.node(m_if).attributes = {attribute("then_branch", m_then), attribute("else_branch", m_else)};
    make.graph = m_then;
    make.output(make.node("Exp", "e", {outer}));
    make.graph = m_else;
    make.output(make.node("Log", "l", {outer}));

    // The first weight has numbers, the other one is lost.
    std::vector<float> numbers(8 * 8 * 3 * 3);
    for (std::size_t i = 0; i < numbers.size(); ++i)
        numbers[i] = i % 7 == 0 ? 1.0f : -1.0f;
    auto bytes = std::make_shared<std::vector<std::byte>>(numbers.size() * sizeof(float));
    std::memcpy(bytes->data(), numbers.data(), bytes->size());
    make.model.tensor(TensorId(0)).data = OwnedBytes{bytes};

    m_tasks = std::make_unique<TaskRunner>();
    m_document = std::make_unique<Document>("net.onnx", std::make_shared<const Model>(std::move(make.model)));
    m_view = std::make_unique<GraphView>(m_tasks.get(), Theme::light());
    m_view->resize(900, 1100);
    m_view->setDocument(m_document.get());
    m_view->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
    QVERIFY(waitForDiagram());
    expandAll();
    m_view->fit();
    QTest::qWait(250);
}

void GraphViewTest::cleanup()
{
    m_view.reset();
    m_document.reset();
    m_tasks.reset();
}

void GraphViewTest::showsTheGraph()
{
    for (const NodeId node : m_nodes)
        QVERIFY(m_view->diagram()->boxOf(node));
    const QImage image = m_view->grab().toImage();
    const QPoint conv = placeOf(m_nodes[0]);
    const double ratio = image.devicePixelRatio();
    const QRectF rect = m_view->viewport().toView(m_view->diagram()->boxes()[boxOf(m_nodes[0])].rect);
    QCOMPARE(image.pixelColor((QPointF(conv.x(), rect.top() + 3) * ratio).toPoint()), Theme::light().family(OperatorFamily::Product));
    m_view->setTheme(Theme::dark());
    QCOMPARE(m_view->grab().toImage().pixelColor(1, 1), Theme::dark().canvas);
}

void GraphViewTest::emptyWithoutDocument()
{
    m_view->setDocument(nullptr);
    QVERIFY(!m_view->diagram());
    QVERIFY(!m_view->grab().isNull());
    m_view->fit();
    m_view->zoomIn();
    m_view->selectUpstream();
    m_view->copyAsText();
    m_view->goToConsumer();
    QTest::keyClick(m_view.get(), Qt::Key_Down);
    QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, QPoint(50, 50));
    QTest::mouseDClick(m_view.get(), Qt::LeftButton, {}, QPoint(50, 50));
}

void GraphViewTest::clickSelectsAndControlAdds()
{
    QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, placeOf(m_nodes[0]));
    QCOMPARE(m_document->selection().nodes, std::vector<NodeId>{m_nodes[0]});
    QVERIFY(m_view->state().flags(boxOf(m_nodes[0])) & DiagramState::Selected);
    QTest::mouseClick(m_view.get(), Qt::LeftButton, Qt::ControlModifier, placeOf(m_nodes[1]));
    QCOMPARE(m_document->selection().nodes, (std::vector<NodeId>{m_nodes[0], m_nodes[1]}));
    QTest::mouseClick(m_view.get(), Qt::LeftButton, Qt::ControlModifier, placeOf(m_nodes[0]));
    QCOMPARE(m_document->selection().nodes, std::vector<NodeId>{m_nodes[1]});
    // The input, by its value.
    const ValueId x = m_document->model()->graph(m_document->currentGraph()).inputs[0];
    const auto box = m_view->diagram()->boxOf(x);
    QVERIFY(box);
    QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, m_view->viewport().toView(m_view->diagram()->boxes()[*box].rect.center()).toPoint());
    QCOMPARE(m_document->selection().value, x);
    QVERIFY(m_document->selection().nodes.empty());
    QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, QPoint(5, m_view->height() - 5));
    QVERIFY(m_document->selection().isEmpty());
}

void GraphViewTest::bandSelects()
{
    const QPoint from = placeOf(m_nodes[0]) - QPoint(200, 40), to = placeOf(m_nodes[2]) + QPoint(200, 10);
    QTest::mousePress(m_view.get(), Qt::LeftButton, Qt::ShiftModifier, from);
    QMouseEvent move(QEvent::MouseMove, QPointF(to), m_view->mapToGlobal(QPointF(to)), Qt::NoButton, Qt::LeftButton, Qt::ShiftModifier);
    QApplication::sendEvent(m_view.get(), &move);
    QTest::mouseRelease(m_view.get(), Qt::LeftButton, Qt::ShiftModifier, to);
    QCOMPARE(int(m_document->selection().nodes.size()), 3);
}

void GraphViewTest::dragPans()
{
    const QPointF before = m_view->viewport().origin();
    const QPoint from(40, m_view->height() - 80);  // beside all nodes: those would be dragged themselves
    QTest::mousePress(m_view.get(), Qt::LeftButton, {}, from);
    for (const QPointF to : {QPointF(from) + QPointF(20, 10), QPointF(from) + QPointF(40, 30)}) {
        QMouseEvent move(QEvent::MouseMove, to, m_view->mapToGlobal(to), Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_view.get(), &move);
    }
    QTest::mouseRelease(m_view.get(), Qt::LeftButton, {}, from + QPoint(40, 30));
    QCOMPARE(m_view->viewport().origin() - before, QPointF(40, 30));
    QVERIFY(m_document->selection().isEmpty());
}

void GraphViewTest::wheelZoomsAtTheCursor()
{
    QSignalSpy spy(m_view.get(), &GraphView::zoomChanged);
    const QPointF cursor = placeOf(m_nodes[1]);
    const QPointF place = m_view->viewport().toDiagram(cursor);
    const double before = m_view->zoom();
    QWheelEvent in(cursor, m_view->mapToGlobal(cursor), QPoint(), QPoint(0, 120), Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(m_view.get(), &in);
    QVERIFY(m_view->zoom() > before * 1.1);
    QVERIFY(QLineF(m_view->viewport().toDiagram(cursor), place).length() < 0.01);
    QCOMPARE(spy.count(), 1);
    // Two fingers move the sheet.
    const QPointF origin = m_view->viewport().origin();
    const double zoom = m_view->zoom();
    QWheelEvent pan(cursor, m_view->mapToGlobal(cursor), QPoint(3, -7), QPoint(24, -56), Qt::NoButton, Qt::NoModifier, Qt::ScrollUpdate, false);
    QApplication::sendEvent(m_view.get(), &pan);
    QCOMPARE(m_view->zoom(), zoom);
    QCOMPARE(m_view->viewport().origin() - origin, QPointF(3, -7));
}

void GraphViewTest::arrowsWalkAndPan()
{
    const QPointF before = m_view->viewport().origin();
    QTest::keyClick(m_view.get(), Qt::Key_Down);
    QVERIFY(m_view->viewport().origin() != before);
    m_document->selectNode(m_nodes[0]);
    QTest::keyClick(m_view.get(), Qt::Key_Down);
    QCOMPARE(m_document->selection().current(), m_nodes[1]);
    QTest::keyClick(m_view.get(), Qt::Key_Down);
    QCOMPARE(m_document->selection().current(), m_nodes[2]);
    QTest::keyClick(m_view.get(), Qt::Key_Up);
    QVERIFY(m_document->selection().current() != m_nodes[2]);
    m_document->selectNode(m_nodes[1]);
    m_view->goToProducer();
    QCOMPARE(m_document->selection().current(), m_nodes[0]);
    m_view->goToConsumer();
    QCOMPARE(m_document->selection().current(), m_nodes[1]);
}

void GraphViewTest::entersAndLeavesBodies()
{
    const Viewport left = m_view->viewport();
    m_document->selectNode(m_if);
    // Two bodies: a menu asks which.
    QTimer::singleShot(100, [&] {
        auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        QVERIFY(menu);
        QCOMPARE(menu->actions().size(), 2);
        menu->actions()[1]->trigger();
        menu->close();
    });
    QTest::keyClick(m_view.get(), Qt::Key_Return);
    QCOMPARE(m_document->currentGraph(), m_else);
    QVERIFY(waitForDiagram());
    auto* crumb = m_view->findChild<QToolButton*>("breadcrumb0");
    QVERIFY(crumb && crumb->isVisible());
    QCOMPARE(crumb->text(), QString("net.onnx"));
    QTest::keyClick(m_view.get(), Qt::Key_Backspace);
    QVERIFY(waitForDiagram());
    QCOMPARE(m_document->currentGraph(), m_document->model()->mainGraph);
    QCOMPARE(m_view->viewport(), left);

    m_document->enterGraph(m_then);
    QVERIFY(waitForDiagram());
    QTest::mouseClick(m_view->findChild<QToolButton*>("breadcrumb0"), Qt::LeftButton);
    QVERIFY(waitForDiagram());
    QCOMPARE(m_document->graphPath().size(), std::size_t(1));
}

void GraphViewTest::modulesFoldAndUnfoldInPlace()
{
    const auto hierarchy = m_view->diagram()->hierarchy();
    QVERIFY(hierarchy);
    const ModuleId first = hierarchy->moduleOf(m_nodes[0]);
    QVERIFY(first && first != hierarchy->root());
    const auto frame = m_view->diagram()->boxOf(first);
    QVERIFY(frame && m_view->diagram()->boxes()[*frame].isExpanded);
    const auto topOf = [&] {
        const QRectF rect = m_view->diagram()->boxes()[*m_view->diagram()->boxOf(first)].rect;
        return m_view->viewport().toView(QPointF(rect.center().x(), rect.top()));
    };
    const QPointF before = topOf();
    QSignalSpy spy(m_view.get(), &GraphView::diagramChanged);
    m_view->setExpanded(first, false);
    QVERIFY(spy.wait());
    QVERIFY(!m_view->diagram()->boxOf(m_nodes[0]));
    const DiagramBox& folded = m_view->diagram()->boxes()[*m_view->diagram()->boxOf(first)];
    QVERIFY(!folded.isExpanded);
    QCOMPARE(m_view->diagram()->visibleBoxOf(m_nodes[0]), m_view->diagram()->boxOf(first));
    QVERIFY2(QLineF(before, topOf()).length() < 2, "the module that is folded stays where it is");
    QVERIFY(m_view->diagram()->boxOf(m_nodes[3]));

    // A double click opens it again.
    QTest::qWait(250);
    QTest::mouseDClick(m_view.get(), Qt::LeftButton, {}, m_view->viewport().toView(folded.rect.center()).toPoint());
    QVERIFY(spy.wait());
    QVERIFY(m_view->diagram()->boxOf(m_nodes[0]));
    m_view->foldAll();
    QVERIFY(spy.wait());
    QVERIFY(!m_view->diagram()->boxOf(m_nodes[0]) && !m_view->diagram()->boxOf(m_nodes[3]));
}

void GraphViewTest::revealUnfolds()
{
    QSignalSpy spy(m_view.get(), &GraphView::diagramChanged);
    m_view->foldAll();
    QVERIFY(spy.wait());
    m_document->reveal(m_nodes[4]);
    QVERIFY(spy.wait());
    QVERIFY(m_view->diagram()->boxOf(m_nodes[4]));
    QVERIFY(!m_view->diagram()->boxOf(m_nodes[0]));
    QTest::qWait(250);
    QVERIFY(m_view->rect().contains(placeOf(m_nodes[4])));
    // From another graph.
    m_document->enterGraph(m_then);
    QVERIFY(waitForDiagram());
    m_document->reveal(m_nodes[0]);
    QVERIFY(QTest::qWaitFor([&] { return m_view->diagram() && m_view->diagram()->boxOf(m_nodes[0]); }));
    QTest::qWait(250);
    QVERIFY(m_view->rect().contains(placeOf(m_nodes[0])));
}

void GraphViewTest::upstreamAndHighlight()
{
    m_document->selectNode(m_nodes[2]);
    m_view->selectUpstream();
    QCOMPARE(int(m_document->selection().nodes.size()), 3);
    QCOMPARE(m_document->selection().current(), m_nodes[2]);
    QVERIFY(!(m_view->state().flags(boxOf(m_nodes[1])) & DiagramState::Faded));
    QVERIFY(m_view->state().flags(boxOf(m_nodes[3])) & DiagramState::Faded);
    m_document->selectNode(m_nodes[3]);
    m_view->selectDownstream();
    QVERIFY(m_view->state().flags(boxOf(m_nodes[2])) & DiagramState::Faded);
    QVERIFY(!(m_view->state().flags(boxOf(m_nodes[5])) & DiagramState::Faded));
    Selection two;
    two.nodes = {m_nodes[0], m_nodes[2]};
    m_document->select(two);
    m_view->highlightPath();
    QVERIFY(!(m_view->state().flags(boxOf(m_nodes[1])) & DiagramState::Faded));
    QVERIFY(m_view->state().flags(boxOf(m_nodes[4])) & DiagramState::Faded);
    QTest::keyClick(m_view.get(), Qt::Key_Escape);
    QVERIFY(!(m_view->state().flags(boxOf(m_nodes[4])) & DiagramState::Faded));
}

void GraphViewTest::levelsFoldAndUnfold()
{
    QSignalSpy spy(m_view.get(), &GraphView::diagramChanged);
    QCOMPARE(m_view->depths(), 1);
    QCOMPARE(m_view->depth(), 1);
    m_view->foldLevel();
    QVERIFY(spy.wait());
    QCOMPARE(m_view->depth(), 0);
    QVERIFY(!m_view->diagram()->boxOf(m_nodes[0]));
    m_view->unfoldLevel();
    QVERIFY(spy.wait());
    QVERIFY(m_view->diagram()->boxOf(m_nodes[0]));
    // One that is folded by hand makes the level another.
    m_view->setExpanded(m_view->diagram()->hierarchy()->moduleOf(m_nodes[3]), false);
    QVERIFY(spy.wait());
    QCOMPARE(m_view->depth(), 0);
    m_view->unfoldLevel();
    QVERIFY(spy.wait());
    QCOMPARE(m_view->depth(), 1);
}

void GraphViewTest::equalsUnfoldTogether()
{
    QSignalSpy spy(m_view.get(), &GraphView::diagramChanged);
    m_view->foldAll();
    QVERIFY(spy.wait());
    const ModuleId first = m_view->diagram()->hierarchy()->moduleOf(m_nodes[0]);
    QCOMPARE(m_view->diagram()->boxes()[*m_view->diagram()->boxOf(first)].name, QString("×2"));
    m_view->setExpanded(first, true, FoldReach::Equals);
    QVERIFY(spy.wait());
    QVERIFY(m_view->diagram()->boxOf(m_nodes[0]) && m_view->diagram()->boxOf(m_nodes[3]));
    m_view->setExpanded(first, false, FoldReach::Below);
    QVERIFY(spy.wait());
    QVERIFY(!m_view->diagram()->boxOf(m_nodes[0]) && m_view->diagram()->boxOf(m_nodes[3]));
}

void GraphViewTest::outlineModulesAreRevealed()
{
    const ScopeId scope = m_document->model()->node(m_nodes[3]).scope;
    m_view->setZoom(4);
    m_document->reveal(scope);
    QTest::qWait(250);
    QCOMPARE(m_document->selection().scope, scope);
    const auto box = m_view->diagram()->boxOf(scope);
    QVERIFY(box && m_view->state().flags(*box) & DiagramState::Selected);
    QVERIFY(m_view->rect().contains(m_view->viewport().toView(m_view->diagram()->boxes()[*box].rect.center()).toPoint()));
}

void GraphViewTest::histogramsStandInNodesThatAreNear()
{
    QVERIFY(m_view->state().histograms.empty());
    m_document->selectNode(m_nodes[0]);
    m_view->fitSelection();
    QTRY_VERIFY(m_view->zoom() >= 1.5 - 1e-9);
    QTRY_VERIFY(m_view->state().histograms.contains(boxOf(m_nodes[0])));
    const auto& bars = m_view->state().histograms.at(boxOf(m_nodes[0])).weights;
    QCOMPARE(bars.front(), 1.0f);
    QVERIFY(bars.back() > 0.1f && bars.back() < 0.2f);
    for (std::size_t i = 1; i + 1 < bars.size(); ++i)
        QCOMPARE(bars[i], 0.0f);
    // The tensor panel finds the same there.
    QVERIFY(m_document->statistics().find(*m_document->model(), TensorId(0), StatisticsCache::usualBins));
    // What a node without numbers has is not asked for again and again.
    m_document->selectNode(m_nodes[3]);
    m_view->fitSelection();
    QTest::qWait(300);
    QVERIFY(!m_view->state().histograms.contains(boxOf(m_nodes[3])));

    auto run = std::make_shared<RunOutcome>();
    NodeRun node;
    node.node = m_nodes[3];
    node.executions = 1;
    node.outputs.resize(1);
    node.outputs[0].isTensor = true;
    node.outputs[0].statistics.elements = 3;
    node.outputs[0].statistics.histogram = {{0, 1, 2}, {1, 2}};
    run->nodes.push_back(node);
    QSignalSpy spy(m_view.get(), &GraphView::diagramChanged);
    m_document->setLastRun(run);
    QVERIFY(spy.wait());
    m_document->selectNode(m_nodes[3]);
    m_view->fitSelection();
    QTRY_VERIFY(m_view->state().histograms.contains(boxOf(m_nodes[3])));
    QCOMPARE(m_view->state().histograms.at(boxOf(m_nodes[3])).output, (std::vector<float>{0.5f, 1.0f}));
    m_view->setZoom(1.4);
    QVERIFY(m_view->state().histograms.empty());
}

void GraphViewTest::copiesText()
{
    m_document->selectNode(m_nodes[0]);
    QTest::keyClick(m_view.get(), Qt::Key_C, Qt::ControlModifier);
    const QString text = QApplication::clipboard()->text();
    QVERIFY2(text.startsWith("Conv /first/conv/Conv"), qPrintable(text));
    QVERIFY2(text.contains("W: w0: float32 8×8×3×3"), qPrintable(text));
    QVERIFY2(text.contains("float32 1×8×4×4"), qPrintable(text));
}

void GraphViewTest::searchHitsAreFlagged()
{
    m_view->setSearchHits({m_nodes[1], m_nodes[4]}, m_nodes[4]);
    QVERIFY(m_view->state().flags(boxOf(m_nodes[1])) & DiagramState::Hit);
    QVERIFY(m_view->state().flags(boxOf(m_nodes[4])) & DiagramState::CurrentHit);
    QVERIFY(!(m_view->state().flags(boxOf(m_nodes[0])) & DiagramState::Hit));
    m_view->setSearchHits({});
    QVERIFY(!(m_view->state().flags(boxOf(m_nodes[1])) & DiagramState::Hit));
}

void GraphViewTest::runGrowsALine()
{
    auto run = std::make_shared<RunOutcome>();
    NodeRun node;
    node.node = m_nodes[1];
    node.milliseconds = 2;
    node.executions = 1;
    run->nodes.push_back(node);
    QVERIFY(m_view->diagram()->boxes()[boxOf(m_nodes[1])].isPill);
    QSignalSpy spy(m_view.get(), &GraphView::diagramChanged);
    m_document->setLastRun(run);
    QVERIFY(spy.wait());
    QVERIFY(m_view->diagram()->boxes()[boxOf(m_nodes[1])].hasRunLine);
    QCOMPARE(m_view->state().run[boxOf(m_nodes[1])].heat, 1.0f);
    QVERIFY(m_view->state().run[boxOf(m_nodes[0])].heat < 0);
    // The next run moves nothing.
    const auto before = m_view->diagram();
    m_document->setLastRun(std::make_shared<RunOutcome>(*run));
    QCOMPARE(m_view->diagram(), before);
}

void GraphViewTest::hoverBringsEdgesForward()
{
    QTest::mouseMove(m_view.get(), placeOf(m_nodes[1]));
    QMouseEvent move(QEvent::MouseMove, QPointF(placeOf(m_nodes[1])), m_view->mapToGlobal(QPointF(placeOf(m_nodes[1]))), Qt::NoButton, Qt::NoButton,
                     Qt::NoModifier);
    QApplication::sendEvent(m_view.get(), &move);
    QCOMPARE(m_view->state().hovered, boxOf(m_nodes[1]));
    int forward = 0;
    for (Diagram::Index edge = 0; edge < m_view->diagram()->edges().size(); ++edge)
        forward += (m_view->state().edge(edge) & DiagramState::Forward) != 0;
    QCOMPARE(forward, 2);
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(m_view.get(), &leave);
    QCOMPARE(m_view->state().hovered, DiagramBox::none);
}

void GraphViewTest::contextMenuGoesToNeighbours()
{
    m_document->selectNode(m_nodes[1]);
    QTimer::singleShot(100, [&] {
        auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        QVERIFY(menu);
        auto* go = menu->findChild<QAction*>("goToProducer");
        QVERIFY(go && go->isEnabled());
        go->trigger();
        menu->close();
    });
    QContextMenuEvent event(QContextMenuEvent::Keyboard, QPoint(), m_view->mapToGlobal(QPoint()));
    QApplication::sendEvent(m_view.get(), &event);
    QCOMPARE(m_document->selection().current(), m_nodes[0]);
}

void GraphViewTest::zoomActions()
{
    m_view->zoomActual();
    QTRY_COMPARE(m_view->zoom(), 1.0);
    m_view->zoomIn();
    QCOMPARE(m_view->zoom(), 1.25);
    m_view->setZoom(0.5);
    QCOMPARE(m_view->zoom(), 0.5);
    QTest::keyClick(m_view.get(), Qt::Key_F);
    QTest::qWait(250);
    QVERIFY(QRectF(m_view->rect()).contains(m_view->viewport().toView(m_view->diagram()->bounds())));
    m_document->selectNode(m_nodes[0]);
    m_view->fitSelection();
    QTest::qWait(250);
    QVERIFY(m_view->zoom() > 1);
}

void GraphViewTest::quickChangesShowTheLast()
{
    for (int i = 0; i < 5; ++i) {
        m_document->enterGraph(m_then);
        m_document->leaveGraph();
        m_document->enterGraph(m_else);
    }
    QVERIFY(waitForDiagram());
    QCOMPARE(m_view->diagram()->graph(), m_else);
    QVERIFY(!m_view->isBusy());
}

QTEST_MAIN(GraphViewTest)
#include "graphviewtest.moc"
