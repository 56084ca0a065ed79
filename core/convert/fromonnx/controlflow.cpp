// If, Loop and Scan become TorchScript's own. What a body gives for each round (scan outputs) is appended to a list that
// was made before the loop, and stacked behind it.

#include <limits>

#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/families.h"

namespace tenscope {

namespace {

// An empty list of tensors that a loop fills.
Term newList(Lowering& l)
{
    return l.emit().list({});
}

void append(Lowering& l, const Term& list, const Term& tensor)
{
    l.emit().applyAs(l.emit().typeOf(list), "append", {list, tensor});
}

// The list as one tensor with a dimension for the rounds at `axis`. After no round the tensor is empty, of the other sizes
// as far as the body says them.
Term stacked(Lowering& l, const Term& list, std::int64_t axis, bool isReversed, const Type& member)
{
    const auto joined = [&] {
        const Term stack = l.aten("stack", list, axis);
        return isReversed ? l.aten("flip", stack, Ints{axis}) : stack;
    };
    const auto nothing = [&] {
        Ints sizes{0};
        if (member.shape)
            for (const Dimension& dimension : *member.shape)
                sizes.push_back(dimension.isKnown() ? dimension.size : 0);
        const ElementType element = member.element == ElementType::Undefined ? ElementType::Float32 : heldAs(member.element);
        return l.aten("zeros", sizes, element, Term(), Term(), Term());
    };
    return l.emit().choose(greater(l.emit().length(list), 0), joined, nothing);
}

void branch(Lowering& l)
{
    const GraphId then = l.body("then_branch"), otherwise = l.body("else_branch");
    AtenEmitter& emit = l.emit();
    const auto of = [&](GraphId body) {
        std::vector<Term> results = l.inlined(body, {});
        if (results.size() != l.outputCount())
            throw Unsupported("one of its branches has another number of outputs");
        return results;
    };
    const std::vector<Term> outputs =
        emit.branch(emit.toBool(l.input(0)), [&] { return of(then); }, [&] { return of(otherwise); });
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        Type type = l.bodyOutputType(then, i);
        if (type.kind == Type::Kind::Unknown)
            type = l.bodyOutputType(otherwise, i);
        type.shape.reset();
        l.output(i, outputs[i], type);
    }
}

Type withoutShape(Type type)
{
    type.shape.reset();
    return type;
}

void loop(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const GraphId body = l.body("body");
    const Term count = l.hasInput(0) ? l.integer(0) : Term(std::numeric_limits<std::int64_t>::max());
    const Term condition = l.hasInput(1) ? emit.toBool(l.input(1)) : Term(true);
    std::vector<Term> carried;
    std::vector<Type> types;
    for (std::size_t i = 2; i < l.inputCount(); ++i) {
        carried.push_back(l.input(i));
        types.push_back(withoutShape(l.type(i)));
    }
    const std::size_t scans = l.outputCount() - std::min(l.outputCount(), carried.size());
    std::vector<Term> lists;
    for (std::size_t i = 0; i < scans; ++i)
        lists.push_back(newList(l));
    const Term goesOn = emit.tensor(ElementType::Bool, {}, Ints{1});
    const auto round = [&](const Term& i, const std::vector<Term>& now, Term* goOn) {
        std::vector<std::pair<Term, Type>> inputs{{emit.toTensor(i, ElementType::Int64), Type::tensor(ElementType::Int64)},
                                                  {goesOn, Type::tensor(ElementType::Bool)}};
        for (std::size_t k = 0; k < now.size(); ++k)
            inputs.emplace_back(now[k], types[k]);
        const std::vector<Term> outputs = l.inlined(body, inputs);
        if (outputs.size() < 1 + now.size() + scans)
            throw Unsupported("its body gives fewer outputs than it carries and collects");
        for (std::size_t k = 0; k < scans; ++k)
            append(l, lists[k], outputs[1 + now.size() + k]);
        *goOn = emit.toBool(outputs[0]);
        return std::vector<Term>(outputs.begin() + 1, outputs.begin() + 1 + std::ptrdiff_t(now.size()));
    };
    const std::vector<Term> last = emit.loop(count, condition, carried, round);
    for (std::size_t i = 0; i < last.size(); ++i)
        l.output(i, last[i], withoutShape(l.bodyOutputType(body, 1 + i)));
    for (std::size_t i = 0; i < scans; ++i) {
        const Type member = l.bodyOutputType(body, 1 + last.size() + i);
        l.output(last.size() + i, stacked(l, lists[i], 0, false, member), Type::tensor(member.element));
    }
}

// What Scan says of the axes and directions of its inputs and outputs: one number for each, zeros where nothing is said.
std::int64_t numberAt(const Ints& numbers, std::size_t i)
{
    return i < numbers.size() ? numbers[i] : 0;
}

// One walk over the scanned inputs. Gives the last states and the collected outputs.
struct Scanning {
    GraphId body;
    std::vector<Type> stateTypes, scanTypes;
    Ints inputAxes, inputDirections, outputAxes, outputDirections;
    std::size_t outputs = 0;  // collected ones

