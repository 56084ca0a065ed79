#include <QClipboard>
#include <QDir>
#include <QFile>
#include <QGuiApplication>
#include <QInputDialog>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include "tests/support/samemodel.h"
#include "ui/document/document.h"
#include "ui/graphview/graphview.h"
#include "ui/mainwindow/appearance.h"
#include "ui/mainwindow/documentpage.h"
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
    const QString folder = qEnvironmentVariable("TENSCOPE_SCREENSHOTS");
    if (!folder.isEmpty() && QDir().mkpath(folder))
        m_window->grab().save(QDir(folder).filePath("selection-pasted.png"));
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

QTEST_MAIN(SelectionWindowTest)
#include "selectionwindowtest.moc"
