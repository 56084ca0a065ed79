#include "ui/graphview/breadcrumb.h"

#include <QFontMetrics>
#include <QHBoxLayout>
#include <QLabel>
#include <QLayoutItem>
#include <QPainter>
#include <QToolButton>


namespace tenscope {

Breadcrumb::Breadcrumb(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme), m_row(new QHBoxLayout(this))
{
    setObjectName("breadcrumb");
    setAccessibleName(tr("Path to this graph"));
    m_row->setContentsMargins(12, 2, 12, 2);
    m_row->setSpacing(4);
    m_row->setSizeConstraint(QLayout::SetFixedSize);
}

void Breadcrumb::setTheme(const Theme& theme)
{
    m_theme = theme;
    fill();
    update();
}

void Breadcrumb::setParts(std::vector<Part> parts)
{
    if (m_parts == parts)
        return;
    m_parts = std::move(parts);
    fill();
}

void Breadcrumb::fill()
{
    while (QLayoutItem* item = m_row->takeAt(0)) {
        if (item->widget()) {
            item->widget()->hide();
            item->widget()->deleteLater();  // one of them may be the button that is being pressed
        }
        delete item;
    }
    constexpr std::size_t most = 5;
    // A button brings room of its own.
    m_row->setContentsMargins(m_parts.size() > 1 ? 4 : 12, 2, 12, 2);
    QPalette dim = palette();
    dim.setColor(QPalette::WindowText, m_theme.dimText);
    dim.setColor(QPalette::ButtonText, m_theme.dimText);
    const auto addLabel = [&](const QString& text) {
        auto* label = new QLabel(text);
        label->setTextFormat(Qt::PlainText);
        label->setPalette(dim);
        label->setAttribute(Qt::WA_TransparentForMouseEvents);
        m_row->addWidget(label);
        return label;
    };
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        if (i > 0)
            addLabel(QStringLiteral("\u203a"));
        if (m_parts.size() > most && i == 1) {
            const std::size_t left = m_parts.size() - most + 1;
            addLabel(QStringLiteral("\u2026"))->setToolTip(tr("%L1 more").arg(left));
            i += left - 1;
            continue;
        }
        const Part& part = m_parts[i];
        const QString text = fontMetrics().elidedText(part.text, Qt::ElideMiddle, fontMetrics().averageCharWidth() * 32);
        if (i + 1 == m_parts.size()) {
            QLabel* label = addLabel(text);
            if (i > 0)
                label->setContentsMargins(4, 0, 0, 0);  // as a button has it
            label->setToolTip(part.toolTip);
            continue;
        }
        auto* button = new QToolButton;
        button->setObjectName(QStringLiteral("breadcrumb%1").arg(i));
        button->setAutoRaise(true);
        button->setText(text);
        button->setToolTip(part.toolTip);
        button->setPalette(dim);
        button->setCursor(Qt::PointingHandCursor);
        connect(button, &QToolButton::clicked, this, [this, graph = part.graph, module = part.module] {
            if (module)
                emit moduleRequested(module);
            else
                emit graphRequested(graph);
        });
        m_row->addWidget(button);
    }
    // Children that are added to a shown widget stay hidden until they are told.
    for (int i = 0; i < m_row->count(); ++i)
        m_row->itemAt(i)->widget()->show();
    m_row->activate();
    adjustSize();
}

void Breadcrumb::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor ground = m_theme.panel;
    ground.setAlphaF(0.94f);
    painter.setPen(QPen(m_theme.line, 1));
    painter.setBrush(ground);
    const double radius = height() / 2.0 - 0.5;
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
}

}  // namespace tenscope
