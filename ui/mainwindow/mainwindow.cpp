#include "ui/mainwindow/mainwindow.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QScreen>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabWidget>
#include <QToolBar>
#include <QToolButton>

#include "core/formats/formats.h"
#include "ui/document/document.h"
#include "ui/errorpresenter/errorpresenter.h"
#include "ui/graphview/graphmenu.h"
#include "ui/graphview/graphview.h"
#include "ui/mainwindow/appearance.h"
#include "ui/mainwindow/documentpage.h"
#include "ui/mainwindow/documentsaver.h"
#include "ui/mainwindow/documentstatus.h"
#include "ui/mainwindow/editactions.h"
#include "ui/mainwindow/modelparts.h"
#include "ui/mainwindow/panels.h"
#include "ui/mainwindow/pictureexport.h"
#include "ui/mainwindow/recentfiles.h"
#include "ui/mainwindow/recovery.h"
#include "ui/mainwindow/samples.h"
#include "ui/mainwindow/searchbox.h"
#include "ui/mainwindow/taskindicator.h"
#include "ui/mainwindow/typeinference.h"
#include "ui/mainwindow/welcomepage.h"
#include "ui/mainwindow/workerservice.h"
#include "ui/panels/inferencepanel.h"
#include "ui/taskrunner/taskrunner.h"

