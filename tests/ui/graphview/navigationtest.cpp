#include "ui/graphview/navigation.h"

#include <QTest>

#include "tests/support/graphmaker.h"

using namespace tenscope;

// x → a → b → d, a → c → d, d → out: a diamond, and e beside it on its own.
class NavigationTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void upAndDownFollowEdges();
    void siblingsAreLeftAndRight();
    void closures();
    void pathsBetween();

private:
    Diagram::Index at(NodeId node) const { return *m_diagram.boxOf(node); }
    std::vector<Diagram::Index> sorted(std::vector<Diagram::Index> boxes) const
    {
        std::sort(boxes.begin(), boxes.end());
        return boxes;
    }

    NodeId m_a, m_b, m_c, m_d, m_e;
    Diagram::Index m_input = 0, m_output = 0;
    Diagram m_diagram;
};

void NavigationTest::initTestCase()
{
    GraphMaker make;
    const ValueId x = make.input("x", {1});
    const auto node = [&](const char* name, const std::vector<ValueId>& inputs, NodeId& id) {
        const ValueId value = make.node("Relu", name, inputs);
        id = make.last;
        return value;
    };
    const ValueId a = node("a", {x}, m_a);
    const ValueId b = node("b", {a}, m_b);
    const ValueId c = node("c", {a}, m_c);
    const ValueId d = node("d", {b, c}, m_d);
    node("e", {}, m_e);
    make.output(d);
    Progress progress;
    DiagramOptions options;
    options.expansion = Expansion::all();
    m_diagram = *buildDiagram(make.model, make.graph, options, progress);
    for (Diagram::Index box = 0; box < m_diagram.boxes().size(); ++box) {
        if (m_diagram.boxes()[box].kind == DiagramBox::Kind::Input)
            m_input = box;
        if (m_diagram.boxes()[box].kind == DiagramBox::Kind::Output)
            m_output = box;
    }
}

void NavigationTest::upAndDownFollowEdges()
{
    QCOMPARE(neighbour(m_diagram, at(m_a), Direction::Up), std::optional(m_input));
    QCOMPARE(neighbour(m_diagram, at(m_b), Direction::Down), std::optional(at(m_d)));
    QCOMPARE(neighbour(m_diagram, at(m_b), Direction::Up), std::optional(at(m_a)));
    QCOMPARE(neighbour(m_diagram, at(m_d), Direction::Down), std::optional(m_output));
    QVERIFY(!neighbour(m_diagram, m_output, Direction::Down));
    QVERIFY(!neighbour(m_diagram, m_input, Direction::Up));
    const auto below = neighbour(m_diagram, at(m_a), Direction::Down);
    QVERIFY(below == at(m_b) || below == at(m_c));
}

void NavigationTest::siblingsAreLeftAndRight()
{
    const bool isLeft = m_diagram.boxes()[at(m_b)].rect.center().x() < m_diagram.boxes()[at(m_c)].rect.center().x();
    const NodeId left = isLeft ? m_b : m_c, right = isLeft ? m_c : m_b;
    QCOMPARE(neighbour(m_diagram, at(left), Direction::Right), std::optional(at(right)));
    QCOMPARE(neighbour(m_diagram, at(right), Direction::Left), std::optional(at(left)));
}

void NavigationTest::closures()
{
    const std::vector<Diagram::Index> d{at(m_d)}, a{at(m_a)}, b{at(m_b)};
    QCOMPARE(upstream(m_diagram, d), sorted({m_input, at(m_a), at(m_b), at(m_c), at(m_d)}));
    QCOMPARE(downstream(m_diagram, b), sorted({at(m_b), at(m_d), m_output}));
    QCOMPARE(upstream(m_diagram, {}), std::vector<Diagram::Index>());
}

void NavigationTest::pathsBetween()
{
    const std::vector<Diagram::Index> ends{at(m_a), at(m_d)};
    QCOMPARE(between(m_diagram, ends), sorted({at(m_a), at(m_b), at(m_c), at(m_d)}));
    // No way from one to the other: only they themselves.
    const std::vector<Diagram::Index> apart{at(m_b), at(m_c)};
    QCOMPARE(between(m_diagram, apart), sorted({at(m_b), at(m_c)}));
    const std::vector<Diagram::Index> one{at(m_b)};
    QCOMPARE(between(m_diagram, one), sorted({m_input, at(m_a), at(m_b), at(m_d), m_output}));
}

QTEST_MAIN(NavigationTest)
#include "navigationtest.moc"
