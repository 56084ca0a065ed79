#pragma once

#include <optional>

namespace tenscope {

// Runs the subcommand that the arguments name, or answers --help and --version, and gives the process's exit code. Nothing
// where there is none: the arguments are files for the window. Called before any Qt application object is made, so that
// what needs no display opens none, and starts fast.
std::optional<int> runCommandLine(int argc, char** argv);

}  // namespace tenscope
