#include "ui/panels/attributedialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>

#include "core/edit/typedtext.h"

namespace tenscope {

AttributeDialog::AttributeDialog(QWidget* parent)
    : QDialog(parent), m_name(new QLineEdit), m_kind(new QComboBox), m_value(new QLineEdit)
{
    setObjectName("attributeDialog");
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Add Attribute"));
    m_name->setObjectName("attributeName");
    m_kind->setObjectName("attributeKind");
    m_value->setObjectName("attributeValue");
    const std::pair<QString, const char*> kinds[] = {{tr("Whole number"), "int"}, {tr("Whole numbers"), "ints"},
                                                     {tr("Number"), "float"},     {tr("Numbers"), "floats"},
                                                     {tr("Text"), "string"},      {tr("Texts"), "strings"}};
    for (const auto& [title, type] : kinds)
        m_kind->addItem(title, QString(type));

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    buttons->button(QDialogButtonBox::Ok)->setText(tr("Add"));
    buttons->button(QDialogButtonBox::Ok)->setEnabled(false);
    auto* form = new QFormLayout(this);
    form->addRow(tr("&Name:"), m_name);
    form->addRow(tr("&Kind:"), m_kind);
    form->addRow(tr("&Value:"), m_value);
    form->addRow(buttons);
    connect(m_name, &QLineEdit::textChanged, this,
            [ok = buttons->button(QDialogButtonBox::Ok)](const QString& name) { ok->setEnabled(!name.isEmpty()); });
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

QString AttributeDialog::name() const
{
    return m_name->text();
}

AttributeValue AttributeDialog::kind() const
{
    return attributeOfType(m_kind->currentData().toString().toStdString());
}

QString AttributeDialog::value() const
{
    return m_value->text();
}

}  // namespace tenscope
