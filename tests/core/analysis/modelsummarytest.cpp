#include "core/analysis/modelsummary.h"

#include <QTest>
#include <array>

#include "core/graph/model.h"

using namespace tenscope;

class ModelSummaryTest : public QObject {
    Q_OBJECT

private slots:
    void countsWhatIsThere()
    {
        Model model;
        const GraphId graph = model.mainGraph = model.addGraph("main");
        const ValueId input = model.addValue(graph, "x"), output = model.addValue(graph, "y"), inner = model.addValue(graph, "h");
        Tensor weight;
        weight.element = ElementType::Int4;
        weight.shape = {5, 3};
        const ValueId stored = model.addStoredValue(graph, "w", model.addTensor(weight));
        weight.element = ElementType::Float32;
        weight.shape = {2};
        model.addTensor(weight);  // a constant in a node, say: not stored
        const ValueId withDefault = model.addStoredValue(graph, "d", model.addTensor(weight));
        model.graph(graph).inputs = {input, withDefault};
        model.graph(graph).outputs = {output};

        const OperatorId add = model.addOperator({"", "Add", "", {}, {}}), branch = model.addOperator({"", "If", "", {}, {}});
        model.addNode(graph, add, std::array{input, stored}, std::array{inner});
        const NodeId condition = model.addNode(graph, branch, std::array{inner}, std::array{output});
        const GraphId body = model.addGraph("then", condition, "then_branch");
        model.node(condition).attributes.push_back({"then_branch", body, false, {}});
        const ValueId inBody = model.addValue(body, "z");
        model.addNode(body, add, std::array{inner, inner}, std::array{inBody});
        model.addStoredValue(body, "v", model.addTensor(weight));
        model.addScope({}, "layer");

        ModelSummary summary = summarize(model);
        QCOMPARE(summary.nodes, std::uint64_t(3));
        QVERIFY(summary.ops == (std::map<std::string, std::uint64_t>{{"Add", 2}, {"If", 1}}));
        QCOMPARE(summary.tensors, std::uint64_t(3));
        QCOMPARE(summary.parameters, std::uint64_t(15 + 2 + 2));
        QCOMPARE(summary.parameterBytes, std::uint64_t(8 + 8 + 8));
        QCOMPARE(summary.bodies, std::uint64_t(1));
        QCOMPARE(summary.scopes, std::uint64_t(1));
        QVERIFY(requiredInputs(model) == std::vector<ValueId>{input});
        QVERIFY(storedValues(model).front() == stored);

        // with a node goes what is in its bodies
        model.removeNode(condition);
        summary = summarize(model);
        QCOMPARE(summary.nodes, std::uint64_t(1));
        QCOMPARE(summary.tensors, std::uint64_t(2));
    }

    void tensorsWithoutAGraph()
    {
        const ModelSummary summary = summarize(Model());
        QCOMPARE(summary.nodes, std::uint64_t(0));
        QVERIFY(requiredInputs(Model()).empty());
    }
};

QTEST_APPLESS_MAIN(ModelSummaryTest)
#include "modelsummarytest.moc"
