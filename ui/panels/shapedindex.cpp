#include "ui/panels/shapedindex.h"

#include <QRegularExpression>
#include <QStringList>

namespace tenscope {

std::vector<std::int64_t> shapedIndex(const std::vector<std::int64_t>& shape, std::uint64_t linear)
{
    std::vector<std::int64_t> index(shape.size());
    for (std::size_t d = shape.size(); d-- > 0;) {
        const auto size = std::uint64_t(shape[d] > 0 ? shape[d] : 1);
        index[d] = std::int64_t(linear % size);
        linear /= size;
    }
    return index;
}

std::uint64_t linearIndex(const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& index)
{
    std::uint64_t linear = 0;
    for (std::size_t d = 0; d < shape.size(); ++d)
        linear = linear * std::uint64_t(shape[d]) + std::uint64_t(index[d]);
    return linear;
}

QString indexText(const std::vector<std::int64_t>& index)
{
    QStringList parts;
    for (const std::int64_t i : index)
        parts += QString::number(i);
    return '[' + parts.join(QStringLiteral(", ")) + ']';
}

std::optional<std::uint64_t> parseIndex(const QString& text, const std::vector<std::int64_t>& shape)
{
    static const QRegularExpression separators(QStringLiteral("[\\s,;\\[\\]()×x]+"));
    const QStringList parts = text.split(separators, Qt::SkipEmptyParts);
    std::vector<std::int64_t> index;
    for (const QString& part : parts) {
        bool isNumber = false;
        index.push_back(part.toLongLong(&isNumber));
        if (!isNumber || index.back() < 0)
            return std::nullopt;
    }
    std::uint64_t elements = 1;
    for (const std::int64_t size : shape)
        elements *= std::uint64_t(size);
    if (index.size() == 1 && std::uint64_t(index[0]) < elements)
        return std::uint64_t(index[0]);
    if (index.empty() || index.size() != shape.size())
        return std::nullopt;
    for (std::size_t d = 0; d < shape.size(); ++d)
        if (index[d] >= shape[d])
            return std::nullopt;
    return linearIndex(shape, index);
}

}  // namespace tenscope
