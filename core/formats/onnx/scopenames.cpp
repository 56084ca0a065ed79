#include "core/formats/onnx/scopenames.h"

#include <algorithm>

namespace tenscope {

namespace {

// Deeper than any module tree; hostile names are all slashes.
constexpr std::size_t maximalDepth = 64;

// What `segment` adds to `path`: "layer1.0" in layer1 is "0", and so is "features.0" in model › features.
std::string_view withoutRepetition(std::string_view segment, const std::vector<std::string_view>& path)
{
    for (std::size_t first = 0; first < path.size(); ++first) {
        std::string_view rest = segment;
        std::size_t matched = first;
        while (matched < path.size() && rest.starts_with(path[matched]) &&
               rest.substr(path[matched].size()).starts_with('.')) {
            rest.remove_prefix(path[matched].size() + 1);
            ++matched;
        }
        if (matched == path.size() && !rest.empty())
            return rest;
    }
    return segment;
}

}  // namespace

void ScopeNames::descend(std::string_view segment, bool isDotted)
{
    if (isDotted)
        segment = withoutRepetition(segment, m_path);
    while (!segment.empty() && m_path.size() < maximalDepth) {
        const std::size_t end = isDotted ? segment.find('.') : std::string_view::npos;
        const std::string_view part = segment.substr(0, end);
        if (!part.empty())
            m_path.push_back(part);
        segment = end == std::string_view::npos ? std::string_view() : segment.substr(end + 1);
    }
}

ScopeId ScopeNames::fromNodeName(std::string_view name)
{
    const std::size_t end = name.find_last_of('/');
    if (end == std::string_view::npos || end == 0)
        return {};
    const std::string_view prefix = name.substr(0, end);
    const auto [known, isNew] = m_known.try_emplace(prefix);
    if (!isNew)
        return known->second;

    m_path.clear();
    const bool isDotted = prefix.front() == '/';
    for (std::size_t begin = 0; begin <= prefix.size() && m_path.size() < maximalDepth;) {
        const std::size_t slash = std::min(prefix.find('/', begin), prefix.size());
        descend(prefix.substr(begin, slash - begin), isDotted);
        begin = slash + 1;
    }
    ScopeId scope;
    for (const std::string_view part : m_path)
        scope = m_model.addScope(scope, part);
    return known->second = scope;
}

ScopeId ScopeNames::fromNamespace(const std::string& text, std::string_view node)
{
    m_path.clear();
    ScopeId scope;
    for (std::size_t begin = 0; begin <= text.size() && m_path.size() < maximalDepth;) {
        const std::size_t slash = std::min(text.find('/', begin), text.size());
        const std::string_view segment = std::string_view(text).substr(begin, slash - begin);
        const std::size_t colon = segment.find(": ");
        const std::string_view name = segment.substr(0, colon);
        // With classes, the last segment is always the node itself: "conv2d: aten.conv2d.default".
        if (slash == text.size() && (colon != std::string_view::npos || name == node))
            break;
        const std::size_t depth = m_path.size();
        descend(name, true);
        for (std::size_t i = depth; i < m_path.size(); ++i)
            scope = m_model.addScope(scope, m_path[i]);
        if (m_path.size() > depth && colon != std::string_view::npos && m_model.scope(scope).className.empty()) {
            const std::string_view type = segment.substr(colon + 2);
            m_model.scope(scope).className = type.substr(type.find_last_of('.') + 1);
        }
        begin = slash + 1;
    }
    return scope;
}

}  // namespace tenscope
