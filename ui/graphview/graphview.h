#pragma once

#include <QWidget>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "core/base/error.h"
#include "core/graph/id.h"
#include "ui/diagram/diagram.h"
#include "ui/diagram/diagrampainter.h"
#include "ui/diagram/diagramstate.h"
#include "ui/document/change.h"
#include "ui/graphview/nodeplaces.h"
#include "ui/graphview/viewport.h"
#include "ui/graphview/wiredrag.h"
#include "ui/theme/theme.h"

class QMenu;
class QPushButton;
class QVariantAnimation;

namespace tenscope {

class Breadcrumb;
class CanvasDrag;
class DiagramLoader;
class Document;
class Minimap;
class NodeHistograms;
class ProgressLine;
class TaskRunner;
class Transition;

// What is folded or unfolded together with a module.
enum class FoldReach {
    Itself,
    Equals,  // those of its siblings that are equal but for their weights
    Below,   // all modules in it
};

// The diagram of a document's current graph: pan, zoom, select, walk, enter; operators and ends of edges are dragged on it.
//
// A plain widget that paints a Diagram, not a QGraphicsScene: a scene wants an object a box with signals, transforms and
// boxes of its own, which for 100,000 nodes costs hundreds of megabytes and seconds to fill, and paints item by item with
// no way to draw a thousand invisible ones as one. A Diagram is an immutable value that a thread builds; what people do
// with it (DiagramState, Viewport) is small and lives here. So wheel and drag never wait for a layout: the old picture stays
// and moves until the new one is there.
class GraphView : public QWidget {
    Q_OBJECT

public:
    // `tasks` builds the diagrams; it must outlive the view.
    GraphView(TaskRunner* tasks, const Theme& theme, QWidget* parent = nullptr);
    ~GraphView() override;

    // Null: empty. Not owned; set another or null before it is deleted.
    void setDocument(Document* document);
    Document* document() const { return m_document; }
    void setTheme(const Theme& theme);

    // What is shown now, for exporting and measuring; null until the first layout is there.
    std::shared_ptr<const Diagram> diagram() const { return m_diagram; }
    const DiagramState& state() const { return m_state; }
    const Viewport& viewport() const { return m_viewport; }
    bool isBusy() const;

    double zoom() const { return m_viewport.scale(); }
    void setZoom(double zoom);  // about the middle of the view

    // Nodes of any graph; those in the shown one get a halo. `current` is where the search stands.
    void setSearchHits(std::vector<NodeId> nodes, NodeId current = {});
    // Marks of a comparison, by node. Empty: none.
    void setMarks(std::map<NodeId, DiagramState::Mark> marks);

    bool isPlumbingShown() const { return m_options.showPlumbing; }
    // Of the graph that is shown.
    const Expansion& expansion() const { return m_options.expansion; }
    void setExpansion(const Expansion& expansion);
    // Folds or unfolds it in place.
    void setExpanded(ModuleId module, bool expanded, FoldReach reach = FoldReach::Itself);
    // Down to which level everything is unfolded (0: nothing is), and how many levels there are.
    int depth() const;
    int depths() const;
    void setDepth(int depth);

    QSize sizeHint() const override { return {800, 600}; }
    QSize minimumSizeHint() const override { return {200, 150}; }

public slots:
    void zoomIn();
    void zoomOut();
    void zoomActual();    // 100 %
    void fit();           // the whole graph
    void fitSelection();  // what is selected; the whole graph where nothing is

    void goToProducer();  // of the current node's first input
    void goToConsumer();  // of its first output
    void selectAll();
    void selectUpstream();    // everything that the selection depends on; everything else fades
    void selectDownstream();  // everything that depends on it
    void highlightPath();     // what lies between the selected nodes
    void clearHighlight();

    // The body or function of the current node (a menu where it has several); folds or unfolds a module.
    void enter(FoldReach reach = FoldReach::Itself);
    void leave();  // to the graph around this one

