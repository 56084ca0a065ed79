#pragma once

#include <QJsonObject>
#include <QString>
#include <memory>

#include "core/base/result.h"
#include "core/graph/model.h"
#include "ui/diagram/diagram.h"

namespace tenscope {

// What a person waits for who opens the file in the window.
struct WindowTimes {
    double open = 0;          // from the file to the graph
    double firstPaint = 0;    // from the start of the window until it stands with the folded diagram drawn
    double firstPicture = 0;  // of that, from the graph to the diagram
    double unfold = 0;        // from the wish to see it unfolded otherwise to the picture; 0: it was not
    double blocked = 0;       // the longest time the window's thread did not answer meanwhile
    double reopen = 0;        // closed and opened again, with all that a running window has warm (the worker): file to diagram
    QJsonObject frames;
    double resident = 0, peak = 0;  // MB, after all that
    std::shared_ptr<const Model> model;
    std::shared_ptr<const Diagram> diagram;  // what was on the screen last
};

// Opens the file in a window whose diagram is 1920×1080 pixels, unfolds it as `expansion` says (Automatic: leaves it) and walks over it.
// Needs a QApplication.
Result<WindowTimes> windowTimes(const QString& path, const Expansion& expansion);

}  // namespace tenscope
