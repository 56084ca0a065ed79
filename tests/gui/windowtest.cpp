#include <QApplication>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include "core/graph/literal.h"
#include "core/graph/text.h"
#include "ui/document/document.h"
#include "ui/errorpresenter/errorpresenter.h"
#include "ui/graphview/graphview.h"
#include "ui/mainwindow/appearance.h"
#include "ui/mainwindow/documentpage.h"
#include "ui/mainwindow/mainwindow.h"
#include "ui/panels/inputsmodel.h"

using namespace tenscope;

// The window and its worker process together: what a person does in the first minutes. Set TENSCOPE_SCREENSHOTS to a
// folder to look at what they see.
class WindowTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();
    void anEmptyWindowSaysHowToBegin();
    void opensBothFormats();
    void opensAFileOnce();
    void findsNodes();
    void showsTheWeightsOfASelectedNode();
    void runsTheSample();
    void survivesTheEndOfItsWorker();
    void saysWhatIsWrongWithAFile_data();
    void saysWhatIsWrongWithAFile();
    void changesItsAppearance();

private:
    QString sample(const char* name) const { return QStringLiteral(TENSCOPE_SOURCE_DIR "/resources/samples/") + name; }
    Document* open(const QString& path);
    NodeId nodeOf(const Document* document, const char* op) const;
    void grab(const char* name);

    QTemporaryDir m_folder;
    std::unique_ptr<MainWindow> m_window;
};

void WindowTest::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
    QCoreApplication::setOrganizationName("TenscopeTest");
    QCoreApplication::setApplicationName("WindowTest");
}

void WindowTest::init()
{
    QSettings().clear();
    applyAppearance(Theme::light());
    m_window = std::make_unique<MainWindow>(Theme::light());
    m_window->resize(1366, 768);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
}

void WindowTest::cleanup()
{
    m_window.reset();
}

Document* WindowTest::open(const QString& path)
{
    m_window->open(path);
    // LibTorch takes a second or more to load on a busy machine.
    for (int i = 0; i < 600 && !m_window->currentDocument(); ++i)
        QTest::qWait(50);
    GraphView* view = m_window->currentPage()->view();
    for (int i = 0; i < 600 && m_window->currentDocument() && !view->diagram(); ++i)
        QTest::qWait(50);
    return m_window->currentDocument();
}

NodeId WindowTest::nodeOf(const Document* document, const char* op) const
{
    const Model& model = *document->model();
    for (const NodeId id : model.nodes(document->currentGraph()))
        if (model.op(id).name == op)
            return id;
    return {};
}

void WindowTest::grab(const char* name)
{
    const QString folder = qEnvironmentVariable("TENSCOPE_SCREENSHOTS");
    if (!folder.isEmpty() && QDir().mkpath(folder))
        m_window->grab().save(QDir(folder).filePath(QString("%1.png").arg(name)));
}

void WindowTest::anEmptyWindowSaysHowToBegin()
{
    QVERIFY(m_window->findChild<QPushButton*>("welcomeOpen")->isVisible());
    QVERIFY(!m_window->actions()[ActionId::Run]->isEnabled());
    grab("empty");
}

void WindowTest::opensBothFormats()
{
    Document* onnx = open(sample("shapes.onnx"));
    QVERIFY(onnx);
    QVERIFY(m_window->windowTitle().startsWith("shapes.onnx"));
    QVERIFY(m_window->findChild<QLabel*>("formatStatus")->text().startsWith("ONNX"));
    grab("onnx");
    Document* torch = open(sample("shapes.pt"));
    QVERIFY(torch && torch != onnx);
    QCOMPARE(m_window->findChild<QLabel*>("formatStatus")->text(), QString("TorchScript"));
    QVERIFY(!m_window->currentPage()->view()->diagram()->isEmpty());
    grab("torchscript");
}

void WindowTest::opensAFileOnce()
{
    Document* first = open(sample("shapes.onnx"));
    QCOMPARE(open(sample("shapes.onnx")), first);
    QCOMPARE(m_window->findChild<QTabWidget*>("documentTabs")->count(), 1);
    m_window->actions()[ActionId::CloseTab]->trigger();
    QVERIFY(!m_window->currentDocument());
    QVERIFY(m_window->findChild<QPushButton*>("welcomeOpen")->isVisible());
}

