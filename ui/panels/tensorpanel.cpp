#include "ui/panels/tensorpanel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QThread>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "core/analysis/npy.h"
#include "core/graph/text.h"
#include "ui/panels/busyline.h"
#include "ui/panels/elidedcombo.h"
#include "ui/panels/elidedlabel.h"
#include "ui/panels/emptystate.h"
#include "ui/panels/factsgrid.h"
#include "ui/panels/heatmapview.h"
#include "ui/panels/histogramview.h"
#include "ui/panels/inferenceservice.h"
#include "ui/panels/messagebar.h"
#include "ui/panels/paneltext.h"
#include "ui/panels/tensoreditor.h"
#include "ui/panels/steadytabbar.h"
#include "ui/panels/valuesview.h"
#include "ui/taskrunner/taskrunner.h"

namespace tenscope {

namespace {

enum Fact { ShapeFact, SizeFact, RangeFact, MeanFact, OddFact };
enum Tab { HistogramTab, ValuesTab, HeatmapTab };

}  // namespace

TensorPanel::TensorPanel(TaskRunner* tasks, const Theme& theme, QWidget* parent)
    : Panel(tasks, theme, parent),
      m_choice(new ElidedCombo),
      m_title(new ElidedLabel),
      m_facts(new FactsGrid({tr("shape"), tr("size"), tr("range"), tr("mean ± std"), tr("zeros · NaN · Inf")})),
      m_tabs(new SteadyTabBar),
      m_pages(new QStackedWidget),
      m_histogram(new HistogramView),
      m_bins(new QComboBox),
      m_logarithmic(new QCheckBox(tr("log counts"))),
      m_histogramTools(new QWidget),
      m_resetZoom(new QToolButton),
      m_save(new QToolButton),
      m_edit(new QToolButton),
      m_editor(new TensorEditor(tasks, this)),
      m_values(new ValuesView),
      m_heatmap(new HeatmapView(tasks)),
      m_message(new EmptyState),
      m_content(new QWidget),
      m_empty(new EmptyState),
      m_busy(new BusyLine),
      m_saveMessage(new MessageBar),
      m_refusal(new MessageBar)
{
    setObjectName("tensorPanel");
    m_choice->setObjectName("tensorChoice");
    m_choice->setAccessibleName(tr("Which tensor of the node"));
    m_choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_choice->setMinimumContentsLength(8);
    m_title->setObjectName("tensorTitle");
    m_title->setProperty("title", true);
    m_facts->setObjectName("tensorFacts");
    m_tabs->setObjectName("tensorTabs");
    m_tabs->addTab(tr("Histogram"));
    m_tabs->addTab(tr("Values"));
    m_tabs->addTab(tr("Heatmap"));
    m_bins->setObjectName("binCount");
    m_bins->setAccessibleName(tr("Number of bins"));
    m_bins->setToolTip(tr("How many equal parts the range is divided into"));
    for (const int bins : {16, 32, 64, 128, 256, 512})
        m_bins->addItem(tr("%1 bins").arg(bins), bins);
    m_bins->setCurrentIndex(m_bins->findData(StatisticsCache::usualBins));
    m_logarithmic->setObjectName("logCounts");
    m_logarithmic->setToolTip(tr("Draw counts on a logarithmic axis: rare values show"));
    m_resetZoom->setObjectName("resetZoom");
    m_resetZoom->setText(tr("Show all"));
    m_resetZoom->setToolTip(tr("Show the whole range again (0, or a double click)"));
    m_resetZoom->setProperty("link", true);
    m_resetZoom->hide();
    m_save->setObjectName("saveNpy");
    m_save->setText(tr("Save .npy…"));
    m_save->setProperty("quiet", true);
    m_save->setToolTip(tr("Save the tensor as a NumPy file"));
    m_edit->setObjectName("editTensor");
    m_edit->setText(tr("Edit"));
    m_edit->setProperty("quiet", true);
    m_edit->setToolTip(tr("Give the tensor other numbers, another type or another name"));
    m_edit->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(m_edit);
    m_edit->setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] { m_editor->fillMenu(menu); });
    connect(m_values, &ValuesView::typed, m_editor, &TensorEditor::setElement);
    connect(m_editor, &TensorEditor::refused, this, [this](const QString& sentence) { m_refusal->showMessage(sentence, tr("Dismiss"), true); });
    connect(m_refusal, &MessageBar::buttonClicked, m_refusal, &QWidget::hide);
    m_refusal->setObjectName("tensorRefusal");
    m_busy->setObjectName("tensorBusy");

    auto* tools = new QHBoxLayout(m_histogramTools);
    tools->setContentsMargins(0, 0, 0, 0);
    tools->setSpacing(8);
    tools->addWidget(m_bins);
    tools->addWidget(m_logarithmic);
    tools->addWidget(m_resetZoom);
    auto* foot = new QHBoxLayout;
    foot->setContentsMargins(8, 2, 12, 6);
    foot->addWidget(m_histogramTools);
    foot->addStretch(1);
    foot->addWidget(m_edit);
    foot->addWidget(m_save);
    m_pages->addWidget(m_histogram);
    m_pages->addWidget(m_values);
    m_pages->addWidget(m_heatmap);
    m_pages->addWidget(m_message);

    auto* title = new QHBoxLayout;
    title->setContentsMargins(12, 8, 8, 2);
    title->addWidget(m_title, 1);
    title->addWidget(m_choice, 1);
    auto* tabs = new QHBoxLayout;
    tabs->setContentsMargins(8, 2, 8, 0);
    tabs->addWidget(m_tabs);
    tabs->addStretch(1);
    auto* line = new QFrame;
    line->setProperty("line", true);
    line->setFixedHeight(1);
    auto* content = new QVBoxLayout(m_content);
    content->setContentsMargins(0, 0, 0, 0);
    content->setSpacing(0);
    content->addLayout(title);
    content->addWidget(m_facts);
    content->addLayout(tabs);
    content->addWidget(line);
    content->addWidget(m_pages, 1);
    content->addWidget(m_saveMessage);
    content->addWidget(m_refusal);
    content->addLayout(foot);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_busy);
    layout->addWidget(m_empty);
    layout->addWidget(m_content, 1);
    setFocusProxy(m_tabs);

    connect(m_choice, &QComboBox::currentIndexChanged, this, &TensorPanel::choose);
    connect(m_tabs, &QTabBar::currentChanged, this, &TensorPanel::showTab);
    connect(m_bins, &QComboBox::currentIndexChanged, this, &TensorPanel::computeStatistics);
    connect(m_logarithmic, &QCheckBox::toggled, m_histogram, &HistogramView::setLogarithmic);
    connect(m_resetZoom, &QToolButton::clicked, m_histogram, &HistogramView::resetZoom);
    connect(m_histogram, &HistogramView::zoomChanged, m_resetZoom, &QToolButton::setVisible);
    connect(m_save, &QToolButton::clicked, this, &TensorPanel::save);
    connect(m_saveMessage, &MessageBar::buttonClicked, this, &TensorPanel::save);
    connect(m_heatmap, &HeatmapView::busyChanged, this, [this](bool busy) {
        m_drawing = busy;
        updateBusy();
    });
    connect(m_heatmap, &HeatmapView::elementActivated, this, [this](std::uint64_t element) {
        m_tabs->setCurrentIndex(ValuesTab);
        m_values->goTo(element);
    });
    applyTheme();
    documentReplaced();
}

