#include "ui/panels/inputdelegate.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QFileDialog>
#include <QImageReader>
#include <QLineEdit>
#include <QPersistentModelIndex>
#include <QPointer>

#include "ui/panels/inputsmodel.h"

namespace tenscope {

QWidget* InputDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    if (index.column() != InputsModel::SourceColumn)
        return QStyledItemDelegate::createEditor(parent, option, index);
    auto* combo = new QComboBox(parent);
    combo->setObjectName("inputSource");
    combo->setEditable(true);
    combo->setInsertPolicy(QComboBox::NoInsert);
    combo->setAccessibleName(tr("Where the input comes from"));
    combo->addItems({QStringLiteral("random"), QStringLiteral("zeros"), QStringLiteral("ones"), QStringLiteral("arange"), tr("File…")});
    const int file = combo->count() - 1;
    auto* self = const_cast<InputDelegate*>(this);
    connect(combo, &QComboBox::activated, self, [self, combo, file, place = QPersistentModelIndex(index)](int chosen) {
        if (chosen != file) {
            emit self->commitData(combo);
            emit self->closeEditor(combo);
            return;
        }
        // The editor goes first: the dialog takes the focus, and with it the editor.
        combo->setEditText(place.data(Qt::EditRole).toString());
        emit self->closeEditor(combo, RevertModelCache);
        self->pickFile(place);
    });
    return combo;
}

void InputDelegate::pickFile(const QModelIndex& index) const
{
    QStringList images;
    for (const QByteArray& format : QImageReader::supportedImageFormats())
        images += QStringLiteral("*.") + QString::fromLatin1(format);
    const QPersistentModelIndex place(index);
    auto* model = const_cast<QAbstractItemModel*>(index.model());
    const QString path = QFileDialog::getOpenFileName(
        qobject_cast<QWidget*>(parent()), tr("Choose the input"), {},
        tr("Arrays and images (*.npy *.npz %1);;NumPy arrays (*.npy *.npz);;Images (%1)").arg(images.join(' ')));
    if (!path.isEmpty() && place.isValid())
        model->setData(place, path);
}

void InputDelegate::setEditorData(QWidget* editor, const QModelIndex& index) const
{
    if (auto* combo = qobject_cast<QComboBox*>(editor)) {
        const QString source = index.data(Qt::EditRole).toString();
        combo->setCurrentIndex(combo->findText(source));
        combo->setEditText(source);
        combo->lineEdit()->selectAll();
        return;
    }
    QStyledItemDelegate::setEditorData(editor, index);
}

void InputDelegate::setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const
{
    if (const auto* combo = qobject_cast<QComboBox*>(editor)) {
        if (combo->currentText() != tr("File…"))
            model->setData(index, combo->currentText());
        return;
    }
    QStyledItemDelegate::setModelData(editor, model, index);
}

void InputDelegate::updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option, const QModelIndex&) const
{
    editor->setGeometry(option.rect);
}

QSize InputDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    return {QStyledItemDelegate::sizeHint(option, index).width() + 8, QFontMetrics(option.font).height() + 12};
}

}  // namespace tenscope
