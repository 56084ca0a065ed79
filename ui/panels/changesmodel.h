#pragma once

#include <QAbstractListModel>
#include <QPointer>

#include "core/graph/issue.h"
#include "ui/theme/theme.h"

namespace tenscope {

class Document;

// The states of a document since it was opened: row 0 is the model as it was opened, row n what step n made of it. Undone
// steps stay, dimmed, until another edit takes their place.
class ChangesModel : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role { CurrentRole = Qt::UserRole, UndoneRole };  // bool: the state that is shown; whether it is undone

    using QAbstractListModel::QAbstractListModel;

    void setDocument(Document* document);  // null: none
    void setTheme(const Theme& theme);
    void refresh();
    Place place(int row) const;  // where to look to see what the step changed

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

private:
    QPointer<Document> m_document;
    int m_rows = 0;
    Theme m_theme;
};

}  // namespace tenscope
