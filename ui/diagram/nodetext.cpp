#include "ui/diagram/nodetext.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <cstring>

#include "core/graph/text.h"
#include "ui/diagram/mainattributes.h"

namespace tenscope {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("Diagram", text);
}

QString nodeCountText(std::size_t count)
{
    return count == 1 ? tr("1 node") : tr("%1 nodes").arg(groupedNumber(count));
}

QString sizesText(const std::vector<std::int64_t>& shape)
{
    if (shape.empty())
        return {};
    QStringList sizes;
    for (const std::int64_t size : shape)
        sizes << QString::number(size);
    return sizes.join(u'\u00d7');
}

template <class Number>
Number numberAt(std::span<const std::byte> bytes, std::size_t index)
{
    Number number;
    std::memcpy(&number, bytes.data() + index * sizeof number, sizeof number);
    return number;
}

// A shape, a list of axes, a scale: numbers so few that they say more than how many they are. Empty for all others.
QString fewNumbers(const Tensor& tensor)
{
    constexpr std::uint64_t most = 6;
    const std::uint64_t elements = tensor.elements().value_or(most + 1);
    const bool isFloat = tensor.element == ElementType::Float32 || tensor.element == ElementType::Float64;
    const bool isInteger = tensor.element == ElementType::Int64 || tensor.element == ElementType::Int32 ||
                           tensor.element == ElementType::UInt8 || tensor.element == ElementType::Int8;
    if (elements == 0 || elements > most || tensor.shape.size() > 1 || !tensor.strides.empty() || (!isInteger && !isFloat) ||
        (isFloat && elements > 1))
        return {};
    const auto bytes = tensor.bytes();
    if (!bytes || bytes->size() < elements * std::size_t(bits(tensor.element)) / 8)
        return {};
    QStringList numbers;
    for (std::size_t i = 0; i < elements; ++i) {
        switch (tensor.element) {
        case ElementType::Float32:
            numbers << QString::number(double(numberAt<float>(*bytes, i)), 'g', 6);
            break;
        case ElementType::Float64:
            numbers << QString::number(numberAt<double>(*bytes, i), 'g', 6);
            break;
        case ElementType::Int64: {
            const std::int64_t number = numberAt<std::int64_t>(*bytes, i);
            // "To the end" is written as the largest number there is.
            const bool isEnd = number >= 0x7fffffff;
            const bool isBeginning = number <= -0x7fffffff;
            numbers << (isEnd ? QStringLiteral("end") : isBeginning ? QStringLiteral("start") : QString::number(number));
            break;
        }
        case ElementType::Int32:
            numbers << QString::number(numberAt<std::int32_t>(*bytes, i));
            break;
        case ElementType::Int8:
            numbers << QString::number(numberAt<std::int8_t>(*bytes, i));
            break;
        default:
            numbers << QString::number(numberAt<std::uint8_t>(*bytes, i));
            break;
        }
        numbers.back() = prettyNumber(numbers.back());
    }
    return numbers.join(QStringLiteral(", "));
}

struct WeightPiece {
    QString label, text;
    bool isNumbers = false;
};

std::vector<QString> weightTexts(std::vector<WeightPiece> pieces)
{
    std::vector<QString> result;
    // Four tensors of 64 (a batch normalization) are said once.
    const bool isSame = pieces.size() >= 3 && std::all_of(pieces.begin(), pieces.end(), [&](const WeightPiece& piece) {
                            return !piece.isNumbers && piece.text == pieces.front().text;
                        });
    if (isSame) {
        result.push_back(pieces.front().text);
        return result;
    }
    for (const WeightPiece& piece : pieces)
        result.push_back(piece.label.isEmpty() ? piece.text : piece.label + u' ' + piece.text);
    return result;
}

bool isOnnxNode(const Model& model)
{
    return model.format == Format::Onnx;
}

// "then 12 nodes · else 3 nodes", "body 8 nodes".
QString bodiesHint(const Model& model, NodeId id)
{
    QStringList parts;
    std::vector<GraphId> bodies = model.bodies(id);
    // What is meant first is said first, whatever the order in the file.
    std::stable_partition(bodies.begin(), bodies.end(), [&](GraphId body) { return model.graph(body).role == "then_branch"; });
    for (const GraphId body : bodies) {
        QString role = QString::fromStdString(model.graph(body).role);
        role.remove(QStringLiteral("_branch"));
        parts << role + u' ' + nodeCountText(operatorCount(model, body));
    }
    if (parts.isEmpty())
        if (const Function* function = model.function(model.op(id)))
            parts << tr("function, %1").arg(nodeCountText(operatorCount(model, function->graph)));
    return parts.join(QStringLiteral(" \u00b7 "));
}

}  // namespace

