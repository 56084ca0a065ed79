#include "ui/mainwindow/docktitle.h"

#include <QDockWidget>
#include <QMainWindow>

namespace tenscope {

DockTitle::DockTitle(QDockWidget* dock) : QLabel(dock->windowTitle(), dock), m_dock(dock)
{
    setObjectName("dockTitle");
    setTextFormat(Qt::PlainText);
    connect(dock, &QWidget::windowTitleChanged, this, &QLabel::setText);
    // Qt tells when a dock moves, floats, or goes behind a tab, but not that its neighbour in the tabs has left: then this
    // one is shown. It tells before the tabs are as they will be.
    for (const auto signal : {&QDockWidget::topLevelChanged, &QDockWidget::visibilityChanged})
        connect(dock, signal, this, &DockTitle::follow, Qt::QueuedConnection);
    connect(dock, &QDockWidget::dockLocationChanged, this, &DockTitle::follow, Qt::QueuedConnection);
}

QSize DockTitle::sizeHint() const
{
    return m_isTabbed ? QSize(0, 0) : QLabel::sizeHint();
}

void DockTitle::paintEvent(QPaintEvent* event)
{
    if (!m_isTabbed)
        QLabel::paintEvent(event);
}

void DockTitle::follow()
{
    const auto* window = qobject_cast<const QMainWindow*>(m_dock->parentWidget());
    const bool isTabbed = window && !m_dock->isFloating() && !window->tabifiedDockWidgets(m_dock).isEmpty();
    if (isTabbed == m_isTabbed)
        return;
    m_isTabbed = isTabbed;
    updateGeometry();
    m_dock->updateGeometry();
}

}  // namespace tenscope
