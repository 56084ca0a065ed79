#pragma once

#include <QComboBox>

namespace tenscope {

// A choice whose current text is cut in its middle where it does not fit, as ElidedLabel does it.
class ElidedCombo : public QComboBox {
    Q_OBJECT

public:
    using QComboBox::QComboBox;

protected:
    void paintEvent(QPaintEvent* event) override;
};

}  // namespace tenscope
