#include "ui/document/operatormimedata.h"

namespace tenscope {

QMimeData* operatorMimeData(const OperatorName& op)
{
    auto* data = new QMimeData;
    data->setData(QLatin1String(operatorMimeType), QByteArray::fromStdString(op.domain + '\n' + op.name));
    data->setText(QString::fromStdString(op.domain.empty() ? op.name : op.domain + "::" + op.name));
    return data;
}

std::optional<OperatorName> operatorFrom(const QMimeData* data)
{
    constexpr qsizetype longest = 1000;
    if (!data || !data->hasFormat(QLatin1String(operatorMimeType)))
        return std::nullopt;
    const QByteArray bytes = data->data(QLatin1String(operatorMimeType));
    const qsizetype line = bytes.indexOf('\n');
    if (line < 0 || bytes.size() > longest || line + 1 == bytes.size())
        return std::nullopt;
    return OperatorName{bytes.left(line).toStdString(), bytes.mid(line + 1).toStdString()};
}

}  // namespace tenscope
