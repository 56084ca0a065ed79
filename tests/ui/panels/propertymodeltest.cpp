#include "ui/panels/propertymodel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include "core/edit/apply.h"
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
        QCOMPARE(y->children.size(), 2u);
        QCOMPARE(std::get<ValueNameField>(y->children[0].field).value, sample.model->node(sample.stemConv).outputs()[0]);
        QCOMPARE(std::get<NodeId>(y->children[1].target), sample.stemRelu);
    }

    void editsInTheirLines()
    {
        const samples::Sample sample = samples::convolutions();
        const auto edited = [&](const Selection& selection, const char* section, const char* key, const char* typed) {
            const PropertySheet sheet = propertiesOf(*sample.model, selection, "a", nullptr, false);
            const Property* property = find(sheet, section, key);
            Model model = *sample.model;
            if (!property)
                return std::pair(std::string("no such line"), model);
            const auto edit = fieldEdit(model, property->field, typed);
            if (!edit)
                return std::pair(edit.error().message, model);
            const auto inverse = applyEdit(model, *edit);
            return std::pair(inverse ? std::string() : inverse.error().message, model);
        };
        const auto ints = [](const Model& model, NodeId node, const char* name) {
            return std::get<std::vector<std::int64_t>>(model.node(node).attribute(name)->value);
        };
        auto [why, model] = edited(selected({sample.stemConv}), "Attributes", "kernel_shape", "5, 5");
        QCOMPARE(why, std::string());
        QCOMPARE(ints(model, sample.stemConv, "kernel_shape"), (std::vector<std::int64_t>{5, 5}));
        // What the operator assumes becomes an attribute when something is typed; its kind is the schema's.
        std::tie(why, model) = edited(selected({sample.stemConv}), "Attributes", "group", "2");
        QCOMPARE(std::get<std::int64_t>(model.node(sample.stemConv).attribute("group")->value), std::int64_t(2));
        std::tie(why, model) = edited(selected({sample.stemConv}), "Attributes", "kernel_shape", "wide");
        QVERIFY(QString::fromStdString(why).contains("kernel_shape: \"wide\" is not a whole number"));
        std::tie(why, model) = edited(selected({sample.stemConv}), "Node", "name", "stem");
        QCOMPARE(model.node(sample.stemConv).name, std::string("stem"));
        std::tie(why, model) = edited(selected({sample.firstConv, sample.secondConv}), "Attributes of all", "strides", "2, 2");
        QCOMPARE(why, std::string());
        QCOMPARE(ints(model, sample.firstConv, "strides"), (std::vector<std::int64_t>{2, 2}));
        QCOMPARE(ints(model, sample.secondConv, "strides"), (std::vector<std::int64_t>{2, 2}));
        Selection input;
        input.value = sample.input;
        std::tie(why, model) = edited(input, "Value", "shape", "batch, 3, 8, ?");
        QCOMPARE(toString(*model.value(sample.input).type.shape), std::string("batch×3×8×?"));
        std::tie(why, model) = edited(input, "Value", "element type", "float16");
        QVERIFY(model.value(sample.input).type.element == ElementType::Float16);

        const PropertySheet sheet = propertiesOf(*sample.model, selected({sample.stemConv}), "a", nullptr, false);
        const Property* padding = find(sheet, "Attributes", "auto_pad");
        QVERIFY(padding && padding->choices.contains("SAME_UPPER"));
    }

    void removesAttributes()
    {
        const samples::Sample sample = samples::convolutions();
        Model model = *sample.model;
        const auto removal = fieldRemoval(model, AttributeField{{sample.stemConv}, "kernel_shape", {}, false});
        QVERIFY(removal && applyEdit(model, *removal));
        QVERIFY(!model.node(sample.stemConv).attribute("kernel_shape"));
        QVERIFY(!fieldRemoval(model, NodeNameField{sample.stemConv}));
    }

    void tellsOfTheModelAndOfSeveral()
    {
        const samples::Sample sample = samples::convolutions();
        const PropertySheet whole = propertiesOf(*sample.model, {}, "/some/where/a.onnx", nullptr, false);
        QCOMPARE(whole.title, "a.onnx");
        QCOMPARE(find(whole, "File", "opsets")->children.front().value, "14");
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
        const QModelIndex attributes = model.index(1, 0);
        QCOMPARE(attributes.data().toString(), "Attributes");
        const QModelIndex value = model.index(0, PropertyModel::ValueColumn, attributes);
        QVERIFY(!value.data(PropertyModel::LinkRole).toBool());
        QCOMPARE(model.toText({model.index(0, 0, attributes)}), "kernel_shape\t3, 3");
        QVERIFY(model.toText().contains("  kernel_shape\t3, 3\n"));
        // Typing asks for an edit once the editor is gone, and changes no line by itself.
        QVERIFY(model.flags(value).testFlag(Qt::ItemIsEditable));
        QVERIFY(!model.flags(model.index(0, 0, attributes)).testFlag(Qt::ItemIsEditable));
        QSignalSpy edited(&model, &PropertyModel::edited);
        QVERIFY(!model.setData(value, "3, 3"));  // nothing new
        QVERIFY(model.setData(value, "5, 5"));
        QVERIFY(edited.wait());
        QCOMPARE(edited.first().at(1).toString(), "5, 5");
        QCOMPARE(value.data().toString(), "3, 3");
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
