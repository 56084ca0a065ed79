#pragma once

#include <QFrame>
#include <memory>
#include <string>
#include <vector>

#include "core/graph/model.h"
#include "core/worker/run.h"

class QLabel;
class QToolButton;

namespace tenscope {

// What a classifier says: the classes with the largest values of the first output that could be one's, by the names of a file
// of labels, which is remembered for outputs of as many classes. Hidden where no output could.
class TopClassesBar : public QFrame {
    Q_OBJECT

public:
    explicit TopClassesBar(QWidget* parent = nullptr);

    void setRun(std::shared_ptr<const Model> model, std::shared_ptr<const RunOutcome> run);  // null: none
    // Reads the names and remembers the file; an error is shown in place of the classes.
    void setLabels(const QString& file);

private:
    void chooseLabels();
    void recallLabels();
    void updateText();

    QLabel* m_text;
    QToolButton* m_choose;
    std::shared_ptr<const Model> m_model;
    std::shared_ptr<const RunOutcome> m_run;
    int m_output = -1;
    std::vector<std::string> m_labels;
    QString m_problem;
};

}  // namespace tenscope
