#pragma once

#include <QObject>

#include "ui/theme/theme.h"

class QDockWidget;
class QMainWindow;
class QMenu;

namespace tenscope {

class ChangesPanel;
class Document;
class InferencePanel;
class InferenceService;
class IssuesPanel;
class OutlinePanel;
class PalettePanel;
struct OperatorName;
class PropertiesPanel;
class TaskRunner;
class TensorPanel;

// The panels in their docks: outline and operators on the left, properties and tensor on the right, issues, changes and run at the bottom. One set
// for the window, following the document that is shown.
class Panels : public QObject {
    Q_OBJECT

public:
    Panels(QMainWindow* window, TaskRunner* tasks, InferenceService* inference, const Theme& theme);

    void setDocument(Document* document);  // null: none
    void setTheme(const Theme& theme);
    void fillMenu(QMenu* menu) const;      // an entry a dock, to show and hide it
    void showRun();                        // brings the run panel to the front
    void showPalette();                    // brings the operators to the front and goes to their filter

    InferencePanel* inference() const { return m_inference; }

signals:
    void operatorActivated(const tenscope::OperatorName& op);  // in the palette: to be added at the selection

private:
    QDockWidget* addDock(Qt::DockWidgetArea area, const QString& title, const char* name, QWidget* content);
    void connectPanels();

    QMainWindow* m_window;
    OutlinePanel* m_outline;
    PalettePanel* m_palette;
    PropertiesPanel* m_properties;
    TensorPanel* m_tensor;
    IssuesPanel* m_issues;
    ChangesPanel* m_changes;
    InferencePanel* m_inference;
    QList<QDockWidget*> m_docks;
    QDockWidget* m_paletteDock;
    QDockWidget* m_tensorDock;
    QDockWidget* m_issuesDock;
    QDockWidget* m_runDock;
};

}  // namespace tenscope
