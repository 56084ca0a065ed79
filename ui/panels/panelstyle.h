#pragma once

#include <QString>

#include "ui/theme/theme.h"

namespace tenscope {

// The style sheet of everything inside a panel: flat, thin lines, one accent. Properties that widgets set to be drawn
// otherwise: "title" (bold), "dim" (secondary text), "link" (a text button in the accent colour), "primary" (the one
// filled button), "quiet" (a dimmed one), "error" (a sentence about a failure).
QString panelStyleSheet(const Theme& theme);

}  // namespace tenscope
