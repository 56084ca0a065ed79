#pragma once

#include "ui/panels/panel.h"

class QLabel;
class QLineEdit;
class QModelIndex;
class QSplitter;
class QStackedWidget;
class QTextBrowser;

namespace tenscope {

class EmptyState;
class FlatTree;
class OutlineDelegate;
class PaletteModel;
struct OperatorName;

// The operators that can be added to the model, by family, with a filter and the documentation of the current one. They are
// dragged onto the diagram; Enter and double click add one at the selection.
class PalettePanel : public Panel {
    Q_OBJECT

public:
    PalettePanel(TaskRunner* tasks, const Theme& theme, QWidget* parent = nullptr);

    void focusFilter();

signals:
    void operatorActivated(const tenscope::OperatorName& op);

protected:
    void documentReplaced() override;
    void documentChanged(const Change& change) override;
    void applyTheme() override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fill();
    void narrow();
    void showDocumentation();
    void activate(const QModelIndex& index);

    QLineEdit* m_filter;
    QStackedWidget* m_pages;
    QSplitter* m_splitter;
    FlatTree* m_tree;
    QTextBrowser* m_documentation;
    EmptyState* m_empty;
    PaletteModel* m_model;
    OutlineDelegate* m_delegate;
    QString m_offered;  // what the entries are made of: opsets and functions
};

}  // namespace tenscope
