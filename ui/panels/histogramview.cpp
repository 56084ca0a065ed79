#include "ui/panels/histogramview.h"

#include <qcustomplot.h>

#include <QKeyEvent>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "core/graph/text.h"
#include "ui/panels/paneltext.h"
#include "ui/theme/contrast.h"

namespace tenscope {

namespace {

constexpr double logFloor = 0.5;  // below one: where a bar of one value stands up from on a logarithmic axis

// Labels with a true minus and few digits.
class ValueTicker : public QCPAxisTicker {
public:
    ValueTicker() { setTickCount(3); }

protected:
    QString getTickLabel(double tick, const QLocale&, QChar, int) override { return number(tick, 3); }
};

class CountTicker : public QCPAxisTicker {
public:
    CountTicker() { setTickCount(2); }

protected:
    QString getTickLabel(double tick, const QLocale&, QChar, int) override
    {
        return tick == std::trunc(tick) ? text(siCount(std::uint64_t(std::max(0.0, tick)))) : QString();
    }
};

class LogCountTicker : public QCPAxisTickerLog {
public:
    LogCountTicker() { setSubTickCount(0); }

protected:
    QString getTickLabel(double tick, const QLocale&, QChar, int) override
    {
        return tick < 1 ? QString() : text(siCount(std::uint64_t(std::lround(tick))));
    }
};

}  // namespace

HistogramView::HistogramView(QWidget* parent) : QWidget(parent), m_plot(new QCustomPlot)
{
    setObjectName("histogramView");
    setAccessibleName(tr("Histogram of the values"));
    setFocusPolicy(Qt::StrongFocus);
    setMinimumHeight(120);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_plot);
    m_plot->setFocusProxy(this);
    m_plot->setMouseTracking(true);
    m_plot->installEventFilter(this);

    m_bars = new QCPBars(m_plot->xAxis, m_plot->yAxis);
    m_bars->setAntialiased(false);
    m_line = new QCPItemLine(m_plot);
    m_label = new QCPItemText(m_plot);
    m_label->setPositionAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_label->setTextAlignment(Qt::AlignLeft);
    m_label->setPadding(QMargins(8, 5, 8, 5));
    m_label->position->setType(QCPItemPosition::ptAbsolute);
    m_label->setClipToAxisRect(false);
    m_line->setVisible(false);
    m_label->setVisible(false);

    m_plot->xAxis->setTicker(QSharedPointer<ValueTicker>::create());
    m_plot->yAxis->setTicker(QSharedPointer<CountTicker>::create());
    m_plot->xAxis->setSubTicks(false);
    m_plot->yAxis->setSubTicks(false);
    m_plot->setSelectionRectMode(QCP::srmCustom);
    connect(m_plot->selectionRect(), &QCPSelectionRect::accepted, this, [this](const QRect& rect) {
        if (rect.width() > 3)
            zoomTo(m_plot->xAxis->pixelToCoord(rect.left()), m_plot->xAxis->pixelToCoord(rect.right()));
    });
    connect(m_plot, &QCustomPlot::mouseDoubleClick, this, &HistogramView::resetZoom);
    clear();
}

HistogramView::~HistogramView() = default;

void HistogramView::setHistogram(const TensorStatistics& statistics, const QColor& colour)
{
    m_statistics = statistics;
    m_colour = colour;
    m_stale = false;
    setCurrentBin(-1);
    const Histogram& histogram = statistics.histogram;
    QVector<double> keys, counts;
    for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
        keys.append((histogram.edges[i] + histogram.edges[i + 1]) / 2);
        counts.append(double(histogram.counts[i]));
    }
    m_bars->setData(keys, counts, true);
    style();
    resetZoom();
}

