#pragma once

#include <QObject>
#include <memory>

#include "core/graph/model.h"

class QAction;
class QTableView;
class QToolButton;

namespace tenscope {

class InputsModel;

// "What if this activation were zero": how values that nodes compute get into the table of inputs, and out of it again.
class GivenValues : public QObject {
    Q_OBJECT

public:
    // The table shows the model.
    GivenValues(InputsModel* inputs, QTableView* table, QObject* parent = nullptr);

    // Adds the selected node's output to the table. Whoever lays the panel out owns it.
    QToolButton* button() const { return m_button; }
    // The node is the selected one; none: nothing is.
    void setNode(std::shared_ptr<const Model> model, NodeId node);

signals:
    // In that row someone will say what the value is.
    void given(int row);

private:
    void give();
    void takeBack();
    void updateTakeBack();

    InputsModel* m_inputs;
    QTableView* m_table;
    QToolButton* m_button;
    QAction* m_takeBack;
    std::shared_ptr<const Model> m_model;
    NodeId m_node;
};

}  // namespace tenscope
