#pragma once

#include <functional>
#include <memory>

#include "ui/diagram/diagram.h"
#include "ui/diagram/diagramoptions.h"
#include "ui/graphview/canvasdrag.h"

namespace tenscope {

// Boxes that are dragged to another place. Changes no model: what comes of it are displacements, which the view keeps.
class NodeDrag : public CanvasDrag {
public:
    using Keep = std::function<void(const Displacements& further)>;

    // `boxes`: nodes, inputs and outputs; others are left where they are. `keep` is called where they are let go.
    NodeDrag(std::shared_ptr<const Diagram> diagram, const std::vector<Diagram::Index>& boxes, QPointF from, Keep keep);

    // Whether the box is one that can be moved.
    static bool canMove(const DiagramBox& box);

    void moveTo(QPointF place, double pixel) override;
    QString message() const override { return {}; }
    bool isAllowed() const override { return !m_way.isNull(); }
    void paint(QPainter& painter, const Theme& theme, const QRectF& region, double pixel) const override;
    Result<Touched> drop() override;

    // Nothing where making it takes longer than a frame.
    std::optional<Diagram> preview() const override;

private:
    Displacements further() const;

    std::shared_ptr<const Diagram> m_diagram;
    std::vector<Diagram::Index> m_boxes;
    QPointF m_from, m_way;
    Keep m_keep;
};

}  // namespace tenscope
