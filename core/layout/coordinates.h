#pragma once

#include <vector>

#include "core/base/progress.h"
#include "core/layout/layeredgraph.h"
#include "core/layout/ordering.h"

namespace tenscope {

// What keeps neighbours in a layer apart.
struct Spacing {
    double boxGap = 24;   // between two boxes
    double lineGap = 12;  // between two trunks, and between a trunk and a box
    std::vector<double> width;       // of each box
    std::vector<double> extraRight;  // room that each box needs at its right for self-loops and labels
};

// Gives every element its x: of boxes the left edge, of trunks the line. The order in the layers and the spacing hold
// exactly, trunks are straight, and most links are. False: cancelled.
//
// Alignment follows Brandes and Köpf, "Fast and Simple Horizontal Coordinate Assignment" (2002), with ports as in Rüegg et
// al. (2015): four alignments into vertical blocks, to the upper or lower and the left or right medians, where a link
// that crosses a trunk never wins. The blocks are compacted by longest paths over their constraint graph and not by the
// published chains of classes, which the erratum of Brandes, Walter and Zink (2020) corrects: the flaw lies in shifting
// classes against each other, and here there are none. Instead of averaging the four, which bends what each of them
// holds straight, the one with the shortest links is taken, and blocks and single elements are moved within their
// slack to the median of what they are linked to as long as that shortens the whole.
bool assignCoordinates(const LayeredGraph& graph, const LayerOrder& order, const OrderDetails& details,
                       const Spacing& spacing, Progress& progress, std::vector<double>& x);

}  // namespace tenscope
