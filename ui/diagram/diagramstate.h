#pragma once

#include <QString>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "core/worker/run.h"
#include "ui/diagram/diagram.h"

namespace tenscope {

// How a node stands in a comparison; each has a colour, a line style and a mark of its own.
enum class MatchMark : std::uint8_t { None, Matched, WeightDiffers, ActivationDiffers, OnlyHere };

// What lies over a diagram while people work with it. Indexed like the diagram's boxes and edges; what is empty applies to
// none. Cheap to change: nothing here moves a box.
struct DiagramState {
    enum BoxFlag : std::uint8_t {
        Selected = 1,
        Hit = 2,         // found by the search
        CurrentHit = 4,  // the one the search stands on
        Faded = 8,       // not on the highlighted path
        Linked = 16,     // at the other end of what is hovered
    };
    enum EdgeFlag : std::uint8_t {
        Forward = 1,      // brought forward: hovered, or of a hovered or selected box
        FadedEdge = 2,
        OnPath = 4,       // on the highlighted path
    };

    struct RunFact {
        float heat = -1;  // 0 … 1 of the slowest node; negative: not run
        QString text;     // "0.08 ms · 41 % zeros"
    };
    struct Mark {
        MatchMark mark = MatchMark::None;
        QString badge;    // "max |Δw| 1.0e−3"; may be empty
    };

    // Small histograms in a node's body: the height of each bar, 0 … 1; empty: none.
    struct Histograms {
        std::vector<float> weights, output;
    };

    std::vector<std::uint8_t> boxFlags;
    std::vector<std::uint8_t> edgeFlags;
    std::vector<RunFact> run;
    std::unordered_map<std::uint32_t, Mark> marks;  // by box
    std::unordered_map<std::uint32_t, Histograms> histograms;  // by box
    std::uint32_t hovered = DiagramBox::none;       // box

    std::uint8_t flags(std::uint32_t box) const { return box < boxFlags.size() ? boxFlags[box] : std::uint8_t(0); }
    std::uint8_t edge(std::uint32_t index) const { return index < edgeFlags.size() ? edgeFlags[index] : std::uint8_t(0); }
};

// The run as facts of the boxes: time, the share of zeros where there are any, NaN and Inf where there are any. A folded
// module shows the sum of the times in it.
std::vector<DiagramState::RunFact> runFacts(const Diagram& diagram, const RunOutcome& run);

// The bars of a small histogram: neighbouring bins taken together where there are more than can be told apart.
std::vector<float> smallBars(const Histogram& histogram);

// "0.08 ms", "5.9 ms", "1.2 s", with a thin space.
QString durationText(double milliseconds);

}  // namespace tenscope
