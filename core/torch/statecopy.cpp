#include "core/torch/statecopy.h"

#include <unordered_set>

namespace tenscope {

namespace {

bool isInFile(const Script& script, const at::Tensor& tensor)
{
    return tensor.defined() && tensor.layout() == c10::kStrided && tensor.numel() > 0 &&
           script.weights->offsetOf(tensor.data_ptr()).has_value();
}

}  // namespace

c10::IValue StateCopy::module()
{
    return copy(c10::IValue(m_script.root));
}

c10::IValue StateCopy::copy(const c10::IValue& value)
{
    const bool isContainer = value.isObject() || value.isList() || value.isGenericDict() || value.isTuple();
    if (!value.isTensor() && !isContainer)
        return value;
    if (value.isTensor() && !value.toTensor().defined())
        return value;
    const void* key = value.isTensor() ? static_cast<const void*>(value.toTensor().unsafeGetTensorImpl())
                                       : static_cast<const void*>(value.internalToPointer());
    if (const auto entry = m_copies.find(key); entry != m_copies.end())
        return entry->second;
    c10::IValue result;
    if (value.isTensor()) {
        result = copyTensor(value.toTensor());
    } else if (value.isTuple()) {
        std::vector<c10::IValue> members;
        for (const c10::IValue& member : value.toTupleRef().elements())
            members.push_back(copy(member));
        // A named tuple keeps its type.
        const auto type = value.type()->cast<c10::TupleType>();
        result = type && type->schema() ? c10::ivalue::Tuple::createNamed(std::move(members), type)
                                        : c10::ivalue::Tuple::create(std::move(members));
    } else if (value.isList()) {
        const c10::List<c10::IValue> list = value.toList();
        c10::impl::GenericList copied(list.elementType());
        copied.reserve(list.size());
        for (std::size_t i = 0; i < list.size(); ++i)
            copied.push_back(copy(list.get(i)));
        result = c10::IValue(copied);
    } else if (value.isGenericDict()) {
        const auto dictionary = value.toGenericDict();
        c10::impl::GenericDict copied(dictionary.keyType(), dictionary.valueType());
        for (const auto& entry : dictionary)
            copied.insert(entry.key(), copy(entry.value()));
        result = c10::IValue(copied);
    } else {
        const ScriptObject& object = value.toObjectRef();
        // An object of LibTorch's own classes is one slot with a capsule that nothing changes.
        const ScriptObjectPtr copied =
            ScriptObject::create(c10::StrongTypePtr(m_script.unit, object.type()), object.slots().size());
        for (std::size_t i = 0; i < object.slots().size(); ++i)
            copied->setSlot(i, copy(object.getSlot(i)));
        result = c10::IValue(copied);
    }
    m_copies.emplace(key, result);
    return result;
}

at::Tensor StateCopy::copyTensor(const at::Tensor& tensor)
{
    if (!m_device.is_cpu())
        return tensor.detach().to(m_device);
    if (!isInFile(m_script, tensor))
        return tensor.detach().clone();
    // Another tensor over the same memory, so that even its sizes can be changed without anybody else noticing. It shares
    // the counter of writes: WeightGuard.
    return at::Tensor(tensor.unsafeGetTensorImpl()->shallow_copy_and_detach(
        tensor.unsafeGetTensorImpl()->version_counter(), /*allow_tensor_metadata_change=*/true));
}

WeightGuard::WeightGuard(const Script& script) : m_weights(*script.weights)
{
    std::unordered_set<const void*> seen;
    std::vector<c10::IValue> rest(script.constants.begin(), script.constants.end());
    rest.emplace_back(script.root);
    while (!rest.empty()) {
        const c10::IValue value = std::move(rest.back());
        rest.pop_back();
        if (value.isTensor()) {
            if (isInFile(script, value.toTensor()))
                m_versions.emplace_back(value.toTensor(), std::uint32_t(value.toTensor()._version()));
        } else if (value.isTuple()) {
            for (const c10::IValue& member : value.toTupleRef().elements())
                rest.push_back(member);
        } else if (value.isList()) {
            for (const c10::IValue& member : value.toListRef())
                rest.push_back(member);
        } else if (value.isGenericDict()) {
            for (const auto& entry : value.toGenericDict())
                rest.push_back(entry.value());
        } else if (value.isObject() && seen.insert(value.internalToPointer()).second) {
            for (const c10::IValue& slot : value.toObjectRef().slots())
                rest.push_back(slot);
        }
    }
}

WeightGuard::~WeightGuard()
{
    for (const auto& [tensor, version] : m_versions) {
        if (std::uint32_t(tensor._version()) != version) {
            m_weights.reset();
            return;
        }
    }
}

}  // namespace tenscope
