#include "ui/panels/inferencepanel.h"

#include <QCryptographicHash>
#include <QEvent>
#include <QFrame>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QSettings>
#include <QSortFilterProxyModel>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/panels/busyline.h"
#include "ui/panels/emptystate.h"
#include "ui/panels/givenvalues.h"
#include "ui/panels/inferenceoptions.h"
#include "ui/panels/inferenceservice.h"
#include "ui/panels/inputdelegate.h"
#include "ui/panels/inputsmodel.h"
#include "ui/panels/messagebar.h"
#include "ui/panels/outputsmodel.h"
#include "ui/panels/paneltext.h"
#include "ui/panels/runmodel.h"
#include "ui/panels/sharedelegate.h"
#include "ui/panels/steadytabbar.h"
#include "ui/panels/tabletools.h"
#include "ui/panels/topclassesbar.h"
#include "ui/taskrunner/taskrunner.h"

namespace tenscope {

namespace {

enum Tab { InputsTab, OutputsTab, NodesTab };

}  // namespace

struct InferencePanel::Attempt {
    std::shared_ptr<const RunOutcome> outcome;
    Error error;
    int failedInput = -1;
};

InferencePanel::InferencePanel(TaskRunner* tasks, InferenceService* service, const Theme& theme, QWidget* parent)
    : Panel(tasks, theme, parent),
      m_service(service),
      m_run(new QPushButton(tr("▶ Run"))),
      m_cancel(new QPushButton(tr("Cancel"))),
      m_options(new InferenceOptions),
      m_times(new QLabel),
      m_message(new MessageBar),
      m_busy(new BusyLine),
      m_pages(new QStackedWidget),
      m_empty(new EmptyState),
      m_content(new QWidget),
      m_tabs(new SteadyTabBar),
      m_tables(new QStackedWidget),
      m_inputsTable(new QTableView),
      m_outputsTable(new QTableView),
      m_nodePages(new QStackedWidget),
      m_nodesEmpty(new EmptyState),
      m_filter(new QLineEdit),
      m_nodesTable(new QTableView),
      m_inputs(new InputsModel(this)),
      m_outputs(new OutputsModel(this)),
      m_nodes(new RunModel(this)),
      m_sortedNodes(new QSortFilterProxyModel(this)),
      m_shares(new ShareDelegate(this)),
      m_resultTab(OutputsTab)
{
    setObjectName("inferencePanel");
    m_run->setObjectName("runButton");
    m_run->setProperty("primary", true);
    m_cancel->setObjectName("cancelButton");
    m_cancel->setToolTip(tr("Stop the run between two operators"));
    m_times->setObjectName("runTimes");
    m_times->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_times->setMinimumWidth(1);
    m_arriving.setInterval(100);
    buildTables();

    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(8, 6, 12, 6);
    bar->setSpacing(8);
    bar->addWidget(m_run);
    bar->addWidget(m_cancel);
    bar->addWidget(m_options);
    bar->addStretch(1);
    bar->addWidget(m_times, 2, Qt::AlignRight | Qt::AlignVCenter);
    auto* tabs = new QHBoxLayout;
    tabs->setContentsMargins(0, 0, 8, 0);
    tabs->addWidget(m_tabs);
    tabs->addStretch(1);
    tabs->addWidget(m_given->button());
    tabs->addWidget(m_filter);
    auto* line = new QFrame;
    line->setProperty("line", true);
    line->setFixedHeight(1);
    auto* content = new QVBoxLayout(m_content);
    content->setContentsMargins(0, 0, 0, 0);
    content->setSpacing(0);
    content->addLayout(bar);
    content->addWidget(m_message);
    content->addLayout(tabs);
    content->addWidget(line);
    content->addWidget(m_tables, 1);
    m_pages->addWidget(m_empty);
    m_pages->addWidget(m_content);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_busy);
    layout->addWidget(m_pages, 1);
    setFocusProxy(m_run);

