#pragma once

#include <atomic>
#include <utility>

namespace tenscope {

// A value whose copies share one object until one of them is changed: copying costs a counter, however large T is.
// Copies may live on different threads, as copies of a plain T may; one copy is not to be used by two threads at once unless
// both only read.
template <class T>
class CopyOnWrite {
public:
    CopyOnWrite() : m_box(new Box) {}
    CopyOnWrite(const CopyOnWrite& other) : m_box(other.m_box)
    {
        if (m_box)
            m_box->owners.fetch_add(1, std::memory_order_relaxed);
    }
    CopyOnWrite(CopyOnWrite&& other) noexcept : m_box(std::exchange(other.m_box, nullptr)) {}
    CopyOnWrite& operator=(CopyOnWrite other) noexcept
    {
        std::swap(m_box, other.m_box);
        return *this;
    }
    ~CopyOnWrite()
    {
        if (m_box && m_box->owners.fetch_sub(1, std::memory_order_acq_rel) == 1)
            delete m_box;
    }

    const T& operator*() const { return m_box->value; }
    const T* operator->() const { return &m_box->value; }
    // The object, of this copy alone from now on. What was read through the other operators before may be another's.
    T& edit()
    {
        // Acquire: whoever let go of the object has finished reading it.
        if (m_box->owners.load(std::memory_order_acquire) != 1)
            *this = CopyOnWrite(m_box->value);
        return m_box->value;
    }

    bool operator==(const CopyOnWrite& other) const { return m_box == other.m_box || **this == *other; }

private:
    struct Box {
        Box() = default;
        explicit Box(const T& copied) : value(copied) {}
        std::atomic<unsigned> owners = 1;
        T value = {};
    };

    explicit CopyOnWrite(const T& value) : m_box(new Box(value)) {}

    Box* m_box;  // null: moved from
};

}  // namespace tenscope
