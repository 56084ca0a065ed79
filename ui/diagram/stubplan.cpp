#include "ui/diagram/stubplan.h"

#include <algorithm>

namespace tenscope {

std::vector<std::uint32_t> StubPlan::hubs() const
{
    std::vector<std::uint32_t> result;
    for (const Stub& stub : stubs)
        result.push_back(stub.hub);
    return result;
}

StubPlan planStubs(const GraphContent& content, const CompoundGraph& groups, const std::vector<bool>& expanded, std::size_t most)
{
    StubPlan plan;
    if (content.hubs.empty())
        return plan;
    const std::vector<std::uint32_t> hiding = hidingGroups(groups.groupParent, expanded);
    const auto shown = [&](std::uint32_t item) {
        const std::uint32_t group = hiding[groups.boxGroup[item]];
        return group == CompoundLayout::none ? item : std::uint32_t(content.items.size()) + group;
    };
    for (std::uint32_t hub = 0; hub < content.hubs.size(); ++hub) {
        StubPlan::Stub stub{hub, shown(content.hubs[hub].from), {}};
        for (const std::uint32_t item : content.hubs[hub].to)
            if (const std::uint32_t thing = shown(item); thing != stub.from || thing < content.items.size())
                stub.to.push_back(thing);
        std::sort(stub.to.begin(), stub.to.end());
        stub.to.erase(std::unique(stub.to.begin(), stub.to.end()), stub.to.end());
        if (stub.to.size() > most)
            plan.stubs.push_back(std::move(stub));
    }
    return plan;
}

}  // namespace tenscope
