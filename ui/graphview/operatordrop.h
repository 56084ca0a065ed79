#pragma once

#include <memory>
#include <optional>

#include "core/edit/newnode.h"
#include "ui/diagram/diagram.h"
#include "ui/graphview/canvasdrag.h"

namespace tenscope {

class Document;

// An operator from the palette over the diagram: on an edge it is inserted, on a node it takes its place, elsewhere it is
// added, connected to nothing.
class OperatorDrop : public CanvasDrag {
public:
    // `document` must outlive it. `diagram` may be null: the graph is empty, or not laid out yet.
    OperatorDrop(Document* document, std::shared_ptr<const Diagram> diagram, OperatorName op);

    void moveTo(QPointF place, double pixel) override;
    QString message() const override { return m_message; }
    bool isAllowed() const override { return m_isAllowed; }
    void paint(QPainter& painter, const Theme& theme, const QRectF& region, double pixel) const override;
    Result<Touched> drop() override;

    // Whether the node would stand where the cursor is: on an edge or node, its place is given.
    bool isLoose() const { return !m_box && !m_edge; }

private:
    void judge();

    Document* m_document;
    std::shared_ptr<const Diagram> m_diagram;
    OperatorName m_op;
    QPointF m_cursor;
    std::optional<Diagram::Index> m_box, m_edge;
    QString m_message;
    bool m_isAllowed = false;
    bool m_isJudged = false;
};

}  // namespace tenscope
