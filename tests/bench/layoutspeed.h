#pragma once

#include <QJsonObject>
#include <memory>

#include "core/base/result.h"
#include "core/graph/model.h"
#include "ui/diagram/diagram.h"

namespace tenscope {

// Median of several diagrams built from nothing: modules, texts and their sizes, layout.
Result<double> layoutTime(std::shared_ptr<const Model> model, const DiagramOptions& options, int repeats);

// The longest and the median time to unfold one module of the first picture, and how many there are.
QJsonObject unfoldTimes(std::shared_ptr<const Model> model, const DiagramOptions& options);

// How long it takes at most until a layout that is cancelled is back, at moments spread over the time it takes.
QJsonObject cancelTimes(std::shared_ptr<const Model> model, const DiagramOptions& options, double layoutTime);

// Its geometry: crossings, edge_length, box_overlaps, edges_through_boxes.
QJsonObject quality(const Diagram& diagram);

// The same boxes and edges without frames, laid out as one graph by the layered engine and by dot: what each gives and takes.
QJsonObject compareEngines(const Diagram& diagram);

}  // namespace tenscope
