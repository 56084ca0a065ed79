#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/convert/atenemitter.h"
#include "core/convert/heldas.h"
#include "core/convert/term.h"
#include "core/graph/model.h"

namespace tenscope {

class OnnxConverter;
struct ConversionFrame;

// Why one node cannot be converted, on its way out of a lowering; the converter makes a sentence with the node's place of
// it. `why` follows "because": "its mode 'foo' is not known".
class Unsupported : public std::exception {
public:
    explicit Unsupported(std::string why) : m_why(std::move(why)) {}
    const char* what() const noexcept override { return m_why.c_str(); }

private:
    std::string m_why;
};

// One ONNX node while it is written as ATen: its operands, attributes and types, and a pen. This is all that a lowering
// sees. Every function of it may throw Unsupported.
class Lowering {
public:
    Lowering(OnnxConverter& converter, ConversionFrame& frame, NodeId node, std::int64_t opset);

    const Node& node() const { return m_node; }
    std::int64_t opset() const { return m_opset; }  // of the operator's domain, in the model or function at hand
    AtenEmitter& emit() { return m_emitter; }

    // --- Operands.
    std::size_t inputCount() const { return m_node.inputs().size(); }
    std::size_t outputCount() const { return m_node.outputs().size(); }
    bool hasInput(std::size_t i) const;   // whether it is there: optional inputs may be left out
    bool hasOutput(std::size_t i) const;  // whether anybody asked for it
    Term input(std::size_t i);            // Unsupported where it is missing
    Term inputOr(std::size_t i, Term fallback) { return hasInput(i) ? input(i) : std::move(fallback); }
    Type type(std::size_t i) const;       // ONNX's type of the input, as far as it is known
    ElementType element(std::size_t i) const { return type(i).element; }
    bool isFloat(std::size_t i) const;    // Unsupported where the element type is not known
    std::optional<std::int64_t> rank(std::size_t i) const;
    // The numbers of an input that is the same in every run (an initializer, a Constant); nothing for the others, and for
    // more than 10,000.
    std::optional<Ints> constantInts(std::size_t i);
    std::optional<Floats> constantFloats(std::size_t i);
    // A vector (or scalar) of integers as an int[]: a constant, or read at run time.
    Term ints(std::size_t i);
    Term integer(std::size_t i);  // of one element: an int

    void output(std::size_t i, Term value);  // its ONNX type by the operator's schema
    void output(std::size_t i, Term value, ElementType element);
    void output(std::size_t i, Term value, Type type);

    // --- Attributes. Those that a function's caller gives are looked up there.
    bool has(std::string_view name) const { return find(name) != nullptr; }
    std::int64_t integer(std::string_view name, std::int64_t fallback) const;
    std::int64_t integer(std::string_view name) const;  // Unsupported where it is missing; so the ones below
    double real(std::string_view name, double fallback) const;
    std::string text(std::string_view name, std::string_view fallback) const;
    Ints integers(std::string_view name, Ints fallback = {}) const;
    Floats reals(std::string_view name, Floats fallback = {}) const;
    std::vector<std::string> texts(std::string_view name) const;
    Term tensorAttribute(std::string_view name);
    const Tensor* storedAttribute(std::string_view name) const;  // null where it is missing
    Floats tensorNumbers(std::string_view name) const;           // of a tensor; Unsupported where they cannot be read
    GraphId body(std::string_view name) const;

    // --- Writing: shorthands of AtenEmitter.
    template <class... Arguments>
    Term aten(std::string_view op, const Arguments&... arguments)
    {
        return m_emitter.apply(op, {Term(arguments)...});
    }
    template <class... Arguments>
    std::vector<Term> atenMany(std::string_view op, std::size_t results, const Arguments&... arguments)
    {
        return m_emitter.applyMany(op, results, {Term(arguments)...});
    }

    // Brings integers that LibTorch holds in a wider type back into the range of `element`; nothing for other types.
    Term wrapped(const Term& value, ElementType element);

    // --- For control flow (fromonnx/controlflow.cpp).
    // Writes the nodes of a body here; gives its outputs. `inputs` are its inputs with their ONNX types.
    std::vector<Term> inlined(GraphId body, const std::vector<std::pair<Term, Type>>& inputs);
    Type bodyOutputType(GraphId body, std::size_t output) const;  // after inlined()

    // The value of that name in this node's graph, written once more with other terms for some that it depends on. For
    // fromonnx/training.cpp.
    Term recomputed(const std::vector<std::pair<std::string, Term>>& given, const std::string& wanted);

private:
    ValueId valueNamed(const std::string& name) const;
    const Attribute* find(std::string_view name) const;
    const Attribute& required(std::string_view name) const;
    const Model& modelOf(std::string_view attribute) const;  // where its graphs and tensors are

    OnnxConverter& m_converter;
    ConversionFrame& m_frame;
    NodeId m_id;
    const Node& m_node;
    std::int64_t m_opset;
    AtenEmitter& m_emitter;
};

}  // namespace tenscope