    connect(m_run, &QPushButton::clicked, this, &InferencePanel::run);
    connect(m_cancel, &QPushButton::clicked, this, &InferencePanel::cancel);
    connect(m_message, &MessageBar::buttonClicked, this, &InferencePanel::help);
    connect(&m_arriving, &QTimer::timeout, this, &InferencePanel::takeArrivals);
    connect(m_inputs, &QAbstractItemModel::dataChanged, this, [this] {
        m_options->setUsesImages(m_inputs->usesImages());
        rememberInputs();
    });
    connect(tasks, &TaskRunner::progressed, this, [this](int id, double fraction) {
        if (m_running && id == m_task)
            m_busy->setProgress(fraction);
    });
    applyTheme();
    documentReplaced();
}

InferencePanel::~InferencePanel() = default;

void InferencePanel::buildTables()
{
    m_tabs->setObjectName("inferenceTabs");
    m_tabs->addTab(tr("Inputs"));
    m_tabs->addTab(tr("Outputs"));
    m_tabs->addTab(tr("Nodes"));
    m_inputsTable->setObjectName("inputsTable");
    m_inputsTable->setAccessibleName(tr("Inputs of the run"));
    m_inputsTable->setModel(m_inputs);
    setUpTable(m_inputsTable);
    m_inputsTable->setSortingEnabled(false);
    m_inputsTable->setItemDelegate(new InputDelegate(m_inputsTable));
    m_given = new GivenValues(m_inputs, m_inputsTable, this);
    connect(m_given, &GivenValues::given, this, [this](int row) {
        m_inputsTable->resizeColumnsToContents();
        editInput(m_inputs->index(row, InputsModel::SourceColumn));
    });
    m_inputsTable->setSelectionBehavior(QAbstractItemView::SelectItems);
    m_inputsTable->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::SelectedClicked |
                                   QAbstractItemView::EditKeyPressed | QAbstractItemView::AnyKeyPressed);
    m_inputsTable->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 12);
    m_inputsTable->horizontalHeader()->setStretchLastSection(true);
    m_inputsTable->horizontalHeader()->setMinimumSectionSize(48);
    m_outputsTable->setObjectName("outputsTable");
    m_outputsTable->setAccessibleName(tr("Outputs of the run"));
    m_outputsTable->setModel(m_outputs);
    setUpTable(m_outputsTable);
    m_outputsTable->setSortingEnabled(false);
    m_nodePages->addWidget(m_nodesEmpty);
    m_nodePages->addWidget(m_nodesTable);
    m_tables->addWidget(m_inputsTable);
    m_topClasses = new TopClassesBar;
    auto* outputsPage = new QWidget;
    auto* outputs = new QVBoxLayout(outputsPage);
    outputs->setContentsMargins(0, 0, 0, 0);
    outputs->setSpacing(0);
    outputs->addWidget(m_topClasses);
    outputs->addWidget(m_outputsTable, 1);
    m_tables->addWidget(outputsPage);
    m_tables->addWidget(m_nodePages);

    m_sortedNodes->setSourceModel(m_nodes);
    m_sortedNodes->setSortRole(sortRole);
    m_sortedNodes->setFilterRole(RunModel::FilterRole);
    m_sortedNodes->setFilterKeyColumn(-1);
    m_sortedNodes->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_nodesTable->setObjectName("nodesTable");
    m_nodesTable->setAccessibleName(tr("Nodes of the run"));
    m_nodesTable->setModel(m_sortedNodes);
    setUpTable(m_nodesTable);
    m_nodesTable->sortByColumn(-1, Qt::AscendingOrder);  // the order of execution, until someone sorts
    m_nodesTable->setItemDelegateForColumn(RunModel::ShareColumn, m_shares);
    m_nodesTable->viewport()->installEventFilter(this);
    const QFontMetrics digits(monospaceFont(0.95));
    for (int column = RunModel::TimeColumn; column < RunModel::ColumnCount; ++column)
        m_nodesTable->setColumnWidth(column, digits.horizontalAdvance(column == RunModel::NanColumn ? "888 k" : "−0.00000e") + 16);
    m_nodesTable->setColumnWidth(RunModel::OperatorColumn, fontMetrics().horizontalAdvance("aten::_convolution") + 24);
    m_nodesTable->setColumnWidth(RunModel::OutputColumn, digits.horizontalAdvance("1×256×56×56") + 24);
    m_nodesTable->setColumnWidth(RunModel::ShareColumn, digits.horizontalAdvance("<0.1%") + 64);

    m_filter->setObjectName("nodesFilter");
    m_filter->setPlaceholderText(tr("Filter nodes and operators"));
    m_filter->setAccessibleName(tr("Filter the nodes of the run"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setFixedWidth(m_filter->fontMetrics().horizontalAdvance(m_filter->placeholderText()) + 56);

    connect(m_tabs, &QTabBar::currentChanged, this, &InferencePanel::showTab);
    connect(m_tabs, &QTabBar::tabBarClicked, this, [this](int tab) {
        if (tab == OutputsTab || tab == NodesTab)
            m_resultTab = tab;
    });
    connect(m_filter, &QLineEdit::textChanged, m_sortedNodes, &QSortFilterProxyModel::setFilterFixedString);
    connect(m_nodesTable->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) { activateNode(current); });
    connect(m_outputsTable->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) { activateOutput(current); });
    connect(m_outputsTable, &QTableView::clicked, this, &InferencePanel::activateOutput);
    connect(m_nodesTable, &QTableView::clicked, this, &InferencePanel::activateNode);
}

