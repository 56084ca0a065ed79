#include "ui/graphview/nodeplaces.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <QStandardPaths>
#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace tenscope {

namespace {

constexpr double farthest = 1e6;  // no file may throw a node out of the world

QString storeFor(const QString& file)
{
    const QByteArray key = QCryptographicHash::hash(file.toUtf8(), QCryptographicHash::Sha256).toHex().left(32);
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + QStringLiteral("/places/") + QString::fromLatin1(key) +
           QStringLiteral(".json");
}

// What a graph is known by: the way there from the model's own, by outputs of nodes and attributes. Bodies may be nested
// deeper than anyone looks.
QString nameOf(const Model& model, GraphId graph)
{
    QString name;
    for (int depth = 0; depth < 64; ++depth) {
        const NodeId owner = model.graph(graph).owner;
        if (!owner)
            return (graph == model.mainGraph ? QStringLiteral("main") : QString::fromStdString(model.graph(graph).name)) + name;
        const std::vector<ValueId>& outputs = model.node(owner).outputs();
        name.prepend(u'/' + (outputs.empty() ? QString() : QString::fromStdString(model.value(outputs.front()).name)) + u'/' +
                     QString::fromStdString(model.graph(graph).role));
        graph = model.node(owner).graph;
    }
    return {};
}

// Nodes are known by their first output, since their own names may be missing.
ValueId valueOf(const Model& model, const std::variant<NodeId, ValueId>& what)
{
    if (const auto* value = std::get_if<ValueId>(&what))
        return *value;
    const std::vector<ValueId>& outputs = model.node(std::get<NodeId>(what)).outputs();
    return outputs.empty() ? ValueId() : outputs.front();
}

}  // namespace

const Displacements& NodePlaces::of(GraphId graph) const
{
    static const Displacements none;
    const auto found = m_graphs.find(graph);
    return found == m_graphs.end() ? none : found->second;
}

void NodePlaces::move(GraphId graph, const Displacements& further)
{
    Displacements& moved = m_graphs[graph];
    for (const auto& [what, way] : further) {
        QPointF& sum = moved[what];
        sum += way;
        if (sum.isNull())
            moved.erase(what);
    }
}

void NodePlaces::forget(GraphId graph)
{
    m_graphs.erase(graph);
}

NodePlaces NodePlaces::read(const QString& file, const Model& model)
{
    NodePlaces places;
    QFile store(storeFor(file));
    constexpr qint64 largest = 16 << 20;
    if (!store.open(QIODevice::ReadOnly) || store.size() > largest)
        return places;
    const QJsonObject graphs = QJsonDocument::fromJson(store.readAll()).object().value(QLatin1String("graphs")).toObject();
    if (graphs.isEmpty())
        return places;
    std::unordered_map<GraphId, QJsonObject> wanted;
    for (std::size_t g = 0; g < model.graphCount(); ++g)
        if (const QJsonObject entry = graphs.value(nameOf(model, GraphId(g))).toObject(); !entry.isEmpty())
            wanted.emplace(GraphId(g), entry);
    for (std::size_t v = 0; v < model.valueCount() && !wanted.empty(); ++v) {
        const Value& value = model.value(ValueId(v));
        const auto graph = value.isAlive() ? wanted.find(value.graph) : wanted.end();
        if (graph == wanted.end())
            continue;
        const QString key = QString::fromStdString(value.name);
        // An output of the graph has a box of its own, beside that of the node that makes it.
        for (const bool isNode : {true, false}) {
            const QJsonArray way = graph->second.value(isNode ? key : QStringLiteral("=") + key).toArray();
            const double x = way.at(0).toDouble(), y = way.at(1).toDouble();
            if (way.size() != 2 || !(std::abs(x) <= farthest) || !(std::abs(y) <= farthest))
                continue;
            if (!isNode)
                places.m_graphs[value.graph][ValueId(v)] = {x, y};
            else if (value.producer() && value.producerOutput() == 0)
                places.m_graphs[value.graph][value.producer()] = {x, y};
        }
    }
    return places;
}

void NodePlaces::write(const QString& file, const Model& model) const
{
    QJsonObject graphs;
    for (const auto& [graph, moved] : m_graphs) {
        QJsonObject entry;
        for (const auto& [what, way] : moved) {
            const ValueId value = valueOf(model, what);
            if (!value || !model.value(value).isAlive() || model.value(value).name.empty())
                continue;
            const QString key = QString::fromStdString(model.value(value).name);
            entry[std::holds_alternative<NodeId>(what) ? key : QStringLiteral("=") + key] = QJsonArray{way.x(), way.y()};
        }
        if (!entry.isEmpty())
            graphs[nameOf(model, graph)] = entry;
    }
    const QString path = storeFor(file);
    if (graphs.isEmpty()) {
        QFile::remove(path);
        return;
    }
    QDir().mkpath(path.left(path.lastIndexOf(u'/')));
    // Lost places are no reason to trouble anyone.
    QSaveFile store(path);
    if (store.open(QIODevice::WriteOnly)) {
        store.write(QJsonDocument(QJsonObject{{QStringLiteral("file"), file}, {QStringLiteral("graphs"), graphs}}).toJson(QJsonDocument::Compact));
        store.commit();
    }
}

}  // namespace tenscope
