// Prints what readOnnx() found in each file named on standard input, one JSON object a line, for onnxcompare.py to hold
// against the onnx Python package. Not a test by itself.

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <map>
#include <string>

#include "core/formats/formats.h"
#include "core/graph/text.h"

using namespace tenscope;

namespace {

// FNV-1a, 64 bits: the same few lines on both sides.
std::uint64_t hash(std::uint64_t state, const void* data, std::size_t size)
{
    const auto* bytes = static_cast<const unsigned char*>(data);
    for (std::size_t i = 0; i < size; ++i)
        state = (state ^ bytes[i]) * 1099511628211u;
    return state;
}

// The bytes themselves where they are few, else their checksum of 4096 samples: files of gigabytes are among them.
QString contents(const Tensor& tensor)
{
    if (const auto* missing = std::get_if<MissingData>(&tensor.data))
        return "missing: " + QString::fromStdString(missing->why);
    if (const auto* strings = std::get_if<OwnedStrings>(&tensor.data)) {
        std::uint64_t state = 14695981039346656037u;
        for (const std::string& text : *strings->strings)
            state = hash(hash(state, text.data(), text.size()), "", 1);
        return QString::number(state);
    }
    if (std::holds_alternative<SparseData>(tensor.data))
        return "sparse";
    const auto bytes = tensor.bytes();
    if (!bytes)
        return "error";
    std::uint64_t state = 14695981039346656037u;
    const std::size_t step = std::max<std::size_t>(1, bytes->size() / 4096);
    for (std::size_t i = 0; i < bytes->size(); i += step)
        state = hash(state, &(*bytes)[i], 1);
    return QString::number(state);
}

QJsonObject describe(const Value& value)
{
    return {{"name", QString::fromStdString(value.name)}, {"type", QString::fromStdString(toString(value.type))}};
}

QJsonObject describe(const Model& model, const Tensor& tensor)
{
    QJsonArray shape;
    for (const std::int64_t size : tensor.shape)
        shape.append(qint64(size));
    QJsonObject object{{"name", QString::fromStdString(tensor.name)},
                       {"element", QString::fromStdString(std::string(name(tensor.element)))},
                       {"shape", shape},
                       {"data", contents(tensor)}};
    if (const auto* sparse = std::get_if<SparseData>(&tensor.data)) {
        object["values"] = describe(model, model.tensor(sparse->values));
        object["indices"] = describe(model, model.tensor(sparse->indices));
    }
    return object;
}

QJsonObject describe(const Model& model, GraphId id);

QJsonValue describe(const Model& model, const Attribute& attribute)
{
    if (const auto* tensor = std::get_if<TensorId>(&attribute.value))
        return describe(model, model.tensor(*tensor));
    if (const auto* graph = std::get_if<GraphId>(&attribute.value))
        return describe(model, *graph);
    if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&attribute.value)) {
        QJsonArray array;
        for (const std::int64_t item : *integers)
            array.append(QString::number(item));
        return array;
    }
    if (const auto* floats = std::get_if<std::vector<double>>(&attribute.value)) {
        QJsonArray array;
        for (const double item : *floats)
            array.append(QString::fromStdString(shortest(item)));
        return array;
    }
    if (const auto* strings = std::get_if<std::vector<std::string>>(&attribute.value)) {
        QJsonArray array;
        for (const std::string& item : *strings)
            array.append(QString::fromUtf8(QByteArray::fromStdString(item)));
        return array;
    }
    if (const auto* number = std::get_if<double>(&attribute.value))
        return QString::fromStdString(shortest(*number));
    if (const auto* text = std::get_if<std::string>(&attribute.value))
        return QString::fromUtf8(QByteArray::fromStdString(*text));
    return QString::fromStdString(toString(model, attribute));
}

QJsonObject describe(const Model& model, GraphId id)
{
    const Graph& graph = model.graph(id);
    QJsonArray nodes, inputs, outputs, initializers;
    for (const NodeId nodeId : model.nodes(id)) {
        const Node& node = model.node(nodeId);
        QJsonArray reads, writes;
        for (const Input& input : node.inputs())
            reads.append(input.value ? QString::fromStdString(model.value(input.value).name) : QString());
        for (const ValueId output : node.outputs())
            writes.append(QString::fromStdString(model.value(output).name));
        QJsonObject attributes;
        for (const Attribute& attribute : node.attributes)
            attributes[QString::fromStdString(attribute.name)] = describe(model, attribute);
        const Operator& op = model.op(nodeId);
        nodes.append(QJsonObject{{"name", QString::fromStdString(node.name)},
                                 {"op", QString::fromStdString(op.name)},
                                 {"domain", QString::fromStdString(op.domain)},
                                 {"inputs", reads},
                                 {"outputs", writes},
                                 {"attributes", attributes}});
    }
    for (const ValueId value : graph.inputs)
        inputs.append(describe(model.value(value)));
    for (const ValueId value : graph.outputs)
        outputs.append(describe(model.value(value)));
    for (const ValueId value : graph.initializers)
        initializers.append(describe(model, model.tensor(model.value(value).tensor)));
    return {{"name", QString::fromStdString(graph.name)},
            {"nodes", nodes},
            {"inputs", inputs},
            {"outputs", outputs},
            {"initializers", initializers}};
}

}  // namespace

int main()
{
    std::string path;
    while (std::getline(std::cin, path)) {
        Progress progress;
        const auto start = std::chrono::steady_clock::now();
        const Result<Model> model = read(path, progress);
        const double milliseconds =
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
        QJsonObject object{{"path", QString::fromStdString(path)}, {"ms", milliseconds}};
        if (!model) {
            object["error"] = QString::fromStdString(model.error().message);
        } else {
            std::string why;
            object["consistent"] = model->isConsistent(&why) ? QString() : QString::fromStdString(why);
            object["graph"] = describe(*model, model->mainGraph);
            QJsonArray functions, issues;
            for (const Function& function : model->functions)
                functions.append(describe(*model, function.graph));
            for (const Issue& issue : model->issues)
                issues.append(QString::fromStdString(issue.text));
            object["functions"] = functions;
            object["issues"] = issues;
            object["nodes"] = int(model->livingNodeCount());
        }
        std::cout << QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString() << std::endl;
    }
    return 0;
}
