#pragma once

#include <QAbstractTableModel>
#include <memory>

#include "core/worker/run.h"

namespace tenscope {

// What a run gave: the model's outputs with their range.
class OutputsModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { NameColumn, TypeColumn, MinColumn, MaxColumn, MeanColumn, NanColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setRun(std::shared_ptr<const RunOutcome> run);  // null: empty
    const RunOutcome* run() const { return m_run.get(); }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    std::shared_ptr<const RunOutcome> m_run;
};

}  // namespace tenscope
