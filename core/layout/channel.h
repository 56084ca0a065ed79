#pragma once

#include <cstdint>
#include <vector>

namespace tenscope {

// What runs sideways in the space between two layers: a horizontal line at one height with vertical ends that go up to
// the layer above or down to the layer below. A tensor that forks is one wire to the right and one to the left.
struct Wire {
    enum class Kind { TurnsAtTop, Right, Left, TurnsAtBottom };  // TurnsAt…: both ends on that side, for edges against the flow

    Kind kind = Kind::Right;
    double origin = 0;           // where it comes from; orders wires of one direction
    double low = 0, high = 0;    // its horizontal extent
    std::vector<double> uppers, lowers;  // where its vertical ends are
    std::uint32_t track = 0;
};

// Gives every wire a track (0 is the highest), so that no two wires whose extents come closer than `gap` share one, wires
// that need not cross do not, and verticals of two wires in the same place do not overlap where that can be had.
// Returns the number of tracks. O(n log n).
//
// Why the order below needs no search: of two wires to the right that need not cross, the one that starts further right has
// to run above the other, to the left mirrored; a wire to the right and one to the left that meet cross once either way.
// Following that order, each wire takes the first track under everything placed so far in its extent.
std::uint32_t assignTracks(std::vector<Wire>& wires, double gap);

}  // namespace tenscope
