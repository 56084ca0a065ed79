#include "ui/panels/paneltext.h"

#include <cmath>

#include "core/graph/text.h"

namespace tenscope {

namespace {

constexpr QChar trueMinus(0x2212);
constexpr QChar thinSpace(0x202f);

}  // namespace

QString text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), qsizetype(utf8.size()));
}

QString number(double value, int digits)
{
    if (std::isnan(value))
        return QStringLiteral("NaN");
    if (std::isinf(value))
        return value < 0 ? QString(trueMinus) + QChar(0x221e) : QString(QChar(0x221e));
    if (value == 0)
        return QStringLiteral("0");
    // Whole numbers that people count with are written out; anything else by its leading digits.
    QString result = value == std::trunc(value) && std::abs(value) < 1e7 ? QString::number(value, 'f', 0)
                                                                        : QString::number(value, 'g', digits);
    return result.replace('-', trueMinus);
}

QString exactNumber(double value)
{
    return text(shortest(value));
}

QString grouped(std::uint64_t value)
{
    QString digits = QString::number(value);
    for (qsizetype at = digits.size() - 3; at > 0; at -= 3)
        digits.insert(at, thinSpace);
    return digits;
}

QString duration(double milliseconds)
{
    double value = milliseconds;
    QString unit = QStringLiteral("ms");
    if (value >= 999.5) {
        value /= 1000;
        unit = QStringLiteral("s");
    } else if (value < 0.0995 && value > 0) {
        value *= 1000;
        unit = QStringLiteral("µs");
    }
    const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    return QString::number(value, 'f', decimals) + thinSpace + unit;
}

QString percent(double fraction)
{
    const double value = fraction * 100;
    if (value > 0 && value < 0.1)
        return QStringLiteral("<0.1%");
    return QString::number(value, 'f', value < 9.95 && value > 0 ? 1 : 0) + '%';
}

QString shapeText(const std::vector<std::int64_t>& shape)
{
    if (shape.empty())
        return QStringLiteral("scalar");
    QString result;
    for (const std::int64_t size : shape) {
        if (!result.isEmpty())
            result += QChar(0xd7);
        result += QString::number(size);
    }
    return result;
}

QString typeText(ElementType element, const std::vector<std::int64_t>& shape)
{
    return text(name(element)) + ' ' + shapeText(shape);
}

}  // namespace tenscope
