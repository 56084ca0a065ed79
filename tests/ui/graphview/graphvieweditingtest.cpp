#include <QApplication>
#include <QDropEvent>
#include <QMenu>
#include <QMimeData>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTest>

#include "tests/support/graphmaker.h"
#include "tests/support/samemodel.h"
#include "ui/document/document.h"
#include "ui/document/operatormimedata.h"
#include "ui/graphview/graphview.h"
#include "ui/graphview/ports.h"
#include "ui/taskrunner/taskrunner.h"

using namespace tenscope;

// What the mouse drags on a diagram, done, undone and redone. Set TENSCOPE_SCREENSHOTS to a folder to look at the drags.
class GraphViewEditingTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { QStandardPaths::setTestModeEnabled(true); }
    void init();
    void cleanup();

    void dropOnCanvasAdds();
    void dropOnEdgeInserts();
    void dropOnOutputEdgeKeepsTheName();
    void dropOnNodeReplaces();
    void refusedDropChangesNothing();
    void otherDataIsLeftToTheWindow();
    void portToPortConnects();
    void headMovesToAnotherInput();
    void headLetGoDisconnects();
    void tailMovesToAnotherValue();
    void circlesAreRefused();
    void escapeEndsADrag();
    void nodesAreMovedAndStay();
    void movedNodesGoBack();
    void foldingSurvivesEdits();

private:
    bool waitForDiagram()
    {
        return QTest::qWaitFor([this] { return m_view->diagram() && !m_view->isBusy() && m_view->diagram()->boxOf(m_exp) == boxOfLiving(m_exp); });
    }
    std::optional<Diagram::Index> boxOfLiving(NodeId node) const { return m_view->diagram()->boxOf(node); }
    void settle()
    {
        QVERIFY(waitForDiagram());
        QTest::qWait(250);  // motion
    }
    const Model& model() const { return *m_document->model(); }
    QPointF toView(QPointF place) const { return m_view->viewport().toView(place); }
    QRectF rectOf(NodeId node) const { return m_view->diagram()->boxes()[*m_view->diagram()->boxOf(node)].rect; }
    QPointF inputPort(NodeId node, std::size_t slot) const
    {
        return toView(arrivingPorts(*m_view->diagram(), model(), *m_view->diagram()->boxOf(node))[slot].place);
    }
    QPointF outputPort(NodeId node) const
    {
        return toView(leavingPorts(*m_view->diagram(), model(), *m_view->diagram()->boxOf(node))[0].place);
    }
    // On the edge that arrives at an input, `fraction` of its way.
    QPointF onEdge(NodeId node, std::uint32_t slot, double fraction) const
    {
        for (const Diagram::Index index : m_view->diagram()->edgesInto(*m_view->diagram()->boxOf(node))) {
            const DiagramEdge& edge = m_view->diagram()->edges()[index];
            if (edge.input == slot)
                return along(m_view->diagram()->route(edge), fraction);
        }
        return {};
    }
    QPointF along(std::span<const QPointF> route, double fraction) const
    {
        double length = 0;
        for (std::size_t i = 1; i < route.size(); ++i)
            length += QLineF(route[i - 1], route[i]).length();
        double left = length * fraction;
        for (std::size_t i = 1; i < route.size(); ++i) {
            const QLineF piece(route[i - 1], route[i]);
            if (left <= piece.length())
                return toView(piece.pointAt(piece.length() > 0 ? left / piece.length() : 0));
            left -= piece.length();
        }
        return toView(route.back());
    }
    void mouse(QEvent::Type type, QPointF point)
    {
        const bool isMove = type == QEvent::MouseMove;
        QMouseEvent event(type, point, m_view->mapToGlobal(point), isMove ? Qt::NoButton : Qt::LeftButton,
                          type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_view.get(), &event);
    }
    void press(QPointF from, QPointF to)
    {
        mouse(QEvent::MouseButtonPress, from);
        mouse(QEvent::MouseMove, from + (to - from) / 2);
        mouse(QEvent::MouseMove, to);
    }
    void drag(QPointF from, QPointF to, const char* picture = nullptr)
    {
        press(from, to);
        if (picture)
            photograph(picture);
        mouse(QEvent::MouseButtonRelease, to);
    }
    bool drop(const OperatorName& op, QPointF point, const char* picture = nullptr)
    {
        const std::unique_ptr<QMimeData> data(operatorMimeData(op));
        QDragEnterEvent enter(point.toPoint(), Qt::CopyAction, data.get(), Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_view.get(), &enter);
        QDragMoveEvent move(point.toPoint(), Qt::CopyAction, data.get(), Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_view.get(), &move);
        if (picture)
            photograph(picture);
        const bool isAccepted = move.isAccepted();
        if (isAccepted) {
            QDropEvent end(point, Qt::CopyAction, data.get(), Qt::LeftButton, Qt::NoModifier);
            QApplication::sendEvent(m_view.get(), &end);
        } else {
            QDragLeaveEvent leave;
            QApplication::sendEvent(m_view.get(), &leave);
        }
        return isAccepted;
    }
    void photograph(const char* name)
    {
        const QString folder = qEnvironmentVariable("TENSCOPE_SCREENSHOTS");
        if (!folder.isEmpty())
            m_view->grab().save(folder + '/' + name + ".png");
    }
    std::vector<ValueId> inputs(NodeId node) const
    {
        std::vector<ValueId> values;
        for (const Input& input : model().node(node).inputs())
            values.push_back(input.value);
        return values;
    }
    // Undo gives the model as it was, redo as it is.
    void verifyUndo()
    {
        const std::shared_ptr<const Model> after = m_document->model();
        std::string why;
        QCOMPARE(m_document->undoStack().index(), 1);
        m_document->undoStack().undo();
        QVERIFY2(sameModel(*m_original, model(), &why), why.c_str());
        m_document->undoStack().redo();
        QVERIFY2(sameModel(*after, model(), &why), why.c_str());
        settle();
    }

    std::unique_ptr<TaskRunner> m_tasks;
    std::unique_ptr<Document> m_document;
    std::unique_ptr<GraphView> m_view;
    std::shared_ptr<const Model> m_original;
    ValueId m_x, m_a, m_b, m_c;
    NodeId m_relu, m_exp, m_add;
};

