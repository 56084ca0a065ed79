#include "ui/panels/tensorpanel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QSignalSpy>
#include <QTabBar>
#include <QTest>

#include "tests/ui/panels/samplemodel.h"
#include "ui/panels/emptystate.h"
#include "ui/panels/factsgrid.h"
#include "ui/panels/heatmapcanvas.h"
#include "ui/panels/histogramview.h"
#include "ui/panels/inferenceservice.h"
#include "ui/panels/tensorgrid.h"
#include "ui/taskrunner/taskrunner.h"

using namespace tenscope;

namespace {

// Gives the same tensor for every value.
class OneActivation : public InferenceService {
public:
    bool isReady() const override { return true; }
    QString status() const override { return {}; }
    std::optional<WorkerInfo> info() const override { return {}; }
    void restart() override {}
    Result<RunOutcome> run(const Document*, std::shared_ptr<const Model>, const RunRequest&, const std::function<void(const NodeRun&)>&, Progress&) override
    {
        return fail(Error::run("not here"));
    }
    Result<Tensor> activation(const Document*, ValueId, Progress&) override { return tensor; }

    Tensor tensor;
};

TensorStatistics statisticsOf(const Model& model, TensorId tensor, int bins)
{
    Progress progress;
    return statistics(model, model.tensor(tensor), bins, progress).value();
}

}  // namespace

class TensorPanelTest : public QObject {
    Q_OBJECT

private slots:
    void showsTheWeightsOfTheSelectedNode()
    {
        const samples::Sample sample = samples::convolutions();
        TaskRunner tasks;
        Document document("sample.onnx", sample.model);
        TensorPanel panel(&tasks, Theme::light());
        panel.setDocument(&document);
        QSignalSpy shown(&panel, &TensorPanel::statisticsShown);
        document.selectNode(sample.stemConv);
        QVERIFY(shown.wait());

        auto* choice = panel.findChild<QComboBox*>("tensorChoice");
        QCOMPARE(choice->count(), 2);
        QCOMPARE(choice->currentText(), QString::fromUtf8("W · stem.weight"));
        const TensorStatistics expected = statisticsOf(*sample.model, sample.stemWeight, 64);
        auto* histogram = panel.findChild<HistogramView*>();
        const std::vector<double> heights = histogram->barHeights();
        QCOMPARE(heights.size(), expected.histogram.counts.size());
        for (std::size_t i = 0; i < heights.size(); ++i)
            QCOMPARE(heights[i], double(expected.histogram.counts[i]));
        QCOMPARE(panel.findChild<FactsGrid*>("tensorFacts")->value(0), QString::fromUtf8("4×3×3×3 float32"));

        // Other bins are other counts.
        auto* bins = panel.findChild<QComboBox*>("binCount");
        bins->setCurrentIndex(0);
        QVERIFY(shown.wait());
        QCOMPARE(histogram->barHeights().size(), 16u);
        // What was computed once is there at once.
        shown.clear();
        bins->setCurrentIndex(2);
        QCOMPARE(shown.count(), 1);
        QCOMPARE(histogram->barHeights().size(), 64u);
    }

    void showsTheLastOfManySelections()
    {
        const samples::Sample sample = samples::convolutions();
        TaskRunner tasks;
        Document document("sample.onnx", sample.model);
        TensorPanel panel(&tasks, Theme::light());
        panel.setDocument(&document);
        document.selectNode(sample.stemConv);
        document.selectNode(sample.stemRelu);
        document.selectNode(sample.firstConv);
        QSignalSpy shown(&panel, &TensorPanel::statisticsShown);
        QVERIFY(shown.wait());
        QTest::qWait(50);
        QCOMPARE(shown.count(), 1);
        QCOMPARE(panel.findChild<QLabel*>("tensorTitle")->text(), QString::fromUtf8("W · layer.weight"));
        const TensorStatistics expected = statisticsOf(*sample.model, sample.shared, 64);
        QCOMPARE(panel.findChild<HistogramView*>()->barHeights()[32], double(expected.histogram.counts[32]));
    }

    void showsValuesAndHeatmap()
    {
        const samples::Sample sample = samples::convolutions();
        TaskRunner tasks;
        Document document("sample.onnx", sample.model);
        TensorPanel panel(&tasks, Theme::dark());
        panel.resize(360, 600);
        panel.setDocument(&document);
        document.selectNode(sample.firstConv);
        auto* tabs = panel.findChild<QTabBar*>("tensorTabs");
        tabs->setCurrentIndex(1);
        auto* grid = panel.findChild<TensorGrid*>();
        QTRY_COMPARE(grid->rows(), 48);
        tabs->setCurrentIndex(2);
        auto* canvas = panel.findChild<HeatmapCanvas*>();
        QTRY_VERIFY(canvas->data().has_value());
        QCOMPARE(canvas->data()->rows, 4);  // the two largest dimensions
        panel.grab();
        // The next tensor comes to the tab that is open.
        document.selectNode(sample.stemConv);
        QTRY_COMPARE(canvas->data()->columns, 3);
    }

