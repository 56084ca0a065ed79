#include "core/torch/overrides.h"

#include <string>

#include "core/torch/failure.h"
#include "core/torch/storedtensors.h"

namespace tenscope {

namespace {

std::string sizesText(at::IntArrayRef sizes)
{
    std::string text;
    for (const std::int64_t size : sizes)
        text += (text.empty() ? "" : "×") + std::to_string(size);
    return text.empty() ? "scalar" : text;
}

// A tensor like the one that was computed, which is left as it is: others may look at its memory.
at::Tensor like(const at::Tensor& computed, const at::Tensor& wanted, const std::string& name)
{
    if (wanted.dim() == 0)
        return at::empty_like(computed, at::MemoryFormat::Contiguous).fill_(wanted.item());
    if (wanted.sizes() != computed.sizes())
        throw Failure(Error::run("The value " + name + " is " + sizesText(computed.sizes()) + " in this run, and what it is to be is " +
                                 sizesText(wanted.sizes()) + '.'));
    return wanted.to(computed.options(), false, true);
}

c10::IValue replacement(const c10::IValue& computed, const at::Tensor& wanted, const std::string& name)
{
    if (computed.isTensor() && computed.toTensor().defined()) {
        if (computed.toTensor().is_quantized())
            throw Failure(Error::run("The value " + name + " is quantized: what it is dequantized to can be given instead."));
        return like(computed.toTensor(), wanted, name);
    }
    if (wanted.numel() == 1 && computed.isInt())
        return wanted.item().toLong();
    if (wanted.numel() == 1 && computed.isDouble())
        return wanted.item().toDouble();
    if (wanted.numel() == 1 && computed.isBool())
        return wanted.item().toBool();
    throw Failure(Error::run("The value " + name + " is neither a tensor nor a number: it can only be what the model computes."));
}

}  // namespace

Replacements replacements(const BuiltModel& built, const std::vector<Override>& overrides)
{
    Replacements result;
    for (const Override& entry : overrides) {
        const Model& model = built.model;
        if (!entry.value || entry.value.index() >= model.valueCount() || !model.value(entry.value).isAlive())
            throw Failure(Error::run("There is no such value in the model as is to be given by hand."));
        const std::string name = "'" + model.value(entry.value).name + "'";
        const auto computed = built.values.find(entry.value);
        if (computed == built.values.end() || !model.value(entry.value).producer())
            throw Failure(Error::run("The value " + name + " is not computed by a node: it is an input or a weight."));
        const at::Tensor wanted = heldTensor(model, entry.tensor);
        result[computed->second] = [wanted, name](const c10::IValue& value) { return replacement(value, wanted, name); };
    }
    return result;
}

}  // namespace tenscope
