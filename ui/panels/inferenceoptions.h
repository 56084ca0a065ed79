#pragma once

#include <QWidget>
#include <map>
#include <string>
#include <vector>

#include "core/worker/run.h"
#include "ui/panels/inputsmodel.h"

class QCheckBox;
class QComboBox;
class QHBoxLayout;
class QLabel;
class QSpinBox;

namespace tenscope {

// How a model is run: device, threads, repeats, seed, trace; and the sizes of the dimensions that have a name. What is
// chosen is remembered, sizes by the name of their dimension.
class InferenceOptions : public QWidget {
    Q_OBJECT

public:
    explicit InferenceOptions(QWidget* parent = nullptr);

    void setInfo(const WorkerInfo& info);
    void setSymbols(const std::vector<std::string>& symbols);
    void setUsesImages(bool uses);

    // Without its inputs.
    RunRequest request() const;
    InputSettings inputSettings() const;

private:
    void remember() const;

    QComboBox* m_device;
    QSpinBox* m_threads;
    QSpinBox* m_repeats;
    QSpinBox* m_seed;
    QCheckBox* m_trace;
    QLabel* m_pixelsLabel;
    QComboBox* m_pixels;
    QHBoxLayout* m_symbolLayout;
    std::map<std::string, QSpinBox*> m_symbols;
    std::vector<QWidget*> m_symbolWidgets;
};

}  // namespace tenscope
