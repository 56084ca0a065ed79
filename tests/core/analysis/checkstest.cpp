#include "core/analysis/checks.h"

#include <QElapsedTimer>
#include <QTest>

#include "core/graph/model.h"

using namespace tenscope;

class ChecksTest : public QObject {
    Q_OBJECT
private slots:
    void init();
    void aSoundModelHasNoIssues();
    void emptyGraph();
    void noOutputs();
    void undefinedValues();
    void undefinedOutputs();
    void namesDefinedTwice();
    void nodesInTheWrongOrder();
    void cycles();
    void unknownAndWithdrawnOperators();
    void opsets();
    void missingData();
    void contradictions();
    void bodiesOfIfAndLoop();
    void unusedInitializers();
    void torchScriptIsSparedWhatIsOnnxOnly();
    void manyOfAKindAreSummedUp();
    void largeModels();
    void cancelled();

private:
    ValueId value(const char* name);
    NodeId node(const char* op, const std::vector<ValueId>& inputs, const std::vector<ValueId>& outputs,
                GraphId graph = {});
    ValueId stored(const char* name, std::vector<std::int64_t> shape);
    // The issues whose text holds `part`.
    std::vector<Issue> found(const char* part);
    std::vector<Issue> all();

    Model m_model;
    GraphId m_graph;
    ValueId m_input, m_output;
    NodeId m_node;
};

// x → Relu → y
void ChecksTest::init()
{
    m_model = Model();
    m_model.opsets[""] = 17;
    m_model.irVersion = 8;
    m_graph = m_model.mainGraph = m_model.addGraph("main");
    m_input = value("x");
    m_output = value("y");
    m_model.graph(m_graph).inputs = {m_input};
    m_model.graph(m_graph).outputs = {m_output};
    m_node = node("Relu", {m_input}, {m_output});
}

ValueId ChecksTest::value(const char* name)
{
    return m_model.addValue(m_graph, name);
}

NodeId ChecksTest::node(const char* op, const std::vector<ValueId>& inputs, const std::vector<ValueId>& outputs,
                        GraphId graph)
{
    Operator known;
    known.name = op;
    return m_model.addNode(graph ? graph : m_graph, m_model.addOperator(known), inputs, outputs);
}

ValueId ChecksTest::stored(const char* name, std::vector<std::int64_t> shape)
{
    Tensor tensor;
    tensor.name = name;
    tensor.element = ElementType::Int8;
    tensor.shape = std::move(shape);
    tensor.data = OwnedBytes{std::make_shared<const std::vector<std::byte>>(tensor.elements().value_or(0))};
    return m_model.addStoredValue(m_graph, name, m_model.addTensor(std::move(tensor)));
}

std::vector<Issue> ChecksTest::all()
{
    Progress progress;
    return check(m_model, progress);
}

std::vector<Issue> ChecksTest::found(const char* part)
{
    std::vector<Issue> issues = all();
    std::erase_if(issues, [part](const Issue& issue) { return issue.text.find(part) == std::string::npos; });
    return issues;
}

void ChecksTest::aSoundModelHasNoIssues()
{
    const std::vector<Issue> issues = all();
    QVERIFY2(issues.empty(), issues.empty() ? "" : issues[0].text.c_str());
    QVERIFY([] {
        Progress progress;
        return check(Model(), progress).empty();  // tensors only: no graph
    }());
}

void ChecksTest::emptyGraph()
{
    m_model.removeNode(m_node);
    QCOMPARE(found("no nodes").size(), std::size_t(1));
}

void ChecksTest::noOutputs()
{
    m_model.graph(m_graph).outputs.clear();
    const std::vector<Issue> issues = found("no outputs");
    QCOMPARE(issues.size(), std::size_t(1));
    QCOMPARE(std::get<GraphId>(issues[0].place), m_graph);
}

void ChecksTest::undefinedValues()
{
    const ValueId ghost = value("ghost");
    const NodeId reader = node("Add", {m_input, ghost, {}}, {value("z")});
    value("nobody asks for it");
    const std::vector<Issue> issues = all();
    QCOMPARE(issues.size(), std::size_t(1));
    QCOMPARE(issues[0].severity, Severity::Error);
    QVERIFY(issues[0].text.find("\"ghost\"") != std::string::npos);
    QCOMPARE(std::get<NodeId>(issues[0].place), reader);
    // A removed producer leaves its readers in the same case.
    m_model.graph(m_graph).inputs.push_back(ghost);
    QVERIFY(all().empty());
    m_model.removeNode(m_node);
    QCOMPARE(found("output \"y\"").size(), std::size_t(1));
}

void ChecksTest::undefinedOutputs()
{
    const ValueId ghost = value("ghost");
    m_model.graph(m_graph).outputs = {m_output, ghost, {}};
    const std::vector<Issue> issues = found("not defined");
    QCOMPARE(issues.size(), std::size_t(2));
    QCOMPARE(std::get<ValueId>(issues[0].place), ghost);
}

