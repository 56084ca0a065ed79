#include <QTemporaryDir>
#include <QTest>
#include <array>
#include <filesystem>
#include <fstream>

#include "tests/support/samemodel.h"
#include "ui/document/document.h"
#include "ui/document/editcommand.h"

using namespace tenscope;

class DocumentEditTest : public QObject {
    Q_OBJECT

private slots:
    void init();
    void editsUndoAndRedo();
    void snapshotsStayWhatTheyWere();
    void sayWhatWasTouched();
    void refusalsChangeNothing();
    void typingIsOneStep();
    void severalStepsAreToldOnce();
    void whatIsRemovedIsNotSelected();
    void runsAreForgottenWhenResultsMayChange();
    void savingMakesItClean();
    void takesInferredTypes();
    void takesBackOneStepThatStandsAlone();
    void comesBackFromItsJournal();

private:
    template <class T>
    std::vector<T> told() const
    {
        std::vector<T> found;
        for (const Change& change : m_changes)
            if (const T* one = std::get_if<T>(&change))
                found.push_back(*one);
        return found;
    }
    const Model& model() const { return *m_document->model(); }
    void verifySame(const Model& expected) const
    {
        std::string why;
        QVERIFY2(sameModel(expected, model(), &why), why.c_str());
        QVERIFY2(model().isConsistent(&why), why.c_str());
    }

    GraphId m_main;
    ValueId m_x, m_y, m_z;
    NodeId m_relu, m_neg;
    std::shared_ptr<const Model> m_original;
    std::unique_ptr<Document> m_document;
    std::vector<Change> m_changes;
};

// x → Relu → y → Neg → z
void DocumentEditTest::init()
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
    m_changes.clear();
    connect(m_document.get(), &Document::changed, this, [this](const Change& change) { m_changes.push_back(change); });
}

void DocumentEditTest::editsUndoAndRedo()
{
    QVERIFY(m_document->edit(RenameNode{m_relu, "first"}, "Rename"));
    QVERIFY(m_document->edit(RemoveNode{m_neg}, "Delete"));
    const auto edited = m_document->model();
    QCOMPARE(m_document->undoStack().undoText(), QString("Delete"));
    m_document->undoStack().undo();
    QVERIFY(model().node(m_neg).isAlive());
    QCOMPARE(model().node(m_relu).name, std::string("first"));
    m_document->undoStack().undo();
    verifySame(*m_original);
    m_document->undoStack().setIndex(2);
    verifySame(*edited);
}

void DocumentEditTest::snapshotsStayWhatTheyWere()
{
    const auto before = m_document->model();
    QVERIFY(m_document->edit(RenameNode{m_relu, "first"}, "Rename"));
    QVERIFY(m_document->edit(AddNode{m_main, {"", "Abs", "", {}, {}}, "", {}, {m_y}, {{"a", {}}}, {}, {}}, "Add"));
    QVERIFY(before->node(m_relu).name.empty());
    QCOMPARE(before->nodeCount(), std::size_t(2));
    QCOMPARE(before->value(m_y).uses().size(), std::size_t(1));
    QCOMPARE(model().value(m_y).uses().size(), std::size_t(2));
    QVERIFY(before->isConsistent());
}

void DocumentEditTest::sayWhatWasTouched()
{
    const auto touched = m_document->edit(SetInput{m_neg, 0, m_x}, "Connect");
    QVERIFY(touched);
    QVERIFY(touched->isWiring && touched->isResults);
    QVERIFY(touched->nodes == std::vector{m_neg});
    // What was connected before is touched as well.
    QVERIFY(std::find(touched->values.begin(), touched->values.end(), m_y) != touched->values.end());
    QVERIFY(std::find(touched->values.begin(), touched->values.end(), m_x) != touched->values.end());
    const auto changes = told<ModelChanged>();
    QCOMPARE(changes.size(), std::size_t(1));
    QVERIFY(changes[0].touched.nodes == touched->nodes);
    const auto renamed = m_document->edit(RenameNode{m_neg, "last"}, "Rename");
    QVERIFY(renamed && renamed->isLabels && !renamed->isWiring && !renamed->isResults);
}

