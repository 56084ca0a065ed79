#include "core/edit/touched.h"

#include <algorithm>
#include <type_traits>

namespace tenscope {

namespace {

template <class T, class... Kinds>
constexpr bool isOneOf = (std::is_same_v<T, Kinds> || ...);

template <class Item>
void makeSet(std::vector<Item>& items)
{
    std::sort(items.begin(), items.end());
    items.erase(std::unique(items.begin(), items.end()), items.end());
    if (!items.empty() && !items.back())
        items.pop_back();  // the invalid id is the greatest
}

template <class Item>
bool haveCommon(const std::vector<Item>& a, const std::vector<Item>& b)
{
    return std::find_first_of(a.begin(), a.end(), b.begin(), b.end()) != a.end();
}

// Gathers ids by the names of the members that hold them: edits call the same thing the same.
class Collector {
public:
    explicit Collector(const Model& model) : m_model(model) {}

    void collect(const Edit& edit)
    {
        std::visit([this](const auto& one) { collectOne(one); }, edit);
    }

    Touched take()
    {
        // The outputs of a node come and go with it.
        for (const NodeId node : m_touched.nodes)
            if (m_touched.isWiring && node && node.index() < m_model.nodeCount())
                append(m_touched.values, m_model.node(node).outputs());
        makeSet(m_touched.graphs);
        makeSet(m_touched.nodes);
        makeSet(m_touched.values);
        makeSet(m_touched.tensors);
        return std::move(m_touched);
    }

private:
    template <class Item>
    static void append(std::vector<Item>& list, const std::vector<Item>& more)
    {
        list.insert(list.end(), more.begin(), more.end());
    }

    template <class Kind>
    void collectOne(const Kind& edit)
    {
        if constexpr (std::is_same_v<Kind, Macro>) {
            for (const Edit& inner : edit.edits)
                collect(inner);
        } else {
            addIds(edit);
            addAspects<Kind>();
        }
    }

    template <class Kind>
    void addIds(const Kind& edit)
    {
        if constexpr (requires { edit.node; }) {
            m_touched.nodes.push_back(edit.node);
            if (isOneOf<Kind, AddNode, RemoveNode, MoveNode, RestoreNode> && edit.node && edit.node.index() < m_model.nodeCount())
                m_touched.graphs.push_back(m_model.node(edit.node).graph);
        }
        if constexpr (requires { edit.before; })
            m_touched.nodes.push_back(edit.before);
        if constexpr (requires { { edit.value } -> std::convertible_to<ValueId>; })
            m_touched.values.push_back(edit.value);
        if constexpr (requires { { edit.values } -> std::convertible_to<std::vector<ValueId>>; })
            append(m_touched.values, edit.values);
        if constexpr (requires { { edit.inputs } -> std::convertible_to<std::vector<ValueId>>; })
            append(m_touched.values, edit.inputs);
        if constexpr (requires { { edit.tensor } -> std::convertible_to<TensorId>; })
            m_touched.tensors.push_back(edit.tensor);
        if constexpr (requires { edit.graph; })
            m_touched.graphs.push_back(edit.graph);
        if constexpr (requires { edit.place; })
            addPlace(edit.place);
        if constexpr (requires { edit.bodies; })
            for (const DetachedGraph& body : edit.bodies)
                addBody(body);
        if constexpr (requires { { edit.body } -> std::convertible_to<DetachedGraph>; })
            addBody(edit.body);
    }

    void addPlace(const Place& place)
    {
        if (const auto* node = std::get_if<NodeId>(&place))
            m_touched.nodes.push_back(*node);
        else if (const auto* value = std::get_if<ValueId>(&place))
            m_touched.values.push_back(*value);
        else if (const auto* tensor = std::get_if<TensorId>(&place))
            m_touched.tensors.push_back(*tensor);
        else if (const auto* graph = std::get_if<GraphId>(&place))
            m_touched.graphs.push_back(*graph);
    }

    void addBody(const DetachedGraph& body)
    {
        m_touched.graphs.push_back(body.graph);
        append(m_touched.nodes, body.nodes);
        append(m_touched.values, body.values);
    }

    template <class Kind>
    void addAspects()
    {
        constexpr bool isText = isOneOf<Kind, SetMetadata, SetDocString, SetModelInfo>;
        constexpr bool isName = isOneOf<Kind, RenameNode, RenameValue, RenameGraph, RenameTensor>;
        constexpr bool isContent = isOneOf<Kind, SetOperator, SetAttribute, RemoveAttribute, RestoreAttribute, SetValueType,
                                           ReplaceTensor, SetOpset>;
        m_touched.isLabels |= isName || isContent;
        m_touched.isResults |= !isText && !isName;
        m_touched.isWiring |= !isText && !isName && !isContent;
    }

    const Model& m_model;
    Touched m_touched;
};

}  // namespace

void Touched::add(const Touched& other)
{
    const auto join = [](auto& into, const auto& from) {
        into.insert(into.end(), from.begin(), from.end());
        makeSet(into);
    };
    join(graphs, other.graphs);
    join(nodes, other.nodes);
    join(values, other.values);
    join(tensors, other.tensors);
    isWiring |= other.isWiring;
    isLabels |= other.isLabels;
    isResults |= other.isResults;
}

bool Touched::overlaps(const Touched& other) const
{
    return haveCommon(nodes, other.nodes) || haveCommon(values, other.values) || haveCommon(tensors, other.tensors) ||
           haveCommon(graphs, other.graphs);
}

Touched touched(const Model& model, const Edit& edit, const Edit& inverse)
{
    Collector collector(model);
    collector.collect(edit);
    collector.collect(inverse);
    return collector.take();
}

}  // namespace tenscope
