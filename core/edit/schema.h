#pragma once

#include <cstddef>
#include <string>

#include "core/graph/model.h"

namespace tenscope {

struct OperatorInfo;
struct OperatorParameter;

// What ONNX says of the operator in the version that the model imports. Null where it says nothing: for the model's own
// functions, which come first, for operators of other makers, and in TorchScript.
const OperatorInfo* schema(const Model& model, const Operator& op);

// The operator as nodes of the model name it: with the names of its inputs and outputs, from its schema or from the model's
// function.
Operator describedOperator(const Model& model, const std::string& domain, const std::string& name);

// The formal input of a slot; where the last one repeats, it stands for all that follow. Null past the end.
const OperatorParameter* formalInput(const OperatorInfo& info, std::size_t slot);

// Whether values of the type may stand there. True wherever the type, or what is allowed, is not known.
bool accepts(const OperatorInfo& info, const OperatorParameter& parameter, const Type& type);

}  // namespace tenscope
