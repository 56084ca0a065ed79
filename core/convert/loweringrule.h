#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace tenscope {

class Lowering;

// How an ONNX operator is written as ATen: a row of a table. A family of operators is one file in core/convert/fromonnx
// that gives one table; fromonnx/families.h lists them all. An operator whose meaning changed has several rows: the one
// with the highest `since` that is not above the model's opset holds. Where a row's function serves several versions it
// asks Lowering::opset().
//
// Operators without a row that have a function body (in the model, or in ONNX's schemas) are converted by their body.
struct LoweringRule {
    std::string_view name;
    void (*lower)(Lowering&);  // throws Unsupported
    int since = 1;
    std::string_view domain = "";  // "ai.onnx.ml", "com.microsoft" …
};

using LoweringTable = std::span<const LoweringRule>;

// The row that holds; null where there is none. The first call sorts all tables.
const LoweringRule* findLowering(std::string_view domain, std::string_view name, std::int64_t opset);

}  // namespace tenscope
