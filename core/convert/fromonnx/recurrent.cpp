// RNN, GRU and LSTM. What PyTorch's own recurrent networks can do becomes aten::rnn_tanh, gru or lstm with the gates of
// the weights in PyTorch's order; the rest (lengths of sequences, other activations, clipping, peepholes, coupled gates,
// a GRU that resets before its product) is written as a loop over the steps, by the equations of ONNX.
#include <functional>
#include <string>

#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/families.h"
#include "core/convert/fromonnx/recurrentactivation.h"

namespace tenscope {

namespace {

constexpr std::size_t lengthsInput = 4, hiddenInput = 5, cellInput = 6, peepholeInput = 7;

enum class CellKind { Rnn, Gru, Lstm };

struct Network {
    CellKind kind = CellKind::Rnn;
    std::int64_t gates = 1;
    std::size_t states = 1;  // hidden, and the LSTM's cell
    std::vector<std::string> activations{"tanh"};
    bool isForward = true, isReverse = false;
    bool isBatchFirst = false;
    Term x;               // [steps, batch, features]
    Term batch, hidden;   // sizes
    std::vector<Term> initial;  // [directions, batch, hidden] each

    std::int64_t directions() const { return isForward && isReverse ? 2 : 1; }
};

Network networkOf(Lowering& l, CellKind kind)
{
    Network n;
    n.kind = kind;
    if (kind == CellKind::Gru) {
        n.gates = 3;
        n.activations = {"sigmoid", "tanh"};
    } else if (kind == CellKind::Lstm) {
        n.gates = 4;
        n.states = 2;
        n.activations = {"sigmoid", "tanh", "tanh"};
    }
    const std::string direction = l.text("direction", "forward");
    if (direction != "forward" && direction != "reverse" && direction != "bidirectional")
        throw Unsupported("its direction '" + direction + "' is not known");
    n.isForward = direction != "reverse";
    n.isReverse = direction != "forward";
    n.isBatchFirst = l.integer("layout", 0) != 0;
    AtenEmitter& emit = l.emit();
    const Term x = l.input(0);
    n.x = n.isBatchFirst ? l.aten("transpose", x, 0, 1) : x;
    n.batch = emit.size(n.x, 1);
    n.hidden = l.has("hidden_size") ? Term(l.integer("hidden_size")) : emit.size(l.input(2), 2);
    for (std::size_t i = 0; i < n.states; ++i) {
        const std::size_t input = i == 0 ? hiddenInput : cellInput;
        if (!l.hasInput(input))
            n.initial.push_back(l.aten("new_zeros", x, emit.list({n.directions(), n.batch, n.hidden})));
        else
            n.initial.push_back(n.isBatchFirst ? l.aten("transpose", l.input(input), 0, 1) : l.input(input));
    }
    return n;
}

bool isNative(Lowering& l, const Network& n)
{
    if (l.hasInput(lengthsInput) || l.has("clip") || l.integer("input_forget", 0) != 0)
        return false;
    if (n.kind == CellKind::Lstm && l.hasInput(peepholeInput))
        return false;
    if (n.kind == CellKind::Gru && l.integer("linear_before_reset", 0) == 0)
        return false;
    const bool mayBeRelu = n.kind == CellKind::Rnn;
    const std::string first = recurrentActivations(l, 0, n.activations).front().name;
    for (std::size_t d = 0; d < std::size_t(n.directions()); ++d) {
        const auto activations = recurrentActivations(l, d, n.activations);
        for (std::size_t i = 0; i < activations.size(); ++i)
            if (activations[i].name != (mayBeRelu ? first : n.activations[i]) ||
                (mayBeRelu && first != "tanh" && first != "relu"))
                return false;
    }
    return true;
}

// The gates of one direction's weights or bias in PyTorch's order: i f g o for ONNX's i o f c, r z n for z r h.
Term reordered(Lowering& l, const Network& n, const Term& gates)
{
    if (n.kind == CellKind::Rnn)
        return gates;
    const std::vector<Term> split = parts(l, gates, n.gates, 0);
    if (n.kind == CellKind::Gru)
        return l.aten("cat", l.emit().list({split[1], split[0], split[2]}), 0);
    return l.aten("cat", l.emit().list({split[0], split[2], split[3], split[1]}), 0);
}

// What all steps gave as [steps, directions, batch, hidden], and the last states as [directions, batch, hidden].
void finish(Lowering& l, const Network& n, const Term& all, const std::vector<Term>& last)
{
    if (l.hasOutput(0))
        l.output(0, n.isBatchFirst ? l.aten("permute", all, Ints{2, 0, 1, 3}) : all);
    for (std::size_t i = 0; i < last.size(); ++i)
        if (l.hasOutput(i + 1))
            l.output(i + 1, n.isBatchFirst ? l.aten("transpose", last[i], 0, 1) : last[i]);
}

void native(Lowering& l, const Network& n)
{
    AtenEmitter& emit = l.emit();
    const bool isOnlyReverse = !n.isForward;
    const bool hasBias = l.hasInput(3);
    std::vector<Term> parameters;
    for (std::int64_t d = 0; d < n.directions(); ++d) {
        for (const std::size_t input : {1, 2})
            parameters.push_back(reordered(l, n, l.aten("select", l.input(input), 0, d)));
        if (!hasBias)
            continue;
        const std::vector<Term> biases = parts(l, l.aten("select", l.input(3), 0, d), 2, 0);
        for (const Term& bias : biases)
            parameters.push_back(reordered(l, n, bias));
    }
    std::string op = n.kind == CellKind::Lstm ? "lstm" : "gru";
    if (n.kind == CellKind::Rnn)
        op = "rnn_" + recurrentActivations(l, 0, n.activations).front().name;
    const Term x = isOnlyReverse ? l.aten("flip", n.x, Ints{0}) : n.x;
    const Term state = n.kind == CellKind::Lstm ? emit.list(n.initial) : n.initial[0];
    std::vector<Term> results = l.atenMany(op, n.states + 1, x, state, emit.list(parameters), hasBias, 1, 0.0, false,
                                           n.directions() == 2, false);
    Term all = isOnlyReverse ? l.aten("flip", results[0], Ints{0}) : results[0];
    all = n.directions() == 1 ? l.aten("unsqueeze", all, 1)
                              : l.aten("permute", l.aten("reshape", all, emit.list({-1, n.batch, 2, n.hidden})), Ints{0, 2, 1, 3});
    results.erase(results.begin());
    finish(l, n, all, results);
}

// One step of one direction: the states after it, from the inputs' part of the gates [batch, gates × hidden] and the
// states before. What does not change from step to step is made when the step is made, before the loop.
using Step = std::function<std::vector<Term>(const Term& input, const std::vector<Term>& states)>;

struct DirectionParameters {
    Term recurrence;      // [hidden, gates × hidden]
    Term recurrenceBias;  // [gates × hidden], or None
    Term peepholes;       // [3 × hidden], or None
    std::vector<RecurrentActivation> activations;
};

class StepMaker {
public:
    StepMaker(Lowering& lowering, const Network& network, const DirectionParameters& parameters)
        : l(lowering), m_network(network), m_parameters(parameters)
    {
        if (l.has("clip"))
            m_clip = l.real("clip", 0);
    }

