#include "ui/mainwindow/modelparts.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QSettings>
#include <filesystem>

#include "core/edit/apply.h"
#include "core/edit/fragment.h"
#include "core/edit/recipes.h"
#include "core/formats/formats.h"
#include "core/formats/onnx/onnxwriter.h"
#include "ui/document/document.h"
#include "ui/errorpresenter/errorpresenter.h"
#include "ui/mainwindow/documentpage.h"
#include "ui/mainwindow/documentsaver.h"
#include "ui/mainwindow/joindialog.h"
#include "ui/taskrunner/taskrunner.h"

namespace tenscope {

namespace {

std::filesystem::path filePath(const QString& path)
{
    return std::filesystem::path(path.toStdU16String());
}

QFileDialog* fileDialog(QWidget* window, const char* name, const QString& title, const QString& start, const QString& filter)
{
    auto* dialog = new QFileDialog(window, title, start, filter);
    dialog->setObjectName(name);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    return dialog;
}

}  // namespace

ModelParts::ModelParts(QWidget* window, TaskRunner* tasks) : QObject(window), m_window(window), m_tasks(tasks) {}

void ModelParts::extract(DocumentPage* page)
{
    if (const QString why = DocumentSaver::whyNotSave(*page->document()->model()); !why.isEmpty())
        return page->errors()->present(Error::write(why.toStdString()));
    const QFileInfo file(page->path());
    QFileDialog* dialog = fileDialog(m_window, "extractDialog", tr("Extract the Selection as a Model"), file.absolutePath(), tr("ONNX models (*.onnx)"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix("onnx");
    dialog->selectFile(file.completeBaseName() + tr("-part", "name of a file that holds a part of a model") + QStringLiteral(".onnx"));
    connect(dialog, &QFileDialog::fileSelected, page, [this, page](const QString& path) { write(page, path); });
    dialog->open();
}

void ModelParts::write(DocumentPage* page, const QString& path)
{
    if (QFileInfo(path).canonicalFilePath() == QFileInfo(page->path()).canonicalFilePath() && QFileInfo::exists(path))
        return page->errors()->present(Error::write(tr("The model cannot be replaced by a part of itself; choose another file.").toStdString()));
    m_tasks->run<OnnxWriteReport>(
        tr("Extracting %1").arg(QFileInfo(path).fileName()), "save:" + path, page,
        [model = page->document()->model(), nodes = page->document()->selection().nodes, path](Progress& progress) -> Result<OnnxWriteReport> {
            const Result<Edit> edit = tenscope::extract(*model, nodes);
            if (!edit)
                return fail(edit.error());
            Model part = *model;
            if (const Result<Edit> done = applyEdit(part, *edit); !done)
                return fail(done.error());
            return writeOnnx(part, filePath(path), {}, progress);
        },
        [this, page, path](const Result<OnnxWriteReport>& report) {
            if (!report)
                return page->errors()->present(report.error());
            page->errors()->dismiss();
            emit extracted(path);
        });
}

void ModelParts::merge(DocumentPage* page)
{
    QFileDialog* dialog = fileDialog(m_window, "mergeDialog", tr("Merge a Model"), QSettings().value("openFolder").toString(),
                                     tr("ONNX models (*.onnx);;All files (*)"));
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, page, [this, page](const QString& path) { readAndJoin(page, path); });
    dialog->open();
}

void ModelParts::readAndJoin(DocumentPage* page, const QString& path)
{
    using Read = std::shared_ptr<const Model>;
    m_tasks->run<Read>(
        tr("Reading %1").arg(QFileInfo(path).fileName()), "merge:" + page->path(), page,
        [path](Progress& progress) -> Result<Read> {
            return read(filePath(path), progress).map([](Model model) { return std::make_shared<const Model>(std::move(model)); });
        },
        [this, page, path](const Result<Read>& model) {
            if (!model)
                page->errors()->present(model.error());
            else if (page->document() && !(*model)->mainGraph)
                page->errors()->present(Error::usage(tr("“%1” holds no graph to merge.").arg(QFileInfo(path).fileName()).toStdString()));
            else if (page->document())
                join(page, *model, QFileInfo(path).fileName());
        });
}

void ModelParts::join(DocumentPage* page, const std::shared_ptr<const Model>& merged, const QString& name)
{
    auto* dialog = new JoinDialog(page->document()->model(), merged, name, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowModality(Qt::WindowModal);
    // The page's own document may be another by then, after Revert to Saved.
    connect(dialog, &QDialog::accepted, page->document(), [this, page, document = page->document(), dialog, merged, name] {
        m_tasks->run<Edit>(
            tr("Merging %1").arg(name), "merge:" + page->path(), document,
            [model = document->model(), merged, joined = dialog->joined(), prefix = dialog->prefix()](Progress&) {
                return mergeModel(*model, *merged, joined, prefix);
            },
            [page, document, name, before = document->model()->mark()](Result<Edit> edit) {
                // What is added is named by ids that follow those of the model that was looked at.
                if (edit && document->model()->mark() != before)
                    edit = fail(Error::usage(tr("The model was edited meanwhile; merge again.").toStdString()));
                const Result<Touched> done = edit ? document->edit(std::move(*edit), tr("Merge %1").arg(name)) : Result<Touched>(fail(edit.error()));
                if (!done)
                    return page->errors()->present(done.error());
                page->errors()->dismiss();
                if (document->model()->nodeCount() > before.nodes)
                    document->reveal(NodeId(before.nodes));
            });
    });
    dialog->open();
}

}  // namespace tenscope