// x → Relu → a → Exp → b;  Add(a, b) → c, the output.
void GraphViewEditingTest::init()
{
    GraphMaker make;
    m_x = make.input("x", {1, 4});
    m_a = make.node("Relu", "relu", {m_x}, {}, {1, 4});
    m_relu = make.last;
    m_b = make.node("Exp", "exp", {m_a}, {}, {1, 4});
    m_exp = make.last;
    m_c = make.node("Add", "add", {m_a, m_b}, {}, {1, 4});
    m_add = make.last;
    make.output(m_c);
    m_original = std::make_shared<const Model>(std::move(make.model));
    m_tasks = std::make_unique<TaskRunner>();
    m_document = std::make_unique<Document>("graphvieweditingtest.onnx", m_original);
    m_view = std::make_unique<GraphView>(m_tasks.get(), Theme::light());
    m_view->resize(700, 800);
    m_view->setDocument(m_document.get());
    m_view->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
    settle();
    m_view->fit();
    m_view->resetPlaces();
    settle();
}

void GraphViewEditingTest::cleanup()
{
    m_view.reset();
    m_document.reset();
    m_tasks.reset();
}

void GraphViewEditingTest::dropOnCanvasAdds()
{
    const QPointF place(620, 120);
    QVERIFY(drop({"", "Sigmoid"}, place, "drop-canvas"));
    const NodeId added(m_original->nodeCount());
    QCOMPARE(model().op(added).name, "Sigmoid");
    QCOMPARE(m_document->selection().current(), added);
    settle();
    // It stands where it was let go, beside what stood there.
    const QPointF way = toView(rectOf(added).center()) - toView(rectOf(m_relu).center());
    QVERIFY(way.x() > 100);
    QVERIFY(!rectOf(added).intersects(rectOf(m_relu)));
    verifyUndo();
}

void GraphViewEditingTest::dropOnEdgeInserts()
{
    QVERIFY(drop({"", "Tanh"}, onEdge(m_exp, 0, 0.5), "drop-edge"));
    const NodeId added(m_original->nodeCount());
    QCOMPARE(inputs(added), (std::vector<ValueId>{m_a}));
    QCOMPARE(inputs(m_exp), (std::vector<ValueId>{model().node(added).outputs()[0]}));
    QCOMPARE(inputs(m_add), (std::vector<ValueId>{m_a, m_b}));
    verifyUndo();
}

