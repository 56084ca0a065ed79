#include "ui/panels/tensorgrid.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QShortcut>
#include <QToolTip>
#include <algorithm>
#include <cmath>

#include "ui/panels/paneltext.h"
#include "ui/panels/shapedindex.h"

namespace tenscope {

namespace {

constexpr std::int64_t wrapped = 10;               // elements a row of a tensor of one dimension
constexpr std::int64_t longestBar = 1 << 30;       // what a scroll bar is asked to count
constexpr std::int64_t mostCopied = 1'000'000;     // cells
constexpr int padding = 8;

}  // namespace

TensorGrid::TensorGrid(QWidget* parent) : QAbstractScrollArea(parent)
{
    setObjectName("tensorGrid");
    setAccessibleName(tr("Values of the tensor"));
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    viewport()->setMouseTracking(false);
}

void TensorGrid::setReader(std::shared_ptr<const ElementReader> reader)
{
    m_reader = std::move(reader);
    m_rows = m_columns = 0;
    if (m_reader && m_reader->elements() > 0) {
        const auto elements = std::int64_t(m_reader->elements());
        const std::vector<std::int64_t>& shape = m_reader->shape();
        m_columns = shape.size() >= 2 ? shape.back() : std::min(elements, wrapped);
        m_rows = (elements + m_columns - 1) / m_columns;
    }
    m_top = 0;
    m_current = m_anchor = {};
    measure();
    horizontalScrollBar()->setValue(0);
    updateScrollBars();
    viewport()->update();
}

void TensorGrid::setTheme(const Theme& theme)
{
    m_theme = theme;
    viewport()->update();
}

std::optional<std::uint64_t> TensorGrid::elementAt(std::int64_t row, std::int64_t column) const
{
    if (!m_reader || row < 0 || column < 0 || row >= m_rows || column >= m_columns)
        return std::nullopt;
    const auto element = std::uint64_t(row) * std::uint64_t(m_columns) + std::uint64_t(column);
    return element < m_reader->elements() ? std::optional(element) : std::nullopt;
}

QString TensorGrid::textAt(std::int64_t row, std::int64_t column) const
{
    const std::optional<std::uint64_t> element = elementAt(row, column);
    if (!element)
        return {};
    const ElementType type = m_reader->element();
    if (isFloatingPoint(type) || isQuantized(type))
        return number(m_reader->valueAt(*element), 5);
    return text(m_reader->textAt(*element)).replace('-', QChar(0x2212));
}

QString TensorGrid::rowTitle(std::int64_t row) const
{
    const auto first = std::uint64_t(row) * std::uint64_t(m_columns);
    if (!m_reader || m_reader->shape().size() < 2)
        return QString::number(first);
    std::vector<std::int64_t> index = shapedIndex(m_reader->shape(), first);
    index.pop_back();
    return index.size() == 1 ? QString::number(index[0]) : indexText(index);
}

std::uint64_t TensorGrid::current() const
{
    return elementAt(m_current.row, m_current.column).value_or(0);
}

void TensorGrid::setCurrent(std::uint64_t element)
{
    if (m_columns == 0 || element >= m_reader->elements())
        return;
    moveTo({std::int64_t(element / std::uint64_t(m_columns)), std::int64_t(element % std::uint64_t(m_columns))}, false);
}

QString TensorGrid::selectionAsText() const
{
    const auto [top, bottom] = std::minmax(m_current.row, m_anchor.row);
    const auto [left, right] = std::minmax(m_current.column, m_anchor.column);
    QString result;
    std::int64_t cells = 0;
    for (std::int64_t row = top; row <= bottom; ++row) {
        for (std::int64_t column = left; column <= right; ++column) {
            if (++cells > mostCopied)
                return result;
            if (column > left)
                result += '\t';
            if (const auto element = elementAt(row, column))
                result += text(m_reader->textAt(*element));
        }
        result += '\n';
    }
    return result;
}

void TensorGrid::measure()
{
    const QFontMetrics metrics(monospaceFont(0.95));
    m_rowHeight = metrics.height() + 5;
    int digits = 6;
    if (m_reader) {
        const ElementType type = m_reader->element();
        if (isFloatingPoint(type) || isQuantized(type))
            digits = 11;
        else if (isComplex(type) || m_reader->isText())
            digits = 20;
        // Integers are as wide as they are: what is in the first and last rows is a fair guess.
        else
            for (std::uint64_t i = 0; i < std::min<std::uint64_t>(m_reader->elements(), 200); ++i)
                digits = std::max({digits, int(m_reader->textAt(i).size()),
                                   int(m_reader->textAt(m_reader->elements() - 1 - i).size())});
    }
    m_cellWidth = metrics.horizontalAdvance(QString(std::min(digits, 24), '0')) + 2 * padding;
    m_titleWidth = metrics.horizontalAdvance(rowTitle(std::max<std::int64_t>(0, m_rows - 1))) + 2 * padding;
}

std::int64_t TensorGrid::visibleRows() const
{
    return std::max(1, (viewport()->height() - m_rowHeight) / m_rowHeight);
}

std::int64_t TensorGrid::visibleColumns() const
{
    return std::max(1, (viewport()->width() - m_titleWidth) / m_cellWidth);
}

void TensorGrid::updateScrollBars()
{
    const QScopedValueRollback scrolling(m_scrolling, true);
    const std::int64_t lastTop = std::max<std::int64_t>(0, m_rows - visibleRows());
    verticalScrollBar()->setRange(0, int(std::min(lastTop, longestBar)));
    verticalScrollBar()->setPageStep(int(std::clamp<std::int64_t>(visibleRows(), 1, longestBar)));
    verticalScrollBar()->setSingleStep(1);
    horizontalScrollBar()->setRange(0, int(std::min(std::max<std::int64_t>(0, m_columns - visibleColumns()), longestBar)));
    horizontalScrollBar()->setPageStep(int(visibleColumns()));
    setTop(std::min(m_top, lastTop));
}

void TensorGrid::setTop(std::int64_t row)
{
    const std::int64_t lastTop = std::max<std::int64_t>(0, m_rows - visibleRows());
    m_top = std::clamp<std::int64_t>(row, 0, lastTop);
    const QScopedValueRollback scrolling(m_scrolling, true);
    verticalScrollBar()->setValue(lastTop <= longestBar ? int(m_top) : int(std::int64_t(double(m_top) / double(lastTop) * longestBar)));
    viewport()->update();
}

void TensorGrid::scrollContentsBy(int, int dy)
{
    if (!m_scrolling && dy != 0) {
        const std::int64_t lastTop = std::max<std::int64_t>(0, m_rows - visibleRows());
        if (lastTop <= longestBar)
            m_top = verticalScrollBar()->value();
        else if (std::abs(dy) <= 3 * verticalScrollBar()->pageStep())
            // The wheel and the arrows move by rows, although a step of the bar is worth many.
            setTop(m_top - dy);
        else
            m_top = std::int64_t(double(verticalScrollBar()->value()) / longestBar * double(lastTop));
    }
    viewport()->update();
}

void TensorGrid::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    updateScrollBars();
}

