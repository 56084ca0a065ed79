#include "ui/document/selectionedits.h"

#include <QTest>
#include <array>

#include "tests/support/samemodel.h"
#include "ui/document/document.h"
#include "ui/document/nodemimedata.h"

using namespace tenscope;

class SelectionEditsTest : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void removes();
    void removesWithBypass();
    void bypassOfSeveralIsOneStep();
    void removesOutputs();
    void nothingSelectedIsRefused();
    void duplicates();
    void pastesBesideWhatWasCopied();
    void pastesWhatWasCut();
    void pastesIntoAnotherDocument();
    void otherDialectsAreRefused();
    void makesOutputs();
    void keepsSelectionOnly();

private:
    const Model& model() const { return *m_document->model(); }
    std::vector<NodeId> nodes() const
    {
        std::vector<NodeId> found;
        for (const NodeId node : model().nodes(m_main))
            found.push_back(node);
        return found;
    }

    GraphId m_main;
    ValueId m_x, m_y, m_z;
    NodeId m_relu, m_neg;
    std::shared_ptr<const Model> m_original;
    std::unique_ptr<Document> m_document;
};

// x → Relu → y → Neg → z (an output)
void SelectionEditsTest::init()
{
    auto model = std::make_shared<Model>();
    m_main = model->mainGraph = model->addGraph("main");
    m_x = model->addValue(m_main, "x");
    model->graph(m_main).inputs = {m_x};
    const auto add = [&](const char* op, ValueId input, const char* output) {
        const std::array inputs{input};
        const std::array outputs{model->addValue(m_main, output)};
        return model->addNode(m_main, model->addOperator({"", op, "", {}, {}}), inputs, outputs);
    };
    m_relu = add("Relu", m_x, "y");
    m_y = model->node(m_relu).outputs()[0];
    m_neg = add("Neg", m_y, "z");
    m_z = model->node(m_neg).outputs()[0];
    model->graph(m_main).outputs = {m_z};
    m_original = model;
    m_document = std::make_unique<Document>("/models/example.onnx", model);
}

// Whatever was done: undo gives the model that was read, redo the edited one.
void SelectionEditsTest::cleanup()
{
    const auto edited = m_document->model();
    std::string why;
    QVERIFY2(edited->isConsistent(&why), why.c_str());
    m_document->undoStack().setIndex(0);
    QVERIFY2(sameModel(*m_original, model(), &why), why.c_str());
    m_document->undoStack().setIndex(m_document->undoStack().count());
    QVERIFY2(sameModel(*edited, model(), &why), why.c_str());
}

void SelectionEditsTest::removes()
{
    m_document->selectNode(m_relu);
    QVERIFY(removeSelection(*m_document, Removal::Plain));
    QVERIFY(nodes() == std::vector{m_neg});
    QVERIFY(!model().value(m_y).producer());
    QVERIFY(m_document->selection().isEmpty());
}

void SelectionEditsTest::removesWithBypass()
{
    m_document->selectNode(m_relu);
    QVERIFY(removeSelection(*m_document, Removal::Bypass));
    QVERIFY(model().node(m_neg).inputs()[0].value == m_x);
}

void SelectionEditsTest::bypassOfSeveralIsOneStep()
{
    QVERIFY(m_document->edit(AddNode{m_main, {"", "Abs", "", {}, {}}, "", {}, {m_z}, {{"a", {}}}, {}, {}}, "Add"));
    m_document->select({{m_relu, m_neg}, {}, {}});
    QVERIFY(m_document->edit(RemoveGraphOutput{m_main, 0}, "Remove"));
    QVERIFY(removeSelection(*m_document, Removal::Bypass));
    QCOMPARE(nodes().size(), std::size_t(1));
    QVERIFY(model().node(nodes()[0]).inputs()[0].value == m_x);
    QCOMPARE(m_document->undoStack().count(), 3);
}

void SelectionEditsTest::removesOutputs()
{
    m_document->select({{}, m_z, {}});
    QVERIFY(removeSelection(*m_document, Removal::Plain));
    QVERIFY(model().graph(m_main).outputs.empty());
    // A value between two nodes is no port.
    m_document->select({{}, m_y, {}});
    QVERIFY(!removeSelection(*m_document, Removal::Plain));
}

