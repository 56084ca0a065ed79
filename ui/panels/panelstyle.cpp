#include "ui/panels/panelstyle.h"

#include <utility>

#include "ui/theme/contrast.h"

// A static library's resources are there only when somebody asks for them; the macro wants the global namespace.
static void addResources()
{
    Q_INIT_RESOURCE(panels);
}

namespace tenscope {

namespace {

// @names are replaced by the theme's colours. Sizes of text are left to the application's font.
constexpr auto sheet = R"(
tenscope--Panel, QScrollArea, QScrollArea > QWidget > QWidget { background: @panel; color: @text; }
QLabel { background: transparent; color: @text; }
QLabel[dim="true"] { color: @dim; }
QLabel[title="true"] { font-weight: 600; }
QLabel[error="true"] { color: @error; }
QAbstractItemView {
    background: @panel; alternate-background-color: @panel; color: @text; border: none; outline: none;
    selection-background-color: @selection; selection-color: @text; gridline-color: @line;
}
QAbstractItemView::item:selected { background: @selection; color: @text; }
QTableView::item { padding: 0 6px; border: none; }
QAbstractScrollArea::corner { background: @panel; border: none; }
QTableView QTableCornerButton::section { background: @panel; border: none; }
QHeaderView { background: @panel; border: none; }
QHeaderView::section {
    background: @panel; color: @dim; border: none; border-bottom: 1px solid @line; padding: 4px 8px; font-weight: normal;
}
QHeaderView::section:hover { color: @text; }
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox {
    background: @field; color: @text; border: 1px solid @line; border-radius: 5px; padding: 3px 8px; min-height: 1.3em;
    selection-background-color: @accent; selection-color: @accenttext;
}
QLineEdit:focus, QSpinBox:focus, QComboBox:focus { border-color: @accent; }
QLineEdit:disabled, QSpinBox:disabled, QComboBox:disabled { color: @dim; }
QComboBox { padding-right: 2px; }
QComboBox::drop-down { border: none; width: 18px; }
QComboBox::down-arrow, QSpinBox::down-arrow { image: url(:/panels/icons/down-@mode.svg); width: 10px; height: 10px; }
QSpinBox::up-arrow { image: url(:/panels/icons/up-@mode.svg); width: 10px; height: 10px; }
QComboBox QAbstractItemView { background: @panel; border: 1px solid @line; }
QSpinBox { padding-right: 0; min-width: 2.2em; }
QSpinBox::up-button, QSpinBox::down-button { border: none; background: transparent; width: 16px; }
QToolButton, QPushButton {
    background: transparent; color: @text; border: 1px solid transparent; border-radius: 5px; padding: 3px 8px;
}
QPushButton { border-color: @line; }
QToolButton:hover, QPushButton:hover { background: @hover; }
QToolButton:focus, QPushButton:focus, QCheckBox:focus { border-color: @accent; }
QToolButton:checked { color: @accent; }
QToolButton:disabled, QPushButton:disabled { color: @dim; }
QToolButton[link="true"] { color: @accent; padding: 1px 0; }
QToolButton[link="true"]:disabled { color: @dim; }
QToolButton[quiet="true"] { color: @dim; padding: 1px 0; }
QToolButton[quiet="true"]:hover { color: @text; background: transparent; }
QToolButton[quiet="true"]:checked { color: @accent; }
QToolButton[popupMode="2"] { padding-right: 14px; }
QToolButton::menu-indicator {
    image: url(:/panels/icons/down-@mode.svg); width: 10px; height: 10px; subcontrol-origin: border;
    subcontrol-position: center right;
}
QPushButton[primary="true"] { background: @accent; color: @accenttext; border-color: @accent; font-weight: 600; }
QPushButton[primary="true"]:hover { background: @accenthover; }
QPushButton[primary="true"]:disabled { background: @line; color: @dim; border-color: @line; }
QCheckBox { color: @text; border: 1px solid transparent; border-radius: 3px; padding: 1px 3px; }
QCheckBox::indicator { width: 13px; height: 13px; border: 1px solid @scroll; border-radius: 3px; background: @field; }
QCheckBox::indicator:checked {
    background: @accent; border-color: @accent; image: url(:/panels/icons/check-@mode.svg);
}
QCheckBox::indicator:disabled { border-color: @line; }
QTabBar { background: transparent; border: none; qproperty-drawBase: 0; }
QTabBar::tab {
    background: transparent; color: @dim; border: none; border-bottom: 2px solid transparent; padding: 5px 10px;
    margin-right: 4px;
}
QTabBar::tab:hover { color: @text; }
QTabBar::tab:selected { color: @text; border-bottom-color: @accent; font-weight: 600; }
QTabBar::tab:focus { color: @accent; }
QSplitter::handle { background: @line; }
QFrame[line="true"] { background: @line; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @scroll; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 24px; }
QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::handle:hover { background: @dim; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QMenu { background: @panel; color: @text; border: 1px solid @line; padding: 4px 0; }
QMenu::item { padding: 4px 20px; }
QMenu::item:selected { background: @selection; }
QMenu::item:disabled { color: @dim; }
QToolTip { background: @panel; color: @text; border: 1px solid @line; padding: 4px; }
)";

}  // namespace

QString panelStyleSheet(const Theme& theme)
{
    addResources();
    // Longer names first: @accent is the beginning of @accenttext.
    const std::pair<const char*, QColor> colours[] = {
        {"@accenthover", blend(theme.accent, theme.text, 0.12)},
        {"@accenttext", theme.accentText},
        {"@accent", theme.accent},
        {"@panel", theme.panel},
        {"@text", theme.text},
        {"@dim", theme.dimText},
        {"@error", theme.error},
        {"@selection", theme.selection},
        {"@line", theme.line},
        {"@field", blend(theme.panel, theme.canvas, 0.6)},
        {"@hover", blend(theme.panel, theme.text, 0.07)},
        {"@scroll", blend(theme.panel, theme.text, 0.22)},
    };
    QString result = QString::fromLatin1(sheet);
    result.replace(QLatin1String("@mode"), QLatin1String(theme.isDark ? "dark" : "light"));
    for (const auto& [name, colour] : colours)
        result.replace(QLatin1String(name), colour.name());
    return result;
}

}  // namespace tenscope
