#include "tests/bench/guiwatch.h"

#include <algorithm>

namespace tenscope {

void GuiWatch::timerEvent(QTimerEvent*)
{
    const double now = m_since.elapsed();
    m_longest = std::max(m_longest, now - m_last);
    m_last = now;
}

}  // namespace tenscope
