#include "ui/panels/valuesview.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QScopedValueRollback>
#include <QSpinBox>
#include <QVBoxLayout>
#include <algorithm>
#include <limits>

#include "ui/panels/paneltext.h"
#include "ui/panels/shapedindex.h"
#include "ui/panels/tensorgrid.h"

namespace tenscope {

namespace {

constexpr std::size_t mostSpins = 6;  // of dimensions; the field to go to an index does for the others

}  // namespace

ValuesView::ValuesView(QWidget* parent)
    : QWidget(parent), m_grid(new TensorGrid), m_bar(new QHBoxLayout), m_goTo(new QLineEdit), m_exact(new QLabel)
{
    setObjectName("valuesView");
    m_goTo->setObjectName("goToIndex");
    m_goTo->setPlaceholderText(tr("Go to index"));
    m_goTo->setAccessibleName(tr("Go to the element with this index"));
    m_goTo->setToolTip(tr("An index such as 3, 1, 0, 2, or the place in row-major order"));
    m_goTo->setMaximumWidth(160);
    m_goTo->setEnabled(false);
    m_exact->setObjectName("exactValue");
    m_exact->setTextFormat(Qt::PlainText);  // texts from files are not markup
    m_exact->setProperty("dim", true);
    m_exact->setTextInteractionFlags(Qt::TextSelectableByMouse);

    m_bar->setContentsMargins(8, 4, 8, 4);
    m_bar->setSpacing(4);
    m_bar->addStretch(1);
    m_bar->addWidget(m_goTo);
    auto* foot = new QHBoxLayout;
    foot->setContentsMargins(12, 2, 8, 4);
    foot->addWidget(m_exact);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(m_bar);
    layout->addWidget(m_grid, 1);
    layout->addLayout(foot);
    setFocusProxy(m_grid);

    connect(m_grid, &TensorGrid::typed, this, &ValuesView::typed);
    connect(m_grid, &TensorGrid::currentChanged, this, &ValuesView::followCurrent);
    connect(m_goTo, &QLineEdit::returnPressed, this, &ValuesView::goToText);
    connect(m_goTo, &QLineEdit::textChanged, m_goTo, [this] { m_goTo->setStyleSheet({}); });
}

void ValuesView::setReader(std::shared_ptr<const ElementReader> reader)
{
    if (reader == m_reader)
        return;
    m_reader = std::move(reader);
    for (QSpinBox* spin : m_spins)
        delete spin;
    m_spins.clear();
    if (m_reader && m_reader->elements() > 0) {
        const std::vector<std::int64_t>& shape = m_reader->shape();
        for (std::size_t d = 0; d + 1 < shape.size() && d < mostSpins; ++d) {
            auto* spin = new QSpinBox;
            spin->setObjectName(QStringLiteral("dimension%1").arg(d));
            spin->setAccessibleName(tr("Index in dimension %1").arg(d));
            spin->setToolTip(tr("Dimension %1 of size %2").arg(d).arg(grouped(std::uint64_t(shape[d]))));
            spin->setRange(0, int(std::min<std::int64_t>(shape[d] - 1, std::numeric_limits<int>::max())));
            spin->setWrapping(true);
            spin->setMinimumWidth(spin->fontMetrics().horizontalAdvance(QStringLiteral("888")) + 40);
            connect(spin, &QSpinBox::valueChanged, this, &ValuesView::goToSpins);
            m_bar->insertWidget(int(d), spin);
            m_spins.push_back(spin);
        }
    }
    m_goTo->setEnabled(m_reader && m_reader->elements() > 0);
    m_goTo->clear();
    m_exact->clear();
    m_grid->setReader(m_reader);
    if (m_reader && m_reader->elements() > 0)
        followCurrent(0);
}

void ValuesView::setTheme(const Theme& theme)
{
    m_grid->setTheme(theme);
}

void ValuesView::goTo(std::uint64_t element)
{
    m_grid->setCurrent(element);
}

void ValuesView::setEditable(bool editable)
{
    m_grid->setEditable(editable);
}

void ValuesView::followCurrent(std::uint64_t element)
{
    if (!m_reader || m_reader->elements() == 0)
        return;
    const QScopedValueRollback following(m_following, true);
    const std::vector<std::int64_t> index = shapedIndex(m_reader->shape(), element);
    for (std::size_t d = 0; d < m_spins.size(); ++d)
        m_spins[d]->setValue(int(std::min<std::int64_t>(index[d], std::numeric_limits<int>::max())));
    m_exact->setText(QStringLiteral("%1  %2").arg(indexText(index), text(m_reader->textAt(element)).left(200)));
}

void ValuesView::goToSpins()
{
    if (m_following || !m_reader)
        return;
    std::vector<std::int64_t> index = shapedIndex(m_reader->shape(), m_grid->current());
    for (std::size_t d = 0; d < m_spins.size(); ++d)
        index[d] = m_spins[d]->value();
    m_grid->setCurrent(linearIndex(m_reader->shape(), index));
}

void ValuesView::goToText()
{
    const auto element = m_reader ? parseIndex(m_goTo->text(), m_reader->shape()) : std::nullopt;
    if (!element) {
        m_goTo->setStyleSheet(QStringLiteral("border-color: #c62828;"));
        m_goTo->setToolTip(tr("Not inside %1. An index such as 3, 1, 0, 2, or the place in row-major order.")
                               .arg(m_reader ? shapeText(m_reader->shape()) : QString()));
        return;
    }
    m_grid->setCurrent(*element);
    m_grid->setFocus();
}

}  // namespace tenscope
