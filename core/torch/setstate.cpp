// An abstract interpreter with a two-point domain: a value is either known (it is a constant, or a part of the state) or
// not. Loops, unknown branches and all other operators make what they assign unknown. It follows calls, because
// quantized modules assign through a method of their own (set_weight_bias).

#include "core/torch/setstate.h"

#include <optional>
#include <unordered_map>

namespace tenscope {

namespace {

using torch::jit::Block;
using torch::jit::Node;
using torch::jit::Value;

constexpr int deepestCall = 16;
constexpr int mostSteps = 100'000;

bool isMatrix(const c10::IValue& value)
{
    return value.isTensor() && value.toTensor().defined() && value.toTensor().dim() >= 2;
}

bool isVector(const c10::IValue& value)
{
    return value.isTensor() && value.toTensor().defined() && value.toTensor().dim() == 1 &&
           at::isFloatingType(value.toTensor().scalar_type());
}

// The packed classes' states differ in form (a pair, or lists of tensors behind a version), not in what they hold: the
// weight is the first tensor of two dimensions or more, the bias the first vector of floats.
void findWeights(const c10::IValue& value, PackedWeights& found, int depth = 0)
{
    if (depth > 4)
        return;
    if (isMatrix(value) && !found.weight.defined())
        found.weight = value.toTensor();
    else if (isVector(value) && !found.bias.defined())
        found.bias = value.toTensor();
    else if (value.isTuple())
        for (const c10::IValue& element : value.toTupleRef().elements())
            findWeights(element, found, depth + 1);
    else if (value.isList())
        for (const c10::IValue& element : value.toListRef())
            findWeights(element, found, depth + 1);
}

class Evaluator {
public:
    explicit Evaluator(Script& script) : m_script(script) {}

    std::optional<c10::IValue> call(torch::jit::Function& function, const std::vector<std::optional<c10::IValue>>& arguments,
                                    int depth)
    {
        auto* own = torch::jit::tryToGraphFunction(function);
        if (!own || depth > deepestCall || own->graph()->inputs().size() != arguments.size())
            return std::nullopt;
        Known known;
        for (std::size_t i = 0; i < arguments.size(); ++i)
            if (arguments[i])
                known.emplace(own->graph()->inputs()[i], *arguments[i]);
        walk(own->graph()->block(), known, depth, true);
        if (own->graph()->outputs().size() != 1)
            return std::nullopt;
        return lookup(known, own->graph()->outputs()[0]);
    }

private:
    using Known = std::unordered_map<const Value*, c10::IValue>;

    static std::optional<c10::IValue> lookup(const Known& known, const Value* value)
    {
        const auto entry = known.find(value);
        return entry == known.end() ? std::nullopt : std::optional(entry->second);
    }

    // `isCertain`: whether this block runs for sure. What is assigned where it is not becomes unknown.
    void walk(const Block* block, Known& known, int depth, bool isCertain)
    {
        for (const Node* node : block->nodes())
            if (++m_steps < mostSteps)
                step(node, known, depth, isCertain);
    }

    void step(const Node* node, Known& known, int depth, bool isCertain)
    {
        const auto input = [&](std::size_t i) { return lookup(known, node->input(i)); };
        const auto setOutput = [&](std::size_t i, c10::IValue value) { known.insert_or_assign(node->output(i), std::move(value)); };
        switch (node->kind()) {
        case c10::prim::Constant:
            if (const auto value = torch::jit::toIValue(node->output()))
                setOutput(0, *value);
            return;
        case c10::prim::TupleIndex: {
            const auto tuple = input(0);
            const auto index = input(1);
            if (tuple && index && tuple->isTuple() && index->isInt()) {
                const auto& elements = tuple->toTupleRef().elements();
                const std::int64_t at = index->toInt() < 0 ? index->toInt() + std::int64_t(elements.size()) : index->toInt();
                if (at >= 0 && at < std::int64_t(elements.size()))
                    setOutput(0, elements[std::size_t(at)]);
            }
            return;
        }
        case c10::prim::TupleUnpack:
            if (const auto tuple = input(0); tuple && tuple->isTuple())
                for (std::size_t i = 0; i < std::min(node->outputs().size(), tuple->toTupleRef().elements().size()); ++i)
                    setOutput(i, tuple->toTupleRef().elements()[i]);
            return;
        case c10::prim::TupleConstruct: {
            std::vector<c10::IValue> elements;
            for (std::size_t i = 0; i < node->inputs().size(); ++i)
                if (const auto element = input(i))
                    elements.push_back(*element);
            if (elements.size() == node->inputs().size())
                setOutput(0, c10::ivalue::Tuple::create(std::move(elements)));
            return;
        }
        case c10::prim::unchecked_cast:
            if (const auto value = input(0))
                setOutput(0, *value);
            return;
        case c10::prim::GetAttr:
            if (const auto object = input(0); object && object->isObject()) {
                const auto slot = object->toObjectRef().type()->findAttributeSlot(node->s(c10::attr::name));
                if (slot && m_assigned.count({&object->toObjectRef(), *slot}) != 0)
                    setOutput(0, object->toObjectRef().getSlot(*slot));
            }
            return;
        case c10::prim::SetAttr:
            if (const auto object = input(0); object && object->isObject())
                assign(object->toObjectRef(), node->s(c10::attr::name), isCertain ? input(1) : std::nullopt);
            return;
        case c10::prim::CallMethod:
        case c10::prim::CallFunction: follow(node, known, depth, isCertain); return;
        case c10::prim::If: {
            const auto condition = input(0);
            if (condition && condition->isBool()) {
                const Block* taken = node->blocks()[condition->toBool() ? 0 : 1];
                walk(taken, known, depth, isCertain);
                for (std::size_t i = 0; i < node->outputs().size(); ++i)
                    if (const auto value = lookup(known, taken->outputs()[i]))
                        setOutput(i, *value);
            } else {
                for (const Block* branch : node->blocks())
                    walk(branch, known, depth, false);
            }
            return;
        }
        default: break;
        }
        for (const Block* body : node->blocks())
            walk(body, known, depth, false);
        compare(node, known);
        pack(node, known);
    }

