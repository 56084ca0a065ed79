#pragma once

#include <QString>

#include "ui/document/selection.h"

namespace tenscope {

class Model;

// The three texts that the status bar says of a document.
QString formatLine(const Model& model);         // "ONNX · opset 14 · IR 8"
QString countLine(const Model& model);          // "122 nodes · 25.6 M parameters · 97.4 MiB"; constants and other plumbing are not counted. O(model)
QString selectionLine(const Selection& selection);  // "1 selected", or nothing

}  // namespace tenscope