QString shapeText(const Type& type)
{
    switch (type.kind) {
    case Type::Kind::Unknown:
    case Type::Kind::Object:
    case Type::Kind::None:
        return {};
    case Type::Kind::Tensor:
    case Type::Kind::SparseTensor:
        return type.shape ? QString::fromStdString(toString(*type.shape)) : QString();
    default: {
        const QString text = QString::fromStdString(toString(type));
        return text.size() > 28 ? text.left(27) + u'\u2026' : text;
    }
    }
}

QString lastPart(const Model& model, NodeId id, bool* isModuleName)
{
    const Node& node = model.node(id);
    const QString operatorName = QString::fromStdString(model.op(id).name);
    const QStringList parts = QString::fromStdString(node.name).split(u'/', Qt::SkipEmptyParts);
    if (isModuleName)
        *isModuleName = false;
    if (!parts.isEmpty() && parts.back() != operatorName)
        return parts.back();
    if (isModuleName)
        *isModuleName = true;
    QString path;
    if (parts.size() >= 2)
        path = parts[parts.size() - 2];
    else if (node.scope)
        path = QString::fromStdString(model.path(node.scope));
    // The last name of a path; with the one before it where it is only a number.
    qsizetype start = path.lastIndexOf(u'.') + 1;
    const bool isNumber = start > 0 && std::all_of(path.begin() + start, path.end(), [](QChar c) { return c.isDigit(); });
    if (isNumber)
        start = start >= 2 ? path.lastIndexOf(u'.', start - 2) + 1 : 0;
    return path.mid(start);
}

QString groupedNumber(std::uint64_t number)
{
    QString text = QString::number(number);
    if (number < 10'000)
        return text;
    for (qsizetype place = text.size() - 3; place > 0; place -= 3)
        text.insert(place, u'\u202f');
    return text;
}

QString shortValueName(const std::string& name)
{
    const QString text = QString::fromStdString(name);
    const QString last = text.mid(text.lastIndexOf(u'/') + 1);
    return last.isEmpty() ? text : last;
}

NodeText nodeText(const Model& model, NodeId id, std::span<const DataInput> inputs)
{
    NodeText text;
    const Operator& op = model.op(id);
    text.title = QString::fromStdString(qualifiedName(model, id));
    text.prefixLength = int(text.title.size()) - int(QString::fromStdString(op.name).size());
    text.name = lastPart(model, id, &text.isModuleName);

    std::vector<WeightPiece> weights;
    bool hasWeightMatrix = false;
    std::vector<Argument> all = arguments(model, id);
    for (Argument& argument : all) {
        if (!argument.value || argument.text.empty())
            continue;
        // A constant tensor of one element reads best as its number.
        if (const TensorId tensor = storedTensor(model, argument.value))
            if (const QString numbers = fewNumbers(model.tensor(tensor)); !numbers.isEmpty())
                argument.text = numbers.toStdString();
    }
    for (const DataInput& input : inputs) {
        const TensorId stored = storedTensor(model, input.value);
        const Tensor* tensor = stored ? &model.tensor(stored) : nullptr;
        if (!tensor)
            continue;
        QString label = QString::fromStdString(inputName(model, id, input.input));
        const QString numbers = fewNumbers(*tensor);
        hasWeightMatrix |= tensor->shape.size() >= 3;
        if (!numbers.isEmpty()) {
            // Stored axes, shapes and scales are arguments like any other.
            if (!label.isEmpty()) {
                for (Argument& argument : all)
                    if (argument.value == input.value && argument.text.empty())
                        argument.text = numbers.toStdString();
            }
            weights.push_back({label, numbers, true});
        } else {
            QString sizes = sizesText(tensor->shape);
            if (sizes.isEmpty())
                sizes = QString::fromUtf8(name(tensor->element).data());
            weights.push_back({label, sizes, false});
        }
    }
    text.attributes = mainAttributes(op, all, hasWeightMatrix);

    // Few numbers that the attributes show already are not shown again.
    std::erase_if(weights, [&](const WeightPiece& piece) {
        return piece.isNumbers && std::any_of(text.attributes.begin(), text.attributes.end(), [&](const QString& attribute) {
                   return attribute == piece.text || attribute.endsWith(u' ' + piece.text);
               });
    });
    // ONNX writes constant operands as inputs: "B 0.125" of a Mul is what it does.
    if (isOnnxNode(model)) {
        for (const Argument& argument : all) {
            if (!argument.value || argument.text.empty() || argument.text.size() > 40 || text.attributes.size() >= 4)
                continue;
            const QString value = prettyNumber(QString::fromStdString(argument.text));
            const bool isShown = std::any_of(text.attributes.begin(), text.attributes.end(), [&](const QString& shown) { return shown.endsWith(value); }) ||
                                 std::any_of(weights.begin(), weights.end(), [&](const WeightPiece& piece) { return piece.text == value; });
            if (!isShown)
                text.attributes.push_back(argument.name.empty() ? value : QString::fromStdString(argument.name) + u' ' + value);
        }
    }
    text.weights = weightTexts(std::move(weights));
    text.hint = bodiesHint(model, id);
    return text;
}

}  // namespace tenscope
