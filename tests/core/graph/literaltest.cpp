#include "core/graph/literal.h"

#include <QTest>

#include <array>

#include "core/graph/model.h"

using namespace tenscope;

// TorchScript as it is stored: out = aten::conv(x, W, [1, 1], None), with the list and None made by nodes of their own.
class LiteralTest : public QObject {
    Q_OBJECT
private slots:
    void init();
    void constants();
    void listsAndTuples();
    void dictionaries();
    void listsOfComputedValuesAreNot();
    void longListsAreCut();
    void dataInputsLookThroughPlumbing();
    void unpackedMembersLeadToTheirSource();
    void sharedWeightsOfOnnx();
    void argumentsAreNamedBySchema();
    void variadicNamesRepeat();
    void hostileNestingEnds();
    void cyclesEnd();

private:
    ValueId constant(AttributeValue value);
    ValueId make(const char* domain, const char* name, const std::vector<ValueId>& inputs);
    std::vector<ValueId> makeSeveral(const char* domain, const char* name, const std::vector<ValueId>& inputs,
                                     int outputs);
    std::vector<ValueId> data(ValueId output) const;

    Model m_model;
    GraphId m_graph;
    ValueId m_input;
};

void LiteralTest::init()
{
    m_model = Model();
    m_model.format = Format::TorchScript;
    m_graph = m_model.mainGraph = m_model.addGraph("forward");
    m_input = m_model.addValue(m_graph, "x");
    m_model.graph(m_graph).inputs.push_back(m_input);
}

std::vector<ValueId> LiteralTest::makeSeveral(const char* domain, const char* name, const std::vector<ValueId>& inputs,
                                              int outputs)
{
    Operator op;
    op.domain = domain;
    op.name = name;
    std::vector<ValueId> results;
    for (int i = 0; i < outputs; ++i)
        results.push_back(m_model.addValue(m_graph, {}));
    m_model.addNode(m_graph, m_model.addOperator(op), inputs, results);
    return results;
}

ValueId LiteralTest::make(const char* domain, const char* name, const std::vector<ValueId>& inputs)
{
    return makeSeveral(domain, name, inputs, 1)[0];
}

ValueId LiteralTest::constant(AttributeValue value)
{
    const ValueId result = make("prim", "Constant", {});
    Attribute attribute;
    attribute.name = "value";
    attribute.value = std::move(value);
    if (!std::holds_alternative<std::monostate>(attribute.value))
        m_model.node(m_model.value(result).producer()).attributes.push_back(std::move(attribute));
    return result;
}

std::vector<ValueId> LiteralTest::data(ValueId output) const
{
    std::vector<ValueId> values;
    for (const DataInput& input : dataInputs(m_model, m_model.value(output).producer()))
        values.push_back(input.value);
    return values;
}

void LiteralTest::constants()
{
    QCOMPARE(literal(m_model, constant(std::int64_t(3))), std::optional<std::string>("3"));
    QCOMPARE(literal(m_model, constant(std::monostate())), std::optional<std::string>("None"));
    QCOMPARE(literal(m_model, constant(std::vector<std::int64_t>{1, 2})), std::optional<std::string>("[1, 2]"));
    QVERIFY(!literal(m_model, m_input));
    QVERIFY(!literal(m_model, ValueId()));
    QVERIFY(!literal(m_model, make("aten", "relu", {m_input})));

    Tensor large;
    large.element = ElementType::Float32;
    large.shape = {2};
    QVERIFY(!literal(m_model, constant(m_model.addTensor(large))));
    Tensor missing;
    missing.element = ElementType::Float32;
    missing.data = MissingData{"gone"};
    QVERIFY(!literal(m_model, constant(m_model.addTensor(missing))));
}

void LiteralTest::listsAndTuples()
{
    const ValueId one = constant(std::int64_t(1));
    const ValueId list = make("prim", "ListConstruct", {one, one});
    QCOMPARE(literal(m_model, list), std::optional<std::string>("[1, 1]"));
    QCOMPARE(literal(m_model, make("prim", "TupleConstruct", {list, constant(true)})),
             std::optional<std::string>("([1, 1], True)"));
    QCOMPARE(literal(m_model, make("prim", "ListConstruct", {})), std::optional<std::string>("[]"));
}

void LiteralTest::dictionaries()
{
    const ValueId dictionary = make(
        "prim", "DictConstruct",
        {constant(std::string("a")), constant(std::int64_t(1)), constant(std::string("b")), constant(std::int64_t(2))});
    QCOMPARE(literal(m_model, dictionary), std::optional<std::string>("{a: 1, b: 2}"));
}

void LiteralTest::listsOfComputedValuesAreNot()
{
    QVERIFY(!literal(m_model, make("prim", "ListConstruct", {constant(std::int64_t(1)), m_input})));
}

void LiteralTest::longListsAreCut()
{
    const std::vector<ValueId> items(1000, constant(std::int64_t(12345)));
    const std::optional<std::string> text = literal(m_model, make("prim", "ListConstruct", items), 50);
    QVERIFY(text && text->size() < 70);
    QVERIFY(QString::fromStdString(*text).endsWith("…]"));
}

