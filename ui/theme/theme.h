#pragma once

#include <QColor>
#include <QFont>
#include <QPalette>

#include "core/graph/operatorfamily.h"

namespace tenscope {

// The colours and measures of one appearance, light or dark, for everything that is painted: diagram, plots, panels.
// Values, not a singleton: whoever paints holds one and is handed another when the appearance changes.
struct Theme {
    bool isDark = false;

    QColor window, panel, canvas, canvasDots;
    QColor text, dimText, line, accent, accentText;
    QColor nodeFill, nodeBorder, moduleFill, moduleBorder, edge, edgeLabel, selection;
    QColor error, warning, information;
    // Comparison states (also marks for those who do not see the colours).
    QColor matched, weightDiffers, activationDiffers, onlyHere;

    QColor family(OperatorFamily family) const;      // carries familyText at WCAG AA
    QColor familyText(OperatorFamily family) const;
    // 0 cold … 1 hot, colour-blind safe, for times and differences.
    QColor heat(double fraction) const;
    QPalette palette() const;

    static Theme light();
    static Theme dark();
    // By the application's palette (which follows the desktop).
    static Theme system();
};

// The letter that stands for the family where colour alone would speak.
QChar letter(OperatorFamily family);
// Monospace with tabular digits, at the size of the application's font times `scale`.
QFont monospaceFont(double scale = 1.0);

}  // namespace tenscope
