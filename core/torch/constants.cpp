#include "core/torch/constants.h"

#include <string>

#include "core/torch/failure.h"
#include "core/torch/tensors.h"

namespace tenscope {

namespace {

c10::IValue constantOf(std::monostate) { return {}; }
c10::IValue constantOf(bool value) { return value; }
c10::IValue constantOf(std::int64_t value) { return value; }
c10::IValue constantOf(double value) { return value; }
c10::IValue constantOf(const std::complex<double>& value) { return c10::complex<double>(value.real(), value.imag()); }
c10::IValue constantOf(const std::string& value) { return value; }
c10::IValue constantOf(ElementType value)
{
    const auto scalar = scalarType(value);
    if (!scalar)
        throw Failure(Error::run("LibTorch " TORCH_VERSION " has no type " + std::string(name(value)) + "."));
    return std::int64_t(*scalar);
}
c10::IValue constantOf(const std::vector<bool>& value)
{
    c10::List<bool> list;
    for (const bool member : value)
        list.push_back(member);
    return list;
}
c10::IValue constantOf(const std::vector<std::int64_t>& value) { return value; }
c10::IValue constantOf(const std::vector<double>& value) { return value; }
c10::IValue constantOf(const std::vector<std::string>& value)
{
    return c10::List<std::string>(c10::ArrayRef<std::string>(value));
}
template <class T>
c10::IValue constantOf(const T&)
{
    throw Failure(Error::run("A constant of this kind cannot be written for LibTorch."));
}

}  // namespace

c10::IValue constantValue(const AttributeValue& value)
{
    return std::visit([](const auto& alternative) { return constantOf(alternative); }, value);
}

}  // namespace tenscope
