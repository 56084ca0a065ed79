#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "core/base/mappedfile.h"
#include "core/base/result.h"
#include "core/worker/descriptor.h"

namespace tenscope {

// Memory without a name that one process fills and another maps: how tensors and large messages travel. It is a file of
// the system's memory, so what was written is neither copied on its way nor bound by any message's size. Another system
// than Linux needs another blob.cpp.
class BlobWriter {
public:
    // Appends and gives the offset at which the bytes lie, a multiple of 64 as tensors like it. Fails (ErrorKind::Run)
    // where memory is short. The file is made with the first byte.
    Result<std::uint64_t> append(std::span<const std::byte> bytes);

    // What was written; none where nothing was. Afterwards the writer is empty.
    Descriptor take();

private:
    Descriptor m_file;
    std::uint64_t m_size = 0;
};

// Maps what another process has sent. First seals it: the sender can neither shorten it any more (reading behind the end
// of a mapped file kills the reader) nor change what was checked already. Fails (ErrorKind::Worker) for descriptors that
// do not allow that.
Result<std::shared_ptr<const MappedFile>> mapBlob(const Descriptor& descriptor);

}  // namespace tenscope