void LiteralTest::dataInputsLookThroughPlumbing()
{
    Tensor weights;
    weights.element = ElementType::Float32;
    weights.shape = {2, 2};
    const ValueId weight = m_model.addStoredValue(m_graph, "conv.weight", m_model.addTensor(std::move(weights)));
    const ValueId one = constant(std::int64_t(1));
    const ValueId stride = make("prim", "ListConstruct", {one, one});
    const ValueId conv = make("aten", "conv2d", {m_input, weight, constant(std::monostate()), stride});
    QCOMPARE(data(conv), (std::vector{m_input, weight}));

    const ValueId relu = make("aten", "relu", {conv});
    const ValueId tensors = make("prim", "ListConstruct", {conv, relu, m_input});
    const ValueId joined = make("aten", "cat", {tensors, one});
    QCOMPARE(data(joined), (std::vector{conv, relu, m_input}));
    // All three arrive by the list's slot.
    for (const DataInput& input : dataInputs(m_model, m_model.value(joined).producer()))
        QCOMPARE(input.input, 0u);
    QVERIFY(isPlumbing(m_model, m_model.value(tensors).producer()));
    QVERIFY(isPlumbing(m_model, m_model.value(one).producer()));
    QVERIFY(!isPlumbing(m_model, m_model.value(conv).producer()));
}

void LiteralTest::unpackedMembersLeadToTheirSource()
{
    const ValueId relu = make("aten", "relu", {m_input});
    const ValueId tuple = make("prim", "TupleConstruct", {m_input, relu});
    const std::vector<ValueId> members = makeSeveral("prim", "TupleUnpack", {tuple}, 2);
    QCOMPARE(dataSource(m_model, members[0]), m_input);
    QCOMPARE(dataSource(m_model, members[1]), relu);

    const std::vector<ValueId> lstm = makeSeveral("aten", "lstm", {m_input}, 1);
    const std::vector<ValueId> parts = makeSeveral("prim", "TupleUnpack", {lstm[0]}, 2);
    QCOMPARE(dataSource(m_model, parts[1]), lstm[0]);
    QCOMPARE(dataSource(m_model, make("prim", "unchecked_cast", {relu})), relu);
}

void LiteralTest::sharedWeightsOfOnnx()
{
    m_model.format = Format::Onnx;
    Tensor weights;
    weights.shape = {2};
    weights.element = ElementType::Float32;
    const ValueId weight = m_model.addStoredValue(m_graph, "w", m_model.addTensor(std::move(weights)));
    const ValueId copy = make("", "Identity", {weight});
    const ValueId again = make("", "Identity", {copy});
    QCOMPARE(dataSource(m_model, again), weight);
    QVERIFY(isPlumbing(m_model, m_model.value(copy).producer()));
    const ValueId computed = make("", "Identity", {m_input});
    QCOMPARE(dataSource(m_model, computed), computed);
    QVERIFY(!isPlumbing(m_model, m_model.value(computed).producer()));
}

void LiteralTest::argumentsAreNamedBySchema()
{
    Operator op;
    op.domain = "aten";
    op.name = "softmax";
    op.overload = "int";
    op.inputNames = {"self", "dim", "dtype"};
    const ValueId dim = constant(std::int64_t(-1));
    const ValueId none = constant(std::monostate());
    const ValueId output = m_model.addValue(m_graph, "y");
    const NodeId node =
        m_model.addNode(m_graph, m_model.addOperator(op), std::array{m_input, dim, none}, std::array{output});
    Attribute extra;
    extra.name = "note";
    extra.value = std::string("n");
    m_model.node(node).attributes.push_back(extra);

    const std::vector<Argument> list = arguments(m_model, node);
    QCOMPARE(list.size(), std::size_t(4));
    QCOMPARE(list[0].name, std::string("self"));
    QVERIFY(list[0].text.empty() && list[0].value == m_input);
    QCOMPARE(list[1].name, std::string("dim"));
    QCOMPARE(list[1].text, std::string("-1"));
    QCOMPARE(list[2].text, std::string("None"));
    QCOMPARE(list[3].name, std::string("note"));
    QVERIFY(!list[3].value.isValid());
}

void LiteralTest::variadicNamesRepeat()
{
    Operator op;
    op.name = "Concat";
    op.inputNames = {"inputs"};
    op.isVariadic = true;
    op.outputNames = {"concat_result"};
    const ValueId output = m_model.addValue(m_graph, "y");
    const NodeId node =
        m_model.addNode(m_graph, m_model.addOperator(op), std::array{m_input, m_input, m_input}, std::array{output});
    QCOMPARE(inputName(m_model, node, 0), std::string("inputs[0]"));
    QCOMPARE(inputName(m_model, node, 2), std::string("inputs[2]"));
    QCOMPARE(outputName(m_model, node, 0), std::string("concat_result"));
}

// Thirty lists, each of which holds the one before twice: a billion members.
void LiteralTest::hostileNestingEnds()
{
    ValueId list = make("prim", "ListConstruct", {constant(std::int64_t(1)), constant(std::int64_t(2))});
    ValueId tensors = make("prim", "ListConstruct", {m_input, m_input});
    for (int i = 0; i < 30; ++i) {
        list = make("prim", "ListConstruct", {list, list});
        tensors = make("prim", "ListConstruct", {tensors, tensors});
    }
    literal(m_model, list);
    QVERIFY(data(make("aten", "cat", {tensors, list})).size() < 100'000);
}

void LiteralTest::cyclesEnd()
{
    const ValueId first = make("prim", "ListConstruct", {m_input});
    const ValueId second = make("prim", "ListConstruct", {first, first});
    m_model.setInput(m_model.value(first).producer(), 0, second);
    QVERIFY(!literal(m_model, second));
    data(make("aten", "cat", {second}));

    const ValueId unpacked = make("prim", "TupleUnpack", {m_input});
    m_model.setInput(m_model.value(unpacked).producer(), 0, unpacked);
    dataSource(m_model, unpacked);
}

QTEST_APPLESS_MAIN(LiteralTest)
#include "literaltest.moc"
