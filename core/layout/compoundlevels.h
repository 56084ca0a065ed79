#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "core/layout/compoundlayout.h"

namespace tenscope {

// What is visible of a compound graph, taken apart into one flat graph for each unfolded group. "Things" are the boxes,
// then the groups.
//
// An edge whose ends lie in different unfolded groups is a chain of pieces: out of its source's group through a port in
// the frame, and so on up to the innermost group that holds both ends, and down again. A line is what leaves a thing with one
// value; it has one port in every frame that it crosses.
class CompoundLevels {
public:
    static constexpr std::uint32_t none = 0xffffffffu;

    struct VisibleEdge {
        std::uint32_t from = 0, to = 0;  // things
        std::uint32_t edge = 0, count = 1;
        std::uint32_t line = 0;
        std::uint32_t toPort = 0;
        bool hasLabel = false;
        std::vector<std::pair<std::uint32_t, std::uint32_t>> pieces;  // level, edge in it
    };
    // One unfolded group. Its boxes are things, then ports in and out, each of a line.
    struct Level {
        struct Edge {
            std::uint32_t from = 0, to = 0;   // boxes of the level
            std::uint32_t line = 0;
            std::uint32_t toPort = 0;         // where it ends at a thing that is not a frame
            std::uint32_t labelled = none;    // the visible edge whose label stands here
        };
        std::uint32_t group = 0;
        std::vector<std::uint32_t> things;
        std::vector<std::uint32_t> portsIn, portsOut;  // lines
        std::vector<Edge> edges;

        std::uint32_t inBox(std::uint32_t port) const { return std::uint32_t(things.size()) + port; }
        std::uint32_t outBox(std::uint32_t port) const { return std::uint32_t(things.size() + portsIn.size()) + port; }
    };

    CompoundLevels(const CompoundGraph& graph, const std::vector<bool>& expanded);

    // False: cancelled.
    bool build(const CompoundSizes& sizes, Progress& progress);

    std::vector<Level> levels;                // by group order: parents first
    std::vector<VisibleEdge> edges;
    std::vector<std::uint32_t> edgeOf;        // of each edge of the graph
    std::vector<std::uint32_t> levelOfGroup;  // none: folded or not visible
    std::vector<std::uint32_t> linePort;      // of each line: its order among those that leave the same thing

    bool isGroup(std::uint32_t thing) const { return thing >= m_boxes; }
    std::uint32_t groupOf(std::uint32_t thing) const { return thing - m_boxes; }
    // The level of an unfolded group; none for all else.
    std::uint32_t levelOf(std::uint32_t thing) const { return isGroup(thing) ? levelOfGroup[groupOf(thing)] : none; }
    // The port of a line in a level, among portsIn or portsOut.
    std::uint32_t portIn(std::uint32_t level, std::uint32_t line) const { return m_portIn.at(key(level, line)); }
    std::uint32_t portOut(std::uint32_t level, std::uint32_t line) const { return m_portOut.at(key(level, line)); }

private:
    // Ports in pieces, until it is known how many things and ports there are.
    static constexpr std::uint32_t incoming = 0x40000000u, outgoing = 0x80000000u;

    static std::uint64_t key(std::uint64_t a, std::uint64_t b) { return (a << 32) | b; }

    void findVisible();
    bool bundle(Progress& progress);
    void drawLines();
    void takeApart(std::uint32_t visible);
    std::uint32_t addPiece(std::uint32_t level, std::uint32_t from, std::uint32_t to, std::uint32_t line);
    std::uint32_t sharePiece(std::uint32_t level, std::uint32_t from, std::uint32_t to, std::uint32_t line);
    std::uint32_t port(std::uint32_t level, std::uint32_t line, bool isIn);

    const CompoundGraph& m_graph;
    const std::vector<bool>& m_expanded;
    std::uint32_t m_boxes;
    std::vector<std::uint32_t> m_shown;      // of each box: the thing that stands for it
    std::vector<std::uint32_t> m_levelDepth; // of each level
    std::vector<std::uint32_t> m_home;       // of each visible thing: the level it lies in
    std::vector<std::uint32_t> m_place;      // its box there
    std::unordered_map<std::uint64_t, std::uint32_t> m_portIn, m_portOut;
    // Pieces that several visible edges share, by level and line (numbered by m_lineIn) and where they lead.
    std::unordered_map<std::uint64_t, std::uint32_t> m_lineIn, m_shared;
};

}  // namespace tenscope
