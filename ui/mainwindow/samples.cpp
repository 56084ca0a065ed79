#include "ui/mainwindow/samples.h"

#include <QDir>
#include <QFile>
#include <QSaveFile>
#include <QStandardPaths>

namespace tenscope {

Result<QStringList> sampleFiles()
{
    const QDir folder(QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation) + "/samples");
    if (!folder.mkpath("."))
        return fail(Error::write(folder.path().toStdString() + " cannot be created; check the permissions of the folders above it"));
    QStringList paths;
    for (const char* name : {"shapes.pt", "shapes.onnx"}) {
        QFile resource(QString(":/samples/%1").arg(name));
        const QString path = folder.filePath(name);
        // An older version may have left another sample under the same name.
        if (!resource.open(QIODevice::ReadOnly))
            return fail(Error::read("the sample " + std::string(name) + " is missing from this build"));
        const QByteArray content = resource.readAll();
        QFile present(path);
        if (!present.open(QIODevice::ReadOnly) || present.readAll() != content) {
            QSaveFile file(path);
            if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size() || !file.commit())
                return fail(Error::write(path.toStdString() + " cannot be written (" + file.errorString().toStdString() + ")"));
        }
        paths << path;
    }
    return paths;
}

}  // namespace tenscope
