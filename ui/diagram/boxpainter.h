#pragma once

#include <QPainterPath>

#include "ui/diagram/paintcontext.h"

namespace tenscope {

// Boxes: nodes, modules, inputs and outputs, with what lies over them.
class BoxPainter {
public:
    explicit BoxPainter(PaintContext& context) : m_context(context) {}

    void paintFrames();
    void paintBoxes();

    // The names of unfolded modules where their title strips are too small to be read. On top of everything.
    void paintFrameLabels();

    // Where a module is pressed to fold or unfold it.
    static QRectF chevronRect(const Diagram& diagram, const DiagramBox& box);
    // The colour that stands for the box where nothing else of it can be seen.
    static QColor blockColor(const Theme& theme, const DiagramBox& box);

private:
    void paintFrame(std::uint32_t index);
    void paintFrameTitle(std::uint32_t index);
    void paintFull(std::uint32_t index);
    void paintTitle(std::uint32_t index);
    void paintBlock(std::uint32_t index);
    void paintNode(const DiagramBox& box, std::uint32_t index);
    void paintHeader(const DiagramBox& box, const QRectF& header);
    void paintLines(const DiagramBox& box, std::uint32_t index, const QColor& color);
    void paintHistograms(const DiagramBox& box, const DiagramState::Histograms& histograms);
    void paintBars(const QRectF& area, const std::vector<float>& bars, const QColor& color);
    void paintValue(const DiagramBox& box);
    void paintModule(const DiagramBox& box, std::uint32_t index);
    void paintUnder(const DiagramBox& box, std::uint32_t index);
    void paintOver(const DiagramBox& box, std::uint32_t index);
    void paintMark(const DiagramBox& box, const DiagramState::Mark& mark);
    void paintHatch(const QRectF& area);
    void paintChevron(QPointF centre, bool isOpen, const QColor& color);
    double radiusOf(const DiagramBox& box) const;

    PaintContext& m_context;
};

}  // namespace tenscope
