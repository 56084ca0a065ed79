#pragma once

#include <QMimeData>
#include <optional>

#include "core/edit/newnode.h"

namespace tenscope {

// An operator on its way from the palette to a diagram, of this window or another one: its domain and name.
inline constexpr char operatorMimeType[] = "application/x-tenscope-operator";

// Owned by the caller, or by the drag that it is given to.
QMimeData* operatorMimeData(const OperatorName& op);
// Nothing where the data is something else. Other programs may have written it: the names mean nothing yet.
std::optional<OperatorName> operatorFrom(const QMimeData* data);

}  // namespace tenscope
