#include "ui/panels/inputsmodel.h"

#include <QAbstractItemModelTester>
#include <QImage>
#include <QTemporaryDir>
#include <QTest>
#include <cstring>

#include "tests/ui/panels/samplemodel.h"

using namespace tenscope;

namespace {

std::vector<float> floatsOf(const Tensor& tensor)
{
    const auto bytes = tensor.bytes().value();
    std::vector<float> values(bytes.size() / sizeof(float));
    std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
    return values;
}

}  // namespace

class InputsModelTest : public QObject {
    Q_OBJECT

private slots:
    void listsWhatTheModelTakes()
    {
        const samples::Sample sample = samples::convolutions();
        InputsModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setModel(sample.model.get());
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(0, InputsModel::ShapeColumn).data().toString(), QString::fromUtf8("N×3×8×8"));
        QCOMPARE(model.symbols(), std::vector<std::string>{"N"});

        Progress progress;
        InputSettings settings;
        settings.symbols["N"] = 2;
        const auto made = makeInputs(model.inputs(), settings, progress);
        QVERIFY(made);
        QCOMPARE(made->inputs[0].shape, (std::vector<std::int64_t>{2, 3, 8, 8}));
        // A shape that was typed says more than a symbol, and × is as good as x.
        QVERIFY(model.setData(model.index(0, InputsModel::ShapeColumn), QString::fromUtf8("1×3×4×4")));
        QVERIFY(model.setData(model.index(0, InputsModel::SourceColumn), "0.5"));
        const auto typed = makeInputs(model.inputs(), settings, progress);
        QVERIFY(typed || typed.error().error.message.empty() == false);
        model.setModel(nullptr);
    }

    void saysWhichInputIsToBlame()
    {
        const samples::Sample sample = samples::convolutions();
        InputsModel model;
        model.setModel(sample.model.get());
        model.setData(model.index(1, InputsModel::SourceColumn), "nonsense.npy");
        Progress progress;
        const auto made = makeInputs(model.inputs(), {}, progress);
        QVERIFY(!made);
        QCOMPARE(made.error().row, 1);
        model.setProblem(1, QString::fromStdString(made.error().error.message));
        QVERIFY(model.index(1, 0).data(Qt::ToolTipRole).toString().contains("nonsense.npy"));
        model.setData(model.index(1, InputsModel::SourceColumn), "true");
        QVERIFY(model.inputs()[1].problem.isEmpty());
    }

    void asksForAShapeThatNobodyKnows()
    {
        const std::vector<InputRow> rows{{"x", Type::tensor(ElementType::Float32), {}, "random", {}}};
        Progress progress;
        const auto made = makeInputs(rows, {}, progress);
        QVERIFY(!made);
        QCOMPARE(made.error().error.kind, ErrorKind::Usage);
        const QString sentence = QString::fromStdString(made.error().error.message);
        QVERIFY2(sentence.contains("input x") && !sentence.contains("--"), qPrintable(sentence));
    }

    void makesTensorsOfImages()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath("p.png");
        QImage image(2, 2, QImage::Format_RGB32);
        image.fill(QColor(255, 0, 51));
        image.setPixelColor(1, 0, QColor(0, 255, 0));
        QVERIFY(image.save(path));
        QVERIFY(isImageFile(path));

        const Type open = Type::tensor(ElementType::Float32);
        const Tensor planes = imageTensor(path, open, std::nullopt, PixelScale::Unit, "x").value();
        QCOMPARE(planes.shape, (std::vector<std::int64_t>{1, 3, 2, 2}));
        QCOMPARE(floatsOf(planes), (std::vector<float>{1, 0, 1, 1, 0, 1, 0, 0, 51 / 255.f, 0, 51 / 255.f, 51 / 255.f}));

        const Type last = Type::tensor(ElementType::UInt8, std::vector<std::int64_t>{1, 2, 2, 3});
        const Tensor pixels = imageTensor(path, last, std::nullopt, PixelScale::Unit, "x").value();
        QCOMPARE(pixels.shape, (std::vector<std::int64_t>{1, 2, 2, 3}));
        QCOMPARE(std::to_integer<int>(pixels.bytes().value()[4]), 255);

        const Tensor grey = imageTensor(path, open, std::vector<std::int64_t>{1, 1, 4, 6}, PixelScale::Signed, "x").value();
        QCOMPARE(grey.shape, (std::vector<std::int64_t>{1, 1, 4, 6}));

        const Tensor normal = imageTensor(path, open, std::nullopt, PixelScale::ImageNet, "x").value();
        QVERIFY(std::abs(floatsOf(normal)[0] - (1 - 0.485f) / 0.229f) < 1e-6f);

        const auto refused = [&](std::vector<std::int64_t> sizes) {
            return !imageTensor(path, open, sizes, PixelScale::Unit, "x").has_value();
        };
        QVERIFY(refused({8, 3, 4, 4}));
        QVERIFY(refused({1, 16, 4, 5}));
        QVERIFY(refused({7}));
        QVERIFY(refused({1, 3, 1 << 20, 4}));
        QVERIFY(!imageTensor(folder.filePath("none.png"), open, std::nullopt, PixelScale::Unit, "x"));
    }
};

QTEST_MAIN(InputsModelTest)
#include "inputsmodeltest.moc"