void ChecksTest::namesDefinedTwice()
{
    const NodeId second = node("Relu", {m_input}, {value("y")});
    std::vector<Issue> issues = found("more than once");
    QCOMPARE(issues.size(), std::size_t(1));
    QCOMPARE(issues[0].severity, Severity::Error);
    QCOMPARE(std::get<NodeId>(issues[0].place), second);
    // In a body a name may hide one of the graph around it.
    m_model.removeNode(second);
    const NodeId owner = node("If", {m_input}, {});
    const GraphId body = m_model.addGraph("then", owner, "then_branch");
    node("Relu", {m_input}, {m_model.addValue(body, "y")}, body);
    QVERIFY(found("more than once").empty());
    // An input with a default is one value, not two.
    const ValueId weight = stored("w", {1});
    m_model.graph(m_graph).inputs.push_back(weight);
    QVERIFY(found("more than once").empty());
    m_model.graph(m_graph).inputs.push_back(m_input);
    QCOMPARE(found("stands twice").size(), std::size_t(1));
}

void ChecksTest::nodesInTheWrongOrder()
{
    const ValueId late = value("late");
    const NodeId early = node("Relu", {late}, {value("z")});
    node("Relu", {m_input}, {late});
    const std::vector<Issue> issues = all();
    QCOMPARE(issues.size(), std::size_t(1));
    QCOMPARE(issues[0].severity, Severity::Warning);
    QCOMPARE(std::get<NodeId>(issues[0].place), early);
    QVERIFY(issues[0].text.find("\"late\"") != std::string::npos);
}

void ChecksTest::cycles()
{
    const ValueId a = value("a"), b = value("b");
    node("Add", {b, m_input}, {a});
    node("Relu", {a}, {b});
    std::vector<Issue> issues = all();
    QCOMPARE(issues.size(), std::size_t(1));
    QCOMPARE(issues[0].severity, Severity::Error);
    QVERIFY(issues[0].text.find("cycle") != std::string::npos);

    init();
    m_model.setInput(m_node, 0, m_output);
    issues = all();
    QCOMPARE(issues.size(), std::size_t(1));
    QVERIFY(issues[0].text.find("its own result") != std::string::npos);
}

void ChecksTest::unknownAndWithdrawnOperators()
{
    Operator op;
    op.domain = "my.domain";
    op.name = "Foo";
    op.isKnown = false;
    m_model.opsets["my.domain"] = 1;
    const NodeId first = m_model.addNode(m_graph, m_model.addOperator(op), {}, {});
    m_model.addNode(m_graph, m_model.addOperator(op), {}, {});
    op.domain = "";
    op.name = "Upsample";
    op.isKnown = true;
    op.isDeprecated = true;
    m_model.addNode(m_graph, m_model.addOperator(op), {}, {});
    const std::vector<Issue> issues = all();
    QCOMPARE(issues.size(), std::size_t(2));
    QVERIFY(issues[0].text.find("my.domain.Foo of 2 nodes is not known") != std::string::npos);
    QCOMPARE(std::get<NodeId>(issues[0].place), first);
    QVERIFY(issues[1].text.find("Upsample of one node was withdrawn") != std::string::npos);
}

void ChecksTest::opsets()
{
    m_model.opsets.clear();
    std::vector<Issue> issues = found("which version");
    QCOMPARE(issues.size(), std::size_t(1));
    QCOMPARE(issues[0].severity, Severity::Error);
    m_model.irVersion = 2;  // before models could say it
    QVERIFY(found("which version").empty());
    m_model.irVersion = 8;
    m_model.opsets[""] = 17;

    // In a function, what the function imports counts as well.
    Function function;
    function.name = "F";
    function.domain = "functions";
    function.graph = m_model.addGraph("F");
    function.opsets["inner"] = 1;
    m_model.functions.push_back(function);
    Operator op;
    op.domain = "inner";
    op.name = "Op";
    const OperatorId inner = m_model.addOperator(op);
    m_model.addNode(function.graph, inner, {}, {});
    op.domain = "functions";
    op.name = "F";
    m_model.addNode(m_graph, m_model.addOperator(op), {}, {});
    QVERIFY(all().empty());
    m_model.addNode(m_graph, inner, {}, {});
    QCOMPARE(found("\"inner\"").size(), std::size_t(1));
}

void ChecksTest::missingData()
{
    const ValueId weight = stored("w", {2});
    m_model.appendInput(m_node, weight);
    m_model.tensor(m_model.value(weight).tensor).data = MissingData{"the file is gone"};
    const std::vector<Issue> issues = all();
    QCOMPARE(issues.size(), std::size_t(1));
    QCOMPARE(issues[0].severity, Severity::Error);
    QVERIFY(issues[0].text.find("the file is gone") != std::string::npos);
    QCOMPARE(std::get<ValueId>(issues[0].place), weight);
    // What reading told is not told again.
    m_model.issues.push_back({Severity::Error, "gone", weight});
    QVERIFY(all().empty());
}

