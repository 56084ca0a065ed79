#pragma once

#include <QMainWindow>

#include "ui/mainwindow/actions.h"
#include "ui/theme/theme.h"

class QLabel;
class QStackedWidget;
class QTabWidget;

namespace tenscope {

class Document;
class DocumentPage;
class DocumentSaver;
class EditActions;
class Panels;
class RecentFiles;
class Recovery;
class SearchBox;
class TaskRunner;
class WorkerService;

// The window: documents as tabs, panels in docks that follow the shown document, actions, status. Wiring only: what a
// part does is in that part.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    // `system` is the desktop's own appearance, as it was before the application set a palette; `awaited` are files that
    // will be opened as soon as the window stands.
    explicit MainWindow(const Theme& system, const QStringList& awaited = {});
    ~MainWindow() override;

    // Opens the file in a new tab, or raises the tab that shows it.
    void open(const QString& path);
    void openSample();
    // Asks whether to bring back changes that a crash left behind. Once, when the window stands.
    void offerRecovery();

    DocumentPage* currentPage() const;
    Document* currentDocument() const;
    Actions& actions() { return *m_actions; }
    TaskRunner& tasks() { return *m_tasks; }

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void makeToolBar();
    void makeStatusBar();
    void connectActions();
    void connectPanels();
    void chooseFiles();
    void read(DocumentPage* page);
    void closeTab(int index);
    void removePage(DocumentPage* page);
    void showSaved(DocumentPage* page);
    void showCurrent();
    void updateActions();
    void updateStatus();
    void showZoom();
    void exportPicture();
    void showRecent(QMenu* menu);
    void setAppearance(int choice);
    void restoreState();

    Theme m_systemTheme;
    Theme m_theme;
    TaskRunner* m_tasks;
    WorkerService* m_worker;
    RecentFiles* m_recent;
    Actions* m_actions;
    EditActions* m_edits;
    DocumentSaver* m_saver;
    Recovery* m_recovery;
    QStackedWidget* m_center;  // the welcome page, or the tabs
    QTabWidget* m_tabs;
    SearchBox* m_search;
    Panels* m_panels;
    QLabel* m_formatStatus;
    QLabel* m_countStatus;
    QLabel* m_selectionStatus;
    QLabel* m_workerStatus;
    bool m_isSettled = false;  // nobody minds that the window closes
    QByteArray m_firstState;  // of docks and tool bars, for Reset Panels
};

}  // namespace tenscope