bool InferencePanel::eventFilter(QObject* watched, QEvent* event)
{
    // Names have what the numbers leave, but never less than one can read.
    if (watched == m_nodesTable->viewport() && event->type() == QEvent::Resize) {
        int others = 0;
        for (int column = RunModel::NodeColumn + 1; column < RunModel::ColumnCount; ++column)
            others += m_nodesTable->columnWidth(column);
        m_nodesTable->setColumnWidth(RunModel::NodeColumn, std::max(160, m_nodesTable->viewport()->width() - others));
    }
    return Panel::eventFilter(watched, event);
}

void InferencePanel::documentReplaced()
{
    cancel();
    m_message->showMessage({});
    m_shownInputsOf = document() ? document()->model() : nullptr;
    m_inputs->setModel(m_shownInputsOf.get());
    recallInputs();
    m_options->setSymbols(m_inputs->symbols());
    m_options->setUsesImages(m_inputs->usesImages());
    serviceChanged();
    showOutcome();
    m_inputsTable->resizeColumnsToContents();
}

void InferencePanel::documentChanged(const Change& change)
{
    if (const auto* edit = std::get_if<ModelChanged>(&change))
        modelChanged(edit->touched);
    else if (std::holds_alternative<SavedChanged>(change))
        updateState();
    else if (std::holds_alternative<RunChanged>(change))
        showOutcome();
    else if (std::holds_alternative<SelectionChanged>(change))
        selectFromDocument();
}

void InferencePanel::modelChanged(const Touched& touched)
{
    // What was typed for the inputs stays, unless they are others now.
    const auto before = std::exchange(m_shownInputsOf, document()->model());
    const GraphId main = m_shownInputsOf->mainGraph;
    const std::vector<ValueId> inputs = main ? m_shownInputsOf->graph(main).inputs : std::vector<ValueId>();
    const bool isAnInput = std::find_first_of(inputs.begin(), inputs.end(), touched.values.begin(), touched.values.end()) != inputs.end();
    const bool isAnother = main && before->graph(main).inputs != inputs;
    if (isAnInput || isAnother) {
        documentReplaced();
        return;
    }
    m_inputs->setModel(m_shownInputsOf.get());
    recallInputs();
    updateState();
}

