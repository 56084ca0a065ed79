#pragma once

#include <QJsonObject>
#include <QString>

#include "core/base/result.h"

namespace tenscope {

// What matching two models takes once they are open: {match_ms, nodes_a, nodes_b, groups, matched_groups}.
Result<QJsonObject> matchSpeed(const QString& a, const QString& b);

}  // namespace tenscope
