#include "ui/mainwindow/panels.h"

#include <QDockWidget>
#include <QMainWindow>
#include <QMenu>

#include "ui/document/document.h"
#include "ui/mainwindow/docktitle.h"
#include "ui/panels/changespanel.h"
#include "ui/panels/inferencepanel.h"
#include "ui/panels/issuespanel.h"
#include "ui/panels/outlinepanel.h"
#include "ui/panels/palettepanel.h"
#include "ui/panels/propertiespanel.h"
#include "ui/panels/tensorpanel.h"

namespace tenscope {

Panels::Panels(QMainWindow* window, TaskRunner* tasks, InferenceService* inference, const Theme& theme)
    : QObject(window), m_window(window), m_outline(new OutlinePanel(tasks, theme)),
      m_palette(new PalettePanel(tasks, theme)), m_properties(new PropertiesPanel(tasks, theme)),
      m_tensor(new TensorPanel(tasks, theme)), m_issues(new IssuesPanel(tasks, theme)),
      m_changes(new ChangesPanel(tasks, theme)),
      m_inference(new InferencePanel(tasks, inference, theme))
{
    QDockWidget* outline = addDock(Qt::LeftDockWidgetArea, tr("Outline"), "outlineDock", m_outline);
    addDock(Qt::RightDockWidgetArea, tr("Properties"), "propertiesDock", m_properties);
    m_tensorDock = addDock(Qt::RightDockWidgetArea, tr("Tensor"), "tensorDock", m_tensor);
    m_issuesDock = addDock(Qt::BottomDockWidgetArea, tr("Issues"), "issuesDock", m_issues);
    m_runDock = addDock(Qt::BottomDockWidgetArea, tr("Run"), "runDock", m_inference);
    window->tabifyDockWidget(m_issuesDock, addDock(Qt::BottomDockWidgetArea, tr("Changes"), "changesDock", m_changes));
    window->tabifyDockWidget(m_issuesDock, m_runDock);
    m_issuesDock->raise();
    m_paletteDock = addDock(Qt::LeftDockWidgetArea, tr("Operators"), "paletteDock", m_palette);
    window->tabifyDockWidget(outline, m_paletteDock);
    outline->raise();
    window->resizeDocks({m_docks[0], m_docks[1]}, {240, 370}, Qt::Horizontal);
    window->resizeDocks({m_issuesDock}, {220}, Qt::Vertical);
    connectPanels();
    m_tensor->setInference(inference);
}

QDockWidget* Panels::addDock(Qt::DockWidgetArea area, const QString& title, const char* name, QWidget* content)
{
    auto* dock = new QDockWidget(title, m_window);
    dock->setObjectName(name);
    dock->setTitleBarWidget(new DockTitle(dock));
    dock->setWidget(content);
    m_window->addDockWidget(area, dock);
    m_docks << dock;
    return dock;
}

void Panels::connectPanels()
{
    connect(m_palette, &PalettePanel::operatorActivated, this, &Panels::operatorActivated);
    connect(m_properties, &PropertiesPanel::tensorActivated, this, [this](TensorId tensor) {
        m_tensorDock->show();
        m_tensorDock->raise();
        m_tensor->showTensor(tensor);
    });
    connect(m_issues, &IssuesPanel::tensorActivated, m_tensor, &TensorPanel::showTensor);
    connect(m_changes, &ChangesPanel::tensorActivated, m_tensor, &TensorPanel::showTensor);
    connect(m_issues, &IssuesPanel::countChanged, this, [this](int count, Severity) {
        m_issuesDock->setWindowTitle(count == 0 ? tr("Issues") : tr("Issues %1", "dock title with their number").arg(count));
    });
    connect(m_inference, &InferencePanel::valueActivated, this, [this](const ValueRun& value, const Tensor* whole) {
        m_tensorDock->show();
        m_tensorDock->raise();
        m_tensor->showActivation(value, whole);
    });
}

void Panels::setDocument(Document* document)
{
    for (Panel* panel : std::initializer_list<Panel*>{m_outline, m_palette, m_properties, m_tensor, m_issues, m_changes, m_inference})
        panel->setDocument(document);
}

void Panels::setTheme(const Theme& theme)
{
    for (Panel* panel : std::initializer_list<Panel*>{m_outline, m_palette, m_properties, m_tensor, m_issues, m_changes, m_inference})
        panel->setTheme(theme);
}

void Panels::fillMenu(QMenu* menu) const
{
    for (QDockWidget* dock : m_docks)
        menu->addAction(dock->toggleViewAction());
}

void Panels::showPalette()
{
    m_paletteDock->show();
    m_paletteDock->raise();
    m_palette->focusFilter();
}

void Panels::showRun()
{
    m_runDock->show();
    m_runDock->raise();
}

}  // namespace tenscope
