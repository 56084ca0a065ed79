#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QScreen>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QToolButton>
#include <csignal>

#include "core/graph/literal.h"
#include "core/graph/text.h"
#include "ui/document/document.h"
#include "ui/graphview/graphview.h"
#include "ui/mainwindow/appearance.h"
#include "ui/mainwindow/documentpage.h"
#include "ui/mainwindow/mainwindow.h"

using namespace tenscope;

// Ten minutes of a person's clicking, on a real X server (CTest starts one): nothing is called that a mouse or a key could
// do. TENSCOPE_SCREENSHOTS names a folder for pictures of the screen, TENSCOPE_MODELS one with the two Silero models.
class SessionTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void init();
    void cleanup();
    void walksThroughBothSileroModels();
    void looksAtNumbers();
    void runsAndSeesActivations();
    void cancelsALongRun();
    void killsTheWorkerDuringARun();
    void dropsFiles();
    void surroundedByBrokenFiles();
    void comesBackToTheSameWindow();

private:
    QString sample(const char* name) const { return QStringLiteral(TENSCOPE_SOURCE_DIR "/resources/samples/") + name; }
    QString workerModel(const char* name) const { return QStringLiteral(TENSCOPE_TEST_DATA "/worker/") + name; }
    template <class Widget>
    Widget* find(const char* name) const
    {
        return m_window->findChild<Widget*>(name);
    }
    template <class Widget>
    Widget* inRun(const char* name) const
    {
        return find<QWidget>("inferencePanel")->findChild<Widget*>(name);
    }
    GraphView* view() const { return m_window->currentPage()->view(); }
    Document* document() const { return m_window->currentDocument(); }
    void show();
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier);
    void open(const QString& path);
    void drop(const QStringList& paths);
    void clickNode(const char* op);
    void clickTab(const char* bar, int tab);
    void type(QTableView* table, int row, int column, const QString& text);
    void startEndlessRun();
    qint64 workerPid() const;
    void picture(const char* name);

    QTemporaryDir m_folder;
    std::unique_ptr<MainWindow> m_window;
};

void SessionTest::initTestCase()
{
    if (QGuiApplication::platformName() != "xcb")
        QSKIP("There is no X server.");
    QStandardPaths::setTestModeEnabled(true);
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
    QCoreApplication::setOrganizationName("TenscopeTest");
    QCoreApplication::setApplicationName("SessionTest");
    applyAppearance(Theme::light());
    show();
}

void SessionTest::cleanupTestCase()
{
    m_window.reset();
}

void SessionTest::init()
{
    while (m_window && m_window->currentPage())
        press(Qt::Key_W, Qt::ControlModifier);
}

void SessionTest::cleanup()
{
    if (QTest::currentTestFailed())
        picture((QByteArray("failed-") + QTest::currentTestFunction()).constData());
}

void SessionTest::show()
{
    m_window = std::make_unique<MainWindow>(Theme::light());
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    m_window->activateWindow();
}

void SessionTest::press(Qt::Key key, Qt::KeyboardModifiers modifiers)
{
    QTest::keyClick(m_window->focusWidget() ? m_window->focusWidget() : m_window.get(), key, modifiers);
}

void SessionTest::open(const QString& path)
{
    drop({path});
    // LibTorch takes a second or more to load on a busy machine.
    QTRY_VERIFY_WITH_TIMEOUT(document() && document()->path() == path && view()->diagram() && !view()->isBusy(), 30000);
}

