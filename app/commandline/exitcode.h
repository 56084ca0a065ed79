#pragma once

#include "core/base/error.h"

namespace tenscope {

// What the process says to its caller when it ends.
enum ExitCode {
    ExitDone = 0,
    ExitFinding = 1,    // done, and something was found
    ExitUsage = 2,      // the request makes no sense
    ExitUnreadable = 3, // a file cannot be read
    ExitNotRun = 4,     // the model cannot be run, or running failed
    ExitNotWritten = 5, // the output could not be written
};

// The code for a failure. A worker that died is the file's fault while reading, else the run's: `whileReading` tells.
int exitCode(const Error& error, bool whileReading = true);

// Says the error on standard error, as one line, and gives its exit code.
int report(const Error& error, bool whileReading = true);

}  // namespace tenscope
