#include <QAbstractScrollArea>
#include <QDir>
#include <QFile>
#include <QLineEdit>
#include <QListView>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QStandardPaths>
#include <QTabBar>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

#include "core/analysis/elementreader.h"
#include "ui/document/document.h"
#include "ui/graphview/graphview.h"
#include "ui/mainwindow/appearance.h"
#include "ui/mainwindow/documentpage.h"
#include "ui/mainwindow/mainwindow.h"

using namespace tenscope;

// Editing and saving in the whole window, by what a person does. Set TENSCOPE_SCREENSHOTS to a folder to look at it.
class EditWindowTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();
    void editsAnAttributeInItsLine();
    void saysWhyAnEditIsRefused();
    void typesANumberIntoATensor();
    void infersShapesAfterAnEdit();
    void undoesRedoesAndListsChanges();
    void savesWhatWasEditedOnly();
    void asksBeforeChangesAreLost();
    void asksBeforeItReplacesWhatAnotherProgramWrote();
    void bringsChangesBackAfterACrash();

private:
    Document* open(const QString& path);
    NodeId conv() const;
    QString modelFile() const { return m_folder.filePath("model.onnx"); }
    QAction* action(ActionId id) { return m_window->actions()[id]; }
    void typeInto(const QString& key, const QString& text);
    QModelIndex line(const QString& key) const;
    QMessageBox* box(const char* name) const;
    static QByteArray bytes(const QString& path);
    void grab(const char* name);

    QTemporaryDir m_folder;
    std::unique_ptr<MainWindow> m_window;
    Document* m_document = nullptr;
};

void EditWindowTest::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
    QCoreApplication::setOrganizationName("TenscopeTest");
    QCoreApplication::setApplicationName("EditWindowTest");
}

void EditWindowTest::init()
{
    QSettings().clear();
    QDir(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation)).removeRecursively();
    QFile::remove(modelFile());
    QVERIFY(QFile::copy(QStringLiteral(TENSCOPE_SOURCE_DIR "/resources/samples/shapes.onnx"), modelFile()));
    QFile::setPermissions(modelFile(), QFile::ReadOwner | QFile::WriteOwner);
    applyAppearance(Theme::light());
    m_window = std::make_unique<MainWindow>(Theme::light());
    m_window->resize(1366, 768);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    m_document = open(modelFile());
    QVERIFY(m_document);
}

void EditWindowTest::cleanup()
{
    m_window.reset();
}

Document* EditWindowTest::open(const QString& path)
{
    m_window->open(path);
    for (int i = 0; i < 400 && !(m_window->currentDocument() && m_window->currentPage()->view()->diagram()); ++i)
        QTest::qWait(25);
    return m_window->currentDocument();
}

NodeId EditWindowTest::conv() const
{
    const Model& model = *m_document->model();
    for (const NodeId id : model.nodes(model.mainGraph))
        if (model.op(id).name == "Conv")
            return id;
    return {};
}

QModelIndex EditWindowTest::line(const QString& key) const
{
    const QAbstractItemModel* model = m_window->findChild<QTreeView*>("propertiesTree")->model();
    for (int section = 0; section < model->rowCount(); ++section)
        for (int row = 0; row < model->rowCount(model->index(section, 0)); ++row)
            if (model->index(row, 0, model->index(section, 0)).data().toString() == key)
                return model->index(row, 1, model->index(section, 0));
    return {};
}

void EditWindowTest::typeInto(const QString& key, const QString& text)
{
    auto* tree = m_window->findChild<QTreeView*>("propertiesTree");
    const QModelIndex value = line(key);
    QVERIFY2(value.isValid(), qPrintable(key));
    tree->scrollTo(value);
    tree->setCurrentIndex(value);
    tree->edit(value);
    auto* editor = tree->findChild<QWidget*>("propertyEditor");
    QVERIFY(editor);
    auto* field = qobject_cast<QLineEdit*>(editor);
    if (!field)
        field = editor->findChild<QLineEdit*>();
    field->selectAll();
    QTest::keyClicks(field, text);
    grab("edit-typing");
    QTest::keyClick(field, Qt::Key_Return);
    // Views take what was typed, and the panel applies it, when they are idle.
    QTRY_VERIFY(!tree->findChild<QWidget*>("propertyEditor"));
    QTest::qWait(50);
}