    Step make() const
    {
        switch (m_network.kind) {
        case CellKind::Rnn: return rnn();
        case CellKind::Gru: return gru();
        default: return lstm();
        }
    }

private:
    Term apply(std::size_t activation, const Term& x) const
    {
        return activated(l, m_parameters.activations[activation], m_clip ? clamped(l, x, -*m_clip, *m_clip) : x);
    }

    Term recurrent(const Term& hidden) const
    {
        const Term product = l.aten("matmul", hidden, m_parameters.recurrence);
        return m_parameters.recurrenceBias.isNone() ? product : product + m_parameters.recurrenceBias;
    }

    Step rnn() const
    {
        return [this](const Term& input, const std::vector<Term>& states) {
            return std::vector<Term>{apply(0, input + recurrent(states[0]))};
        };
    }

    Step gru() const
    {
        if (l.integer("linear_before_reset", 0) != 0)
            return [this](const Term& input, const std::vector<Term>& states) {
                const std::vector<Term> in = parts(l, input, 3, -1), back = parts(l, recurrent(states[0]), 3, -1);
                const Term update = apply(0, in[0] + back[0]), reset = apply(0, in[1] + back[1]);
                const Term candidate = apply(1, in[2] + reset * back[2]);
                return std::vector<Term>{candidate + update * (states[0] - candidate)};
            };
        const Term gateWeights = l.aten("slice", m_parameters.recurrence, 1, 0, m_network.hidden * 2, 1);
        const Term candidateWeights = l.aten("slice", m_parameters.recurrence, 1, m_network.hidden * 2, Term(), 1);
        return [this, gateWeights, candidateWeights](const Term& whole, const std::vector<Term>& states) {
            const Term input = m_parameters.recurrenceBias.isNone() ? whole : whole + m_parameters.recurrenceBias;
            const std::vector<Term> in = parts(l, input, 3, -1), back = parts(l, l.aten("matmul", states[0], gateWeights), 2, -1);
            const Term update = apply(0, in[0] + back[0]), reset = apply(0, in[1] + back[1]);
            const Term candidate = apply(1, in[2] + l.aten("matmul", reset * states[0], candidateWeights));
            return std::vector<Term>{candidate + update * (states[0] - candidate)};
        };
    }

