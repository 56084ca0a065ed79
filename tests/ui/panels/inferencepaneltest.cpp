#include "ui/panels/inferencepanel.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>
#include <QToolButton>
#include <atomic>

#include "tests/ui/panels/samplemodel.h"
#include "ui/panels/emptystate.h"
#include "ui/panels/inferenceservice.h"
#include "ui/panels/inputsmodel.h"
#include "ui/panels/messagebar.h"
#include "ui/panels/outputsmodel.h"
#include "ui/panels/runmodel.h"
#include "ui/panels/tabletools.h"
#include "ui/panels/topclassesbar.h"
#include "ui/taskrunner/taskrunner.h"

using namespace tenscope;

namespace {

class FakeService : public InferenceService {
public:
    bool isReady() const override { return ready; }
    QString status() const override { return "The worker is starting."; }
    std::optional<WorkerInfo> info() const override { return WorkerInfo{"1.13", "", {{"cpu", "CPU"}, {"cuda:0", "A card"}}, "", {}}; }
    void restart() override { ++restarts; }

    Result<RunOutcome> run(const Document*, std::shared_ptr<const Model> model, const RunRequest& request,
                           const std::function<void(const NodeRun&)>& onNode, Progress& progress) override
    {
        seen = request;
        seenModel = std::move(model);
        for (const NodeRun& node : outcome.nodes)
            onNode(node);
        while (blocks && !progress.cancelled())
            QThread::msleep(1);
        if (progress.cancelled())
            return fail(Error::cancelled());
        if (!error.message.empty())
            return fail(error);
        return outcome;
    }
    Result<Tensor> activation(const Document*, ValueId, Progress&) override { return fail(Error::run("gone")); }

    bool ready = true;
    std::atomic<bool> blocks = false;
    int restarts = 0;
    Error error;
    RunOutcome outcome;
    RunRequest seen;
    std::shared_ptr<const Model> seenModel;
};

struct Fixture {
    explicit Fixture(FakeService& service) : panel(&tasks, &service, Theme::light())
    {
        sample.model->format = Format::TorchScript;
        document = std::make_unique<Document>("sample.pt", sample.model);
        for (const auto& [node, milliseconds] : {std::pair{sample.stemConv, 3.0}, {sample.stemRelu, 1.0}}) {
            NodeRun run;
            run.node = node;
            run.executions = 1;
            run.milliseconds = milliseconds;
            ValueRun value;
            value.value = sample.model->node(node).outputs()[0];
            value.name = "made";
            value.element = ElementType::Float32;
            value.shape = {1, 4};
            value.isTensor = true;
            value.statistics.elements = 4;
            value.statistics.min = -milliseconds;
            run.outputs.push_back(value);
            service.outcome.nodes.push_back(run);
            service.outcome.outputs = {value};
        }
        service.outcome.outputTensors = {samples::floatTensor("made", {1, 4}, {1, 2, 3, 4})};
        service.outcome.milliseconds = {2, 9, 4};
        panel.setDocument(document.get());
    }

    template <class Widget>
    Widget* find(const char* name)
    {
        return panel.findChild<Widget*>(name);
    }

    samples::Sample sample = samples::convolutions();
    TaskRunner tasks;
    std::unique_ptr<Document> document;
    InferencePanel panel;
};

}  // namespace

class InferencePanelTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QCoreApplication::setOrganizationName("tenscope-tests");
        QStandardPaths::setTestModeEnabled(true);
    }
    void init() { QSettings().clear(); }
    void cleanupTestCase() { QSettings().clear(); }

    void valuesGivenByHand()
    {
        FakeService service;
        Fixture f(service);
        auto* give = f.find<QToolButton>("giveValueButton");
        QVERIFY(!give->isEnabled());
        f.document->reveal(f.sample.stemConv);
        QVERIFY(give->isEnabled());
        give->click();
        auto* table = f.find<QTableView>("inputsTable");
        const int row = table->model()->rowCount() - 1;
        QCOMPARE(row, 2);
        give->click();  // the same value once
        QCOMPARE(table->model()->rowCount(), 3);
        QVERIFY(table->model()->setData(table->model()->index(row, InputsModel::SourceColumn), "0.5"));
        f.panel.run();
        QTRY_VERIFY(!f.panel.isRunning());
        QCOMPARE(service.seen.inputs.size(), 2u);
        QCOMPARE(service.seen.overrides.size(), 1u);
        QCOMPARE(service.seen.overrides[0].value, f.sample.model->node(f.sample.stemConv).outputs()[0]);
        QVERIFY(service.seen.overrides[0].tensor.shape.empty());

        // Delete lets the model compute it again, and inputs stay.
        auto* takeBack = f.panel.findChild<QAction*>("takeBackValue");
        table->setCurrentIndex(table->model()->index(0, 0));
        QVERIFY(!takeBack->isEnabled());
        table->setCurrentIndex(table->model()->index(row, 0));
        takeBack->trigger();
        QCOMPARE(table->model()->rowCount(), 2);
        f.panel.run();
        QTRY_VERIFY(!f.panel.isRunning());
        QVERIFY(service.seen.overrides.empty());
    }

    void namesOfClasses()
    {
        FakeService service;
        Fixture f(service);
        f.panel.run();
        QTRY_VERIFY(!f.panel.isRunning());
        auto* bar = f.find<TopClassesBar>("topClasses");
        auto* shown = f.find<QLabel>("topClassesText");
        QVERIFY(shown->text().startsWith("class 3  4"));
        QTemporaryDir folder;
        QFile file(folder.filePath("labels.txt"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("ant\nbee\ncat\ndog\n");
        file.close();
        bar->setLabels(file.fileName());
        QVERIFY2(shown->text().startsWith("dog  4   ·   cat  3"), qPrintable(shown->text()));
        // The next run knows them, and a file of other classes is refused.
        f.panel.run();
        QTRY_VERIFY(!f.panel.isRunning());
        QVERIFY(shown->text().startsWith("dog"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("ant\nbee\n");
        file.close();
        bar->setLabels(file.fileName());
        QVERIFY2(shown->text().contains("2 classes"), qPrintable(shown->text()));
    }

    void runsAndShowsWhatCameOut()
    {
        FakeService service;
        Fixture f(service);
        f.find<QSpinBox>("repeats")->setValue(3);
        f.find<QSpinBox>("symbol-N")->setValue(5);
        f.find<QComboBox>("device")->setCurrentIndex(1);
        f.find<QPushButton>("runButton")->click();
        QVERIFY(f.panel.isRunning());
        QTRY_VERIFY(!f.panel.isRunning());
        QCOMPARE(service.seen.inputs.size(), 2u);
        QCOMPARE(service.seen.inputs[0].shape, (std::vector<std::int64_t>{5, 3, 8, 8}));
        QCOMPARE(service.seen.repeats, 3);
        QCOMPARE(service.seen.device, "cuda:0");
        QVERIFY(service.seen.trace);
        QVERIFY(f.document->lastRun());
        QVERIFY2(f.find<QLabel>("runTimes")->text().startsWith(QString::fromUtf8("median 4.00")), qPrintable(f.find<QLabel>("runTimes")->text()));

        auto* nodes = f.find<QTableView>("nodesTable");
        QCOMPARE(nodes->model()->rowCount(), 2);
        QCOMPARE(nodes->model()->index(0, RunModel::ShareColumn).data().toString(), "75%");
        nodes->sortByColumn(RunModel::TimeColumn, Qt::AscendingOrder);
        QCOMPARE(nodes->model()->index(0, RunModel::OperatorColumn).data().toString(), "Relu");
        f.find<QLineEdit>("nodesFilter")->setText("conv");
        QCOMPARE(nodes->model()->rowCount(), 1);

        QSignalSpy activated(&f.panel, &InferencePanel::valueActivated);
        nodes->setCurrentIndex(nodes->model()->index(0, 0));
        QCOMPARE(f.document->selection().current(), f.sample.stemConv);
        QCOMPARE(activated.count(), 1);
        auto* outputs = f.find<QTableView>("outputsTable");
        QCOMPARE(outputs->model()->rowCount(), 1);
        outputs->setCurrentIndex(outputs->model()->index(0, 0));
        QVERIFY(activated.count() >= 2);
        QVERIFY(activated.last()[1].value<const Tensor*>() != nullptr);
        // And the other way round.
        f.find<QLineEdit>("nodesFilter")->clear();
        f.document->selectNode(f.sample.stemRelu);
        QCOMPARE(nodes->currentIndex().siblingAtColumn(RunModel::OperatorColumn).data().toString(), "Relu");
    }

    void showsNodesAsTheyComeAndStops()
    {
        FakeService service;
        service.blocks = true;
        Fixture f(service);
        f.panel.run();
        QTRY_COMPARE(f.find<QTableView>("nodesTable")->model()->rowCount(), 2);
        QVERIFY(f.find<QPushButton>("cancelButton")->isVisibleTo(&f.panel));
        QVERIFY(!f.find<QPushButton>("runButton")->isEnabled());
        f.find<QPushButton>("cancelButton")->click();
        QVERIFY(!f.panel.isRunning());
        QVERIFY(!f.document->lastRun());
        QCOMPARE(f.find<QTableView>("nodesTable")->model()->rowCount(), 0);
        QCOMPARE(f.panel.findChild<MessageBar*>()->sentence(), QString());  // cancelled is no failure
        QVERIFY(f.find<QPushButton>("runButton")->isEnabled());
    }

    void saysWhatWentWrong()
    {
        FakeService service;
        service.error = Error::worker("The worker died.");
        Fixture f(service);
        f.panel.run();
        auto* message = f.panel.findChild<MessageBar*>();
        QTRY_COMPARE(message->sentence(), "The worker died.");
        QCOMPARE(message->findChild<QToolButton*>()->text(), "Restart worker");
        message->findChild<QToolButton*>()->click();
        QCOMPARE(service.restarts, 1);

        auto* inputs = f.find<QTableView>("inputsTable")->model();
        inputs->setData(inputs->index(0, InputsModel::SourceColumn), "nowhere.npy");
        f.panel.run();
        QTRY_VERIFY(message->sentence().contains("nowhere.npy"));
        QVERIFY(inputs->index(0, 0).data().toString().startsWith(QString::fromUtf8("▲")));
    }

    void remembersInputs()
    {
        FakeService service;
        {
            Fixture f(service);
            auto* inputs = f.find<QTableView>("inputsTable")->model();
            inputs->setData(inputs->index(0, InputsModel::SourceColumn), "zeros");
            f.find<QSpinBox>("symbol-N")->setValue(7);
        }
        Fixture again(service);
        auto* inputs = again.find<QTableView>("inputsTable")->model();
        QCOMPARE(inputs->index(0, InputsModel::SourceColumn).data().toString(), "zeros");
        QCOMPARE(again.find<QSpinBox>("symbol-N")->value(), 7);
    }

    void saysWhyItCannotRun()
    {
        FakeService service;
        service.ready = false;
        Fixture f(service);
        QVERIFY(!f.find<QPushButton>("runButton")->isEnabled());
        QCOMPARE(f.find<QLabel>("runTimes")->text(), "The worker is starting.");
        service.ready = true;
        f.panel.serviceChanged();
        QVERIFY(f.find<QPushButton>("runButton")->isEnabled());

        Document tensors("weights.safetensors", std::make_shared<const Model>());
        f.panel.setDocument(&tensors);
        QVERIFY(f.panel.findChild<EmptyState*>()->sentence().contains("no graph"));
        f.panel.run();
        QVERIFY(!f.panel.isRunning());
        f.panel.setDocument(nullptr);
    }

    void runsOnnxAsItIsEdited()
    {
        FakeService service;
        Fixture f(service);
        const samples::Sample onnx = samples::convolutions();
        Document document("a.onnx", onnx.model);
        f.panel.setDocument(&document);
        QVERIFY(document.edit(RenameValue{onnx.model->graph(onnx.model->mainGraph).outputs[0], "other"}, "Rename"));
        f.panel.run();
        QTRY_VERIFY(!f.panel.isRunning());
        QCOMPARE(service.seenModel, document.model());
        f.panel.setDocument(nullptr);
    }

    void tablesAreItemModels()
    {
        FakeService service;
        const Fixture f(service);
        RunModel run;
        const QAbstractItemModelTester tester(&run, QAbstractItemModelTester::FailureReportingMode::QtTest);
        run.setRun(f.sample.model, {service.outcome.nodes[0]});
        run.add({service.outcome.nodes[1], service.outcome.nodes[1], service.outcome.nodes[0]});
        QCOMPARE(run.rowCount(), 2);
        QCOMPARE(run.rowOf(f.sample.stemRelu), 1);
        QCOMPARE(run.index(0, RunModel::TimeColumn).data(copyRole).toString(), "3");
        run.clear();
        OutputsModel outputs;
        const QAbstractItemModelTester outputsTester(&outputs, QAbstractItemModelTester::FailureReportingMode::QtTest);
        outputs.setRun(std::make_shared<RunOutcome>(service.outcome));
        QCOMPARE(outputs.index(0, OutputsModel::TypeColumn).data().toString(), QString::fromUtf8("1×4 float32"));
        outputs.setRun(nullptr);
    }
};

QTEST_MAIN(InferencePanelTest)
#include "inferencepaneltest.moc"