    void saysWhatIsMissing()
    {
        samples::Sample sample = samples::convolutions();
        sample.model->tensor(sample.shared).data = MissingData{"The file weights.bin is not there."};
        Tensor& empty = sample.model->tensor(sample.stemBias);
        empty.shape = {0};
        TaskRunner tasks;
        Document document("sample.onnx", sample.model);
        TensorPanel panel(&tasks, Theme::light());
        QVERIFY(panel.findChild<EmptyState*>()->sentence().size() > 0);
        panel.setDocument(&document);
        panel.showTensor(sample.shared);
        const auto saysSo = [&](const QString& sentence) {
            for (const EmptyState* state : panel.findChildren<EmptyState*>())
                if (state->sentence().contains(sentence) && state->isVisibleTo(&panel))
                    return true;
            return false;
        };
        QTRY_VERIFY(saysSo("The file weights.bin is not there."));
        panel.findChild<QTabBar*>("tensorTabs")->setCurrentIndex(1);
        QTRY_VERIFY(saysSo("The file weights.bin is not there."));
        panel.findChild<QTabBar*>("tensorTabs")->setCurrentIndex(0);
        panel.showTensor(sample.stemBias);
        QTRY_VERIFY(saysSo("This tensor has no elements."));
    }

    void fetchesAnActivationWhenItsValuesAreLookedAt()
    {
        const samples::Sample sample = samples::convolutions();
        TaskRunner tasks;
        OneActivation service;
        service.tensor = samples::floatTensor("a", {1, 4, 8, 8}, std::vector<float>(256, 1.5f));
        Document document("sample.onnx", sample.model);
        TensorPanel panel(&tasks, Theme::light());
        panel.setInference(&service);
        panel.setDocument(&document);

        auto run = std::make_shared<RunOutcome>();
        NodeRun node;
        node.node = sample.stemRelu;
        node.executions = 1;
        ValueRun value;
        value.value = sample.model->node(sample.stemRelu).outputs()[0];
        value.name = "b";
        value.element = ElementType::Float32;
        value.shape = {1, 4, 8, 8};
        value.isTensor = true;
        Progress progress;
        value.statistics = statistics(*sample.model, service.tensor, 64, progress).value();
        node.outputs.push_back(value);
        run->nodes.push_back(node);
        document.setLastRun(run);

        QSignalSpy shown(&panel, &TensorPanel::statisticsShown);
        document.selectNode(sample.stemRelu);
        QCOMPARE(shown.count(), 1);  // the statistics came with the run
        QCOMPARE(panel.findChild<QLabel*>("tensorTitle")->text(), QString::fromUtf8("output Y · b"));
        panel.findChild<QTabBar*>("tensorTabs")->setCurrentIndex(1);
        auto* grid = panel.findChild<TensorGrid*>();
        QTRY_COMPARE(grid->rows(), 32);
        QCOMPARE(grid->textAt(0, 0), "1.5");
        // Other bins need the numbers too.
        panel.findChild<QComboBox*>("binCount")->setCurrentIndex(0);
        QTRY_COMPARE(panel.findChild<HistogramView*>()->barHeights().size(), 16u);
    }

    void zoomsAndReadsOff()
    {
        HistogramView view;
        view.resize(400, 200);
        view.setTheme(Theme::light());
        TensorStatistics statistics;
        statistics.elements = 100;
        statistics.min = 0;
        statistics.max = 4;
        statistics.histogram = {{0, 1, 2, 3, 4}, {10, 60, 29, 1}};
        view.setHistogram(statistics, Qt::blue);
        QCOMPARE(view.readOut(1), QString::fromUtf8("1 … 2\n60 values, 60%"));
        QTest::keyClick(&view, Qt::Key_Right);
        QTest::keyClick(&view, Qt::Key_Right);
        QCOMPARE(view.currentBin(), 1);
        QVERIFY(!view.isZoomed());
        QTest::keyClick(&view, Qt::Key_Plus);
        QVERIFY(view.isZoomed());
        QTest::keyClick(&view, Qt::Key_0);
        QVERIFY(!view.isZoomed());
        view.zoomTo(1, 3);
        QVERIFY(view.isZoomed());
        view.zoomTo(1, 1.01);  // closer than a bin: nothing more to see
        view.setLogarithmic(true);
        view.grab();
        view.clear();
        QCOMPARE(view.currentBin(), -1);
        view.grab();
    }

    void outlivesItsDocument()
    {
        const samples::Sample sample = samples::convolutions();
        TaskRunner tasks;
        TensorPanel panel(&tasks, Theme::light());
        {
            Document document("sample.onnx", sample.model);
            panel.setDocument(&document);
            document.selectNode(sample.stemConv);
        }
        QTest::qWait(20);
        QVERIFY(!panel.document());
        QCOMPARE(panel.findChild<QComboBox*>("tensorChoice")->count(), 0);
    }
};

QTEST_MAIN(TensorPanelTest)
#include "tensorpaneltest.moc"
