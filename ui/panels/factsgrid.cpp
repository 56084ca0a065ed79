#include "ui/panels/factsgrid.h"

#include <QGridLayout>
#include <QLabel>
#include <QStyle>

#include "ui/theme/theme.h"

namespace tenscope {

FactsGrid::FactsGrid(const QStringList& names, QWidget* parent) : QWidget(parent)
{
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(12, 4, 12, 4);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(3);
    grid->setColumnStretch(1, 1);
    for (const QString& name : names) {
        const int row = int(m_values.size());
        auto* title = new QLabel(name);
        title->setProperty("dim", true);
        auto* value = new QLabel;
        value->setTextFormat(Qt::PlainText);
        value->setFont(monospaceFont(0.95));
        value->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        value->setAccessibleName(name);
        value->setMinimumWidth(1);  // a long value is cut, and does not widen the panel
        title->setBuddy(value);
        grid->addWidget(title, row, 0, Qt::AlignLeft | Qt::AlignVCenter);
        grid->addWidget(value, row, 1);
        m_values.push_back(value);
    }
}

void FactsGrid::set(int line, const QString& value, const QString& toolTip)
{
    m_values[std::size_t(line)]->setText(value);
    m_values[std::size_t(line)]->setToolTip(toolTip);
}

QString FactsGrid::value(int line) const
{
    return m_values[std::size_t(line)]->text();
}

void FactsGrid::setStale(int firstLine, bool stale)
{
    for (std::size_t line = std::size_t(firstLine); line < m_values.size(); ++line) {
        m_values[line]->setProperty("dim", stale);
        m_values[line]->style()->unpolish(m_values[line]);
        m_values[line]->style()->polish(m_values[line]);
    }
}

}  // namespace tenscope
