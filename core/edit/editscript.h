#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "core/edit/edit.h"

// Edits as JSON: scripts that people write for `tenscope edit`, and the journal that brings edits back after a crash.
//
// A script is an object {"tenscope_edits": 1, "edits": [EDIT, …]}, or just the list. An EDIT is an object whose "edit" says
// the kind; the other members are named like those in core/edit/edit.h:
//
//   {"edit": "rename_node", "node": "Conv_0", "name": "stem"}
//   {"edit": "add_node", "op": "Softmax", "name": "probabilities", "inputs": ["logits"], "outputs": ["p"],
//    "attributes": {"axis": 1}}                             also: graph, domain, overload, before; outputs as {"name", "type"}
//   {"edit": "remove_node", "node": "Dropout_3", "bypass": true}
//   {"edit": "move_node", "node": N, "before": N}
//   {"edit": "set_operator", "node": N, "op": "LeakyRelu"}  also: domain, overload
//   {"edit": "set_input", "node": N, "input": 0, "value": V}     V null: leaves an optional input out
//   {"edit": "set_inputs", "node": N, "values": [V, …]}
//   {"edit": "add_node_output", "node": N, "name": "mask", "type": TYPE}
//   {"edit": "remove_node_output", "node": N}
//   {"edit": "set_attribute", "node": N, "name": "alpha", "value": 0.1}   also: type ("int", "float", "string", "ints",
//        "floats", "strings", "tensor", "type" …) where the value or the attribute that is there does not tell it
//   {"edit": "remove_attribute", "node": N, "name": "axis"}
//   {"edit": "add_body", "node": N, "attribute": "then_branch", "name": "then"}
//   {"edit": "rename_value", "value": V, "name": "image"}
//   {"edit": "set_value_type", "value": V, "type": TYPE}
//   {"edit": "rename_graph", "graph": G, "name": "main"}
//   {"edit": "add_graph_input", "name": "mask", "type": TYPE}    or "value": V, a value that nothing computes; also: position
//   {"edit": "remove_graph_input", "value": V}                   or "position": 0
//   {"edit": "add_graph_output", "value": V}                     also: position
//   {"edit": "remove_graph_output", "value": V}                  or "position": 0
//   {"edit": "set_graph_output", "position": 0, "value": V}
//   {"edit": "add_stored_tensor", "name": "scale", "tensor": TENSOR}
//   {"edit": "remove_stored_tensor", "value": V}
//   {"edit": "replace_tensor", "value": V, "content": TENSOR}    or "node": N, "attribute": "value", or "tensor": 12
//   {"edit": "rename_tensor", "tensor": 12, "name": "table"}
//   {"edit": "set_metadata", "key": "author", "value": "me"}     of node N, of_value V, tensor, graph G, else of the model;
//        value null removes the key; or all at once: "entries": [["key", "value"], …]
//   {"edit": "set_doc_string", "text": "…"}                      of node N, tensor, graph G, else of the model
//   {"edit": "set_model_info", "ir_version": 8, "domain": "org.example", "model_version": 2}
//   {"edit": "set_opset", "domain": "", "version": 17}           version null: imported no more
//   {"edit": "macro", "title": "…", "edits": [EDIT, …]}
//   and those that are made of others (core/edit/recipes.h, tensorrecipes.h, fragment.h, float16.h):
//   {"edit": "replace_uses", "value": V, "by": V}          {"edit": "remove_identities"}
//   {"edit": "set_batch", "to": "N"}   or a number         {"edit": "remove_dead_nodes"}
//   {"edit": "extract", "nodes": [N, …]}                   {"edit": "remove_unused_tensors"}
//   {"edit": "duplicate", "nodes": [N, …]}                 {"edit": "to_float16"}
//   {"edit": "merge", "model": "second.onnx", "joined": {"its input": "an output of this model"}, "prefix": "second_"}
//   {"edit": "cast_tensor", "value": V, "to": "float16"}   {"edit": "fill_tensor", "value": V, "with": 0}
//   {"edit": "set_element", "value": V, "element": 12, "to": 0.5}    elements are counted in row-major order
//   {"edit": "share_tensor", "value": V, "with": V}        {"edit": "unshare_tensor", "node": N, "input": 1}
//
// N is a node's name, or its id as a number, or {"output": V}: the node that computes V. V is a value's name or id. Names
// are looked up in "graph": G where that is given, else in the model's own graph, and then in all others, where they must be
// unique. G is a graph's id, {"node": N, "attribute": "then_branch"} (also: index), or {"function": "name", "domain": ""}.
// TYPE is {"element": "float32", "shape": ["N", 3, null]}; without a shape not even the rank is known; other kinds have a
// "kind" ("sequence", "optional", "map" …) and "arguments". TENSOR is {"file": "weights.npy"}, or has element and shape with
// "values": [1, 2, …] (row-major, not nested), "fill": 0, or "data": bytes in base64.
namespace tenscope {

// Reads a file that a script names, as the script names it.
using TensorLoader = std::function<Result<Tensor>(const std::string& file)>;
using ModelLoader = std::function<Result<Model>(const std::string& file)>;

// One edit of a script, its names looked up in the model as it is now. Fails (ErrorKind::Usage) with a sentence.
Result<Edit> parseEdit(const Model& model, std::string_view json, const TensorLoader& load);

struct ScriptRun {
    std::size_t edits = 0;  // of the script's own list
    Edit inverse;           // takes all of them back
};

// Applies a script, each edit seeing what those before it did: all of it or, with a sentence that says which edit and why
// not (ErrorKind::Usage), nothing.
Result<ScriptRun> runScript(Model& model, std::string_view json, const TensorLoader& load, const ModelLoader& loadModel = {});

// The edit as one line of JSON by which parseEdit() makes it again on the same model. It names objects by id, and data in
// files by place. Fails for inverses that only undo can make.
Result<std::string> toJson(const Model& model, const Edit& edit);

}  // namespace tenscope
