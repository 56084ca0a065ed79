#pragma once

#include <memory>
#include <optional>

#include "core/edit/connection.h"
#include "ui/diagram/diagram.h"
#include "ui/graphview/canvasdrag.h"

namespace tenscope {

class Document;

// Which end of what is taken hold of.
struct WireGrip {
    enum class Kind {
        FromPort,  // a new edge from where `value` leaves
        Head,      // the end of an edge that arrives at `destination`
        Tail,      // its other end: `destination` stays, and looks for another value
    };
    Kind kind = Kind::FromPort;
    ValueId value;
    std::optional<Destination> destination;
    QPointF fixed;  // where the end lies that stays
    QPointF place;  // where the end lies that is taken
};

// What lies under the cursor: a port where a value leaves, else an end of an edge. `pixel` in diagram units.
std::optional<WireGrip> wireGripAt(const Diagram& diagram, const Model& model, QPointF place, double pixel);

// Draws an edge from a port, or takes an end of one elsewhere: legal ports light up, the one that is meant is larger, and
// the reason is said where there is none. Let go over nothing, an end that was taken is disconnected.
class WireDrag : public CanvasDrag {
public:
    // `document` must outlive it.
    WireDrag(Document* document, std::shared_ptr<const Diagram> diagram, WireGrip grip);

    void moveTo(QPointF place, double pixel) override;
    QString message() const override { return m_message; }
    bool isAllowed() const override { return m_isAllowed; }
    void paint(QPainter& painter, const Theme& theme, const QRectF& region, double pixel) const override;
    Result<Touched> drop() override;

private:
    struct End {
        QPointF place;
        QString name;
        Destination destination;  // what is sought: this, or a value
        ValueId value;
    };
    std::vector<End> endsOf(Diagram::Index box) const;
    std::string whyNot(const End& end) const;

    Document* m_document;
    std::shared_ptr<const Model> m_model;
    std::shared_ptr<const Diagram> m_diagram;
    WireGrip m_grip;
    ConnectionRules m_rules;
    QPointF m_cursor;
    std::optional<End> m_end;  // the legal one that is meant
    QString m_message;
    bool m_isAllowed = false;
};

}  // namespace tenscope
