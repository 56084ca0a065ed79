#pragma once

#include "ui/panels/flattree.h"

namespace tenscope {

// A tree whose rows are dragged without a picture: the diagram shows what would become of them, and where.
class PaletteTree : public FlatTree {
    Q_OBJECT

public:
    using FlatTree::FlatTree;

protected:
    void startDrag(Qt::DropActions actions) override;
};

}  // namespace tenscope