QMessageBox* EditWindowTest::box(const char* name) const
{
    for (int i = 0; i < 80; ++i) {
        if (auto* found = m_window->findChild<QMessageBox*>(name); found && found->isVisible())
            return found;
        QTest::qWait(25);
    }
    return nullptr;
}

QByteArray EditWindowTest::bytes(const QString& path)
{
    QFile file(path);
    return file.open(QFile::ReadOnly) ? file.readAll() : QByteArray();
}

void EditWindowTest::grab(const char* name)
{
    const QString folder = qEnvironmentVariable("TENSCOPE_SCREENSHOTS");
    if (!folder.isEmpty() && QDir().mkpath(folder))
        m_window->grab().save(QDir(folder).filePath(QString("%1.png").arg(name)));
}

void EditWindowTest::editsAnAttributeInItsLine()
{
    m_document->reveal(conv());
    typeInto("strides", "2, 2");
    const auto strides = std::get<std::vector<std::int64_t>>(m_document->model()->node(conv()).attribute("strides")->value);
    QCOMPARE(strides, (std::vector<std::int64_t>{2, 2}));
    QVERIFY(m_window->isWindowModified());
    QVERIFY(m_window->findChild<QTabWidget*>("documentTabs")->tabText(0).startsWith(QChar(0x25cf)));
    QVERIFY(action(ActionId::Save)->isEnabled());
    QVERIFY(action(ActionId::Undo)->text().contains("strides"));
    // The same line is there to go on from.
    QCOMPARE(line("strides").data().toString(), "2, 2");
    grab("edit-attribute");
}

void EditWindowTest::saysWhyAnEditIsRefused()
{
    m_document->reveal(conv());
    typeInto("strides", "two");
    auto* bar = m_window->findChild<QWidget*>("propertiesRefusal");
    QVERIFY(bar->isVisible());
    QVERIFY(!m_document->isEdited());
    grab("edit-refused");
    typeInto("strides", "2, 2");
    QVERIFY(!bar->isVisible());
}

void EditWindowTest::typesANumberIntoATensor()
{
    m_document->reveal(conv());
    auto* panel = m_window->findChild<QWidget*>("tensorPanel");
    panel->findChild<QTabBar*>("tensorTabs")->setCurrentIndex(1);
    auto* grid = panel->findChild<QAbstractScrollArea*>("tensorGrid");
    QTRY_VERIFY(grid->isVisible());
    const TensorId tensor = m_document->model()->value(m_document->model()->node(conv()).inputs()[1].value).tensor;
    const auto first = [&] { return ElementReader::open(*m_document->model(), m_document->model()->tensor(tensor))->valueAt(std::uint64_t(0)); };
    const double before = first();
    QTest::qWait(200);
    grid->setFocus();
    QTest::keyClicks(grid, "7");
    auto* editor = grid->findChild<QLineEdit*>("elementEditor");
    QVERIFY(editor);
    QTest::keyClicks(editor, ".25");
    grab("edit-element");
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_VERIFY(m_document->isEdited());
    QCOMPARE(first(), 7.25);
    action(ActionId::Undo)->trigger();
    QCOMPARE(first(), before);
    QVERIFY(!m_document->isEdited());
}

void EditWindowTest::infersShapesAfterAnEdit()
{
    const auto shape = [this](ValueId value) { return toString(m_document->model()->value(value).type); };
    const ValueId output = m_document->model()->node(conv()).outputs()[0];
    // The file states none in between. The worker starts with the window, and LibTorch takes its time.
    QTRY_VERIFY_WITH_TIMEOUT(QString::fromStdString(shape(output)).endsWith(QString::fromUtf8("16×32×32")), 30000);
    const std::string before = shape(output);
    QVERIFY(!m_document->isEdited());
    m_document->reveal(conv());
    typeInto("strides", "2, 2");
    QTRY_VERIFY_WITH_TIMEOUT(QString::fromStdString(shape(output)).endsWith(QString::fromUtf8("16×16×16")), 30000);
    // One step took both, and goes back with both.
    QCOMPARE(m_document->undoStack().count(), 1);
    action(ActionId::Undo)->trigger();
    QVERIFY(!m_document->isEdited());
    QTRY_COMPARE_WITH_TIMEOUT(shape(output), before, 30000);
}

