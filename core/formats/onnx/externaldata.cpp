#include "core/formats/onnx/externaldata.h"

#include <charconv>
#include <optional>
#include <system_error>

namespace tenscope {

namespace {

// File names may hold anything; a sentence must not.
std::string inQuotes(const std::string& text)
{
    std::string result = "\"";
    for (const char letter : text.substr(0, 200))
        result += static_cast<unsigned char>(letter) < 0x20 ? '?' : letter;
    return result + (text.size() > 200 ? "\u2026\"" : "\"");
}

std::optional<std::uint64_t> number(const std::string& text)
{
    std::uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [parsed, error] = std::from_chars(text.data(), end, value);
    return error == std::errc() && parsed == end ? std::optional(value) : std::nullopt;
}

}  // namespace

ExternalData::ExternalData(const std::filesystem::path& model) : m_folder(model.parent_path())
{
    if (m_folder.empty())
        m_folder = ".";
}

ExternalData::Opened ExternalData::openContained(const std::string& location) const
{
    const auto refused = [&](const char* why) {
        return tl::unexpected("the file of its data, " + inQuotes(location) + ", " + why);
    };
    if (location.empty())
        return tl::unexpected(std::string("its data should be in another file, but the model does not say in which"));
    if (location.find('\0') != std::string::npos)
        return refused("has a name that no file can have");
    const std::filesystem::path relative(location);
    if (relative.is_absolute())
        return refused("is an absolute path and was not opened: data must lie in the model's folder");

    std::filesystem::path path = m_folder;
    std::error_code error;
    for (const std::filesystem::path& part : relative) {
        if (part == "..")
            return refused("leaves the model's folder and was not opened");
        if (part.empty() || part == ".")
            continue;
        path /= part;
        const std::filesystem::file_status status = std::filesystem::symlink_status(path, error);
        if (status.type() == std::filesystem::file_type::symlink)
            return refused("is a symbolic link and was not opened: put the file itself beside the model");
        if (status.type() == std::filesystem::file_type::not_found)
            return refused("is missing: put it beside the model");
    }
    if (!std::filesystem::is_regular_file(path, error))
        return refused("is not a regular file");
    auto file = MappedFile::open(path);
    if (!file)
        return tl::unexpected(file.error().message);
    return *file;
}

const ExternalData::Opened& ExternalData::open(const std::string& location)
{
    const auto known = m_opened.find(location);
    if (known != m_opened.end())
        return known->second;
    const Opened& opened = m_opened.emplace(location, openContained(location)).first->second;
    if (opened)
        m_files.push_back(*opened);
    return opened;
}

tl::expected<FileSlice, std::string> ExternalData::find(const std::string& location, const std::string& offset,
                                                        const std::string& length, std::uint64_t needed)
{
    const Opened& file = open(location);
    if (!file)
        return tl::unexpected(file.error());
    const std::optional<std::uint64_t> begin = offset.empty() ? 0 : number(offset);
    if (!begin)
        return tl::unexpected("its offset in " + inQuotes(location) + ", " + inQuotes(offset) + ", is not a number");
    const std::optional<std::uint64_t> stored = length.empty() ? needed : number(length);
    if (!stored)
        return tl::unexpected("its length in " + inQuotes(location) + ", " + inQuotes(length) + ", is not a number");
    if (*stored != needed)
        return tl::unexpected("its shape needs " + std::to_string(needed) + " bytes, but the model says that " +
                              std::to_string(*stored) + " are stored in " + inQuotes(location));
    if (!(*file)->slice(*begin, needed))
        return tl::unexpected("it should be at bytes " + std::to_string(*begin) + " to " + std::to_string(*begin) +
                              " + " + std::to_string(needed) + " of " + inQuotes(location) +
                              ", but that file has only " + std::to_string((*file)->size()) + " bytes");
    return FileSlice{*file, *begin, needed};
}

}  // namespace tenscope
