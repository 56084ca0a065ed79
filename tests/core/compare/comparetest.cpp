#include "core/compare/comparison.h"

#include <QTest>

#include <cmath>
#include <cstring>
#include <functional>
#include <map>
#include <random>

#include "core/graph/model.h"
#include "core/graph/text.h"
#include "tests/support/graphmaker.h"

using namespace tenscope;

namespace {

using Numbers = std::vector<double>;

// Models by hand, in either dialect, with weights that are there.
class ModelMaker : public GraphMaker {
public:
    ValueId floats(const std::string& name, const std::vector<std::int64_t>& shape, const Numbers& values)
    {
        const ValueId value = weight(name, shape);
        auto bytes = std::make_shared<std::vector<std::byte>>(values.size() * 4);
        for (std::size_t i = 0; i < values.size(); ++i) {
            const float number = float(values[i]);
            std::memcpy(bytes->data() + 4 * i, &number, 4);
        }
        model.tensor(model.value(value).tensor).data = OwnedBytes{bytes};
        return value;
    }

    ValueId aten(const std::string& op, const std::string& name, const std::vector<ValueId>& inputs, const std::vector<std::string>& formal = {})
    {
        return node(op, name, inputs, {}, {}, formal, "aten");
    }

    ValueId constant(AttributeValue value)
    {
        return node("Constant", "constant" + std::to_string(model.nodeCount()), {}, {attribute("value", std::move(value))}, {}, {}, "prim");
    }

    NodeId named(const std::string& name) const
    {
        for (const NodeId id : model.nodes(model.mainGraph))
            if (model.node(id).name == name)
                return id;
        return {};
    }
};

Numbers random(std::size_t count, unsigned seed)
{
    std::mt19937 engine(seed);
    std::normal_distribution<double> normal;
    Numbers values(count);
    for (double& value : values)
        value = normal(engine);
    return values;
}

Comparison compared(const Model& a, const Model& b, const CompareOptions& options = {})
{
    Progress progress;
    auto result = compare(a, b, options, progress);
    if (!result)
        qFatal("%s", result.error().message.c_str());
    return std::move(*result);
}

const MatchGroup* groupOf(const Comparison& comparison, NodeId b)
{
    for (const MatchGroup& group : comparison.groups)
        if (std::find(group.b.begin(), group.b.end(), b) != group.b.end())
            return &group;
    return nullptr;
}

std::string told(const Comparison& comparison)
{
    std::string text;
    for (const Difference& difference : comparison.differences)
        text += std::string(name(difference.kind)) + ' ' + difference.what + ": " + difference.a + " | " + difference.b + '\n';
    return text;
}

// A small residual network of convolutions: what a fault is planted in.
struct Plan {
    int blocks = 4;
    std::string names = "layer";
    bool zeros = false;
    std::vector<std::int64_t> pads = {1, 1, 1, 1};
    int changedBlock = -1;
    std::string activation = "Relu";   // of the changed block
    double added = 0;                  // to one of its weights
    bool withInsertion = false, withoutActivation = false;
    bool isReversed = false;           // weights and nodes are made in another order
};

Model network(const Plan& plan)
{
    ModelMaker maker;
    std::vector<ValueId> weights(std::size_t(plan.blocks));
    for (int k = 0; k < plan.blocks; ++k) {
        const int i = plan.isReversed ? plan.blocks - 1 - k : k;
        Numbers values = plan.zeros ? Numbers(36) : random(36, unsigned(i));
        if (i == plan.changedBlock)
            values[7] += plan.added;
        weights[std::size_t(i)] = maker.floats(plan.names + std::to_string(i) + ".weight", {2, 2, 3, 3}, values);
    }
    ValueId x = maker.input("x", {1, 2, 8, 8});
    for (int i = 0; i < plan.blocks; ++i) {
        const std::string name = plan.names + std::to_string(i);
        const ScopeId scope = maker.model.addScope({}, name);
        const bool isChanged = i == plan.changedBlock;
        const auto inScope = [&](ValueId value) {
            maker.model.node(maker.last).scope = scope;
            return value;
        };
        ValueId y = inScope(maker.node("Conv", name + "/Conv", {x, weights[std::size_t(i)]},
                                       {attribute("pads", isChanged ? plan.pads : std::vector<std::int64_t>{1, 1, 1, 1})}));
        if (isChanged && plan.withInsertion)
            y = inScope(maker.node("Neg", name + "/Neg", {y}));
        if (!(isChanged && plan.withoutActivation))
            y = inScope(maker.node(isChanged ? plan.activation : "Relu", name + "/Act", {y}));
        x = inScope(maker.node("Add", name + "/Add", {x, y}));
    }
    maker.output(x);
    return std::move(maker.model);
}

}  // namespace