TensorPanel::~TensorPanel() = default;

void TensorPanel::documentReplaced()
{
    setChoices({}, -1);
    m_empty->setText(document() ? tr("Select a node to see its weights here.")
                                : tr("The numbers of a weight appear here: its range, its histogram, its values."));
    follow();
}

void TensorPanel::documentChanged(const Change& change)
{
    if (std::holds_alternative<ModelChanged>(change))
        followModel();
    else if (std::holds_alternative<SelectionChanged>(change) || std::holds_alternative<RunChanged>(change))
        follow();
}

void TensorPanel::followModel()
{
    // What is shown is shown as it is now: the tensors keep their ids.
    const auto model = document()->model();
    std::vector<TensorChoice> choices = m_choices;
    for (TensorChoice& choice : choices) {
        choice.model = model;
        if (choice.stored && !model->tensor(choice.stored).name.empty())
            choice.name = text(model->tensor(choice.stored).name);
    }
    setChoices(std::move(choices), m_choice->currentIndex());
    if (!document()->selection().isEmpty())
        follow();
}

void TensorPanel::applyTheme()
{
    Panel::applyTheme();
    m_busy->setColours(theme().accent, theme().line);
    m_histogram->setTheme(theme());
    m_values->setTheme(theme());
    m_heatmap->setTheme(theme());
}