namespace tenscope {

MainWindow::MainWindow(const Theme& system, const QStringList& awaited)
    : m_systemTheme(system), m_theme(themeFor(appearanceFromSettings(), system)), m_tasks(new TaskRunner(this)),
      m_worker(new WorkerService(m_tasks, awaited)), m_recent(new RecentFiles(this)), m_actions(new Actions(this)),
      m_edits(new EditActions(m_actions, [this] { return currentPage(); }, this)),
      m_saver(new DocumentSaver(this, m_tasks, m_worker->client())), m_recovery(new Recovery(this, m_tasks)),
      m_center(new QStackedWidget), m_tabs(new QTabWidget), m_search(new SearchBox(m_tasks))
{
    setObjectName("mainWindow");
    setAcceptDrops(true);
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    setUnifiedTitleAndToolBarOnMac(true);

    m_tabs->setObjectName("documentTabs");
    m_tabs->setDocumentMode(true);
    m_tabs->setTabsClosable(true);
    m_tabs->setMovable(true);
    m_tabs->setElideMode(Qt::ElideMiddle);
    auto* welcome = new WelcomePage(m_recent);
    m_center->addWidget(welcome);
    m_center->addWidget(m_tabs);
    setCentralWidget(m_center);

    m_panels = new Panels(this, m_tasks, m_worker, m_theme);
    const Actions::Menus menus = m_actions->fill(menuBar());
    m_panels->fillMenu(menus.panels);
    connect(menus.recent, &QMenu::aboutToShow, this, [this, menu = menus.recent] { showRecent(menu); });
    connect(menus.depth, &QMenu::aboutToShow, this, [this, menu = menus.depth] {
        menu->clear();
        if (const DocumentPage* page = currentPage(); page && page->document())
            GraphMenu(*page->view()).addDepths(*menu);
    });
    makeToolBar();
    makeStatusBar();
    m_firstState = saveState();

    connect(welcome, &WelcomePage::openRequested, this, &MainWindow::chooseFiles);
    connect(welcome, &WelcomePage::sampleRequested, this, &MainWindow::openSample);
    connect(welcome, &WelcomePage::fileRequested, this, &MainWindow::open);
    connect(m_tabs, &QTabWidget::currentChanged, this, &MainWindow::showCurrent);
    connect(m_tabs, &QTabWidget::tabCloseRequested, this, &MainWindow::closeTab);
    connect(m_worker, &WorkerService::changed, this, &MainWindow::updateStatus);
    connect(m_worker, &WorkerService::changed, m_panels->inference(), &InferencePanel::serviceChanged);
    connect(m_worker, &WorkerService::troubled, this, [this](const QString& sentence) {
        if (const DocumentPage* page = currentPage())
            page->errors()->present(Error::worker(sentence.toStdString()));
    });
    connect(m_panels->inference(), &InferencePanel::runningChanged, this, &MainWindow::updateActions);
    connectActions();
    restoreState();
    showCurrent();
}

MainWindow::~MainWindow()
{
    m_panels->setDocument(nullptr);
    m_search->setDocument(nullptr);
    // Tasks ask the worker, panels start tasks: the panels go first, then the tasks, then the worker.
    delete takeCentralWidget();
    qDeleteAll(findChildren<QDockWidget*>(Qt::FindDirectChildrenOnly));
    delete m_tasks;
    delete m_worker;
}

void MainWindow::makeToolBar()
{
    auto* bar = addToolBar(tr("Tools"));
    bar->setObjectName("toolBar");
    bar->setMovable(false);
    bar->setToolButtonStyle(Qt::ToolButtonTextOnly);
    bar->addAction((*m_actions)[ActionId::Open]);
    bar->addSeparator();
    for (const ActionId id : {ActionId::Fit, ActionId::ZoomOut, ActionId::ZoomActual, ActionId::ZoomIn})
        bar->addAction((*m_actions)[id]);
    (*m_actions)[ActionId::Open]->setIconText(tr("Open"));
    (*m_actions)[ActionId::ZoomOut]->setIconText("−");
    (*m_actions)[ActionId::ZoomIn]->setIconText("+");
    // Its text is the zoom that is: the button keeps its width while people turn the wheel.
    if (QWidget* zoom = bar->widgetForAction((*m_actions)[ActionId::ZoomActual]))
        zoom->setMinimumWidth(zoom->fontMetrics().horizontalAdvance("0000 %") + 24);
    bar->addSeparator();
    auto* run = new QToolButton;
    run->setObjectName("runButton");
    run->setDefaultAction((*m_actions)[ActionId::Run]);
    run->setToolButtonStyle(Qt::ToolButtonTextOnly);
    (*m_actions)[ActionId::Run]->setIconText(tr("▶ Run"));
    bar->addWidget(run);
    auto* gap = new QWidget;
    gap->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addWidget(gap);
    bar->addWidget(m_search);
}

void MainWindow::makeStatusBar()
{
    m_formatStatus = new QLabel;
    m_formatStatus->setObjectName("formatStatus");
    m_countStatus = new QLabel;
    m_countStatus->setObjectName("countStatus");
    m_selectionStatus = new QLabel;
    m_selectionStatus->setObjectName("selectionStatus");
    m_workerStatus = new QLabel;
    m_workerStatus->setObjectName("workerStatus");
    for (QLabel* label : {m_formatStatus, m_countStatus, m_selectionStatus})
        statusBar()->addWidget(label);
    statusBar()->addPermanentWidget(m_workerStatus);
    statusBar()->addPermanentWidget(new TaskIndicator(m_tasks));
}

void MainWindow::connectActions()
{
    const auto on = [this](ActionId id, auto slot) { connect((*m_actions)[id], &QAction::triggered, this, slot); };
    // Actions on the diagram go to the one that is shown.
    const auto onView = [this, &on](ActionId id, void (GraphView::*slot)()) {
        on(id, [this, slot] {
            if (const DocumentPage* page = currentPage(); page && page->document())
                (page->view()->*slot)();
        });
    };
    on(ActionId::Open, [this] { chooseFiles(); });
    on(ActionId::OpenSample, [this] { openSample(); });
    on(ActionId::Reload, [this] {
        if (DocumentPage* page = currentPage())
            m_saver->revert(page, [this, page] { read(page); });
    });
    on(ActionId::Save, [this] {
        if (DocumentPage* page = currentPage())
            m_saver->save(page);
    });
    on(ActionId::SaveAs, [this] {
        if (DocumentPage* page = currentPage())
            m_saver->saveAs(page);
    });
    on(ActionId::Undo, [this] {
        if (Document* document = currentDocument())
            document->undoStack().undo();
    });
    on(ActionId::Redo, [this] {
        if (Document* document = currentDocument())
            document->undoStack().redo();
    });
    connect(m_saver, &DocumentSaver::saved, this, [this](DocumentPage* page) {
        m_recent->add(page->path());
        showSaved(page);
    });
    on(ActionId::ExportPicture, [this] { exportPicture(); });
    on(ActionId::CloseTab, [this] { closeTab(m_tabs->currentIndex()); });
    on(ActionId::Quit, [this] { close(); });
    auto* parts = new ModelParts(this, m_tasks);
    const auto onParts = [this, &on, parts](ActionId id, void (ModelParts::*slot)(DocumentPage*)) {
        on(id, [this, parts, slot] {
            if (DocumentPage* page = currentPage(); page && page->document())
                (parts->*slot)(page);
        });
    };
    onParts(ActionId::Extract, &ModelParts::extract);
    onParts(ActionId::Merge, &ModelParts::merge);
    connect(parts, &ModelParts::extracted, this, &MainWindow::open);
    on(ActionId::AddOperator, [this] { m_panels->showPalette(); });
    connect(m_panels, &Panels::operatorActivated, m_edits, &EditActions::addOperator);
    on(ActionId::Find, [this] { m_search->focusField(); });
    on(ActionId::FindNext, [this] { m_search->next(); });
    on(ActionId::FindPrevious, [this] { m_search->previous(); });
    onView(ActionId::CopyText, &GraphView::copyAsText);
    onView(ActionId::SelectUpstream, &GraphView::selectUpstream);
    onView(ActionId::SelectDownstream, &GraphView::selectDownstream);
    onView(ActionId::HighlightPaths, &GraphView::highlightPath);
    onView(ActionId::Fit, &GraphView::fit);
    onView(ActionId::FitSelection, &GraphView::fitSelection);
    onView(ActionId::ZoomActual, &GraphView::zoomActual);
    onView(ActionId::ZoomIn, &GraphView::zoomIn);
    onView(ActionId::ZoomOut, &GraphView::zoomOut);
    onView(ActionId::ExpandAll, &GraphView::expandAll);
    onView(ActionId::FoldAll, &GraphView::foldAll);
    onView(ActionId::UnfoldLevel, &GraphView::unfoldLevel);
    onView(ActionId::FoldLevel, &GraphView::foldLevel);
    onView(ActionId::GoToProducer, &GraphView::goToProducer);
    onView(ActionId::GoToConsumer, &GraphView::goToConsumer);
    on(ActionId::LeaveGraph, [this] {
        if (Document* document = currentDocument())
            document->leaveGraph();
    });
    connect((*m_actions)[ActionId::ShowPlumbing], &QAction::toggled, this, [this](bool shown) {
        for (int i = 0; i < m_tabs->count(); ++i)
            static_cast<DocumentPage*>(m_tabs->widget(i))->view()->setPlumbingShown(shown);
    });
    on(ActionId::ThemeSystem, [this] { setAppearance(int(AppearanceChoice::System)); });
    on(ActionId::ThemeLight, [this] { setAppearance(int(AppearanceChoice::Light)); });
    on(ActionId::ThemeDark, [this] { setAppearance(int(AppearanceChoice::Dark)); });
    on(ActionId::ResetLayout, [this] { QMainWindow::restoreState(m_firstState); });
    on(ActionId::Run, [this] {
        m_panels->showRun();
        m_panels->inference()->run();
    });
    on(ActionId::CancelRun, [this] { m_panels->inference()->cancel(); });
    on(ActionId::RestartWorker, [this] { m_worker->restart(); });
    on(ActionId::NextTab, [this] { m_tabs->setCurrentIndex((m_tabs->currentIndex() + 1) % std::max(1, m_tabs->count())); });
    on(ActionId::PreviousTab, [this] {
        m_tabs->setCurrentIndex((m_tabs->currentIndex() + m_tabs->count() - 1) % std::max(1, m_tabs->count()));
    });
    on(ActionId::About, [this] {
        QMessageBox::about(this, tr("About Tenscope"),
                           tr("<h3>Tenscope %1</h3><p>Opens, shows, runs and compares trained neural networks.</p>"
                              "<p>Free software under the GNU General Public License, version 3 or later.</p>")
                               .arg(TENSCOPE_VERSION));
    });
    connect(m_search, &SearchBox::closed, this, [this] {
        if (const DocumentPage* page = currentPage())
            page->view()->setFocus();
    });
    connect(m_search, &SearchBox::hitsChanged, this, [this](const std::vector<NodeId>& nodes) {
        if (const DocumentPage* page = currentPage())
            page->view()->setSearchHits(nodes);
    });
}

DocumentPage* MainWindow::currentPage() const
{
    return static_cast<DocumentPage*>(m_tabs->currentWidget());
}

Document* MainWindow::currentDocument() const
{
    const DocumentPage* page = currentPage();
    return page ? page->document() : nullptr;
}

void MainWindow::chooseFiles()
{
    QSettings settings;
    QStringList globs;
    for (const FormatInfo& format : formats())
        if (format.reader != Reader::Nobody)
            for (const std::string_view glob : format.globs)
                globs << QString::fromUtf8(glob.data(), qsizetype(glob.size()));
    globs.removeDuplicates();
    const QStringList files = QFileDialog::getOpenFileNames(this, tr("Open Models"), settings.value("openFolder").toString(),
                                                            tr("Models (%1);;All files (*)").arg(globs.join(' ')));
    if (!files.isEmpty())
        settings.setValue("openFolder", QFileInfo(files.first()).absolutePath());
    for (const QString& file : files)
        open(file);
}

void MainWindow::open(const QString& path)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    for (int i = 0; i < m_tabs->count(); ++i) {
        if (static_cast<DocumentPage*>(m_tabs->widget(i))->path() == absolute) {
            m_tabs->setCurrentIndex(i);
            return;
        }
    }
    auto* page = new DocumentPage(absolute, m_tasks, m_theme);
    m_actions->addTo(page->view());
    connect(page->view(), &GraphView::menuRequested, m_edits, &EditActions::addTo);
    page->view()->setPlumbingShown((*m_actions)[ActionId::ShowPlumbing]->isChecked());
    connect(page->view(), &GraphView::zoomChanged, this, [this, page] {
        if (page == currentPage())
            showZoom();
    });
    connect(page, &DocumentPage::retryRequested, this, [this, page] { read(page); });
    connect(page, &DocumentPage::cancelRequested, this, [this, page] { closeTab(m_tabs->indexOf(page)); });
    const int index = m_tabs->addTab(page, QFileInfo(absolute).fileName());
    m_tabs->setTabToolTip(index, absolute);
    m_tabs->setCurrentIndex(index);
    read(page);
}