class CompareTest : public QObject {
    Q_OBJECT

private slots:
    void theSameModelTwice();
    void namesAreNotNeeded();
    void weightsAreNotNeeded();
    void faults_data();
    void faults();
    void batchNormIsFolded();
    void oneOperatorIsMany();
    void sizesBelongToTheirUser();
    void exchangedInputs();
    void corrections();
    void aLongChain();
    void cancel();
};

void CompareTest::theSameModelTwice()
{
    const Model model = network({});
    const Comparison comparison = compared(model, model);
    QCOMPARE(comparison.nodesA, std::size_t(12));
    QCOMPARE(comparison.matchedGroups(), std::size_t(12));
    QVERIFY2(!comparison.isDifferent(), told(comparison).c_str());
    for (const MatchGroup& group : comparison.groups)
        QCOMPARE(group.mainA, group.mainB);
    QCOMPARE(comparison.weights.size(), std::size_t(4));
    QVERIFY(summary(comparison).starts_with("All 12 groups match."));
}

void CompareTest::namesAreNotNeeded()
{
    Plan other;
    other.names = "q";
    other.isReversed = true;
    const Model a = network({}), b = network(other);
    const Comparison comparison = compared(a, b);
    QCOMPARE(comparison.matchedGroups(), std::size_t(12));
    QVERIFY2(!comparison.isDifferent(), told(comparison).c_str());
}

void CompareTest::weightsAreNotNeeded()
{
    Plan plan;
    plan.zeros = true;
    const Model a = network(plan);
    plan.isReversed = true;
    const Model b = network(plan);
    const Comparison comparison = compared(a, b);
    QCOMPARE(comparison.matchedGroups(), std::size_t(12));
    QVERIFY2(!comparison.isDifferent(), told(comparison).c_str());
    for (const MatchGroup& group : comparison.groups)
        QCOMPARE(a.node(group.mainA).name, b.node(group.mainB).name);
}

void CompareTest::faults_data()
{
    QTest::addColumn<int>("fault");
    QTest::addColumn<QString>("expected");
    QTest::newRow("weight") << 0 << "weight layer2.weight: layer2.weight | layer2.weight\n";
    QTest::newRow("attribute") << 1 << "attribute pads: 1, 1, 1, 1 | 1, 1, 0, 2\n";
    QTest::newRow("activation") << 2 << "operator layer2/Act: Relu | Tanh\n";
    QTest::newRow("inserted") << 3 << "only-b layer2/Neg:  | Neg\n";
    QTest::newRow("removed") << 4 << "only-a layer2/Act: Relu | \n";
}

void CompareTest::faults()
{
    QFETCH(int, fault);
    QFETCH(QString, expected);
    Plan plan;
    plan.changedBlock = 2;
    if (fault == 0)
        plan.added = 1e-3;
    if (fault == 1)
        plan.pads = {1, 1, 0, 2};
    if (fault == 2)
        plan.activation = "Tanh";
    plan.withInsertion = fault == 3;
    plan.withoutActivation = fault == 4;
    const Comparison comparison = compared(network({}), network(plan));
    QCOMPARE(QString::fromStdString(told(comparison)), expected);
    QVERIFY(comparison.isDifferent());
}

