#include "ui/panels/palettetree.h"

#include <QDrag>
#include <QMimeData>

namespace tenscope {

void PaletteTree::startDrag(Qt::DropActions actions)
{
    QMimeData* data = model()->mimeData(selectedIndexes());
    if (!data)
        return;
    QPixmap nothing(1, 1);
    nothing.fill(Qt::transparent);
    auto* drag = new QDrag(this);
    drag->setMimeData(data);
    drag->setPixmap(nothing);
    drag->exec(actions, Qt::CopyAction);
}

}  // namespace tenscope