void TensorGrid::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange) {
        measure();
        updateScrollBars();
    }
}

void TensorGrid::moveTo(Cell cell, bool extend)
{
    if (m_rows == 0)
        return;
    cell.row = std::clamp<std::int64_t>(cell.row, 0, m_rows - 1);
    cell.column = std::clamp<std::int64_t>(cell.column, 0, m_columns - 1);
    while (cell.column > 0 && !elementAt(cell.row, cell.column))
        --cell.column;
    m_current = cell;
    if (!extend)
        m_anchor = cell;
    if (cell.row < m_top)
        setTop(cell.row);
    else if (cell.row >= m_top + visibleRows())
        setTop(cell.row - visibleRows() + 1);
    QScrollBar* across = horizontalScrollBar();
    if (cell.column < across->value())
        across->setValue(int(std::min(cell.column, longestBar)));
    else if (cell.column >= across->value() + visibleColumns())
        across->setValue(int(std::min(cell.column - visibleColumns() + 1, longestBar)));
    viewport()->update();

    setAccessibleDescription(tr("%1 at %2").arg(textAt(cell.row, cell.column), indexText(shapedIndex(m_reader->shape(), current()))));
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
    emit currentChanged(current());
}

void TensorGrid::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy))
        return copy();
    if (event->matches(QKeySequence::SelectAll)) {
        m_anchor = {0, 0};
        m_current = {std::max<std::int64_t>(0, m_rows - 1), std::max<std::int64_t>(0, m_columns - 1)};
        viewport()->update();
        return;
    }
    Cell cell = m_current;
    const bool isFar = event->modifiers().testFlag(Qt::ControlModifier);
    switch (event->key()) {
    case Qt::Key_Up:
        --cell.row;
        break;
    case Qt::Key_Down:
        ++cell.row;
        break;
    case Qt::Key_Left:
        --cell.column;
        break;
    case Qt::Key_Right:
        ++cell.column;
        break;
    case Qt::Key_PageUp:
        cell.row -= visibleRows();
        break;
    case Qt::Key_PageDown:
        cell.row += visibleRows();
        break;
    case Qt::Key_Home:
        cell = {isFar ? 0 : cell.row, 0};
        break;
    case Qt::Key_End:
        cell = {isFar ? m_rows - 1 : cell.row, m_columns - 1};
        break;
    case Qt::Key_F2:
        return openEditor({});
    default:
        // A number that is begun.
        if (const QString begun = event->text(); !begun.isEmpty() && QStringLiteral("0123456789-+.").contains(begun.front()))
            return openEditor(begun);
        QAbstractScrollArea::keyPressEvent(event);
        return;
    }
    moveTo(cell, event->modifiers().testFlag(Qt::ShiftModifier));
}

