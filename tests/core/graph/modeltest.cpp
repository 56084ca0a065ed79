#include "core/graph/model.h"

#include <QElapsedTimer>
#include <QTest>

#include <malloc.h>

#include <algorithm>
#include <array>
#include <random>

using namespace tenscope;

class ModelTest : public QObject {
    Q_OBJECT
private slots:
    void init();
    void wiring();
    void oneValueReadTwiceByOneNode();
    void removedNodesComeBack();
    void order();
    void operatorsAndScopesAreSharedByName();
    void storedValues();
    void bodies();
    void functions();
    void copiesAreIndependent();
    void randomEditsKeepTheInvariants_data();
    void randomEditsKeepTheInvariants();
    void inconsistencyIsNoticed();
    void editsDoNotDependOnFanOut();
    void memoryOfAHundredThousandNodes();

private:
    OperatorId op(const char* name);
    ValueId value();
    NodeId node(const std::vector<ValueId>& inputs, const std::vector<ValueId>& outputs, NodeId before = {});
    std::vector<NodeId> listed() const;
    void verifyConsistent() const;

    Model m_model;
    GraphId m_graph;
};

void ModelTest::init()
{
    m_model = Model();
    m_graph = m_model.mainGraph = m_model.addGraph("main");
}

OperatorId ModelTest::op(const char* name)
{
    Operator result;
    result.name = name;
    return m_model.addOperator(result);
}

ValueId ModelTest::value()
{
    return m_model.addValue(m_graph, "v" + std::to_string(m_model.valueCount()));
}

NodeId ModelTest::node(const std::vector<ValueId>& inputs, const std::vector<ValueId>& outputs, NodeId before)
{
    return m_model.addNode(m_graph, op("Op"), inputs, outputs, before);
}

std::vector<NodeId> ModelTest::listed() const
{
    std::vector<NodeId> ids;
    for (const NodeId id : m_model.nodes(m_graph))
        ids.push_back(id);
    return ids;
}

void ModelTest::verifyConsistent() const
{
    std::string why;
    QVERIFY2(m_model.isConsistent(&why), why.c_str());
}

void ModelTest::wiring()
{
    const ValueId a = value(), b = value(), c = value();
    m_model.graph(m_graph).inputs.push_back(a);
    const NodeId first = node({a, {}}, {b});
    const NodeId second = node({b}, {c});
    QCOMPARE(m_model.value(b).producer(), first);
    QCOMPARE(m_model.value(b).uses(), (std::vector<Use>{{second, 0}}));
    m_model.setInput(second, 0, a);
    QVERIFY(m_model.value(b).uses().empty());
    QCOMPARE(m_model.value(a).uses().size(), std::size_t(2));
    m_model.setInput(first, 1, b);  // an input that was left out; nothing forbids a cycle
    m_model.appendInput(second, b);
    QCOMPARE(m_model.node(second).inputs().size(), std::size_t(2));
    verifyConsistent();
    m_model.removeLastInput(second);
    m_model.setInput(first, 1, {});
    QVERIFY(m_model.value(b).uses().empty());
    const ValueId more = value();
    m_model.appendOutput(second, more);
    QCOMPARE(m_model.value(more).producerOutput(), 1u);
    verifyConsistent();
    QCOMPARE(m_model.livingNodeCount(), std::size_t(2));
}

void ModelTest::oneValueReadTwiceByOneNode()
{
    const ValueId a = value(), b = value();
    const NodeId first = node({a, a, a}, {});
    node({a}, {b});
    m_model.setInput(first, 1, b);
    verifyConsistent();
    m_model.removeNode(first);
    QCOMPARE(m_model.value(a).uses().size(), std::size_t(1));
    verifyConsistent();
    m_model.restoreNode(first);
    QCOMPARE(m_model.value(a).uses().size(), std::size_t(3));
    verifyConsistent();
}

void ModelTest::removedNodesComeBack()
{
    const ValueId a = value(), b = value(), c = value();
    const NodeId first = node({a}, {b});
    const NodeId second = node({b}, {c});
    m_model.removeNode(first);
    QVERIFY(!m_model.node(first).isAlive());
    QVERIFY(!m_model.value(b).producer().isValid());
    QCOMPARE(m_model.value(b).uses().size(), std::size_t(1));  // who reads it still does
    QCOMPARE(listed(), (std::vector{second}));
    verifyConsistent();
    m_model.restoreNode(first, second);
    QCOMPARE(listed(), (std::vector{first, second}));
    QCOMPARE(m_model.value(b).producer(), first);
    verifyConsistent();

    const ValueId lonely = value();
    m_model.removeValue(lonely);
    QVERIFY(!m_model.value(lonely).isAlive());
    m_model.restoreValue(lonely);
    QVERIFY(m_model.value(lonely).isAlive());
}

