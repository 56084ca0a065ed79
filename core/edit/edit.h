#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/graph/model.h"

// What people do to a model, as values: small, copyable, compared with nothing, holding ids and never pointers.
// applyEdit() (core/edit/apply.h) carries one out and gives back its inverse. Scripts and the journal hold the same values as
// JSON (core/edit/editscript.h); bigger operations are Macros of these (core/edit/recipes.h, core/edit/fragment.h).
//
// What an edit adds takes the next free slot of the model's arenas (Model::mark()), so whoever makes several edits at once
// knows the ids that the first ones will add. Undoing leaves the slot empty, and redoing fills the same slot again: an
// id means one thing for as long as the model lives.
namespace tenscope {

using MetadataEntries = std::vector<std::pair<std::string, std::string>>;

// An attribute with the tensors that it brings along: where `attribute.value` is a TensorId or a list of them and `tensors`
// is not empty, they are added to the model and their ids put in.
struct NewAttribute {
    Attribute attribute;
    std::vector<Tensor> tensors;
};

struct NewValue {
    std::string name;  // empty: an optional output that is left out
    Type type;
};

// ---- nodes

struct RenameNode {
    NodeId node;
    std::string name;
};

// The outputs take the next value ids, in order. Names of outputs must be new. Attributes cannot hold bodies: AddBody.
struct AddNode {
    GraphId graph;
    Operator op;
    std::string name;
    ScopeId scope;
    std::vector<ValueId> inputs;  // invalid ids: optional inputs that are left out
    std::vector<NewValue> outputs;
    std::vector<NewAttribute> attributes;
    NodeId before;  // invalid: at the end
};

// What still uses its outputs afterwards uses names that nothing defines; checks say so. See bypassNode() for the other way.
struct RemoveNode {
    NodeId node;
};

struct MoveNode {
    NodeId node;
    NodeId before;  // invalid: to the end
};

// Another operator with the same inputs, outputs and attributes: Relu → LeakyRelu.
struct SetOperator {
    NodeId node;
    Operator op;
};

// Connects an input; the invalid id leaves it out. `input` may be one past the last: then it is added.
struct SetInput {
    NodeId node;
    std::uint32_t input = 0;
    ValueId value;
    bool isChecked = true;  // false in inverses: what was there may come back, whether or not it was right
};

// All inputs at once: swap, insert, remove.
struct SetInputs {
    NodeId node;
    std::vector<ValueId> values;
    bool isChecked = true;
};

// One more output, after the others.
struct AddNodeOutput {
    NodeId node;
    NewValue value;
};

struct RemoveLastNodeOutput {
    NodeId node;
};

// Sets the attribute of that name, or adds it (at `position`, else at the end).
struct SetAttribute {
    NodeId node;
    NewAttribute attribute;
    std::optional<std::size_t> position;
};

struct RemoveAttribute {
    NodeId node;
    std::string name;
};

// An empty graph as the attribute of that name: the body of an If, a Loop, a Scan. It takes the next graph id. With
// `isInList` the attribute is a list of graphs, and this is one more.
struct AddBody {
    NodeId node;
    std::string attribute;
    std::string name;  // of the graph
    bool isInList = false;
};

// ---- values

// Graph inputs and outputs, node outputs and stored tensors; what uses the value follows.
struct RenameValue {
    ValueId value;
    std::string name;
    bool isChecked = true;  // false in inverses: a name that stood twice in the file may come back
    std::optional<std::string> tensorName = {};  // in inverses: what the stored tensor itself was called
};

struct SetValueType {
    ValueId value;
    Type type;
};

// ---- graphs

struct RenameGraph {
    GraphId graph;
    std::string name;
};

// A new value, or with `value` one that nothing produces yet: a name that nothing defines, or a stored tensor that the
// caller may then override.
struct AddGraphInput {
    GraphId graph;
    NewValue newValue;
    ValueId value;
    std::optional<std::size_t> position;  // else at the end
};

// What still reads it then reads a name that nothing defines, unless it is a stored tensor as well.
struct RemoveGraphInput {
    GraphId graph;
    std::size_t position = 0;
    bool keepsValue = false;  // in inverses: the value was there before it became an input, read or not
};

struct AddGraphOutput {
    GraphId graph;
    ValueId value;
    std::optional<std::size_t> position;
    bool isChecked = true;  // false in inverses
};

struct RemoveGraphOutput {
    GraphId graph;
    std::size_t position = 0;
};

// Another value at an output's place.
struct SetGraphOutput {
    GraphId graph;
    std::size_t position = 0;
    ValueId value;
    bool isChecked = true;  // false in inverses
};

// ---- tensors

// A stored tensor (initializer, parameter) under a name of its own: takes the next value id and the next tensor id.
struct AddStoredTensor {
    GraphId graph;
    std::string name;
    Tensor tensor;
    bool isParameter = false;
};

// Refused while something uses it.
struct RemoveStoredTensor {
    ValueId value;
};

// Other numbers, of another type or shape too: name, description and metadata stay. Values that hold the tensor take its
// type.
struct ReplaceTensor {
    TensorId tensor;
    Tensor content;
};

// Of tensors in attributes; a stored tensor is named by its value.
struct RenameTensor {
    TensorId tensor;
    std::string name;
};

// ---- texts and the model itself

// monostate: the model's own.
struct SetMetadata {
    Place place;
    MetadataEntries entries;
};

// monostate: the model's own. Values have none.
struct SetDocString {
    Place place;
    std::string text;
};

struct SetModelInfo {
    std::int64_t irVersion = 0;
    std::string domain;
    std::int64_t modelVersion = 0;
};

// The version of a domain's operators that the model, or the function whose body `function` is, imports; nothing: not
// imported any more.
struct SetOpset {
    std::string domain;
    std::optional<std::int64_t> version;
    GraphId function;
};

// ---- only ever made by applyEdit(), as inverses; scripts cannot say them

// A body that was taken out with the node that holds it. The Graph stays, empty.
struct DetachedGraph {
    GraphId graph;
    std::vector<ValueId> inputs, outputs, initializers;
    std::vector<NodeId> nodes;    // in order
    std::vector<ValueId> values;  // all that lived in it
};

struct RestoreNode {
    NodeId node;
    NodeId before;
    std::vector<ValueId> values;  // outputs that went with it
    std::vector<DetachedGraph> bodies;
};

struct RestoreNodeOutput {
    NodeId node;
    ValueId value;
    bool isRevived = false;  // the value went with the output
};

struct RestoreAttribute {
    NodeId node;
    Attribute attribute;
    std::size_t position = 0;
    std::vector<DetachedGraph> bodies;
};

// Takes the last body of a list, or the whole attribute, away again.
struct RemoveBody {
    NodeId node;
    std::string attribute;
};

// Puts it back at the end of its list.
struct RestoreBody {
    NodeId node;
    std::string attribute;
    DetachedGraph body;
};

struct RestoreGraphInput {
    GraphId graph;
    std::size_t position = 0;
    ValueId value;
    bool isRevived = false;
};

struct RestoreStoredTensor {
    ValueId value;
    TensorId tensor;
    std::size_t position = 0;  // in the graph's initializers
    bool isRevived = false;
};

struct Macro;

using Edit = std::variant<RenameNode, AddNode, RemoveNode, MoveNode, SetOperator, SetInput, SetInputs, AddNodeOutput,
                          RemoveLastNodeOutput, SetAttribute, RemoveAttribute, AddBody, RenameValue, SetValueType, RenameGraph,
                          AddGraphInput, RemoveGraphInput, AddGraphOutput, RemoveGraphOutput, SetGraphOutput, AddStoredTensor,
                          RemoveStoredTensor, ReplaceTensor, RenameTensor, SetMetadata, SetDocString, SetModelInfo, SetOpset,
                          RestoreNode, RestoreNodeOutput, RestoreAttribute, RemoveBody, RestoreBody, RestoreGraphInput,
                          RestoreStoredTensor, Macro>;

// Several edits as one: all are applied, or none. Its inverse is one as well.
struct Macro {
    std::vector<Edit> edits;
    std::string title;  // for people, in the language of whoever made it: "Delete 3 nodes"
};

// How scripts name the kind: "rename_node", "set_input"; of inverses, the name of what they undo.
std::string_view kind(const Edit& edit);

// Where to look to see what the edit changed: the object itself, as it stands before and after. monostate: the model.
Place place(const Model& model, const Edit& edit);

// Whether `later`, applied right after `earlier`, continues the same typing or dragging, so that one undo takes back both.
bool continues(const Edit& earlier, const Edit& later);

}  // namespace tenscope
