#include "ui/mainwindow/actions.h"

#include <QActionGroup>
#include <QCoreApplication>
#include <QKeySequence>
#include <QMenu>
#include <QMenuBar>
#include <QWidget>

namespace tenscope {

namespace {

enum class MenuId { File, Edit, View, Model, Run, Help, None };

struct Row {
    ActionId id;
    MenuId menu;
    const char* objectName;
    const char* text;
    const char* tip;
    const char* shortcuts;  // separated by spaces, in QKeySequence's portable text
    bool startsGroup = false;
};

using enum ActionId;

constexpr Row rows[] = {
    {Open, MenuId::File, "actionOpen", QT_TRANSLATE_NOOP("Actions", "&Open…"),
     QT_TRANSLATE_NOOP("Actions", "Open a model file"), "Ctrl+O"},
    {OpenSample, MenuId::File, "actionOpenSample", QT_TRANSLATE_NOOP("Actions", "Open &Sample Pair"),
     QT_TRANSLATE_NOOP("Actions", "Open the small shape classifier that comes with Tenscope, as TorchScript and as ONNX"), ""},
    {ShareWindow, MenuId::File, "actionShareWindow", QT_TRANSLATE_NOOP("Actions", "Open in &This Window"),
     QT_TRANSLATE_NOOP("Actions", "Files that are opened from other programs come into this window instead of a new one"), ""},
    {Save, MenuId::File, "actionSave", QT_TRANSLATE_NOOP("Actions", "&Save"),
     QT_TRANSLATE_NOOP("Actions", "Save the changes; what was not edited stays byte for byte what it was"), "Ctrl+S", true},
    {SaveAs, MenuId::File, "actionSaveAs", QT_TRANSLATE_NOOP("Actions", "Save &As…"),
     QT_TRANSLATE_NOOP("Actions", "Save the model under another name"), "Ctrl+Shift+S"},
    {Extract, MenuId::File, "actionExtract", QT_TRANSLATE_NOOP("Actions", "E&xtract Selection…"),
     QT_TRANSLATE_NOOP("Actions", "Save the selected nodes as a model of their own; this one stays as it is"), ""},
    {Merge, MenuId::File, "actionMerge", QT_TRANSLATE_NOOP("Actions", "&Merge a Model…"),
     QT_TRANSLATE_NOOP("Actions", "Add another model to this one, and join its inputs to outputs of this one"), ""},
    {Reload, MenuId::File, "actionReload", QT_TRANSLATE_NOOP("Actions", "&Revert to Saved"),
     QT_TRANSLATE_NOOP("Actions", "Read the file again and forget all changes"), "Ctrl+R"},
    {ExportPicture, MenuId::File, "actionExportPicture", QT_TRANSLATE_NOOP("Actions", "&Export Diagram…"),
     QT_TRANSLATE_NOOP("Actions", "Save the diagram as SVG, PDF or PNG"), "Ctrl+E", true},
    {CloseTab, MenuId::File, "actionCloseTab", QT_TRANSLATE_NOOP("Actions", "&Close"),
     QT_TRANSLATE_NOOP("Actions", "Close this model"), "Ctrl+W", true},
    {Quit, MenuId::File, "actionQuit", QT_TRANSLATE_NOOP("Actions", "&Quit"), nullptr, "Ctrl+Q"},

    {Undo, MenuId::Edit, "actionUndo", QT_TRANSLATE_NOOP("Actions", "&Undo"), nullptr, "Ctrl+Z"},
    {Redo, MenuId::Edit, "actionRedo", QT_TRANSLATE_NOOP("Actions", "&Redo"), nullptr, "Ctrl+Y Ctrl+Shift+Z"},
    {AddOperator, MenuId::Edit, "actionAddOperator", QT_TRANSLATE_NOOP("Actions", "Add &Operator…"),
     QT_TRANSLATE_NOOP("Actions", "Find an operator and add it at the selection, or drag it onto the diagram"), "Ctrl+Shift+A", true},
    {Cut, MenuId::Edit, "actionCut", QT_TRANSLATE_NOOP("Actions", "Cu&t"),
     QT_TRANSLATE_NOOP("Actions", "Move the selected nodes to the clipboard"), "Ctrl+X", true},
    {Copy, MenuId::Edit, "actionCopy", QT_TRANSLATE_NOOP("Actions", "&Copy"),
     QT_TRANSLATE_NOOP("Actions", "Copy the selected nodes, to paste them here or into another model of the same format"), "Ctrl+C"},
    {Paste, MenuId::Edit, "actionPaste", QT_TRANSLATE_NOOP("Actions", "&Paste"),
     QT_TRANSLATE_NOOP("Actions", "Add the nodes on the clipboard to the graph that is shown"), "Ctrl+V"},
    {Duplicate, MenuId::Edit, "actionDuplicate", QT_TRANSLATE_NOOP("Actions", "D&uplicate"),
     QT_TRANSLATE_NOOP("Actions", "Copy the selected nodes beside themselves"), "Ctrl+D"},
    {Delete, MenuId::Edit, "actionDelete", QT_TRANSLATE_NOOP("Actions", "&Delete"),
     QT_TRANSLATE_NOOP("Actions", "Delete what is selected; what read it is left unconnected"), "Del", true},
    {DeleteBypass, MenuId::Edit, "actionDeleteBypass", QT_TRANSLATE_NOOP("Actions", "Delete and &Bypass"),
     QT_TRANSLATE_NOOP("Actions", "Delete the selected nodes; what read them reads their first inputs"), "Ctrl+Del"},
    {Rename, MenuId::Edit, "actionRename", QT_TRANSLATE_NOOP("Actions", "&Rename…"),
     QT_TRANSLATE_NOOP("Actions", "Give the selected node or value another name"), "F2", true},
    {MakeOutput, MenuId::Edit, "actionMakeOutput", QT_TRANSLATE_NOOP("Actions", "Make &Output"),
     QT_TRANSLATE_NOOP("Actions", "Make the selected value, or what the node computes, an output of the graph"), ""},
    {KeepSelection, MenuId::Edit, "actionKeepSelection", QT_TRANSLATE_NOOP("Actions", "&Keep Selection Only"),
     QT_TRANSLATE_NOOP("Actions", "Reduce the model to the selected nodes: what they read becomes its inputs"), ""},
    {CopyText, MenuId::Edit, "actionCopyText", QT_TRANSLATE_NOOP("Actions", "Cop&y as Text"),
     QT_TRANSLATE_NOOP("Actions", "Copy the selected nodes as text"), "Ctrl+Shift+C", true},
    {SelectAll, MenuId::Edit, "actionSelectAll", QT_TRANSLATE_NOOP("Actions", "Select &All"),
     QT_TRANSLATE_NOOP("Actions", "Select everything that is drawn"), "Ctrl+A", true},
    {SelectUpstream, MenuId::Edit, "actionSelectUpstream", QT_TRANSLATE_NOOP("Actions", "Select All &Upstream"),
     QT_TRANSLATE_NOOP("Actions", "Select everything that the selection is computed from, and fade the rest"), "Ctrl+Shift+Up"},
    {SelectDownstream, MenuId::Edit, "actionSelectDownstream", QT_TRANSLATE_NOOP("Actions", "Select All &Downstream"),
     QT_TRANSLATE_NOOP("Actions", "Select everything that is computed from the selection, and fade the rest"), "Ctrl+Shift+Down"},
    {HighlightPaths, MenuId::Edit, "actionHighlightPaths", QT_TRANSLATE_NOOP("Actions", "&Highlight Paths"),
     QT_TRANSLATE_NOOP("Actions", "Fade all but what lies between the selected nodes, or up- and downstream of one"), "Ctrl+Shift+H"},
    {Find, MenuId::Edit, "actionFind", QT_TRANSLATE_NOOP("Actions", "&Find…"),
     QT_TRANSLATE_NOOP("Actions", "Find nodes by name, operator, tensor or attribute"), "Ctrl+F", true},
    {FindNext, MenuId::Edit, "actionFindNext", QT_TRANSLATE_NOOP("Actions", "Find &Next"), nullptr, "F3 Ctrl+G"},
    {FindPrevious, MenuId::Edit, "actionFindPrevious", QT_TRANSLATE_NOOP("Actions", "Find &Previous"), nullptr,
     "Shift+F3 Ctrl+Shift+G"},

    {Fit, MenuId::View, "actionFit", QT_TRANSLATE_NOOP("Actions", "&Fit"),
     QT_TRANSLATE_NOOP("Actions", "Show the whole diagram"), "Ctrl+0"},
    {FitSelection, MenuId::View, "actionFitSelection", QT_TRANSLATE_NOOP("Actions", "Fit &Selection"),
     QT_TRANSLATE_NOOP("Actions", "Show the selected nodes as large as they fit"), "Ctrl+2"},
    {ZoomActual, MenuId::View, "actionZoomActual", QT_TRANSLATE_NOOP("Actions", "&100%"),
     QT_TRANSLATE_NOOP("Actions", "Show the diagram at its own size"), "Ctrl+1"},
    {ZoomIn, MenuId::View, "actionZoomIn", QT_TRANSLATE_NOOP("Actions", "Zoom &In"), nullptr, "Ctrl++ Ctrl+="},
    {ZoomOut, MenuId::View, "actionZoomOut", QT_TRANSLATE_NOOP("Actions", "Zoom &Out"), nullptr, "Ctrl+-"},
    {ExpandAll, MenuId::View, "actionExpandAll", QT_TRANSLATE_NOOP("Actions", "&Unfold All Modules"), nullptr,
     "Ctrl+Shift+E", true},
    {FoldAll, MenuId::View, "actionFoldAll", QT_TRANSLATE_NOOP("Actions", "Fo&ld All Modules"), nullptr, "Ctrl+Shift+L"},
    {UnfoldLevel, MenuId::View, "actionUnfoldLevel", QT_TRANSLATE_NOOP("Actions", "Unfold One Level &More"),
     QT_TRANSLATE_NOOP("Actions", "Unfold the outermost modules that are folded"), "Ctrl+]"},
    {FoldLevel, MenuId::View, "actionFoldLevel", QT_TRANSLATE_NOOP("Actions", "Fold One L&evel"),
     QT_TRANSLATE_NOOP("Actions", "Fold the innermost modules that are unfolded"), "Ctrl+["},
    {ShowPlumbing, MenuId::View, "actionShowPlumbing", QT_TRANSLATE_NOOP("Actions", "Show &Constants and Lists as Nodes"),
     QT_TRANSLATE_NOOP("Actions", "Show every node of the file, also constants, lists and tuples that are folded into the node "
                                  "that uses them"), ""},
    {ThemeSystem, MenuId::View, "actionThemeSystem", QT_TRANSLATE_NOOP("Actions", "Appearance of the &System"), nullptr, "", true},
    {ThemeLight, MenuId::View, "actionThemeLight", QT_TRANSLATE_NOOP("Actions", "&Light"), nullptr, ""},
    {ThemeDark, MenuId::View, "actionThemeDark", QT_TRANSLATE_NOOP("Actions", "&Dark"), nullptr, ""},
    {ResetLayout, MenuId::View, "actionResetLayout", QT_TRANSLATE_NOOP("Actions", "&Reset Panels"),
     QT_TRANSLATE_NOOP("Actions", "Put all panels back where they were at first"), "", true},

    {LeaveGraph, MenuId::Model, "actionLeaveGraph", QT_TRANSLATE_NOOP("Actions", "&Leave Subgraph"),
     QT_TRANSLATE_NOOP("Actions", "Go back to the graph around this one"), "Alt+Up"},
    {GoToProducer, MenuId::Model, "actionGoToProducer", QT_TRANSLATE_NOOP("Actions", "Go to &Producer"),
     QT_TRANSLATE_NOOP("Actions", "Select the node that makes the first input of this one"), "Ctrl+Up", true},
    {GoToConsumer, MenuId::Model, "actionGoToConsumer", QT_TRANSLATE_NOOP("Actions", "Go to &Consumer"),
     QT_TRANSLATE_NOOP("Actions", "Select the first node that reads what this one makes"), "Ctrl+Down"},

    {Run, MenuId::Run, "actionRun", QT_TRANSLATE_NOOP("Actions", "&Run"),
     QT_TRANSLATE_NOOP("Actions", "Run the model once on the inputs of the Run panel"), "F5"},
    {CancelRun, MenuId::Run, "actionCancelRun", QT_TRANSLATE_NOOP("Actions", "&Cancel Run"), nullptr, "Shift+F5"},
    {RestartWorker, MenuId::Run, "actionRestartWorker", QT_TRANSLATE_NOOP("Actions", "Restart &Worker"),
     QT_TRANSLATE_NOOP("Actions", "End the process that reads and runs TorchScript, and start a new one"), "", true},

    {About, MenuId::Help, "actionAbout", QT_TRANSLATE_NOOP("Actions", "&About Tenscope"), nullptr, ""},

    {NextTab, MenuId::None, "actionNextTab", QT_TRANSLATE_NOOP("Actions", "Next Model"), nullptr, "Ctrl+Tab Ctrl+PgDown"},
    {PreviousTab, MenuId::None, "actionPreviousTab", QT_TRANSLATE_NOOP("Actions", "Previous Model"), nullptr,
     "Ctrl+Shift+Tab Ctrl+PgUp"},
};
static_assert(std::size(rows) == actionCount);

QString translated(const char* text)
{
    return QCoreApplication::translate("Actions", text);
}

}  // namespace

Actions::Actions(QWidget* window) : QObject(window)
{
    for (const Row& row : rows) {
        auto* action = new QAction(translated(row.text), window);
        action->setObjectName(row.objectName);
        QList<QKeySequence> shortcuts;
        for (const QString& keys : QString(row.shortcuts).split(' ', Qt::SkipEmptyParts))
            shortcuts << QKeySequence::fromString(keys, QKeySequence::PortableText);
        action->setShortcuts(shortcuts);
        QString tip = translated(row.tip ? row.tip : row.text).remove('&');
        if (!shortcuts.isEmpty())
            tip += QString(" (%1)").arg(shortcuts.first().toString(QKeySequence::NativeText));
        action->setToolTip(tip);
        // These mean something else in a list or table that has the focus; the diagram takes them (addTo()).
        if (row.id == Delete || row.id == Cut || row.id == Paste || row.id == SelectAll || row.id == Copy || row.id == Rename)
            action->setShortcutContext(Qt::WidgetShortcut);
        window->addAction(action);
        m_actions[std::size_t(row.id)] = action;
    }
    auto* themes = new QActionGroup(this);
    for (const ActionId id : {ThemeSystem, ThemeLight, ThemeDark}) {
        (*this)[id]->setCheckable(true);
        themes->addAction((*this)[id]);
    }
    for (const ActionId id : {ShareWindow, ShowPlumbing})
        (*this)[id]->setCheckable(true);
    (*this)[Quit]->setMenuRole(QAction::QuitRole);
    (*this)[About]->setMenuRole(QAction::AboutRole);
}

void Actions::addTo(QWidget* widget) const
{
    for (QAction* action : m_actions)
        if (action->shortcutContext() == Qt::WidgetShortcut)
            widget->addAction(action);
}

Actions::Menus Actions::fill(QMenuBar* bar) const
{
    const std::pair<MenuId, QString> titles[] = {
        {MenuId::File, tr("&File")}, {MenuId::Edit, tr("&Edit")}, {MenuId::View, tr("&View")},
        {MenuId::Model, tr("&Model")}, {MenuId::Run, tr("&Run")}, {MenuId::Help, tr("&Help")}};
    Menus menus;
    for (const auto& [menuId, title] : titles) {
        QMenu* menu = bar->addMenu(title);
        menu->setObjectName("menu" + QString(title).remove('&'));
        menu->setToolTipsVisible(true);
        for (const Row& row : rows) {
            if (row.menu != menuId)
                continue;
            if (row.startsGroup)
                menu->addSeparator();
            menu->addAction((*this)[row.id]);
            if (row.id == Open) {
                menus.recent = menu->addMenu(tr("Open &Recent"));
                menus.recent->setObjectName("menuRecent");
            }
            if (row.id == FoldLevel) {
                menus.depth = menu->addMenu(tr("Unfold to &Depth"));
                menus.depth->setObjectName("menuDepth");
            }
            if (row.id == ShowPlumbing) {
                menu->addSeparator();
                menus.panels = menu->addMenu(tr("&Panels"));
                menus.panels->setObjectName("menuPanels");
            }
        }
    }
    return menus;
}

}  // namespace tenscope