void DocumentEditTest::refusalsChangeNothing()
{
    const auto before = m_document->model();
    QVERIFY(!m_document->edit(SetInput{m_relu, 0, m_z}, "Connect"));  // would close a circle
    QVERIFY(!m_document->edit(Macro{{RenameNode{m_relu, "first"}, RenameNode{NodeId(99), "none"}}, {}}, "Rename"));
    QVERIFY(m_document->model() == before);
    QVERIFY(m_changes.empty());
    QVERIFY(!m_document->isEdited());
}

void DocumentEditTest::typingIsOneStep()
{
    QVERIFY(m_document->edit(RenameNode{m_relu, "first"}, "Rename"));
    for (const char* text : {"l", "la", "las", "last"})
        QVERIFY(m_document->edit(RenameNode{m_relu, text}, "Rename", EditMerge::Typing));
    QCOMPARE(m_document->undoStack().count(), 2);
    m_document->undoStack().undo();
    QCOMPARE(model().node(m_relu).name, std::string("first"));
    m_document->undoStack().redo();
    QCOMPARE(model().node(m_relu).name, std::string("last"));
    // Another node is another step.
    QVERIFY(m_document->edit(RenameNode{m_neg, "n"}, "Rename", EditMerge::Typing));
    QCOMPARE(m_document->undoStack().count(), 3);
}

void DocumentEditTest::severalStepsAreToldOnce()
{
    QVERIFY(m_document->edit(RenameNode{m_relu, "a"}, "Rename"));
    QVERIFY(m_document->edit(RenameNode{m_neg, "b"}, "Rename"));
    m_changes.clear();
    m_document->undoStack().setIndex(0);
    const auto changes = told<ModelChanged>();
    QCOMPARE(changes.size(), std::size_t(1));
    QVERIFY((changes[0].touched.nodes == std::vector{m_relu, m_neg}));
}

void DocumentEditTest::whatIsRemovedIsNotSelected()
{
    m_document->select({{m_relu, m_neg}, {}, {}});
    QVERIFY(m_document->edit(RemoveNode{m_neg}, "Delete"));
    QVERIFY(m_document->selection().nodes == std::vector{m_relu});
}

void DocumentEditTest::runsAreForgottenWhenResultsMayChange()
{
    m_document->setLastRun(std::make_shared<RunOutcome>());
    QVERIFY(m_document->edit(RenameNode{m_relu, "a"}, "Rename"));
    QVERIFY(m_document->lastRun());
    QVERIFY(m_document->edit(SetOperator{m_relu, {"", "Abs", "", {}, {}}}, "Replace"));
    QVERIFY(!m_document->lastRun());
}

void DocumentEditTest::savingMakesItClean()
{
    QVERIFY(m_document->edit(RenameNode{m_relu, "a"}, "Rename"));
    QVERIFY(m_document->isEdited());
    m_document->setSaved("/models/other.onnx", m_document->revision());
    QVERIFY(!m_document->isEdited());
    QCOMPARE(m_document->title(), QString("other.onnx"));
    m_document->undoStack().undo();
    QVERIFY(m_document->isEdited());
    m_document->undoStack().redo();
    QVERIFY(!m_document->isEdited());
    QVERIFY(!told<SavedChanged>().empty());
    // Edited again while it was being written.
    const auto snapshot = m_document->revision();
    QVERIFY(m_document->edit(RenameNode{m_relu, "b"}, "Rename"));
    m_document->setSaved("/models/other.onnx", snapshot);
    QVERIFY(m_document->isEdited());
}

