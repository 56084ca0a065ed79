#include "core/formats/detectzip.h"

#include <algorithm>
#include <string>

#include "core/formats/ziparchive.h"

namespace tenscope {

namespace {

using Entry = ZipArchive::Entry;

// PyTorch puts all entries into one folder, of any name; .pt2 files have none. `name` is without it.
const Entry* find(const std::vector<Entry>& entries, std::string_view name)
{
    for (const Entry& entry : entries) {
        const std::string_view path = entry.name;
        if (path == name || (path.ends_with(name) && path.find('/') == path.size() - name.size() - 1))
            return &entry;
    }
    return nullptr;
}

template <class Predicate>
const Entry* findIf(const std::vector<Entry>& entries, Predicate fits)
{
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [&](const Entry& entry) { return fits(std::string_view(entry.name)); });
    return found == entries.end() ? nullptr : &*found;
}

bool hasFolder(const std::vector<Entry>& entries, std::string_view folder)
{
    const std::string inside = "/" + std::string(folder) + "/";
    return findIf(entries, [&](std::string_view name) {
               return name.starts_with(inside.substr(1)) || name.find(inside) != std::string_view::npos;
           }) != nullptr;
}

// An archive without its end: the first entry's name, which stands at the beginning too, tells what it was.
Detected incomplete(const MappedFile& file)
{
    const auto header = file.slice(0, std::min<std::uint64_t>(file.size(), 300));
    const std::string_view text(reinterpret_cast<const char*>(header->data()), header->size());
    const bool isTorch =
        text.find("/data.pkl") != text.npos || text.find("/data/0") != text.npos || text.find("/version") != text.npos;
    return {
        std::nullopt,
        isTorch ? "a PyTorch archive whose end is missing or damaged" : "a zip archive whose end is missing or damaged",
        "copy or download it again"};
}

bool isModelFile(std::string_view name)
{
    return name.ends_with(".onnx") || name.ends_with(".pt") || name.ends_with(".pth") || name.ends_with(".safetensors");
}

}  // namespace

Detected detectPickle(std::string_view begin)
{
    const std::string_view pickle = begin;
    // After the protocol's number: the object's class, or the beginning of a dictionary.
    const std::string_view body = pickle.substr(std::min<std::size_t>(2, pickle.size()));
    const auto global = [&](std::string_view name) { return body.find(name) < 32; };
    if (body.starts_with('}') || global("collections\nOrderedDict"))
        return {Format::StateDict, "a PyTorch state dict",
                "open the model that was saved with torch.jit.save, or export it to ONNX"};
    if (body.starts_with("ctorch._utils\n_rebuild"))
        return {std::nullopt, "a single PyTorch tensor", "open a model file"};
    return {
        std::nullopt, "a pickled Python object, such as a whole PyTorch module",
        "it can only be read by running the code it names: save the model with torch.jit.save, or export it to ONNX"};
}

Detected detectZip(const MappedFile& file)
{
    const std::optional<ZipArchive> archive = ZipArchive::open(file);
    if (!archive)
        return incomplete(file);
    const std::vector<Entry>& entries = archive->entries();
    if (entries.empty())
        return {std::nullopt, "an empty zip archive", "copy or download it again"};

    const bool hasCode = hasFolder(entries, "code");
    if (find(entries, "bytecode.pkl"))
        return {Format::TorchScriptMobile, "a TorchScript file for mobile devices",
                "open the TorchScript file it was made from"};
    if (find(entries, "serialized_exported_program.json") || find(entries, "archive_format") ||
        findIf(entries,
               [](std::string_view name) { return name.find("models/") != name.npos && name.ends_with(".json"); }))
        return {Format::Pt2, "a program saved by torch.export", "export the model with torch.jit.save or to ONNX"};
    if (hasCode && ((find(entries, "data.pkl") && find(entries, "constants.pkl")) || find(entries, "model.json")))
        return {Format::TorchScript, "a TorchScript model", {}};
    if (find(entries, ".data/extern_modules"))
        return {std::nullopt, "a PyTorch package",
                "it can only be read by running its code: save the model with torch.jit.save"};
    if (const Entry* data = find(entries, "data.pkl"))
        return detectPickle(archive->beginning(*data, 4096));
    if (!findIf(entries, [](std::string_view name) { return !name.ends_with(".npy"); }))
        return {std::nullopt, "a NumPy archive of " + std::to_string(entries.size()) + " arrays",
                "it can be an input of a model, but holds none"};
    if (find(entries, "config.json") && findIf(entries, [](std::string_view name) { return name.ends_with(".h5"); }))
        return {std::nullopt, "a Keras model", "export it to ONNX, with tf2onnx for example"};
    if (const Entry* model = findIf(entries, isModelFile))
        return {std::nullopt, "a zip archive that holds " + model->name.substr(0, 200),
                "unpack it and open the model inside"};
    return {std::nullopt, "a zip archive without a model", "open a TorchScript or ONNX file"};
}

}  // namespace tenscope
