#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "core/formats/onnx/wiremessage.h"
#include "core/graph/tensor.h"

namespace tenscope {

// Where the data of tensors goes when a model is written: what may stay in the files it is in, and what a new file of external
// data holds. Offsets in that file are aligned, so that runtimes can map tensors from it; data that is the same place of the
// same file is there once.
class DataPlan {
public:
    enum class Mode {
        Keep,     // as it was read; what is new goes into the model's own file
        Embed,    // all of it in the model's own file
        OneFile,  // what is large goes into the data file
    };
    enum class Choice { Stay, Inline, DataFile };

    Mode mode = Mode::Keep;
    std::string location;  // of the data file, as the model names it
    std::uint64_t alignment = 4096;
    std::uint64_t threshold = 1024;                 // bytes; what is smaller stays in the model's own file
    std::set<std::filesystem::path> leftBehind;     // files of external data that the new model cannot use

    // `isKept`: the data is what the file at hand says; `isExternal`: and it says so of another file. Only numbers can leave
    // the model's own file, and only where `mayLeave`.
    Choice choose(const Tensor& tensor, bool isKept, bool isExternal, bool mayLeave);
    // Bytes of each file of external data that the new model goes on using.
    std::map<std::filesystem::path, std::uint64_t> stillUsed;

    struct Entry {
        std::uint64_t offset = 0;
        WireMessage data;
    };
    // Gives the data a place in the data file.
    std::uint64_t place(const Tensor& tensor, WireMessage&& data);

    const std::vector<Entry>& entries() const { return m_entries; }  // by offset
    std::uint64_t size() const { return m_size; }

private:
    std::vector<Entry> m_entries;
    std::uint64_t m_size = 0;
    std::map<std::tuple<const MappedFile*, std::uint64_t, std::uint64_t>, std::uint64_t> m_placed;
};

}  // namespace tenscope
