#pragma once

#include <QWidget>

class QVBoxLayout;

namespace tenscope {

class RecentFiles;

// What an empty window shows: how to begin, and the files opened lately.
class WelcomePage : public QWidget {
    Q_OBJECT

public:
    explicit WelcomePage(RecentFiles* recent, QWidget* parent = nullptr);

signals:
    void openRequested();
    void sampleRequested();
    void fileRequested(const QString& path);

private:
    void showRecent();

    RecentFiles* m_recent;
    QWidget* m_recentBox;
    QVBoxLayout* m_recentList;
};

}  // namespace tenscope