void ChecksTest::contradictions()
{
    const ValueId weight = stored("w", {2, 3});
    m_model.appendInput(m_node, weight);
    const auto declare = [&](const Type& type) {
        m_model.value(weight).type = type;
        return found("declared").size();
    };
    QCOMPARE(declare(Type::tensor(ElementType::Int8, std::vector<std::int64_t>{2, 3})), std::size_t(0));
    QCOMPARE(declare(Type::tensor(ElementType::Int8, Shape{{-1, "N"}, {3, ""}})), std::size_t(0));
    QCOMPARE(declare(Type::tensor(ElementType::Int8)), std::size_t(0));
    QCOMPARE(declare(Type{}), std::size_t(0));
    QCOMPARE(declare(Type::tensor(ElementType::Int8, Shape{{-1, "N"}, {4, ""}})), std::size_t(1));
    QCOMPARE(declare(Type::tensor(ElementType::Int8, std::vector<std::int64_t>{6})), std::size_t(1));
    QCOMPARE(declare(Type::tensor(ElementType::Float32)), std::size_t(1));
}

void ChecksTest::bodiesOfIfAndLoop()
{
    const NodeId choice = node("If", {m_input}, {value("a"), value("b")});
    const GraphId then = m_model.addGraph("then", choice, "then_branch");
    m_model.graph(then).outputs = {m_input};
    std::vector<Issue> issues = found("then_branch");
    QCOMPARE(issues.size(), std::size_t(1));
    QCOMPARE(std::get<GraphId>(issues[0].place), then);
    m_model.graph(then).outputs = {m_input, m_input};
    QVERIFY(all().empty());

    const NodeId loop = node("Loop", {m_input, m_input, m_input}, {value("c")});
    const GraphId body = m_model.addGraph("body", loop, "body");
    for (const char* name : {"i", "condition", "state"})
        m_model.graph(body).inputs.push_back(m_model.addValue(body, name));
    m_model.graph(body).outputs = {m_model.graph(body).inputs[1], m_model.graph(body).inputs[2]};
    QVERIFY(all().empty());
    m_model.graph(body).outputs.pop_back();
    m_model.graph(body).inputs.pop_back();
    QCOMPARE(found("body").size(), std::size_t(2));
}

void ChecksTest::unusedInitializers()
{
    const ValueId weight = stored("w", {1});
    const std::vector<Issue> issues = all();
    QCOMPARE(issues.size(), std::size_t(1));
    QCOMPARE(issues[0].severity, Severity::Info);
    QCOMPARE(std::get<ValueId>(issues[0].place), weight);
    m_model.graph(m_graph).outputs.push_back(weight);
    QVERIFY(all().empty());
}

void ChecksTest::torchScriptIsSparedWhatIsOnnxOnly()
{
    m_model.format = Format::TorchScript;
    m_model.opsets.clear();
    stored("bn.num_batches_tracked", {1});
    node("relu", {m_input}, {value("y")});  // names are for people only
    QVERIFY(all().empty());
}

void ChecksTest::manyOfAKindAreSummedUp()
{
    for (int i = 0; i < 250; ++i)
        stored(("w" + std::to_string(i)).c_str(), {1});
    const std::vector<Issue> issues = all();
    QCOMPARE(issues.size(), std::size_t(101));
    QVERIFY2(issues.back().text.find("150 more initializers that are not used") != std::string::npos,
             issues.back().text.c_str());
}

void ChecksTest::largeModels()
{
    // Backwards: a hundred thousand nodes in the wrong order, and one cycle through all of them.
    ValueId next = m_model.addValue(m_graph, "end");
    const ValueId end = next;
    constexpr int count = 100'000;
    NodeId last;
    for (int i = 0; i < count; ++i) {
        const ValueId source = m_model.addValue(m_graph, "v" + std::to_string(i));
        last = node("Relu", {source}, {next});
        next = source;
    }
    node("Relu", {end}, {next});
    QElapsedTimer timer;
    timer.start();
    const std::vector<Issue> issues = all();
    QVERIFY2(timer.elapsed() < 50000, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(issues.size(), std::size_t(1));
    QVERIFY(issues[0].text.find("99996 more") != std::string::npos);
}

void ChecksTest::cancelled()
{
    m_model.graph(m_graph).outputs.clear();
    Progress progress;
    progress.cancel();
    QVERIFY(check(m_model, progress).empty());
}

QTEST_APPLESS_MAIN(ChecksTest)
#include "checkstest.moc"
