#include "ui/panels/paletteentry.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>
#include <set>
#include <tuple>

#include "core/edit/schema.h"
#include "core/formats/onnx/operatorcatalog.h"

namespace tenscope {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(Palette)
};

QString text(std::string_view view)
{
    return QString::fromUtf8(view.data(), qsizetype(view.size()));
}

QString mark(OperatorParameter::Kind kind)
{
    switch (kind) {
    case OperatorParameter::Kind::Optional:
        return QStringLiteral("?");
    case OperatorParameter::Kind::Variadic:
        return QStringLiteral("\u2026");
    case OperatorParameter::Kind::Single:
        break;
    }
    return {};
}

PaletteEntry entryOf(const OperatorInfo& info)
{
    PaletteEntry entry;
    entry.op = {std::string(info.domain), std::string(info.name)};
    entry.family = family(Operator{entry.op.domain, entry.op.name, {}, {}, {}});
    entry.info = &info;
    entry.name = text(info.name);
    QStringList inputs;
    for (const OperatorParameter& input : info.inputs)
        inputs << text(input.name) + mark(input.kind);
    entry.inputs = inputs.join(QStringLiteral(", "));
    return entry;
}

// Texts of schemas are indented as their source code was; Markdown would take that for code.
QString unindented(std::string_view markdown)
{
    QStringList lines = text(markdown).split(u'\n');
    bool isCode = false;
    for (QString& line : lines) {
        if (line.trimmed().startsWith(QLatin1String("```")))
            isCode = !isCode;
        if (!isCode)
            line = line.trimmed();
    }
    return lines.join(u'\n').trimmed();
}

// In a list, a blank line or another list would end it.
QString inOneLine(std::string_view markdown)
{
    return text(markdown).simplified();
}

QString parameters(const QString& heading, const std::vector<OperatorParameter>& parameters)
{
    if (parameters.empty())
        return {};
    QString result = QStringLiteral("\n\n**%1**\n\n").arg(heading);
    for (const OperatorParameter& parameter : parameters)
        result += QStringLiteral("- **%1**%2 (%3) %4\n").arg(text(parameter.name), mark(parameter.kind), text(parameter.type), inOneLine(parameter.doc));
    return result;
}

QString attributes(const OperatorInfo& info)
{
    if (info.attributes.empty())
        return {};
    QString result = QStringLiteral("\n\n**%1**\n\n").arg(Text::tr("Attributes"));
    for (const OperatorAttribute& attribute : info.attributes) {
        QString kind = text(attribute.type);
        if (attribute.isRequired)
            kind += Text::tr(", required");
        else if (!attribute.fallback.empty())
            kind += Text::tr(", default %1").arg(text(attribute.fallback));
        result += QStringLiteral("- **%1** (%2) %3\n").arg(text(attribute.name), kind, inOneLine(attribute.doc));
    }
    return result;
}

QString types(const OperatorInfo& info)
{
    QString result;
    for (const OperatorTypeConstraint& constraint : info.typeConstraints) {
        QStringList names;
        for (const std::string_view type : constraint.types) {
            QString name = text(type);
            if (name.startsWith(QLatin1String("tensor(")) && name.endsWith(u')'))
                name = name.mid(7, name.size() - 8);
            names << name;
        }
        result += QStringLiteral("- **%1** %2\n").arg(text(constraint.name), names.join(QStringLiteral(", ")));
    }
    return result.isEmpty() ? result : QStringLiteral("\n\n**%1**\n\n").arg(Text::tr("Types")) + result;
}

}  // namespace

std::vector<PaletteEntry> paletteEntries(const Model& model)
{
    std::vector<PaletteEntry> entries;
    if (model.format != Format::Onnx)
        return entries;
    for (const Function& function : model.functions) {
        PaletteEntry entry;
        entry.op = {function.domain, function.name};
        entry.name = QString::fromStdString(function.name);
        QStringList inputs;
        for (const ValueId input : model.graph(function.graph).inputs)
            inputs << QString::fromStdString(model.value(input).name);
        entry.inputs = inputs.join(QStringLiteral(", "));
        entries.push_back(std::move(entry));
    }
    const OperatorCatalog& catalog = OperatorCatalog::builtIn();
    std::set<std::string> domains = {"", "ai.onnx.ml"};
    for (const auto& [domain, version] : model.opsets)
        domains.insert(domain == "ai.onnx" ? std::string() : domain);
    for (const std::string& domain : domains) {
        auto opset = model.opsets.find(domain);
        if (opset == model.opsets.end() && domain.empty())
            opset = model.opsets.find("ai.onnx");
        for (const OperatorInfo* info : catalog.operators(domain, opset == model.opsets.end() ? 0 : opset->second))
            entries.push_back(entryOf(*info));
    }
    std::stable_sort(entries.begin(), entries.end(), [](const PaletteEntry& a, const PaletteEntry& b) {
        return std::tuple(a.info != nullptr, a.family, a.op.domain, a.op.name) < std::tuple(b.info != nullptr, b.family, b.op.domain, b.op.name);
    });
    return entries;
}

QString documentation(const Model& model, const PaletteEntry& entry)
{
    if (!entry.info) {
        const Function* function = model.function(Operator{entry.op.domain, entry.op.name, {}, {}, {}});
        const QString doc = function ? QString::fromStdString(model.graph(function->graph).docString) : QString();
        return QStringLiteral("### %1\n\n%2\n\n%3").arg(entry.name, Text::tr("A function of this model, of %1.").arg(entry.inputs), doc);
    }
    const OperatorInfo& info = *entry.info;
    const QString domain = info.domain.empty() ? QStringLiteral("ai.onnx") : text(info.domain);
    return QStringLiteral("### %1\n\n*%2*\n\n").arg(entry.name, Text::tr("%1, since version %2").arg(domain).arg(info.sinceVersion)) +
           unindented(info.doc) + parameters(Text::tr("Inputs"), info.inputs) + attributes(info) +
           parameters(Text::tr("Outputs"), info.outputs) + types(info);
}

QString title(OperatorFamily family)
{
    switch (family) {
    case OperatorFamily::Product:
        return Text::tr("Convolutions and Products");
    case OperatorFamily::Activation:
        return Text::tr("Activations");
    case OperatorFamily::Normalization:
        return Text::tr("Normalization");
    case OperatorFamily::Reduction:
        return Text::tr("Pooling and Reduction");
    case OperatorFamily::ElementWise:
        return Text::tr("Element-Wise");
    case OperatorFamily::Shape:
        return Text::tr("Shape and View");
    case OperatorFamily::Attention:
        return Text::tr("Recurrent and Spectral");
    case OperatorFamily::Quantization:
        return Text::tr("Quantization");
    case OperatorFamily::ControlFlow:
        return Text::tr("Control Flow");
    case OperatorFamily::Data:
        return Text::tr("Data and Constants");
    case OperatorFamily::Unknown:
        break;
    }
    return Text::tr("Others");
}

}  // namespace tenscope
