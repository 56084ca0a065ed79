#include "ui/panels/propertylines.h"

#include <QCoreApplication>
#include <algorithm>
#include <set>

#include "core/graph/literal.h"
#include "core/graph/text.h"
#include "ui/panels/paneltext.h"

namespace tenscope::propertylines {

namespace {

constexpr std::size_t longestList = 2000;     // lines below one heading: nobody scrolls further

// The nodes that read a value once plumbing between them is looked through.
void addConsumers(const Model& model, ValueId value, std::set<NodeId>& seen, std::vector<NodeId>& result, int depth)
{
    for (const Use& use : model.value(value).uses()) {
        if (result.size() > longestList || !seen.insert(use.node).second)
            continue;
        if (!isPlumbing(model, use.node)) {
            result.push_back(use.node);
            continue;
        }
        for (const ValueId output : model.node(use.node).outputs())
            if (depth < deepestPlumbing)
                addConsumers(model, output, seen, result, depth + 1);
    }
}

std::vector<NodeId> consumersOf(const Model& model, ValueId value)
{
    std::set<NodeId> seen;
    std::vector<NodeId> result;
    addConsumers(model, value, seen, result, 0);
    std::sort(result.begin(), result.end());
    return result;
}

}  // namespace

QString tr(const char* source, int n)
{
    return QCoreApplication::translate("tenscope::PropertiesPanel", source, nullptr, n);
}

Property section(const QString& title, std::vector<Property> lines)
{
    Property property;
    property.key = title;
    property.style = Property::Style::Section;
    property.children = std::move(lines);
    return property;
}

Property line(const QString& key, const QString& value, PropertyTarget target)
{
    Property property;
    property.key = key;
    property.value = value;
    property.target = target;
    return property;
}

Property note(const QString& sentence)
{
    Property property;
    property.key = sentence;
    property.style = Property::Style::Note;
    return property;
}

Property editable(const Model& model, Property line, PropertyField field)
{
    line.choices = fieldChoices(model, field);
    line.hint = fieldHint(model, field);
    line.field = std::move(field);
    return line;
}

// Adds the line unless there are too many already; the last one says how many are left out.
bool append(std::vector<Property>& lines, Property property, std::size_t total)
{
    if (lines.size() >= longestList) {
        lines.push_back(note(tr("%n more are not listed.", int(total - lines.size()))));
        return false;
    }
    lines.push_back(std::move(property));
    return true;
}

void addSection(PropertySheet& sheet, const QString& title, std::vector<Property> lines)
{
    if (!lines.empty())
        sheet.sections.push_back(section(title, std::move(lines)));
}

QString nodeTitle(const Model& model, NodeId node)
{
    const QString op = text(qualifiedName(model, node));
    const QString name = text(displayName(model, node));
    return name == op ? op : op + QStringLiteral(" · ") + name;
}

QString typeOf(const Model& model, ValueId value)
{
    const Value& v = model.value(value);
    if (v.type.kind == Type::Kind::Unknown && v.tensor)
        return text(toString(model.tensor(v.tensor).type()));
    // The shape first: it is what people look for.
    if (v.type.isTensor() && v.type.shape)
        return text(toString(*v.type.shape)) + ' ' + text(name(v.type.element));
    if (v.type.isTensor())
        return v.type.element == ElementType::Undefined ? tr("tensor of unknown shape")
                                                        : text(name(v.type.element)) + tr(", shape unknown");
    return text(toString(v.type));
}

QString tensorType(const Tensor& tensor)
{
    return shapeText(tensor.shape) + ' ' + text(name(tensor.element));
}

QString storageOf(const Model& model, const Tensor& tensor)
{
    if (const auto* missing = std::get_if<MissingData>(&tensor.data))
        return text(missing->why);
    QString result = QStringLiteral("%1 · %2").arg(tensorType(tensor), text(byteCount(tensor.storedBytes())));
    if (const auto* slice = std::get_if<FileSlice>(&tensor.data))
        result += tr(" at byte %1").arg(grouped(slice->offset));
    if (const auto* sparse = std::get_if<SparseData>(&tensor.data))
        result += tr(", sparse: %1 values").arg(grouped(model.tensor(sparse->values).elements().value_or(0)));
    return result;
}

QString nameOf(const Model& model, ValueId value)
{
    return text(model.value(value).name);
}

void addConsumerLines(const Model& model, ValueId value, Property& property)
{
    const std::vector<NodeId> consumers = consumersOf(model, value);
    for (const NodeId consumer : consumers)
        if (!append(property.children, line(tr("→ to"), nodeTitle(model, consumer), consumer), model.value(value).uses().size()))
            break;
    const Graph& graph = model.graph(model.value(value).graph);
    if (std::find(graph.outputs.begin(), graph.outputs.end(), value) != graph.outputs.end())
        property.children.push_back(line(tr("→ to"), graph.owner ? tr("output of this body") : tr("output of the model")));
    property.isExpanded = property.children.size() <= 8;
}

}  // namespace tenscope::propertylines
