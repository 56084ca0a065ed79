#pragma once

#include <QString>

#include "ui/theme/theme.h"

namespace tenscope {

// Which appearance the user wants. System follows the desktop's palette.
enum class AppearanceChoice { System, Light, Dark };

AppearanceChoice appearanceFromSettings();
void saveAppearance(AppearanceChoice choice);
// `system` is what the desktop asked for when the program started: the application's palette is ours afterwards.
Theme themeFor(AppearanceChoice choice, const Theme& system);

// Palette and style sheet of the whole application.
void applyAppearance(const Theme& theme);

}  // namespace tenscope
