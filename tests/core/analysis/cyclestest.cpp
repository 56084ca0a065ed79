#include "core/analysis/cycles.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <random>
#include <set>

#include "core/graph/model.h"

using namespace tenscope;

class CyclesTest : public QObject {
    Q_OBJECT
private slots:
    void init();
    void sorted();
    void capturesCountAsTheirOwners();
    void cycleThroughABody();
    void valuesOfOtherGraphs();
    void randomGraphs_data();
    void randomGraphs();

private:
    NodeId node(GraphId graph, const std::vector<ValueId>& inputs, ValueId output);

    Model m_model;
    GraphId m_graph;
};

void CyclesTest::init()
{
    m_model = Model();
    m_graph = m_model.mainGraph = m_model.addGraph("main");
}

NodeId CyclesTest::node(GraphId graph, const std::vector<ValueId>& inputs, ValueId output)
{
    return m_model.addNode(graph, m_model.addOperator({}), inputs, std::array{output});
}

void CyclesTest::sorted()
{
    const ValueId a = m_model.addValue(m_graph, "a"), b = m_model.addValue(m_graph, "b");
    node(m_graph, {}, a);
    node(m_graph, {a, a, {}}, b);
    const OrderFaults faults = orderFaults(m_model);
    QVERIFY(faults.early.empty() && faults.cycles.empty() && faults.unreachable.empty());
}

void CyclesTest::capturesCountAsTheirOwners()
{
    const ValueId late = m_model.addValue(m_graph, "late");
    const NodeId owner = node(m_graph, {}, m_model.addValue(m_graph, "a"));
    const GraphId body = m_model.addGraph("body", owner, "body");
    const NodeId inner = node(body, {}, m_model.addValue(body, "b"));
    const GraphId innermost = m_model.addGraph("innermost", inner, "body");
    const NodeId reader = node(innermost, {late}, m_model.addValue(innermost, "c"));
    const NodeId producer = node(m_graph, {}, late);
    OrderFaults faults = orderFaults(m_model);
    QCOMPARE(faults.early, (std::vector<std::pair<NodeId, ValueId>>{{reader, late}}));
    QVERIFY(faults.cycles.empty());
    m_model.moveNode(producer, owner);
    faults = orderFaults(m_model);
    QVERIFY(faults.early.empty());
}

void CyclesTest::cycleThroughABody()
{
    const ValueId result = m_model.addValue(m_graph, "result");
    const NodeId owner = node(m_graph, {}, result);
    const GraphId body = m_model.addGraph("body", owner, "body");
    node(body, {result}, m_model.addValue(body, "b"));
    const OrderFaults faults = orderFaults(m_model);
    QCOMPARE(faults.cycles, (std::vector<std::vector<NodeId>>{{owner}}));
    QVERIFY(faults.early.empty());
}

void CyclesTest::valuesOfOtherGraphs()
{
    const NodeId owner = node(m_graph, {}, m_model.addValue(m_graph, "a"));
    const GraphId body = m_model.addGraph("body", owner, "body");
    const ValueId inside = m_model.addValue(body, "inside");
    node(body, {}, inside);
    const NodeId reader = node(m_graph, {inside}, m_model.addValue(m_graph, "b"));
    const OrderFaults faults = orderFaults(m_model);
    QCOMPARE(faults.unreachable, (std::vector<std::pair<NodeId, ValueId>>{{reader, inside}}));
}

void CyclesTest::randomGraphs_data()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 0; seed < 30; ++seed)
        QTest::addRow("%u", seed) << seed;
}

// Against the definition: nodes that reach each other, by transitive closure.
void CyclesTest::randomGraphs()
{
    QFETCH(unsigned, seed);
    std::mt19937 random(seed);
    constexpr std::size_t count = 30;
    std::vector<ValueId> values;
    std::vector<NodeId> nodes;
    for (std::size_t i = 0; i < count; ++i)
        values.push_back(m_model.addValue(m_graph, std::to_string(i)));
    std::array<std::array<bool, count>, count> reaches{};
    std::size_t backward = 0;
    for (std::size_t i = 0; i < count; ++i) {
        std::vector<ValueId> inputs;
        for (unsigned k = random() % 3; k > 0; --k) {
            const std::size_t source = random() % count;
            inputs.push_back(values[source]);
            reaches[source][i] = true;
            backward += source >= i;
        }
        nodes.push_back(node(m_graph, inputs, values[i]));
    }
    for (std::size_t k = 0; k < count; ++k)
        for (std::size_t i = 0; i < count; ++i)
            for (std::size_t j = 0; j < count; ++j)
                reaches[i][j] = reaches[i][j] || (reaches[i][k] && reaches[k][j]);
    std::set<std::set<NodeId>> expected;
    for (std::size_t i = 0; i < count; ++i) {
        std::set<NodeId> component;
        for (std::size_t j = 0; j < count; ++j)
            if (reaches[i][j] && reaches[j][i])
                component.insert(nodes[j]);
        if (!component.empty())
            expected.insert(component);
    }
    const OrderFaults faults = orderFaults(m_model);
    std::set<std::set<NodeId>> found;
    for (const std::vector<NodeId>& cycle : faults.cycles)
        QVERIFY(found.emplace(cycle.begin(), cycle.end()).second);
    QVERIFY(found == expected);

    // What is left is backward, and in no cycle.
    QVERIFY(faults.early.size() <= backward);
    for (const auto& [reader, value] : faults.early) {
        const std::size_t from = m_model.value(value).producer().index(), to = reader.index();
        QVERIFY(from >= to && !reaches[to][from]);
    }
}

QTEST_APPLESS_MAIN(CyclesTest)
#include "cyclestest.moc"
