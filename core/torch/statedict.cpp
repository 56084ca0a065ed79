#include "core/torch/statedict.h"

#include "core/torch/failure.h"

namespace tenscope {

namespace {

// Modules that hold each other several times multiply with each level.
constexpr std::size_t mostModules = 1'000'000;
constexpr int deepestModule = 500;
constexpr std::size_t mostSharedReports = 20;

bool isModule(const c10::IValue& value)
{
    return value.isObject() && value.toObjectRef().type()->is_module();
}

std::string joined(const std::string& prefix, const std::string& name)
{
    return prefix.empty() ? name : prefix + '.' + name;
}

}  // namespace

StateDict::StateDict(const Script& script, Model& model) : m_script(script), m_model(model)
{
    addModule(*script.root, {}, {}, 0);
    reportShared();
}

ValueId StateDict::find(const std::string& path) const
{
    const auto entry = m_values.find(path);
    return entry == m_values.end() ? ValueId() : entry->second;
}

std::pair<ValueId, ValueId> StateDict::packed(const std::string& path) const
{
    const auto entry = m_packed.find(path);
    return entry == m_packed.end() ? std::pair<ValueId, ValueId>() : entry->second;
}

void StateDict::addModule(const ScriptObject& module, const std::string& prefix, ScopeId scope, int depth)
{
    if (++m_modules > mostModules || depth > deepestModule)
        throw Failure(Error::read("The model has more modules in modules than can be listed."));
    const auto& type = *module.type();
    const auto& slots = module.slots();
    const std::size_t count = std::min(type.numAttributes(), slots.size());
    for (const bool wantsParameters : {true, false}) {
        for (std::size_t i = 0; i < count; ++i) {
            if (!slots[i].isTensor() || !slots[i].toTensor().defined() || type.is_parameter(i) != wantsParameters)
                continue;
            // Before files listed their buffers, every attribute declared a plain Tensor was one.
            const bool isBuffer = m_script.listsBuffers ? type.is_buffer(i)
                                                        : type.getAttribute(i)->isSubtypeOf(*c10::TensorType::get());
            if (wantsParameters || isBuffer)
                add(slots[i].toTensor(), joined(prefix, type.getAttributeName(i)), wantsParameters);
        }
    }
    for (std::size_t i = 0; i < count; ++i) {
        if (slots[i].isObject())
            if (const auto packed = m_script.packed.find(&slots[i].toObjectRef()); packed != m_script.packed.end())
                addPacked(packed->second, joined(prefix, type.getAttributeName(i)));
    }
    for (std::size_t i = 0; i < count; ++i) {
        if (!isModule(slots[i]))
            continue;
        const std::string& name = type.getAttributeName(i);
        const ScriptObject& child = slots[i].toObjectRef();
        const ScopeId childScope = m_model.addScope(scope, name);
        if (child.type()->name())
            m_model.scope(childScope).className = className(child.type()->name()->qualifiedName());
        addModule(child, joined(prefix, name), childScope, depth + 1);
    }
}

void StateDict::addPacked(const PackedWeights& packed, const std::string& path)
{
    // Linear keeps its packed weights in a module of their own, _packed_params, whose attribute is called so again: people
    // know them as the Linear's.
    std::string owner = path;
    const auto cut = [&owner] {
        const std::size_t dot = owner.rfind('.');
        owner.erase(dot == std::string::npos ? 0 : dot);
    };
    cut();
    if (owner == "_packed_params" ||
        (owner.size() > 15 && owner.compare(owner.size() - 15, 15, "._packed_params") == 0))
        cut();
    if (m_values.count(joined(owner, "weight")) != 0)
        owner = path;
    std::pair<ValueId, ValueId> ids;
    ids.first = add(packed.weight, joined(owner, "weight"), true);
    if (packed.bias.defined())
        ids.second = add(packed.bias, joined(owner, "bias"), true);
    m_packed.emplace(path, ids);
}

ValueId StateDict::add(const at::Tensor& tensor, const std::string& path, bool isParameter)
{
    const TensorId id = m_model.addTensor(describe(tensor, path, m_script.weights.get()));
    const ValueId value = m_model.addStoredValue(m_model.mainGraph, path, id);
    m_model.value(value).isParameter = isParameter;
    m_values.emplace(path, value);
    if (tensor.layout() == c10::kStrided && tensor.numel() > 0)
        m_byData[tensor.data_ptr()].push_back(value);
    return value;
}

void StateDict::reportShared()
{
    std::size_t reports = 0;
    for (const ValueId value : m_model.graph(m_model.mainGraph).initializers) {
        const Tensor& tensor = m_model.tensor(m_model.value(value).tensor);
        const auto* slice = std::get_if<FileSlice>(&tensor.data);
        const auto shared =
            slice ? m_byData.find(m_script.weights->data() + slice->offset) : m_byData.end();
        if (shared == m_byData.end() || shared->second.size() < 2 || shared->second.front() != value)
            continue;
        std::string names;
        for (std::size_t i = 1; i < shared->second.size() && i <= 5; ++i)
            names += (i > 1 ? ", " : "") + m_model.value(shared->second[i]).name;
        if (shared->second.size() > 6)
            names += " \u2026";
        m_model.issues.push_back({Severity::Info, tensor.name + " shares its data with " + names + ".", value});
        if (++reports == mostSharedReports)
            return;
    }
}

}  // namespace tenscope