    void expandAll();
    void foldAll();
    void unfoldLevel();  // the modules that are folded at the outermost level where some are
    void foldLevel();    // the innermost ones that are unfolded
    void setPlumbingShown(bool shown);
    void copyAsText();
    void reload();  // lays out again, after a failure or a cancel
    void resetPlaces();  // nodes that people have moved go back to where the layout has them

signals:
    void zoomChanged(double zoom);
    void busyChanged(bool busy);
    void diagramChanged();
    // What was dragged could not be done.
    void refused(const tenscope::Error& error);
    // Before the context menu opens: the window may add its own actions.
    void menuRequested(QMenu* menu);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void changeEvent(QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    friend class GraphMenu;

    void handleChange(const Change& change);
    void showCurrentGraph();
    void load();
    void showDiagram(std::shared_ptr<const Diagram> diagram);
    void showFailure(const Error& error);
    void updateBreadcrumb();
    void placeOverlays();
    void updateFlags();  // selection, hits, hover, highlight → m_state
    void updateRun();
    void updateMarks();
    void hover(std::optional<QPointF> point);
    void describeSelection();
    QString emptyText() const;

    std::vector<Diagram::Index> selectedBoxes() const;
    std::optional<Diagram::Index> currentBox() const;
    void selectBoxes(const std::vector<Diagram::Index>& boxes);
    void click(QPointF point, bool toggle);
    void selectBand(const QRectF& band, bool add);
    void walkOrPan(int key);
    void open(Diagram::Index box, FoldReach reach = FoldReach::Itself);
    void fade(std::vector<Diagram::Index> allBut);
    void goTo(Diagram::Index box);  // selects it and brings it into view
    void revealBox(Diagram::Index box);
    void reveal(NodeId node);
    void reveal(ValueId value);
    void reveal(ScopeId scope);
    std::optional<Diagram::Index> boxNear(NodeId node) const;
    std::set<ModuleId> chosenModules() const;
    bool unfold(const std::vector<ModuleId>& path);
    void selectModule(ModuleId module, ScopeId scope);
    QString toolTipAt(QPointF point) const;
    ValueId stubAt(QPointF place, const DiagramBox& box) const;
    bool pinch(QEvent* event);

    void moveTo(const Viewport& target);  // glides there, or jumps where motion is reduced
    int motionDuration() const;           // milliseconds; 0: no motion is wanted
    void stopMotion();
    void glide(const Diagram& from, const Viewport& fromView);
    void setViewport(const Viewport& viewport);
    void zoomBy(double factor, QPointF about);
    Viewport firstViewport() const;
    // graphviewdrag.cpp
    double pixel() const { return 1 / m_viewport.scale(); }  // in diagram units
    std::unique_ptr<CanvasDrag> dragAt(QPointF point);
    void moveDrag(QPointF point);
    void finishDrag();
    void cancelDrag();
    void hoverGrip(std::optional<QPointF> point);
    void paintDrag(QPainter& painter, const QRectF& area);
    void keepPlaces(const Displacements& further);
    void keepExpansion();
    std::shared_ptr<const Diagram> withDropped(std::shared_ptr<const Diagram> diagram);

    QPointF middle() const { return QRectF(rect()).center(); }

    TaskRunner* m_tasks;
    Document* m_document = nullptr;
    DiagramOptions m_options;
    DiagramPainter m_painter;
    DiagramLoader* m_loader;
    NodeHistograms* m_histograms;

    std::shared_ptr<const Diagram> m_diagram;
    DiagramState m_state;
    Viewport m_viewport;
    std::map<GraphId, Viewport> m_viewports;    // where each graph was left
    std::map<GraphId, Expansion> m_expansions;  // and how it was unfolded
    QVariantAnimation* m_animation;
    std::unique_ptr<Transition> m_transition;
    std::optional<Diagram> m_moving;  // what is painted while m_transition lasts
    ModuleId m_anchorModule;    // stays where it is in the next diagram
    ModuleId m_selectedModule;  // one that has no scope, and so is not in the document's selection

    std::vector<NodeId> m_hits;
    NodeId m_currentHit;
    std::map<NodeId, DiagramState::Mark> m_marks;
    std::vector<Diagram::Index> m_highlight;  // boxes; empty: nothing is faded
    std::optional<Diagram::Index> m_hoveredEdge;
    ValueId m_hoveredStub;
    NodeId m_pendingReveal;
    ValueId m_pendingValue;
    ScopeId m_pendingScope;

    enum class Drag { None, Undecided, Pan, Band, Canvas };
    Drag m_drag = Drag::None;
    QPointF m_dragStart, m_dragLast;
    Qt::MouseButton m_dragButton = Qt::NoButton;
    std::unique_ptr<CanvasDrag> m_canvasDrag;
    std::optional<WireGrip> m_hoveredGrip;  // what would be dragged from here
    NodePlaces m_places;
    bool m_keepsViewport = false;  // the next diagram is shown as this one is
    // A node that was dropped on the canvas, and where: `way` from the middle of `beside`, or from the diagram's origin.
    struct Dropped {
        NodeId node, beside;
        QPointF way;
    };
    std::optional<Dropped> m_dropped;
    bool m_hasKeyboardFocus = false;  // it came with the Tab key: the view says so with a line around it
    bool m_isFirstLook = false;  // of this graph: it is shown from its beginning

    QString m_failure;
    Breadcrumb* m_breadcrumb;
    Minimap* m_minimap;
    ProgressLine* m_progress;
    QPushButton* m_retry;
};

}  // namespace tenscope
