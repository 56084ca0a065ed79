#include "core/base/progress.h"

#include <chrono>

namespace tenscope {

void Progress::report(double fraction, const std::string& what)
{
    if (!m_listener)
        return;
    using namespace std::chrono;
    const long long now = duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
    // The last report always arrives, so that no bar stands still at 97%.
    if (fraction < 1 && now - m_lastReport < 30)
        return;
    m_lastReport = now;
    m_listener(fraction, what);
}

}  // namespace tenscope
