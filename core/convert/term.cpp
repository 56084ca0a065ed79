#include "core/convert/term.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <optional>

#include "core/convert/atenemitter.h"

namespace tenscope {

namespace {

std::optional<double> number(const Term& term)
{
    if (const auto* integer = term.get<std::int64_t>())
        return double(*integer);
    if (const auto* real = term.get<double>())
        return *real;
    return std::nullopt;
}

// Writes the operator where either side is a value, else computes it: `integers` of two integers, `reals` otherwise.
template <class Integers, class Reals>
Term combine(const char* op, const Term& a, const Term& b, Integers integers, Reals reals)
{
    const auto* left = a.get<std::int64_t>();
    const auto* right = b.get<std::int64_t>();
    if (left && right)
        return integers(*left, *right);
    if (number(a) && number(b))
        return reals(*number(a), *number(b));
    AtenEmitter* emitter = a.emitter() ? a.emitter() : b.emitter();
    assert(emitter);
    return emitter->apply(op, {a, b});
}

// LibTorch has schemas for a tensor and a number, not always for a number and a tensor.
bool isNumberThenTensor(const Term& a, const Term& b)
{
    return !a.isTensor() && b.isTensor();
}

Term asFloat(const Term& term)
{
    if (const auto constant = number(term))
        return *constant;
    return term.kind() == Type::Kind::Int ? term.emitter()->apply("Float", {term}) : term;
}

std::int64_t floorDivided(std::int64_t a, std::int64_t b)
{
    assert(b != 0);
    return a / b - ((a % b != 0) && ((a < 0) != (b < 0)) ? 1 : 0);
}

}  // namespace

Type::Kind Term::kind() const
{
    if (m_value)
        return m_emitter->typeOf(*this).kind;
    if (get<TensorId>())
        return Type::Kind::Tensor;
    if (get<std::int64_t>() || get<ElementType>())
        return Type::Kind::Int;
    if (get<double>())
        return Type::Kind::Float;
    if (get<bool>())
        return Type::Kind::Bool;
    if (get<std::string>())
        return Type::Kind::String;
    return isNone() ? Type::Kind::None : Type::Kind::Sequence;
}

Term operator+(const Term& a, const Term& b)
{
    if (const auto* left = a.get<Ints>(), *right = b.get<Ints>(); left && right) {
        Ints joined = *left;
        joined.insert(joined.end(), right->begin(), right->end());
        return joined;
    }
    if (isNumberThenTensor(a, b))
        return b + a;
    return combine(
        "add", a, b, [](auto x, auto y) { return x + y; }, [](double x, double y) { return x + y; });
}

Term operator-(const Term& a, const Term& b)
{
    if (isNumberThenTensor(a, b))
        return b.emitter()->apply("rsub", {b, a});
    return combine(
        "sub", a, b, [](auto x, auto y) { return x - y; }, [](double x, double y) { return x - y; });
}

Term operator*(const Term& a, const Term& b)
{
    if (isNumberThenTensor(a, b))
        return b * a;
    return combine(
        "mul", a, b, [](auto x, auto y) { return x * y; }, [](double x, double y) { return x * y; });
}

// Of a float and an int TorchScript knows no division that gives a float.
Term operator/(const Term& a, const Term& b)
{
    if (isNumberThenTensor(a, b))
        return b.emitter()->apply("reciprocal", {b}) * a;
    const auto divided = [](auto x, auto y) { return double(x) / double(y); };
    const bool isMixed = !a.isTensor() && a.kind() != b.kind();
    return isMixed ? combine("div", asFloat(a), asFloat(b), divided, divided) : combine("div", a, b, divided, divided);
}

Term operator-(const Term& a)
{
    if (const auto* integer = a.get<std::int64_t>())
        return -*integer;
    if (const auto* real = a.get<double>())
        return -*real;
    return a.emitter()->apply("neg", {a});
}

Term floorDivide(const Term& a, const Term& b)
{
    return combine("floordiv", a, b, floorDivided, [](double x, double y) { return std::floor(x / y); });
}

Term equal(const Term& a, const Term& b)
{
    if (isNumberThenTensor(a, b))
        return equal(b, a);
    return combine(
        "eq", a, b, [](auto x, auto y) { return x == y; }, [](double x, double y) { return x == y; });
}

Term less(const Term& a, const Term& b)
{
    if (isNumberThenTensor(a, b))
        return greater(b, a);
    return combine(
        "lt", a, b, [](auto x, auto y) { return x < y; }, [](double x, double y) { return x < y; });
}

Term greater(const Term& a, const Term& b)
{
    if (isNumberThenTensor(a, b))
        return less(b, a);
    return combine(
        "gt", a, b, [](auto x, auto y) { return x > y; }, [](double x, double y) { return x > y; });
}

Term smaller(const Term& a, const Term& b)
{
    return combine(
        "prim::min", a, b, [](auto x, auto y) { return std::min(x, y); },
        [](double x, double y) { return std::min(x, y); });
}

Term larger(const Term& a, const Term& b)
{
    return combine(
        "prim::max", a, b, [](auto x, auto y) { return std::max(x, y); },
        [](double x, double y) { return std::max(x, y); });
}

}  // namespace tenscope
