#pragma once

#include <QAbstractTableModel>
#include <memory>
#include <unordered_map>
#include <vector>

#include "core/graph/model.h"
#include "core/worker/run.h"

namespace tenscope {

// The nodes of a traced run as a table: what each took, and what it made. A node with several outputs is one row, that of
// its first tensor.
class RunModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column {
        NodeColumn, OperatorColumn, OutputColumn, TimeColumn, ShareColumn, MinColumn, MaxColumn, MeanColumn, NanColumn,
        ColumnCount,
    };
    enum Role {
        FilterRole = Qt::UserRole,  // text of the first two columns only
        ShareRole,                  // double 0…1: of the whole run's time
        BarRole,                    // double 0…1: of the slowest node's time
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setRun(std::shared_ptr<const Model> model, std::vector<NodeRun> nodes);
    // More nodes of the run that is going on; those whose node is there already replace it.
    void add(const std::vector<NodeRun>& nodes);
    void clear();

    const NodeRun& node(int row) const { return m_nodes[std::size_t(row)]; }
    // The output that the row shows; null for nodes that made no tensor.
    const ValueRun* output(int row) const;
    int rowOf(NodeId node) const;  // −1: not in this run

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    void sum();
    QVariant textAt(const NodeRun& node, const ValueRun* output, int column, bool exact) const;
    QVariant sortAt(const NodeRun& node, const ValueRun* output, int column) const;

    std::shared_ptr<const Model> m_model;
    std::vector<NodeRun> m_nodes;
    std::unordered_map<NodeId, int> m_rows;
    double m_total = 0, m_slowest = 0;
};

}  // namespace tenscope