// conv and batch norm of one side are one convolution of the other, with weights that only computing can tell are equal.
void CompareTest::batchNormIsFolded()
{
    const Numbers weight = random(12, 1), scale{1.5, -0.5}, shift{0.1, 0.2}, mean{0.3, -0.4}, variance{0.9, 2.0};
    ModelMaker a;
    {
        const ValueId x = a.input("x", {1, 3, 4, 4});
        const ValueId conv = a.aten("conv2d", "conv", {x, a.floats("w", {2, 3, 1, 2}, weight)}, {"input", "weight"});
        const ValueId norm = a.aten("batch_norm", "bn",
                                    {conv, a.floats("g", {2}, scale), a.floats("b", {2}, shift), a.floats("m", {2}, mean),
                                     a.floats("v", {2}, variance), a.constant(false), a.constant(0.1), a.constant(1e-3)});
        a.output(a.aten("relu_", "relu", {norm}));
    }
    ModelMaker b;
    Numbers folded = weight, bias(2);
    for (std::size_t o = 0; o < 2; ++o) {
        const double factor = scale[o] / std::sqrt(variance[o] + 1e-3);
        for (std::size_t i = 0; i < 6; ++i)
            folded[o * 6 + i] *= factor;
        bias[o] = shift[o] - mean[o] * factor;
    }
    {
        const ValueId x = b.input("y", {1, 3, 4, 4});
        b.output(b.node("Relu", "r", {b.node("Conv", "c", {x, b.floats("w2", {2, 3, 1, 2}, folded), b.floats("b2", {2}, bias)})}));
    }
    const Comparison comparison = compared(a.model, b.model);
    QVERIFY2(!comparison.isDifferent(), told(comparison).c_str());
    QCOMPARE(comparison.groups.size(), std::size_t(2));
    QCOMPARE(comparison.groups[0].a.size(), std::size_t(2));
    QCOMPARE(comparison.groups[0].b.size(), std::size_t(1));
    QCOMPARE(comparison.weights.size(), std::size_t(2));
    for (const WeightPair& pair : comparison.weights) {
        QVERIFY(pair.isEqual);
        QVERIFY(pair.maxAbs < 1e-6);
        QCOMPARE(pair.how, std::string("batch norm folded"));
    }

    // A batch norm that was folded wrongly is a weight that differs.
    ModelMaker wrong;
    folded[3] += 0.01;
    const ValueId x = wrong.input("y", {1, 3, 4, 4});
    wrong.output(wrong.node("Relu", "r", {wrong.node("Conv", "c", {x, wrong.floats("w2", {2, 3, 1, 2}, folded), wrong.floats("b2", {2}, bias)})}));
    QCOMPARE(told(compared(a.model, wrong.model)), std::string("weight w2: w | w2\n"));
}

// linear, gelu and layer norm of TorchScript as ONNX writes them: MatMul and Add, five operators, nine operators.
void CompareTest::oneOperatorIsMany()
{
    const Numbers weight = random(20, 2), bias = random(5, 3), gamma = random(5, 4), beta = random(5, 5);
    ModelMaker a;
    {
        const ValueId x = a.input("x", {3, 4});
        const ValueId linear = a.aten("linear", "fc", {x, a.floats("w", {5, 4}, weight), a.floats("b", {5}, bias)});
        const ValueId gelu = a.aten("gelu", "act", {linear});
        a.output(a.aten("layer_norm", "norm", {gelu, a.constant(std::vector<std::int64_t>{5}), a.floats("g", {5}, gamma), a.floats("be", {5}, beta),
                                               a.constant(1e-5)}, {"input", "normalized_shape", "weight", "bias", "eps"}));
    }
    Numbers transposed(20);
    for (std::size_t i = 0; i < 20; ++i)
        transposed[(i % 4) * 5 + i / 4] = weight[i];
    const auto written = [&](double half) {
        ModelMaker b;
        auto number = [&, n = 0](double value) mutable { return b.floats("n" + std::to_string(n++), {}, {value}); };
        const ValueId x = b.input("x", {3, 4});
        const ValueId product = b.node("MatMul", "mm", {x, b.floats("w", {4, 5}, transposed)});
        const ValueId y = b.node("Add", "bias", {b.floats("b", {5}, bias), product});
        const ValueId erf = b.node("Erf", "erf", {b.node("Div", "scale", {y, number(std::sqrt(2.0))})});
        const ValueId gelu = b.node("Mul", "half", {b.node("Mul", "times", {y, b.node("Add", "one", {erf, number(1)})}), number(half)});
        const ValueId centred = b.node("Sub", "sub", {gelu, b.node("ReduceMean", "mean", {gelu})});
        const ValueId variance = b.node("ReduceMean", "var", {b.node("Pow", "pow", {centred, number(2)})});
        const ValueId root = b.node("Sqrt", "sqrt", {b.node("Add", "eps", {variance, number(1e-5)})});
        const ValueId norm = b.node("Div", "div", {centred, root});
        b.output(b.node("Add", "shift", {b.node("Mul", "gamma", {norm, b.floats("g", {5}, gamma)}), b.floats("be", {5}, beta)}));
        return std::move(b.model);
    };
    const Comparison comparison = compared(a.model, written(0.5));
    QVERIFY2(!comparison.isDifferent(), told(comparison).c_str());
    QCOMPARE(comparison.groups.size(), std::size_t(3));
    QCOMPARE(comparison.groups[0].b.size(), std::size_t(2));
    QCOMPARE(comparison.groups[1].b.size(), std::size_t(5));
    QCOMPARE(comparison.groups[2].b.size(), std::size_t(9));
    QCOMPARE(comparison.weights[0].how, std::string("transposed"));
    QCOMPARE(comparison.weights[0].maxAbs, 0.0);

    QCOMPARE(told(compared(a.model, written(0.25))), std::string("constant constant:  | 0.25\n"));
}

