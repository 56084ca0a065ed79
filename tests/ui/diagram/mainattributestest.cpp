#include "ui/diagram/mainattributes.h"

#include <QTest>

using namespace tenscope;

class MainAttributesTest : public QObject {
    Q_OBJECT

private slots:
    void convolution();
    void defaultsAreLeftOut();
    void uniformListsAreOneNumber();
    void flags();
    void elementTypesAreNamed();
    void torchScript();
    void unknownOperatorsShowTheirFirst();
    void numbersArePretty();

private:
    static QStringList shown(const char* domain, const char* name, const std::vector<Argument>& arguments, bool weightTellsKernel = false)
    {
        Operator op;
        op.domain = domain;
        op.name = name;
        const std::vector<QString> texts = mainAttributes(op, arguments, weightTellsKernel);
        return QStringList(texts.begin(), texts.end());
    }
};

void MainAttributesTest::convolution()
{
    const std::vector<Argument> arguments{{"kernel_shape", "7, 7", {}}, {"strides", "2, 2", {}}, {"pads", "3, 3, 3, 3", {}}, {"group", "32", {}}};
    QCOMPARE(shown("", "Conv", arguments), QStringList({"kernel 7×7", "stride 2", "pads 3", "group 32"}));
    QCOMPARE(shown("", "Conv", arguments, true), QStringList({"stride 2", "pads 3", "group 32"}));
}

void MainAttributesTest::defaultsAreLeftOut()
{
    QCOMPARE(shown("", "Conv", {{"strides", "1, 1", {}}, {"pads", "0, 0, 0, 0", {}}, {"dilations", "1, 1", {}}, {"group", "1", {}}}), QStringList());
    QCOMPARE(shown("", "BatchNormalization", {{"epsilon", "1e-05", {}}, {"momentum", "0.9", {}}}), QStringList());
    QCOMPARE(shown("", "BatchNormalization", {{"epsilon", "0.001", {}}}), QStringList({"ε 0.001"}));
}

void MainAttributesTest::uniformListsAreOneNumber()
{
    QCOMPARE(shown("", "MaxPool", {{"kernel_shape", "3, 3", {}}, {"strides", "2, 1", {}}}), QStringList({"kernel 3×3", "stride 2×1"}));
    QCOMPARE(shown("", "Conv", {{"pads", "1, 2, 1, 2", {}}}), QStringList({"pads 1×2"}));
    QCOMPARE(shown("", "Conv", {{"pads", "0, 0, 1, 1", {}}}), QStringList({"pads 0, 0, 1, 1"}));
    // An order of axes is not a uniform list, whatever it holds.
    QCOMPARE(shown("", "Transpose", {{"perm", "0, 2, 3, 1", {}}}), QStringList({"perm 0, 2, 3, 1"}));
}

void MainAttributesTest::flags()
{
    QCOMPARE(shown("", "Gemm", {{"transB", "1", {}}, {"transA", "0", {}}, {"alpha", "1", {}}}), QStringList({"Bᵀ"}));
    QCOMPARE(shown("", "ReduceMean", {{"axes", "-1", {}}, {"keepdims", "0", {}}}), QStringList({"axes −1", "no keep dims"}));
    QCOMPARE(shown("", "GridSample", {{"mode", "bilinear", {}}, {"align_corners", "1", {}}}), QStringList({"bilinear", "align corners"}));
}

void MainAttributesTest::elementTypesAreNamed()
{
    QCOMPARE(shown("", "Cast", {{"to", "7", {}}}), QStringList({"to int64"}));
    QCOMPARE(shown("", "Cast", {{"to", "10", {}}}), QStringList({"to float16"}));
    QCOMPARE(shown("", "Cast", {{"to", "4711", {}}}), QStringList({"to 4711"}));
}

void MainAttributesTest::torchScript()
{
    const std::vector<Argument> arguments{{"stride", "[2, 2]", {}}, {"padding", "[1, 1]", {}}, {"dilation", "[1, 1]", {}}, {"transposed", "False", {}},
                                          {"output_padding", "[0, 0]", {}}, {"groups", "1", {}}, {"benchmark", "False", {}}};
    QCOMPARE(shown("aten", "_convolution", arguments), QStringList({"stride 2", "pads 1"}));
    QCOMPARE(shown("aten", "dropout", {{"p", "0.1", {}}, {"train", "False", {}}}), QStringList({"p 0.1"}));
    QCOMPARE(shown("aten", "relu_", {}), QStringList());
    QCOMPARE(shown("aten", "transpose", {{"dim0", "-2", {}}, {"dim1", "-1", {}}}), QStringList({"dims −2", "−1"}));
}

void MainAttributesTest::unknownOperatorsShowTheirFirst()
{
    const std::vector<Argument> arguments{{"body", "graph b (3 nodes)", {}}, {"nothing", "None", {}}, {"a", "1", {}}, {"b", "x", {}}, {"c", "2.5", {}}, {"d", "4", {}}};
    QCOMPARE(shown("my.domain", "Thing", arguments), QStringList({"a 1", "b x", "c 2.5"}));
}

void MainAttributesTest::numbersArePretty()
{
    QCOMPARE(prettyNumber("-1"), QString("−1"));
    QCOMPARE(prettyNumber("1e-05"), QString("1e−5"));
    QCOMPARE(prettyNumber("1e+20"), QString("1e20"));
    QCOMPARE(prettyNumber("2.0"), QString("2"));
    QCOMPARE(prettyNumber("0.03185659646987915"), QString("0.0318566"));
    QCOMPARE(prettyNumber("9223372036854775807"), QString("9223372036854775807"));
    QCOMPARE(prettyNumber("half_pixel"), QString("half_pixel"));
    QCOMPARE(prettyNumber("abc-1"), QString("abc-1"));
}

QTEST_APPLESS_MAIN(MainAttributesTest)
#include "mainattributestest.moc"
