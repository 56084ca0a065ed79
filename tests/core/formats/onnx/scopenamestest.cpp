#include "core/formats/onnx/scopenames.h"

#include <QTest>

using namespace tenscope;

class ScopeNamesTest : public QObject {
    Q_OBJECT
private slots:
    void nodeNames_data();
    void nodeNames();
    void sameModuleSameScope();
    void namespaces_data();
    void namespaces();
    void classes();
    void hostileNames();
};

void ScopeNamesTest::nodeNames_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QString>("path");
    const auto row = [](const char* name, const char* path) {
        QTest::newRow(*name ? name : "nothing") << QByteArray(name) << path;
    };
    // As torch.onnx.export writes torchvision's models.
    row("/layer1/layer1.0/conv1/Conv", "layer1.0.conv1");
    row("/features/features.1/features.1.0/mlp/mlp.3/MatMul", "features.1.0.mlp.3");
    row("/encoder/layers/encoder_layer_0/self_attention/Mul", "encoder.layers.encoder_layer_0.self_attention");
    row("/features/denseblock2/denselayer6/relu2/Relu", "features.denseblock2.denselayer6.relu2");
    row("/avgpool/GlobalAveragePool", "avgpool");
    // Lists are not called themselves: they stand in dots only.
    row("/model/layers.0/self_attn/q_proj/MatMul", "model.layers.0.self_attn.q_proj");
    row("/block.0/op5", "block.0");
    // A dot that repeats nothing, and a name that only begins alike.
    row("/layer/layer1.0/Add", "layer.layer1.0");
    row("/a/b/a.b.c/Add", "a.b.c");
    // TensorFlow's converters: no dots.
    row("StatefulPartitionedCall/model/conv2d.1/BiasAdd", "StatefulPartitionedCall.model.conv2d.1");
    row("block1/conv/Conv2D", "block1.conv");
    // None.
    row("Conv_0", "");
    row("/Conv", "");
    row("", "");
    row("/", "");
    row("//x", "");
}

void ScopeNamesTest::nodeNames()
{
    QFETCH(QByteArray, name);
    QFETCH(QString, path);
    Model model;
    ScopeNames names(model);
    const std::string text = name.toStdString();
    QCOMPARE(QString::fromStdString(model.path(names.fromNodeName(text))), path);
}

void ScopeNamesTest::sameModuleSameScope()
{
    Model model;
    ScopeNames names(model);
    const ScopeId conv = names.fromNodeName("/layer1/layer1.0/conv1/Conv");
    QCOMPARE(names.fromNodeName("/layer1/layer1.0/conv1/Relu"), conv);
    const ScopeId other = names.fromNodeName("/layer1/layer1.1/conv1/Conv");
    QVERIFY(other != conv);
    QCOMPARE(model.scope(model.scope(other).parent).parent, model.scope(model.scope(conv).parent).parent);
    QCOMPARE(model.scopeCount(), std::size_t(5));  // layer1, 0, conv1, 1, conv1
}

void ScopeNamesTest::namespaces_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("path");
    QTest::newRow("PyTorch 2.6") << ": models.ResNet/layer1: nn.Sequential/layer1.0: models.Bottleneck/layer1.0.conv1: "
                                    "nn.Conv2d/conv2d: aten.conv2d.default"
                                 << "layer1.0.conv1";
    QTest::newRow("in the model itself") << ": models.Net/relu: aten.relu.default"
                                         << "";
    QTest::newRow("plain") << "encoder/attention"
                           << "encoder.attention";
    QTest::newRow("plain, with the node") << "encoder/attention/node"
                                          << "encoder.attention";
    QTest::newRow("nothing") << ""
                             << "";
}

void ScopeNamesTest::namespaces()
{
    QFETCH(QString, text);
    QFETCH(QString, path);
    Model model;
    ScopeNames names(model);
    QCOMPARE(QString::fromStdString(model.path(names.fromNamespace(text.toStdString(), "node"))), path);
}

void ScopeNamesTest::classes()
{
    Model model;
    ScopeNames names(model);
    const ScopeId conv =
        names.fromNamespace("layer1: torch.nn.Sequential/layer1.0: torch.nn.Conv2d/c: aten.conv2d", "c");
    QCOMPARE(model.scope(conv).className, std::string("Conv2d"));
    QCOMPARE(model.scope(model.scope(conv).parent).className, std::string("Sequential"));
}

void ScopeNamesTest::hostileNames()
{
    Model model;
    ScopeNames names(model);
    std::string deep;
    for (int i = 0; i < 100'000; ++i)
        deep += "/x";
    const ScopeId scope = names.fromNodeName(deep);
    int depth = 0;
    for (ScopeId id = scope; id; id = model.scope(id).parent)
        ++depth;
    QVERIFY(depth > 0 && depth <= 64);
    names.fromNamespace(deep, "");
    const std::string dots = "/" + std::string(1'000'000, '.') + "/Conv";
    QVERIFY(!names.fromNodeName(dots).isValid());
}

QTEST_APPLESS_MAIN(ScopeNamesTest)
#include "scopenamestest.moc"
