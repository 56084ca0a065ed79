#pragma once

#include <memory>

#include "ui/panels/panel.h"

class QLabel;
class QLineEdit;
class QModelIndex;
class QStackedWidget;
class QTimer;

namespace tenscope {

class BusyLine;
class EmptyState;
class FlatTree;
class OutlineDelegate;
class OutlineModel;
struct OutlineTree;

// The model as a tree of modules and nodes, with their parameters, and a filter that works as one types. What is
// selected here is revealed in the diagram, and the other way round.
class OutlinePanel : public Panel {
    Q_OBJECT

public:
    OutlinePanel(TaskRunner* tasks, const Theme& theme, QWidget* parent = nullptr);

    void focusFilter();

signals:
    // The tree or its filter changed what is shown (for whoever waits for it).
    void refreshed();

protected:
    void documentReplaced() override;
    void documentChanged(const Change& change) override;
    void applyTheme() override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void rebuild();
    void showTree(std::shared_ptr<const Model> model, OutlineTree tree, const QString& filter);
    void selectFromDocument();
    void selectInDocument(const QModelIndex& index);
    void goToFirstMatch();
    void showContextMenu(const QPoint& position);
    void copy(const QString& what);

    QLineEdit* m_filter;
    QLabel* m_count;
    BusyLine* m_busy;
    QStackedWidget* m_pages;
    FlatTree* m_tree;
    EmptyState* m_empty;
    OutlineModel* m_model;
    OutlineDelegate* m_delegate;
    QTimer* m_typing;
    QString m_shownFilter;
    bool m_goToMatch = false;  // asked for before the filter was through
    bool m_following = false;  // a selection is on its way from one side to the other
};

}  // namespace tenscope