void MainWindow::openSample()
{
    const Result<QStringList> files = sampleFiles();
    if (!files) {
        QMessageBox::warning(this, tr("Sample"), QString::fromStdString(files.error().message));
        return;
    }
    for (const QString& file : *files)
        open(file);
}

void MainWindow::offerRecovery()
{
    m_recovery->offer([this](const QString& file) { open(file); });
}

void MainWindow::read(DocumentPage* page)
{
    page->showReading(-1, {});
    const QString path = page->path();
    struct ReadModel {
        LoadedModel loaded;
        QString counts;
    };
    m_tasks->run<ReadModel>(
        tr("Reading %1").arg(QFileInfo(path).fileName()), "read:" + path, page,
        [worker = m_worker->client(), path](Progress& progress) -> Result<ReadModel> {
            return loadModel(std::filesystem::path(path.toStdU16String()), worker.get(), progress).map([](LoadedModel loaded) {
                const QString counts = countLine(*loaded.model);
                return ReadModel{std::move(loaded), counts};
            });
        },
        [this, page](Result<ReadModel> read) {
            if (!read) {
                page->showFailure(read.error());
            } else {
                m_recent->add(page->path());
                const bool isCurrent = page == currentPage();
                if (isCurrent) {
                    m_panels->setDocument(nullptr);
                    m_search->setDocument(nullptr);
                }
                page->showModel(read->loaded, read->counts);
                m_worker->add(page->document(), page->workerHandle());
                connect(page->document(), &Document::changed, this, [this, page](const Change& change) {
                    if (std::holds_alternative<SavedChanged>(change))
                        showSaved(page);
                    if (page == currentPage())
                        updateActions();
                });
                new TypeInference(page->document(), m_worker->client(), m_tasks);
                m_recovery->follow(page);
                m_recovery->restore(page);
                connect(page->document(), &QObject::destroyed, m_worker,
                        [worker = m_worker](QObject* document) { worker->remove(document); });
            }
            if (page == currentPage())
                showCurrent();
        });
}

