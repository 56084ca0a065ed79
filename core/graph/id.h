#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace tenscope {

// Names one object of one Model. Ids are what edits, selections, issues and signals carry: unlike pointers they survive
// a growing model, cannot be mixed up with each other, and an id that was removed is never given to something else.
template <class Tag>
class Id {
public:
    constexpr Id() = default;
    constexpr explicit Id(std::size_t index) : m_index(std::uint32_t(index)) {}

    constexpr std::uint32_t index() const { return m_index; }
    constexpr bool isValid() const { return m_index != none; }
    constexpr explicit operator bool() const { return isValid(); }
    constexpr auto operator<=>(const Id&) const = default;

private:
    static constexpr std::uint32_t none = 0xffffffffu;
    std::uint32_t m_index = none;
};

using GraphId = Id<struct GraphTag>;
using NodeId = Id<struct NodeTag>;
using ValueId = Id<struct ValueTag>;
using TensorId = Id<struct TensorTag>;
using ScopeId = Id<struct ScopeTag>;
using OperatorId = Id<struct OperatorTag>;
using FunctionId = Id<struct FunctionTag>;

}  // namespace tenscope

template <class Tag>
struct std::hash<tenscope::Id<Tag>> {
    std::size_t operator()(tenscope::Id<Tag> id) const noexcept { return id.index(); }
};
