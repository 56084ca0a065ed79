#pragma once

#include <QObject>
#include <functional>

class QMenu;

namespace tenscope {

class Actions;
class DocumentPage;
struct OperatorName;

// The actions that change a model by its selection: clipboard, delete, duplicate, rename, outputs, new nodes. What cannot be done is
// said over the document.
class EditActions : public QObject {
    Q_OBJECT

public:
    // `page`: what is in front; null where nothing is open.
    EditActions(Actions* actions, std::function<DocumentPage*()> page, QObject* parent);

    void update();             // what can be done now; after every change of document, selection or clipboard
    void addTo(QMenu* menu);   // those that fit the selection, for the diagram's context menu
    void addOperator(const OperatorName& op);  // at the selection

private:
    void copy();
    void paste();
    void rename();

    Actions* m_actions;
    std::function<DocumentPage*()> m_page;
};

}  // namespace tenscope
