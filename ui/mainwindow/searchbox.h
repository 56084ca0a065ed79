#pragma once

#include <QPointer>
#include <QWidget>
#include <vector>

#include "core/analysis/search.h"

class QLabel;
class QLineEdit;
class QTimer;
class QToolButton;

namespace tenscope {

class Document;
class TaskRunner;

// Searches the shown document as one types, off the GUI thread, and walks through the hits. The current hit is revealed,
// all hits are handed to the diagram.
class SearchBox : public QWidget {
    Q_OBJECT

public:
    explicit SearchBox(TaskRunner* runner, QWidget* parent = nullptr);

    void setDocument(Document* document);
    void focusField();

public slots:
    void next() { step(1); }
    void previous() { step(-1); }

signals:
    void hitsChanged(const std::vector<tenscope::NodeId>& nodes);
    void closed();  // Escape in an empty field: give the focus back

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void start();
    void show(std::vector<SearchHit> hits);
    void step(int direction);
    void showCount();

    TaskRunner* m_runner;
    QPointer<Document> m_document;
    QLineEdit* m_field;
    QLabel* m_count;
    QToolButton* m_previous;
    QToolButton* m_next;
    QTimer* m_delay;
    std::vector<SearchHit> m_hits;
    int m_current = -1;
};

}  // namespace tenscope