    std::vector<Term> walk(Lowering& l, const std::vector<Term>& states, const std::vector<Term>& scanned) const
    {
        AtenEmitter& emit = l.emit();
        if (scanned.empty())
            throw Unsupported("it scans nothing");
        const Term count = emit.size(scanned.front(), numberAt(inputAxes, 0));
        std::vector<Term> lists;
        for (std::size_t i = 0; i < outputs; ++i)
            lists.push_back(newList(l));
        const auto round = [&](const Term& i, const std::vector<Term>& now, Term*) {
            std::vector<std::pair<Term, Type>> inputs;
            for (std::size_t k = 0; k < now.size(); ++k)
                inputs.emplace_back(now[k], stateTypes[k]);
            for (std::size_t k = 0; k < scanned.size(); ++k) {
                const Term at = numberAt(inputDirections, k) == 0 ? i : count - 1 - i;
                inputs.emplace_back(l.aten("select", scanned[k], numberAt(inputAxes, k), at), scanTypes[k]);
            }
            const std::vector<Term> results = l.inlined(body, inputs);
            if (results.size() < now.size() + outputs)
                throw Unsupported("its body gives fewer outputs than it carries and collects");
            for (std::size_t k = 0; k < outputs; ++k)
                append(l, lists[k], results[now.size() + k]);
            return std::vector<Term>(results.begin(), results.begin() + std::ptrdiff_t(now.size()));
        };
        std::vector<Term> results = emit.loop(count, true, states, round);
        for (std::size_t i = 0; i < outputs; ++i)
            results.push_back(stacked(l, lists[i], numberAt(outputAxes, i), numberAt(outputDirections, i) != 0,
                                      l.bodyOutputType(body, states.size() + i)));
        return results;
    }
};

void setOutputs(Lowering& l, const Scanning& scanning, const std::vector<Term>& results)
{
    for (std::size_t i = 0; i < results.size(); ++i)
        l.output(i, results[i], Type::tensor(l.bodyOutputType(scanning.body, i).element));
}

void scan(Lowering& l)
{
    Scanning scanning;
    scanning.body = l.body("body");
    const auto scanned = std::size_t(l.integer("num_scan_inputs"));
    if (scanned > l.inputCount())
        throw Unsupported("it has fewer inputs than it scans");
    const std::size_t states = l.inputCount() - scanned;
    std::vector<Term> initial, inputs;
    for (std::size_t i = 0; i < l.inputCount(); ++i) {
        (i < states ? initial : inputs).push_back(l.input(i));
        (i < states ? scanning.stateTypes : scanning.scanTypes).push_back(Type::tensor(l.element(i)));
    }
    scanning.inputAxes = l.integers("scan_input_axes");
    scanning.inputDirections = l.integers("scan_input_directions");
    scanning.outputAxes = l.integers("scan_output_axes");
    scanning.outputDirections = l.integers("scan_output_directions");
    scanning.outputs = l.outputCount() - std::min(states, l.outputCount());
    setOutputs(l, scanning, scanning.walk(l, initial, inputs));
}

// In opset 8 everything has a batch in front: one walk for each of its members.
void scanBatches(Lowering& l)
{
    if (l.hasInput(0))
        throw Unsupported("its sequences have lengths of their own");
    AtenEmitter& emit = l.emit();
    Scanning scanning;
    scanning.body = l.body("body");
    const auto scanned = std::size_t(l.integer("num_scan_inputs"));
    if (scanned + 1 > l.inputCount())
        throw Unsupported("it has fewer inputs than it scans");
    const std::size_t states = l.inputCount() - 1 - scanned;
    for (std::size_t i = 1; i < l.inputCount(); ++i)
        (i <= states ? scanning.stateTypes : scanning.scanTypes).push_back(Type::tensor(l.element(i)));
    scanning.inputDirections = l.integers("directions");
    scanning.outputs = l.outputCount() - std::min(states, l.outputCount());
    std::vector<Term> lists;
    for (std::size_t i = 0; i < states + scanning.outputs; ++i)
        lists.push_back(newList(l));
    const auto batch = [&](const Term& b, const std::vector<Term>&, Term*) {
        std::vector<Term> initial, inputs;
        for (std::size_t i = 1; i < l.inputCount(); ++i)
            (i <= states ? initial : inputs).push_back(l.aten("select", l.input(i), 0, b));
        const std::vector<Term> results = scanning.walk(l, initial, inputs);
        for (std::size_t i = 0; i < results.size(); ++i)
            append(l, lists[i], results[i]);
        return std::vector<Term>();
    };
    emit.loop(emit.size(l.input(1), 0), true, {}, batch);
    std::vector<Term> results;
    for (std::size_t i = 0; i < lists.size(); ++i)
        results.push_back(stacked(l, lists[i], 0, false, l.bodyOutputType(scanning.body, i)));
    setOutputs(l, scanning, results);
}

constexpr LoweringRule rules[] = {
    {"If", branch},
    {"Loop", loop},
    {"Scan", scanBatches, 8},
    {"Scan", scan, 9},
};

}  // namespace

LoweringTable controlFlowLowerings()
{
    return rules;
}

}  // namespace tenscope