void HistogramView::clear()
{
    m_statistics.reset();
    m_bars->setData({}, {});
    m_stale = false;
    setCurrentBin(-1);
    style();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void HistogramView::setLogarithmic(bool logarithmic)
{
    m_logarithmic = logarithmic;
    QCPAxis* axis = m_plot->yAxis;
    axis->setScaleType(logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    if (logarithmic)
        axis->setTicker(QSharedPointer<LogCountTicker>::create());
    else
        axis->setTicker(QSharedPointer<CountTicker>::create());
    m_bars->setBaseValue(logarithmic ? logFloor : 0);
    rescaleCounts();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void HistogramView::setTheme(const Theme& theme)
{
    m_theme = theme;
    style();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void HistogramView::setStale(bool stale)
{
    m_stale = stale;
    style();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void HistogramView::style()
{
    // On dark ground the families' colours are too close to it to be read as bars.
    QColor fill = m_theme.isDark ? blend(m_colour, Qt::white, 0.28) : m_colour;
    fill.setAlphaF(m_stale ? 0.35f : 1.0f);
    m_bars->setPen(Qt::NoPen);
    m_bars->setBrush(fill);
    m_plot->setBackground(m_theme.panel);
    QFont font = monospaceFont(0.85);
    for (QCPAxis* axis : {m_plot->xAxis, m_plot->yAxis}) {
        axis->setTickLabelFont(font);
        axis->setTickLabelColor(m_theme.dimText);
        axis->setTickPen(Qt::NoPen);
        axis->setBasePen(axis == m_plot->xAxis ? QPen(m_theme.edge) : QPen(Qt::NoPen));
        axis->setVisible(m_statistics.has_value());
        axis->grid()->setVisible(axis == m_plot->yAxis);
        axis->grid()->setPen(QPen(m_theme.line, 1));
        axis->grid()->setZeroLinePen(Qt::NoPen);
        axis->grid()->setSubGridVisible(false);
    }
    m_line->setPen(QPen(m_theme.accent, 1, Qt::DashLine));
    m_label->setFont(font);
    m_label->setColor(m_theme.text);
    m_label->setBrush(m_theme.panel);
    m_label->setPen(QPen(m_theme.line));
    m_plot->selectionRect()->setPen(QPen(m_theme.accent));
    QColor veil = m_theme.accent;
    veil.setAlpha(40);
    m_plot->selectionRect()->setBrush(veil);
}

void HistogramView::zoomTo(double lower, double upper)
{
    if (!m_statistics || m_statistics->histogram.counts.empty())
        return;
    const std::vector<double>& edges = m_statistics->histogram.edges;
    const double width = edges.back() - edges.front();
    lower = std::clamp(lower, edges.front(), edges.back());
    upper = std::clamp(upper, edges.front(), edges.back());
    // Not closer than one bin: there is nothing more to see.
    if (upper - lower < width / double(edges.size() - 1))
        return;
    const double air = (upper - lower) * 0.02;
    m_plot->xAxis->setRange(lower - air, upper + air);
    rescaleCounts();
    fitBars();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
    emit zoomChanged(isZoomed());
}

void HistogramView::resetZoom()
{
    if (!m_statistics)
        return;
    const std::vector<double>& edges = m_statistics->histogram.edges;
    if (edges.empty()) {
        m_plot->xAxis->setRange(-1, 1);
        m_plot->yAxis->setRange(0, 1);
    } else {
        const double air = std::max((edges.back() - edges.front()) * 0.02, std::abs(edges.front()) * 1e-12);
        m_plot->xAxis->setRange(edges.front() - air, edges.back() + air);
    }
    rescaleCounts();
    fitBars();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
    emit zoomChanged(false);
}

bool HistogramView::isZoomed() const
{
    if (!m_statistics || m_statistics->histogram.edges.empty())
        return false;
    const std::vector<double>& edges = m_statistics->histogram.edges;
    return m_plot->xAxis->range().size() < (edges.back() - edges.front()) * 0.999;
}

// The highest bar in view reaches nearly to the top.
void HistogramView::rescaleCounts()
{
    if (!m_statistics)
        return;
    const Histogram& histogram = m_statistics->histogram;
    const QCPRange range = m_plot->xAxis->range();
    std::uint64_t highest = 0;
    for (std::size_t i = 0; i < histogram.counts.size(); ++i)
        if (histogram.edges[i + 1] > range.lower && histogram.edges[i] < range.upper)
            highest = std::max(highest, histogram.counts[i]);
    const double top = std::max(1.0, double(highest));
    m_plot->yAxis->setRange(m_logarithmic ? logFloor : 0, m_logarithmic ? top * 1.5 : top * 1.06);
}

// Bars stand apart by a hair while they are wide enough for it.
void HistogramView::fitBars()
{
    if (!m_statistics || m_statistics->histogram.counts.empty())
        return;
    const std::vector<double>& edges = m_statistics->histogram.edges;
    const double bin = (edges.back() - edges.front()) / double(edges.size() - 1);
    const double pixels = std::abs(m_plot->xAxis->coordToPixel(bin) - m_plot->xAxis->coordToPixel(0));
    m_bars->setWidth(pixels > 4 ? bin * (1 - 1 / pixels) : bin);
    m_bars->setAntialiased(pixels <= 2);
}

void HistogramView::zoomBy(double factor, double centre)
{
    if (!m_statistics || m_statistics->histogram.edges.empty())
        return;
    const QCPRange range = m_plot->xAxis->range();
    const std::vector<double>& edges = m_statistics->histogram.edges;
    const double lower = centre - (centre - range.lower) * factor, upper = centre + (range.upper - centre) * factor;
    if (lower <= edges.front() && upper >= edges.back())
        return resetZoom();
    zoomTo(lower, upper);
}

int HistogramView::binAt(double x) const
{
    if (!m_statistics || m_statistics->histogram.counts.empty())
        return -1;
    const std::vector<double>& edges = m_statistics->histogram.edges;
    if (!(x >= edges.front() && x <= edges.back()))
        return -1;
    const auto above = std::upper_bound(edges.begin(), edges.end(), x);
    return std::min(int(above - edges.begin()) - 1, int(edges.size()) - 2);
}

QString HistogramView::readOut(int bin) const
{
    if (!m_statistics || bin < 0 || bin >= int(m_statistics->histogram.counts.size()))
        return {};
    const Histogram& histogram = m_statistics->histogram;
    const std::uint64_t count = histogram.counts[std::size_t(bin)];
    const double share = m_statistics->elements ? double(count) / double(m_statistics->elements) : 0;
    return tr("%1 … %2\n%3 values, %4")
        .arg(number(histogram.edges[std::size_t(bin)]), number(histogram.edges[std::size_t(bin) + 1]), grouped(count), percent(share));
}

void HistogramView::setCurrentBin(int bin)
{
    if (!m_statistics || bin >= int(m_statistics->histogram.counts.size()))
        bin = -1;
    const bool isShown = bin >= 0;
    m_line->setVisible(isShown);
    m_label->setVisible(isShown);
    m_bin = std::max(bin, -1);
    if (isShown) {
        const Histogram& histogram = m_statistics->histogram;
        const double x = (histogram.edges[std::size_t(bin)] + histogram.edges[std::size_t(bin) + 1]) / 2;
        m_line->start->setCoords(x, m_plot->yAxis->range().lower);
        m_line->end->setCoords(x, m_plot->yAxis->range().upper);
        m_label->setText(readOut(bin));
        // The box stands beside the line, on the outer side where bars are low, as long as it fits there.
        const QRect area = m_plot->axisRect()->rect();
        const double pixel = m_plot->xAxis->coordToPixel(x);
        const double needed = QFontMetrics(m_label->font()).boundingRect(QRect(0, 0, 1000, 100), Qt::AlignLeft, m_label->text()).width() + 28;
        bool isLeft = pixel < area.center().x();
        if (isLeft ? pixel - needed < area.left() : pixel + needed > area.right())
            isLeft = !isLeft;
        m_label->setPositionAlignment(Qt::AlignTop | (isLeft ? Qt::AlignRight : Qt::AlignLeft));
        m_label->position->setCoords(pixel + (isLeft ? -8 : 8), area.top() + 2);
    }
    m_plot->replot(QCustomPlot::rpQueuedReplot);
    emit readOutChanged(readOut(m_bin));
}

std::vector<double> HistogramView::barHeights() const
{
    std::vector<double> heights;
    for (const QCPBarsData& bar : *m_bars->data())
        heights.push_back(bar.value);
    return heights;
}

bool HistogramView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_plot) {
        if (event->type() == QEvent::MouseMove) {
            const int bin = binAt(m_plot->xAxis->pixelToCoord(static_cast<QMouseEvent*>(event)->position().x()));
            if (bin != m_bin)
                setCurrentBin(bin);
        } else if (event->type() == QEvent::Leave) {
            setCurrentBin(-1);
        } else if (event->type() == QEvent::Wheel && m_statistics) {
            auto* wheel = static_cast<QWheelEvent*>(event);
            zoomBy(std::pow(0.85, wheel->angleDelta().y() / 120.0), m_plot->xAxis->pixelToCoord(wheel->position().x()));
            event->accept();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void HistogramView::keyPressEvent(QKeyEvent* event)
{
    if (!m_statistics)
        return QWidget::keyPressEvent(event);
    const int bins = int(m_statistics->histogram.counts.size());
    switch (event->key()) {
    case Qt::Key_Left:
        return setCurrentBin(m_bin < 0 ? bins - 1 : std::max(0, m_bin - 1));
    case Qt::Key_Right:
        return setCurrentBin(std::min(m_bin + 1, bins - 1));
    case Qt::Key_Home:
        return setCurrentBin(0);
    case Qt::Key_End:
        return setCurrentBin(bins - 1);
    case Qt::Key_Plus:
    case Qt::Key_Equal:
    case Qt::Key_Minus: {
        const QCPRange range = m_plot->xAxis->range();
        const double centre = m_bin >= 0 ? m_bars->data()->at(m_bin)->key : range.center();
        return zoomBy(event->key() == Qt::Key_Minus ? 1 / 0.7 : 0.7, centre);
    }
    case Qt::Key_0:
        return resetZoom();
    case Qt::Key_Escape:
        if (m_bin >= 0)
            return setCurrentBin(-1);
        [[fallthrough]];
    default:
        QWidget::keyPressEvent(event);
    }
}

void HistogramView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fitBars();
}

}  // namespace tenscope