void TensorGrid::openEditor(const QString& begun)
{
    if (!m_isEditable || !elementAt(m_current.row, m_current.column))
        return;
    moveTo(m_current, false);  // into view
    auto* editor = new QLineEdit(viewport());
    editor->setObjectName("elementEditor");
    editor->setAlignment(Qt::AlignRight);
    editor->setFrame(false);
    editor->setAccessibleName(tr("Value at %1").arg(indexText(shapedIndex(m_reader->shape(), current()))));
    editor->setText(begun.isEmpty() ? text(m_reader->textAt(current())) : begun);
    const int x = m_titleWidth + int(m_current.column - horizontalScrollBar()->value()) * m_cellWidth;
    editor->setGeometry(x, m_rowHeight * int(m_current.row - m_top + 1), std::max(m_cellWidth, 120), m_rowHeight);
    if (begun.isEmpty())
        editor->selectAll();
    connect(editor, &QLineEdit::editingFinished, this, [this, editor, element = current(), before = editor->text(), begun] {
        editor->disconnect(this);
        editor->deleteLater();
        if (editor->text() != before || !begun.isEmpty())
            emit typed(element, editor->text());
        setFocus();
    });
    auto* cancel = new QShortcut(Qt::Key_Escape, editor, nullptr, nullptr, Qt::WidgetShortcut);
    connect(cancel, &QShortcut::activated, this, [this, editor] {
        editor->disconnect(this);
        editor->deleteLater();
        setFocus();
    });
    editor->show();
    editor->setFocus();
}

void TensorGrid::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    moveTo(cellAt(event->pos()), false);
    openEditor({});
}

