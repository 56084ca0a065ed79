#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace tenscope {

// What stands in a panel that has nothing to show, or where showing it failed: one sentence, and at most one button
// that helps.
class EmptyState : public QWidget {
    Q_OBJECT

public:
    explicit EmptyState(QWidget* parent = nullptr);

    // buttonText empty: no button.
    void setText(const QString& sentence, const QString& buttonText = {});
    QString sentence() const;

signals:
    void buttonClicked();

private:
    QLabel* m_label;
    QPushButton* m_button;
};

}  // namespace tenscope
