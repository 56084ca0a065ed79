#pragma once

#include <vector>

#include "core/edit/quickfix.h"
#include "core/graph/issue.h"
#include "ui/panels/panel.h"

class QLabel;
class QLineEdit;
class QModelIndex;
class QSortFilterProxyModel;
class QStackedWidget;
class QTableView;
class QToolButton;

namespace tenscope {

class BusyLine;
class EmptyState;
class IssuesModel;

// What was found to be wrong or remarkable in the model, while reading it and by checking it (core/analysis/checks.h).
// Where one right thing can be done about it, a button does it.
class IssuesPanel : public Panel {
    Q_OBJECT

public:
    IssuesPanel(TaskRunner* tasks, const Theme& theme, QWidget* parent = nullptr);

    // Issues that others found, after those of reading and checking; they stay until the document changes.
    void addIssues(std::vector<Issue> issues);

signals:
    // How many issues there are; `worst` is meaningful where there is one.
    void countChanged(int count, tenscope::Severity worst);
    // A tensor that no node reads is nowhere in the diagram.
    void tensorActivated(tenscope::TensorId tensor);

protected:
    void documentReplaced() override;
    void documentChanged(const Change& change) override;
    void applyTheme() override;

private:
    void check();
    void showIssues(std::vector<Issue> issues);
    void updateEmpty();
    void jump(const QModelIndex& index);
    void offerFix();
    void fix();
    std::optional<QuickFix> currentFix() const;

    QLineEdit* m_filter;
    QLabel* m_summary;
    QToolButton* m_fix;
    BusyLine* m_busy;
    QStackedWidget* m_pages;
    EmptyState* m_empty;
    QTableView* m_table;
    IssuesModel* m_model;
    QSortFilterProxyModel* m_sorted;
    std::vector<Issue> m_found;  // by reading and checking
    std::vector<Issue> m_added;
};

}  // namespace tenscope
