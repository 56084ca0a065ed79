#include "ui/graphview/ports.h"

#include <algorithm>
#include <cmath>

#include "core/edit/schema.h"
#include "core/formats/onnx/operatorcatalog.h"
#include "core/graph/literal.h"
#include "core/graph/model.h"

namespace tenscope {

namespace {

using Index = Diagram::Index;

constexpr double apart = 12;  // ports that are nearer to each other cannot be aimed at

// Places on one side of a box: `taken` are those of edges, by slot; the others go where they would be if all were spread
// evenly, moved aside where an edge is.
std::vector<QPointF> spread(const QRectF& rect, double y, std::vector<std::optional<double>> taken)
{
    const std::size_t count = taken.size();
    const double left = rect.left() + 6, right = rect.right() - 6;
    const auto isFree = [&](double x) {
        return std::none_of(taken.begin(), taken.end(), [&](const auto& other) { return other && std::abs(*other - x) < apart; });
    };
    for (std::size_t i = 0; i < count; ++i) {
        if (taken[i])
            continue;
        const double ideal = left + (right - left) * (double(i) + 0.5) / double(count);
        double x = ideal;
        for (double step = apart; !isFree(x) && step < right - left; step += apart)
            x = ideal + step <= right && isFree(ideal + step) ? ideal + step : ideal - step >= left && isFree(ideal - step) ? ideal - step : ideal;
        taken[i] = x;
    }
    std::vector<QPointF> places;
    for (const auto& x : taken)
        places.emplace_back(*x, y);
    return places;
}

// How many inputs people may aim at: those that are there, those of the schema, and one more of a list.
std::size_t inputCount(const Model& model, NodeId id)
{
    constexpr std::size_t most = 64;
    const std::size_t there = model.node(id).inputs().size();
    const Operator& op = model.op(id);
    if (const OperatorInfo* info = schema(model, op))
        return std::min(std::max(there, most), info->isVariadic() ? std::max(there + 1, info->inputs.size()) : std::max(there, info->inputs.size()));
    const Function* function = model.function(op);
    return function ? std::max(there, model.graph(function->graph).inputs.size()) : there;
}

}  // namespace

std::vector<ArrivingPort> arrivingPorts(const Diagram& diagram, const Model& model, Index index)
{
    std::vector<ArrivingPort> ports;
    const DiagramBox& box = diagram.boxes()[index];
    if (box.kind == DiagramBox::Kind::Output) {
        const std::vector<ValueId>& outputs = model.graph(diagram.graph()).outputs;
        const auto position = std::find(outputs.begin(), outputs.end(), box.value);
        if (position == outputs.end())
            return ports;
        const auto edges = diagram.edgesInto(index);
        const auto route = edges.empty() ? std::span<const QPointF>() : diagram.route(diagram.edges()[edges.front()]);
        ports.push_back({OutputPort{diagram.graph(), std::uint32_t(position - outputs.begin())},
                         route.empty() ? QPointF(box.rect.center().x(), box.rect.top()) : route.back(), {}});
        return ports;
    }
    if (box.kind != DiagramBox::Kind::Node)
        return ports;
    std::vector<std::optional<double>> taken(inputCount(model, box.node));
    for (const Index edge : diagram.edgesInto(index))
        if (const auto route = diagram.route(diagram.edges()[edge]); !route.empty() && diagram.edges()[edge].input < taken.size())
            taken[diagram.edges()[edge].input] = route.back().x();
    const std::vector<QPointF> places = spread(box.rect, box.rect.top(), std::move(taken));
    for (std::uint32_t slot = 0; slot < places.size(); ++slot)
        ports.push_back({Use{box.node, slot}, places[slot], QString::fromStdString(inputName(model, box.node, slot))});
    return ports;
}

std::vector<LeavingPort> leavingPorts(const Diagram& diagram, const Model& model, Index index)
{
    std::vector<LeavingPort> ports;
    const DiagramBox& box = diagram.boxes()[index];
    std::vector<ValueId> values;
    if (box.kind == DiagramBox::Kind::Node)
        values = model.node(box.node).outputs();
    else if (box.kind == DiagramBox::Kind::Input || box.kind == DiagramBox::Kind::Stub)
        values = {box.value};
    std::vector<std::optional<double>> taken(values.size());
    for (const Index edge : diagram.edgesOutOf(index)) {
        const auto found = std::find(values.begin(), values.end(), diagram.edges()[edge].value);
        if (const auto route = diagram.route(diagram.edges()[edge]); found != values.end() && !route.empty())
            taken[std::size_t(found - values.begin())] = route.front().x();
    }
    const std::vector<QPointF> places = spread(box.rect, box.rect.bottom(), std::move(taken));
    for (std::size_t i = 0; i < values.size(); ++i)
        if (values[i])
            ports.push_back({values[i], places[i], QString::fromStdString(model.value(values[i]).name)});
    return ports;
}

std::optional<Destination> destinationOf(const Diagram& diagram, const Model& model, const DiagramEdge& edge)
{
    const DiagramBox& box = diagram.boxes()[edge.to];
    if (edge.count != 1)
        return std::nullopt;
    if (box.kind == DiagramBox::Kind::Node) {
        const std::vector<Input>& inputs = model.node(box.node).inputs();
        if (edge.input < inputs.size() && inputs[edge.input].value == edge.value)
            return Use{box.node, edge.input};
    } else if (box.kind == DiagramBox::Kind::Output && box.value == edge.value) {
        for (const ArrivingPort& port : arrivingPorts(diagram, model, edge.to))
            return port.destination;
    }
    return std::nullopt;
}

std::optional<Index> boxNear(const Diagram& diagram, QPointF place, double margin)
{
    std::optional<Index> nearest;
    double least = margin;
    diagram.boxIndex().visit(QRectF(place.x() - margin, place.y() - margin, 2 * margin, 2 * margin), [&](Index index) {
        const QRectF& rect = diagram.boxes()[index].rect;
        const double x = std::max({rect.left() - place.x(), 0.0, place.x() - rect.right()});
        const double y = std::max({rect.top() - place.y(), 0.0, place.y() - rect.bottom()});
        if (const double distance = std::hypot(x, y); distance <= least) {
            least = distance;
            nearest = index;
        }
    });
    return nearest;
}

}  // namespace tenscope
