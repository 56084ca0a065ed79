#include "ui/document/document.h"

#include <QTest>
#include <array>

using namespace tenscope;

class DocumentTest : public QObject {
    Q_OBJECT

private slots:
    void init();
    void saysWhenTheSelectionChanges();
    void entersAndLeavesBodies();
    void revealsNodesInsideBodies();
    void revealsAWeightAtItsReader();
    void revealsNothingForWhatIsNotThere();

private:
    template <class T>
    int count() const
    {
        return int(std::count_if(m_changes.begin(), m_changes.end(), [](const Change& c) { return std::holds_alternative<T>(c); }));
    }

    NodeId m_relu, m_if, m_inner, m_deep;
    ValueId m_weight;
    GraphId m_body, m_deepBody;
    std::unique_ptr<Document> m_document;
    std::vector<Change> m_changes;
};

// main: Relu(w) → If { body: If { deep: Neg } }
void DocumentTest::init()
{
    auto model = std::make_shared<Model>();
    const GraphId main = model->mainGraph = model->addGraph("main");
    m_weight = model->addStoredValue(main, "w", model->addTensor({}));
    const auto add = [&](GraphId graph, const char* op) {
        const std::array inputs{m_weight};
        const std::array outputs{model->addValue(graph, op)};
        return model->addNode(graph, model->addOperator({"", op, "", {}, {}}), inputs, outputs);
    };
    m_relu = add(main, "Relu");
    m_if = add(main, "If");
    m_body = model->addGraph("body", m_if, "then_branch");
    m_inner = add(m_body, "If");
    m_deepBody = model->addGraph("deep", m_inner, "then_branch");
    m_deep = add(m_deepBody, "Neg");

    m_document = std::make_unique<Document>("/models/example.onnx", model);
    m_changes.clear();
    connect(m_document.get(), &Document::changed, this, [this](const Change& change) { m_changes.push_back(change); });
}

void DocumentTest::saysWhenTheSelectionChanges()
{
    QCOMPARE(m_document->title(), QString("example.onnx"));
    m_document->selectNode(m_relu);
    m_document->selectNode(m_relu);
    QCOMPARE(count<SelectionChanged>(), 1);
    QVERIFY(m_document->selection().current() == m_relu);
    m_document->selectNode({});
    QVERIFY(m_document->selection().isEmpty());
    QCOMPARE(count<SelectionChanged>(), 2);
}

void DocumentTest::entersAndLeavesBodies()
{
    m_document->enterGraph(m_body);
    m_document->enterGraph(m_deepBody);
    QCOMPARE(int(m_document->graphPath().size()), 3);
    m_document->leaveGraph();
    QVERIFY(m_document->currentGraph() == m_body);
    QVERIFY(m_document->selection().current() == m_inner);  // where one came from
    m_document->leaveGraph();
    m_document->leaveGraph();
    QCOMPARE(int(m_document->graphPath().size()), 1);
    QCOMPARE(count<CurrentGraphChanged>(), 4);
}

void DocumentTest::revealsNodesInsideBodies()
{
    m_document->reveal(m_deep);
    const std::vector<GraphId> expected{m_document->model()->mainGraph, m_body, m_deepBody};
    QVERIFY(m_document->graphPath() == expected);
    QVERIFY(m_document->selection().current() == m_deep);
    QCOMPARE(count<RevealRequested>(), 1);
    m_document->reveal(m_relu);
    QCOMPARE(int(m_document->graphPath().size()), 1);
}

void DocumentTest::revealsAWeightAtItsReader()
{
    m_document->reveal(m_weight);
    QVERIFY(m_document->selection().current() == m_document->model()->value(m_weight).uses().front().node);
}

void DocumentTest::revealsNothingForWhatIsNotThere()
{
    m_document->reveal(NodeId());
    m_document->reveal(NodeId(999));
    m_document->reveal(ValueId(999));
    QVERIFY(m_changes.empty());
}

QTEST_GUILESS_MAIN(DocumentTest)
#include "documenttest.moc"
