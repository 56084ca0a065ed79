#include "ui/panels/tensoreditor.h"

#include <QFileDialog>
#include <QInputDialog>
#include <QLocale>
#include <QMenu>
#include <algorithm>
#include <filesystem>

#include "core/analysis/npy.h"
#include "core/edit/tensorrecipes.h"
#include "ui/panels/paneltext.h"
#include "ui/taskrunner/taskrunner.h"

namespace tenscope {

namespace {

// The stored value that holds the tensor; invalid where it belongs to an attribute.
ValueId holder(const Model& model, TensorId tensor)
{
    for (std::size_t v = 0; v < model.valueCount(); ++v)
        if (model.value(ValueId(v)).isAlive() && model.value(ValueId(v)).tensor == tensor)
            return ValueId(v);
    return {};
}

QInputDialog* ask(QWidget* parent, const char* name, const QString& title, const QString& label, const QString& value)
{
    auto* dialog = new QInputDialog(parent);
    dialog->setObjectName(name);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(title);
    dialog->setLabelText(label);
    dialog->setTextValue(value);
    return dialog;
}

}  // namespace

TensorEditor::TensorEditor(TaskRunner* tasks, QWidget* parent) : QObject(parent), m_tasks(tasks), m_parent(parent) {}

void TensorEditor::setTarget(Document* document, TensorId tensor)
{
    m_document = document;
    m_tensor = tensor;
}

void TensorEditor::fillMenu(QMenu* menu)
{
    menu->clear();
    menu->addAction(tr("Replace from .npy…"), this, &TensorEditor::replace);
    menu->addAction(tr("Fill…"), this, &TensorEditor::fill);
    QMenu* types = menu->addMenu(tr("Cast To"));
    for (const ElementType to : {ElementType::Float32, ElementType::Float16, ElementType::BFloat16, ElementType::Float64})
        types->addAction(text(name(to)), this, [this, to] {
            start(tr("Cast %1 to %2").arg(text(m_document->model()->tensor(m_tensor).name), text(name(to))),
                  [to](const Model& model, TensorId tensor) { return castTensor(model, tensor, to); });
        })->setEnabled(canEdit() && m_document->model()->tensor(m_tensor).element != to);
    menu->addAction(tr("Rename…"), this, &TensorEditor::rename);
    for (QAction* action : menu->actions())
        action->setEnabled(canEdit());
}

void TensorEditor::start(const QString& title, Make make)
{
    if (!canEdit())
        return;
    m_tasks->run<Edit>(
        title, QStringLiteral("edit tensor %1").arg(quintptr(this), 0, 16), m_document,
        [model = m_document->model(), tensor = m_tensor, make = std::move(make)](Progress&) { return make(*model, tensor); },
        [this, document = m_document, title](Result<Edit> edit) {
            if (edit)
                if (const auto* macro = std::get_if<Macro>(&*edit); macro && macro->edits.empty())
                    return;
            const Result<Touched> done = edit ? document->edit(std::move(*edit), title) : Result<Touched>(fail(edit.error()));
            emit refused(done ? QString() : QString::fromStdString(done.error().message));
        });
}

void TensorEditor::replace()
{
    auto* dialog = new QFileDialog(m_parent, tr("Replace Tensor"), {}, tr("NumPy files (*.npy)"));
    dialog->setObjectName("replaceDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        if (!canEdit())
            return;
        start(tr("Replace %1").arg(text(m_document->model()->tensor(m_tensor).name)),
              [path = std::filesystem::path(path.toStdU16String())](const Model& model, TensorId tensor) -> Result<Edit> {
                  auto content = readNpy(path);
                  // NumPy's own type is float64: what was computed there takes the type that the model has.
                  if (content && content->element != model.tensor(tensor).element)
                      content = cast(model, *content, model.tensor(tensor).element);
                  if (!content)
                      return fail(content.error());
                  return Edit(ReplaceTensor{tensor, std::move(*content)});
              });
    });
    dialog->open();
}

void TensorEditor::fill()
{
    auto* dialog = ask(m_parent, "fillDialog", tr("Fill Tensor"), tr("The number of all elements:"), "0");
    connect(dialog, &QInputDialog::textValueSelected, this, [this](const QString& typed) {
        bool isNumber = false;
        const double value = typed.trimmed().toDouble(&isNumber);
        if (!isNumber)
            emit refused(tr("“%1” is not a number.").arg(typed));
        else if (canEdit())
            start(tr("Fill %1").arg(text(m_document->model()->tensor(m_tensor).name)),
                  [value](const Model& model, TensorId tensor) { return fillTensor(model, tensor, value); });
    });
    dialog->open();
}

void TensorEditor::rename()
{
    auto* dialog = ask(m_parent, "renameDialog", tr("Rename Tensor"), tr("Name:"), text(m_document->model()->tensor(m_tensor).name));
    connect(dialog, &QInputDialog::textValueSelected, this, [this](const QString& typed) {
        if (!canEdit())
            return;
        const ValueId value = holder(*m_document->model(), m_tensor);
        const Edit edit = value ? Edit(RenameValue{value, typed.toStdString()}) : Edit(RenameTensor{m_tensor, typed.toStdString()});
        const auto done = m_document->edit(edit, tr("Rename %1").arg(text(m_document->model()->tensor(m_tensor).name)));
        emit refused(done ? QString() : QString::fromStdString(done.error().message));
    });
    dialog->open();
}

void TensorEditor::setElement(std::uint64_t element, const QString& typed)
{
    bool isNumber = false;
    // The minus of the table is the typographic one.
    const double value = QString(typed).replace(QChar(0x2212), '-').trimmed().toDouble(&isNumber);
    if (!isNumber)
        emit refused(tr("“%1” is not a number.").arg(typed));
    else if (canEdit())
        start(tr("Set an element of %1").arg(text(m_document->model()->tensor(m_tensor).name)),
              [element, value](const Model& model, TensorId tensor) { return tenscope::setElement(model, tensor, element, value); });
}

}  // namespace tenscope
