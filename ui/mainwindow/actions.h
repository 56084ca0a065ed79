#pragma once

#include <QAction>
#include <QObject>
#include <array>

class QMenu;
class QMenuBar;

namespace tenscope {

// Every action of the window once: its name, text, shortcut and menu stand in one table (actions.cpp). Menus, tool bar,
// context menus and tests ask for the same QAction by its id.
enum class ActionId {
    Open, ShareWindow, Save, SaveAs, Extract, Merge, CloseTab, Reload, ExportPicture, Quit,
    Undo, Redo,
    AddOperator, Cut, Copy, Paste, Duplicate, Delete, DeleteBypass, Rename, MakeOutput, KeepSelection,
    CopyText, SelectAll, SelectUpstream, SelectDownstream, HighlightPaths, Find, FindNext, FindPrevious,
    ZoomIn, ZoomOut, ZoomActual, Fit, FitSelection, LeaveGraph, ExpandAll, FoldAll, UnfoldLevel, FoldLevel, ShowPlumbing,
    ThemeSystem, ThemeLight, ThemeDark, ResetLayout,
    GoToProducer, GoToConsumer,
    Run, CancelRun, RestartWorker,
    NextTab, PreviousTab,
    About, OpenSample,
};
inline constexpr int actionCount = int(ActionId::OpenSample) + 1;

class Actions : public QObject {
    Q_OBJECT

public:
    // The actions belong to `window`, so that their shortcuts work wherever the focus is in it.
    explicit Actions(QWidget* window);

    QAction* operator[](ActionId id) const { return m_actions[std::size_t(id)]; }

    // Lets those actions that only mean something in a diagram have their shortcuts in `widget`, while it has the focus.
    void addTo(QWidget* widget) const;

    // Fills the menu bar in table order. The menus that are filled elsewhere are handed back: recent
    // files, the depths of the diagram, the toggles of docks.
    struct Menus {
        QMenu* recent = nullptr;
        QMenu* panels = nullptr;
        QMenu* depth = nullptr;
    };
    Menus fill(QMenuBar* bar) const;

private:
    std::array<QAction*, actionCount> m_actions = {};
};

}  // namespace tenscope