void InferencePanel::applyTheme()
{
    Panel::applyTheme();
    m_busy->setColours(theme().accent, theme().line);
    m_message->setStyleSheet(QStringLiteral("#messageBar { background: %1; }").arg(theme().canvas.name()));
    m_shares->setTheme(theme());
    m_nodesTable->viewport()->update();
}

void InferencePanel::serviceChanged()
{
    if (const auto info = m_service ? m_service->info() : std::nullopt)
        m_options->setInfo(*info);
    updateState();
}

QString InferencePanel::reasonNotToRun() const
{
    if (!m_service)
        return tr("There is no worker to run models.");
    if (!m_service->isReady())
        return m_service->status();
    return {};
}

void InferencePanel::updateState()
{
    QString sentence;
    if (!document())
        sentence = tr("Open a model to run it with sample inputs.");
    else if (!document()->model()->mainGraph)
        sentence = tr("This file holds no graph that could run.");
    m_empty->setText(sentence);
    m_pages->setCurrentWidget(sentence.isEmpty() ? m_content : static_cast<QWidget*>(m_empty));

    const QString reason = reasonNotToRun();
    m_run->setEnabled(sentence.isEmpty() && reason.isEmpty() && !m_running);
    m_run->setToolTip(reason.isEmpty() ? tr("Run the model with these inputs") : reason);
    m_cancel->setVisible(m_running);
    m_options->setEnabled(!m_running);
    m_inputsTable->setEnabled(!m_running);
    if (!reason.isEmpty() && !m_running)
        m_times->setText(reason);
    else if (document() && document()->lastRun())
        showTimes(*document()->lastRun());
    else
        m_times->clear();
    m_nodesEmpty->setText(m_running ? tr("Running…")
                                    : tr("After a run with the trace switched on, every node stands here with its time and what it made."));
}

void InferencePanel::run()
{
    if (m_running || !document() || m_pages->currentWidget() != m_content || !reasonNotToRun().isEmpty())
        return;
    m_inputsTable->setFocus();  // an editor that is open commits what was typed
    m_run->setFocus();
    m_message->showMessage({});
    for (int row = 0; row < m_inputs->rowCount(); ++row)
        m_inputs->setProblem(row, {});
    m_running = true;
    m_arrivals = std::make_shared<Arrivals>();
    m_nodes->setRun(document()->model(), {});
    showNodeCount();
    if (m_options->request().trace)
        m_tabs->setCurrentIndex(NodesTab);  // they arrive while the model runs
    m_busy->start();
    m_arriving.start();
    updateState();
    emit runningChanged(true);

    m_task = tasks()->run<Attempt>(
        tr("Running %1").arg(document()->title()), taskKey("run"), this,
        [service = m_service, subject = static_cast<const Document*>(document()), model = document()->model(),
         rows = m_inputs->inputs(),
         settings = m_options->inputSettings(), request = m_options->request(),
         arrivals = m_arrivals](Progress& progress) mutable -> Result<Attempt> {
            auto inputs = makeInputs(rows, settings, progress);
            if (!inputs && inputs.error().error.isCancelled())
                return fail(Error::cancelled());
            if (!inputs)
                return Attempt{nullptr, inputs.error().error, inputs.error().row};
            request.inputs = std::move(inputs->inputs);
            request.overrides = std::move(inputs->overrides);
            const auto onNode = [&arrivals](const NodeRun& node) {
                const std::lock_guard lock(arrivals->mutex);
                arrivals->nodes.push_back(node);
            };
            Result<RunOutcome> outcome = service->run(subject, model, request, onNode, progress);
            if (!outcome && outcome.error().isCancelled())
                return fail(Error::cancelled());
            if (!outcome)
                return Attempt{nullptr, outcome.error(), -1};
            return Attempt{std::make_shared<const RunOutcome>(std::move(*outcome)), {}, -1};
        },
        [this](Result<Attempt> attempt) { finish(attempt ? std::move(*attempt) : Attempt{nullptr, attempt.error(), -1}); });
}