TensorGrid::Cell TensorGrid::cellAt(const QPoint& position) const
{
    const int x = std::max(0, position.x() - m_titleWidth), y = std::max(0, position.y() - m_rowHeight);
    return {std::min(m_top + y / m_rowHeight, m_rows - 1),
            std::min<std::int64_t>(horizontalScrollBar()->value() + x / m_cellWidth, m_columns - 1)};
}

void TensorGrid::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        moveTo(cellAt(event->pos()), event->modifiers().testFlag(Qt::ShiftModifier));
}

void TensorGrid::mouseMoveEvent(QMouseEvent* event)
{
    if (!event->buttons().testFlag(Qt::LeftButton))
        return;
    Cell cell = cellAt(event->pos());
    if (event->pos().y() < m_rowHeight)
        --cell.row;
    else if (event->pos().y() > viewport()->height())
        cell.row = m_top + visibleRows();
    moveTo(cell, true);
}

void TensorGrid::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu menu(this);
    menu.addAction(tr("Copy"), QKeySequence::Copy, this, &TensorGrid::copy)->setEnabled(m_rows > 0);
    menu.exec(event->globalPos());
}

void TensorGrid::copy() const
{
    if (m_rows > 0)
        QApplication::clipboard()->setText(selectionAsText());
}

bool TensorGrid::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip && m_rows > 0) {
        auto* help = static_cast<QHelpEvent*>(event);
        const Cell cell = cellAt(help->pos());
        if (const auto element = elementAt(cell.row, cell.column); element && help->pos().y() > m_rowHeight)
            QToolTip::showText(help->globalPos(), QStringLiteral("%1\n%2").arg(
                indexText(shapedIndex(m_reader->shape(), *element)), text(m_reader->textAt(*element)).left(2000)), this);
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void TensorGrid::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), m_theme.panel);
    const QFont font = monospaceFont(0.95);
    painter.setFont(font);
    const QFontMetrics metrics(font);
    const std::int64_t firstColumn = horizontalScrollBar()->value();
    const auto [top, bottom] = std::minmax(m_current.row, m_anchor.row);
    const auto [left, right] = std::minmax(m_current.column, m_anchor.column);
    constexpr int flags = int(Qt::AlignRight | Qt::AlignVCenter);

    painter.setPen(m_theme.dimText);
    for (std::int64_t c = firstColumn; c < m_columns; ++c) {
        const int x = m_titleWidth + int(c - firstColumn) * m_cellWidth;
        if (x > viewport()->width())
            break;
        painter.drawText(QRect(x, 0, m_cellWidth - padding, m_rowHeight), flags, QString::number(c));
    }
    for (std::int64_t r = m_top; r < m_rows; ++r) {
        const int y = m_rowHeight * (int(r - m_top) + 1);
        if (y > viewport()->height())
            break;
        painter.setPen(m_theme.dimText);
        painter.drawText(QRect(0, y, m_titleWidth - padding, m_rowHeight), flags, rowTitle(r));
        for (std::int64_t c = firstColumn; c < m_columns; ++c) {
            const QRect cell(m_titleWidth + int(c - firstColumn) * m_cellWidth, y, m_cellWidth, m_rowHeight);
            if (cell.left() > viewport()->width())
                break;
            const bool isSelected = r >= top && r <= bottom && c >= left && c <= right;
            if (isSelected)
                painter.fillRect(cell, m_theme.selection);
            painter.setPen(m_theme.text);
            painter.drawText(cell.adjusted(2, 0, -padding, 0), flags,
                             metrics.elidedText(textAt(r, c), Qt::ElideRight, cell.width() - padding));
            if (hasFocus() && r == m_current.row && c == m_current.column) {
                painter.setPen(m_theme.accent);
                painter.drawRect(cell.adjusted(0, 0, -1, -1));
            }
        }
    }
    painter.fillRect(QRect(0, m_rowHeight - 1, viewport()->width(), 1), m_theme.line);
    painter.fillRect(QRect(m_titleWidth - 1, 0, 1, viewport()->height()), m_theme.line);
}

}  // namespace tenscope
