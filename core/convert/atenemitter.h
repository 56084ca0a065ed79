#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/convert/term.h"
#include "core/graph/model.h"

namespace tenscope {

// Writes nodes of the ATen dialect at the end of a graph. The result reads as what PyTorch's own compiler would have
// written: constants, lists and tuples are prim nodes, If and Loop have bodies. Overloads are left to whoever builds the
// graph for LibTorch, which finds them by the types of the arguments.
class AtenEmitter {
public:
    // `model` and the graph in it outlive the emitter.
    AtenEmitter(Model& model, GraphId graph) : m_model(model), m_graph(graph) {}
    AtenEmitter(const AtenEmitter&) = delete;
    AtenEmitter& operator=(const AtenEmitter&) = delete;

    Model& model() { return m_model; }
    GraphId graph() const { return m_graph; }

    // The scope of the nodes that follow, and what onNode is told of each of them.
    void setScope(ScopeId scope) { m_scope = scope; }
    void onNode(std::function<void(NodeId)> listener) { m_onNode = std::move(listener); }

    // One operator with one result. `op` is "relu" (of aten) or "prim::min". The result is a tensor unless the operator is
    // known to give something else: size, len, dim, item …, and arithmetic on numbers.
    Term apply(std::string_view op, const std::vector<Term>& arguments);
    // The same with a result of a given type: for operators whose result is neither a tensor nor known by name.
    Term applyAs(const Type& type, std::string_view op, const std::vector<Term>& arguments);
    // An operator that changes its first argument and gives nothing.
    void applyTo(std::string_view op, const std::vector<Term>& arguments) { write(op, {}, arguments); }
    // Several results, all tensors.
    std::vector<Term> applyMany(std::string_view op, std::size_t results, const std::vector<Term>& arguments);

    // [a, b, …]: a constant where all members are, else a ListConstruct. `kind` says of what an empty list is one.
    Term list(const std::vector<Term>& members, Type::Kind kind = Type::Kind::Tensor);
    std::vector<Term> unpack(const Term& list, std::size_t count);
    Term element(const Term& list, const Term& index);  // list[index]
    Term length(const Term& list);

    Term size(const Term& tensor, const Term& dimension);  // int
    Term sizes(const Term& tensor);                        // int[]
    Term rank(const Term& tensor);                         // int

    // Conversions between tensors and numbers.
    Term toInts(const Term& tensor);   // of a vector or scalar: int[]
    Term toFloats(const Term& tensor); // of a vector or scalar of any numbers: float[]
    Term toInt(const Term& tensor);    // of a tensor of one element
    Term toFloat(const Term& tensor);
    Term toBool(const Term& tensor);
    Term toTensor(const Term& numbers, ElementType element);  // a number → a scalar tensor, a list → a vector
    Term cast(const Term& tensor, ElementType element);       // nothing for what has that type already at run time

    // A constant tensor of numbers, held as `element`.
    Term tensor(ElementType element, const Ints& shape, const Floats& values);
    Term tensor(ElementType element, const Ints& shape, const Ints& values);
    Term tensor(const Ints& shape, const std::vector<std::string>& texts);

    // `condition` is a bool. Where it is a constant only that branch is written. Both branches give as many terms, of
    // the same types.
    using Branch = std::function<std::vector<Term>()>;
    std::vector<Term> branch(const Term& condition, const Branch& then, const Branch& otherwise);
    Term choose(const Term& condition, const std::function<Term()>& then, const std::function<Term()>& otherwise);

    // for i in range(count), while a bool holds: the body takes i and the carried terms, and gives what is carried on.
    // It may set `*goOn` (a bool, true at first) to what decides whether another round follows.
    using Body = std::function<std::vector<Term>(const Term& i, const std::vector<Term>& carried, Term* goOn)>;
    std::vector<Term> loop(const Term& count, const Term& condition, const std::vector<Term>& carried, const Body& body);

    // The value itself: a constant becomes a node here.
    ValueId materialize(const Term& term);
    Type typeOf(const Term& term) const;
    // An empty prim node with bodies to be filled, for who writes control flow by hand.
    NodeId addNode(std::string_view op, const std::vector<ValueId>& inputs, const std::vector<Type>& results);

private:
    class Inside;

    std::vector<Term> write(std::string_view op, const std::vector<Type>& results, const std::vector<Term>& arguments);
    ValueId constantValue(const Term& term);
    void fillLoop(NodeId node, GraphId inner, const std::vector<Type>& types, const Body& body);

    Model& m_model;
    GraphId m_graph;
    ScopeId m_scope;
    std::function<void(NodeId)> m_onNode;
};

}  // namespace tenscope
