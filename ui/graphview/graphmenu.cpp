#include "ui/graphview/graphmenu.h"

#include <QApplication>
#include <QClipboard>
#include <QMenu>

#include <algorithm>

#include "core/graph/model.h"
#include "core/graph/text.h"
#include "ui/document/document.h"
#include "ui/graphview/graphview.h"

namespace tenscope {

namespace {

// Menus treat & as the mark of a mnemonic; names are not to be trusted with it.
QString menuText(QString text)
{
    constexpr int longest = 60;
    if (text.size() > longest)
        text = text.left(longest - 1) + u'\u2026';
    return text.replace(u'&', QStringLiteral("&&"));
}

QString boxText(const DiagramBox& box)
{
    return menuText(box.name.isEmpty() ? box.title : box.title + QStringLiteral("  ") + box.name);
}

}  // namespace

void GraphMenu::addNeighbours(QMenu& menu, Diagram::Index box, bool producers)
{
    constexpr std::size_t most = 24;
    const Diagram& diagram = *m_view.m_diagram;
    std::vector<Diagram::Index> others;
    for (const Diagram::Index edge : producers ? diagram.edgesInto(box) : diagram.edgesOutOf(box)) {
        const Diagram::Index other = producers ? diagram.edges()[edge].from : diagram.edges()[edge].to;
        if (std::find(others.begin(), others.end(), other) == others.end())
            others.push_back(other);
    }
    const QString title = producers ? GraphView::tr("Go to &Producer") : GraphView::tr("Go to &Consumer");
    const auto go = [view = &m_view](Diagram::Index other) {
        if (view->m_diagram && other < view->m_diagram->boxes().size())
            view->goTo(other);
    };
    if (others.size() <= 1) {
        QAction* action = menu.addAction(title);
        action->setObjectName(producers ? "goToProducer" : "goToConsumer");
        action->setEnabled(!others.empty());
        if (!others.empty())
            QObject::connect(action, &QAction::triggered, &m_view, [go, other = others.front()] { go(other); });
        return;
    }
    QMenu* list = menu.addMenu(title);
    list->setObjectName(producers ? "producersMenu" : "consumersMenu");
    for (std::size_t i = 0; i < std::min(others.size(), most); ++i)
        QObject::connect(list->addAction(boxText(diagram.boxes()[others[i]])), &QAction::triggered, &m_view, [go, other = others[i]] { go(other); });
    if (others.size() > most)
        list->addAction(GraphView::tr("and %L1 more").arg(others.size() - most))->setEnabled(false);
}

void GraphMenu::addBodies(QMenu& menu, NodeId node)
{
    const Model& model = *m_view.m_document->model();
    for (const GraphId body : model.bodies(node)) {
        const QString role = QString::fromStdString(model.graph(body).role);
        QAction* action = menu.addAction(GraphView::tr("Enter %1").arg(menuText(role.isEmpty() ? QString::fromStdString(model.graph(body).name) : role)));
        QObject::connect(action, &QAction::triggered, &m_view, [document = m_view.m_document, body] { document->enterGraph(body); });
    }
    if (const Function* function = model.function(model.op(node))) {
        QAction* action = menu.addAction(GraphView::tr("Enter Function"));
        QObject::connect(action, &QAction::triggered, &m_view, [document = m_view.m_document, graph = function->graph] { document->enterGraph(graph); });
    }
}

void GraphMenu::addDepths(QMenu& menu)
{
    constexpr int most = 16;  // files have been seen with some sixty; Unfold All is for those
    for (int depth = 0; depth <= std::min(m_view.depths(), most); ++depth) {
        QAction* action = menu.addAction(depth == 0 ? GraphView::tr("&0  All Folded") : QStringLiteral("&%1").arg(depth));
        action->setCheckable(true);
        action->setChecked(depth == m_view.depth());
        QObject::connect(action, &QAction::triggered, &m_view, [view = &m_view, depth] { view->setDepth(depth); });
    }
}

void GraphMenu::fill(QMenu& menu)
{
    const Model& model = *m_view.m_document->model();
    const Selection& selection = m_view.m_document->selection();
    const auto current = m_view.currentBox();
    const auto add = [&](const char* name, const QString& text, auto slot, bool enabled = true) {
        QAction* action = menu.addAction(text);
        action->setObjectName(name);
        action->setEnabled(enabled);
        QObject::connect(action, &QAction::triggered, &m_view, slot);
        return action;
    };

    if (current) {
        const DiagramBox& box = m_view.m_diagram->boxes()[*current];
        if (box.node && box.canEnter) {
            addBodies(menu, box.node);
            menu.addSeparator();
        }
        if (box.module) {
            const std::uint32_t equals = m_view.m_diagram->hierarchy()->module(box.module).repeats;
            const auto fold = [&](const char* name, const QString& text, bool unfold, FoldReach reach) {
                add(name, text, [view = &m_view, module = box.module, unfold, reach] { view->setExpanded(module, unfold, reach); });
            };
            fold("toggleModule", box.isExpanded ? GraphView::tr("F&old") : GraphView::tr("Unf&old"), !box.isExpanded, FoldReach::Itself);
            if (equals > 1)
                fold("toggleEqualModules",
                     box.isExpanded ? GraphView::tr("Fold All %L1 Like This").arg(equals) : GraphView::tr("Unfold All %L1 Like This").arg(equals),
                     !box.isExpanded, FoldReach::Equals);
            if (m_view.m_diagram->hierarchy()->below(box.module).size() > 1) {
                fold("unfoldBelow", GraphView::tr("Unfold &Everything in It"), true, FoldReach::Below);
                if (box.isExpanded)
                    fold("foldBelow", GraphView::tr("Fold Everything in It"), false, FoldReach::Below);
            }
            menu.addSeparator();
        }
        addNeighbours(menu, *current, true);
        addNeighbours(menu, *current, false);
        add("selectUpstream", GraphView::tr("Select All &Upstream"), &GraphView::selectUpstream);
        add("selectDownstream", GraphView::tr("Select All &Downstream"), &GraphView::selectDownstream);
        add("highlightPath", selection.nodes.size() > 1 ? GraphView::tr("&Highlight the Paths Between") : GraphView::tr("&Highlight the Paths Through"),
            &GraphView::highlightPath);
    }
    if (!m_view.m_highlight.empty())
        add("clearHighlight", GraphView::tr("&Clear Highlight"), &GraphView::clearHighlight);
    if (current || selection.value) {
        menu.addSeparator();
        QString name;
        if (selection.current())
            name = QString::fromStdString(model.node(selection.current()).name);
        if (name.isEmpty() && selection.current())
            name = QString::fromStdString(displayName(model, selection.current()));
        if (name.isEmpty() && selection.value)
            name = QString::fromStdString(model.value(selection.value).name);
        add("copyName", GraphView::tr("Copy &Name"), [name] { QApplication::clipboard()->setText(name); }, !name.isEmpty());
        add("copyText", GraphView::tr("Copy as &Text"), &GraphView::copyAsText);
        menu.addSeparator();
        add("fitSelection", GraphView::tr("&Fit Selection"), &GraphView::fitSelection, current.has_value());
    }
    add("fit", GraphView::tr("Fit &Whole Graph"), &GraphView::fit);
    if (!m_view.m_places.isEmpty(m_view.m_document->currentGraph()))
        add("resetPlaces", GraphView::tr("Put Moved Nodes &Back"), &GraphView::resetPlaces);
    if (m_view.m_document->graphPath().size() > 1)
        add("leaveGraph", GraphView::tr("&Leave This Graph"), &GraphView::leave);
}

}  // namespace tenscope
