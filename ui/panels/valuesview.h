#pragma once

#include <QWidget>
#include <memory>
#include <vector>

#include "core/analysis/elementreader.h"
#include "ui/theme/theme.h"

class QHBoxLayout;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace tenscope {

class TensorGrid;

// The tab with a tensor's values: a grid, one spin box for each leading dimension, and a field to go to an element.
class ValuesView : public QWidget {
    Q_OBJECT

public:
    explicit ValuesView(QWidget* parent = nullptr);

    void setReader(std::shared_ptr<const ElementReader> reader);  // null: empty
    void setTheme(const Theme& theme);
    void goTo(std::uint64_t element);
    void setEditable(bool editable);

signals:
    void typed(std::uint64_t element, const QString& number);

private:
    void followCurrent(std::uint64_t element);
    void goToSpins();
    void goToText();

    TensorGrid* m_grid;
    QHBoxLayout* m_bar;
    QLineEdit* m_goTo;
    QLabel* m_exact;
    std::vector<QSpinBox*> m_spins;  // of the dimensions but the last
    std::shared_ptr<const ElementReader> m_reader;
    bool m_following = false;
};

}  // namespace tenscope
