#include "ui/mainwindow/documentsaver.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QPointer>
#include <QPushButton>
#include <QSettings>
#include <filesystem>

#include "core/formats/formats.h"
#include "core/worker/workerclient.h"
#include "ui/document/document.h"
#include "ui/errorpresenter/errorpresenter.h"
#include "ui/mainwindow/documentpage.h"
#include "ui/taskrunner/taskrunner.h"

namespace tenscope {

namespace {

struct Written {
    bool isSorted = false;  // whether nodes were put in order
};

QMessageBox* question(QWidget* window, const char* name, const QString& text, const QString& more)
{
    auto* box = new QMessageBox(QMessageBox::Warning, QObject::tr("Tenscope"), text, QMessageBox::NoButton, window);
    box->setObjectName(name);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowModality(Qt::WindowModal);
    box->setTextFormat(Qt::PlainText);  // names of files are not markup
    box->setInformativeText(more);
    return box;
}

}  // namespace

DocumentSaver::DocumentSaver(QWidget* window, TaskRunner* tasks, std::shared_ptr<WorkerClient> worker)
    : QObject(window), m_window(window), m_tasks(tasks), m_worker(std::move(worker))
{
}

QString DocumentSaver::whyNotSave(const Model& model)
{
    if (model.format == Format::Onnx || model.format == Format::TorchScript)
        return {};
    return tr("%1 cannot be saved after editing; only ONNX and TorchScript can.", "a file format")
        .arg(QString::fromUtf8(formatInfo(model.format).title));
}

bool DocumentSaver::refuse(DocumentPage* page) const
{
    const QString why = whyNotSave(*page->document()->model());
    if (!why.isEmpty())
        page->errors()->present(Error::write(why.toStdString()));
    return !why.isEmpty();
}

void DocumentSaver::save(DocumentPage* page, Then then)
{
    if (!page->document() || refuse(page))
        return;
    const QString path = page->path();
    if (!page->document()->isChangedOnDisk())
        return write(page, path, OnnxWriteOptions::Data::Keep, std::move(then));
    auto* box = question(m_window, "changedOnDisk", tr("“%1” was changed by another program.").arg(QFileInfo(path).fileName()),
                         tr("Saving replaces what that program wrote."));
    auto* replace = box->addButton(tr("&Replace"), QMessageBox::DestructiveRole);
    auto* other = box->addButton(tr("Save &As…"), QMessageBox::AcceptRole);
    box->setDefaultButton(other);
    box->addButton(QMessageBox::Cancel);
    connect(box, &QMessageBox::buttonClicked, page, [=, this, then = std::move(then)](QAbstractButton* clicked) {
        if (clicked == replace)
            write(page, path, OnnxWriteOptions::Data::Keep, then);
        else if (clicked == other)
            saveAs(page, then);
    });
    box->open();
}

void DocumentSaver::saveAs(DocumentPage* page, Then then)
{
    if (!page->document() || refuse(page))
        return;
    using Data = OnnxWriteOptions::Data;
    const bool isScript = page->document()->model()->format == Format::TorchScript;
    const std::vector<std::pair<QString, Data>> filters =
        isScript ? std::vector<std::pair<QString, Data>>{{tr("TorchScript (*.pt *.pth *.ts *.jit)"), Data::Keep}}
                 : std::vector<std::pair<QString, Data>>{{tr("ONNX, data where it is now (*.onnx)"), Data::Keep},
                                                         {tr("ONNX, all in one file (*.onnx)"), Data::Embed},
                                                         {tr("ONNX, large tensors in a file beside it (*.onnx)"), Data::OneFile}};
    QStringList names;
    for (const auto& [name, data] : filters)
        names << name;
    auto* dialog = new QFileDialog(m_window, tr("Save Model As"), page->path());
    dialog->setObjectName("saveAsDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters(names);
    dialog->setDefaultSuffix(isScript ? "pt" : "onnx");
    dialog->selectFile(page->path());
    connect(dialog, &QFileDialog::fileSelected, page, [=, this, then = std::move(then)](const QString& path) {
        const auto chosen = names.indexOf(dialog->selectedNameFilter());
        write(page, path, filters[std::size_t(std::max<qsizetype>(chosen, 0))].second, then);
    });
    dialog->open();
}

void DocumentSaver::write(DocumentPage* page, const QString& path, OnnxWriteOptions::Data data, Then then)
{
    const std::shared_ptr<const Model> model = page->document()->model();
    m_tasks->run<Written>(
        tr("Saving %1").arg(QFileInfo(path).fileName()), "save:" + path, page,
        [model, path, data, worker = m_worker](Progress& progress) -> Result<Written> {
            const std::filesystem::path target(path.toStdU16String());
            if (model->format == Format::TorchScript)
                return worker->writeTorchScript(*model, target, progress).map([](const ScriptExport&) { return Written(); });
            OnnxWriteOptions options;
            options.data = data;
            return writeOnnx(*model, target, options, progress).map([](const OnnxWriteReport& report) {
                return Written{report.sortedGraphs > 0};
            });
        },
        [this, page, path, revision = page->document()->revision(), then = std::move(then)](Result<Written> written) {
            if (!written) {
                page->errors()->present(written.error(), tr("Save As…"), [this, page] { saveAs(page); });
                return;
            }
            const QString oldPath = page->path();
            if (page->document())
                page->document()->setSaved(path, revision);
            if (written->isSorted)
                page->errors()->inform(tr("Saved. Nodes were put in the order in which they are computed."));
            else
                page->errors()->dismiss();
            emit saved(page, oldPath);
            if (then)
                then();
        });
}

void DocumentSaver::revert(DocumentPage* page, Then then)
{
    if (!page->document() || !page->document()->isEdited())
        return then();
    auto* box = question(m_window, "discardChanges", tr("Discard the changes to “%1”?").arg(page->document()->title()),
                         tr("The file is read again as it was saved last."));
    auto* discard = box->addButton(tr("&Discard Changes"), QMessageBox::DestructiveRole);
    box->setDefaultButton(box->addButton(QMessageBox::Cancel));
    connect(box, &QMessageBox::buttonClicked, page, [=, then = std::move(then)](QAbstractButton* clicked) {
        if (clicked == discard)
            then();
    });
    box->open();
}

void DocumentSaver::settle(std::vector<DocumentPage*> pages, Then then)
{
    while (!pages.empty() && !(pages.back()->document() && pages.back()->document()->isEdited()))
        pages.pop_back();
    if (pages.empty())
        return then();
    DocumentPage* page = pages.back();
    pages.pop_back();
    std::vector<QPointer<DocumentPage>> rest(pages.begin(), pages.end());
    const auto goOn = [this, rest = std::move(rest), then = std::move(then)] {
        std::vector<DocumentPage*> living;
        for (const QPointer<DocumentPage>& one : rest)
            if (one)
                living.push_back(one);
        settle(std::move(living), then);
    };
    const int count = page->document()->undoStack().index();
    auto* box = question(m_window, "unsavedChanges", tr("Save the changes to “%1” before closing?").arg(page->document()->title()),
                         tr("%n changes would be lost.", nullptr, count));
    if (whyNotSave(*page->document()->model()).isEmpty())
        box->addButton(QMessageBox::Save);
    else
        box->setInformativeText(whyNotSave(*page->document()->model()));
    box->addButton(QMessageBox::Discard);
    box->addButton(QMessageBox::Cancel);
    connect(box, &QMessageBox::buttonClicked, page, [=, this](QAbstractButton* clicked) {
        const auto button = box->standardButton(clicked);
        if (button == QMessageBox::Save)
            save(page, goOn);
        else if (button == QMessageBox::Discard)
            goOn();
    });
    box->open();
}

}  // namespace tenscope