void TensorPanel::follow()
{
    if (!document() || document()->selection().isEmpty()) {
        // Nothing selected: the last tensor stays, as long as it is one of this document's.
        if (!document() || (current() && current()->model != document()->model()))
            setChoices({}, -1);
        return;
    }
    const auto run = document()->lastRun();
    std::vector<TensorChoice> choices = tensorChoices(document()->model(), document()->selection(), run.get());
    if (choices.empty() && document()->selection().current())
        m_empty->setText(run && !run->nodes.empty() ? tr("This node reads no stored tensors, and it made none in the last run.")
                                                    : tr("This node reads no stored tensors. What it computes appears here "
                                                         "after a run with the trace switched on."));
    // Going from node to node, people keep looking at the same thing: weights, or outputs.
    int wanted = choices.empty() ? -1 : 0;
    for (std::size_t i = 0; i < choices.size(); ++i)
        if (choices[i].role == m_lastRole)
            wanted = int(i);
    if (current())
        for (std::size_t i = 0; i < choices.size(); ++i)
            if (choices[i].isSame(*current()))
                wanted = int(i);
    setChoices(std::move(choices), wanted);
}

void TensorPanel::showTensor(TensorId tensor)
{
    if (document() && tensor)
        addChoice(storedChoice(document()->model(), tensor));
}

void TensorPanel::showActivation(const ValueRun& activation, const Tensor* whole)
{
    if (document() && activation.isTensor)
        addChoice(activationChoice(document()->model(), activation, whole));
}

void TensorPanel::addChoice(TensorChoice choice)
{
    std::vector<TensorChoice> choices = m_choices;
    for (std::size_t i = 0; i < choices.size(); ++i)
        if (choices[i].isSame(choice)) {
            if (choice.whole)
                choices[i].whole = choice.whole;
            return setChoices(std::move(choices), int(i));
        }
    choices.insert(choices.begin(), std::move(choice));
    setChoices(std::move(choices), 0);
}

void TensorPanel::setChoices(std::vector<TensorChoice> choices, int wanted)
{
    const bool isSame = current() && wanted >= 0 && choices[std::size_t(wanted)].isSame(*current());
    m_choices = std::move(choices);
    {
        const QSignalBlocker blocker(m_choice);
        m_choice->clear();
        for (const TensorChoice& choice : m_choices) {
            m_choice->addItem(choice.title());
            m_choice->setItemData(m_choice->count() - 1, typeText(choice.element(), choice.shape()), Qt::ToolTipRole);
        }
        m_choice->setCurrentIndex(wanted);
    }
    m_choice->setVisible(m_choices.size() > 1);
    m_title->setVisible(m_choices.size() == 1);
    m_content->setVisible(!m_choices.empty());
    m_empty->setVisible(m_choices.empty());
    if (!isSame)
        choose(wanted);
}

const TensorChoice* TensorPanel::current() const
{
    const int index = m_choice->currentIndex();
    return index >= 0 && index < int(m_choices.size()) ? &m_choices[std::size_t(index)] : nullptr;
}

void TensorPanel::choose(int)
{
    m_saveMessage->showMessage({});
    m_fetched.reset();
    m_reader.reset();
    m_readerMessage.clear();
    m_histogramMessage.clear();
    tasks()->cancel(taskKey("reader"));
    tasks()->cancel(taskKey("statistics"));
    m_computing = m_reading = false;
    if (!current()) {
        m_values->setReader(nullptr);
        m_heatmap->setReader(nullptr);
        m_histogram->clear();
        updateBusy();
        return;
    }
    m_refusal->hide();
    m_editor->setTarget(document(), current()->stored);
    m_values->setEditable(m_editor->canEdit());
    m_edit->setEnabled(m_editor->canEdit());
    m_lastRole = current()->role;
    m_title->setText(current()->title());
    m_title->setToolTip(current()->title());
    m_choice->setToolTip(current()->title());
    showFacts();
    computeStatistics();
    showTab();
}

