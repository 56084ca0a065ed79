#include "ui/mainwindow/appearance.h"

#include <QApplication>
#include <QSettings>
#include <QStyleFactory>

// Resources of a static library are there only once somebody asks for them, which must be said outside of namespaces.
static void makeResourcesAvailable()
{
    Q_INIT_RESOURCE(app);
}

namespace tenscope {

namespace {

constexpr char settingsKey[] = "appearance";

// Quiet panels: thin lines, soft corners, no bevels. Everything else comes from the palette, so that high-contrast and
// large-font settings of the desktop hold. %name% is replaced by a colour of the theme.
constexpr char styleSheet[] = R"(
QMainWindow, QMenuBar, QStatusBar { background: %window%; }
QMainWindow::separator { background: %line%; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: %accent%; }
QToolBar { background: %window%; border: none; border-bottom: 1px solid %line%; padding: 4px 8px; spacing: 4px; }
QToolBar::separator { background: %line%; width: 1px; margin: 6px 6px; }
QToolBar QToolButton { border: none; border-radius: 6px; padding: 5px 9px; }
QToolBar QToolButton:hover:enabled { background: %hover%; }
QToolBar QToolButton:focus { border: 1px solid %accent%; padding: 4px 8px; }
QToolBar QToolButton:disabled { color: %dimText%; }
QToolBar QToolButton#runButton { background: %accent%; color: %accentText%; padding: 5px 12px; }
QToolBar QToolButton#runButton:disabled { background: %line%; color: %dimText%; }
QStatusBar { border-top: 1px solid %line%; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: %dimText%; padding: 0 8px; }
QLabel#dockTitle { background: %panel%; color: %text%; padding: 8px 12px 4px 12px; font-weight: bold; }
QDockWidget > QWidget { background: %panel%; }
QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; border: none; border-bottom: 2px solid transparent; padding: 7px 8px; color: %dimText%; }
QTabBar::close-button { image: url(:/icons/close.svg); subcontrol-position: right; }
QTabBar::close-button:hover { background: %hover%; border-radius: 3px; }
QTabBar::tab:selected { color: %text%; border-bottom: 2px solid %accent%; }
QTabBar::tab:hover:!selected { color: %text%; }
QTabBar::tab:focus { background: %hover%; }
QTabWidget::pane { border: none; border-top: 1px solid %line%; }
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox { background: %canvas%; border: 1px solid %line%; border-radius: 5px; padding: 3px 6px; }
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus { border: 1px solid %accent%; }
QComboBox::drop-down { border: none; width: 18px; }
QPushButton { background: %canvas%; border: 1px solid %line%; border-radius: 6px; padding: 5px 12px; }
QPushButton:hover:enabled { background: %hover%; }
QPushButton:focus { border: 1px solid %accent%; }
QPushButton:disabled { color: %dimText%; }
QPushButton[accent="true"] { background: %accent%; color: %accentText%; border: 1px solid %accent%; }
QPushButton[accent="true"]:disabled { background: %line%; border-color: %line%; color: %dimText%; }
QPushButton[accent="true"]:focus { border: 2px solid %text%; padding: 4px 11px; }
QPushButton[link="true"] { background: transparent; border: 1px solid transparent; padding: 3px 4px; color: %accent%; text-align: left; }
QPushButton[link="true"]:hover { text-decoration: underline; }
QPushButton[link="true"]:focus { border: 1px solid %accent%; }
QLabel[dim="true"] { color: %dimText%; }
QAbstractItemView { background: %panel%; alternate-background-color: %window%; border: none; selection-background-color: %selection%;
    selection-color: %text%; gridline-color: %line%; }
QTreeView::branch:has-children:closed { image: url(:/icons/branch-closed.svg); }
QTreeView::branch:has-children:open { image: url(:/icons/branch-open.svg); }
QHeaderView::section { background: %panel%; color: %dimText%; border: none; border-bottom: 1px solid %line%; padding: 5px 8px; }
QScrollArea { border: none; }
QToolTip { background: %panel%; color: %text%; border: 1px solid %line%; padding: 4px; }
QProgressBar { background: %line%; border: none; border-radius: 3px; }
QProgressBar::chunk { background: %accent%; border-radius: 3px; }
QWidget#errorBar { background: %information_soft%; border-bottom: 1px solid %line%; }
QWidget#errorBar[isError="true"] { background: %error_soft%; }
QMenu { background: %panel%; border: 1px solid %line%; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 20px; border-radius: 4px; }
QMenu::item:selected { background: %selection%; color: %text%; }
QMenu::separator { background: %line%; height: 1px; margin: 4px 8px; }
)";

QColor mixed(const QColor& a, const QColor& b, double share)
{
    return QColor::fromRgbF(float(a.redF() * (1 - share) + b.redF() * share), float(a.greenF() * (1 - share) + b.greenF() * share),
                            float(a.blueF() * (1 - share) + b.blueF() * share));
}

}  // namespace

AppearanceChoice appearanceFromSettings()
{
    const QString stored = QSettings().value(settingsKey).toString();
    return stored == "light" ? AppearanceChoice::Light : stored == "dark" ? AppearanceChoice::Dark : AppearanceChoice::System;
}

void saveAppearance(AppearanceChoice choice)
{
    QSettings().setValue(settingsKey, choice == AppearanceChoice::Light ? "light" : choice == AppearanceChoice::Dark ? "dark" : "system");
}

Theme themeFor(AppearanceChoice choice, const Theme& system)
{
    switch (choice) {
    case AppearanceChoice::Light:
        return Theme::light();
    case AppearanceChoice::Dark:
        return Theme::dark();
    case AppearanceChoice::System:
        break;
    }
    return system;
}

void applyAppearance(const Theme& theme)
{
    makeResourcesAvailable();
    QString sheet = QString::fromLatin1(styleSheet);
    const std::pair<const char*, QColor> colours[] = {
        {"%window%", theme.window},
        {"%panel%", theme.panel},
        {"%canvas%", theme.canvas},
        {"%line%", theme.line},
        {"%text%", theme.text},
        {"%dimText%", theme.dimText},
        {"%accent%", theme.accent},
        {"%accentText%", theme.accentText},
        {"%selection%", mixed(theme.panel, theme.accent, theme.isDark ? 0.30 : 0.16)},
        {"%hover%", mixed(theme.window, theme.text, 0.07)},
        {"%error_soft%", mixed(theme.panel, theme.error, theme.isDark ? 0.25 : 0.12)},
        {"%information_soft%", mixed(theme.panel, theme.information, theme.isDark ? 0.22 : 0.10)},
    };
    for (const auto& [placeholder, colour] : colours)
        sheet.replace(placeholder, colour.name());
    QApplication::setStyle(QStyleFactory::create("Fusion"));
    QApplication::setPalette(theme.palette());
    qApp->setStyleSheet(sheet);
}

}  // namespace tenscope
