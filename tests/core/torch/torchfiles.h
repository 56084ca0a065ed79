#pragma once

#include <QTest>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>
#include <string>

#include "core/analysis/npy.h"
#include "core/torch/torchscriptdocument.h"

namespace tenscope::test {

// A file of tests/data/torchscript, or of the shared folder of real models.
inline std::filesystem::path own(const std::string& name)
{
    return std::filesystem::path(TENSCOPE_TEST_DATA) / "torchscript" / name;
}

inline std::filesystem::path shared(const std::string& name)
{
    return std::filesystem::path(TENSCOPE_SOURCE_DIR) / ".." / "shared" / "models" / name;
}

inline Tensor array(const std::filesystem::path& file, const std::string& key)
{
    Result<Tensor> tensor = readNpz(file, key);
    if (!tensor)
        qFatal("%s", tensor.error().message.c_str());
    return *tensor;
}

inline Tensor expected(const std::string& key)
{
    return array(own("expected.npz"), key);
}

template <class T>
Tensor tensorOf(ElementType element, std::vector<std::int64_t> shape, const std::vector<T>& values)
{
    Tensor tensor;
    tensor.element = element;
    tensor.shape = std::move(shape);
    const auto* bytes = reinterpret_cast<const std::byte*>(values.data());
    tensor.data = OwnedBytes{std::make_shared<const std::vector<std::byte>>(bytes, bytes + values.size() * sizeof(T))};
    return tensor;
}

inline Tensor floats(std::vector<std::int64_t> shape, const std::vector<float>& values)
{
    return tensorOf(ElementType::Float32, std::move(shape), values);
}

inline std::vector<float> floatsOf(const Tensor& tensor)
{
    const auto bytes = tensor.bytes();
    if (!bytes || tensor.element != ElementType::Float32)
        return {};
    std::vector<float> values(bytes->size() / sizeof(float));
    std::memcpy(values.data(), bytes->data(), values.size() * sizeof(float));
    return values;
}

// The largest difference of two tensors of floats; infinite where they cannot be compared.
inline double difference(const Tensor& a, const Tensor& b)
{
    const std::vector<float> left = floatsOf(a);
    const std::vector<float> right = floatsOf(b);
    if (left.size() != right.size() || left.empty() || a.shape != b.shape)
        return std::numeric_limits<double>::infinity();
    double largest = 0;
    for (std::size_t i = 0; i < left.size(); ++i)
        largest = std::max(largest, std::abs(double(left[i]) - double(right[i])));
    return largest;
}

inline std::unique_ptr<TorchScriptDocument> opened(const std::filesystem::path& file)
{
    Progress progress;
    auto document = TorchScriptDocument::open(file, progress);
    if (!document)
        qFatal("%s", document.error().message.c_str());
    return std::move(*document);
}

}  // namespace tenscope::test
