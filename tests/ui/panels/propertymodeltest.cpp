#include "ui/panels/propertymodel.h"

#include <QAbstractItemModelTester>
#include <QTest>

#include "tests/ui/panels/samplemodel.h"
#include "ui/panels/propertybuilder.h"

using namespace tenscope;

namespace {

Selection selected(std::vector<NodeId> nodes)
{
    Selection selection;
    selection.nodes = std::move(nodes);
    return selection;
}

// The line under a heading, or null.
const Property* find(const PropertySheet& sheet, const QString& section, const QString& key)
{
    for (const Property& heading : sheet.sections)
        if (heading.key == section)
            for (const Property& line : heading.children)
                if (line.key == key)
                    return &line;
    return nullptr;
}

}  // namespace

class PropertyModelTest : public QObject {
    Q_OBJECT

private slots:
    void tellsOfANode()
    {
        const samples::Sample sample = samples::convolutions();
        const PropertySheet sheet = propertiesOf(*sample.model, selected({sample.stemConv}), "a.onnx", nullptr, false);
        QCOMPARE(sheet.title, QString::fromUtf8("Conv · /stem/Conv"));
        QCOMPARE(sheet.subtitle, "stem");
        QVERIFY(sheet.documentation.contains("convolution"));

        const Property* kernel = find(sheet, "Attributes", "kernel_shape");
        QVERIFY(kernel);
        QCOMPARE(kernel->value, "3, 3");
        QVERIFY(kernel->toolTip.contains("kernel"));  // the operator's documentation of this attribute
        const Property* group = find(sheet, "Attributes", "group");
        QVERIFY(group);
        QCOMPARE(group->style, Property::Style::Default);
        QCOMPARE(group->value, "1");

        const Property* x = find(sheet, "Inputs", "X");
        QVERIFY(x);
        QCOMPARE(x->value, QString::fromUtf8("N×3×8×8 float32"));
        QCOMPARE(std::get<ValueId>(x->target), sample.input);
        QVERIFY(!find(sheet, "Inputs", "W"));
        const Property* weight = find(sheet, "Tensors", "W");
        QVERIFY(weight);
        QCOMPARE(std::get<TensorId>(weight->target), sample.stemWeight);
        const Property* y = find(sheet, "Outputs", "Y");
        QVERIFY(y);
        QCOMPARE(y->children.size(), 1u);
        QCOMPARE(std::get<NodeId>(y->children[0].target), sample.stemRelu);
    }

    void tellsOfTheModelAndOfSeveral()
    {
        const samples::Sample sample = samples::convolutions();
        const PropertySheet whole = propertiesOf(*sample.model, {}, "/some/where/a.onnx", nullptr, false);
        QCOMPARE(whole.title, "a.onnx");
        QCOMPARE(find(whole, "File", "opset")->value, "ai.onnx 14");
        QCOMPARE(find(whole, "Counts", "nodes")->full, "8");
        QCOMPARE(find(whole, "Counts", "parameters")->full, "256");
        QCOMPARE(find(whole, "Operators", "Relu")->value, "4");
        QVERIFY(find(whole, "Inputs", "x"));

        const PropertySheet several = propertiesOf(*sample.model, selected({sample.firstConv, sample.secondConv}), "a", nullptr, false);
        QCOMPARE(find(several, "Counts", "parameters")->full, "144");  // they share it

        Selection module;
        module.scope = sample.model->scope(sample.model->node(sample.firstConv).scope).parent;
        const PropertySheet layer = propertiesOf(*sample.model, module, "a", nullptr, false);
        QCOMPARE(layer.title, QString::fromUtf8("layer · Sequential"));
        QCOMPARE(find(layer, "Counts", "nodes")->full, "3");
    }

    void foldsConstantsAndShowsThemWhole()
    {
        Model model;
        model.format = Format::TorchScript;
        const GraphId main = model.mainGraph = model.addGraph("forward");
        const auto constant = [&](const char* name, std::int64_t number) {
            const ValueId value = model.addValue(main, name);
            const NodeId node = model.addNode(main, model.addOperator({"prim", "Constant", "", {}, {}, false, true}), {}, std::vector{value});
            model.node(node).attributes.push_back({"value", number, false, {}});
            return value;
        };
        const ValueId x = model.addValue(main, "x", Type::tensor(ElementType::Float32));
        model.graph(main).inputs.push_back(x);
        const ValueId list = model.addValue(main, "list"), y = model.addValue(main, "y");
        const std::vector<ValueId> items{constant("1", 3), constant("2", 4)};
        model.addNode(main, model.addOperator({"prim", "ListConstruct", "", {}, {}, false, true}), items, std::vector{list});
        const NodeId view = model.addNode(main, model.addOperator({"aten", "view", "", {"self", "size"}, {"out"}, false, true}),
                                          std::vector{x, list}, std::vector{y});

        const PropertySheet folded = propertiesOf(model, selected({view}), "a.pt", nullptr, false);
        QCOMPARE(find(folded, "Arguments", "size")->value, "[3, 4]");
        QVERIFY(!find(folded, "Inputs", "size"));
        QVERIFY(folded.documentation.contains("aten::view(self, size)"));

        const PropertySheet whole = propertiesOf(model, selected({view}), "a.pt", nullptr, true);
        const Property* size = find(whole, "Inputs as in the file", "size");
        QVERIFY(size);
        QCOMPARE(size->value, "prim::ListConstruct %list");
        QCOMPARE(size->children.size(), 2u);
        QCOMPARE(size->children[0].children[0].value, "3");
    }

    void isAnItemModel()
    {
        const samples::Sample sample = samples::convolutions();
        PropertyModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setSections(propertiesOf(*sample.model, selected({sample.stemConv}), "a", nullptr, false).sections);
        const QModelIndex attributes = model.index(0, 0);
        QCOMPARE(attributes.data().toString(), "Attributes");
        const QModelIndex value = model.index(0, PropertyModel::ValueColumn, attributes);
        QVERIFY(!value.data(PropertyModel::LinkRole).toBool());
        QCOMPARE(model.toText({model.index(0, 0, attributes)}), "kernel_shape\t3, 3");
        QVERIFY(model.toText().contains("  kernel_shape\t3, 3\n"));
        model.setSections({});
        QCOMPARE(model.rowCount(), 0);
    }

    void cutsEndlessLists()
    {
        Model model;
        model.opsets[""] = 14;
        const GraphId main = model.mainGraph = model.addGraph("main");
        const ValueId x = model.addValue(main, "x");
        Operator concat;
        concat.name = "Concat";
        const NodeId node = model.addNode(main, model.addOperator(concat), std::vector<ValueId>(100000, x), {});
        const PropertySheet sheet = propertiesOf(model, selected({node}), "a", nullptr, false);
        QVERIFY(sheet.sections.back().children.size() < 5000);
        QCOMPARE(sheet.sections.back().children.back().style, Property::Style::Note);
    }
};

QTEST_MAIN(PropertyModelTest)
#include "propertymodeltest.moc"
