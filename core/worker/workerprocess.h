#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/worker/descriptor.h"

namespace tenscope {

// One tenscope-worker as an operating system's process. Another system than Linux needs another workerprocess.cpp.
class WorkerProcess {
public:
    // Executes the program with one end of a socket pair and with no other open file than null devices and our standard
    // error, where what a model prints goes too. It dies with the thread that calls this, or when it is killed.
    // Fails (ErrorKind::Worker) where the program is not there or cannot be executed.
    static Result<std::unique_ptr<WorkerProcess>> start(const std::filesystem::path& program,
                                                        std::uint64_t memoryLimitBytes);

    ~WorkerProcess();  // ends it and leaves no zombie
    WorkerProcess(const WorkerProcess&) = delete;
    WorkerProcess& operator=(const WorkerProcess&) = delete;

    int id() const { return m_id; }
    Descriptor takeSocket() { return std::move(m_socket); }

    // Ends the process if it has not ended, waits for that, and says how it ended: "signal 9", "exit code 2".
    std::string end();

    // Memory that is its own: what it allocated and what it shares with us, without mapped files. 0: not known.
    std::uint64_t memoryBytes() const;

private:
    WorkerProcess(int id, Descriptor socket) : m_id(id), m_socket(std::move(socket)) {}

    int m_id = -1;  // -1: ended
    Descriptor m_socket;
};

// Four fifths of the machine's memory, in bytes.
std::uint64_t defaultMemoryLimit();

}  // namespace tenscope
