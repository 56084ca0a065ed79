#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QGuiApplication>
#include <QInputDialog>
#include <QLineEdit>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include "tests/support/samemodel.h"
#include "ui/document/document.h"
#include "ui/graphview/graphview.h"
#include "ui/mainwindow/appearance.h"
#include "ui/mainwindow/documentpage.h"
#include "ui/mainwindow/joindialog.h"
#include "ui/mainwindow/mainwindow.h"

using namespace tenscope;

// The keys that edit a selection, pressed in the diagram of the whole window. Set TENSCOPE_SCREENSHOTS to a folder to look.
class SelectionWindowTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();
    void deletesAndBypasses();
    void cutsCopiesPastesAndDuplicates();
    void renames();
    void saysWhyItCannot();
    void keysBelongToTheDiagram();
    void addsOperatorsFromThePalette();
    void extractsAndMerges();

private:
    const Model& model() const { return *m_document->model(); }
    NodeId first(const char* op) const
    {
        for (const NodeId id : model().nodes(model().mainGraph))
            if (model().op(id).name == op)
                return id;
        return {};
    }
    std::size_t count() const { return model().graph(model().mainGraph).nodeCount(); }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) { QTest::keyClick(m_view, key, modifiers); }
    static void photograph(QWidget* widget, const char* name)
    {
        const QString folder = qEnvironmentVariable("TENSCOPE_SCREENSHOTS");
        if (!folder.isEmpty() && QDir().mkpath(folder))
            widget->grab().save(QDir(folder).filePath(name));
    }
    void verifyOriginal() const
    {
        std::string why;
        QVERIFY2(sameModel(*m_original, model(), &why), why.c_str());
    }

    QTemporaryDir m_folder;
    std::unique_ptr<MainWindow> m_window;
    Document* m_document = nullptr;
    GraphView* m_view = nullptr;
    std::shared_ptr<const Model> m_original;
};

void SelectionWindowTest::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
    QCoreApplication::setOrganizationName("TenscopeTest");
    QCoreApplication::setApplicationName("SelectionWindowTest");
}

void SelectionWindowTest::init()
{
    QSettings().clear();
    QDir(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation)).removeRecursively();
    applyAppearance(Theme::light());
    m_window = std::make_unique<MainWindow>(Theme::light());
    m_window->resize(1366, 768);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    m_window->open(QStringLiteral(TENSCOPE_SOURCE_DIR "/resources/samples/shapes.onnx"));
    QVERIFY(QTest::qWaitFor([this] { return m_window->currentDocument() && m_window->currentPage()->view()->diagram(); }, 10000));
    m_document = m_window->currentDocument();
    m_view = m_window->currentPage()->view();
    m_view->setFocus();
    QVERIFY(QTest::qWaitFor([this] { return m_view->hasFocus(); }));
    m_original = m_document->model();
}

void SelectionWindowTest::cleanup()
{
    m_window.reset();
}

void SelectionWindowTest::deletesAndBypasses()
{
    const NodeId relu = first("Relu");
    QVERIFY(relu);
    const ValueId input = model().node(relu).inputs()[0].value;
    const Use reader = model().value(model().node(relu).outputs()[0]).uses().front();
    const std::size_t before = count();
    m_document->selectNode(relu);
    press(Qt::Key_Delete);
    QCOMPARE(count(), before - 1);
    QVERIFY(model().node(reader.node).inputs()[reader.input].value != input);
    press(Qt::Key_Z, Qt::ControlModifier);
    verifyOriginal();
    m_document->selectNode(relu);
    press(Qt::Key_Delete, Qt::ControlModifier);
    QCOMPARE(count(), before - 1);
    QVERIFY(model().node(reader.node).inputs()[reader.input].value == input);
    press(Qt::Key_Z, Qt::ControlModifier);
    verifyOriginal();
}

