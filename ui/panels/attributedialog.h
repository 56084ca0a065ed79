#pragma once

#include <QDialog>

#include "core/graph/attribute.h"

class QComboBox;
class QLineEdit;

namespace tenscope {

// Asks for an attribute that no schema knows: its name, its kind and its value as text.
class AttributeDialog : public QDialog {
    Q_OBJECT

public:
    explicit AttributeDialog(QWidget* parent);  // deletes itself when it is closed

    QString name() const;
    AttributeValue kind() const;  // an empty value of that kind
    QString value() const;

private:
    QLineEdit* m_name;
    QComboBox* m_kind;
    QLineEdit* m_value;
};

}  // namespace tenscope
