#include "ui/panels/topclassesbar.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QSettings>
#include <QToolButton>

#include "core/analysis/topclasses.h"
#include "ui/panels/paneltext.h"

namespace tenscope {

namespace {

constexpr std::size_t shownClasses = 5;
constexpr std::int64_t mostClasses = 500'000;  // more would take longer than a frame

}  // namespace

TopClassesBar::TopClassesBar(QWidget* parent) : QFrame(parent), m_text(new QLabel), m_choose(new QToolButton)
{
    setObjectName("topClasses");
    m_text->setObjectName("topClassesText");
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_choose->setObjectName("chooseLabels");
    m_choose->setText(tr("Labels…"));
    m_choose->setToolTip(tr("A text file with the name of one class on each line"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(8, 4, 8, 4);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_choose, 0, Qt::AlignTop);
    connect(m_choose, &QToolButton::clicked, this, &TopClassesBar::chooseLabels);
    hide();
}

void TopClassesBar::setRun(std::shared_ptr<const Model> model, std::shared_ptr<const RunOutcome> run)
{
    m_model = std::move(model);
    m_run = std::move(run);
    m_output = -1;
    for (std::size_t i = 0; m_model && m_run && i < m_run->outputTensors.size() && m_output < 0; ++i)
        if (m_run->outputs[i].isTensor && isClassification(m_run->outputTensors[i], 0) && m_run->outputTensors[i].shape.back() <= mostClasses)
            m_output = int(i);
    setVisible(m_output >= 0);
    if (m_output < 0)
        return;
    recallLabels();
    updateText();
}

void TopClassesBar::setLabels(const QString& file)
{
    m_problem.clear();
    m_labels.clear();
    auto labels = readLabels(file.toStdString());
    const std::int64_t classes = m_output < 0 ? 0 : m_run->outputTensors[std::size_t(m_output)].shape.back();
    if (!labels) {
        m_problem = text(labels.error().message);
    } else if (m_output >= 0 && std::int64_t(labels->size()) != classes) {
        m_problem = tr("%1 names %L2 classes, and the output has %L3 values.").arg(file).arg(labels->size()).arg(classes);
    } else {
        m_labels = std::move(*labels);
        QSettings().setValue(QStringLiteral("inference/labels/%1").arg(m_labels.size()), file);
    }
    updateText();
}

void TopClassesBar::recallLabels()
{
    const std::int64_t classes = m_run->outputTensors[std::size_t(m_output)].shape.back();
    if (std::int64_t(m_labels.size()) == classes)
        return;
    m_problem.clear();
    m_labels.clear();
    const QString file = QSettings().value(QStringLiteral("inference/labels/%1").arg(classes)).toString();
    if (file.isEmpty())
        return;
    auto labels = readLabels(file.toStdString());
    if (labels && std::int64_t(labels->size()) == classes)
        m_labels = std::move(*labels);
}

void TopClassesBar::chooseLabels()
{
    const QString file = QFileDialog::getOpenFileName(this, tr("Choose the names of the classes"), {}, tr("Text files (*.txt *.names *.labels *.csv);;All files (*)"));
    if (!file.isEmpty())
        setLabels(file);
}

void TopClassesBar::updateText()
{
    if (m_output < 0)
        return;
    const Tensor& tensor = m_run->outputTensors[std::size_t(m_output)];
    Progress progress;
    const auto top = topClasses(*m_model, tensor, shownClasses, 1, progress);
    if (!top || top->empty() || top->front().empty()) {
        m_text->setText(m_problem);
        return;
    }
    QStringList classes;
    for (const RankedClass& entry : top->front()) {
        const QString name = entry.index < m_labels.size() && !m_labels[entry.index].empty() ? text(m_labels[entry.index]) : tr("class %1").arg(entry.index);
        classes += tr("%1  %2", "a class and its value").arg(name, number(entry.value));
    }
    QString shown = classes.join(QStringLiteral("   ·   "));
    if (tensor.shape.size() == 2 && tensor.shape.front() > 1)
        shown += QStringLiteral("   ") + tr("(the first of %L1)").arg(tensor.shape.front());
    m_text->setText(m_problem.isEmpty() ? shown : m_problem + QLatin1Char('\n') + shown);
}

}  // namespace tenscope