// Arithmetic on sizes is no difference: it goes with what it is for.
void CompareTest::sizesBelongToTheirUser()
{
    ModelMaker a;
    {
        const ValueId x = a.input("x", {2, 3, 4});
        const ValueId batch = a.aten("size", "size", {x, a.constant(std::int64_t(0))});
        const ValueId shape = a.node("ListConstruct", "list", {batch, a.constant(std::int64_t(-1))}, {}, {}, {}, "prim");
        a.output(a.aten("relu", "act", {a.aten("view", "view", {a.aten("dropout", "drop", {x}), shape})}));
    }
    ModelMaker b;
    {
        const ValueId x = b.input("x", {2, 3, 4});
        const ValueId batch = b.node("Gather", "gather", {b.node("Shape", "shape", {x}), b.integers("zero", {0})});
        const ValueId shape = b.node("Concat", "concat", {batch, b.integers("rest", {-1})});
        b.output(b.node("Relu", "act", {b.node("Reshape", "reshape", {x, shape})}));
    }
    const Comparison comparison = compared(a.model, b.model);
    QVERIFY2(!comparison.isDifferent(), told(comparison).c_str());
    QCOMPARE(comparison.nodesA, std::size_t(4));
    QCOMPARE(comparison.nodesB, std::size_t(5));
    QCOMPARE(comparison.groups.size(), std::size_t(2));
    QCOMPARE(groupOf(comparison, b.named("shape")), groupOf(comparison, b.named("reshape")));
    std::size_t nodes = 0;
    for (const MatchGroup& group : comparison.groups)
        nodes += group.a.size() + group.b.size();
    QCOMPARE(nodes, std::size_t(9));
}

void CompareTest::exchangedInputs()
{
    const auto model = [](bool isExchanged, const char* op) {
        ModelMaker maker;
        const ValueId x = maker.input("x", {1, 4});
        const ValueId left = maker.node("Tanh", "left", {x}), right = maker.node("Exp", "right", {x});
        maker.output(maker.node(op, "join", isExchanged ? std::vector{right, left} : std::vector{left, right}));
        return std::move(maker.model);
    };
    QCOMPARE(told(compared(model(false, "Concat"), model(true, "Concat"))), std::string("wiring inputs 0 and 1 are exchanged: Concat | Concat\n"));
    QCOMPARE(told(compared(model(false, "Add"), model(true, "Add"))), std::string());
}

void CompareTest::corrections()
{
    ModelMaker a, b;
    for (ModelMaker* maker : {&a, &b}) {
        const ValueId x = maker->input("x", {1, 4});
        maker->output(maker->node("Add", "add", {maker->node("Tanh", "first", {x}), maker->node("Tanh", "second", {x})}));
    }
    QCOMPARE(groupOf(compared(a.model, b.model), b.named("first"))->mainA, a.named("first"));
    CompareOptions options;
    options.pinned = {{a.named("second"), b.named("first")}};
    const Comparison pinned = compared(a.model, b.model, options);
    QCOMPARE(groupOf(pinned, b.named("first"))->mainA, a.named("second"));
    QCOMPARE(groupOf(pinned, b.named("second"))->mainA, a.named("first"));
    QVERIFY(groupOf(pinned, b.named("first"))->evidence.front().evidence == Evidence::Pinned);
    options.pinned.clear();
    options.apart = {{a.named("add"), b.named("add")}};
    QCOMPARE(compared(a.model, b.model, options).matchedGroups(), std::size_t(3));
}

// Nothing but equal nodes: no anchor anywhere but at both ends, and a fault in the middle.
void CompareTest::aLongChain()
{
    const auto chain = [](int length) {
        ModelMaker maker;
        ValueId x = maker.input("x", {1});
        for (int i = 0; i < length; ++i)
            x = maker.node("Relu", {}, {x});
        maker.output(x);
        return std::move(maker.model);
    };
    const Comparison comparison = compared(chain(20'000), chain(19'999));
    QCOMPARE(comparison.matchedGroups(), std::size_t(19'999));
    QCOMPARE(comparison.differences.size(), std::size_t(1));
}

void CompareTest::cancel()
{
    const Model model = network({});
    Progress progress;
    progress.cancel();
    const auto result = compare(model, model, {}, progress);
    QVERIFY(!result);
    QVERIFY(result.error().isCancelled());
}

QTEST_APPLESS_MAIN(CompareTest)
#include "comparetest.moc"
