#include "app/commandline/exitcode.h"

#include <algorithm>
#include <cstdio>

namespace tenscope {

int exitCode(const Error& error, bool whileReading)
{
    switch (error.kind) {
        case ErrorKind::Usage: return ExitUsage;
        case ErrorKind::Read: return ExitUnreadable;
        case ErrorKind::Run: return ExitNotRun;
        case ErrorKind::Write: return ExitNotWritten;
        case ErrorKind::Worker:
        case ErrorKind::Cancelled: return whileReading ? ExitUnreadable : ExitNotRun;
    }
    return ExitUsage;
}

int report(const Error& error, bool whileReading)
{
    std::string line = error.message;
    std::replace_if(line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    std::fprintf(stderr, "tenscope: %s\n", line.c_str());
    return exitCode(error, whileReading);
}

}  // namespace tenscope
