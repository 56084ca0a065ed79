#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/graph/elementtype.h"
#include "core/graph/id.h"
#include "core/graph/type.h"

namespace tenscope {

class AtenEmitter;

using Ints = std::vector<std::int64_t>;
using Floats = std::vector<double>;

// An operand while an ATen graph is written: a value of that graph, or a constant, which becomes a prim::Constant node
// where an operator takes it. Arithmetic on constants is done at once; on values it writes the operator. So a lowering
// says `(size + 2 * pad - kernel) / …` without caring which of them are known.
class Term {
public:
    Term() = default;  // None
    Term(bool constant) : m_constant(constant) {}
    Term(int constant) : m_constant(std::int64_t(constant)) {}
    Term(std::int64_t constant) : m_constant(constant) {}
    Term(double constant) : m_constant(constant) {}
    Term(const char* constant) : m_constant(std::string(constant)) {}
    Term(std::string constant) : m_constant(std::move(constant)) {}
    Term(ElementType constant) : m_constant(constant) {}  // a dtype argument
    Term(Ints constant) : m_constant(std::move(constant)) {}
    Term(Floats constant) : m_constant(std::move(constant)) {}
    // A tensor stored in the graph that is written, as a constant of it.
    Term(TensorId constant, AtenEmitter& emitter) : m_emitter(&emitter), m_constant(constant) {}
    Term(ValueId value, AtenEmitter& emitter) : m_emitter(&emitter), m_value(value) {}

    using Constant = std::variant<std::monostate, bool, std::int64_t, double, std::string, ElementType, Ints, Floats, TensorId>;

    bool isConstant() const { return !m_value; }
    bool isNone() const { return isConstant() && std::holds_alternative<std::monostate>(m_constant); }
    const Constant& constant() const { return m_constant; }
    ValueId value() const { return m_value; }  // invalid for constants
    AtenEmitter* emitter() const { return m_emitter; }

    // The constant where it is one of that kind, else null.
    template <class T>
    const T* get() const
    {
        return isConstant() ? std::get_if<T>(&m_constant) : nullptr;
    }

    Type::Kind kind() const;
    bool isTensor() const { return kind() == Type::Kind::Tensor; }

private:
    AtenEmitter* m_emitter = nullptr;
    ValueId m_value;
    Constant m_constant;
};

// On numbers as TorchScript does it (division of integers gives a float; use floorDivide()), element by element with
// broadcasting where one is a tensor.
Term operator+(const Term& a, const Term& b);
Term operator-(const Term& a, const Term& b);
Term operator*(const Term& a, const Term& b);
Term operator/(const Term& a, const Term& b);
Term operator-(const Term& a);
// Numbers only, towards minus infinity.
Term floorDivide(const Term& a, const Term& b);

// Comparisons of numbers give a bool, those with a tensor a tensor of bools.
Term equal(const Term& a, const Term& b);
Term less(const Term& a, const Term& b);
Term greater(const Term& a, const Term& b);
// Of two numbers.
Term smaller(const Term& a, const Term& b);
Term larger(const Term& a, const Term& b);

}  // namespace tenscope