    void follow(const Node* node, Known& known, int depth, bool isCertain)
    {
        std::vector<std::optional<c10::IValue>> arguments;
        torch::jit::Function* function = nullptr;
        std::size_t first = 0;
        if (node->kind() == c10::prim::CallMethod) {
            const auto object = lookup(known, node->input(0));
            if (object && object->isObject())
                function = object->toObjectRef().type()->findMethod(node->s(c10::attr::name));
        } else if (const auto type = node->input(0)->type()->cast<c10::FunctionType>()) {
            function = type->function();
            first = 1;
        }
        if (!function || !isCertain)
            return;
        for (std::size_t i = first; i < node->inputs().size(); ++i)
            arguments.push_back(lookup(known, node->input(i)));
        if (const auto result = call(*function, arguments, depth + 1); result && node->outputs().size() == 1)
            known.insert_or_assign(node->output(), *result);
    }

    // The comparisons that decide which way a state is unpacked: of strings, integers and None.
    void compare(const Node* node, Known& known)
    {
        const bool isEqual = node->kind() == c10::aten::eq || node->kind() == c10::aten::__is__;
        const bool isDifferent = node->kind() == c10::aten::ne || node->kind() == c10::aten::__isnot__;
        if ((!isEqual && !isDifferent) || node->inputs().size() != 2)
            return;
        const auto a = lookup(known, node->input(0));
        const auto b = lookup(known, node->input(1));
        if (!a || !b)
            return;
        std::optional<bool> equal;
        if (a->isString() && b->isString())
            equal = a->toStringRef() == b->toStringRef();
        else if (a->isInt() && b->isInt())
            equal = a->toInt() == b->toInt();
        else if (a->isNone() || b->isNone())
            equal = a->isNone() == b->isNone();
        if (equal)
            known.insert_or_assign(node->output(), c10::IValue(*equal == isEqual));
    }

    // An operator that makes an object of LibTorch's packed classes from tensors that are known.
    void pack(const Node* node, Known& known)
    {
        if (node->outputs().size() != 1)
            return;
        const auto type = node->output()->type()->cast<c10::ClassType>();
        if (!type || type->is_module() || !type->name() ||
            type->name()->qualifiedName().find("__torch__.torch.classes.") != 0)
            return;
        PackedWeights packed;
        for (const Value* value : node->inputs())
            if (const auto tensor = lookup(known, value))
                findWeights(*tensor, packed);
        if (!packed.weight.defined())
            return;
        ScriptObjectPtr object =
            ScriptObject::create(c10::StrongTypePtr(m_script.unit, type), std::max<std::size_t>(1, type->numAttributes()));
        m_script.packed.emplace(object.get(), packed);
        known.insert_or_assign(node->output(), c10::IValue(object));
    }

    void assign(ScriptObject& object, const std::string& name, const std::optional<c10::IValue>& value)
    {
        const auto slot = object.type()->findAttributeSlot(name);
        if (!slot)
            return;
        const std::pair<const ScriptObject*, std::size_t> place(&object, *slot);
        if (value) {
            object.setSlot(*slot, *value);
            m_script.computed.erase(place);
            m_assigned.insert(place);
        } else {
            object.setSlot(*slot, c10::IValue());
            m_script.computed.insert(place);
            m_assigned.erase(place);
        }
    }

    Script& m_script;
    std::set<std::pair<const ScriptObject*, std::size_t>> m_assigned;
    int m_steps = 0;
};

}  // namespace

void fillFromState(Script& script, const ScriptObjectPtr& object, const c10::IValue& state)
{
    const auto type = object->type();
    torch::jit::Function& setState = type->getMethod("__setstate__");
    if (!torch::jit::tryToGraphFunction(setState)) {
        PackedWeights packed;
        findWeights(state, packed);
        if (packed.weight.defined())
            script.packed.emplace(object.get(), packed);
        return;
    }
    for (std::size_t i = 0; i < type->numAttributes(); ++i)
        script.computed.insert({object.get(), i});
    Evaluator(script).call(setState, {c10::IValue(object), state}, 0);
}

}  // namespace tenscope
