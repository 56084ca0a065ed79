#pragma once

#include <QAbstractScrollArea>
#include <memory>

#include "core/analysis/elementreader.h"
#include "ui/theme/theme.h"

namespace tenscope {

// The values of a tensor as a table that scrolls over any number of elements: only what is in view is read. Qt's own
// table counts rows and pixels in 32 bits and keeps a record of every row; this one keeps a position.
//
// The last dimension runs across; all others, in row-major order, run down. A tensor of one dimension is wrapped into rows
// of ten. Cells are selected as a rectangle by mouse or keyboard and copied as tab-separated text.
class TensorGrid : public QAbstractScrollArea {
    Q_OBJECT

public:
    explicit TensorGrid(QWidget* parent = nullptr);

    void setReader(std::shared_ptr<const ElementReader> reader);  // null: empty
    void setTheme(const Theme& theme);
    // Whether numbers can be typed: over a cell, after a double click, F2 or the number's first character.
    void setEditable(bool editable) { m_isEditable = editable; }

    std::int64_t rows() const { return m_rows; }
    std::int64_t columns() const { return m_columns; }
    // The element in a cell; nothing behind the end of a wrapped last row.
    std::optional<std::uint64_t> elementAt(std::int64_t row, std::int64_t column) const;
    QString textAt(std::int64_t row, std::int64_t column) const;
    QString rowTitle(std::int64_t row) const;

    std::uint64_t current() const;  // the element of the current cell
    void setCurrent(std::uint64_t element);  // scrolls there
    std::int64_t topRow() const { return m_top; }
    // The selected cells, rows as lines, columns set apart by tabs; at most a million cells.
    QString selectionAsText() const;

    QSize sizeHint() const override { return {320, 240}; }

signals:
    void currentChanged(std::uint64_t element);
    void typed(std::uint64_t element, const QString& number);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Cell {
        std::int64_t row = 0, column = 0;
    };

    void measure();
    void updateScrollBars();
    void setTop(std::int64_t row);
    void moveTo(Cell cell, bool extend);
    Cell cellAt(const QPoint& position) const;
    std::int64_t visibleRows() const;
    std::int64_t visibleColumns() const;
    void copy() const;
    void openEditor(const QString& text);

    std::shared_ptr<const ElementReader> m_reader;
    Theme m_theme;
    std::int64_t m_rows = 0, m_columns = 0;
    std::int64_t m_top = 0;  // the scroll bar cannot count this far; it follows
    Cell m_current, m_anchor;
    int m_cellWidth = 80, m_rowHeight = 20, m_titleWidth = 60;
    bool m_isEditable = false;
    bool m_scrolling = false;  // the scroll bar is being set, not moved
};

}  // namespace tenscope
