#pragma once

#include <string>
#include <utility>

namespace tenscope {

// What kind of failure this is. The command line turns it into its exit code, the window into what it offers to do.
enum class ErrorKind {
    Usage,      // the request itself makes no sense
    Read,       // the file is missing, unreadable, damaged, or of a format that cannot be read
    Run,        // the model cannot be run, or running failed
    Write,      // the output could not be written; what was there before is untouched
    Worker,     // the worker process died, hung or broke its limits
    Cancelled,  // the user stopped it: not a failure, and never shown as one
};

// An expected failure. `message` is one sentence for people: what happened, where in the file, and what to do about it.
struct Error {
    ErrorKind kind = ErrorKind::Read;
    std::string message;

    static Error read(std::string message) { return {ErrorKind::Read, std::move(message)}; }
    static Error run(std::string message) { return {ErrorKind::Run, std::move(message)}; }
    static Error write(std::string message) { return {ErrorKind::Write, std::move(message)}; }
    static Error worker(std::string message) { return {ErrorKind::Worker, std::move(message)}; }
    static Error usage(std::string message) { return {ErrorKind::Usage, std::move(message)}; }
    static Error cancelled() { return {ErrorKind::Cancelled, {}}; }

    bool isCancelled() const { return kind == ErrorKind::Cancelled; }
};

}  // namespace tenscope
