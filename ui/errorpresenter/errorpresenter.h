#pragma once

#include <QWidget>
#include <functional>

#include "core/base/error.h"

class QLabel;
class QPushButton;
class QToolButton;

namespace tenscope {

// The one class that tells people what went wrong: a bar over the document, never a dialog that takes the focus. One
// sentence, at most one button that helps, and the text to copy. The next error replaces the one before.
class ErrorPresenter : public QWidget {
    Q_OBJECT

public:
    explicit ErrorPresenter(QWidget* parent = nullptr);

    // Shows nothing for a cancelled task. `help` (optional) is what the button named `helpText` does; the bar closes then.
    void present(const Error& error, const QString& helpText = {}, std::function<void()> help = {});
    // Something to know that is no failure.
    void inform(const QString& sentence);
    void dismiss();
    QString text() const;

private:
    void show(const QString& sentence, bool isError, const QString& helpText, std::function<void()> help);

    QLabel* m_mark;
    QLabel* m_text;
    QPushButton* m_help;
    QToolButton* m_copy;
    QToolButton* m_close;
    std::function<void()> m_onHelp;
};

}  // namespace tenscope
