#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "core/base/mappedfile.h"
#include "core/graph/tensor.h"
#include "core/torch/archive.h"
#include "core/torch/libtorch.h"

namespace tenscope {

ElementType elementType(c10::ScalarType type);
std::optional<c10::ScalarType> scalarType(ElementType type);

// A TorchScript type as our graph writes it. `depth` guards against files that nest types without end.
Type graphType(const c10::TypePtr& type, int depth = 0);
// "__torch__.torchvision.models.resnet.___torch_mangle_5.Bottleneck" → "Bottleneck".
std::string className(const std::string& qualifiedName);

// The model's file, mapped once more for LibTorch: privately and writable, so that an operator that works in place on a
// weight changes a page of ours and never the file. reset() takes such changes back.
class WeightFile {
public:
    static Result<std::shared_ptr<WeightFile>> open(std::shared_ptr<const MappedFile> file);
    ~WeightFile();
    WeightFile(const WeightFile&) = delete;
    WeightFile& operator=(const WeightFile&) = delete;

    const std::shared_ptr<const MappedFile>& file() const { return m_file; }
    std::byte* data() const { return m_data; }

    // Where in the file a pointer into the mapping lies; nothing for other pointers.
    std::optional<std::uint64_t> offsetOf(const void* pointer) const;
    // Brings back what is in the file, wherever something was written since.
    void reset();

private:
    WeightFile() = default;

    std::shared_ptr<const MappedFile> m_file;
    std::byte* m_data = nullptr;
};

// The records of a folder of the archive as storages, for LibTorch's reader: over the mapped file where they are stored
// and aligned, else unpacked into memory. Throws Failure on a damaged record.
std::shared_ptr<torch::jit::DeserializationStorageContext> storages(const Archive& archive, const std::string& folder,
                                                                    const std::shared_ptr<WeightFile>& weights);

// Whether every element of the tensor lies inside its storage: LibTorch's reader does not check that.
bool isInsideStorage(const at::Tensor& tensor);

// The tensor as part of our graph: a slice of the file where its elements are there, else a copy of them. Sparse tensors
// and types that have no counterpart are MissingData that says so.
Tensor describe(const at::Tensor& tensor, std::string name, const WeightFile* weights);

// A dense row-major copy on the CPU.
Tensor copyOf(const at::Tensor& tensor, std::string name);

// The other way round: a new at::Tensor with a copy of the data. Fails (ErrorKind::Run) where LibTorch has no such type or the data is missing.
Result<at::Tensor> torchTensor(const Tensor& tensor);

}  // namespace tenscope
