#include "core/formats/formats.h"

#include <algorithm>
#include <array>

#include "core/formats/onnx/onnxreader.h"

namespace tenscope {

namespace {

using Globs = std::span<const std::string_view>;

constexpr std::array<std::string_view, 1> onnxGlobs{"*.onnx"};
constexpr std::array<std::string_view, 4> torchScriptGlobs{"*.pt", "*.pth", "*.jit", "*.ts"};
constexpr std::array<std::string_view, 1> mobileGlobs{"*.ptl"};
constexpr std::array<std::string_view, 1> pt2Globs{"*.pt2"};
constexpr std::array<std::string_view, 4> stateDictGlobs{"*.pth", "*.pt", "*.bin", "*.ckpt"};
constexpr std::array<std::string_view, 1> safeTensorsGlobs{"*.safetensors"};

constexpr std::array table{
    FormatInfo{Format::Onnx, "ONNX", onnxGlobs, Reader::ThisProcess},
    FormatInfo{Format::TorchScript, "TorchScript", torchScriptGlobs, Reader::Worker},
    FormatInfo{Format::TorchScriptMobile, "TorchScript for mobile devices", mobileGlobs, Reader::Nobody},
    FormatInfo{Format::Pt2, "torch.export program", pt2Globs, Reader::Nobody},
    FormatInfo{Format::StateDict, "PyTorch state dict", stateDictGlobs, Reader::Nobody},
    FormatInfo{Format::SafeTensors, "safetensors", safeTensorsGlobs, Reader::Nobody},
};

}  // namespace

std::span<const FormatInfo> formats()
{
    return table;
}

const FormatInfo& formatInfo(Format format)
{
    return *std::find_if(table.begin(), table.end(),
                         [format](const FormatInfo& info) { return info.format == format; });
}

Result<FormatInfo> recognize(const MappedFile& file)
{
    const Detected detected = detect(file);
    if (detected.format && formatInfo(*detected.format).reader != Reader::Nobody)
        return formatInfo(*detected.format);
    std::string text = file.path().string() + " is " + detected.what + ", which Tenscope cannot open";
    if (!detected.advice.empty())
        text += "; " + detected.advice;
    return fail(Error::read(std::move(text)));
}

Result<Model> read(std::shared_ptr<const MappedFile> file, Progress& progress)
{
    const Result<FormatInfo> info = recognize(*file);
    if (!info)
        return fail(info.error());
    if (info->format == Format::Onnx)
        return readOnnx(std::move(file), progress);
    return fail(Error::read(file->path().string() + " is a " + std::string(info->title) +
                            " file, which needs the worker process; see that tenscope-worker is installed"));
}

Result<Model> read(const std::filesystem::path& path, Progress& progress)
{
    auto file = MappedFile::open(path);
    if (!file)
        return fail(file.error());
    return read(std::move(*file), progress);
}

}  // namespace tenscope
