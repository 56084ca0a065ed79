#include "ui/panels/heatmapview.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QScopedValueRollback>
#include <QSpinBox>
#include <QVBoxLayout>
#include <algorithm>
#include <limits>

#include "ui/panels/heatmapcanvas.h"
#include "ui/panels/paneltext.h"
#include "ui/panels/shapedindex.h"
#include "ui/taskrunner/taskrunner.h"

namespace tenscope {

namespace {

constexpr int largestPicture = 768;  // cells in one direction
constexpr std::size_t mostDimensions = 8;

}  // namespace

HeatmapView::HeatmapView(TaskRunner* tasks, QWidget* parent)
    : QWidget(parent),
      m_tasks(tasks),
      m_canvas(new HeatmapCanvas),
      m_bar(new QHBoxLayout),
      m_readOut(new QLabel),
      m_rowDimension(new QComboBox),
      m_columnDimension(new QComboBox)
{
    setObjectName("heatmapView");
    m_rowDimension->setObjectName("rowDimension");
    m_rowDimension->setAccessibleName(tr("Dimension that runs down"));
    m_rowDimension->setToolTip(tr("Dimension that runs down"));
    m_columnDimension->setObjectName("columnDimension");
    m_columnDimension->setAccessibleName(tr("Dimension that runs across"));
    m_columnDimension->setToolTip(tr("Dimension that runs across"));
    m_readOut->setObjectName("heatmapReadOut");
    m_readOut->setProperty("dim", true);

    m_bar->setContentsMargins(8, 4, 8, 4);
    m_bar->setSpacing(4);
    for (QComboBox* combo : {m_rowDimension, m_columnDimension}) {
        combo->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        combo->setMinimumWidth(combo->fontMetrics().horizontalAdvance(QStringLiteral("0: 8888")) + 40);
    }
    m_bar->addWidget(m_rowDimension);
    m_bar->addWidget(new QLabel(QStringLiteral("×")));
    m_bar->addWidget(m_columnDimension);
    m_bar->addStretch(1);
    auto* foot = new QHBoxLayout;
    foot->setContentsMargins(12, 2, 8, 4);
    foot->addWidget(m_readOut);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(m_bar);
    layout->addWidget(m_canvas, 1);
    layout->addLayout(foot);
    setFocusProxy(m_canvas);

    // The same dimension cannot run both ways: choosing it for one gives the other what this one had.
    const auto choose = [this](QComboBox* changed, QComboBox* other) {
        if (m_building)
            return;
        if (changed->currentIndex() == other->currentIndex()) {
            const QScopedValueRollback building(m_building, true);
            other->setCurrentIndex(changed->currentIndex() == 0 ? 1 : 0);
        }
        buildSelectors();
        compute();
    };
    connect(m_rowDimension, &QComboBox::currentIndexChanged, this, [=, this] { choose(m_rowDimension, m_columnDimension); });
    connect(m_columnDimension, &QComboBox::currentIndexChanged, this, [=, this] { choose(m_columnDimension, m_rowDimension); });
    connect(m_canvas, &HeatmapCanvas::cellHovered, this, &HeatmapView::readOff);
    connect(m_canvas, &HeatmapCanvas::cellActivated, this,
            [this](int row, int column) { emit elementActivated(elementOf(row, column)); });
}

void HeatmapView::setReader(std::shared_ptr<const ElementReader> reader)
{
    if (reader == m_reader)
        return;
    m_reader = std::move(reader);
    {
        const QScopedValueRollback building(m_building, true);
        for (QSpinBox* spin : m_spins)
            delete spin;
        m_spins.clear();
        m_rowDimension->clear();
        m_columnDimension->clear();
        const std::size_t rank = m_reader ? std::min(m_reader->shape().size(), mostDimensions) : 0;
        for (std::size_t d = 0; d < rank; ++d) {
            const std::int64_t size = m_reader->shape()[d];
            const QString title = QStringLiteral("%1: %2").arg(d).arg(grouped(std::uint64_t(size)));
            m_rowDimension->addItem(title);
            m_columnDimension->addItem(title);
            auto* spin = new QSpinBox;
            spin->setObjectName(QStringLiteral("slice%1").arg(d));
            spin->setAccessibleName(tr("Index in dimension %1").arg(d));
            spin->setToolTip(tr("Dimension %1 of size %2").arg(d).arg(grouped(std::uint64_t(size))));
            spin->setRange(0, int(std::clamp<std::int64_t>(size - 1, 0, std::numeric_limits<int>::max())));
            spin->setWrapping(true);
            spin->setMinimumWidth(spin->fontMetrics().horizontalAdvance(QStringLiteral("888")) + 40);
            connect(spin, &QSpinBox::valueChanged, this, &HeatmapView::compute);
            m_bar->insertWidget(m_bar->count() - 1, spin);
            m_spins.push_back(spin);
        }
        // The two largest dimensions say most: the first two of a kernel, the last two of an image.
        std::vector<int> order(rank);
        for (std::size_t d = 0; d < rank; ++d)
            order[d] = int(d);
        std::stable_sort(order.begin(), order.end(), [this](int a, int b) {
            return m_reader->shape()[std::size_t(a)] > m_reader->shape()[std::size_t(b)];
        });
        if (rank >= 2) {
            m_rowDimension->setCurrentIndex(std::min(order[0], order[1]));
            m_columnDimension->setCurrentIndex(std::max(order[0], order[1]));
        }
        buildSelectors();
    }
    compute();
}

void HeatmapView::setTheme(const Theme& theme)
{
    m_canvas->setTheme(theme);
}

void HeatmapView::buildSelectors()
{
    for (std::size_t d = 0; d < m_spins.size(); ++d)
        m_spins[d]->setVisible(m_spins.size() > 2 && int(d) != m_rowDimension->currentIndex() &&
                               int(d) != m_columnDimension->currentIndex());
    for (QWidget* widget : {static_cast<QWidget*>(m_rowDimension), static_cast<QWidget*>(m_columnDimension)})
        widget->setEnabled(m_spins.size() > 1);
}

SliceRequest HeatmapView::request() const
{
    SliceRequest slice;
    slice.rowDimension = m_spins.size() > 1 ? m_rowDimension->currentIndex() : -1;
    slice.columnDimension = std::max(0, m_columnDimension->currentIndex());
    slice.index.assign(m_reader->shape().size(), 0);
    for (std::size_t d = 0; d < m_spins.size(); ++d)
        slice.index[d] = m_spins[d]->value();
    return slice;
}

void HeatmapView::compute()
{
    if (m_building)
        return;
    const QString key = QStringLiteral("heatmap-%1").arg(quintptr(this), 0, 16);
    if (!m_reader || m_reader->isText()) {
        m_tasks->cancel(key);
        m_canvas->setData(std::nullopt);
        m_caption = m_reader ? tr("Texts have no colours.") : QString();
        readOff(-1, -1);
        emit busyChanged(false);
        return;
    }
    emit busyChanged(true);
    m_canvas->setStale(true);
    m_tasks->run<HeatmapData>(
        {}, key, this,
        [reader = m_reader, slice = request()](Progress& progress) {
            return HeatmapData::compute(*reader, slice, largestPicture, progress);
        },
        [this](Result<HeatmapData> computed) {
            emit busyChanged(false);
            if (!computed)
                return;
            m_caption = computed->cells.empty() ? tr("This tensor has no elements.") : QString();
            if (computed->rows < computed->sliceRows || computed->columns < computed->sliceColumns)
                m_caption = (computed->isSampled ? tr("%1×%2, each cell the mean of a sample of its block")
                                             : tr("%1×%2, each cell the mean of its block"))
                                .arg(grouped(std::uint64_t(computed->sliceRows)), grouped(std::uint64_t(computed->sliceColumns)));
            m_canvas->setData(std::move(*computed));
            readOff(-1, -1);
        });
}

std::uint64_t HeatmapView::elementOf(int row, int column) const
{
    const HeatmapData& shown = *m_canvas->data();
    std::vector<std::int64_t> index = shown.slice.index;
    if (shown.slice.rowDimension >= 0)
        index[std::size_t(shown.slice.rowDimension)] = shown.firstRow(row);
    if (!index.empty())
        index[std::size_t(shown.slice.columnDimension)] = shown.firstColumn(column);
    return linearIndex(m_reader->shape(), index);
}

void HeatmapView::readOff(int row, int column)
{
    if (row < 0 || !m_canvas->data() || !m_reader) {
        m_readOut->setText(m_caption);
        return;
    }
    const HeatmapData& shown = *m_canvas->data();
    const std::uint64_t element = elementOf(row, column);
    const QString place = indexText(shapedIndex(m_reader->shape(), element));
    const bool isOne = shown.firstRow(row + 1) - shown.firstRow(row) == 1 && shown.firstColumn(column + 1) - shown.firstColumn(column) == 1;
    if (isOne)
        m_readOut->setText(QStringLiteral("%1  %2").arg(place, text(m_reader->textAt(element))));
    else
        m_readOut->setText(tr("%1 and on  mean %2").arg(place, number(double(shown.cell(row, column)))));
}

}  // namespace tenscope