void SelectionWindowTest::cutsCopiesPastesAndDuplicates()
{
    const std::size_t before = count();
    m_document->selectNode(first("Relu"));
    press(Qt::Key_C, Qt::ControlModifier);
    QVERIFY(QGuiApplication::clipboard()->text().contains("Relu"));
    press(Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(count(), before + 1);
    press(Qt::Key_D, Qt::ControlModifier);
    QCOMPARE(count(), before + 2);
    press(Qt::Key_X, Qt::ControlModifier);
    QCOMPARE(count(), before + 1);
    press(Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(count(), before + 2);
    QTRY_VERIFY(!m_view->isBusy() && m_view->diagram()->boxOf(m_document->selection().current()));
    photograph(m_window.get(), "selection-pasted.png");
    for (int i = 0; i < 4; ++i)
        press(Qt::Key_Z, Qt::ControlModifier);
    verifyOriginal();
}

void SelectionWindowTest::renames()
{
    const NodeId relu = first("Relu");
    m_document->selectNode(relu);
    press(Qt::Key_F2);
    auto* dialog = m_window->findChild<QInputDialog*>("renameDialog");
    QVERIFY(dialog);
    dialog->setTextValue("gate");
    dialog->accept();
    QCOMPARE(model().node(relu).name, std::string("gate"));
    press(Qt::Key_Z, Qt::ControlModifier);
    verifyOriginal();
}

void SelectionWindowTest::saysWhyItCannot()
{
    // A value between two nodes is no port that could be deleted.
    m_document->select({{}, model().node(first("Relu")).outputs()[0], {}});
    press(Qt::Key_Delete);
    auto* bar = m_window->findChild<QWidget*>("errorBar");
    QVERIFY(bar && bar->isVisible());
    verifyOriginal();
}

// Where another widget has the focus, Delete is none of the diagram's business.
void SelectionWindowTest::keysBelongToTheDiagram()
{
    m_document->selectNode(first("Relu"));
    auto* tree = m_window->findChild<QWidget*>("propertiesTree");
    QVERIFY(tree);
    tree->setFocus();
    QTest::keyClick(tree, Qt::Key_Delete);
    verifyOriginal();
}

// The whole way by keyboard: the palette's filter, Enter, undo.
void SelectionWindowTest::addsOperatorsFromThePalette()
{
    const std::size_t before = count();
    const NodeId relu = first("Relu");
    m_document->selectNode(relu);
    m_window->actions()[ActionId::AddOperator]->trigger();
    auto* filter = m_window->findChild<QLineEdit*>("paletteFilter");
    QVERIFY(filter);
    QTRY_VERIFY(filter->hasFocus());
    QTest::keyClicks(filter, "sigmoid");
    photograph(m_window.get(), "palette.png");
    QTest::keyClick(filter, Qt::Key_Return);
    QCOMPARE(count(), before + 1);
    const NodeId added = m_document->selection().current();
    QCOMPARE(model().op(added).name, std::string("Sigmoid"));
    QVERIFY(model().node(added).inputs()[0].value == model().node(relu).outputs()[0]);
    QTRY_VERIFY(!m_view->isBusy() && m_view->diagram()->boxOf(added));
    photograph(m_window.get(), "palette-added.png");
    // Two inputs are no selection of one.
    QTest::keyClick(filter, Qt::Key_Escape);
    m_document->select({{relu, added}, {}, {}});
    QTest::keyClicks(filter, "Mul");
    QTest::keyClick(filter, Qt::Key_Return);
    QCOMPARE(model().node(m_document->selection().current()).inputs().size(), std::size_t(2));
    m_document->undoStack().undo();
    m_document->undoStack().undo();
    verifyOriginal();
}

void SelectionWindowTest::extractsAndMerges()
{
    // Everything behind the first Relu, as a model of its own.
    const NodeId relu = first("Relu");
    m_document->selectNode(relu);
    m_view->selectUpstream();
    const std::size_t taken = m_document->selection().nodes.size();
    m_window->actions()[ActionId::Extract]->trigger();
    auto* save = m_window->findChild<QFileDialog*>("extractDialog");
    QVERIFY(save);
    const QString part = m_folder.filePath("part.onnx");
    emit save->fileSelected(part);
    save->close();
    QTRY_VERIFY_WITH_TIMEOUT(m_window->currentDocument() && m_window->currentDocument()->path() == part, 10000);
    verifyOriginal();
    Document* second = m_window->currentDocument();
    QVERIFY(second->model()->graph(second->model()->mainGraph).nodeCount() >= taken);
    QVERIFY(second->model()->graph(second->model()->mainGraph).nodeCount() < count());

    // And the same once more, behind what it computes itself: its input is of another shape, so it stays an input.
    m_window->actions()[ActionId::Merge]->trigger();
    auto* open = m_window->findChild<QFileDialog*>("mergeDialog");
    QVERIFY(open);
    emit open->fileSelected(part);
    open->close();
    JoinDialog* join = nullptr;
    QTRY_VERIFY_WITH_TIMEOUT((join = m_window->findChild<JoinDialog*>("joinDialog")), 10000);
    photograph(join, "merge.png");
    join->accept();
    const std::size_t alone = second->model()->graph(second->model()->mainGraph).nodeCount();
    QTRY_COMPARE_WITH_TIMEOUT(second->model()->graph(second->model()->mainGraph).nodeCount(), 2 * alone, 10000);
    QCOMPARE(second->undoStack().index(), 1);
    QTRY_VERIFY(!m_window->currentPage()->view()->isBusy());
    photograph(m_window.get(), "merged.png");
    second->undoStack().undo();
}

QTEST_MAIN(SelectionWindowTest)
#include "selectionwindowtest.moc"
