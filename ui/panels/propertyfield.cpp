#include "ui/panels/propertyfield.h"

#include <QCoreApplication>
#include <algorithm>

#include "core/base/result.h"
#include "core/edit/apply.h"
#include "core/edit/typedtext.h"
#include "core/formats/onnx/allowedvalues.h"
#include "core/graph/text.h"
#include "ui/panels/paneltext.h"
#include "ui/panels/propertylines.h"

namespace tenscope {

namespace {

using propertylines::tr;

template <class... Cases>
struct Overload : Cases... {
    using Cases::operator()...;
};

Edit nothing()
{
    return Macro();
}

Edit asOne(std::vector<Edit> edits)
{
    if (edits.size() == 1)
        return std::move(edits.front());
    return Macro{std::move(edits), {}};
}

Result<std::int64_t> wholeNumber(const QString& typed)
{
    auto value = parseAttribute(std::int64_t(), typed.toStdString());
    if (!value)
        return fail(value.error());
    return std::get<std::int64_t>(*value);
}

Result<Edit> setAttribute(const Model& model, const AttributeField& field, const QString& typed)
{
    std::vector<Edit> edits;
    for (const NodeId node : field.nodes) {
        const Attribute* present = model.node(node).attribute(field.name);
        auto value = parseAttribute(present && present->value.index() != 0 ? present->value : field.kind, typed.toStdString());
        if (!value)
            return fail(Error::usage(field.name + ": " + value.error().message));
        if (present && present->value == *value)
            continue;
        NewAttribute attribute;
        attribute.attribute.name = field.name;
        attribute.attribute.value = std::move(*value);
        attribute.attribute.isFloat32 = present ? present->isFloat32 : field.isFloat32;
        edits.push_back(SetAttribute{node, std::move(attribute), {}});
    }
    return asOne(std::move(edits));
}

// A tensor with that element type or shape, whatever the value was before.
Result<Edit> setElement(const Model& model, ValueId value, const QString& typed)
{
    const auto element = elementTypeFromName(typed.trimmed().toStdString());
    if (!element)
        return fail(Error::usage(tr("“%1” is no element type; float32 is one.").arg(typed).toStdString()));
    Type type = model.value(value).type;
    if (!type.isTensor())
        type = Type::tensor(*element);
    type.element = *element;
    return type == model.value(value).type ? nothing() : Edit(SetValueType{value, std::move(type)});
}

Result<Edit> setShape(const Model& model, ValueId value, const QString& typed)
{
    auto shape = parseShape(typed.toStdString());
    if (!shape)
        return fail(shape.error());
    Type type = model.value(value).type;
    if (!type.isTensor())
        type = Type::tensor(ElementType::Float32);
    type.shape = std::move(*shape);
    return type == model.value(value).type ? nothing() : Edit(SetValueType{value, std::move(type)});
}

Edit setMetadata(const Model& model, const MetadataField& field, const std::optional<std::string>& text)
{
    MetadataEntries entries = metadataAt(model, field.place);
    const MetadataEntries before = entries;
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.first == field.key; });
    if (!text && found != entries.end())
        entries.erase(found);
    else if (text && found != entries.end())
        found->second = *text;
    else if (text)
        entries.emplace_back(field.key, *text);
    return entries == before ? nothing() : Edit(SetMetadata{field.place, std::move(entries)});
}

Result<Edit> setModelInfo(const Model& model, ModelInfoField field, const QString& typed)
{
    SetModelInfo info{model.irVersion, model.domain, model.modelVersion};
    if (field.which == ModelInfoField::Domain) {
        info.domain = typed.toStdString();
    } else {
        const auto number = wholeNumber(typed);
        if (!number)
            return fail(number.error());
        (field.which == ModelInfoField::IrVersion ? info.irVersion : info.modelVersion) = *number;
    }
    return Edit(info);
}

// "axes of N×64×56×56: 0 to 3, or -4 to -1 from the last", for attributes that name axes.
QString axesHint(const Model& model, const AttributeField& field)
{
    if ((field.name != "axis" && field.name != "axes" && field.name != "perm") || field.nodes.size() != 1)
        return {};
    const std::vector<Input>& inputs = model.node(field.nodes.front()).inputs();
    if (inputs.empty() || !inputs.front().value)
        return {};
    const Type& type = model.value(inputs.front().value).type;
    if (!type.isTensor() || !type.shape || type.shape->empty())
        return {};
    const int rank = int(type.shape->size());
    return tr("Axes of %1: 0 to %2, or %3 to -1 counted from the last.").arg(text(toString(*type.shape))).arg(rank - 1).arg(-rank);
}

}  // namespace

Result<Edit> fieldEdit(const Model& model, const PropertyField& field, const QString& typed)
{
    const std::string plain = typed.toStdString();
    return std::visit(
        Overload{
            [](std::monostate) -> Result<Edit> { return fail(Error::usage(tr("This cannot be edited.").toStdString())); },
            [&](const NodeNameField& f) -> Result<Edit> {
                return model.node(f.node).name == plain ? nothing() : Edit(RenameNode{f.node, plain});
            },
            [&](const AttributeField& f) -> Result<Edit> { return setAttribute(model, f, typed); },
            [&](const ValueNameField& f) -> Result<Edit> {
                return model.value(f.value).name == plain ? nothing() : Edit(RenameValue{f.value, plain});
            },
            [&](const ValueElementField& f) -> Result<Edit> { return setElement(model, f.value, typed); },
            [&](const ValueShapeField& f) -> Result<Edit> { return setShape(model, f.value, typed); },
            [&](const TensorNameField& f) -> Result<Edit> {
                return model.tensor(f.tensor).name == plain ? nothing() : Edit(RenameTensor{f.tensor, plain});
            },
            [&](const DocStringField& f) -> Result<Edit> { return Edit(SetDocString{f.place, plain}); },
            [&](const MetadataField& f) -> Result<Edit> { return setMetadata(model, f, plain); },
            [&](const OpsetField& f) -> Result<Edit> {
                const auto version = wholeNumber(typed);
                if (!version)
                    return fail(version.error());
                const auto present = model.opsets.find(f.domain);
                return present != model.opsets.end() && present->second == *version ? nothing()
                                                                                     : Edit(SetOpset{f.domain, *version, {}});
            },
            [&](const ModelInfoField& f) -> Result<Edit> { return setModelInfo(model, f, typed); },
        },
        field);
}

