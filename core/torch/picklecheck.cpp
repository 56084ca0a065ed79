#include "core/torch/picklecheck.h"

#include <cstdint>
#include <cstring>
#include <vector>

namespace tenscope {

namespace {

// Modules nest two levels each, and nothing that people make nests deeper than some dozens.
constexpr int deepest = 1000;

// Objects are numbered; the stack and the memo hold numbers, and a container's members are edges. The machine is that of
// Python's pickle, protocol 2, as far as PyTorch writes it.
class Machine {
public:
    explicit Machine(std::string_view pickle) : m_rest(pickle), m_length(pickle.size()) {}

    std::optional<std::string> run()
    {
        if (m_rest.size() < 2 || m_rest[0] != '\x80' || m_rest[1] != 2)
            return "it does not begin as a pickle of protocol 2";
        m_rest.remove_prefix(2);
        while (m_fault.empty()) {
            const auto opcode = std::uint8_t(take(1).front());
            if (!m_fault.empty())
                break;
            if (opcode == '.') {
                if (m_stack.size() != 1)
                    return "it does not end with one object";
                return shape();
            }
            step(opcode);
        }
        return m_fault;
    }

private:
    using Object = std::uint32_t;

    void step(std::uint8_t opcode)
    {
        switch (opcode) {
        case ']':
        case '}':
        case ')':
        case 'N':
        case 0x88:
        case 0x89: push(); break;
        case 'K': push(1); break;
        case 'M': push(2); break;
        case 'J': push(4); break;
        case 'G': push(8); break;
        case 0x8a: push(number<std::uint8_t>()); break;
        case 'X': push(number<std::uint32_t>()); break;
        case 'c':
            line();
            line();
            push();
            break;
        case '(': m_marks.push_back(m_stack.size()); break;
        case 'q': memorize(number<std::uint8_t>()); break;
        case 'r': memorize(number<std::uint32_t>()); break;
        case 'h': recall(number<std::uint8_t>()); break;
        case 'j': recall(number<std::uint32_t>()); break;
        case 0x85: gather(1); break;
        case 0x86: gather(2); break;
        case 0x87: gather(3); break;
        case 't':
        case 'l': gather(sinceMark()); break;
        case 'd': gather(pairs(sinceMark())); break;
        case 'e': append(sinceMark()); break;
        case 'u': append(pairs(sinceMark())); break;
        case 'a': append(1); break;
        case 's': append(2); break;
        case 0x81: need(2) && (m_stack.pop_back(), true); break;  // the arguments of a new object: always an empty tuple
        case 'b':
        case 'R': gather(2); break;
        case 'Q': gather(1); break;
        default: m_fault = "it holds an instruction that PyTorch does not write (" + std::to_string(opcode) + ")";
        }
    }

    std::string_view take(std::size_t count)
    {
        if (count > m_rest.size()) {
            m_fault = "it ends too early";
            return std::string_view("\0", 1);
        }
        const std::string_view taken = m_rest.substr(0, count);
        m_rest.remove_prefix(count);
        return taken;
    }

    template <class T>
    T number()
    {
        T value = 0;
        const std::string_view bytes = take(sizeof value);
        if (m_fault.empty())
            std::memcpy(&value, bytes.data(), sizeof value);
        return value;
    }

    void line()
    {
        const std::size_t end = m_rest.find('\n');
        if (end == std::string_view::npos || end > 4096)
            m_fault = "a name in it has no end";
        else
            m_rest.remove_prefix(end + 1);
    }

    bool need(std::size_t count)
    {
        // What lies under the last mark belongs to whoever set it.
        const std::size_t floor = m_marks.empty() ? 0 : m_marks.back();
        if (m_stack.size() < floor + count)
            m_fault = "it takes more from its stack than it put there";
        return m_fault.empty();
    }

    void push(std::size_t payload = 0)
    {
        take(payload);
        if (m_fault.empty())
            m_stack.push_back(m_objects++);
    }

    std::size_t sinceMark()
    {
        if (m_marks.empty() || m_marks.back() > m_stack.size()) {
            m_fault = "it closes what it never opened";
            return 0;
        }
        const std::size_t count = m_stack.size() - m_marks.back();
        m_marks.pop_back();
        return count;
    }

    std::size_t pairs(std::size_t count)
    {
        if (count % 2 != 0)
            m_fault = "a dictionary in it has a key without a value";
        return count;
    }

    void gather(std::size_t count)
    {
        if (!need(count))
            return;
        const Object container = m_objects++;
        attach(container, count);
        m_stack.push_back(container);
    }

    void append(std::size_t count)
    {
        if (need(count + 1))
            attach(m_stack[m_stack.size() - count - 1], count);
    }

    void attach(Object container, std::size_t count)
    {
        for (std::size_t i = m_stack.size() - count; i < m_stack.size(); ++i)
            m_edges.emplace_back(container, m_stack[i]);
        m_stack.resize(m_stack.size() - count);
    }

    void memorize(std::uint64_t slot)
    {
        if (!need(1))
            return;
        if (slot > m_length)  // each entry takes an instruction of at least two bytes
            m_fault = "it numbers more objects than it holds";
        else if (slot >= m_memo.size())
            m_memo.resize(slot + 1, none);
        if (m_fault.empty())
            m_memo[slot] = m_stack.back();
    }

    void recall(std::uint64_t slot)
    {
        if (slot >= m_memo.size() || m_memo[slot] == none)
            m_fault = "it refers to an object that is not there";
        if (m_fault.empty())
            m_stack.push_back(m_memo[slot]);
    }

    // Depth and cycles, from the containers' members: Kahn's topological order, from the innermost outwards.
    std::optional<std::string> shape() const
    {
        std::vector<std::uint32_t> first(m_objects + 1, 0), waiting(m_objects, 0);
        for (const auto& [container, member] : m_edges) {
            ++first[member + 1];
            ++waiting[container];
        }
        for (std::size_t i = 1; i < first.size(); ++i)
            first[i] += first[i - 1];
        std::vector<Object> containers(m_edges.size());
        std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
        for (const auto& [container, member] : m_edges)
            containers[next[member]++] = container;
        std::vector<int> depth(m_objects, 0);
        std::vector<Object> ready;
        for (Object object = 0; object < m_objects; ++object)
            if (waiting[object] == 0)
                ready.push_back(object);
        for (std::size_t i = 0; i < ready.size(); ++i) {
            const Object member = ready[i];
            if (depth[member] > deepest)
                return "its objects are nested more than " + std::to_string(deepest) + " deep";
            for (std::uint32_t at = first[member]; at < first[member + 1]; ++at) {
                const Object container = containers[at];
                depth[container] = std::max(depth[container], depth[member] + 1);
                if (--waiting[container] == 0)
                    ready.push_back(container);
            }
        }
        if (ready.size() != m_objects)
            return "an object in it contains itself";
        return std::nullopt;
    }

    static constexpr Object none = 0xffffffff;

    std::string_view m_rest;
    std::size_t m_length;
    std::string m_fault;
    std::uint32_t m_objects = 0;
    std::vector<Object> m_stack;
    std::vector<std::size_t> m_marks;
    std::vector<Object> m_memo;
    std::vector<std::pair<Object, Object>> m_edges;  // container, member
};

}  // namespace

std::optional<std::string> pickleFault(std::string_view pickle)
{
    if (pickle.size() >= 0xffffffff)
        return "it is larger than 4 GiB";
    return Machine(pickle).run();
}

}  // namespace tenscope