void GraphViewEditingTest::dropOnOutputEdgeKeepsTheName()
{
    const auto edges = m_view->diagram()->edgesOutOf(*m_view->diagram()->boxOf(m_add));
    QCOMPARE(edges.size(), std::size_t(1));
    QVERIFY(drop({"", "Softmax"}, along(m_view->diagram()->route(m_view->diagram()->edges()[edges[0]]), 0.5)));
    const ValueId output = model().graph(model().mainGraph).outputs[0];
    QCOMPARE(model().value(output).name, "add_out");
    QCOMPARE(model().op(model().value(output).producer()).name, "Softmax");
    verifyUndo();
}

void GraphViewEditingTest::dropOnNodeReplaces()
{
    QVERIFY(drop({"", "LeakyRelu"}, toView(rectOf(m_relu).center()), "drop-node"));
    QCOMPARE(model().op(m_relu).name, "LeakyRelu");
    verifyUndo();
}

void GraphViewEditingTest::refusedDropChangesNothing()
{
    QVERIFY(!drop({"", "Not"}, toView(rectOf(m_relu).center()), "drop-refused"));
    QVERIFY(!drop({"", "Constant"}, onEdge(m_exp, 0, 0.5)));
    QVERIFY(!drop({"", "NoSuchOperator"}, QPointF(620, 120)));
    QCOMPARE(m_document->undoStack().index(), 0);
    QVERIFY(m_view->grab().toImage().size().isValid());
}

void GraphViewEditingTest::otherDataIsLeftToTheWindow()
{
    QMimeData files;
    files.setUrls({QUrl::fromLocalFile("/nowhere.onnx")});
    QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &files, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_view.get(), &enter);
    QVERIFY(!enter.isAccepted());
    QMimeData broken;
    broken.setData(operatorMimeType, "no line");
    QDragEnterEvent other(QPoint(10, 10), Qt::CopyAction, &broken, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_view.get(), &other);
    QVERIFY(!other.isAccepted());
}

void GraphViewEditingTest::portToPortConnects()
{
    drag(outputPort(m_exp), inputPort(m_add, 0), "wire-port");
    QCOMPARE(inputs(m_add), (std::vector<ValueId>{m_b, m_b}));
    verifyUndo();
}

void GraphViewEditingTest::headMovesToAnotherInput()
{
    // Both inputs of the Add change places.
    drag(onEdge(m_add, 0, 0.98), inputPort(m_add, 1), "wire-head");
    QCOMPARE(inputs(m_add), (std::vector<ValueId>{m_b, m_a}));
    verifyUndo();
}

void GraphViewEditingTest::headLetGoDisconnects()
{
    drag(onEdge(m_add, 1, 0.98), QPointF(660, 700));
    QCOMPARE(inputs(m_add), (std::vector<ValueId>{m_a}));
    verifyUndo();
}

void GraphViewEditingTest::tailMovesToAnotherValue()
{
    const auto box = m_view->diagram()->boxOf(m_x);
    // A bit down the edge: its very beginning is the port, from which a new one is drawn.
    const QPointF port = outputPort(m_exp);
    QPointF tail;
    for (double fraction = 0; fraction < 0.5; fraction += 0.01)
        if (tail = onEdge(m_add, 1, fraction); QLineF(tail, port).length() > 12)
            break;
    drag(tail, toView(m_view->diagram()->boxes()[*box].rect.center()), "wire-tail");
    QCOMPARE(inputs(m_add), (std::vector<ValueId>{m_a, m_x}));
    verifyUndo();
}

void GraphViewEditingTest::circlesAreRefused()
{
    drag(outputPort(m_exp), toView(rectOf(m_relu).center()), "wire-circle");
    QCOMPARE(m_document->undoStack().index(), 0);
    QCOMPARE(inputs(m_relu), (std::vector<ValueId>{m_x}));
}