void ModelTest::order()
{
    const NodeId b = node({}, {});
    const NodeId a = node({}, {}, b);
    const NodeId c = node({}, {});
    QCOMPARE(listed(), (std::vector{a, b, c}));
    m_model.moveNode(c, a);
    QCOMPARE(listed(), (std::vector{c, a, b}));
    m_model.moveNode(c, {});
    QCOMPARE(listed(), (std::vector{a, b, c}));
    m_model.moveNode(a, b);  // where it stands already
    QCOMPARE(listed(), (std::vector{a, b, c}));
    QCOMPARE(m_model.graph(m_graph).first(), a);
    QCOMPARE(m_model.graph(m_graph).last(), c);
    verifyConsistent();
}

void ModelTest::operatorsAndScopesAreSharedByName()
{
    Operator conv;
    conv.name = "conv";
    conv.domain = "aten";
    const OperatorId plain = m_model.addOperator(conv);
    conv.overload = "padding";
    QVERIFY(m_model.addOperator(conv) != plain);
    conv.overload.clear();
    QCOMPARE(m_model.addOperator(conv), plain);
    // Names that would run together without a separator.
    conv.domain = "atenc";
    conv.name = "onv";
    QVERIFY(m_model.addOperator(conv) != plain);

    const ScopeId layer = m_model.addScope({}, "layer1");
    const ScopeId block = m_model.addScope(layer, "0");
    QCOMPARE(m_model.addScope(layer, "0"), block);
    QVERIFY(m_model.addScope({}, "0") != block);
    QCOMPARE(m_model.path(block), std::string("layer1.0"));
    QCOMPARE(m_model.path({}), std::string());
}

void ModelTest::storedValues()
{
    Tensor tensor;
    tensor.element = ElementType::Int8;
    tensor.shape = {4};
    const ValueId stored = m_model.addStoredValue(m_graph, "w", m_model.addTensor(std::move(tensor)));
    QCOMPARE(m_model.graph(m_graph).initializers, (std::vector{stored}));
    QVERIFY(m_model.value(stored).type == Type::tensor(ElementType::Int8, std::vector<std::int64_t>{4}));
    QCOMPARE(m_model.tensor(m_model.value(stored).tensor).shape, (std::vector<std::int64_t>{4}));
}

void ModelTest::bodies()
{
    const NodeId owner = node({}, {});
    const GraphId then = m_model.addGraph("then", owner, "then_branch");
    const GraphId otherwise = m_model.addGraph("else", owner, "else_branch");
    m_model.node(owner).attributes.push_back({"then_branch", then, false, {}});
    m_model.node(owner).attributes.push_back({"others", std::vector{otherwise}, false, {}});
    QCOMPARE(m_model.bodies(owner), (std::vector{then, otherwise}));
    // A body reads what is around it.
    const ValueId outside = value();
    m_model.addNode(then, op("Inner"), std::array{outside}, {});
    QCOMPARE(m_model.livingNodeCount(), std::size_t(2));
    verifyConsistent();
}

void ModelTest::functions()
{
    Function function;
    function.domain = "custom";
    function.name = "Gelu";
    function.overload = "tanh";
    m_model.functions.push_back(function);
    Operator call;
    call.domain = "custom";
    call.name = "Gelu";
    QVERIFY(!m_model.function(call));
    call.overload = "tanh";
    QVERIFY(m_model.function(call) == &m_model.functions[0]);
}

void ModelTest::copiesAreIndependent()
{
    const ValueId a = value(), b = value();
    const NodeId first = node({a}, {b});
    Model copy = m_model;
    copy.removeNode(first);
    QVERIFY(m_model.node(first).isAlive());
    QCOMPARE(m_model.value(a).uses().size(), std::size_t(1));
    verifyConsistent();
    QVERIFY(copy.isConsistent());
}

void ModelTest::randomEditsKeepTheInvariants_data()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 0; seed < 20; ++seed)
        QTest::addRow("%u", seed) << seed;
}