void DocumentEditTest::takesInferredTypes()
{
    const Type small = Type::tensor(ElementType::Float32, std::vector<std::int64_t>{1, 3});
    const Type large = Type::tensor(ElementType::Float32, std::vector<std::int64_t>{8, 3});
    QVERIFY(m_document->edit(SetValueType{m_z, small}, "Set type"));
    const auto stale = m_original;
    QVERIFY(!m_document->setInferred(stale, {{m_y, small}}, {}));  // of another model
    QVERIFY(m_document->setInferred(m_document->model(), {{m_y, small}, {m_z, small}}, {}));
    QVERIFY(model().value(m_y).type == small && model().value(m_y).isTypeInferred);
    QVERIFY(model().value(m_y).statedType().kind == Type::Kind::Unknown);
    QVERIFY(!model().value(m_z).isTypeInferred);
    QCOMPARE(told<TypesChanged>().size(), std::size_t(1));
    m_document->setSaved("/models/example.onnx", m_document->revision());

    // An edit that makes a stated type wrong sets it right, and both go back together.
    QVERIFY(m_document->edit(SetValueType{m_x, large}, "Set batch"));
    QVERIFY(m_document->setInferred(m_document->model(), {{m_y, large}, {m_z, large}}, {}));
    QVERIFY(model().value(m_y).type == large);
    QVERIFY(model().value(m_z).type == large);
    QCOMPARE(m_document->undoStack().count(), 2);
    m_document->undoStack().undo();
    QVERIFY(model().value(m_z).type == small);
    QVERIFY(model().value(m_x).type.kind == Type::Kind::Unknown);
    QVERIFY(!m_document->isEdited());
    // What can be inferred no more is not known.
    QVERIFY(m_document->setInferred(m_document->model(), {}, {}));
    QVERIFY(model().value(m_y).type.kind == Type::Kind::Unknown);
    QVERIFY(model().value(m_z).type == small);
}

void DocumentEditTest::takesBackOneStepThatStandsAlone()
{
    QVERIFY(m_document->edit(RenameNode{m_relu, "a"}, "Rename a"));
    QVERIFY(m_document->edit(RenameNode{m_neg, "b"}, "Rename b"));
    QVERIFY(m_document->edit(RenameNode{m_neg, "c"}, "Rename c"));
    QVERIFY(m_document->whyNotRevertStep(1).contains("Rename c"));
    QVERIFY(!m_document->revertStep(1));
    QVERIFY(!m_document->revertStep(7));
    QVERIFY(m_document->revertStep(0));
    QVERIFY(model().node(m_relu).name.empty());
    QCOMPARE(model().node(m_neg).name, std::string("c"));
    QCOMPARE(m_document->undoStack().count(), 4);
    m_document->undoStack().undo();
    QCOMPARE(model().node(m_relu).name, std::string("a"));
    m_document->undoStack().setIndex(0);
    verifySame(*m_original);
}

void DocumentEditTest::comesBackFromItsJournal()
{
    QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath("m.onnx").toStdString(), path = folder.filePath("journal").toStdString();
    std::ofstream(file) << "model";
    auto original = std::make_shared<Model>(*m_original);
    original->files = {*MappedFile::open(file)};
    Document document(QString::fromStdString(file.string()), original);
    document.setJournal([&] { return Journal::create(path, *original->files.front()); });
    QVERIFY(!std::filesystem::exists(path));  // nothing was done yet
    for (const char* text : {"l", "la", "last"})
        QVERIFY(document.edit(RenameNode{m_relu, text}, "Rename", EditMerge::Typing));
    QVERIFY(document.edit(RemoveNode{m_neg}, "Delete"));
    QVERIFY(document.edit(SetOperator{m_relu, {"", "Abs", "", {}, {}}}, "Replace"));
    document.undoStack().undo();
    QVERIFY(document.edit(RenameValue{m_x, "image"}, "Rename input"));
    QVERIFY(document.revertStep(1));
    document.undoStack().undo();

    auto again = std::make_shared<Model>(*original);
    auto recovered = replay(path, *again);
    QVERIFY2(recovered, recovered ? "" : recovered.error().message.c_str());
    QCOMPARE(recovered->problem, std::string());
    Document second(document.path(), original);
    second.adopt(again, std::move(*recovered));
    std::string why;
    QVERIFY2(sameModel(*document.model(), *second.model(), &why), why.c_str());
    QVERIFY(second.isEdited());
    QCOMPARE(second.undoStack().undoText(), QString("Rename input"));
    QVERIFY(second.undoStack().canRedo());
    second.undoStack().redo();
    document.undoStack().redo();
    QVERIFY2(sameModel(*document.model(), *second.model(), &why), why.c_str());
    second.undoStack().setIndex(0);
    QVERIFY2(sameModel(*original, *second.model(), &why), why.c_str());
}

QTEST_GUILESS_MAIN(DocumentEditTest)
#include "documentedittest.moc"