    Step lstm() const
    {
        std::vector<Term> peepholes;
        if (!m_parameters.peepholes.isNone())
            peepholes = parts(l, m_parameters.peepholes, 3, -1);
        const bool isCoupled = l.integer("input_forget", 0) != 0;
        return [this, peepholes, isCoupled](const Term& input, const std::vector<Term>& states) {
            const auto peeping = [&](const Term& gate, std::size_t which, const Term& cell) {
                return peepholes.empty() ? gate : gate + peepholes[which] * cell;
            };
            const std::vector<Term> gates = parts(l, input + recurrent(states[0]), 4, -1);  // i, o, f, c
            const Term in = apply(0, peeping(gates[0], 0, states[1]));
            const Term forget = isCoupled ? 1 - in : apply(0, peeping(gates[2], 2, states[1]));
            const Term cell = forget * states[1] + in * apply(1, gates[3]);
            const Term out = apply(0, peeping(gates[1], 1, cell));
            return std::vector<Term>{out * activated(l, m_parameters.activations[2], cell), cell};
        };
    }

    Lowering& l;
    const Network& m_network;
    const DirectionParameters& m_parameters;
    std::optional<double> m_clip;
};

struct DirectionResult {
    Term all;                // [steps, batch, hidden]
    std::vector<Term> last;  // [batch, hidden] each
};

// A sequence that has ended keeps its states, and gives zeros. Backwards a sequence begins when its last step is reached.
DirectionResult looped(Lowering& l, const Network& n, std::int64_t d, bool isReverse)
{
    AtenEmitter& emit = l.emit();
    const auto ofDirection = [&](std::size_t input) { return l.aten("select", l.input(input), 0, d); };
    Term inputs = l.aten("matmul", n.x, l.aten("t", ofDirection(1)));
    DirectionParameters p;
    p.recurrence = l.aten("t", ofDirection(2));
    if (l.hasInput(3)) {
        const std::vector<Term> biases = parts(l, ofDirection(3), 2, 0);
        inputs = inputs + biases[0];
        p.recurrenceBias = biases[1];
    }
    if (n.kind == CellKind::Lstm && l.hasInput(peepholeInput))
        p.peepholes = ofDirection(peepholeInput);
    p.activations = recurrentActivations(l, std::size_t(d), n.activations);
    Term lengths;
    if (l.hasInput(lengthsInput))
        lengths = l.aten("unsqueeze", l.input(lengthsInput), 1);

    const StepMaker maker(l, n, p);
    const Step step = maker.make();
    std::vector<Term> states;
    for (const Term& initial : n.initial)
        states.push_back(l.aten("select", initial, 0, d));
    const Term steps = emit.size(n.x, 0), outputs = emit.list({});
    const auto body = [&](const Term& i, const std::vector<Term>& before, Term*) {
        const Term at = isReverse ? steps - 1 - i : i;
        std::vector<Term> after = step(l.aten("select", inputs, 0, at), before);
        Term given = after[0];
        if (!lengths.isNone()) {
            const Term runs = greater(lengths, at);
            given = where(l, runs, given, 0.0);
            for (std::size_t s = 0; s < after.size(); ++s)
                after[s] = l.aten("where", runs, after[s], before[s]);
        }
        emit.applyAs(emit.typeOf(outputs), "append", {outputs, given});
        return after;
    };
    DirectionResult result;
    result.last = emit.loop(steps, true, states, body);
    result.all = l.aten("stack", outputs, 0);
    if (isReverse)
        result.all = l.aten("flip", result.all, Ints{0});
    return result;
}

void recurrent(Lowering& l, CellKind kind)
{
    const Network n = networkOf(l, kind);
    if (isNative(l, n))
        return native(l, n);
    std::vector<DirectionResult> results;
    for (std::int64_t d = 0; d < n.directions(); ++d)
        results.push_back(looped(l, n, d, n.isReverse && d == n.directions() - 1));
    std::vector<Term> all, last;
    for (const DirectionResult& result : results)
        all.push_back(result.all);
    for (std::size_t s = 0; s < n.states; ++s) {
        std::vector<Term> states;
        for (const DirectionResult& result : results)
            states.push_back(result.last[s]);
        last.push_back(l.aten("stack", l.emit().list(states), 0));
    }
    finish(l, n, l.aten("stack", l.emit().list(all), 1), last);
}

constexpr LoweringRule rules[] = {
    {"RNN", [](Lowering& l) { recurrent(l, CellKind::Rnn); }},
    {"GRU", [](Lowering& l) { recurrent(l, CellKind::Gru); }},
    {"LSTM", [](Lowering& l) { recurrent(l, CellKind::Lstm); }},
};

}  // namespace

LoweringTable recurrentLowerings()
{
    return rules;
}

}  // namespace tenscope
