#include "tests/bench/samples.h"

#include <QFile>

#include <algorithm>
#include <cmath>

namespace tenscope {

namespace {

// A line of Linux's account of a process, which counts in KiB.
double statusMegabytes(const QByteArray& key)
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray& line : status.readAll().split('\n'))
        if (line.startsWith(key))
            return line.mid(key.size()).simplified().split(' ').first().toDouble() * 1024 / 1e6;
    return 0;
}

}  // namespace

double median(std::vector<double> values)
{
    if (values.empty())
        return 0;
    const auto middle = values.begin() + std::ptrdiff_t(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

double rounded(double value, int decimals)
{
    const double unit = std::pow(10.0, decimals);
    return std::round(value * unit) / unit;
}

QJsonObject quantiles(std::vector<double> values)
{
    if (values.empty())
        return {};
    std::sort(values.begin(), values.end());
    const auto at = [&](double share) { return rounded(values[std::size_t(std::ceil(share * double(values.size()))) - 1]); };
    return {{"p50", at(0.5)}, {"p99", at(0.99)}, {"max", rounded(values.back())}};
}

double residentMegabytes()
{
    return statusMegabytes("VmRSS:");
}

double peakMegabytes()
{
    return statusMegabytes("VmHWM:");
}

}  // namespace tenscope
