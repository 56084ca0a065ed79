#pragma once

#include <QTimer>
#include <memory>
#include <mutex>
#include <vector>

#include "core/worker/run.h"
#include "ui/panels/panel.h"

class QLabel;
class QLineEdit;
class QPushButton;
class QSortFilterProxyModel;
class QStackedWidget;
class QTabBar;
class QTableView;

namespace tenscope {

class BusyLine;
class EmptyState;
class GivenValues;
class InferenceOptions;
class InferenceService;
class InputsModel;
class MessageBar;
class OutputsModel;
class RunModel;
class ShareDelegate;
class TopClassesBar;

// Sample inference: the inputs, how to run, and what came out: outputs, times, and with a trace every node's time and
// what it made. The outcome becomes the document's lastRun().
class InferencePanel : public Panel {
    Q_OBJECT

public:
    // The service outlives the panel.
    InferencePanel(TaskRunner* tasks, InferenceService* service, const Theme& theme, QWidget* parent = nullptr);
    ~InferencePanel() override;

    bool isRunning() const { return m_running; }

public slots:
    // Starts a run with the inputs and options as they stand; nothing where one cannot be started.
    void run();
    void cancel();
    // The worker is in another state.
    void serviceChanged();

signals:
    // Someone wants to see what a value was. `whole` is null where its numbers have to be fetched; valid during the call.
    void valueActivated(const tenscope::ValueRun& value, const tenscope::Tensor* whole);
    void runningChanged(bool running);

protected:
    void documentReplaced() override;
    void documentChanged(const Change& change) override;
    void applyTheme() override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void modelChanged(const Touched& touched);
    // What a run gave or where it failed.
    struct Attempt;
    // Nodes of the run that is going on, on their way from its thread to the table.
    struct Arrivals {
        std::mutex mutex;
        std::vector<NodeRun> nodes;
    };

    void buildTables();
    QString reasonNotToRun() const;  // empty: nothing in the way
    void updateState();
    void finish(Attempt attempt);
    void showOutcome();
    void showTimes(const RunOutcome& run);
    void showFailure(const Error& error, int input);
    void help();
    void editInput(const QModelIndex& cell);
    void takeArrivals();
    void showNodeCount();
    void showTab();
    void activateNode(const QModelIndex& index);
    void activateOutput(const QModelIndex& index);
    void selectFromDocument();
    void rememberInputs() const;
    void recallInputs();

    InferenceService* m_service;
    QPushButton* m_run;
    QPushButton* m_cancel;
    InferenceOptions* m_options;
    QLabel* m_times;
    MessageBar* m_message;
    BusyLine* m_busy;
    QStackedWidget* m_pages;
    EmptyState* m_empty;
    QWidget* m_content;
    QTabBar* m_tabs;
    QStackedWidget* m_tables;  // a page a tab
    QTableView* m_inputsTable;
    QTableView* m_outputsTable;
    QStackedWidget* m_nodePages;
    EmptyState* m_nodesEmpty;
    QLineEdit* m_filter;
    QTableView* m_nodesTable;
    InputsModel* m_inputs;
    OutputsModel* m_outputs;
    RunModel* m_nodes;
    QSortFilterProxyModel* m_sortedNodes;
    ShareDelegate* m_shares;
    GivenValues* m_given;
    TopClassesBar* m_topClasses;

    std::shared_ptr<Arrivals> m_arrivals;
    QTimer m_arriving;
    std::shared_ptr<const Model> m_shownInputsOf;
    Error m_failure;
    int m_failedInput = -1;
    int m_task = 0;
    int m_resultTab;  // what someone wants to see after a run: outputs or nodes
    bool m_running = false;
    bool m_following = false;
};

}  // namespace tenscope
