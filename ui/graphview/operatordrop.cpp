#include "ui/graphview/operatordrop.h"

#include <QCoreApplication>
#include <QPainterPath>

#include "core/graph/model.h"
#include "core/graph/operatorfamily.h"
#include "ui/document/document.h"
#include "ui/document/wiringedits.h"
#include "ui/graphview/ports.h"

namespace tenscope {

namespace {

constexpr double edgeReach = 14;  // pixels

struct Text {
    Q_DECLARE_TR_FUNCTIONS(OperatorDrop)
};

}  // namespace

OperatorDrop::OperatorDrop(Document* document, std::shared_ptr<const Diagram> diagram, OperatorName op)
    : m_document(document), m_diagram(std::move(diagram)), m_op(std::move(op))
{
}

void OperatorDrop::moveTo(QPointF place, double pixel)
{
    m_cursor = place;
    std::optional<Diagram::Index> box, edge;
    if (m_diagram) {
        box = boxNear(*m_diagram, place, 0);
        if (!box)
            edge = m_diagram->edgeAt(place, edgeReach * pixel);
    }
    // Judging tries the edit, which costs more than a move of the mouse may.
    if (m_isJudged && box == m_box && edge == m_edge)
        return;
    m_box = box;
    m_edge = edge;
    judge();
}

void OperatorDrop::judge()
{
    const Model& model = *m_document->model();
    const QString name = QString::fromStdString(m_op.name);
    Result<Edit> edit = fail(Error::usage(""));
    if (m_box) {
        const DiagramBox& box = m_diagram->boxes()[*m_box];
        if (box.kind == DiagramBox::Kind::Node)
            edit = replaceOperator(model, box.node, m_op);
        else
            edit = fail(Error::usage((box.kind == DiagramBox::Kind::Module ? Text::tr("Unfold the module to put %1 into it").arg(name)
                                                                           : Text::tr("Drop it on an edge, a node, or beside them")).toStdString()));
        m_message = Text::tr("Replace %1 by %2").arg(box.title, name);
    } else if (m_edge) {
        const auto destination = destinationOf(*m_diagram, model, m_diagram->edges()[*m_edge]);
        if (destination)
            edit = insertOperator(model, *destination, m_op);
        else
            edit = fail(Error::usage(Text::tr("Unfold the modules at this edge first: it stands for several, or for one inside").toStdString()));
        m_message = Text::tr("Insert %1 here").arg(name);
    } else {
        edit = addOperator(model, m_document->currentGraph(), m_op, {});
        m_message = Text::tr("Add %1").arg(name);
    }
    m_isJudged = true;
    m_isAllowed = edit.has_value();
    if (m_isAllowed)
        return;
    m_message = QString::fromStdString(edit.error().message);
    if (!m_message.isEmpty())
        m_message[0] = m_message[0].toUpper();
}

void OperatorDrop::paint(QPainter& painter, const Theme& theme, const QRectF&, double pixel) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor color = m_isAllowed ? theme.accent : theme.error;
    const double line = std::max(1.0, pixel);
    painter.setBrush(Qt::NoBrush);
    if (m_box) {
        painter.setPen(QPen(color, 2.5 * line));
        painter.drawRoundedRect(m_diagram->boxes()[*m_box].rect.adjusted(-4, -4, 4, 4), 8, 8);
        return;
    }
    if (m_edge) {
        const auto route = m_diagram->route(m_diagram->edges()[*m_edge]);
        painter.setPen(QPen(color, 4 * line, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPolyline(route.data(), int(route.size()));
    }
    // As the node will look, where it was let go.
    const OperatorFamily kind = family(Operator{m_op.domain, m_op.name, {}, {}, {}});
    const QString title = QString::fromStdString(m_op.name);
    const QFontMetricsF metrics(painter.font());
    const QSizeF size(metrics.horizontalAdvance(title) + 28, metrics.height() + 12);
    const QRectF pill(m_cursor - QPointF(size.width(), size.height()) / 2, size);
    painter.setOpacity(m_isAllowed ? 0.9 : 0.4);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.family(kind));
    painter.drawRoundedRect(pill, 6, 6);
    painter.setPen(theme.familyText(kind));
    painter.drawText(pill, Qt::AlignCenter, title);
    painter.setOpacity(1);
}

Result<Touched> OperatorDrop::drop()
{
    if (m_box)
        return replaceNode(*m_document, m_diagram->boxes()[*m_box].node, m_op);
    if (m_edge)
        return insertOnEdge(*m_document, *destinationOf(*m_diagram, *m_document->model(), m_diagram->edges()[*m_edge]), m_op);
    return addLoose(*m_document, m_op);
}

}  // namespace tenscope