void TensorPanel::showFacts()
{
    const TensorChoice& choice = *current();
    m_facts->set(ShapeFact, shapeText(choice.shape()) + ' ' + text(name(choice.element())),
                 tr("%1 elements of %2 bits").arg(grouped(choice.stored ? choice.model->tensor(choice.stored).elements().value_or(0)
                                                                       : choice.activation->statistics.elements))
                     .arg(bits(choice.element())));
    if (!choice.stored) {
        const auto bytes = byteSize(choice.element(), choice.activation->statistics.elements).value_or(0);
        m_facts->set(SizeFact, tr("%1, computed").arg(text(byteCount(bytes))), tr("%1 bytes").arg(grouped(bytes)));
        return;
    }
    const Tensor& tensor = choice.model->tensor(choice.stored);
    const std::uint64_t bytes = tensor.storedBytes();
    QString size = text(byteCount(bytes));
    QString tip = tr("%1 bytes").arg(grouped(bytes));
    if (const auto* slice = std::get_if<FileSlice>(&tensor.data)) {
        size += tr(" at %1").arg(grouped(slice->offset));
        if (slice->file)
            tip += '\n' + tr("byte %1 of %2").arg(grouped(slice->offset), QString::fromStdString(slice->file->path().filename().string()));
    } else if (std::holds_alternative<SparseData>(tensor.data)) {
        size += tr(", sparse");
    } else if (std::holds_alternative<MissingData>(tensor.data)) {
        size = tr("not there");
    }
    if (tensor.quantization)
        tip += '\n' + (tensor.quantization->scales.size() == 1
                           ? tr("scale %1, zero point %2").arg(exactNumber(tensor.quantization->scales[0]))
                                 .arg(tensor.quantization->zeroPoints.empty() ? 0 : tensor.quantization->zeroPoints[0])
                           : tr("%1 scales along dimension %2").arg(tensor.quantization->scales.size()).arg(tensor.quantization->axis));
    m_facts->set(SizeFact, size, tip);
}

void TensorPanel::showStatistics(const TensorStatistics& statistics)
{
    m_computing = false;
    m_histogramMessage.clear();
    const bool hasFinite = statistics.finite() > 0;
    m_facts->set(RangeFact, hasFinite ? tr("%1 … %2").arg(number(statistics.min), number(statistics.max)) : tr("none"),
                 hasFinite ? tr("from %1 to %2").arg(exactNumber(statistics.min), exactNumber(statistics.max)) : QString());
    m_facts->set(MeanFact, hasFinite ? tr("%1 ± %2").arg(number(statistics.mean), number(statistics.std)) : tr("none"),
                 hasFinite ? tr("mean %1\nstandard deviation (population) %2").arg(exactNumber(statistics.mean), exactNumber(statistics.std))
                           : QString());
    const double elements = statistics.elements ? double(statistics.elements) : 1;
    m_facts->set(OddFact,
                 QStringLiteral("%1 · %2 · %3").arg(text(siCount(statistics.zeros)), text(siCount(statistics.nan)), text(siCount(statistics.inf))),
                 tr("%1 zeros (%2)\n%3 NaN\n%4 infinite")
                     .arg(grouped(statistics.zeros), percent(double(statistics.zeros) / elements), grouped(statistics.nan), grouped(statistics.inf)));
    m_facts->setStale(RangeFact, false);
    m_histogram->setHistogram(statistics, theme().family(current()->family));
    if (!hasFinite)
        m_histogramMessage = statistics.elements == 0 ? tr("This tensor has no elements.") : tr("No value of this tensor is finite.");
    updateBusy();
    showTab();
    emit statisticsShown();
}

std::function<Result<Tensor>(Progress&)> TensorPanel::loader() const
{
    const TensorChoice& choice = *current();
    if (choice.stored)
        return [model = choice.model, id = choice.stored](Progress&) -> Result<Tensor> { return model->tensor(id); };
    if (m_fetched)
        return [fetched = m_fetched](Progress&) -> Result<Tensor> { return *fetched; };
    if (choice.whole)
        return [whole = *choice.whole](Progress&) -> Result<Tensor> { return whole; };
    return [inference = m_inference, shown = static_cast<const Document*>(document()),
            value = choice.activation->value](Progress& progress) -> Result<Tensor> {
        if (!inference || !shown || !value)
            return fail(Error::run("The numbers of this activation are not here any more; run the model again."));
        return inference->activation(shown, value, progress);
    };
}