void InferencePanel::cancel()
{
    if (!m_running)
        return;
    tasks()->cancel(taskKey("run"));
    m_running = false;
    m_arriving.stop();
    m_arrivals.reset();
    m_busy->stop();
    showOutcome();
    updateState();
    emit runningChanged(false);
}

void InferencePanel::finish(Attempt attempt)
{
    m_running = false;
    m_arriving.stop();
    m_arrivals.reset();
    m_busy->stop();
    if (attempt.outcome && document())
        document()->setLastRun(std::move(attempt.outcome));
    else
        showOutcome();
    updateState();
    if (!attempt.error.message.empty())
        showFailure(attempt.error, attempt.failedInput);
    emit runningChanged(false);
}

void InferencePanel::takeArrivals()
{
    if (!m_arrivals)
        return;
    std::vector<NodeRun> nodes;
    {
        const std::lock_guard lock(m_arrivals->mutex);
        nodes.swap(m_arrivals->nodes);
    }
    if (nodes.empty())
        return;
    m_nodes->add(nodes);
    showNodeCount();
}

void InferencePanel::showNodeCount()
{
    const int count = m_nodes->rowCount();
    m_tabs->setTabText(NodesTab, count > 0 ? tr("Nodes %1").arg(grouped(std::uint64_t(count))) : tr("Nodes"));
    m_nodePages->setCurrentIndex(count > 0 ? 1 : 0);
    showTab();
}

void InferencePanel::showTab()
{
    m_tables->setCurrentIndex(m_tabs->currentIndex());
    m_filter->setVisible(m_tabs->currentIndex() == NodesTab && m_nodes->rowCount() > 0);
    m_given->button()->setVisible(m_tabs->currentIndex() == InputsTab);
}

void InferencePanel::showOutcome()
{
    const auto run = document() ? document()->lastRun() : nullptr;
    m_outputs->setRun(run);
    m_topClasses->setRun(document() ? document()->model() : nullptr, run);
    m_outputsTable->resizeColumnsToContents();
    m_tabs->setTabText(OutputsTab, run ? tr("Outputs %1").arg(run->outputs.size()) : tr("Outputs"));
    m_tabs->setTabEnabled(OutputsTab, run != nullptr);
    m_nodes->setRun(document() ? document()->model() : nullptr, run ? run->nodes : std::vector<NodeRun>());
    showNodeCount();
    const bool hasWanted = run && (m_resultTab == NodesTab ? !run->nodes.empty() : !run->outputs.empty());
    m_tabs->setCurrentIndex(!run ? InputsTab : hasWanted ? m_resultTab : OutputsTab);
    selectFromDocument();
    updateState();
}

void InferencePanel::showTimes(const RunOutcome& run)
{
    std::vector<double> times = run.milliseconds;
    if (times.empty())
        return m_times->clear();
    std::sort(times.begin(), times.end());
    const std::size_t half = times.size() / 2;
    const double median = times.size() % 2 ? times[half] : (times[half - 1] + times[half]) / 2;
    m_times->setText(times.size() == 1 ? duration(median)
                                       : tr("median %1 · min %2 · max %3").arg(duration(median), duration(times.front()), duration(times.back())));
    QString tip = tr("timed runs: %1, device: %2, threads: %3").arg(times.size()).arg(text(run.device)).arg(run.threads);
    for (std::size_t i = 0; i < std::min<std::size_t>(run.milliseconds.size(), 20); ++i)
        tip += '\n' + exactNumber(run.milliseconds[i]) + QStringLiteral(" ms");
    m_times->setToolTip(tip);
}

void InferencePanel::showFailure(const Error& error, int input)
{
    m_failure = error;
    m_failedInput = input;
    const QString sentence = text(error.message);
    if (input >= 0) {
        m_inputs->setProblem(input, sentence);
        m_inputsTable->resizeColumnsToContents();  // the mark needs room
        m_tabs->setCurrentIndex(InputsTab);
        const InputRow& row = m_inputs->inputs()[std::size_t(input)];
        m_message->showMessage(sentence, row.type.isTensor() && !row.type.shape && row.shape.isEmpty() ? tr("Give a shape") : tr("Change the input"), true);
    } else if (error.kind == ErrorKind::Worker) {
        m_message->showMessage(sentence, tr("Restart worker"), true);
    } else {
        m_message->showMessage(sentence, tr("Change the inputs"), true);
    }
}

