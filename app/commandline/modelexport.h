#pragma once

#include <QString>

namespace tenscope {

class CommandParser;
class ModelFile;

// What `tenscope convert` writes beside models: .txt (a listing), .dot or .gv (Graphviz), .safetensors (all weights).
bool isExportName(const QString& path);

// Writes it under the parser's second argument, says so, and gives the exit code. Only for names that isExportName() knows.
int exportModel(const CommandParser& parser, const ModelFile& file);

}  // namespace tenscope
