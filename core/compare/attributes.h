#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/compare/computegraph.h"

namespace tenscope {

// What a unit's attributes say, under names that both dialects share ("stride", "padding", "axis") and as numbers where they
// are numbers: equal numbers in a list are one number, defaults are written out. Attributes that only one dialect has, or
// says in a way that cannot be held against the other's, are left out.
std::map<std::string, std::vector<double>> sharedAttributes(const Model& model, const Unit& unit);

// All that a node of the model's own dialect says: the text of attributes and of literal arguments, by name.
std::map<std::string, std::string> ownAttributes(const Model& model, NodeId node);

}  // namespace tenscope
