#include "ui/mainwindow/documentstatus.h"

#include <QCoreApplication>
#include <QLocale>

#include "core/analysis/modelsummary.h"
#include "core/formats/formats.h"
#include "core/graph/literal.h"
#include "core/graph/model.h"
#include "core/graph/text.h"

namespace tenscope {

namespace {

QString tr(const char* text, const char* comment = nullptr, int n = -1)
{
    return QCoreApplication::translate("DocumentStatus", text, comment, n);
}

}  // namespace

QString formatLine(const Model& model)
{
    const std::string_view title = formatInfo(model.format).title;
    QStringList parts{QString::fromUtf8(title.data(), qsizetype(title.size()))};
    if (const auto opset = model.opsets.find(""); opset != model.opsets.end())
        parts << tr("opset %1").arg(opset->second);
    if (model.format == Format::Onnx)
        parts << tr("IR %1").arg(model.irVersion);
    return parts.join(" · ");
}

QString countLine(const Model& model)
{
    const ModelSummary summary = summarize(model);
    std::size_t nodes = 0;
    for (std::size_t g = 0; g < model.graphCount(); ++g)
        nodes += operatorCount(model, GraphId(g));
    const QString bytes = QString::fromStdString(byteCount(summary.parameterBytes));
    return QStringList{tr("%1 nodes").arg(QLocale().toString(qulonglong(nodes))),
                       tr("%1 parameters").arg(QString::fromStdString(siCount(summary.parameters))), bytes}
        .join(" · ");
}

QString selectionLine(const Selection& selection)
{
    return selection.nodes.empty() ? QString() : tr("%n selected", nullptr, int(selection.nodes.size()));
}

}  // namespace tenscope
