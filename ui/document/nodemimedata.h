#pragma once

#include <QMimeData>
#include <QPointer>
#include <memory>
#include <vector>

#include "core/graph/id.h"

namespace tenscope {

class Document;
class Model;

// Nodes on the clipboard: a snapshot of the model that they were copied from, so that weights are shared and not copied.
// While the window owns the clipboard, QClipboard::mimeData() gives back this very object; other programs see its text.
class NodeMimeData : public QMimeData {
    Q_OBJECT

public:
    // The selected nodes of `source`, as they are now.
    explicit NodeMimeData(const Document& source);

    const std::shared_ptr<const Model>& model() const { return m_model; }
    const std::vector<NodeId>& nodes() const { return m_nodes; }
    // Whether they come from this document, where ids mean what they meant.
    bool isFrom(const Document& document) const { return m_source == &document; }

private:
    QPointer<const Document> m_source;
    std::shared_ptr<const Model> m_model;
    std::vector<NodeId> m_nodes;
};

}  // namespace tenscope
