#pragma once

#include <QJsonObject>
#include <chrono>
#include <vector>

namespace tenscope {

// Milliseconds since it was made.
class Stopwatch {
public:
    double elapsed() const { return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - m_begin).count(); }

private:
    std::chrono::steady_clock::time_point m_begin = std::chrono::steady_clock::now();
};

double median(std::vector<double> values);  // 0 where there are none
double rounded(double value, int decimals = 2);

// {p50, p99, max}
QJsonObject quantiles(std::vector<double> values);

// What this process holds in memory now, and what it held at most, in MB (10⁶ bytes).
double residentMegabytes();
double peakMegabytes();

}  // namespace tenscope