void InferencePanel::help()
{
    m_message->showMessage({});
    if (m_failedInput < 0 && m_failure.kind == ErrorKind::Worker) {
        m_service->restart();
        return;
    }
    const int row = std::max(0, m_failedInput);
    if (row >= m_inputs->rowCount())
        return;
    const InputRow& input = m_inputs->inputs()[std::size_t(row)];
    const bool needsShape = input.type.isTensor() && !input.type.shape && input.shape.isEmpty();
    editInput(m_inputs->index(row, needsShape ? InputsModel::ShapeColumn : InputsModel::SourceColumn));
}

void InferencePanel::editInput(const QModelIndex& cell)
{
    m_tabs->setCurrentIndex(InputsTab);
    m_inputsTable->setFocus();
    m_inputsTable->setCurrentIndex(cell);
    m_inputsTable->edit(cell);
}

void InferencePanel::activateNode(const QModelIndex& index)
{
    if (m_following || !index.isValid() || !document())
        return;
    const QScopedValueRollback following(m_following, true);
    const int row = m_sortedNodes->mapToSource(index).row();
    document()->reveal(m_nodes->node(row).node);
    if (const ValueRun* output = m_nodes->output(row))
        emit valueActivated(*output, nullptr);
}

void InferencePanel::activateOutput(const QModelIndex& index)
{
    const RunOutcome* run = m_outputs->run();
    if (!run || !index.isValid())
        return;
    const auto row = std::size_t(index.row());
    if (run->outputs[row].isTensor)
        emit valueActivated(run->outputs[row], row < run->outputTensors.size() ? &run->outputTensors[row] : nullptr);
}

void InferencePanel::selectFromDocument()
{
    if (document())
        m_given->setNode(document()->model(), document()->selection().current());
    if (m_following || !document())
        return;
    const QScopedValueRollback following(m_following, true);
    const int row = document()->selection().current() ? m_nodes->rowOf(document()->selection().current()) : -1;
    const QModelIndex index = row < 0 ? QModelIndex() : m_sortedNodes->mapFromSource(m_nodes->index(row, 0));
    if (index.isValid()) {
        m_nodesTable->setCurrentIndex(index);
        m_nodesTable->scrollTo(index);
    } else {
        m_nodesTable->clearSelection();
        m_nodesTable->setCurrentIndex({});
    }
}

// Shapes and sources are remembered for each file, so that they have to be given once.
void InferencePanel::rememberInputs() const
{
    if (!document())
        return;
    QSettings settings;
    settings.beginGroup(QStringLiteral("inference/inputs/") +
                        QCryptographicHash::hash(document()->path().toUtf8(), QCryptographicHash::Sha1).toHex());
    for (const InputRow& row : m_inputs->inputs())
        if (!row.given)
            settings.setValue(text(row.name), QStringList{row.shape, row.source});
}

void InferencePanel::recallInputs()
{
    if (!document())
        return;
    QSettings settings;
    settings.beginGroup(QStringLiteral("inference/inputs/") +
                        QCryptographicHash::hash(document()->path().toUtf8(), QCryptographicHash::Sha1).toHex());
    const std::vector<InputRow> rows = m_inputs->inputs();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const QStringList known = settings.value(text(rows[i].name)).toStringList();
        if (known.size() != 2 || rows[i].given)
            continue;
        m_inputs->setData(m_inputs->index(int(i), InputsModel::ShapeColumn), known[0]);
        m_inputs->setData(m_inputs->index(int(i), InputsModel::SourceColumn), known[1]);
    }
}

}  // namespace tenscope
