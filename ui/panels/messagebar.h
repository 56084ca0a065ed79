#pragma once

#include <QFrame>

class QLabel;
class QToolButton;

namespace tenscope {

// One sentence about what happened, with one button that helps, above what it is about.
class MessageBar : public QFrame {
    Q_OBJECT

public:
    explicit MessageBar(QWidget* parent = nullptr);

    // buttonText empty: no button. isError: in the colour of errors.
    void showMessage(const QString& sentence, const QString& buttonText = {}, bool isError = false);
    QString sentence() const;

signals:
    void buttonClicked();

private:
    QLabel* m_label;
    QToolButton* m_button;
};

}  // namespace tenscope
