#pragma once

#include "ui/panels/panel.h"

class QLabel;
class QListView;
class QModelIndex;
class QStackedWidget;
class QToolButton;

namespace tenscope {

class ChangesModel;
class EmptyState;

// What was edited since the document was opened. A click shows the place, a double click goes to that state, and a step that
// nothing builds on can be taken back alone.
class ChangesPanel : public Panel {
    Q_OBJECT

public:
    ChangesPanel(TaskRunner* tasks, const Theme& theme, QWidget* parent = nullptr);

signals:
    void tensorActivated(tenscope::TensorId tensor);

protected:
    void documentReplaced() override;
    void documentChanged(const Change& change) override;
    void applyTheme() override;

private:
    void refresh();
    void updateButtons();
    void jump(const QModelIndex& index);
    void goTo(const QModelIndex& index);
    void takeBack();
    void showContextMenu(const QPoint& position);
    int step() const;  // of the undo stack; -1: none is chosen

    ChangesModel* m_model;
    QListView* m_list;
    QToolButton* m_takeBack;
    QLabel* m_why;
    EmptyState* m_empty;
    QStackedWidget* m_pages;
};

}  // namespace tenscope
