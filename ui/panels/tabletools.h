#pragma once

#include <QString>

class QAction;
class QTableView;

namespace tenscope {

// The look and the keys that all tables of the panels share: whole rows, no grid, sorted by a click on the header,
// Ctrl+C copies.
void setUpTable(QTableView* table);

// The selected rows with a header line, tab-separated: what the cells give for copyRole, else what they show.
QString selectionAsText(const QTableView* table);

// The role under which item models give a cell's text in full precision.
inline constexpr int copyRole = 0x0100 + 50;
// The role under which item models give what a cell is sorted by.
inline constexpr int sortRole = 0x0100 + 51;

}  // namespace tenscope
