#pragma once

#include <QImage>

#include "ui/diagram/diagram.h"
#include "ui/theme/theme.h"

namespace tenscope {

// A picture for file managers, at most `size` pixels a side: the whole diagram where it can be recognized at that size,
// else its beginning, fading out where it goes on. Any thread; needs a QGuiApplication.
QImage thumbnail(const Diagram& diagram, int size, const Theme& theme);

}  // namespace tenscope