void MainWindow::closeTab(int index)
{
    if (auto* page = static_cast<DocumentPage*>(m_tabs->widget(index)))
        m_saver->settle({page}, [this, page] { removePage(page); });
}

void MainWindow::removePage(DocumentPage* page)
{
    m_tasks->cancel("read:" + page->path());
    if (page == currentPage()) {
        m_panels->setDocument(nullptr);
        m_search->setDocument(nullptr);
    }
    m_tabs->removeTab(m_tabs->indexOf(page));
    page->deleteLater();
}

void MainWindow::showCurrent()
{
    m_center->setCurrentIndex(m_tabs->count() > 0 ? 1 : 0);
    Document* document = currentDocument();
    m_panels->setDocument(document);
    m_search->setDocument(document);
    setWindowTitle(currentPage() ? tr("%1[*] — Tenscope").arg(QFileInfo(currentPage()->path()).fileName()) : tr("Tenscope"));
    setWindowFilePath(currentPage() ? currentPage()->path() : QString());
    setWindowModified(document && document->isEdited());
    updateActions();
}

void MainWindow::showSaved(DocumentPage* page)
{
    const int index = m_tabs->indexOf(page);
    const bool isEdited = page->document() && page->document()->isEdited();
    const QString name = QFileInfo(page->path()).fileName();
    m_tabs->setTabText(index, isEdited ? tr("● %1", "tab of a model that is not saved").arg(name) : name);
    m_tabs->setTabToolTip(index, isEdited ? tr("%1: changes are not saved").arg(page->path()) : page->path());
    if (page == currentPage()) {
        setWindowTitle(tr("%1[*] — Tenscope").arg(name));
        setWindowFilePath(page->path());
        setWindowModified(isEdited);
    }
}

