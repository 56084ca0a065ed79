#include "ui/mainwindow/pictureexport.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QSettings>

#include "ui/diagram/render.h"
#include "ui/errorpresenter/errorpresenter.h"
#include "ui/taskrunner/taskrunner.h"

namespace tenscope {

void exportDiagram(QWidget* parent, std::shared_ptr<const Diagram> diagram, const QString& name, const Theme& theme, TaskRunner* tasks,
                   ErrorPresenter* errors)
{
    if (!diagram)
        return errors->inform(QObject::tr("The diagram is not drawn yet; export it when it is."));
    QSettings settings;
    const QString folder = settings.value("exportFolder", QDir::homePath()).toString();
    QString path = QFileDialog::getSaveFileName(parent, QObject::tr("Export Diagram"),
                                                QDir(folder).filePath(QFileInfo(name).completeBaseName() + ".svg"),
                                                QObject::tr("Pictures (*.svg *.pdf *.png)"));
    if (path.isEmpty())
        return;
    settings.setValue("exportFolder", QFileInfo(path).absolutePath());
    if (!pictureFormat(path))
        path += ".svg";

    tasks->run<RenderedPicture>(
        QObject::tr("Exporting %1").arg(QFileInfo(path).fileName()), "export", errors,
        [diagram, path, theme, name](Progress& progress) {
            RenderOptions options;
            options.theme = theme;
            options.title = name;
            options.scale = 2;
            return renderDiagram(*diagram, path, options, progress);
        },
        [errors, path](Result<RenderedPicture> picture) {
            if (!picture)
                errors->present(picture.error());
            else if (picture->scale < 1)
                errors->inform(QObject::tr("The diagram is saved as %1, made smaller to fit a picture: SVG and PDF keep every detail.").arg(path));
            else
                errors->inform(QObject::tr("The diagram is saved as %1.").arg(path));
        });
}

}  // namespace tenscope
