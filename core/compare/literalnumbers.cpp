#include "core/compare/literalnumbers.h"

#include <cstdlib>
#include <string>

#include "core/analysis/elementreader.h"
#include "core/graph/literal.h"
#include "core/graph/text.h"

namespace tenscope {

bool isList(const Operator& op)
{
    return op.domain == "prim" && (op.name == "ListConstruct" || op.name == "TupleConstruct" || op.name == "DictConstruct");
}

std::optional<double> number(const Model& model, ValueId value)
{
    std::optional<std::string> text = literal(model, value);
    if (!text && model.value(value).tensor)
        text = elementText(model.tensor(model.value(value).tensor));
    if (!text || text->empty())
        return std::nullopt;
    char* end = nullptr;
    const double result = std::strtod(text->c_str(), &end);
    return *end ? std::nullopt : std::optional(result);
}

std::optional<std::vector<double>> numbers(const Model& model, ValueId value)
{
    std::vector<double> result;
    if (const TensorId tensor = storedTensor(model, value)) {
        const auto reader = ElementReader::open(model, model.tensor(tensor));
        if (!reader || reader->elements() > 64)
            return std::nullopt;
        result.resize(reader->elements());
        reader->read(0, result);
        return result;
    }
    const NodeId producer = model.value(value).producer();
    if (!producer || !isList(model.op(producer))) {
        const auto one = number(model, value);
        return one ? std::optional(std::vector{*one}) : std::nullopt;
    }
    for (const Input& input : model.node(producer).inputs()) {
        const auto one = input.value ? number(model, input.value) : std::nullopt;
        if (!one)
            return std::nullopt;
        result.push_back(*one);
    }
    return result;
}

}  // namespace tenscope
