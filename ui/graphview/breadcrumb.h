#pragma once

#include <QWidget>
#include <vector>

#include "core/graph/id.h"
#include "ui/theme/theme.h"

class QHBoxLayout;

namespace tenscope {

// Where one is: the model, then each graph that was entered. All but the last can be pressed to go back there.
class Breadcrumb : public QWidget {
    Q_OBJECT

public:
    struct Part {
        GraphId graph;
        QString text;
        QString toolTip;
    };

    Breadcrumb(const Theme& theme, QWidget* parent);

    void setTheme(const Theme& theme);
    // Long paths show their beginning and their end.
    void setParts(std::vector<Part> parts);

signals:
    void graphRequested(GraphId graph);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void fill();

    Theme m_theme;
    std::vector<Part> m_parts;
    QHBoxLayout* m_row;
};

}  // namespace tenscope
