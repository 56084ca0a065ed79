#include "ui/panels/tabletools.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QCoreApplication>
#include <QHeaderView>
#include <QTableView>
#include <algorithm>

namespace tenscope {

void setUpTable(QTableView* table)
{
    table->setFrameShape(QFrame::NoFrame);
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setSortingEnabled(true);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    table->setTabKeyNavigation(false);
    table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->verticalHeader()->hide();
    table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 8);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);

    auto* copy = new QAction(QCoreApplication::translate("tenscope::Table", "Copy"), table);
    copy->setObjectName("copyRows");
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    QObject::connect(copy, &QAction::triggered, table,
                     [table] { QApplication::clipboard()->setText(selectionAsText(table)); });
    table->addAction(copy);
    table->setContextMenuPolicy(Qt::ActionsContextMenu);
}

QString selectionAsText(const QTableView* table)
{
    const QAbstractItemModel* model = table->model();
    QModelIndexList rows = table->selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end(), [](const QModelIndex& a, const QModelIndex& b) { return a.row() < b.row(); });
    QStringList lines;
    QStringList cells;
    const auto endLine = [&] {
        lines += cells.join('\t');
        cells.clear();
    };
    for (int column = 0; column < model->columnCount(); ++column)
        if (!table->isColumnHidden(column))
            cells += model->headerData(column, Qt::Horizontal).toString();
    endLine();
    for (const QModelIndex& row : rows) {
        for (int column = 0; column < model->columnCount(); ++column) {
            if (table->isColumnHidden(column))
                continue;
            const QModelIndex cell = row.siblingAtColumn(column);
            const QVariant exact = cell.data(copyRole);
            cells += (exact.isValid() ? exact : cell.data()).toString().simplified();
        }
        endLine();
    }
    return rows.isEmpty() ? QString() : lines.join('\n') + '\n';
}

}  // namespace tenscope
