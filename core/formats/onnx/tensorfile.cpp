#include "core/formats/onnx/tensorfile.h"

#include "core/formats/onnx/readcontext.h"
#include "core/formats/onnx/tensorreader.h"

namespace tenscope {

Result<Tensor> readOnnxTensor(const std::filesystem::path& path)
{
    auto file = MappedFile::open(path);
    if (!file)
        return fail(file.error());
    // An empty message is a tensor without a type, and so are most files that are something else but can be parsed.
    const auto none = [&] { return fail(Error::read(path.string() + " is not an ONNX tensor (TensorProto)")); };
    Progress progress;
    OnnxReadContext context(*file, progress);
    auto tensor = readTensor(context, {0, (*file)->size()});
    if (!tensor || tensor->element == ElementType::Undefined)
        return none();
    if (const auto* missing = std::get_if<MissingData>(&tensor->data))
        return fail(Error::read(path.string() + ": " + missing->why));
    return tensor;
}

}  // namespace tenscope
