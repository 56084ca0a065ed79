#pragma once

#include <QAbstractTableModel>
#include <map>
#include <memory>
#include <vector>

#include "core/base/progress.h"
#include "core/graph/model.h"
#include "core/worker/run.h"
#include "ui/panels/imageinput.h"

namespace tenscope {

// One input of the run as the user set it, or a value that is given by hand instead of computed.
struct InputRow {
    std::string name;
    Type type;
    QString shape;   // as typed; empty: what the model says
    QString source;  // "random", "zeros", a number, a file: what core/analysis/inputspec.h reads, or an image
    QString problem; // why the last attempt failed at it; empty: it did not
    ValueId given;   // the value that is given by hand; none: the row is an input
};

// What the rows are for a run.
struct RunInputs {
    std::vector<Tensor> inputs;
    std::vector<Override> overrides;
};

// What all inputs share.
struct InputSettings {
    std::map<std::string, std::int64_t> symbols;  // sizes of the dimensions that have a name
    std::uint64_t seed = 0;
    PixelScale pixels = PixelScale::Unit;
};

// Why inputs could not be made, and at which row.
struct InputFailure {
    int row = -1;
    Error error;
};

// Makes the tensors of a run, row by row. Any thread.
tl::expected<RunInputs, InputFailure> makeInputs(const std::vector<InputRow>& rows, const InputSettings& settings,
                                                 Progress& progress);

// The inputs of a model, and the values that are given by hand, as a table in which shape and source are edited.
class InputsModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { NameColumn, TypeColumn, ShapeColumn, SourceColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    // Null: empty. Values given by hand stay as long as a node computes them.
    void setModel(const Model* model);
    // The row of a value that is given by hand from now on: zeros, until someone says otherwise. It must be computed by a node.
    int give(const Model& model, ValueId value);
    void takeBack(int row);  // the model computes it again
    bool isGiven(int row) const { return row >= 0 && row < rowCount() && m_rows[std::size_t(row)].given; }
    const std::vector<InputRow>& inputs() const { return m_rows; }
    // The named dimensions of all inputs, each once, in order.
    std::vector<std::string> symbols() const;
    void setProblem(int row, const QString& problem);
    bool usesImages() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    std::vector<InputRow> m_rows;
};

}  // namespace tenscope
