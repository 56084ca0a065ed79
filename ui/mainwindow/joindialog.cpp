#include "ui/mainwindow/joindialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace tenscope {

namespace {

// Whether one may feed the other, as far as types are known.
bool mayFeed(const Type& output, const Type& input)
{
    if (output.kind == Type::Kind::Unknown || input.kind == Type::Kind::Unknown)
        return true;
    if (output.kind != input.kind || output.element != input.element)
        return false;
    if (!output.shape || !input.shape)
        return true;
    if (output.shape->size() != input.shape->size())
        return false;
    for (std::size_t i = 0; i < output.shape->size(); ++i)
        if ((*output.shape)[i].isKnown() && (*input.shape)[i].isKnown() && (*output.shape)[i].size != (*input.shape)[i].size)
            return false;
    return true;
}

QString described(const Model& model, ValueId id)
{
    const Value& value = model.value(id);
    const QString name = QString::fromStdString(value.name);
    return value.type.kind == Type::Kind::Unknown ? name : name + QStringLiteral("   ") + QString::fromStdString(toString(value.type));
}

}  // namespace

JoinDialog::JoinDialog(std::shared_ptr<const Model> target, std::shared_ptr<const Model> merged, const QString& name, QWidget* parent)
    : QDialog(parent), m_target(std::move(target)), m_merged(std::move(merged)), m_prefix(new QLineEdit)
{
    setObjectName("joinDialog");
    setWindowTitle(tr("Merge a Model"));
    for (const ValueId input : m_merged->graph(m_merged->mainGraph).inputs)
        if (input && !m_merged->value(input).tensor)
            m_inputs.push_back(input);
    for (const ValueId output : m_target->graph(m_target->mainGraph).outputs)
        if (output)
            m_outputs.push_back(output);

    auto* says = new QLabel(tr("What feeds the inputs of “%1”? An output that feeds one is no output any more.").arg(name));
    says->setTextFormat(Qt::PlainText);
    says->setWordWrap(true);
    auto* rows = new QWidget;
    auto* form = new QFormLayout(rows);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    std::vector<bool> isTaken(m_outputs.size(), false);
    for (const ValueId input : m_inputs) {
        auto* choice = new QComboBox;
        choice->setObjectName("joinChoice");
        choice->addItem(tr("A new input of the model"));
        int suggested = 0;
        for (std::size_t i = 0; i < m_outputs.size(); ++i) {
            choice->addItem(described(*m_target, m_outputs[i]));
            if (suggested == 0 && !isTaken[i] && mayFeed(m_target->value(m_outputs[i]).type, m_merged->value(input).type)) {
                suggested = int(i) + 1;
                isTaken[i] = true;
            }
        }
        choice->setCurrentIndex(suggested);
        auto* label = new QLabel(described(*m_merged, input));
        label->setTextFormat(Qt::PlainText);
        label->setBuddy(choice);
        form->addRow(label, choice);
        m_choices.push_back(choice);
    }
    auto* area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidget(rows);
    m_prefix->setObjectName("joinPrefix");
    m_prefix->setPlaceholderText(tr("none; names that are taken get a number"));
    auto* below = new QFormLayout;
    below->addRow(tr("&Prefix of its names:"), m_prefix);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    buttons->button(QDialogButtonBox::Ok)->setText(tr("&Merge"));
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addWidget(says);
    column->addWidget(area, 1);
    column->addLayout(below);
    column->addWidget(buttons);
    resize(560, 320);
}

std::map<ValueId, ValueId> JoinDialog::joined() const
{
    std::map<ValueId, ValueId> result;
    for (std::size_t i = 0; i < m_choices.size(); ++i)
        if (const int choice = m_choices[i]->currentIndex(); choice > 0)
            result[m_inputs[i]] = m_outputs[std::size_t(choice - 1)];
    return result;
}

std::string JoinDialog::prefix() const
{
    return m_prefix->text().trimmed().toStdString();
}

}  // namespace tenscope
