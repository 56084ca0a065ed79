#pragma once

#include <QLabel>

namespace tenscope {

// One line of plain text that is cut in its middle where it does not fit, and whole in its tooltip. Long names of tensors
// differ at their ends.
class ElidedLabel : public QLabel {
    Q_OBJECT

public:
    explicit ElidedLabel(QWidget* parent = nullptr);

    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    QString shownText() const;
};

}  // namespace tenscope
