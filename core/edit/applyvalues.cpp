// Edits of values, graphs, tensors and texts: core/edit/applier.h.

#include <algorithm>

#include "core/edit/applier.h"
#include "core/edit/apply.h"

namespace tenscope {

namespace {

const char* const noValue = "there is no such value any more";
const char* const noGraph = "there is no such graph any more";
const char* const noTensor = "there is no such tensor any more";

tl::unexpected<Error> refuse(std::string why)
{
    return fail(Error::usage(std::move(why)));
}

template <class Item>
void insertAt(std::vector<Item>& list, std::size_t position, Item item)
{
    list.insert(list.begin() + std::ptrdiff_t(std::min(position, list.size())), std::move(item));
}

template <class Item>
Item takeAt(std::vector<Item>& list, std::size_t position)
{
    Item item = std::move(list[position]);
    list.erase(list.begin() + std::ptrdiff_t(position));
    return item;
}

template <class Item>
std::size_t positionOf(const std::vector<Item>& list, const Item& item)
{
    return std::size_t(std::find(list.begin(), list.end(), item) - list.begin());
}

std::string outOfRange(const char* what, std::size_t position, std::size_t count)
{
    return std::string("there is no ") + what + " number " + std::to_string(position) + "; the graph has " + std::to_string(count) +
           ", counted from 0";
}

bool isFunctionBody(const Model& model, GraphId graph)
{
    return std::any_of(model.functions.begin(), model.functions.end(), [&](const Function& f) { return f.graph == graph; });
}

}  // namespace

std::string Applier::whyNotName(GraphId graph, const std::string& name) const
{
    if (name.empty())
        return "a value needs a name";
    if (isNameTaken(m_model, graph, name))
        return "the name \"" + name + "\" is taken";
    return {};
}

Result<Edit> Applier::operator()(const RenameValue& edit)
{
    if (!has(edit.value))
        return refuse(noValue);
    Value& value = m_model.value(edit.value);
    if (edit.isChecked) {
        if (edit.name.empty() && (!value.uses().empty() || !value.producer() || isGraphOutput(m_model, edit.value)))
            return refuse(quoted(m_model, edit.value) + " is used, so it needs a name");
        if (isNameTaken(m_model, value.graph, edit.name, edit.value))
            return refuse("the name \"" + edit.name + "\" is taken");
    }
    RenameValue inverse{edit.value, value.name, false, {}};
    if (value.tensor) {
        std::string& tensorName = m_model.tensor(value.tensor).name;
        inverse.tensorName = tensorName;
        if (edit.tensorName)
            tensorName = *edit.tensorName;
        else if (tensorName == value.name)
            tensorName = edit.name;
    }
    value.name = edit.name;
    return Edit(std::move(inverse));
}

Result<Edit> Applier::operator()(const SetValueType& edit)
{
    if (!has(edit.value))
        return refuse(noValue);
    Value& value = m_model.value(edit.value);
    SetValueType inverse{edit.value, value.statedType()};
    value.type = edit.type;
    value.isTypeInferred = false;
    return Edit(std::move(inverse));
}

Result<Edit> Applier::operator()(const RenameGraph& edit)
{
    if (!has(edit.graph))
        return refuse(noGraph);
    return Edit(RenameGraph{edit.graph, std::exchange(m_model.graph(edit.graph).name, edit.name)});
}

Result<Edit> Applier::operator()(const AddGraphInput& edit)
{
    if (!has(edit.graph))
        return refuse(noGraph);
    ValueId id = edit.value;
    if (id) {
        if (!has(id) || m_model.value(id).graph != edit.graph)
            return refuse("there is no such value in this graph");
        const std::vector<ValueId>& inputs = m_model.graph(edit.graph).inputs;
        if (m_model.value(id).producer() || positionOf(inputs, id) < inputs.size())
            return refuse(quoted(m_model, id) + " is computed or given already");
    } else {
        if (const std::string why = whyNotName(edit.graph, edit.newValue.name); !why.empty())
            return refuse(why);
        id = m_model.addValue(edit.graph, edit.newValue.name, edit.newValue.type);
    }
    std::vector<ValueId>& inputs = m_model.graph(edit.graph).inputs;
    const std::size_t position = std::min(edit.position.value_or(inputs.size()), inputs.size());
    insertAt(inputs, position, id);
    return Edit(RemoveGraphInput{edit.graph, position, edit.value.isValid()});
}

Result<Edit> Applier::operator()(const RemoveGraphInput& edit)
{
    if (!has(edit.graph))
        return refuse(noGraph);
    std::vector<ValueId>& inputs = m_model.graph(edit.graph).inputs;
    if (edit.position >= inputs.size())
        return refuse(outOfRange("input", edit.position, inputs.size()));
    RestoreGraphInput inverse{edit.graph, edit.position, takeAt(inputs, edit.position), false};
    inverse.isRevived = !edit.keepsValue && removeIfUnused(inverse.value);
    return Edit(inverse);
}

Result<Edit> Applier::operator()(const RestoreGraphInput& edit)
{
    if (edit.isRevived)
        m_model.restoreValue(edit.value);
    insertAt(m_model.graph(edit.graph).inputs, edit.position, edit.value);
    return Edit(RemoveGraphInput{edit.graph, edit.position, !edit.isRevived});
}

std::string Applier::whyNotOutput(GraphId graph, ValueId value) const
{
    if (std::string why = whyNotRead(graph, value); !why.empty())
        return why;
    // A model's outputs are told apart by their names; a body's by their place.
    const std::vector<ValueId>& outputs = m_model.graph(graph).outputs;
    if (positionOf(outputs, value) < outputs.size() && m_model.format == Format::Onnx && !m_model.graph(graph).owner)
        return quoted(m_model, value) + " is an output already";
    return {};
}

Result<Edit> Applier::operator()(const AddGraphOutput& edit)
{
    if (!has(edit.graph))
        return refuse(noGraph);
    if (edit.isChecked)
        if (const std::string why = whyNotOutput(edit.graph, edit.value); !why.empty())
            return refuse(why);
    std::vector<ValueId>& outputs = m_model.graph(edit.graph).outputs;
    const std::size_t position = std::min(edit.position.value_or(outputs.size()), outputs.size());
    insertAt(outputs, position, edit.value);
    return Edit(RemoveGraphOutput{edit.graph, position});
}

Result<Edit> Applier::operator()(const RemoveGraphOutput& edit)
{
    if (!has(edit.graph))
        return refuse(noGraph);
    std::vector<ValueId>& outputs = m_model.graph(edit.graph).outputs;
    if (edit.position >= outputs.size())
        return refuse(outOfRange("output", edit.position, outputs.size()));
    const ValueId value = takeAt(outputs, edit.position);
    return Edit(AddGraphOutput{edit.graph, value, edit.position, false});
}

Result<Edit> Applier::operator()(const SetGraphOutput& edit)
{
    if (!has(edit.graph))
        return refuse(noGraph);
    std::vector<ValueId>& outputs = m_model.graph(edit.graph).outputs;
    if (edit.position >= outputs.size())
        return refuse(outOfRange("output", edit.position, outputs.size()));
    if (edit.isChecked && outputs[edit.position] != edit.value)
        if (const std::string why = whyNotOutput(edit.graph, edit.value); !why.empty())
            return refuse(why);
    return Edit(SetGraphOutput{edit.graph, edit.position, std::exchange(outputs[edit.position], edit.value), false});
}

Result<Edit> Applier::operator()(const AddStoredTensor& edit)
{
    if (!has(edit.graph))
        return refuse(noGraph);
    if (isFunctionBody(m_model, edit.graph) && m_model.format == Format::Onnx)
        return refuse("a function's body cannot store tensors; add a Constant node");
    if (const std::string why = whyNotName(edit.graph, edit.name); !why.empty())
        return refuse(why);
    Tensor tensor = edit.tensor;
    tensor.name = edit.name;
    const ValueId value = m_model.addStoredValue(edit.graph, edit.name, m_model.addTensor(std::move(tensor)));
    m_model.value(value).isParameter = edit.isParameter;
    return Edit(RemoveStoredTensor{value});
}

Result<Edit> Applier::operator()(const RemoveStoredTensor& edit)
{
    if (!has(edit.value) || !m_model.value(edit.value).tensor)
        return refuse("there is no such stored tensor any more");
    Value& value = m_model.value(edit.value);
    Graph& graph = m_model.graph(value.graph);
    const bool isInput = positionOf(graph.inputs, edit.value) < graph.inputs.size();
    if (!isInput && (!value.uses().empty() || isGraphOutput(m_model, edit.value)))
        return refuse(quoted(m_model, edit.value) + " is used by " + std::to_string(value.uses().size()) +
                      " inputs of nodes; connect those to something else first");
    const std::size_t position = positionOf(graph.initializers, edit.value);
    if (position == graph.initializers.size())
        return refuse(quoted(m_model, edit.value) + " is not among its graph's stored tensors");
    takeAt(graph.initializers, position);
    RestoreStoredTensor inverse{edit.value, std::exchange(value.tensor, TensorId()), position, !isInput};
    if (!isInput)
        m_model.removeValue(edit.value);
    return Edit(inverse);
}

Result<Edit> Applier::operator()(const RestoreStoredTensor& edit)
{
    if (edit.isRevived)
        m_model.restoreValue(edit.value);
    Value& value = m_model.value(edit.value);
    value.tensor = edit.tensor;
    insertAt(m_model.graph(value.graph).initializers, edit.position, edit.value);
    return Edit(RemoveStoredTensor{edit.value});
}

Result<Edit> Applier::operator()(const ReplaceTensor& edit)
{
    if (!has(edit.tensor))
        return refuse(noTensor);
    if (std::holds_alternative<SparseData>(edit.content.data) && !std::holds_alternative<SparseData>(m_model.tensor(edit.tensor).data))
        return refuse("a tensor cannot be replaced by a sparse one");
    Tensor content = edit.content;
    const Tensor& before = m_model.tensor(edit.tensor);
    content.name = before.name;
    content.origin = before.origin;
    content.docString = before.docString;
    content.metadata = before.metadata;
    const Type oldType = before.type(), newType = content.type();

    Macro inverse;
    inverse.edits.push_back(ReplaceTensor{edit.tensor, std::exchange(m_model.tensor(edit.tensor), std::move(content))});
    if (oldType == newType)
        return std::move(inverse.edits.front());
    const auto retype = [&](ValueId id) {
        inverse.edits.push_back(SetValueType{id, std::exchange(m_model.value(id).type, newType)});
    };
    const Model& model = m_model;  // looked at, not taken to be changed
    for (std::size_t v = 0; v < model.valueCount(); ++v)
        if (model.value(ValueId(v)).isAlive() && model.value(ValueId(v)).tensor == edit.tensor)
            retype(ValueId(v));
    for (std::size_t n = 0; n < model.nodeCount(); ++n) {
        const Node& node = model.node(NodeId(n));
        if (!node.isAlive() || model.op(node.op).name != "Constant" || node.outputs().size() != 1)
            continue;
        for (const Attribute& attribute : node.attributes)
            if (const auto* held = std::get_if<TensorId>(&attribute.value); held && *held == edit.tensor)
                retype(node.outputs()[0]);
    }
    return Edit(std::move(inverse));
}

Result<Edit> Applier::operator()(const RenameTensor& edit)
{
    if (!has(edit.tensor))
        return refuse(noTensor);
    const Model& model = m_model;  // looked at, not taken to be changed
    for (std::size_t v = 0; v < model.valueCount(); ++v)
        if (model.value(ValueId(v)).isAlive() && model.value(ValueId(v)).tensor == edit.tensor)
            return refuse("the tensor is stored as " + quoted(m_model, ValueId(v)) + "; rename that value");
    return Edit(RenameTensor{edit.tensor, std::exchange(m_model.tensor(edit.tensor).name, edit.name)});
}

MetadataEntries* Applier::metadata(const Place& place)
{
    if (std::holds_alternative<std::monostate>(place))
        return &m_model.metadata;
    if (const auto* node = std::get_if<NodeId>(&place))
        return has(*node) ? &m_model.nodeMetadata.edit()[*node] : nullptr;
    if (const auto* value = std::get_if<ValueId>(&place))
        return has(*value) ? &m_model.valueMetadata.edit()[*value] : nullptr;
    if (const auto* tensor = std::get_if<TensorId>(&place))
        return has(*tensor) ? &m_model.tensor(*tensor).metadata : nullptr;
    const GraphId graph = std::get<GraphId>(place);
    return has(graph) ? &m_model.graph(graph).metadata : nullptr;
}

void Applier::dropEmptyMetadata(const Place& place)
{
    if (const auto* node = std::get_if<NodeId>(&place)) {
        if (m_model.nodeMetadata.edit()[*node].empty())
            m_model.nodeMetadata.edit().erase(*node);
    } else if (const auto* value = std::get_if<ValueId>(&place)) {
        if (m_model.valueMetadata.edit()[*value].empty())
            m_model.valueMetadata.edit().erase(*value);
    }
}

MetadataEntries metadataAt(const Model& model, const Place& place)
{
    const auto entriesOf = [](const auto& map, auto id) {
        const auto found = map.find(id);
        return found == map.end() ? MetadataEntries() : found->second;
    };
    if (const auto* node = std::get_if<NodeId>(&place))
        return entriesOf(*model.nodeMetadata, *node);
    if (const auto* value = std::get_if<ValueId>(&place))
        return entriesOf(*model.valueMetadata, *value);
    if (const auto* tensor = std::get_if<TensorId>(&place))
        return tensor->index() < model.tensorCount() ? model.tensor(*tensor).metadata : MetadataEntries();
    if (const auto* graph = std::get_if<GraphId>(&place))
        return graph->index() < model.graphCount() ? model.graph(*graph).metadata : MetadataEntries();
    return model.metadata;
}

Result<Edit> Applier::operator()(const SetMetadata& edit)
{
    MetadataEntries* entries = metadata(edit.place);
    if (!entries)
        return refuse("what the metadata should belong to is not there any more");
    SetMetadata inverse{edit.place, std::exchange(*entries, edit.entries)};
    dropEmptyMetadata(edit.place);
    return Edit(std::move(inverse));
}

Result<Edit> Applier::operator()(const SetDocString& edit)
{
    std::string* text = nullptr;
    if (std::holds_alternative<std::monostate>(edit.place))
        text = &m_model.docString;
    else if (const auto* graph = std::get_if<GraphId>(&edit.place); graph && has(*graph))
        text = &m_model.graph(*graph).docString;
    else if (const auto* tensor = std::get_if<TensorId>(&edit.place); tensor && has(*tensor))
        text = &m_model.tensor(*tensor).docString;
    else if (const auto* node = std::get_if<NodeId>(&edit.place); node && has(*node))
        text = &m_model.nodeDocStrings.edit()[*node];
    if (!text)
        return refuse("what the description should belong to is not there any more, or has none");
    SetDocString inverse{edit.place, std::exchange(*text, edit.text)};
    if (const auto* node = std::get_if<NodeId>(&edit.place); node && edit.text.empty())
        m_model.nodeDocStrings.edit().erase(*node);
    return Edit(std::move(inverse));
}

Result<Edit> Applier::operator()(const SetModelInfo& edit)
{
    SetModelInfo inverse{m_model.irVersion, m_model.domain, m_model.modelVersion};
    m_model.irVersion = edit.irVersion;
    m_model.domain = edit.domain;
    m_model.modelVersion = edit.modelVersion;
    return Edit(std::move(inverse));
}

Result<Edit> Applier::operator()(const SetOpset& edit)
{
    std::map<std::string, std::int64_t>* opsets = &m_model.opsets;
    if (edit.function) {
        const auto function = std::find_if(m_model.functions.begin(), m_model.functions.end(),
                                           [&](const Function& f) { return f.graph == edit.function; });
        if (function == m_model.functions.end())
            return refuse("there is no such function");
        opsets = &function->opsets;
    }
    if (edit.version && *edit.version < 1)
        return refuse("versions of operators count from 1");
    const auto found = opsets->find(edit.domain);
    SetOpset inverse{edit.domain, found == opsets->end() ? std::nullopt : std::optional(found->second), edit.function};
    if (edit.version)
        (*opsets)[edit.domain] = *edit.version;
    else if (found != opsets->end())
        opsets->erase(found);
    return Edit(std::move(inverse));
}

}  // namespace tenscope
