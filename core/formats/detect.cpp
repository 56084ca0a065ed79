#include "core/formats/detect.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/formats/detectzip.h"
#include "core/formats/onnx/detectonnx.h"
#include "core/formats/ziparchive.h"

namespace tenscope {

namespace {

using namespace std::string_view_literals;

constexpr auto exportIt = "export the model to ONNX, or save it with torch.jit.save";
constexpr auto noModel = "open a TorchScript or ONNX file";

struct Signature {
    std::size_t offset;
    std::string_view bytes;
    const char* what;
    const char* advice;
};

// From the formats' own specifications, and file(1)'s list for the common ones.
constexpr std::array signatures{
    Signature{0, "\x93NUMPY"sv, "a NumPy array", "it can be an input of a model, but holds none"},
    Signature{0, "\x89HDF\r\n\x1a\n"sv, "an HDF5 file, such as a Keras model",
              "export the model to ONNX, with tf2onnx for example"},
    Signature{4, "TFL3"sv, "a TensorFlow Lite model", "convert it to ONNX, with tf2onnx for example"},
    Signature{4, "ORTM"sv, "a model in ONNX Runtime's own format", "open the ONNX file it was made from"},
    Signature{4, "ET12"sv, "an ExecuTorch program", "open the model it was made from"},
    Signature{0, "GGUF"sv, "a GGUF file of a language model",
              "it holds weights without a graph: open an ONNX or TorchScript export"},
    Signature{0, "ftrt"sv, "a TensorRT engine", "it is compiled for one device: open the ONNX file it was made from"},
    Signature{0, "7767517\n"sv, "an ncnn model", "open the model it was made from"},
    Signature{0, "version https://git-lfs.github.com/spec/"sv, "a Git LFS pointer instead of the file itself",
              "fetch it with git lfs pull"},
    Signature{0, "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"sv,
              "a file of torch.save before PyTorch 1.6",
              "load it in PyTorch and save it again, or save the model with torch.jit.save"},
    Signature{0, "\x89PNG\r\n\x1a\n"sv, "a PNG image", "it can be an input of a model, but holds none"},
    Signature{0, "\xff\xd8\xff"sv, "a JPEG image", "it can be an input of a model, but holds none"},
    Signature{0, "GIF8"sv, "a GIF image", noModel},
    Signature{8, "WEBP"sv, "a WebP image", noModel},
    Signature{0, "%PDF-"sv, "a PDF document", noModel},
    Signature{0, "\x1f\x8b"sv, "a file compressed with gzip", "unpack it first"},
    Signature{0,
              "\xfd"
              "7zXZ\0"sv,
              "a file compressed with xz", "unpack it first"},
    Signature{0, "\x28\xb5\x2f\xfd"sv, "a file compressed with Zstandard", "unpack it first"},
    Signature{0, "BZh"sv, "a file compressed with bzip2", "unpack it first"},
    Signature{0, "7z\xbc\xaf\x27\x1c"sv, "a 7-Zip archive", "unpack it first"},
    Signature{0, "Rar!"sv, "a RAR archive", "unpack it first"},
    Signature{257, "ustar"sv, "a tar archive", "unpack it first"},
    Signature{0,
              "\x7f"
              "ELF"sv,
              "a program or library", noModel},
    Signature{0, "MZ"sv, "a Windows program or library", noModel},
};

bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

// safetensors (huggingface.co/docs/safetensors): the length of a JSON object in 8 bytes, the object, and the tensors' bytes.
std::optional<Detected> detectSafeTensors(std::string_view begin, std::uint64_t size)
{
    if (begin.size() < 10)
        return std::nullopt;
    std::uint64_t header = 0;
    std::memcpy(&header, begin.data(), 8);
    const std::size_t second = begin.find_first_not_of(" \n\t", 9);
    constexpr std::uint64_t maximalHeader = 100'000'000;  // the reference implementation's limit
    if (begin[8] != '{' || header < 2 || header > maximalHeader || second == begin.npos ||
        (begin[second] != '"' && begin[second] != '}'))
        return std::nullopt;
    if (header > size - 8)
        return Detected{std::nullopt, "a safetensors file whose end is missing", "copy or download it again"};
    return Detected{Format::SafeTensors, "a safetensors file of weights",
                    "it holds no graph: open the model that its weights belong to"};
}

bool isText(std::string_view begin)
{
    return std::none_of(begin.begin(), begin.end(), [](char letter) {
        const auto byte = static_cast<unsigned char>(letter);
        return byte == 0x7f || (byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t' && byte != '\f');
    });
}

Detected detectText(std::string_view begin)
{
    const std::string_view text = begin.substr(std::min(begin.find_first_not_of(" \r\n\t"), begin.size()));
    if (contains(text, "ir_version") && (contains(text, "graph") || contains(text, "opset_import")))
        return {std::nullopt, "an ONNX model written as text",
                "convert it to a binary .onnx file with the onnx package"};
    if (text.starts_with("<!DOCTYPE") || text.starts_with("<!doctype") || text.starts_with("<html"))
        return {std::nullopt, "a web page", "the download did not give the file itself: try it again in a browser"};
    if (text.starts_with("<?xml") && contains(text, "<net"))
        return {std::nullopt, "an OpenVINO model", "open the model it was made from"};
    if (text.starts_with('{') || text.starts_with("[{"))
        return {std::nullopt, "a JSON file", noModel};
    return {std::nullopt, "a text file", noModel};
}

}  // namespace

Detected detect(const MappedFile& file)
{
    if (file.size() == 0)
        return {std::nullopt, "an empty file", "copy or download it again"};
    constexpr std::uint64_t examined = 4096;
    const auto bytes = file.slice(0, std::min(file.size(), examined));
    const std::string_view begin(reinterpret_cast<const char*>(bytes->data()), bytes->size());

    if (ZipArchive::isLikely(file))
        return detectZip(file);
    if (const auto weights = detectSafeTensors(begin, file.size()))
        return *weights;
    for (const Signature& signature : signatures)
        if (begin.size() >= signature.offset && begin.substr(signature.offset).starts_with(signature.bytes))
            return {std::nullopt, signature.what, signature.advice};
    if (begin.size() > 2 && begin[0] == '\x80' && begin[1] >= 2 && begin[1] <= 5)
        return {std::nullopt, detectPickle(begin).what, detectPickle(begin).advice};
    if (isText(begin))
        return detectText(begin);
    if (const auto onnx = detectOnnx(file))
        return *onnx;
    if (begin.find_first_not_of('\0') == begin.npos)
        return {std::nullopt, "a file that begins with nothing but zeros",
                "the download may have failed: copy or download it again"};
    return {std::nullopt, "data of no format that Tenscope knows", exportIt};
}

}  // namespace tenscope
