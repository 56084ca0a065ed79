#include "ui/panels/palettemodel.h"

#include <QAbstractItemModelTester>
#include <QMimeData>
#include <QTest>

#include "core/formats/onnx/operatorcatalog.h"
#include "core/graph/model.h"
#include "ui/document/operatormimedata.h"
#include "ui/panels/outlinemodel.h"

using namespace tenscope;

namespace {

Model modelOf(std::int64_t opset)
{
    Model model;
    model.opsets[""] = opset;
    model.mainGraph = model.addGraph("main");
    return model;
}

QModelIndex find(const PaletteModel& model, const QString& name)
{
    for (int group = 0; group < model.rowCount(); ++group) {
        const QModelIndex parent = model.index(group, 0);
        for (int row = 0; row < model.rowCount(parent); ++row)
            if (model.index(row, 0, parent).data().toString() == name)
                return model.index(row, 0, parent);
    }
    return {};
}

}  // namespace

class PaletteModelTest : public QObject {
    Q_OBJECT

private slots:
    void holdsWhatTheOpsetHolds()
    {
        PaletteModel palette;
        const QAbstractItemModelTester tester(&palette, QAbstractItemModelTester::FailureReportingMode::QtTest);
        palette.setEntries(paletteEntries(modelOf(17)));
        const OperatorCatalog& catalog = OperatorCatalog::builtIn();
        QCOMPARE(palette.matches(), int(catalog.operators("", 17).size() + catalog.operators("ai.onnx.ml", 0).size()));
        QVERIFY(find(palette, "LayerNormalization").isValid());
        QVERIFY(!find(palette, "Scatter").isValid());  // withdrawn in 11
        palette.setEntries(paletteEntries(modelOf(9)));
        QVERIFY(!find(palette, "LayerNormalization").isValid());
        QVERIFY(find(palette, "Scatter").isValid());
        Model torch = modelOf(17);
        torch.format = Format::TorchScript;
        palette.setEntries(paletteEntries(torch));
        QCOMPARE(palette.rowCount(), 0);
    }

    void functionsOfTheModelComeFirst()
    {
        Model model = modelOf(17);
        Function function;
        function.domain = "own";
        function.name = "Twice";
        function.graph = model.addGraph("Twice");
        model.graph(function.graph).inputs = {model.addValue(function.graph, "value")};
        model.functions.push_back(function);
        PaletteModel palette;
        palette.setEntries(paletteEntries(model));
        const QModelIndex first = palette.index(0, 0, palette.index(0, 0));
        QCOMPARE(first.data().toString(), "Twice");
        QCOMPARE(first.data(OutlineModel::DetailRole).toString(), "value");
        QVERIFY(documentation(model, *palette.entry(first)).contains("function"));
    }

    void filters()
    {
        PaletteModel palette;
        const QAbstractItemModelTester tester(&palette, QAbstractItemModelTester::FailureReportingMode::QtTest);
        palette.setEntries(paletteEntries(modelOf(17)));
        palette.setFilter("relu");
        QCOMPARE(palette.best().data().toString(), "Relu");  // and not the Elu, Gelu or LeakyRelu that stand before it
        QVERIFY(find(palette, "LeakyRelu").isValid());
        QVERIFY(!find(palette, "Conv").isValid());
        palette.setFilter("convolutions");
        QVERIFY(find(palette, "Conv").isValid());  // by its family
        palette.setFilter("determinant");
        QCOMPARE(palette.best().data().toString(), "Det");  // by its documentation
        palette.setFilter("nothing like this");
        QCOMPARE(palette.rowCount(), 0);
        QVERIFY(!palette.best().isValid());
        palette.setFilter("");
        QVERIFY(palette.matches() > 150);
    }

    void operatorsAreDraggedAndFamiliesAreNot()
    {
        PaletteModel palette;
        palette.setEntries(paletteEntries(modelOf(17)));
        const QModelIndex conv = find(palette, "Conv");
        QVERIFY(palette.flags(conv) & Qt::ItemIsDragEnabled);
        QVERIFY(!(palette.flags(conv.parent()) & Qt::ItemIsDragEnabled));
        const std::unique_ptr<QMimeData> data(palette.mimeData({conv}));
        const auto op = operatorFrom(data.get());
        QVERIFY(op);
        QCOMPARE(op->name, "Conv");
        QCOMPARE(op->domain, "");
        QCOMPARE(conv.data(OutlineModel::DetailRole).toString(), "X, W, B?");
    }

    void documentsInputsAndAttributes()
    {
        const Model model = modelOf(17);
        for (const PaletteEntry& entry : paletteEntries(model)) {
            const QString text = documentation(model, entry);
            for (const OperatorParameter& input : entry.info->inputs)
                QVERIFY(text.contains("**" + QString::fromUtf8(input.name.data(), qsizetype(input.name.size())) + "**"));
            for (const OperatorAttribute& attribute : entry.info->attributes)
                QVERIFY(text.contains("**" + QString::fromUtf8(attribute.name.data(), qsizetype(attribute.name.size())) + "**"));
        }
    }
};

QTEST_GUILESS_MAIN(PaletteModelTest)
#include "palettemodeltest.moc"
