#pragma once

#include <cstdint>

namespace tenscope {

// What the process gives up before it reads any file of a stranger, and what it lets the system do to it: it dies with
// its parent, is the first to go when memory is short, gains no rights, leaves no core dump (weights are people's
// secrets, and large), and lets the window have the processor. False where the parent is gone already.
bool enterSandbox(int parentProcess);

// Bounds what the process allocates, so that running out of memory is an ordinary failure: LibTorch's allocator throws,
// and the call answers with a sentence. It is the limit of private writable memory (RLIMIT_DATA): mapped model files do
// not count, as they would with RLIMIT_AS, which also counts what LibTorch and CUDA reserve and never touch, and threads
// cannot escape it as they can a watch on the resident set. 0: no limit.
void limitMemory(std::uint64_t bytes);

}  // namespace tenscope
