#include "ui/panels/changesmodel.h"

#include <QFont>

#include "ui/document/document.h"
#include "ui/document/editcommand.h"

namespace tenscope {

void ChangesModel::setDocument(Document* document)
{
    m_document = document;
    refresh();
}

void ChangesModel::setTheme(const Theme& theme)
{
    m_theme = theme;
    if (m_rows > 0)
        emit dataChanged(index(0), index(m_rows - 1), {Qt::ForegroundRole});
}

void ChangesModel::refresh()
{
    // Rows come and go at the end; all others may have changed what they say: saved, current, undone.
    const int rows = m_document ? m_document->undoStack().count() + 1 : 0;
    if (rows > m_rows) {
        beginInsertRows({}, m_rows, rows - 1);
        m_rows = rows;
        endInsertRows();
    } else if (rows < m_rows) {
        beginRemoveRows({}, rows, m_rows - 1);
        m_rows = rows;
        endRemoveRows();
    }
    if (m_rows > 0)
        emit dataChanged(index(0), index(m_rows - 1));
}

Place ChangesModel::place(int row) const
{
    if (!m_document || row < 1 || row > m_document->undoStack().count())
        return {};
    const auto* command = static_cast<const EditCommand*>(m_document->undoStack().command(row - 1));
    const Model& model = *m_document->model();
    const Place named = tenscope::place(model, command->edit());
    if (const auto* node = std::get_if<NodeId>(&named); !node || (*node && node->index() < model.nodeCount() && model.node(*node).isAlive()))
        if (!std::holds_alternative<GraphId>(named))
            return named;
    // What the step removed is not there: its neighbours are.
    for (const NodeId node : command->touched().nodes)
        if (node.index() < model.nodeCount() && model.node(node).isAlive())
            return node;
    for (const ValueId value : command->touched().values)
        if (value.index() < model.valueCount() && model.value(value).isAlive())
            return value;
    return {};
}

int ChangesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : m_rows;
}

QVariant ChangesModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || !m_document)
        return {};
    const QUndoStack& stack = m_document->undoStack();
    const bool isCurrent = index.row() == stack.index();
    const bool isUndone = index.row() > stack.index();
    switch (role) {
    case Qt::DisplayRole: {
        QString text = index.row() == 0 ? tr("Opened") : stack.text(index.row() - 1);
        if (index.row() == stack.cleanIndex())
            text += tr("  ·  saved", "behind the name of a change");
        return text;
    }
    case Qt::ToolTipRole:
        if (index.row() == 0)
            return tr("The model as it was opened");
        return isUndone ? tr("Undone. Double-click to go to this state.") : tr("Double-click to go back to this state.");
    case Qt::FontRole: {
        QFont font;
        font.setBold(isCurrent);
        return font;
    }
    case Qt::ForegroundRole:
        return isUndone ? m_theme.dimText : m_theme.text;
    case CurrentRole:
        return isCurrent;
    case UndoneRole:
        return isUndone;
    default:
        return {};
    }
}

}  // namespace tenscope
