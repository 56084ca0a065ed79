#pragma once

#include <memory>

#include "ui/panels/panel.h"
#include "ui/panels/property.h"

class QLabel;
class QModelIndex;
class QTextBrowser;
class QToolButton;

namespace tenscope {

class EmptyState;
class FlatTree;
class MessageBar;
class PropertyDelegate;
class PropertyModel;

// What is to be said of the selected node, value or module; of the model where nothing is selected. Links lead to
// producers, consumers, bodies and functions; a stored tensor is asked to be shown by tensorActivated(). Names, attributes, types and
// texts are edited in their lines.
class PropertiesPanel : public Panel {
    Q_OBJECT

public:
    PropertiesPanel(TaskRunner* tasks, const Theme& theme, QWidget* parent = nullptr);

signals:
    void tensorActivated(tenscope::TensorId tensor);

protected:
    void documentReplaced() override;
    void documentChanged(const Change& change) override;
    void applyTheme() override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void rebuild();
    bool isTyping() const;
    void catchUp();
    void colourSwatch();
    void fitColumns();
    void showDocumentation();
    void follow(const QModelIndex& index);
    void applyTyped(const PropertyField& field, const QString& typed);
    void apply(Result<Edit> edit, const QString& title);
    void remove(const QModelIndex& index);
    void addAttribute();
    void addMetadata();
    void copySelected();
    void showContextMenu(const QPoint& position);

    QWidget* m_swatch;
    QLabel* m_title;
    QToolButton* m_subtitle;
    QToolButton* m_documentationButton;
    QToolButton* m_wholeButton;
    QToolButton* m_copyButton;
    QTextBrowser* m_documentation;
    FlatTree* m_tree;
    MessageBar* m_refusal;  // why the last edit could not be done
    EmptyState* m_empty;
    QWidget* m_content;
    PropertyModel* m_model;
    PropertyDelegate* m_delegate;
    PropertySheet m_sheet;  // without its sections, which the model has
    bool m_isStale = false;  // what is shown is older than the document, until the line is typed
};

}  // namespace tenscope
