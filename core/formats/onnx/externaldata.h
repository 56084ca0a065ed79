#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/mappedfile.h"
#include "core/base/result.h"
#include "core/graph/tensor.h"

namespace tenscope {

// The files beside a model that hold its tensors. A model is a stranger's word: only regular files inside the model's own
// folder are opened, by plain relative paths. Absolute paths, `..` and symbolic links are refused, even where they lead
// back inside, so that opening a model never reads what its user did not put there.
class ExternalData {
public:
    explicit ExternalData(const std::filesystem::path& model);

    // The bytes that `offset` and `length` (as in the file, decimal numbers; empty: 0, and as much as is needed) name in the
    // file `location`, held against `needed`, the size that the tensor's shape asks for. What fails is a sentence that
    // names the file.
    tl::expected<FileSlice, std::string> find(const std::string& location, const std::string& offset,
                                              const std::string& length, std::uint64_t needed);

    // Those that were mapped, in the order of their first use.
    const std::vector<std::shared_ptr<const MappedFile>>& files() const { return m_files; }

private:
    using Opened = tl::expected<std::shared_ptr<const MappedFile>, std::string>;
    const Opened& open(const std::string& location);
    Opened openContained(const std::string& location) const;

    std::filesystem::path m_folder;
    std::map<std::string, Opened> m_opened;
    std::vector<std::shared_ptr<const MappedFile>> m_files;
};

}  // namespace tenscope