void WindowTest::findsNodes()
{
    Document* document = open(sample("shapes.onnx"));
    QVERIFY(document);
    m_window->actions()[ActionId::Find]->trigger();
    auto* field = m_window->findChild<QLineEdit*>("searchField");
    QTest::keyClicks(field, "op:gemm");
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_VERIFY(document->selection().current());
    QCOMPARE(qualifiedName(*document->model(), document->selection().current()), std::string("Gemm"));
    QTest::keyClicks(field, " nowhere");
    QTRY_COMPARE(m_window->findChild<QLabel*>("searchCount")->text(), QString("No hits"));
}

void WindowTest::showsTheWeightsOfASelectedNode()
{
    Document* document = open(sample("shapes.onnx"));
    QVERIFY(document);
    document->reveal(nodeOf(document, "Conv"));
    auto* panel = m_window->findChild<QWidget*>("tensorPanel");
    QSignalSpy shown(panel, SIGNAL(statisticsShown()));
    QVERIFY(!shown.isEmpty() || shown.wait(20000));
    grab("weights");
}

void WindowTest::runsTheSample()
{
    Document* document = open(sample("shapes.pt"));
    QVERIFY(document);
    m_window->actions()[ActionId::Run]->trigger();
    // The file does not say which shape its input has: it is asked for, and remembered.
    if (auto* inputs = m_window->findChild<QTableView*>("inputsTable"); inputs && !document->lastRun()) {
        QTest::qWait(300);
        QVERIFY(inputs->model()->setData(inputs->model()->index(0, InputsModel::ShapeColumn), "1x3x32x32", Qt::EditRole));
        m_window->actions()[ActionId::Run]->trigger();
    }
    QTRY_VERIFY_WITH_TIMEOUT(document->lastRun(), 60000);
    QCOMPARE(document->lastRun()->outputs.size(), std::size_t(1));
    QVERIFY(document->lastRun()->outputs[0].shape == (std::vector<std::int64_t>{1, 8}));
    QVERIFY(document->lastRun()->nodes.size() > 10);
    grab("run");
}

void WindowTest::survivesTheEndOfItsWorker()
{
    Document* document = open(sample("shapes.pt"));
    QVERIFY(document);
    m_window->actions()[ActionId::RestartWorker]->trigger();
    // The open document stays, and others can be opened as if nothing had been.
    QCOMPARE(m_window->currentDocument(), document);
    const QString copy = m_folder.filePath("copy.pt");
    QVERIFY(QFile::exists(copy) || QFile::copy(sample("shapes.pt"), copy));
    QVERIFY(open(copy));
}

void WindowTest::saysWhatIsWrongWithAFile_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("content");
    QFile onnx(sample("shapes.onnx")), torch(sample("shapes.pt"));
    QVERIFY(onnx.open(QIODevice::ReadOnly) && torch.open(QIODevice::ReadOnly));
    QTest::newRow("empty") << "empty.onnx" << QByteArray();
    QTest::newRow("random") << "random.pt" << QByteArray("\x93\x11 no model at all \x01\x02", 22);
    QTest::newRow("truncated onnx") << "truncated.onnx" << onnx.read(5000);
    QTest::newRow("truncated torchscript") << "truncated.pt" << torch.read(50000);
}

void WindowTest::saysWhatIsWrongWithAFile()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, content);
    Document* good = open(sample("shapes.onnx"));
    QVERIFY(good);
    QFile file(m_folder.filePath(name));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
    file.close();
    m_window->open(file.fileName());
    auto* text = m_window->currentPage()->findChild<QLabel*>("failureText");
    QTRY_VERIFY_WITH_TIMEOUT(text->isVisible(), 30000);
    QVERIFY2(text->text().contains(name), qPrintable(text->text()));
    QVERIFY(!text->text().contains('\n'));
    grab("failure");
    m_window->actions()[ActionId::CloseTab]->trigger();
    QCOMPARE(m_window->currentDocument(), good);
}

void WindowTest::changesItsAppearance()
{
    Document* document = open(sample("shapes.onnx"));
    QVERIFY(document);
    document->reveal(nodeOf(document, "Conv"));
    m_window->actions()[ActionId::ThemeDark]->trigger();
    QVERIFY(QApplication::palette().window().color().lightness() < 80);
    QCOMPARE(appearanceFromSettings(), AppearanceChoice::Dark);
    QTest::qWait(300);
    grab("dark");
}

QTEST_MAIN(WindowTest)
#include "windowtest.moc"