void SelectionEditsTest::nothingSelectedIsRefused()
{
    QVERIFY(!removeSelection(*m_document, Removal::Plain));
    QVERIFY(!duplicateSelection(*m_document));
    QVERIFY(!makeOutputs(*m_document));
    QCOMPARE(m_document->undoStack().count(), 0);
}

void SelectionEditsTest::duplicates()
{
    m_document->select({{m_neg, m_relu}, {}, {}});
    QVERIFY(duplicateSelection(*m_document));
    QCOMPARE(nodes().size(), std::size_t(4));
    const std::vector<NodeId> copies = m_document->selection().nodes;
    QCOMPARE(copies.size(), std::size_t(2));
    QVERIFY(model().node(copies[0]).inputs()[0].value == m_x);
    QVERIFY(model().node(copies[1]).inputs()[0].value == model().node(copies[0]).outputs()[0]);
}

void SelectionEditsTest::pastesBesideWhatWasCopied()
{
    m_document->selectNode(m_neg);
    const NodeMimeData copied(*m_document);
    QVERIFY(paste(*m_document, copied));
    const NodeId copy = m_document->selection().current();
    QVERIFY(copy && copy != m_neg);
    QVERIFY(model().node(copy).inputs()[0].value == m_y);
    QVERIFY(model().value(model().node(copy).outputs()[0]).name != "z");
}

void SelectionEditsTest::pastesWhatWasCut()
{
    m_document->select({{m_relu, m_neg}, {}, {}});
    const NodeMimeData copied(*m_document);
    QVERIFY(removeSelection(*m_document, Removal::Plain));
    QVERIFY(paste(*m_document, copied));
    const std::vector<NodeId> pasted = nodes();
    QCOMPARE(pasted.size(), std::size_t(2));
    QVERIFY(model().node(pasted[0]).inputs()[0].value == m_x);
    QVERIFY(model().node(pasted[1]).inputs()[0].value == model().node(pasted[0]).outputs()[0]);
}

void SelectionEditsTest::pastesIntoAnotherDocument()
{
    auto source = std::make_shared<Model>();
    const GraphId graph = source->mainGraph = source->addGraph("main");
    Tensor tensor;
    tensor.element = ElementType::Float32;
    tensor.shape = {1};
    tensor.data = OwnedBytes{std::make_shared<const std::vector<std::byte>>(4)};
    const ValueId weight = source->addStoredValue(graph, "weight", source->addTensor(tensor));
    const ValueId image = source->addValue(graph, "image");
    source->graph(graph).inputs = {image};
    const std::array inputs{image, weight};
    const std::array outputs{source->addValue(graph, "sum")};
    const NodeId add = source->addNode(graph, source->addOperator({"", "Add", "", {}, {}}), inputs, outputs);
    Document other("/models/other.onnx", source);
    other.selectNode(add);
    const NodeMimeData copied(other);
    QVERIFY(paste(*m_document, copied));
    const Node& pasted = model().node(m_document->selection().current());
    QVERIFY(!pasted.inputs()[0].value);
    QCOMPARE(model().value(pasted.inputs()[1].value).name, std::string("weight"));
    QVERIFY(model().value(pasted.inputs()[1].value).tensor);
}

void SelectionEditsTest::otherDialectsAreRefused()
{
    auto script = std::make_shared<Model>(*m_original);
    script->format = Format::TorchScript;
    Document other("/models/other.pt", script);
    other.selectNode(m_neg);
    const NodeMimeData copied(other);
    const auto pasted = paste(*m_document, copied);
    QVERIFY(!pasted && !pasted.error().message.empty());
    QCOMPARE(m_document->undoStack().count(), 0);
}

void SelectionEditsTest::makesOutputs()
{
    m_document->selectNode(m_relu);
    QVERIFY(makeOutputs(*m_document));
    QVERIFY((model().graph(m_main).outputs == std::vector{m_z, m_y}));
    QVERIFY(!makeOutputs(*m_document));
}

void SelectionEditsTest::keepsSelectionOnly()
{
    m_document->selectNode(m_neg);
    QVERIFY(keepSelectionOnly(*m_document));
    QVERIFY(nodes() == std::vector{m_neg});
    QVERIFY(model().graph(m_main).inputs == std::vector{m_y});
}

QTEST_MAIN(SelectionEditsTest)
#include "selectioneditstest.moc"
