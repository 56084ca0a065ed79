#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <unordered_map>

#include "core/graph/model.h"
#include "core/torch/libtorch.h"
#include "core/torch/tensors.h"

namespace tenscope {

// The stored tensors of a model as LibTorch's, each made once: over the mapped file where their elements lie there as
// LibTorch needs them (dense, of a type of its own, aligned), else as a copy. Tensors at the same place share their memory.
class StoredTensors {
public:
    // `model` outlives this.
    explicit StoredTensors(const Model& model) : m_model(model) {}

    // As heldTensor(). Throws Failure (ErrorKind::Run).
    at::Tensor tensor(TensorId id);

private:
    at::Tensor mapped(const Tensor& tensor);

    const Model& m_model;
    std::unordered_map<TensorId, at::Tensor> m_made;
    std::unordered_map<const MappedFile*, std::shared_ptr<WeightFile>> m_files;
    std::map<const std::byte*, at::Tensor> m_byPlace;
};

// A new tensor with the elements converted to the type that holds them in LibTorch (core/convert: heldAs()); sparse ones
// are made dense, strings become numbers of the worker's table (stringtable.h). `model` is where the parts of a sparse
// tensor are looked up. Throws Failure (ErrorKind::Run) where the data is missing or makes no sense.
at::Tensor heldTensor(const Model& model, const Tensor& tensor);

// The other way round: what holds elements of that type as a tensor of our graph, dense and row-major. Undefined, and types
// that hold themselves: as copyOf().
Tensor restoredTensor(const at::Tensor& held, ElementType element, std::string name);

}  // namespace tenscope
