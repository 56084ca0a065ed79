#include "core/torch/archiveinfo.h"

#include <cstdlib>

namespace tenscope {

void describeArchive(Model& model, const Archive& archive)
{
    constexpr std::uint64_t largestExtra = std::uint64_t(64) << 10;
    std::string version = archive.text("version");
    if (version.empty())
        version = archive.text(".data/version");
    // PyTorch writes the byte order since 2.1.
    model.producer = archive.has("byteorder") ? "PyTorch 2.1 or newer" : "PyTorch";
    if (!version.empty())
        model.producer += " (archive version " + version + ")";
    model.format = archive.has("bytecode.pkl") ? Format::TorchScriptMobile : Format::TorchScript;
    model.irVersion = std::strtoll(version.c_str(), nullptr, 10);
    for (const Archive::Record& record : archive.records()) {
        if (record.name.compare(0, 6, "extra/") != 0 || record.size > largestExtra)
            continue;
        const Result<std::string> content = archive.read(record);
        const bool isText = content && content->find('\0') == std::string::npos;
        if (isText)
            model.metadata.emplace_back(record.name.substr(6), *content);
    }
}

}  // namespace tenscope