void TensorPanel::computeStatistics()
{
    if (!current())
        return;
    const TensorChoice& choice = *current();
    const int bins = m_bins->currentData().toInt();
    if (const TensorStatistics* known = choice.stored ? document()->statistics().find(*choice.model, choice.stored, bins) : nullptr)
        return showStatistics(*known);
    if (choice.activation && (int(choice.activation->statistics.histogram.counts.size()) == bins ||
                              choice.activation->statistics.finite() == 0))
        return showStatistics(choice.activation->statistics);
    if (choice.element() == ElementType::String) {
        for (const int fact : {RangeFact, MeanFact, OddFact})
            m_facts->set(fact, tr("texts have none"));
        m_histogram->clear();
        m_histogramMessage = tr("This tensor holds texts: they are under Values.");
        return showTab();
    }
    m_computing = true;
    m_facts->setStale(RangeFact, true);
    m_histogram->setStale(true);
    updateBusy();
    const int threads = std::max(1, QThread::idealThreadCount());
    tasks()->run<TensorStatistics>(
        tr("Reading numbers"), taskKey("statistics"), this,
        [load = loader(), model = choice.model, bins, threads](Progress& progress) -> Result<TensorStatistics> {
            const Result<Tensor> tensor = load(progress);
            if (!tensor)
                return fail(tensor.error());
            return statistics(*model, *tensor, bins, progress, threads);
        },
        [this, model = choice.model, stored = choice.stored, bins](Result<TensorStatistics> result) {
            m_computing = false;
            if (result) {
                if (stored && document())
                    document()->statistics().insert(*model, stored, bins, *result);
                return showStatistics(*result);
            }
            for (const int fact : {RangeFact, MeanFact, OddFact})
                m_facts->set(fact, QStringLiteral("–"));
            m_facts->setStale(RangeFact, false);
            m_histogram->clear();
            m_histogramMessage = text(result.error().message);
            updateBusy();
            showTab();
        });
}

void TensorPanel::openReader()
{
    if (!current() || m_reader || m_reading || !m_readerMessage.isEmpty())
        return;
    m_reading = true;
    updateBusy();
    struct Opened {
        std::shared_ptr<const Tensor> tensor;
        std::shared_ptr<const ElementReader> reader;
    };
    tasks()->run<Opened>(
        {}, taskKey("reader"), this,
        [load = loader(), model = current()->model](Progress& progress) -> Result<Opened> {
            Result<Tensor> tensor = load(progress);
            if (!tensor)
                return fail(tensor.error());
            auto kept = std::make_shared<const Tensor>(std::move(*tensor));
            Result<ElementReader> reader = ElementReader::open(*model, *kept);
            if (!reader)
                return fail(reader.error());
            return Opened{kept, std::make_shared<const ElementReader>(std::move(*reader))};
        },
        [this](Result<Opened> opened) {
            m_reading = false;
            updateBusy();
            if (!opened) {
                m_readerMessage = text(opened.error().message);
                return showTab();
            }
            if (current() && !current()->stored)
                m_fetched = opened->tensor;
            m_reader = opened->reader;
            showTab();
        });
}

void TensorPanel::showTab()
{
    if (!current())
        return;
    const int tab = m_tabs->currentIndex();
    m_histogramTools->setVisible(tab == HistogramTab);
    const QString& message = tab == HistogramTab ? m_histogramMessage : m_readerMessage;
    if (tab == HistogramTab) {
        m_pages->setCurrentWidget(message.isEmpty() ? static_cast<QWidget*>(m_histogram) : m_message);
        m_message->setText(message);
        return;
    }
    openReader();
    if (!message.isEmpty()) {
        m_message->setText(message);
        m_pages->setCurrentWidget(m_message);
        return;
    }
    if (m_reader && tab == ValuesTab)
        m_values->setReader(m_reader);
    if (m_reader && tab == HeatmapTab)
        m_heatmap->setReader(m_reader);
    m_pages->setCurrentWidget(tab == ValuesTab ? static_cast<QWidget*>(m_values) : m_heatmap);
}

void TensorPanel::updateBusy()
{
    if (m_computing || m_reading || m_drawing)
        m_busy->start();
    else
        m_busy->stop();
}

void TensorPanel::save()
{
    if (!current())
        return;
    m_saveMessage->showMessage({});
    QString name = current()->name.isEmpty() ? tr("tensor") : current()->name;
    name.replace('/', '_');
    const QString path = QFileDialog::getSaveFileName(this, tr("Save the tensor"), name + QStringLiteral(".npy"),
                                                      tr("NumPy arrays (*.npy)"));
    if (path.isEmpty())
        return;
    tasks()->run<bool>(
        tr("Saving %1").arg(name), taskKey("save"), this,
        [load = loader(), model = current()->model, path = path.toStdString()](Progress& progress) -> Result<bool> {
            const Result<Tensor> tensor = load(progress);
            if (!tensor)
                return fail(tensor.error());
            const Result<void> written = writeNpy(*model, *tensor, path, progress);
            if (!written)
                return fail(written.error());
            return true;
        },
        [this](Result<bool> saved) {
            if (!saved)
                m_saveMessage->showMessage(text(saved.error().message), tr("Save elsewhere…"), true);
        });
}

}  // namespace tenscope
