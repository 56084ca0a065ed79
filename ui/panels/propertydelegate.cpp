#include "ui/panels/propertydelegate.h"

#include <QComboBox>
#include <QCompleter>
#include <QLineEdit>
#include <QPainter>
#include <algorithm>

#include "ui/panels/propertymodel.h"

namespace tenscope {

namespace {

constexpr int noteFlags = int(Qt::AlignLeft | Qt::AlignTop) | int(Qt::TextWordWrap) | int(Qt::TextWrapAnywhere);

Property::Style styleOf(const QModelIndex& index)
{
    return Property::Style(index.data(PropertyModel::StyleRole).toInt());
}

}  // namespace

void PropertyDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const Property::Style style = styleOf(index);
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    painter->save();
    if (isSelected)
        painter->fillRect(option.rect, m_theme.selection);
    QFont font = option.font;
    QRect place = option.rect.adjusted(2, 0, -8, 0);
    int flags = int(Qt::AlignLeft | Qt::AlignVCenter);

    if (style == Property::Style::Section) {
        // The line above sets a section off from the one before it.
        if (index.row() > 0 || index.parent().isValid())
            painter->fillRect(QRect(option.rect.left() - 40, option.rect.top() + 4, option.rect.width() + 40, 1), m_theme.line);
        font.setWeight(QFont::DemiBold);
        painter->setPen(m_theme.text);
        place.setTop(place.top() + 6);
    } else if (style == Property::Style::Note) {
        painter->setPen(m_theme.dimText);
        painter->setFont(font);
        painter->drawText(place.adjusted(0, 3, 0, -3), noteFlags, index.data().toString());
        painter->restore();
        return;
    } else if (index.column() == PropertyModel::KeyColumn) {
        painter->setPen(m_theme.dimText);
    } else {
        font = qvariant_cast<QFont>(index.data(Qt::FontRole));
        const bool isLink = index.data(PropertyModel::LinkRole).toBool();
        if (index.flags().testFlag(Qt::ItemIsEditable) && option.state.testFlag(QStyle::State_MouseOver)) {
            painter->setPen(m_theme.line);
            painter->setBrush(m_theme.canvas);
            painter->drawRoundedRect(QRectF(option.rect).adjusted(-2.5, 0.5, -4.5, -0.5), 3, 3);
        }
        if (isLink && option.state.testFlag(QStyle::State_MouseOver))
            font.setUnderline(true);
        painter->setPen(style == Property::Style::Default ? m_theme.dimText : isLink ? m_theme.accent : m_theme.text);
    }
    painter->setFont(font);
    const auto elide = index.column() == PropertyModel::ValueColumn ? Qt::ElideMiddle : Qt::ElideRight;
    painter->drawText(place, flags, QFontMetrics(font).elidedText(index.data().toString().simplified(), elide, place.width()));
    painter->restore();
}

QWidget* PropertyDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex& index) const
{
    const QStringList choices = index.data(PropertyModel::ChoicesRole).toStringList();
    QLineEdit* field = nullptr;
    QWidget* editor = nullptr;
    if (choices.isEmpty()) {
        editor = field = new QLineEdit(parent);
        field->setFrame(false);
    } else {
        auto* box = new QComboBox(parent);
        box->setEditable(true);
        box->setInsertPolicy(QComboBox::NoInsert);
        box->addItems(choices);
        box->completer()->setCompletionMode(QCompleter::PopupCompletion);
        box->completer()->setFilterMode(Qt::MatchContains);
        field = box->lineEdit();
        editor = box;
        // Choosing from the list is all there is to do.
        auto* delegate = const_cast<PropertyDelegate*>(this);
        connect(box, &QComboBox::activated, delegate, [delegate, box] {
            emit delegate->commitData(box);
            emit delegate->closeEditor(box);
        });
    }
    field->setFont(qvariant_cast<QFont>(index.data(Qt::FontRole)));
    field->setPlaceholderText(index.data(PropertyModel::HintRole).toString());
    editor->setObjectName("propertyEditor");
    editor->setToolTip(index.data(PropertyModel::HintRole).toString());
    editor->setAccessibleName(index.siblingAtColumn(PropertyModel::KeyColumn).data().toString());
    return editor;
}

void PropertyDelegate::setEditorData(QWidget* editor, const QModelIndex& index) const
{
    const QString text = index.data(Qt::EditRole).toString();
    if (auto* box = qobject_cast<QComboBox*>(editor)) {
        box->setCurrentIndex(box->findText(text));
        box->setEditText(text);
        box->lineEdit()->selectAll();
    } else if (auto* field = qobject_cast<QLineEdit*>(editor)) {
        field->setText(text);
    }
}

void PropertyDelegate::setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const
{
    if (const auto* box = qobject_cast<QComboBox*>(editor))
        model->setData(index, box->currentText());
    else if (const auto* field = qobject_cast<QLineEdit*>(editor))
        model->setData(index, field->text());
}

QSize PropertyDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const QFontMetrics metrics(option.font);
    const int line = metrics.height() + 4;
    switch (styleOf(index)) {
    case Property::Style::Section:
        return {40, line + (index.row() > 0 ? 12 : 6)};
    case Property::Style::Note: {
        const QRect box = metrics.boundingRect(QRect(0, 0, std::max(60, m_noteWidth), 1 << 20), noteFlags, index.data().toString());
        return {40, box.height() + 8};
    }
    case Property::Style::Plain:
    case Property::Style::Default:
        break;
    }
    return {40, line};
}

}  // namespace tenscope
