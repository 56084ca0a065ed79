#include "core/analysis/search.h"

#include <QTest>
#include <array>

using namespace tenscope;

class SearchTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void finds_data();
    void finds();
    void saysWhatMatched();
    void stopsWhenCancelled();

private:
    std::vector<std::string> names(const std::string& query) const
    {
        Progress progress;
        std::vector<std::string> result;
        const auto hits = search(m_model, query, progress);  // named: a loop does not keep what its range was taken from
        for (const SearchHit& hit : *hits)
            result.push_back(m_model.node(hit.node).name);
        return result;
    }

    Model m_model;
};

// image → Conv(kernel_shape 3, 3; W conv1.weight) → Relu, with a Constant that is plumbing; names in module layer1.
void SearchTest::initTestCase()
{
    const GraphId graph = m_model.mainGraph = m_model.addGraph("main");
    const ValueId image = m_model.addValue(graph, "image");
    m_model.graph(graph).inputs = {image};
    const ValueId weight = m_model.addStoredValue(graph, "conv1.weight", m_model.addTensor({}));
    const ValueId hidden = m_model.addValue(graph, "hidden");
    const ValueId result = m_model.addValue(graph, "result");
    const ValueId constant = m_model.addValue(graph, "constant");
    const auto add = [&](const char* op, const char* name, std::vector<ValueId> inputs, ValueId output) {
        const NodeId id = m_model.addNode(graph, m_model.addOperator({"", op, "", {}, {}}), inputs, std::array{output});
        m_model.node(id).name = name;
        return id;
    };
    const NodeId conv = add("Conv", "first", {image, weight}, hidden);
    m_model.node(conv).attributes.push_back({"kernel_shape", std::vector<std::int64_t>{3, 3}, false, {}});
    m_model.node(conv).scope = m_model.addScope({}, "layer1");
    add("Constant", "settings", {}, constant);
    add("Relu", "second", {hidden}, result);
}

void SearchTest::finds_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("expected");
    QTest::newRow("nothing asked") << "  " << "";
    QTest::newRow("name") << "first" << "first";
    QTest::newRow("operator in other case") << "RELU" << "second";
    QTest::newRow("module") << "layer1" << "first";
    QTest::newRow("weight") << "conv1.weight" << "first";
    QTest::newRow("output") << "hidden" << "first";  // at its producer only
    QTest::newRow("graph input") << "image" << "first";
    QTest::newRow("attribute") << "kernel_shape=3" << "first";
    QTest::newRow("all words") << "conv layer1" << "first";
    QTest::newRow("not all words") << "relu layer1" << "";
    QTest::newRow("bound to a place") << "op:first" << "";
    QTest::newRow("bound to its place") << "attr:kernel op:conv" << "first";
    QTest::newRow("plumbing stays out") << "Constant" << "";
    QTest::newRow("plumbing by name") << "name:settings" << "settings";
    QTest::newRow("several") << "o" << "first second";
}

void SearchTest::finds()
{
    QFETCH(QString, query);
    QFETCH(QString, expected);
    QString found;
    for (const std::string& name : names(query.toStdString()))
        found += (found.isEmpty() ? "" : " ") + QString::fromStdString(name);
    QCOMPARE(found, expected);
}

void SearchTest::saysWhatMatched()
{
    Progress progress;
    const auto hits = search(m_model, "kernel", progress);
    QCOMPARE(hits->front().matched, std::string("kernel_shape 3, 3"));
}

void SearchTest::stopsWhenCancelled()
{
    Model large;
    const GraphId graph = large.mainGraph = large.addGraph("main");
    const OperatorId op = large.addOperator({"", "Neg", "", {}, {}});
    for (int i = 0; i < 5000; ++i)
        large.addNode(graph, op, {}, {});
    Progress progress;
    progress.cancel();
    const auto hits = search(large, "neg", progress);
    QVERIFY(!hits && hits.error().isCancelled());
}

QTEST_GUILESS_MAIN(SearchTest)
#include "searchtest.moc"
