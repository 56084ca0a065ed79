#include "ui/panels/propertymodel.h"

#include "ui/theme/theme.h"

namespace tenscope {

void PropertyModel::setSections(std::vector<Property> sections)
{
    beginResetModel();
    m_sections = std::move(sections);
    m_lines.clear();
    m_top.clear();
    for (std::size_t i = 0; i < m_sections.size(); ++i)
        m_top.push_back(addLine(m_sections[i], -1, int(i)));
    endResetModel();
}

int PropertyModel::addLine(const Property& property, int parent, int row)
{
    const int line = int(m_lines.size());
    m_lines.push_back({&property, parent, row, {}});
    std::vector<int> children;
    for (std::size_t i = 0; i < property.children.size(); ++i)
        children.push_back(addLine(property.children[i], line, int(i)));
    m_lines[std::size_t(line)].children = std::move(children);
    return line;
}

const Property* PropertyModel::property(const QModelIndex& index) const
{
    return index.isValid() ? m_lines[index.internalId()].property : nullptr;
}

QString PropertyModel::lineText(int line) const
{
    const Property& item = *m_lines[std::size_t(line)].property;
    const QString& value = item.full.isEmpty() ? item.value : item.full;
    if (item.key.isEmpty() || value.isEmpty())
        return item.key + value;
    return item.key + '\t' + value;
}

void PropertyModel::appendText(int line, int depth, QString& text) const
{
    text += QString(2 * depth, ' ') + lineText(line) + '\n';
    for (const int child : m_lines[std::size_t(line)].children)
        appendText(child, depth + 1, text);
}

QString PropertyModel::toText(const QModelIndexList& rows) const
{
    QString result;
    for (const QModelIndex& index : rows) {
        if (!result.isEmpty())
            result += '\n';
        result += lineText(int(index.internalId()));
    }
    return result;
}

QString PropertyModel::toText() const
{
    QString result;
    for (const int section : m_top)
        appendText(section, 0, result);
    return result;
}

QModelIndex PropertyModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    const std::vector<int>& siblings = parent.isValid() ? m_lines[parent.internalId()].children : m_top;
    return createIndex(row, column, quintptr(siblings[std::size_t(row)]));
}

QModelIndex PropertyModel::parent(const QModelIndex& child) const
{
    if (!child.isValid())
        return {};
    const int above = m_lines[child.internalId()].parent;
    return above < 0 ? QModelIndex() : createIndex(m_lines[std::size_t(above)].row, 0, quintptr(above));
}

int PropertyModel::rowCount(const QModelIndex& parent) const
{
    if (parent.column() > 0)
        return 0;
    return int(parent.isValid() ? m_lines[parent.internalId()].children.size() : m_top.size());
}

int PropertyModel::columnCount(const QModelIndex&) const
{
    return ColumnCount;
}

QVariant PropertyModel::data(const QModelIndex& index, int role) const
{
    const Property* item = property(index);
    if (!item)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return index.column() == KeyColumn ? item->key : item->value;
    case Qt::ToolTipRole: {
        // Rich text wraps; plain text of hundreds of numbers would be one line across the screen.
        const QString whole = (item->full.isEmpty() ? item->value : item->full).left(4000);
        QString tip = item->toolTip.isEmpty() ? QString() : item->toolTip.left(2000).toHtmlEscaped();
        if (!item->hint.isEmpty())
            tip += (tip.isEmpty() ? QString() : QStringLiteral("<br><br>")) + item->hint.toHtmlEscaped();
        if (!whole.isEmpty())
            tip += (tip.isEmpty() ? QString() : QStringLiteral("<br><br>")) + whole.toHtmlEscaped();
        return tip.isEmpty() ? QVariant() : QVariant(QStringLiteral("<qt>%1</qt>").arg(tip.replace('\n', "<br>")));
    }
    case Qt::FontRole:
        return index.column() == ValueColumn ? QVariant(monospaceFont(0.95)) : QVariant();
    case Qt::AccessibleTextRole:
        return index.column() == KeyColumn ? item->key : item->value;
    case Qt::EditRole:
        return item->full.isEmpty() || item->style == Property::Style::Default ? item->value : item->full;
    case ChoicesRole:
        return item->choices;
    case HintRole:
        return item->hint;
    case StyleRole:
        return int(item->style);
    case LinkRole:
        return item->isLink();
    case FullRole:
        return item->full.isEmpty() ? item->value : item->full;
    case ExpandedRole:
        return item->isExpanded;
    default:
        return {};
    }
}

Qt::ItemFlags PropertyModel::flags(const QModelIndex& index) const
{
    const Property* item = property(index);
    const Qt::ItemFlags flags = QAbstractItemModel::flags(index);
    return item && item->isEditable() && index.column() == ValueColumn ? flags | Qt::ItemIsEditable : flags;
}

bool PropertyModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    const Property* item = property(index);
    if (!item || role != Qt::EditRole || !item->isEditable() || value.toString() == data(index, Qt::EditRole).toString())
        return false;
    QMetaObject::invokeMethod(
        this, [this, field = item->field, typed = value.toString()] { emit edited(field, typed); }, Qt::QueuedConnection);
    return true;
}

QVariant PropertyModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == KeyColumn ? tr("Property") : tr("Value");
}

}  // namespace tenscope
