#include "ui/mainwindow/recovery.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QMessageBox>
#include <QPushButton>
#include <QStandardPaths>
#include <QUuid>
#include <filesystem>

#include "core/edit/journal.h"
#include "ui/document/document.h"
#include "ui/errorpresenter/errorpresenter.h"
#include "ui/mainwindow/documentpage.h"
#include "ui/taskrunner/taskrunner.h"

namespace tenscope {

namespace {

std::filesystem::path native(const QString& path)
{
    return std::filesystem::path(path.toStdU16String());
}

}  // namespace

Recovery::Recovery(QWidget* window, TaskRunner* tasks) : QObject(window), m_window(window), m_tasks(tasks) {}

QString Recovery::folder() const
{
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + "/journals";
}

QStringList Recovery::abandoned() const
{
    QStringList journals;
    const QFileInfoList files = QDir(folder()).entryInfoList({"*.journal"}, QDir::Files, QDir::Time);
    for (const QFileInfo& file : files)
        if (isAbandoned(native(file.filePath())))
            journals << file.filePath();
    return journals;
}

void Recovery::follow(DocumentPage* page)
{
    Document* document = page->document();
    connect(document, &Document::journalFailed, page, [page](const QString& sentence) {
        page->errors()->inform(tr("Changes are no longer kept for the case of a crash: %1").arg(sentence));
    });
    document->setJournal([folder = folder(), model = document->model()]() -> Result<Journal> {
        if (model->files.empty() || !QDir().mkpath(folder))
            return fail(Error::write(folder.toStdString() + " cannot be made"));
        const QString name = QUuid::createUuid().toString(QUuid::WithoutBraces) + ".journal";
        return Journal::create(native(QDir(folder).filePath(name)), *model->files.front());
    });
}

void Recovery::offer(const std::function<void(const QString& file)>& open)
{
    QStringList names;
    const QStringList journals = abandoned();
    for (const QString& journal : journals) {
        const auto file = journaledFile(native(journal));
        const QString path = file ? QString::fromStdU16String(file->u16string()) : QString();
        if (!file || !QFileInfo::exists(path) || m_promised.contains(path)) {
            QFile::remove(journal);  // nothing can come of it
            continue;
        }
        m_promised.insert(path, journal);
        names << QFileInfo(path).fileName();
    }
    if (names.isEmpty())
        return;
    auto* box = new QMessageBox(QMessageBox::Question, tr("Tenscope"), tr("Tenscope ended before changes were saved."),
                                QMessageBox::NoButton, m_window);
    box->setObjectName("recoverChanges");
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(tr("Changes to %1 can be brought back.").arg(names.join(", ")));
    auto* recover = box->addButton(tr("&Bring Back"), QMessageBox::AcceptRole);
    auto* discard = box->addButton(tr("&Discard"), QMessageBox::DestructiveRole);
    box->addButton(tr("&Later"), QMessageBox::RejectRole);
    box->setDefaultButton(recover);
    connect(box, &QMessageBox::buttonClicked, this, [=, this](QAbstractButton* clicked) {
        if (clicked == recover) {
            for (const QString& path : m_promised.keys())
                open(path);
            return;
        }
        if (clicked == discard)
            for (const QString& journal : std::as_const(m_promised))
                QFile::remove(journal);
        m_promised.clear();
    });
    box->open();
}

void Recovery::restore(DocumentPage* page)
{
    const QString journal = m_promised.take(page->path());
    if (journal.isEmpty())
        return;
    struct Outcome {
        std::shared_ptr<const Model> model;
        Recovered recovered;
    };
    const auto before = page->document()->model();
    m_tasks->run<Outcome>(
        tr("Bringing back changes to %1").arg(page->document()->title()), "recover:" + page->path(), page->document(),
        [before, path = native(journal)](Progress&) -> Result<Outcome> {
            auto model = std::make_shared<Model>(*before);
            auto recovered = replay(path, *model);
            if (!recovered)
                return fail(recovered.error());
            return Outcome{std::move(model), std::move(*recovered)};
        },
        [page, before, journal](Result<Outcome> outcome) {
            Document* document = page->document();
            if (!outcome)
                return page->errors()->present(outcome.error());
            if (document->model() != before)
                return page->errors()->inform(tr("The model was edited meanwhile; the changes of the earlier session are kept for later."));
            auto resumed = Journal::resume(native(journal), outcome->recovered);
            const QString problem = QString::fromStdString(outcome->recovered.problem);
            const int steps = int(outcome->recovered.undo.size());
            document->adopt(outcome->model, std::move(outcome->recovered));
            if (resumed)
                document->setJournal(std::move(*resumed));
            page->errors()->inform(problem.isEmpty() ? tr("%n changes are back; they are not saved yet.", nullptr, steps)
                                                     : tr("%n changes are back, up to where the record breaks off: %1", nullptr, steps).arg(problem));
        });
}

}  // namespace tenscope
