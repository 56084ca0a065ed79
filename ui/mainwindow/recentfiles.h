#pragma once

#include <QObject>
#include <QStringList>

namespace tenscope {

// The files opened lately, newest first, kept in the settings. Files that are gone are left out of what is shown, but not
// forgotten: they may lie on a drive that is not there today.
class RecentFiles : public QObject {
    Q_OBJECT

public:
    static constexpr int maximum = 12;

    using QObject::QObject;

    QStringList files() const;
    void add(const QString& path);
    void clear();

signals:
    void changed();
};

}  // namespace tenscope
