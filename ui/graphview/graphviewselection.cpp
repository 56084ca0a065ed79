#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <algorithm>

#include "core/graph/literal.h"
#include "core/graph/text.h"
#include "ui/document/document.h"
#include "ui/graphview/graphview.h"
#include "ui/graphview/navigation.h"
#include "ui/graphview/nodedescription.h"

// What can be done with the selection: say it, copy it, widen it along edges, show the paths through it.
namespace tenscope {

void GraphView::describeSelection()
{
    if (!QAccessible::isActive() || !m_diagram)
        return;
    const std::optional<Diagram::Index> box = currentBox();
    setAccessibleDescription(box ? spokenBox(*m_document->model(), m_diagram->boxes()[*box]) : QString());
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

void GraphView::copyAsText()
{
    if (!m_document || !m_diagram)
        return;
    const Model& model = *m_document->model();
    QStringList texts;
    for (const NodeId node : m_document->selection().nodes)
        texts << nodeAsText(model, node);
    if (m_document->selection().value)
        texts << valueAsText(model, m_document->selection().value);
    if (texts.isEmpty())
        for (const Diagram::Index box : selectedBoxes())
            texts << boxAsText(model, m_diagram->boxes()[box]);
    if (!texts.isEmpty())
        QApplication::clipboard()->setText(texts.join(QStringLiteral("\n\n")));
}

void GraphView::selectUpstream()
{
    if (const std::vector<Diagram::Index> boxes = selectedBoxes(); !boxes.empty())
        selectBoxes(upstream(*m_diagram, boxes));
}

void GraphView::selectDownstream()
{
    if (const std::vector<Diagram::Index> boxes = selectedBoxes(); !boxes.empty())
        selectBoxes(downstream(*m_diagram, boxes));
}

void GraphView::highlightPath()
{
    if (const std::vector<Diagram::Index> boxes = selectedBoxes(); !boxes.empty()) {
        m_highlight = between(*m_diagram, boxes);
        updateFlags();
    }
}

void GraphView::clearHighlight()
{
    m_highlight.clear();
    updateFlags();
}

}  // namespace tenscope
