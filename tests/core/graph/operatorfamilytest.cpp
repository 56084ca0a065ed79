#include "core/graph/operatorfamily.h"

#include <QTest>

#include <set>
#include <string>

using namespace tenscope;

class OperatorFamilyTest : public QObject {
    Q_OBJECT
private slots:
    void families_data();
    void families();
    void keysAreUnique();
};

void OperatorFamilyTest::families_data()
{
    QTest::addColumn<QString>("domain");
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("expected");
    using enum OperatorFamily;
    const auto row = [](const char* domain, const char* name, OperatorFamily expected) {
        QTest::addRow("%s.%s", domain, name) << domain << name << int(expected);
    };
    row("", "Conv", Product);
    row("ai.onnx", "MatMul", Product);
    row("aten", "_convolution", Product);
    row("aten", "linear", Product);
    row("", "Relu", Activation);
    row("aten", "relu_", Activation);
    row("", "BatchNormalization", Normalization);
    row("aten", "layer_norm", Normalization);
    row("", "MaxPool", Reduction);
    row("aten", "adaptive_avg_pool2d", Reduction);
    row("", "Add", ElementWise);
    row("aten", "add", ElementWise);
    row("aten", "add_", ElementWise);
    row("", "Reshape", Shape);
    row("aten", "view", Shape);
    row("", "LSTM", Attention);
    row("aten", "scaled_dot_product_attention", Attention);
    row("", "QuantizeLinear", Quantization);
    row("com.microsoft", "DequantizeLinear", Quantization);
    row("quantized", "conv2d", Product);
    row("aten", "quantize_per_tensor", Quantization);
    row("", "If", ControlFlow);
    row("prim", "If", ControlFlow);
    row("prim", "Loop", ControlFlow);
    row("", "Constant", Data);
    row("prim", "Constant", Data);
    row("com.microsoft", "FusedConv", Product);
    row("my.domain", "Foo", Unknown);
    row("torchvision", "unheard_of", Unknown);
    row("", "", Unknown);
}

void OperatorFamilyTest::families()
{
    QFETCH(QString, domain);
    QFETCH(QString, name);
    QFETCH(int, expected);
    Operator op;
    op.domain = domain.toStdString();
    op.name = name.toStdString();
    QCOMPARE(QString::fromStdString(std::string(key(family(op)))),
             QString::fromStdString(std::string(key(OperatorFamily(expected)))));
}

void OperatorFamilyTest::keysAreUnique()
{
    std::set<std::string> keys;
    for (int i = 0; i < operatorFamilyCount; ++i) {
        const std::string text(key(OperatorFamily(i)));
        QVERIFY(!text.empty() && keys.insert(text).second);
    }
}

QTEST_APPLESS_MAIN(OperatorFamilyTest)
#include "operatorfamilytest.moc"
