#include "ui/graphview/navigation.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

namespace tenscope {

namespace {

using Index = Diagram::Index;

template <class Next>
std::vector<Index> reachable(const Diagram& diagram, std::span<const Index> boxes, Next next)
{
    std::vector<bool> seen(diagram.boxes().size(), false);
    std::vector<Index> pending;
    for (const Index box : boxes) {
        if (box < seen.size() && !seen[box]) {
            seen[box] = true;
            pending.push_back(box);
        }
    }
    while (!pending.empty()) {
        const Index box = pending.back();
        pending.pop_back();
        next(box, [&](Index other) {
            if (!seen[other]) {
                seen[other] = true;
                pending.push_back(other);
            }
        });
    }
    std::vector<Index> result;
    for (Index box = 0; box < seen.size(); ++box)
        if (seen[box])
            result.push_back(box);
    return result;
}

template <class Found>
void forProducers(const Diagram& diagram, Index box, Found found)
{
    for (const Index edge : diagram.edgesInto(box))
        found(diagram.edges()[edge].from);
}

template <class Found>
void forConsumers(const Diagram& diagram, Index box, Found found)
{
    for (const Index edge : diagram.edgesOutOf(box))
        found(diagram.edges()[edge].to);
}

}  // namespace

std::optional<Index> neighbour(const Diagram& diagram, Index from, Direction direction)
{
    const QPointF here = diagram.boxes()[from].rect.center();
    std::optional<Index> best;
    double bestDistance = std::numeric_limits<double>::max();
    const auto consider = [&](Index box, double distance) {
        if (box != from && distance < bestDistance) {
            best = box;
            bestDistance = distance;
        }
    };
    if (direction == Direction::Up || direction == Direction::Down) {
        const auto straightest = [&](Index box) { consider(box, std::abs(diagram.boxes()[box].rect.center().x() - here.x())); };
        if (direction == Direction::Up)
            forProducers(diagram, from, straightest);
        else
            forConsumers(diagram, from, straightest);
        return best;
    }

    const double side = direction == Direction::Left ? -1 : 1;
    const auto beside = [&](Index box) {
        const QPointF there = diagram.boxes()[box].rect.center();
        const double dx = (there.x() - here.x()) * side;
        if (dx > 0)
            consider(box, std::hypot(dx, there.y() - here.y()));
    };
    forProducers(diagram, from, [&](Index producer) { forConsumers(diagram, producer, beside); });
    forConsumers(diagram, from, [&](Index consumer) { forProducers(diagram, consumer, beside); });
    if (best)
        return best;
    const QRectF& rect = diagram.boxes()[from].rect;
    const QRectF& all = diagram.bounds();
    const QRectF strip = direction == Direction::Left ? QRectF(QPointF(all.left(), rect.top()), QPointF(rect.left(), rect.bottom()))
                                                      : QRectF(QPointF(rect.right(), rect.top()), QPointF(all.right(), rect.bottom()));
    diagram.boxIndex().visit(strip, beside);
    return best;
}

std::vector<Index> upstream(const Diagram& diagram, std::span<const Index> boxes)
{
    return reachable(diagram, boxes, [&](Index box, auto found) { forProducers(diagram, box, found); });
}

std::vector<Index> downstream(const Diagram& diagram, std::span<const Index> boxes)
{
    return reachable(diagram, boxes, [&](Index box, auto found) { forConsumers(diagram, box, found); });
}

std::vector<Index> between(const Diagram& diagram, std::span<const Index> boxes)
{
    if (boxes.size() == 1) {
        const std::vector<Index> up = upstream(diagram, boxes);
        const std::vector<Index> down = downstream(diagram, boxes);
        std::vector<Index> result;
        std::set_union(up.begin(), up.end(), down.begin(), down.end(), std::back_inserter(result));
        return result;
    }
    // From one of the boxes and to another: below one and above one, counted for each box on its own, so that what is only
    // above all of them does not count.
    std::vector<bool> isIn(diagram.boxes().size(), false);
    for (const Index begin : boxes) {
        isIn[begin] = true;
        const std::vector<Index> below = downstream(diagram, {&begin, 1});
        std::vector<Index> ends;
        for (const Index box : boxes)
            if (box != begin && std::binary_search(below.begin(), below.end(), box))
                ends.push_back(box);
        if (ends.empty())
            continue;
        const std::vector<Index> above = upstream(diagram, ends);
        std::vector<Index> both;
        std::set_intersection(below.begin(), below.end(), above.begin(), above.end(), std::back_inserter(both));
        for (const Index box : both)
            isIn[box] = true;
    }
    std::vector<Index> result;
    for (Index box = 0; box < isIn.size(); ++box)
        if (isIn[box])
            result.push_back(box);
    return result;
}

}  // namespace tenscope
