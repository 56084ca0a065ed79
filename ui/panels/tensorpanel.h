#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/analysis/elementreader.h"
#include "core/analysis/statistics.h"
#include "ui/panels/panel.h"
#include "ui/panels/tensorchoice.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QStackedWidget;
class QTabBar;
class QToolButton;

namespace tenscope {

class BusyLine;
class EmptyState;
class FactsGrid;
class HeatmapView;
class HistogramView;
class InferenceService;
class MessageBar;
class TensorEditor;
class ValuesView;

// One tensor, stored or of the last run: facts, histogram, values, heatmap, save. It follows the selection (a node's
// weights, then its outputs of the last run) and shows what others ask for. Numbers are read off the GUI thread; what was
// shown stays, dimmed, until the new ones are there.
class TensorPanel : public Panel {
    Q_OBJECT

public:
    TensorPanel(TaskRunner* tasks, const Theme& theme, QWidget* parent = nullptr);
    ~TensorPanel() override;

    // Where whole activations come from when someone looks at their values. Outlives the panel; null: nowhere.
    void setInference(InferenceService* inference) { m_inference = inference; }

    // A stored tensor of the document's model.
    void showTensor(TensorId tensor);
    // What a value was in the last run; `whole` where its numbers are here already (the model's outputs).
    void showActivation(const ValueRun& activation, const Tensor* whole = nullptr);

signals:
    void statisticsShown();  // the facts and the histogram are those of the current tensor

protected:
    void documentReplaced() override;
    void documentChanged(const Change& change) override;
    void applyTheme() override;

private:
    void follow();
    void followModel();
    void setChoices(std::vector<TensorChoice> choices, int current);
    void addChoice(TensorChoice choice);
    void choose(int index);
    const TensorChoice* current() const;
    void showFacts();
    void showStatistics(const TensorStatistics& statistics);
    void computeStatistics();
    void openReader();
    void showTab();
    void showMessage(const QString& sentence);
    void save();
    void updateBusy();
    // The current tensor's data, from wherever it has to come. Runs on any thread.
    std::function<Result<Tensor>(Progress&)> loader() const;

    QComboBox* m_choice;
    QLabel* m_title;
    FactsGrid* m_facts;
    QTabBar* m_tabs;
    QStackedWidget* m_pages;
    HistogramView* m_histogram;
    QComboBox* m_bins;
    QCheckBox* m_logarithmic;
    QWidget* m_histogramTools;
    QToolButton* m_resetZoom;
    QToolButton* m_save;
    QToolButton* m_edit;
    TensorEditor* m_editor;
    ValuesView* m_values;
    HeatmapView* m_heatmap;
    EmptyState* m_message;
    QWidget* m_content;
    EmptyState* m_empty;
    BusyLine* m_busy;
    MessageBar* m_saveMessage;  // why saving failed
    MessageBar* m_refusal;      // why an edit cannot be

    std::vector<TensorChoice> m_choices;
    InferenceService* m_inference = nullptr;
    std::shared_ptr<const ElementReader> m_reader;  // of the current tensor, once a tab needed it
    std::shared_ptr<const Tensor> m_fetched;        // of the current activation, once it was fetched
    QString m_histogramMessage;  // why there is no histogram
    QString m_readerMessage;     // why there are no values
    QString m_lastRole;
    bool m_computing = false, m_reading = false, m_drawing = false;
};

}  // namespace tenscope