void GraphViewEditingTest::escapeEndsADrag()
{
    press(outputPort(m_exp), inputPort(m_add, 0));
    QTest::keyClick(m_view.get(), Qt::Key_Escape);
    mouse(QEvent::MouseButtonRelease, inputPort(m_add, 0));
    QCOMPARE(m_document->undoStack().index(), 0);
    press(toView(rectOf(m_relu).center()), QPointF(600, 300));
    QTest::keyClick(m_view.get(), Qt::Key_Escape);
    mouse(QEvent::MouseButtonRelease, QPointF(600, 300));
    const QRectF before = rectOf(m_relu);
    QTest::qWait(100);
    QCOMPARE(rectOf(m_relu), before);
}

void GraphViewEditingTest::nodesAreMovedAndStay()
{
    const QRectF relu = rectOf(m_relu), exp = rectOf(m_exp);
    const QPointF origin = m_view->viewport().origin();
    const QPointF way(120, 30);
    drag(toView(relu.center()), toView(relu.center()) + way, "node-moved");
    settle();
    const QPointF moved = way / m_view->zoom();
    QVERIFY((rectOf(m_relu).center() - relu.center() - moved).manhattanLength() < 2);
    QCOMPARE(rectOf(m_exp), exp);
    QCOMPARE(m_view->viewport().origin(), origin);
    QCOMPARE(m_document->undoStack().index(), 0);  // no edit
    photograph("node-moved-after");
    // An edit lays the diagram out again.
    QVERIFY(m_document->edit(RenameNode{m_exp, "renamed"}, "Rename"));
    settle();
    QVERIFY((rectOf(m_relu).center() - rectOf(m_exp).center() - (relu.center() + moved - exp.center())).manhattanLength() < 2);
    // Another view of the file finds it there.
    GraphView other(m_tasks.get(), Theme::light());
    other.setDocument(m_document.get());
    QVERIFY(QTest::qWaitFor([&] { return other.diagram() && !other.isBusy(); }));
    QCOMPARE(other.diagram()->boxes()[*other.diagram()->boxOf(m_relu)].rect, rectOf(m_relu));
    other.setDocument(nullptr);
}

void GraphViewEditingTest::movedNodesGoBack()
{
    const QRectF relu = rectOf(m_relu), exp = rectOf(m_exp);
    m_document->select({{m_relu, m_exp}, {}, {}});
    drag(toView(relu.center()), toView(relu.center()) + QPointF(60, 0));
    settle();
    QVERIFY(rectOf(m_exp) != exp);  // the selection moves as one
    m_view->resetPlaces();
    settle();
    QCOMPARE(rectOf(m_relu), relu);
    QCOMPARE(rectOf(m_exp), exp);
}

void GraphViewEditingTest::foldingSurvivesEdits()
{
    GraphMaker make;
    ValueId value = make.input("x", {1, 4});
    std::vector<NodeId> nodes;
    for (int block = 0; block < 3; ++block) {
        const ScopeId scope = make.model.addScope({}, "block" + std::to_string(block));
        for (const char* op : {"Relu", "Exp"}) {
            value = make.node(op, "/block" + std::to_string(block) + "/" + op, {value}, {}, {1, 4});
            make.model.node(make.last).scope = scope;
            nodes.push_back(make.last);
        }
    }
    make.output(value);
    Document document("folded.onnx", std::make_shared<const Model>(std::move(make.model)));
    m_view->setDocument(&document);
    const auto wait = [this] { return QTest::qWaitFor([this] { return m_view->diagram() && !m_view->isBusy(); }); };
    QVERIFY(wait());
    m_view->foldAll();
    QVERIFY(wait());
    const Hierarchy& hierarchy = *m_view->diagram()->hierarchy();
    m_view->setExpanded(hierarchy.moduleOf(nodes[2]), true);
    QVERIFY(QTest::qWaitFor([&] { return !m_view->isBusy() && m_view->diagram()->boxOf(nodes[2]); }));
    // The first block goes: the modules behind it get other numbers.
    QVERIFY(document.edit(Macro{{SetInput{nodes[2], 0, document.model()->graph(document.model()->mainGraph).inputs[0]}, RemoveNode{nodes[1]}, RemoveNode{nodes[0]}}, {}}, "Cut"));
    QVERIFY(wait());
    QVERIFY(m_view->diagram()->boxOf(nodes[2]));
    QVERIFY(!m_view->diagram()->boxOf(nodes[4]));
    m_view->setDocument(m_document.get());
}

QTEST_MAIN(GraphViewEditingTest)
#include "graphvieweditingtest.moc"
