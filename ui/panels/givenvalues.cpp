#include "ui/panels/givenvalues.h"

#include <QAction>
#include <QCursor>
#include <QItemSelectionModel>
#include <QMenu>
#include <QTableView>
#include <QToolButton>

#include "core/graph/text.h"
#include "ui/panels/inputsmodel.h"
#include "ui/panels/paneltext.h"

namespace tenscope {

GivenValues::GivenValues(InputsModel* inputs, QTableView* table, QObject* parent)
    : QObject(parent), m_inputs(inputs), m_table(table), m_button(new QToolButton), m_takeBack(new QAction(tr("Compute It Again"), this))
{
    m_button->setObjectName("giveValueButton");
    m_button->setText(tr("Give an Output by Hand"));
    m_takeBack->setObjectName("takeBackValue");
    m_takeBack->setShortcut(QKeySequence::Delete);
    m_takeBack->setShortcutContext(Qt::WidgetShortcut);
    m_table->addAction(m_takeBack);
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(m_button, &QToolButton::clicked, this, &GivenValues::give);
    connect(m_takeBack, &QAction::triggered, this, &GivenValues::takeBack);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &GivenValues::updateTakeBack);
    connect(m_inputs, &QAbstractItemModel::modelReset, this, &GivenValues::updateTakeBack);
    setNode(nullptr, {});
    updateTakeBack();
}

void GivenValues::setNode(std::shared_ptr<const Model> model, NodeId node)
{
    m_model = std::move(model);
    m_node = node;
    const bool hasOutput = m_model && m_node && !m_model->node(m_node).outputs().empty();
    m_button->setEnabled(hasOutput);
    m_button->setToolTip(hasOutput ? tr("What if the output of %1 were zero? The next runs take it from this table instead of computing it.")
                                         .arg(text(displayName(*m_model, m_node)))
                                   : tr("Select a node: the next runs take its output from this table instead of computing it."));
}

void GivenValues::give()
{
    if (!m_model || !m_node)
        return;
    const auto outputs = m_model->node(m_node).outputs();
    ValueId chosen = outputs.front();
    if (outputs.size() > 1) {
        QMenu menu;
        for (const ValueId output : outputs)
            if (output)
                menu.addAction(text(m_model->value(output).name))->setData(output.index());
        const QAction* action = menu.exec(QCursor::pos());
        if (!action)
            return;
        chosen = ValueId(action->data().toULongLong());
    }
    if (chosen)
        emit given(m_inputs->give(*m_model, chosen));
}

void GivenValues::takeBack()
{
    m_inputs->takeBack(m_table->currentIndex().row());
    updateTakeBack();
}

void GivenValues::updateTakeBack()
{
    m_takeBack->setEnabled(m_inputs->isGiven(m_table->currentIndex().row()));
}

}  // namespace tenscope
