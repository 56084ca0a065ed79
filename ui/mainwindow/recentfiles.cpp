#include "ui/mainwindow/recentfiles.h"

#include <QFileInfo>
#include <QSettings>

namespace tenscope {

namespace {

constexpr char settingsKey[] = "recentFiles";

}  // namespace

QStringList RecentFiles::files() const
{
    QStringList present;
    for (const QString& path : QSettings().value(settingsKey).toStringList())
        if (QFileInfo::exists(path))
            present << path;
    return present;
}

void RecentFiles::add(const QString& path)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    QSettings settings;
    QStringList stored = settings.value(settingsKey).toStringList();
    stored.removeAll(absolute);
    stored.prepend(absolute);
    settings.setValue(settingsKey, stored.mid(0, maximum));
    emit changed();
}

void RecentFiles::clear()
{
    QSettings().remove(settingsKey);
    emit changed();
}

}  // namespace tenscope
