#pragma once

#include <QColor>
#include <QSize>
#include <QString>
#include <cstdint>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "ui/diagram/diagram.h"
#include "ui/diagram/diagramstate.h"
#include "ui/theme/theme.h"

namespace tenscope {

enum class PictureFormat { Svg, Png, Pdf };

// By the file name's extension, whatever its case; nothing where it is none of ours.
std::optional<PictureFormat> pictureFormat(const QString& path);

struct RenderOptions {
    Theme theme = Theme::light();
    double scale = 1;               // PNG only: pixels a diagram unit
    std::uint64_t maxPixels = 120'000'000;  // PNG only: a larger picture is scaled down to this (480 MB while it is made)
    bool transparent = false;       // no background
    QString title;                  // written into SVG and PDF
    DiagramState state;             // overlays: run, marks, selection
};

struct RenderedPicture {
    QSize size;            // pixels of a PNG, points of a PDF, units of an SVG
    double scale = 1;      // what was asked for, or less where maxPixels or the format made it smaller
    std::uint64_t bytes = 0;
};

// Writes the whole diagram as a picture. The file is written beside its target and renamed over it when it is complete, so
// that a failure (ErrorKind::Write: no such folder, disk full; ErrorKind::Usage: unknown extension) leaves what was there.
// Any thread, without Qt Widgets; needs a QGuiApplication (platform "offscreen" will do).
//
// The command line's `render` is three calls:
//     DiagramOptions options;  options.expansion = Expansion::all();  // --expand all | none() | toDepth(n)
//     Result<Diagram> diagram = buildDiagram(model, model.mainGraph, options, progress);
//     Result<RenderedPicture> picture = renderDiagram(*diagram, QStringLiteral("out.svg"), {}, progress);
Result<RenderedPicture> renderDiagram(const Diagram& diagram, const QString& path, const RenderOptions& options, Progress& progress);

}  // namespace tenscope
