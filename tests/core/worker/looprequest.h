#pragma once

#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "core/worker/run.h"

// What tests/data/worker/loop.pt takes and gives.
namespace tenscope {

template <class T>
Tensor tensorOf(ElementType element, std::vector<std::int64_t> shape, const std::vector<T>& values)
{
    Tensor tensor;
    tensor.element = element;
    tensor.shape = std::move(shape);
    const auto bytes = std::as_bytes(std::span(values));
    tensor.data = OwnedBytes{std::make_shared<const std::vector<std::byte>>(bytes.begin(), bytes.end())};
    return tensor;
}

inline Tensor scalar(std::int64_t value)
{
    return tensorOf<std::int64_t>(ElementType::Int64, {}, {value});
}

inline RunRequest loopRequest(std::int64_t rounds)
{
    RunRequest request;
    request.inputs = {tensorOf<float>(ElementType::Float32, {1, 4}, {1, -2, 3, -4}), scalar(rounds)};
    return request;
}

inline std::vector<float> floatsOf(const Tensor& tensor)
{
    const auto bytes = tensor.bytes();
    std::vector<float> values(bytes ? bytes->size() / sizeof(float) : 0);
    if (bytes)
        std::memcpy(values.data(), bytes->data(), values.size() * sizeof(float));
    return values;
}

}  // namespace tenscope
