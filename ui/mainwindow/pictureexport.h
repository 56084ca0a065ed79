#pragma once

#include <memory>

#include "ui/theme/theme.h"

class QString;
class QWidget;

namespace tenscope {

class Diagram;
class ErrorPresenter;
class TaskRunner;

// Asks where to, and saves the diagram as SVG, PDF or PNG on a thread. `name` is the model's file name. What went wrong, and
// where the picture is, is said by `errors`.
void exportDiagram(QWidget* parent, std::shared_ptr<const Diagram> diagram, const QString& name, const Theme& theme, TaskRunner* tasks,
                   ErrorPresenter* errors);

}  // namespace tenscope
