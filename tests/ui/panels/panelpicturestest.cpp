// Paints every panel in both appearances and holds the pictures against what must be true of any of them. With
// TENSCOPE_PICTURES set to a folder they are written there, to be looked at; TENSCOPE_PICTURE_MODEL names an ONNX file to
// show instead of the small model made by hand.

#include <QAbstractItemView>
#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTabBar>
#include <QTest>
#include <QToolButton>
#include <QTreeView>
#include <cmath>
#include <random>

#include "core/formats/formats.h"
#include "core/graph/literal.h"
#include "tests/ui/panels/samplemodel.h"
#include "ui/panels/histogramview.h"
#include "ui/panels/inferencepanel.h"
#include "ui/panels/inferenceservice.h"
#include "ui/panels/issuespanel.h"
#include "ui/panels/outlinepanel.h"
#include "ui/panels/propertiespanel.h"
#include "ui/panels/tensorpanel.h"
#include "ui/taskrunner/taskrunner.h"
#include "ui/theme/theme.h"

using namespace tenscope;

namespace {

// Gives times and ranges that look like a run's.
class MadeUpRun : public InferenceService {
public:
    explicit MadeUpRun(std::shared_ptr<const Model> model) : m_model(std::move(model)) {}
    bool isReady() const override { return true; }
    QString status() const override { return {}; }
    std::optional<WorkerInfo> info() const override { return WorkerInfo{"1.13.1", "", {{"cpu", "CPU, 2 threads"}}, "", {}}; }
    void restart() override {}
    Result<Tensor> activation(const Document*, ValueId, Progress&) override
    {
        return samples::randomTensor("a", {1, 8, 16, 16}, 5);
    }
    Result<RunOutcome> run(const Document*, std::shared_ptr<const Model>, const RunRequest& request, const std::function<void(const NodeRun&)>&, Progress& progress) override
    {
        RunOutcome outcome;
        outcome.device = request.device;
        outcome.threads = 2;
        outcome.milliseconds = {12.1, 12.4, 13.9};
        std::mt19937 random(1);
        const Tensor tensor = samples::randomTensor("y", {1, 8, 16, 16}, 4);
        for (const NodeId node : m_model->nodes(m_model->mainGraph)) {
            if (isPlumbing(*m_model, node))
                continue;
            ValueRun value;
            value.value = m_model->node(node).outputs()[0];
            value.name = m_model->value(value.value).name;
            value.element = ElementType::Float32;
            value.shape = tensor.shape;
            value.isTensor = true;
            value.statistics = statistics(*m_model, tensor, 64, progress).value();
            value.statistics.min *= double(random() % 100);
            value.statistics.max *= double(random() % 100);
            outcome.nodes.push_back({node, double(random() % 1000) / 300, 1, {value}});
            outcome.outputs = {value};
        }
        outcome.outputTensors = {tensor};
        return outcome;
    }

private:
    std::shared_ptr<const Model> m_model;
};

// How far apart the darkest and the lightest pixel are: text that cannot be told from its ground would show here.
int contrastOf(const QImage& image)
{
    int darkest = 255, lightest = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            const int lightness = QColor(image.pixel(x, y)).lightness();
            darkest = std::min(darkest, lightness);
            lightest = std::max(lightest, lightness);
        }
    return lightest - darkest;
}

}  // namespace

class PanelPicturesTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QCoreApplication::setOrganizationName("tenscope-tests");
        QStandardPaths::setTestModeEnabled(true);
        QSettings().clear();
        const QByteArray path = qgetenv("TENSCOPE_PICTURE_MODEL");
        if (path.isEmpty()) {
            m_model = samples::convolutions().model;
        } else {
            Progress progress;
            auto model = read(std::filesystem::path(path.toStdString()), progress);
            QVERIFY(model);
            m_model = std::make_shared<Model>(std::move(*model));
        }
        m_model->issues = {{Severity::Warning, "The initializer stem.bias is never used.", {}},
                           {Severity::Info, "Opset 14 is older than the newest that is known here.", {}}};
        for (const NodeId node : m_model->nodes(m_model->mainGraph))
            if (!m_chosen && m_model->op(node).name == "Conv" && m_model->node(node).name.find("1") != std::string::npos)
                m_chosen = node;
        if (!m_chosen)
            m_chosen = m_model->graph(m_model->mainGraph).first();
    }

    void paints_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::addRow("light") << false;
        QTest::addRow("dark") << true;
    }

    void paints()
    {
        QFETCH(bool, dark);
        m_theme = dark ? Theme::dark() : Theme::light();
        const QString suffix = dark ? "-dark" : "-light";
        TaskRunner tasks;
        Document document("resnet50.onnx", m_model);

        OutlinePanel outline(&tasks, m_theme);
        QSignalSpy outlined(&outline, &OutlinePanel::refreshed);
        save(outline, {240, 200}, "outline-empty" + suffix);
        outline.setDocument(&document);
        QVERIFY(outlined.wait());
        PropertiesPanel properties(&tasks, m_theme);
        properties.setDocument(&document);
        save(properties, {330, 520}, "properties-model" + suffix);
        IssuesPanel issues(&tasks, m_theme);
        QSignalSpy counted(&issues, &IssuesPanel::countChanged);
        issues.setDocument(&document);
        QVERIFY(counted.wait());
        save(issues, {900, 190}, "issues" + suffix);

        TensorPanel tensor(&tasks, m_theme);
        save(tensor, {330, 200}, "tensor-empty" + suffix);
        tensor.setDocument(&document);
        QSignalSpy shown(&tensor, &TensorPanel::statisticsShown);
        document.selectNode(m_chosen);
        QVERIFY(shown.wait());
        save(outline, {240, 500}, "outline" + suffix);
        outline.findChild<QLineEdit*>()->setText("relu");
        QVERIFY(outlined.wait());
        save(outline, {240, 300}, "outline-filtered" + suffix);
        save(properties, {330, 520}, "properties" + suffix);
        properties.findChild<QToolButton*>("documentationButton")->setChecked(true);
        save(properties, {330, 520}, "properties-documentation" + suffix);
        save(tensor, {330, 460}, "tensor-histogram" + suffix);
        tensor.findChild<HistogramView*>()->setCurrentBin(38);
        save(tensor, {330, 460}, "tensor-histogram-readout" + suffix);
        tensor.findChild<QTabBar*>()->setCurrentIndex(1);
        QTest::qWait(100);
        save(tensor, {330, 460}, "tensor-values" + suffix);
        tensor.findChild<QTabBar*>()->setCurrentIndex(2);
        QTest::qWait(300);
        save(tensor, {330, 460}, "tensor-heatmap" + suffix);

        MadeUpRun service(m_model);
        InferencePanel inference(&tasks, &service, m_theme);
        inference.setDocument(&document);
        save(inference, {1100, 220}, "inference-onnx" + suffix);
        m_model->format = Format::TorchScript;
        document.setLastRun(nullptr);
        inference.setDocument(nullptr);
        inference.setDocument(&document);
        save(inference, {1100, 220}, "inference-before" + suffix);
        inference.run();
        QTRY_VERIFY(!inference.isRunning());
        document.selectNode(m_chosen);
        save(inference, {1100, 260}, "inference" + suffix);
        m_model->format = Format::Onnx;
    }

private:
    void save(QWidget& panel, QSize size, const QString& name)
    {
        panel.resize(size);
        panel.ensurePolished();
        QCoreApplication::processEvents();
        panel.grab();  // lays out what was never shown
        QCoreApplication::processEvents();
        const QImage image = panel.grab().toImage();
        QCOMPARE(image.pixelColor(image.width() - 2, image.height() - 2), m_theme.panel);
        QVERIFY2(contrastOf(image) > 100, qPrintable(name));
        if (const QString folder = qEnvironmentVariable("TENSCOPE_PICTURES"); !folder.isEmpty())
            QVERIFY(image.save(folder + '/' + name + ".png"));
    }

    std::shared_ptr<Model> m_model;
    NodeId m_chosen;
    Theme m_theme;
};

QTEST_MAIN(PanelPicturesTest)
#include "panelpicturestest.moc"
