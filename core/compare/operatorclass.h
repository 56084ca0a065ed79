#pragma once

#include <string>
#include <string_view>

#include "core/graph/operator.h"

namespace tenscope {

// What an operator computes, in a word that both dialects share: "conv", "relu", "reshape". Operators of one class can
// stand for each other in a comparison; an operator that no table names is a class of its own, called by its name in lower
// case without underscores, so that "aten::erf" and "Erf" agree without being listed.
std::string operatorClass(const Operator& op);

// How a class takes part in a comparison.
enum class ClassRole {
    Compute,
    Pass,     // hands its input on unchanged when a model is evaluated: dropout, contiguous, Identity, casts
    Layout,   // moves elements and computes nothing; formats cut such work into operators differently
    Index,    // tells or makes sizes, types and constants, whatever flows in
    Control,  // If and Loop: what they do is in their bodies
};
ClassRole roleOf(std::string_view operatorClass);

// Whether the order of the inputs does not matter.
bool isCommutative(std::string_view operatorClass);

// The parts that an operator of this class may be written as, as class names with spaces between; empty: none are known.
std::string_view partsOf(std::string_view operatorClass);

}  // namespace tenscope
