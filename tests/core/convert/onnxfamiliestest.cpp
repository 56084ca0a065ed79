// What the tables of operators say as a whole, and what single operators become. That the numbers are right is tested
// by running them (tests/app/commandline).
#include "core/convert/fromonnx/families.h"

#include <QTest>
#include <map>
#include <set>
#include <tuple>

#include "core/convert/onnxtoaten.h"
#include "core/formats/onnx/operatorcatalog.h"
#include "tests/support/graphmaker.h"

using namespace tenscope;

namespace {

constexpr const char* ml = "ai.onnx.ml";

AtenModel convert(GraphMaker& maker, ValueId output)
{
    maker.output(output);
    Progress progress;
    auto result = convertToAten(maker.model, {}, progress);
    if (!result)
        qFatal("%s", result.error().message.c_str());
    return std::move(*result);
}

// The operators that compute something, in their order.
QStringList operators(const AtenModel& aten)
{
    QStringList names;
    for (const NodeId node : aten.model.nodes(aten.model.mainGraph))
        if (aten.model.op(node).domain == "aten")
            names += QString::fromStdString(aten.model.op(node).name);
    return names;
}

std::string refusal(GraphMaker& maker, ValueId output)
{
    const AtenModel aten = convert(maker, output);
    return aten.unconverted.empty() ? std::string() : aten.unconverted.front().why;
}

}  // namespace

class OnnxFamiliesTest : public QObject {
    Q_OBJECT

private slots:
    void noRowIsThereTwice()
    {
        std::set<std::tuple<std::string_view, std::string_view, int>> seen;
        for (const LoweringTable& table : onnxFamilies())
            for (const LoweringRule& rule : table)
                QVERIFY2(seen.emplace(rule.domain, rule.name, rule.since).second, rule.name.data());
    }

    // A name that ONNX does not have would never be looked up.
    void namesAreThoseOfOnnx()
    {
        const OperatorCatalog& catalog = OperatorCatalog::builtIn();
        // Those that came after the oldest ONNX that is built with, and one that ONNX Runtime has in ONNX's domain.
        const std::set<std::string_view> newer{"AffineGrid", "Attention", "BitwiseAnd", "BitwiseNot", "BitwiseOr",
            "BitwiseXor", "CenterCropPad", "Col2Im", "DeformConv", "Gelu", "GroupNormalization", "Mish",
            "RMSNormalization", "RotaryEmbedding", "SimplifiedLayerNormalization", "StringConcat", "StringSplit",
            "Swish"};
        for (const LoweringTable& table : onnxFamilies())
            for (const LoweringRule& rule : table) {
                if (rule.domain == "com.microsoft" || newer.count(rule.name) != 0)
                    continue;
                QVERIFY2(catalog.find(std::string(rule.domain), std::string(rule.name), 1000), rule.name.data());
            }
    }

    void theRowOfTheOpsetHolds()
    {
        for (const int opset : {12, 13}) {
            GraphMaker maker;
            maker.model.opsets[""] = opset;
            const AtenModel aten = convert(
                maker, maker.node("Softmax", "s", {maker.input("x", {2, 3, 4})}, {attribute("axis", std::int64_t(1))}));
            const QStringList expected =
                opset == 12 ? QStringList{"flatten", "softmax", "size", "reshape"} : QStringList{"softmax"};
            QStringList sorted = operators(aten), wanted = expected;
            sorted.sort();
            wanted.sort();
            QCOMPARE(sorted, wanted);
        }
    }

    // What a newer version of an operator gave another meaning is not taken for the old one.
    void slopesOfChannelsUpToOpset6()
    {
        for (const auto& [opset, op] : std::map<int, QString>{{6, "prelu"}, {7, "where"}}) {
            GraphMaker maker;
            maker.model.opsets[""] = opset;
            const AtenModel aten =
                convert(maker, maker.node("PRelu", "p", {maker.input("x", {2, 3, 4}), maker.weight("slope", {3})}));
            QVERIFY(operators(aten).contains(op));
        }
    }

    void unknownModesAreNamed()
    {
        GraphMaker maker;
        const ValueId grid =
            maker.node("GridSample", "g", {maker.input("x", {1, 1, 4, 4}), maker.input("grid", {1, 2, 2, 2})},
                       {attribute("mode", std::string("psychic"))});
        QVERIFY(QString::fromStdString(refusal(maker, grid)).contains("psychic"));
    }

    // The attributes of a file can say anything.
    void treesThatAreNone_data()
    {
        QTest::addColumn<QList<qint64>>("yes");
        QTest::addColumn<QList<qint64>>("no");
        QTest::addColumn<bool>("fits");
        QTest::newRow("a tree") << QList<qint64>{1, 0, 0} << QList<qint64>{2, 0, 0} << true;
        QTest::newRow("a child that is not there") << QList<qint64>{1, 0, 0} << QList<qint64>{7, 0, 0} << false;
        QTest::newRow("a circle") << QList<qint64>{1, 0, 0} << QList<qint64>{0, 0, 0} << false;
        QTest::newRow("of another length") << QList<qint64>{1, 0} << QList<qint64>{2, 0, 0} << false;
    }
    void treesThatAreNone()
    {
        QFETCH(const QList<qint64>, yes);
        QFETCH(const QList<qint64>, no);
        QFETCH(const bool, fits);
        const auto integers = [](const QList<qint64>& list) {
            return std::vector<std::int64_t>(list.begin(), list.end());
        };
        // In the circle the second node leads back to the first.
        const bool isCircle = no == QList<qint64>{0, 0, 0};
        GraphMaker maker;
        maker.model.opsets[ml] = 3;
        const ValueId y = maker.node(
            "TreeEnsembleRegressor", "trees", {maker.input("x", {5, 2})},
            {attribute("nodes_treeids", std::vector<std::int64_t>{0, 0, 0}),
             attribute("nodes_nodeids", std::vector<std::int64_t>{0, 1, 2}),
             attribute("nodes_featureids", std::vector<std::int64_t>{1, 0, 0}),
             attribute("nodes_values", std::vector<double>{0.5, 0, 0}),
             attribute("nodes_modes", std::vector<std::string>{"BRANCH_LEQ", isCircle ? "BRANCH_LEQ" : "LEAF", "LEAF"}),
             attribute("nodes_truenodeids", integers(yes)), attribute("nodes_falsenodeids", integers(no)),
             attribute("target_treeids", std::vector<std::int64_t>{0}),
             attribute("target_nodeids", std::vector<std::int64_t>{2}),
             attribute("target_ids", std::vector<std::int64_t>{0}),
             attribute("target_weights", std::vector<double>{1})},
            {}, {}, ml);
        QCOMPARE(refusal(maker, y).empty(), fits);
    }
};

QTEST_APPLESS_MAIN(OnnxFamiliesTest)
#include "onnxfamiliestest.moc"
