#pragma once

#include <QWidget>
#include <memory>
#include <vector>

#include "core/analysis/elementreader.h"
#include "ui/panels/heatmapdata.h"
#include "ui/theme/theme.h"

class QComboBox;
class QHBoxLayout;
class QLabel;
class QSpinBox;

namespace tenscope {

class HeatmapCanvas;
class TaskRunner;

// The tab with a 2-D slice of a tensor as colours: which two dimensions, where the others stand, the value under the cursor.
class HeatmapView : public QWidget {
    Q_OBJECT

public:
    explicit HeatmapView(TaskRunner* tasks, QWidget* parent = nullptr);

    void setReader(std::shared_ptr<const ElementReader> reader);  // null: empty
    void setTheme(const Theme& theme);

signals:
    void busyChanged(bool busy);
    // A cell was asked for: the first element of its block.
    void elementActivated(std::uint64_t element);

private:
    void buildSelectors();
    void compute();
    SliceRequest request() const;
    void readOff(int row, int column);
    std::uint64_t elementOf(int row, int column) const;

    TaskRunner* m_tasks;
    HeatmapCanvas* m_canvas;
    QHBoxLayout* m_bar;
    QLabel* m_readOut;
    QComboBox* m_rowDimension;
    QComboBox* m_columnDimension;
    std::vector<QSpinBox*> m_spins;  // one a dimension
    std::shared_ptr<const ElementReader> m_reader;
    QString m_caption;
    bool m_building = false;
};

}  // namespace tenscope