void EditWindowTest::undoesRedoesAndListsChanges()
{
    const NodeId node = conv();
    m_document->reveal(node);
    typeInto("strides", "2, 2");
    typeInto("name", "stem");
    auto* list = m_window->findChild<QListView*>("changesList");
    QCOMPARE(list->model()->rowCount(), 3);
    action(ActionId::Undo)->trigger();
    QVERIFY(m_document->model()->node(node).name != "stem");
    action(ActionId::Redo)->trigger();
    QCOMPARE(m_document->model()->node(node).name, std::string("stem"));
    // Both are of one node: the first cannot go alone.
    list->setCurrentIndex(list->model()->index(1, 0));
    auto* takeBack = m_window->findChild<QWidget*>("takeBackButton");
    QVERIFY(!takeBack->isEnabled());
    emit list->doubleClicked(list->model()->index(0, 0));
    QVERIFY(!m_document->isEdited());
    QVERIFY(!m_window->isWindowModified());
    grab("edit-changes");
}

void EditWindowTest::savesWhatWasEditedOnly()
{
    const QByteArray before = bytes(modelFile());
    m_document->reveal(conv());
    typeInto("name", "stem");
    action(ActionId::Save)->trigger();
    QTRY_VERIFY(!m_document->isEdited());
    QVERIFY(!m_window->isWindowModified());
    const QByteArray after = bytes(modelFile());
    QVERIFY(after != before);
    QVERIFY(after.contains("stem"));
    // Taken back and saved again, it is the file that it was, to the last bit.
    action(ActionId::Undo)->trigger();
    action(ActionId::Save)->trigger();
    QTRY_VERIFY(!m_document->isEdited());
    QVERIFY(bytes(modelFile()) == before);
    QCOMPARE(QDir(m_folder.path()).entryList({"model*", ".*"}, QDir::Files | QDir::Hidden), QStringList("model.onnx"));
}

void EditWindowTest::asksBeforeChangesAreLost()
{
    m_document->reveal(conv());
    typeInto("name", "stem");
    m_window->close();
    QMessageBox* question = box("unsavedChanges");
    QVERIFY(question);
    question->button(QMessageBox::Cancel)->click();
    QVERIFY(m_window->isVisible());
    action(ActionId::CloseTab)->trigger();
    question = box("unsavedChanges");
    QVERIFY(question);
    question->button(QMessageBox::Save)->click();
    auto* tabs = m_window->findChild<QTabWidget*>("documentTabs");
    QTRY_COMPARE(tabs->count(), 0);
    QVERIFY(bytes(modelFile()).contains("stem"));
    m_document = nullptr;
}

void EditWindowTest::asksBeforeItReplacesWhatAnotherProgramWrote()
{
    m_document->reveal(conv());
    typeInto("name", "stem");
    const QByteArray theirs = "written by another program";
    QFile::remove(modelFile());
    QFile file(modelFile());
    QVERIFY(file.open(QFile::WriteOnly) && file.write(theirs) == theirs.size());
    file.close();
    action(ActionId::Save)->trigger();
    QMessageBox* question = box("changedOnDisk");
    QVERIFY(question);
    question->button(QMessageBox::Cancel)->click();
    QTest::qWait(100);
    QCOMPARE(bytes(modelFile()), theirs);
    QVERIFY(m_document->isEdited());
}

void EditWindowTest::bringsChangesBackAfterACrash()
{
    m_document->reveal(conv());
    typeInto("name", "stem");
    const QString journals = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + "/journals";
    const QStringList names = QDir(journals).entryList({"*.journal"}, QDir::Files);
    QCOMPARE(names.size(), 1);
    // What a crash would leave behind: the journal without the process that locks it.
    const QByteArray journal = bytes(journals + '/' + names.first());
    m_document->undoStack().setIndex(0);
    m_window->close();
    m_window.reset();
    QVERIFY(QDir(journals).isEmpty());
    QFile left(journals + "/left.journal");
    QVERIFY(left.open(QFile::WriteOnly) && left.write(journal) == journal.size());
    left.close();

    m_window = std::make_unique<MainWindow>(Theme::light());
    m_window->show();
    m_window->offerRecovery();
    QMessageBox* question = box("recoverChanges");
    QVERIFY(question);
    question->defaultButton()->click();
    QTRY_VERIFY(m_window->currentDocument() && m_window->currentDocument()->isEdited());
    m_document = m_window->currentDocument();
    QCOMPARE(m_document->model()->node(conv()).name, std::string("stem"));
    action(ActionId::Undo)->trigger();
    QVERIFY(!m_document->isEdited());
}

QTEST_MAIN(EditWindowTest)
#include "editwindowtest.moc"
