#include "ui/document/nodemimedata.h"

#include "ui/document/document.h"

namespace tenscope {

NodeMimeData::NodeMimeData(const Document& source)
    : m_source(&source), m_model(source.model()), m_nodes(source.selection().nodes)
{
}

}  // namespace tenscope
