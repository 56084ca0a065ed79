#include "app/commandline/describe.h"

#include "app/commandline/output.h"
#include "core/graph/text.h"

namespace tenscope {

namespace {

struct PlaceText {
    const Model& model;

    QString operator()(std::monostate) const { return {}; }
    QString operator()(NodeId id) const
    {
        const QString op = text(qualifiedName(model, id));
        const QString name = text(displayName(model, id));
        return name == op ? "node " + op : "node " + name + " (" + op + ')';
    }
    QString operator()(ValueId id) const { return "value " + text(model.value(id).name); }
    QString operator()(TensorId id) const { return "tensor " + text(model.tensor(id).name); }
    QString operator()(GraphId id) const { return "graph " + text(model.graph(id).name); }
};

bool isScalar(Type::Kind kind)
{
    return kind == Type::Kind::Int || kind == Type::Kind::Float || kind == Type::Kind::Bool || kind == Type::Kind::Complex;
}

}  // namespace

QString where(const Model& model, const Place& place)
{
    return std::visit(PlaceText{model}, place);
}

QString severityName(Severity severity)
{
    switch (severity) {
        case Severity::Info: return "info";
        case Severity::Warning: return "warning";
        case Severity::Error: return "error";
    }
    return {};
}

QJsonArray toJson(const Model& model, const std::vector<Issue>& issues)
{
    QJsonArray array;
    for (const Issue& issue : issues)
        array += QJsonObject{{"severity", severityName(issue.severity)},
                             {"text", text(issue.text)},
                             {"where", where(model, issue.place)}};
    return array;
}

QString toText(const Model& model, const std::vector<Issue>& issues)
{
    QString result;
    for (const Issue& issue : issues) {
        const QString place = where(model, issue.place);
        result += severityName(issue.severity) + ": " + text(issue.text) + (place.isEmpty() ? "" : "  [" + place + ']') + '\n';
    }
    return result;
}

QString dtype(const Type& type)
{
    if (!type.isTensor())
        return text(toString(type));
    return type.element == ElementType::Undefined ? QString("tensor") : text(name(type.element));
}

QJsonValue shapeJson(const Type& type)
{
    if (isScalar(type.kind))
        return QJsonArray();
    if (!type.shape)
        return QJsonValue::Null;
    QJsonArray sizes;
    for (const Dimension& dimension : *type.shape) {
        if (dimension.isKnown())
            sizes += qint64(dimension.size);
        else
            sizes += dimension.symbol.empty() ? QString("?") : text(dimension.symbol);
    }
    return sizes;
}

QString plainShape(const Type& type)
{
    if (isScalar(type.kind))
        return "scalar";
    return type.shape ? text(toString(*type.shape, "x")) : QString("?");
}

QJsonArray shapeJson(const std::vector<std::int64_t>& shape)
{
    QJsonArray sizes;
    for (const std::int64_t size : shape)
        sizes += qint64(size);
    return sizes;
}

QString plainShape(const std::vector<std::int64_t>& shape)
{
    return plainShape(Type::tensor(ElementType::Undefined, shape));
}

QJsonArray valuesJson(const Model& model, const std::vector<ValueId>& values)
{
    QJsonArray array;
    for (const ValueId id : values) {
        if (!id)
            continue;
        const Value& value = model.value(id);
        array += QJsonObject{{"name", text(value.name)}, {"dtype", dtype(value.type)}, {"shape", shapeJson(value.type)}};
    }
    return array;
}

}  // namespace tenscope
