#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/graph/tensor.h"

namespace tenscope {

class Model;

// Random access to the elements of one stored tensor, whatever its type, strides and place; nothing is read before it is
// asked for. Elements are counted in row-major order of the shape. All sizes and offsets are checked once, by open(), so
// that reading cannot leave the data. Keeps the data alive on its own; const functions may run on any thread.
class ElementReader {
public:
    // Fails (ErrorKind::Read) where the data is missing, of no known type, or too short for the shape and strides.
    // `model` is where the parts of a sparse tensor are looked up.
    static Result<ElementReader> open(const Model& model, const Tensor& tensor);

    const std::vector<std::int64_t>& shape() const { return m_tensor.shape; }
    ElementType element() const { return m_tensor.element; }
    std::uint64_t elements() const { return m_elements; }
    bool isText() const { return m_strings != nullptr; }
    bool isSparse() const { return m_sparse != nullptr; }

    // An element as a number: complex as its magnitude, booleans as 0 and 1, quantized types as their real value, strings
    // as NaN. Integers beyond 2^53 lose their last digits.
    double valueAt(std::uint64_t element) const;
    double valueAt(std::span<const std::int64_t> index) const { return valueAt(linearIndex(index)); }

    // An element as people read it: exact integers, the shortest digits that name the number in its type, both parts of
    // complex numbers ("1.5-2j"), "True" and "False", strings as they are.
    std::string textAt(std::uint64_t element) const;

    // The elements [first, first + out.size()) as numbers. The range must lie inside the tensor.
    void read(std::uint64_t first, std::span<double> out) const;

    // Copies the elements [first, first + count) as they are stored, dense and row-major, count × bits / 8 bytes (rounded
    // up). Not for strings, nor for 2- and 4-bit types unless `first` begins a byte. Sparse tensors give their zeros.
    void copy(std::uint64_t first, std::uint64_t count, std::byte* out) const;

    std::uint64_t linearIndex(std::span<const std::int64_t> index) const;

    // Lets go of the mapped pages that hold these elements; of none where they are not in one run.
    void release(std::uint64_t first, std::uint64_t count) const;

    // The same elements in the order in which they are stored, for work in which order does not matter: one run where the
    // strides are those of a transposed or channels-last tensor. What a stride of 0 repeats is there once; `times` says
    // how often each element counts.
    struct StorageOrder;
    StorageOrder storageOrder() const;

    // The elements' bytes where they are dense and in row-major order; empty elsewhere.
    std::span<const std::byte> denseBytes() const;

    // For types of up to 16 bits with one meaning for all elements: the number that a stored code stands for. Not for
    // strings, nor for tensors that are quantized along an axis (hasCodes() tells).
    bool hasCodes() const;
    double decodeCode(std::uint32_t code) const;

    // The reader of a sparse tensor's stored values, and null elsewhere.
    const ElementReader* sparseValues() const;

private:
    struct Sparse;

    ElementReader() = default;
    static Result<ElementReader> openDense(const Tensor& tensor);
    static Result<ElementReader> openSparse(const Model& model, const Tensor& tensor, const SparseData& data);
    std::uint64_t storedIndex(std::uint64_t element) const;
    std::uint32_t packedCode(std::uint64_t stored) const;
    double decodeAt(std::uint64_t stored) const;
    void decodeRun(std::uint64_t stored, std::int64_t step, std::span<double> out) const;
    template <class Function>
    void forEachRun(std::uint64_t first, std::uint64_t count, Function function) const;
    void dequantize(std::uint64_t first, std::span<double> out) const;
    // Where in Sparse the stored value of an element is; nothing for implicit zeros.
    std::optional<std::uint64_t> sparsePosition(std::uint64_t element) const;

    Tensor m_tensor;  // keeps files and bytes alive
    std::span<const std::byte> m_bytes;
    std::uint64_t m_elements = 0;
    bool m_dense = true;
    bool m_mapped = false;
    const std::vector<std::string>* m_strings = nullptr;
    std::shared_ptr<const Sparse> m_sparse;
    double m_scale = 1;  // quantized as a whole: real = scale × (stored − zeroPoint)
    double m_zeroPoint = 0;
    bool m_perAxis = false;
    std::uint64_t m_axisSize = 1, m_axisInner = 1;  // quantized along an axis: channel = element / inner % size
};

struct ElementReader::StorageOrder {
    ElementReader reader;
    std::uint64_t times = 1;
};

}  // namespace tenscope