void MainWindow::updateActions()
{
    const Document* document = currentDocument();
    const bool isOpen = document != nullptr;
    const bool hasNode = isOpen && document->selection().current();
    const auto enable = [this](bool enabled, std::initializer_list<ActionId> ids) {
        for (const ActionId id : ids)
            (*m_actions)[id]->setEnabled(enabled);
    };
    enable(currentPage() != nullptr, {ActionId::CloseTab, ActionId::Reload});
    enable(isOpen, {ActionId::ExportPicture, ActionId::Find, ActionId::FindNext, ActionId::FindPrevious, ActionId::ZoomIn,
                    ActionId::ZoomOut, ActionId::ZoomActual, ActionId::Fit, ActionId::ExpandAll, ActionId::FoldAll, ActionId::UnfoldLevel,
                    ActionId::FoldLevel, ActionId::Run});
    enable(isOpen, {ActionId::SaveAs});
    enable(isOpen && document->isEdited(), {ActionId::Save});
    const auto name = [this](ActionId id, const QString& verb, const QString& what) {
        (*m_actions)[id]->setText(what.isEmpty() ? verb : tr("%1 “%2”", "Undo, name of a change").arg(verb, QString(what).replace('&', "&&")));
    };
    enable(isOpen && document->undoStack().canUndo(), {ActionId::Undo});
    enable(isOpen && document->undoStack().canRedo(), {ActionId::Redo});
    name(ActionId::Undo, tr("&Undo"), isOpen ? document->undoStack().undoText() : QString());
    name(ActionId::Redo, tr("&Redo"), isOpen ? document->undoStack().redoText() : QString());
    enable(hasNode, {ActionId::CopyText, ActionId::FitSelection, ActionId::SelectUpstream, ActionId::SelectDownstream,
                     ActionId::HighlightPaths, ActionId::GoToProducer, ActionId::GoToConsumer});
    enable(isOpen && document->graphPath().size() > 1, {ActionId::LeaveGraph});
    enable(m_panels->inference()->isRunning(), {ActionId::CancelRun});
    m_edits->update();
    showZoom();
    updateStatus();
}

