#include "ui/panels/panel.h"

#include "ui/panels/panelstyle.h"
#include "ui/taskrunner/taskrunner.h"

namespace tenscope {

Panel::Panel(TaskRunner* tasks, const Theme& theme, QWidget* parent) : QWidget(parent), m_tasks(tasks), m_theme(theme)
{
    setAttribute(Qt::WA_StyledBackground);
}

Panel::~Panel() = default;

void Panel::setDocument(Document* document)
{
    if (document == m_document)
        return;
    if (m_document)
        m_document->disconnect(this);
    m_document = document;
    if (document) {
        connect(document, &Document::changed, this, [this](const Change& change) { documentChanged(change); });
        // By then the pointer is null: only what was shown is left to clear.
        connect(document, &QObject::destroyed, this, [this] {
            m_document = nullptr;
            documentReplaced();
        });
    }
    documentReplaced();
}

void Panel::setTheme(const Theme& theme)
{
    m_theme = theme;
    applyTheme();
}

void Panel::applyTheme()
{
    setPalette(m_theme.palette());
    setStyleSheet(panelStyleSheet(m_theme));
}

QString Panel::taskKey(const char* what) const
{
    return QStringLiteral("panel-%1-%2").arg(quintptr(this), 0, 16).arg(QLatin1String(what));
}

}  // namespace tenscope
