#pragma once

#include <QWidget>
#include <vector>

#include "core/graph/id.h"
#include "core/layout/hierarchy.h"
#include "ui/theme/theme.h"

class QHBoxLayout;

namespace tenscope {

// Where one is: the model, each graph that was entered, and the modules around what is in the middle of the view. All but the
// last can be pressed to go back there.
class Breadcrumb : public QWidget {
    Q_OBJECT

public:
    struct Part {
        GraphId graph;    // of graphs
        ModuleId module;  // of modules
        QString text;
        QString toolTip;
        bool operator==(const Part&) const = default;
    };

    Breadcrumb(const Theme& theme, QWidget* parent);

    void setTheme(const Theme& theme);
    // Long paths show their beginning and their end.
    void setParts(std::vector<Part> parts);

signals:
    void graphRequested(GraphId graph);
    void moduleRequested(ModuleId module);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void fill();

    Theme m_theme;
    std::vector<Part> m_parts;
    QHBoxLayout* m_row;
};

}  // namespace tenscope
