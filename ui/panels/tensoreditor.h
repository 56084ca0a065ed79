#pragma once

#include <QObject>
#include <QPointer>
#include <functional>

#include "core/edit/edit.h"
#include "ui/document/document.h"

class QMenu;
class QWidget;

namespace tenscope {

class TaskRunner;

// What can be done to the numbers of a stored tensor: replaced from a file, filled, made another type, typed one by one,
// renamed. New numbers are made off the GUI thread.
class TensorEditor : public QObject {
    Q_OBJECT

public:
    TensorEditor(TaskRunner* tasks, QWidget* parent);

    void setTarget(Document* document, TensorId tensor);  // null or invalid: nothing can be done
    bool canEdit() const { return m_document && m_tensor; }
    void fillMenu(QMenu* menu);
    void setElement(std::uint64_t element, const QString& typed);

signals:
    void refused(const QString& sentence);  // empty: the last edit went well

private:
    using Make = std::function<Result<Edit>(const Model& model, TensorId tensor)>;
    void start(const QString& title, Make make);
    void replace();
    void fill();
    void rename();

    TaskRunner* m_tasks;
    QWidget* m_parent;
    QPointer<Document> m_document;
    TensorId m_tensor;
};

}  // namespace tenscope
