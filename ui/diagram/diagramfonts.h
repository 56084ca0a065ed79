#pragma once

#include <QFont>
#include <QString>

namespace tenscope {

// The fonts of a diagram and the measures that follow from them, in diagram units (pixels at 100 %).
struct DiagramFonts {
    QFont title;  // operators, module names
    QFont plain;  // namespaces before operators, the node's own name
    QFont body;   // attributes and weights
    QFont mono;   // shapes on edges

    double unit = 13;           // pixel size of the title; everything else is a multiple of it
    double headerHeight = 24;   // of a node's coloured strip, and of a pill
    double lineHeight = 17;     // of one body line
    double bodyPadding = 5;     // above and below the body lines
    double sidePadding = 10;    // left and right of all text
    double labelHeight = 14;    // of a shape on an edge

    // By the application's font. Needs a QGuiApplication.
    static DiagramFonts standard();
};

}  // namespace tenscope
