#include "ui/panels/changespanel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/panels/changesmodel.h"
#include "ui/panels/emptystate.h"

namespace tenscope {

ChangesPanel::ChangesPanel(TaskRunner* tasks, const Theme& theme, QWidget* parent)
    : Panel(tasks, theme, parent),
      m_model(new ChangesModel(this)),
      m_list(new QListView),
      m_takeBack(new QToolButton),
      m_why(new QLabel),
      m_empty(new EmptyState),
      m_pages(new QStackedWidget)
{
    setObjectName("changesPanel");
    m_list->setObjectName("changesList");
    m_list->setAccessibleName(tr("Changes since the model was opened"));
    m_list->setModel(m_model);
    m_list->setUniformItemSizes(true);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    m_list->setFrameShape(QFrame::NoFrame);
    m_takeBack->setObjectName("takeBackButton");
    m_takeBack->setText(tr("Take back alone"));
    m_takeBack->setToolTip(tr("Undo this change and keep those after it"));
    m_takeBack->setProperty("quiet", true);
    m_why->setObjectName("takeBackWhy");
    m_why->setProperty("dim", true);
    m_why->setTextFormat(Qt::PlainText);

    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* buttons = new QHBoxLayout;
    buttons->setContentsMargins(4, 4, 8, 4);
    buttons->setSpacing(8);
    buttons->addWidget(m_takeBack);
    buttons->addWidget(m_why, 1);
    column->addLayout(buttons);
    column->addWidget(m_list, 1);
    m_empty->setText(tr("What you change in the model is listed here."));
    m_pages->addWidget(m_empty);
    m_pages->addWidget(page);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_pages);
    setFocusProxy(m_list);

    connect(m_list, &QListView::clicked, this, &ChangesPanel::jump);
    connect(m_list, &QListView::doubleClicked, this, &ChangesPanel::goTo);
    connect(m_list, &QListView::activated, this, &ChangesPanel::goTo);
    connect(m_list, &QListView::customContextMenuRequested, this, &ChangesPanel::showContextMenu);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &ChangesPanel::updateButtons);
    connect(m_takeBack, &QToolButton::clicked, this, &ChangesPanel::takeBack);
    applyTheme();
    documentReplaced();
}

void ChangesPanel::documentReplaced()
{
    m_model->setDocument(document());
    refresh();
}

void ChangesPanel::documentChanged(const Change& change)
{
    if (std::holds_alternative<SavedChanged>(change))
        refresh();
}

void ChangesPanel::applyTheme()
{
    Panel::applyTheme();
    m_model->setTheme(theme());
}

void ChangesPanel::refresh()
{
    m_model->refresh();
    m_pages->setCurrentIndex(m_model->rowCount() > 1 ? 1 : 0);
    if (document()) {
        const QModelIndex current = m_model->index(document()->undoStack().index());
        m_list->setCurrentIndex(current);
        m_list->scrollTo(current);
    }
    updateButtons();
}

int ChangesPanel::step() const
{
    return document() ? m_list->currentIndex().row() - 1 : -1;
}

void ChangesPanel::updateButtons()
{
    const QString why = step() < 0 ? tr("Choose a change.") : document()->whyNotRevertStep(step());
    m_takeBack->setEnabled(why.isEmpty());
    m_why->setText(why);
    m_why->setToolTip(why);
}

void ChangesPanel::jump(const QModelIndex& index)
{
    if (!document())
        return;
    const Place place = m_model->place(index.row());
    if (const auto* node = std::get_if<NodeId>(&place))
        document()->reveal(*node);
    else if (const auto* value = std::get_if<ValueId>(&place))
        document()->reveal(*value);
    else if (const auto* tensor = std::get_if<TensorId>(&place))
        emit tensorActivated(*tensor);
}

void ChangesPanel::goTo(const QModelIndex& index)
{
    if (document() && index.isValid())
        document()->undoStack().setIndex(index.row());
}

void ChangesPanel::takeBack()
{
    if (!document() || step() < 0)
        return;
    if (const auto taken = document()->revertStep(step()); !taken)
        m_why->setText(QString::fromStdString(taken.error().message));
}

void ChangesPanel::showContextMenu(const QPoint& position)
{
    const QModelIndex index = m_list->indexAt(position);
    if (!index.isValid())
        return;
    QMenu menu(this);
    menu.addAction(tr("Show in Diagram"), this, [&] { jump(index); })->setEnabled(index.row() > 0);
    menu.addAction(tr("Go to This State"), this, [&] { goTo(index); });
    menu.addAction(tr("Take Back Alone"), this, &ChangesPanel::takeBack)->setEnabled(m_takeBack->isEnabled());
    menu.exec(m_list->viewport()->mapToGlobal(position));
}

}  // namespace tenscope
