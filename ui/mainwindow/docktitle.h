#pragma once

#include <QLabel>

class QDockWidget;

namespace tenscope {

// The title of a dock: its window's title in bold, and nothing at all where a tab of the dock says it already.
class DockTitle : public QLabel {
    Q_OBJECT

public:
    explicit DockTitle(QDockWidget* dock);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void follow();

    QDockWidget* m_dock;
    bool m_isTabbed = false;
};

}  // namespace tenscope
