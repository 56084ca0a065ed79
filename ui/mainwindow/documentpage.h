#pragma once

#include <QWidget>
#include <memory>

#include "core/base/error.h"
#include "core/worker/modelloader.h"
#include "ui/theme/theme.h"

class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace tenscope {

class Document;
class ErrorPresenter;
class GraphView;
class TaskRunner;

// One tab: a file that is being read, could not be read, or is open in its diagram. Whatever goes wrong is said here, over
// the content, and leaves the other tabs alone.
class DocumentPage : public QWidget {
    Q_OBJECT

public:
    DocumentPage(QString path, TaskRunner* tasks, const Theme& theme, QWidget* parent = nullptr);
    ~DocumentPage() override;

    const QString& path() const;  // of the document, which may have been saved elsewhere
    Document* document() const { return m_document.get(); }  // null until the file is read
    GraphView* view() const { return m_view; }
    ErrorPresenter* errors() const { return m_errors; }

    void showReading(double fraction, const QString& what);
    // `counts`: what the status bar says of it (countLine(), which takes as long as the model is large).
    void showModel(const LoadedModel& loaded, const QString& counts);
    const QString& counts() const { return m_counts; }
    void showFailure(const Error& error);
    void setTheme(const Theme& theme);
    // The worker's name for the model; None where this process has read it.
    WorkerHandle workerHandle() const { return m_handle; }

signals:
    void cancelRequested();
    void retryRequested();

private:
    QString m_path;
    QString m_counts;
    WorkerHandle m_handle = WorkerHandle::None;
    std::unique_ptr<Document> m_document;
    ErrorPresenter* m_errors;
    QStackedWidget* m_stack;
    QLabel* m_readingLabel;
    QProgressBar* m_readingBar;
    QLabel* m_failureLabel;
    GraphView* m_view;
};

}  // namespace tenscope
