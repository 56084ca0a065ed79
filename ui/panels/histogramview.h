#pragma once

#include <QColor>
#include <QWidget>
#include <optional>

#include "core/analysis/statistics.h"
#include "ui/theme/theme.h"

class QCPBars;
class QCPItemLine;
class QCPItemText;
class QCustomPlot;

namespace tenscope {

// A histogram, drawn with QCustomPlot: no frame, few ticks, the bin under the cursor read out. Dragging over a range zooms
// into it, the wheel zooms at the cursor, a double click shows all again; the arrow keys move the read-out, + − 0 zoom.
class HistogramView : public QWidget {
    Q_OBJECT

public:
    explicit HistogramView(QWidget* parent = nullptr);
    ~HistogramView() override;

    void setHistogram(const TensorStatistics& statistics, const QColor& colour);
    void clear();
    void setLogarithmic(bool logarithmic);
    void setTheme(const Theme& theme);
    // Dims what is shown while something newer is computed.
    void setStale(bool stale);
    void zoomTo(double lower, double upper);
    void resetZoom();
    bool isZoomed() const;

    // The bin that is read out, or −1; and what is said of it: its range, count and percentage.
    int currentBin() const { return m_bin; }
    void setCurrentBin(int bin);
    QString readOut(int bin) const;

    // What is drawn, for tests: the height of each bar.
    std::vector<double> barHeights() const;

signals:
    void zoomChanged(bool isZoomed);
    void readOutChanged(const QString& text);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void style();
    void rescaleCounts();
    void fitBars();
    void zoomBy(double factor, double centre);
    int binAt(double x) const;

    QCustomPlot* m_plot;
    QCPBars* m_bars;
    QCPItemLine* m_line;
    QCPItemText* m_label;
    std::optional<TensorStatistics> m_statistics;
    QColor m_colour;
    Theme m_theme;
    int m_bin = -1;
    bool m_logarithmic = false;
    bool m_stale = false;
};

}  // namespace tenscope