void SessionTest::drop(const QStringList& paths)
{
    QMimeData data;
    QList<QUrl> urls;
    for (const QString& path : paths)
        urls << QUrl::fromLocalFile(path);
    data.setUrls(urls);
    const QPoint middle = m_window->rect().center();
    QDragEnterEvent enter(middle, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_window.get(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent release(QPointF(middle), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_window.get(), &release);
    QVERIFY(release.isAccepted());
}

void SessionTest::clickNode(const char* op)
{
    QTRY_VERIFY(!view()->isBusy());
    press(Qt::Key_0, Qt::ControlModifier);  // all of it, so that the node is in sight
    const Model& model = *document()->model();
    const auto& boxes = view()->diagram()->boxes();
    for (const DiagramBox& box : boxes) {
        if (!box.node || model.op(box.node).name != op)
            continue;
        QTest::mouseClick(view(), Qt::LeftButton, {}, view()->viewport().toView(box.rect.center()).toPoint());
        QCOMPARE(document()->selection().current(), box.node);
        return;
    }
    QFAIL(qPrintable(QString("there is no %1 in sight").arg(op)));
}

void SessionTest::clickTab(const char* bar, int tab)
{
    auto* tabs = find<QTabBar>(bar);
    QVERIFY(tabs && tabs->isVisible());
    QVERIFY2(tabs->rect().contains(tabs->tabRect(tab)), "a tab is cut off");
    QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(tab).center());
    QCOMPARE(tabs->currentIndex(), tab);
}

void SessionTest::type(QTableView* table, int row, int column, const QString& text)
{
    const QPoint cell = table->visualRect(table->model()->index(row, column)).center();
    QVERIFY2(table->viewport()->rect().contains(cell), "a cell is out of sight");
    // A click into the selected cell opens it, as soon as it is clear that no second one follows.
    const bool isOpened = table->selectionModel()->isSelected(table->model()->index(row, column));
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, cell);
    if (!isOpened)
        QTest::keyClick(table, Qt::Key_F2);
    QTRY_VERIFY(QApplication::focusWidget() && QApplication::focusWidget() != table);
    QWidget* editor = QApplication::focusWidget();
    QTest::keyClick(editor, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(editor, text);
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE(table->model()->index(row, column).data(Qt::EditRole).toString(), text);  // views take it when they are idle
}

qint64 SessionTest::workerPid() const
{
    for (const QString& entry : QDir("/proc").entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        QFile file("/proc/" + entry + "/stat");
        if (entry.toLongLong() <= 0 || !file.open(QIODevice::ReadOnly))
            continue;
        // "pid (name) state parent …"; names are cut to 15 letters.
        const QByteArray line = file.readAll();
        const QByteArrayList rest = line.mid(line.lastIndexOf(')') + 2).split(' ');
        if (line.contains("(tenscope-worker") && rest.value(1).toLongLong() == QCoreApplication::applicationPid() && rest.value(0) != "Z")
            return entry.toLongLong();
    }
    return 0;
}

void SessionTest::picture(const char* name)
{
    const QString folder = qEnvironmentVariable("TENSCOPE_SCREENSHOTS");
    if (folder.isEmpty() || !QDir().mkpath(folder))
        return;
    QTest::qWait(400);
    m_window->screen()->grabWindow(0).save(QDir(folder).filePath(QString("session-%1.png").arg(name)));
}

void SessionTest::walksThroughBothSileroModels()
{
    const QDir models(qEnvironmentVariable("TENSCOPE_MODELS"));
    if (qEnvironmentVariableIsEmpty("TENSCOPE_MODELS") || !models.exists("silero_vad.onnx") || !models.exists("silero_vad.jit"))
        QSKIP("TENSCOPE_MODELS names no folder with the Silero models.");
    open(models.filePath("silero_vad.onnx"));
    open(models.filePath("silero_vad.jit"));
    QCOMPARE(find<QTabWidget>("documentTabs")->count(), 2);
    picture("silero-jit");

    press(Qt::Key_F, Qt::ControlModifier);
    auto* field = find<QLineEdit>("searchField");
    QCOMPARE(QApplication::focusWidget(), field);
    QTest::keyClicks(field, "op:conv1d");
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_VERIFY(find<QLabel>("searchCount")->text().startsWith("1 / "));
    const NodeId first = document()->selection().current();
    QTest::mouseClick(find<QToolButton>("searchNext"), Qt::LeftButton);
    QVERIFY(document()->selection().current() != first);
    QVERIFY(document()->graphPath().size() > 1);  // the convolutions are inside an If
    picture("silero-search");
    QTest::keyClick(field, Qt::Key_Escape);
    QTRY_VERIFY(!view()->isBusy());
    QTest::mouseClick(find<QToolButton>("breadcrumb0"), Qt::LeftButton);
    QCOMPARE(document()->graphPath().size(), std::size_t(1));

    press(Qt::Key_Tab, Qt::ControlModifier);
    QVERIFY(m_window->windowTitle().startsWith("silero_vad.onnx"));
    clickNode("If");
    // A menu asks which branch; it has an event loop of its own.
    QTimer::singleShot(200, this, [] {
        if (QWidget* menu = QApplication::activePopupWidget())
            QTest::keyClick(menu, Qt::Key_Return);
    });
    press(Qt::Key_Return);
    QTRY_COMPARE(document()->graphPath().size(), std::size_t(2));
    QTRY_VERIFY(!view()->isBusy());
    picture("silero-if");
    auto* back = view()->findChild<QToolButton*>("breadcrumb0");
    QVERIFY(back && back->isVisible());
    QTest::mouseClick(back, Qt::LeftButton);
    QCOMPARE(document()->graphPath().size(), std::size_t(1));
}

void SessionTest::looksAtNumbers()
{
    open(sample("shapes.onnx"));
    QSignalSpy shown(find<QWidget>("tensorPanel"), SIGNAL(statisticsShown()));
    press(Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);  // modules hide their nodes at first
    clickNode("Conv");
    QVERIFY(!shown.isEmpty() || shown.wait(20000));
    auto* histogram = find<QWidget>("histogramView");
    QVERIFY(histogram->isVisible());
    picture("histogram");

    clickTab("tensorTabs", 1);
    auto* goTo = find<QLineEdit>("goToIndex");
    QTRY_VERIFY(goTo->isEnabled());
    QTest::mouseClick(goTo, Qt::LeftButton);
    QTest::keyClicks(goTo, "1, 2, 0, 1");
    QTest::keyClick(goTo, Qt::Key_Return);
    QVERIFY2(find<QLabel>("exactValue")->text().startsWith("[1, 2, 0, 1]"), qPrintable(find<QLabel>("exactValue")->text()));
    picture("values");

    clickTab("tensorTabs", 2);
    auto* canvas = find<QWidget>("heatmapCanvas");
    QTRY_VERIFY(canvas->isVisible());
    QTest::qWait(300);
    QTest::mouseMove(canvas, QPoint(12, 12));
    QTRY_VERIFY(!find<QLabel>("heatmapReadOut")->text().isEmpty());
    picture("heatmap");
    clickTab("tensorTabs", 0);

    // To the next node along an edge, by keyboard.
    const NodeId conv = document()->selection().current();
    view()->setFocus();
    press(Qt::Key_Down);
    QVERIFY(document()->selection().current() != conv);
}

void SessionTest::runsAndSeesActivations()
{
    open(sample("shapes.pt"));
    auto* inputs = find<QTableView>("inputsTable");
    auto* button = inRun<QToolButton>("messageButton");
    press(Qt::Key_F5);
    // The file does not say which shape its input has: it is asked for.
    QTRY_VERIFY(button->isVisible());
    QTest::mouseClick(button, Qt::LeftButton);
    auto* editor = QApplication::focusWidget();
    QVERIFY(editor && inputs->isAncestorOf(editor));
    QTest::keyClicks(editor, "1x3x32x32");
    QTest::keyClick(editor, Qt::Key_Return);
    press(Qt::Key_F5);
    QTRY_VERIFY_WITH_TIMEOUT(document()->lastRun(), 60000);
    auto* outputs = find<QTableView>("outputsTable");
    QTRY_VERIFY(outputs->isVisible());
    QCOMPARE(outputs->model()->rowCount(), 1);
    picture("outputs");

    clickTab("inferenceTabs", 2);
    auto* nodes = find<QTableView>("nodesTable");
    QVERIFY(nodes->model()->rowCount() > 10);
    QVERIFY(nodes->columnWidth(0) >= 150);
    QSignalSpy shown(find<QWidget>("tensorPanel"), SIGNAL(statisticsShown()));
    QTest::mouseClick(nodes->viewport(), Qt::LeftButton, {}, nodes->visualRect(nodes->model()->index(1, 0)).center());
    QVERIFY(document()->selection().current());
    QVERIFY(!shown.isEmpty() || shown.wait(20000));
    picture("activation");
}

void SessionTest::startEndlessRun()
{
    open(workerModel("loop.pt"));
    auto* inputs = find<QTableView>("inputsTable");
    if (!inputs->isVisible())
        press(Qt::Key_F5);
    QTRY_VERIFY(inputs->isVisible());
    clickTab("inferenceTabs", 0);
    type(inputs, 0, 2, "1x4");
    type(inputs, 1, 2, "1:int64");
    type(inputs, 1, 3, "2000000000");
    press(Qt::Key_F5);
    QTRY_VERIFY(find<QPushButton>("cancelButton")->isVisible());
    QTest::qWait(500);  // time to get into the loop
}

void SessionTest::cancelsALongRun()
{
    startEndlessRun();
    picture("running");
    const qint64 worker = workerPid();
    QTest::mouseClick(find<QPushButton>("cancelButton"), Qt::LeftButton);
    QTRY_VERIFY(!find<QPushButton>("cancelButton")->isVisible());
    QVERIFY(!inRun<QLabel>("messageText")->isVisible());  // cancelled is no failure
    // The worker that answered a cancel in time is still there, and runs the next one.
    type(find<QTableView>("inputsTable"), 1, 3, "3");
    press(Qt::Key_F5);
    QTRY_VERIFY_WITH_TIMEOUT(document()->lastRun(), 30000);
    QCOMPARE(workerPid(), worker);
}

void SessionTest::killsTheWorkerDuringARun()
{
    startEndlessRun();
    const qint64 worker = workerPid();
    QVERIFY(worker > 0);
    QCOMPARE(::kill(pid_t(worker), SIGKILL), 0);
    auto* text = inRun<QLabel>("messageText");
    QTRY_VERIFY_WITH_TIMEOUT(text->isVisible(), 10000);
    QVERIFY(!text->text().isEmpty() && !text->text().contains('\n'));
    QVERIFY(!find<QPushButton>("cancelButton")->isVisible());
    QVERIFY(document() && view()->diagram());
    picture("killed");
    // And on as if nothing had been.
    QTest::mouseClick(inRun<QToolButton>("messageButton"), Qt::LeftButton);
    QVERIFY(!text->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(find<QPushButton>("runButton")->isEnabled(), 30000);
    clickTab("inferenceTabs", 0);
    type(find<QTableView>("inputsTable"), 1, 3, "3");
    press(Qt::Key_F5);
    QTRY_VERIFY_WITH_TIMEOUT(document()->lastRun(), 30000);
    QVERIFY(workerPid() > 0 && workerPid() != worker);
}

void SessionTest::dropsFiles()
{
    drop({sample("shapes.onnx"), sample("shapes.pt")});
    QCOMPARE(find<QTabWidget>("documentTabs")->count(), 2);
    QTRY_VERIFY_WITH_TIMEOUT(document() && view()->diagram(), 30000);
    drop({sample("shapes.onnx")});  // open already: its tab comes to the front
    QCOMPARE(find<QTabWidget>("documentTabs")->count(), 2);
    QVERIFY(m_window->windowTitle().startsWith("shapes.onnx"));
    QMimeData words;
    words.setText("no file at all");
    QDragEnterEvent enter(QPoint(9, 9), Qt::CopyAction, &words, Qt::LeftButton, Qt::NoModifier);
    enter.ignore();
    QApplication::sendEvent(m_window.get(), &enter);
    QVERIFY(!enter.isAccepted());
}

void SessionTest::surroundedByBrokenFiles()
{
    open(sample("shapes.onnx"));
    Document* const good = document();
    QFile onnx(sample("shapes.onnx")), torch(sample("shapes.pt"));
    QVERIFY(onnx.open(QIODevice::ReadOnly) && torch.open(QIODevice::ReadOnly));
    const std::pair<const char*, QByteArray> contents[] = {
        {"empty.onnx", {}},
        {"empty.pt", {}},
        {"truncated.onnx", onnx.read(5000)},
        {"truncated.pt", torch.read(50000)},
        {"random.onnx", QByteArray("\x93\x11 no model at all \x01\x02", 22)},
        {"<b>picture</b>.pt", QByteArray("\x89PNG\r\n\x1a\n picture", 16)},
    };
    QStringList paths;
    for (const auto& [name, content] : contents) {
        QDir(m_folder.path()).mkpath("broken/<b>picture<");
        paths << m_folder.filePath("broken/") + QString(name).replace('/', QChar(0x2215));
        QFile file(paths.last());
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
    }
    paths << m_folder.filePath("broken/gone.onnx");
    drop(paths);
    for (int i = 0; i < paths.size(); ++i) {
        auto* text = m_window->currentPage()->findChild<QLabel*>("failureText");
        QTRY_VERIFY_WITH_TIMEOUT(text->isVisible(), 30000);
        QVERIFY2(!text->text().isEmpty() && !text->text().contains('\n'), qPrintable(text->text()));
        if (i == 1)
            picture("broken");
        press(Qt::Key_W, Qt::ControlModifier);
    }
    QCOMPARE(document(), good);
    QVERIFY(view()->diagram());
}

void SessionTest::comesBackToTheSameWindow()
{
    open(sample("shapes.onnx"));
    find<QDockWidget>("outlineDock")->toggleViewAction()->trigger();
    QVERIFY(!find<QDockWidget>("outlineDock")->isVisible());
    m_window->setWindowState(Qt::WindowNoState);
    m_window->resize(1100, 640);
    QTRY_COMPARE(m_window->size(), QSize(1100, 640));
    QVERIFY(m_window->close());
    show();
    QTRY_COMPARE(m_window->size(), QSize(1100, 640));
    QVERIFY(!find<QDockWidget>("outlineDock")->isVisible());
    picture("welcome");
    // The empty window lists it; a click opens it again.
    QPushButton* recent = nullptr;
    for (QPushButton* button : find<QWidget>("welcomePage")->findChildren<QPushButton*>())
        if (button->toolTip() == sample("shapes.onnx"))
            recent = button;
    QVERIFY(recent && recent->isVisible());
    QTest::mouseClick(recent, Qt::LeftButton);
    QTRY_VERIFY(document());
    m_window->actions()[ActionId::ResetLayout]->trigger();
    QVERIFY(find<QDockWidget>("outlineDock")->isVisible());
}

QTEST_MAIN(SessionTest)
#include "sessiontest.moc"