void ModelTest::randomEditsKeepTheInvariants()
{
    QFETCH(unsigned, seed);
    std::mt19937 random(seed);
    const auto below = [&](std::size_t bound) { return std::size_t(random() % bound); };
    std::vector<NodeId> living, removed;
    std::vector<ValueId> values;
    for (int i = 0; i < 5; ++i)
        values.push_back(value());
    const auto anyValue = [&] { return below(8) == 0 ? ValueId() : values[below(values.size())]; };
    const auto anyPlace = [&] { return living.empty() || below(3) == 0 ? NodeId() : living[below(living.size())]; };

    for (int step = 0; step < 1000; ++step) {
        const std::size_t action = below(9);
        if (action <= 2 || living.empty()) {
            std::vector<ValueId> inputs, outputs;
            for (std::size_t i = below(5); i > 0; --i)
                inputs.push_back(anyValue());
            for (std::size_t i = below(3); i > 0; --i)
                outputs.push_back(value());
            values.insert(values.end(), outputs.begin(), outputs.end());
            living.push_back(node(inputs, outputs, anyPlace()));
            continue;
        }
        const std::size_t chosen = below(living.size());
        const NodeId id = living[chosen];
        const std::size_t inputs = m_model.node(id).inputs().size();
        if (action == 3) {
            m_model.removeNode(id);
            living.erase(living.begin() + std::ptrdiff_t(chosen));
            removed.push_back(id);
        } else if (action == 4 && !removed.empty()) {
            m_model.restoreNode(removed.back(), anyPlace());
            living.push_back(removed.back());
            removed.pop_back();
        } else if (action == 5 && inputs > 0) {
            m_model.setInput(id, std::uint32_t(below(inputs)), anyValue());
        } else if (action == 6) {
            m_model.appendInput(id, anyValue());
        } else if (action == 7 && inputs > 0) {
            m_model.removeLastInput(id);
        } else if (const NodeId before = anyPlace(); before != id) {
            m_model.moveNode(id, before);
        }
        if (step % 50 == 0)
            verifyConsistent();
    }
    verifyConsistent();
    std::vector<NodeId> ids = listed();
    std::sort(ids.begin(), ids.end());
    std::sort(living.begin(), living.end());
    QCOMPARE(ids, living);

    // An independent account of who reads what.
    std::vector<std::size_t> uses(m_model.valueCount());
    for (const NodeId id : living)
        for (const Input& input : m_model.node(id).inputs())
            if (input.value)
                ++uses[input.value.index()];
    for (std::size_t v = 0; v < uses.size(); ++v)
        QCOMPARE(m_model.value(ValueId(v)).uses().size(), uses[v]);
}

void ModelTest::inconsistencyIsNoticed()
{
    const ValueId a = value();
    const NodeId first = node({a}, {});
    verifyConsistent();
    m_model.node(first).graph = m_model.addGraph("other");
    std::string why;
    QVERIFY(!m_model.isConsistent(&why));
    QVERIFY(!why.empty());
}

// A mask that ten thousand, and a hundred thousand nodes read: rewiring one of them must not search the others.
void ModelTest::editsDoNotDependOnFanOut()
{
    const auto nanoseconds = [this](int fanOut) {
        init();
        const ValueId mask = value(), other = value();
        std::vector<NodeId> readers;
        for (int i = 0; i < fanOut; ++i)
            readers.push_back(node({mask}, {}));
        constexpr int edits = 5000;
        qint64 best = std::numeric_limits<qint64>::max();
        for (int attempt = 0; attempt < 5; ++attempt) {
            QElapsedTimer timer;
            timer.start();
            for (int i = 0; i < edits; ++i) {
                m_model.setInput(readers[std::size_t(i)], 0, other);
                m_model.setInput(readers[std::size_t(i)], 0, mask);
                m_model.removeNode(readers[std::size_t(i)]);
                m_model.restoreNode(readers[std::size_t(i)], readers[std::size_t(i) + 1]);
            }
            best = std::min(best, timer.nsecsElapsed() / edits);
        }
        return best;
    };
    const qint64 narrow = nanoseconds(10'000);
    const qint64 wide = nanoseconds(100'000);
    // Searching would be ten times as slow at least; caches and other programs may cost some of that.
    QVERIFY2(wide < narrow * 5 + 1000,
             qPrintable(QString("%1 ns with 10,000 readers, %2 ns with 100,000").arg(narrow).arg(wide)));
}

void ModelTest::memoryOfAHundredThousandNodes()
{
    const std::size_t before = ::mallinfo2().uordblks + ::mallinfo2().hblkhd;
    const ScopeId scope = m_model.addScope({}, "block");
    ValueId last = m_model.addValue(m_graph, "input",
                                    Type::tensor(ElementType::Float32, std::vector<std::int64_t>{1, 64, 56, 56}));
    for (int i = 0; i < 100'000; ++i) {
        // As an exporter writes it: long names, an attribute of two numbers, a known shape.
        const std::string name = "/features/features." + std::to_string(i) + "/Conv";
        const ValueId output = m_model.addValue(
            m_graph, name + "_output_0", Type::tensor(ElementType::Float32, std::vector<std::int64_t>{1, 64, 56, 56}));
        const NodeId id = node({last}, {output});
        m_model.node(id).name = name;
        m_model.node(id).scope = scope;
        m_model.node(id).attributes.push_back({"strides", std::vector<std::int64_t>{1, 1}, false, {}});
        last = output;
    }
    const std::size_t bytes = ::mallinfo2().uordblks + ::mallinfo2().hblkhd - before;
    QVERIFY2(bytes < 100'000'000, qPrintable(QString::number(bytes)));
    qInfo("%.1f MB", double(bytes) / 1e6);
}

QTEST_APPLESS_MAIN(ModelTest)
#include "modeltest.moc"
