#pragma once

#include <QAbstractTableModel>
#include <memory>
#include <vector>

#include "core/graph/model.h"
#include "ui/theme/theme.h"

namespace tenscope {

// Issues as a table: severity, text, place.
class IssuesModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { SeverityColumn, TextColumn, PlaceColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setIssues(std::shared_ptr<const Model> model, std::vector<Issue> issues);
    void setTheme(const Theme& theme);
    const Issue& issue(int row) const { return m_issues[std::size_t(row)]; }
    int count(Severity severity) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    QString placeText(const Place& place) const;

    std::shared_ptr<const Model> m_model;
    std::vector<Issue> m_issues;
    Theme m_theme;
};

}  // namespace tenscope
