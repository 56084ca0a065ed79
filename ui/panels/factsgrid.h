#pragma once

#include <QWidget>
#include <vector>

class QGridLayout;
class QLabel;

namespace tenscope {

// A few lines of "name value", names dimmed, values in tabular digits that can be selected.
class FactsGrid : public QWidget {
    Q_OBJECT

public:
    explicit FactsGrid(const QStringList& names, QWidget* parent = nullptr);

    // toolTip: the same in full precision, with its unit.
    void set(int line, const QString& value, const QString& toolTip = {});
    QString value(int line) const;
    // Dims the values of lines that are about to be others.
    void setStale(int firstLine, bool stale);

private:
    std::vector<QLabel*> m_values;
};

}  // namespace tenscope
