#pragma once

#include <QString>
#include <vector>

#include "core/edit/newnode.h"
#include "core/graph/operatorfamily.h"

namespace tenscope {

class Model;
struct OperatorInfo;

// One operator that can be added to a model.
struct PaletteEntry {
    OperatorName op;
    OperatorFamily family = OperatorFamily::Unknown;
    const OperatorInfo* info = nullptr;  // null: a function of the model's own
    QString name;
    QString inputs;  // "X, W, B?": optional ones have a question mark, a list three dots
};

// What the model's opset holds, the operators of ai.onnx.ml, those of the other domains it imports, and its functions. By
// family and name. Empty for TorchScript.
std::vector<PaletteEntry> paletteEntries(const Model& model);

// What the operator does, takes and gives, as Markdown.
QString documentation(const Model& model, const PaletteEntry& entry);

// "Convolution and Matrix Products".
QString title(OperatorFamily family);

}  // namespace tenscope