bool isRemovable(const PropertyField& field)
{
    return std::holds_alternative<AttributeField>(field) || std::holds_alternative<MetadataField>(field) ||
           std::holds_alternative<OpsetField>(field);
}

Result<Edit> fieldRemoval(const Model& model, const PropertyField& field)
{
    if (const auto* attribute = std::get_if<AttributeField>(&field)) {
        std::vector<Edit> edits;
        for (const NodeId node : attribute->nodes)
            if (model.node(node).attribute(attribute->name))
                edits.push_back(RemoveAttribute{node, attribute->name});
        return asOne(std::move(edits));
    }
    if (const auto* metadata = std::get_if<MetadataField>(&field))
        return setMetadata(model, *metadata, std::nullopt);
    if (const auto* opset = std::get_if<OpsetField>(&field))
        return Edit(SetOpset{opset->domain, std::nullopt, {}});
    return fail(Error::usage(tr("This cannot be removed.").toStdString()));
}

QString fieldTitle(const Model& model, const PropertyField& field)
{
    const auto named = [&](NodeId node) { return text(displayName(model, node)); };
    return std::visit(
        Overload{
            [](std::monostate) { return QString(); },
            [&](const NodeNameField& f) { return tr("Rename %1").arg(named(f.node)); },
            [&](const AttributeField& f) {
                return f.nodes.size() == 1 ? tr("Set %1 of %2", -1).arg(text(f.name), named(f.nodes.front()))
                                           : tr("Set %1 of %n nodes", int(f.nodes.size())).arg(text(f.name));
            },
            [&](const ValueNameField& f) { return tr("Rename %1").arg(text(model.value(f.value).name)); },
            [&](const ValueElementField& f) { return tr("Set type of %1").arg(text(model.value(f.value).name)); },
            [&](const ValueShapeField& f) { return tr("Set shape of %1").arg(text(model.value(f.value).name)); },
            [&](const TensorNameField& f) { return tr("Rename tensor %1").arg(text(model.tensor(f.tensor).name)); },
            [](const DocStringField&) { return tr("Set description"); },
            [](const MetadataField& f) { return tr("Set metadata %1").arg(text(f.key)); },
            [](const OpsetField& f) { return tr("Set opset of %1").arg(f.domain.empty() ? QStringLiteral("ai.onnx") : text(f.domain)); },
            [](ModelInfoField) { return tr("Set facts about the model"); },
        },
        field);
}

QStringList fieldChoices(const Model& model, const PropertyField& field)
{
    if (std::holds_alternative<ValueElementField>(field)) {
        QStringList names;
        for (int element = 1; element < elementTypeCount; ++element)
            if (model.format != Format::Onnx || onnxDataType(ElementType(element)) != 0)
                names << text(name(ElementType(element)));
        return names;
    }
    const auto* attribute = std::get_if<AttributeField>(&field);
    if (!attribute || attribute->nodes.empty())
        return {};
    const Attribute* present = model.node(attribute->nodes.front()).attribute(attribute->name);
    const AttributeValue& kind = present ? present->value : attribute->kind;
    if (std::holds_alternative<bool>(kind))
        return {QStringLiteral("True"), QStringLiteral("False")};
    if (model.format != Format::Onnx)
        return {};
    if (std::holds_alternative<std::int64_t>(kind) && (attribute->name == "to" || attribute->name == "dtype"))
        return fieldChoices(model, ValueElementField{});
    if (!std::holds_alternative<std::string>(kind))
        return {};
    QStringList choices;
    for (const std::string_view choice : allowedValues(model.op(attribute->nodes.front()).name, attribute->name))
        choices << text(choice);
    return choices;
}

QString fieldHint(const Model& model, const PropertyField& field)
{
    if (std::holds_alternative<ValueShapeField>(field))
        return tr("Numbers, names and ? between commas: N, 3, 224, 224. Rank 0 is “scalar”.");
    const auto* attribute = std::get_if<AttributeField>(&field);
    if (!attribute)
        return {};
    if (const QString axes = axesHint(model, *attribute); !axes.isEmpty())
        return axes;
    const NodeId* node = attribute->nodes.empty() ? nullptr : &attribute->nodes.front();
    const Attribute* present = node ? model.node(*node).attribute(attribute->name) : nullptr;
    const AttributeValue& kind = present ? present->value : attribute->kind;
    if (std::holds_alternative<std::int64_t>(kind))
        return tr("A whole number");
    if (std::holds_alternative<double>(kind))
        return tr("A number");
    if (std::holds_alternative<std::vector<std::int64_t>>(kind))
        return tr("Whole numbers between commas");
    if (std::holds_alternative<std::vector<double>>(kind))
        return tr("Numbers between commas");
    if (std::holds_alternative<std::vector<std::string>>(kind))
        return tr("Texts between commas");
    return {};
}

}  // namespace tenscope