void MainWindow::showZoom()
{
    const double zoom = currentDocument() ? currentPage()->view()->zoom() : 1;
    (*m_actions)[ActionId::ZoomActual]->setIconText(tr("%1%", "zoom").arg(QLocale().toString(zoom * 100, 'f', zoom < 0.0995 ? 1 : 0)));
}

void MainWindow::updateStatus()
{
    const Document* document = currentDocument();
    m_formatStatus->setText(document ? formatLine(*document->model()) : QString());
    m_countStatus->setText(document ? currentPage()->counts() : QString());
    m_selectionStatus->setText(document ? selectionLine(document->selection()) : QString());
    m_workerStatus->setText(m_worker->status());
    m_workerStatus->setToolTip(m_worker->details());
}

void MainWindow::exportPicture()
{
    DocumentPage* page = currentPage();
    if (page && page->document())
        exportDiagram(this, page->view()->diagram(), page->document()->title(), m_theme, m_tasks, page->errors());
}

void MainWindow::showRecent(QMenu* menu)
{
    menu->clear();
    const QStringList files = m_recent->files();
    for (const QString& file : files)
        connect(menu->addAction(QString(file).replace('&', "&&")), &QAction::triggered, this, [this, file] { open(file); });
    if (files.isEmpty())
        menu->addAction(tr("No files yet"))->setEnabled(false);
    menu->addSeparator();
    connect(menu->addAction(tr("Clear List")), &QAction::triggered, m_recent, &RecentFiles::clear);
}

void MainWindow::setAppearance(int choice)
{
    const auto appearance = AppearanceChoice(choice);
    saveAppearance(appearance);
    m_theme = themeFor(appearance, m_systemTheme);
    applyAppearance(m_theme);
    m_panels->setTheme(m_theme);
    for (int i = 0; i < m_tabs->count(); ++i)
        static_cast<DocumentPage*>(m_tabs->widget(i))->setTheme(m_theme);
}

void MainWindow::restoreState()
{
    const ActionId appearance[] = {ActionId::ThemeSystem, ActionId::ThemeLight, ActionId::ThemeDark};
    (*m_actions)[appearance[int(appearanceFromSettings())]]->setChecked(true);
    QSettings settings;
    if (!restoreGeometry(settings.value("window/geometry").toByteArray())) {
        const QSize room = screen()->availableSize();
        const QSize wanted(1480, 940);
        resize(wanted.boundedTo(room));
        if (wanted.width() > room.width() || wanted.height() > room.height())
            setWindowState(windowState() | Qt::WindowMaximized);
    }
    QMainWindow::restoreState(settings.value("window/state").toByteArray());
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    std::vector<DocumentPage*> edited;
    for (int i = 0; i < m_tabs->count(); ++i)
        if (auto* page = static_cast<DocumentPage*>(m_tabs->widget(i)); page->document() && page->document()->isEdited())
            edited.push_back(page);
    if (!edited.empty() && !m_isSettled) {
        event->ignore();
        m_saver->settle(std::move(edited), [this] {
            m_isSettled = true;
            close();
        });
        return;
    }
    QSettings settings;
    settings.setValue("window/geometry", saveGeometry());
    settings.setValue("window/state", saveState());
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    for (const QUrl& url : event->mimeData()->urls())
        if (url.isLocalFile())
            return event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    event->acceptProposedAction();
    for (const QUrl& url : event->mimeData()->urls())
        if (url.isLocalFile())
            open(url.toLocalFile());
}

}  // namespace tenscope
