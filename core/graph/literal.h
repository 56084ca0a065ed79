#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/graph/id.h"

namespace tenscope {

class Model;

// The graph holds what the file holds: TorchScript's constants, list and tuple building and unpacking are nodes of their
// own, as ONNX's Constant is. People want to see the operator with its arguments instead. These functions look through.

// Whether the node only makes, packs, unpacks or reads constants, lists, tuples, dictionaries or attributes, so that a
// diagram leaves it out and a comparison does not count it.
bool isPlumbing(const Model& model, NodeId id);

// How many nodes of a graph are no plumbing: the number that people are told. O(nodes of the graph).
std::size_t operatorCount(const Model& model, GraphId id);

// The value as text where it is wholly constant: "[1, 1]", "None", "0.1", "float32". Nothing for what is computed, and
// for stored tensors of more than one element. At most about `limit` characters, ending in … where there is more.
std::optional<std::string> literal(const Model& model, ValueId value, std::size_t limit = 200);

// A value that flows into a node once plumbing is looked through.
struct DataInput {
    ValueId value;           // never plumbing's output and never literal: a computed value, a graph input, a stored tensor
    std::uint32_t input = 0; // the node's input slot it arrives by
};

// What flows into the node, in the order of its inputs: lists and tuples are replaced by their members, unpacked members
// by what was unpacked, constants are left out. Stored tensors (weights) are among them.
std::vector<DataInput> dataInputs(const Model& model, NodeId id);

// The stored tensor behind a value: a weight, or what a Constant node holds. Invalid where the value is computed.
TensorId storedTensor(const Model& model, ValueId value);

// Follows unpacking back: the value that `value` is a part of, or `value` itself.
ValueId dataSource(const Model& model, ValueId value);

// One argument of a node as people read it.
struct Argument {
    std::string name;  // from the operator's schema or the attribute; may be empty
    std::string text;  // the literal value; empty where it is computed
    ValueId value;     // what flows in, for arguments that are inputs; invalid for attributes
};

// Attributes and literal inputs of a node in schema order; inputs that are computed have an empty text.
// `input` names of variadic operators repeat with an index.
std::vector<Argument> arguments(const Model& model, NodeId id);

// The formal name of an input or output: "W", "weight", "inputs[2]"; empty where no schema is known.
std::string inputName(const Model& model, NodeId id, std::size_t input);
std::string outputName(const Model& model, NodeId id, std::size_t output);

}  // namespace tenscope
