#include "core/analysis/search.h"

#include <algorithm>
#include <optional>

#include "core/graph/literal.h"
#include "core/graph/text.h"

namespace tenscope {

namespace {

enum class Where { Anywhere, Name, Operator, Tensor, Attribute };

struct Word {
    Where where = Where::Anywhere;
    std::string text;  // lower case
};

// ASCII only, which is what model files' names are made of; other bytes compare as they are.
std::string lowered(std::string_view text)
{
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z')
            c = char(c - 'A' + 'a');
    return result;
}

std::vector<Word> parse(const std::string& query)
{
    constexpr std::pair<std::string_view, Where> prefixes[] = {
        {"name:", Where::Name}, {"op:", Where::Operator}, {"tensor:", Where::Tensor}, {"attr:", Where::Attribute}};
    std::vector<Word> words;
    std::size_t begin = 0;
    while ((begin = query.find_first_not_of(" \t", begin)) != std::string::npos) {
        const std::size_t end = std::min(query.find_first_of(" \t", begin), query.size());
        Word word{Where::Anywhere, lowered(std::string_view(query).substr(begin, end - begin))};
        for (const auto& [prefix, where] : prefixes) {
            if (word.text.starts_with(prefix)) {
                word.where = where;
                word.text.erase(0, prefix.size());
                break;
            }
        }
        if (!word.text.empty())
            words.push_back(std::move(word));
        begin = end;
    }
    return words;
}

bool contains(std::string_view text, const std::string& word)
{
    const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? char(a - 'A' + 'a') : a) == b; };
    return std::search(text.begin(), text.end(), word.begin(), word.end(), same) != text.end();
}

class Matcher {
public:
    Matcher(const Model& model, NodeId id) : m_model(model), m_id(id) {}

    // What matched, for people; nothing where the word matches nowhere.
    std::optional<std::string> match(const Word& word) const
    {
        const bool anywhere = word.where == Where::Anywhere;
        const Node& node = m_model.node(m_id);
        if (anywhere || word.where == Where::Operator)
            if (const std::string name = qualifiedName(m_model, m_id); contains(name, word.text))
                return name;
        if (anywhere || word.where == Where::Name) {
            if (contains(node.name, word.text))
                return node.name;
            if (const std::string path = m_model.path(node.scope); contains(path, word.text))
                return "module " + path;
        }
        if (anywhere || word.where == Where::Tensor)
            if (auto matched = matchTensor(word.text))
                return matched;
        if (anywhere || word.where == Where::Attribute)
            for (const Argument& argument : arguments(m_model, m_id))
                if (!argument.text.empty() && contains(argument.name + '=' + argument.text, word.text))
                    return argument.name + ' ' + argument.text;
        return std::nullopt;
    }

private:
    std::optional<std::string> matchTensor(const std::string& word) const
    {
        const Node& node = m_model.node(m_id);
        for (const ValueId output : node.outputs())
            if (contains(m_model.value(output).name, word))
                return m_model.value(output).name;
        for (const Input& input : node.inputs()) {
            // A value that another node makes is found at that node.
            if (!input.value || m_model.value(input.value).producer())
                continue;
            if (const std::string& name = m_model.value(input.value).name; contains(name, word))
                return "tensor " + name;
        }
        return std::nullopt;
    }

    const Model& m_model;
    NodeId m_id;
};

}  // namespace

Result<std::vector<SearchHit>> search(const Model& model, const std::string& query, Progress& progress)
{
    std::vector<SearchHit> hits;
    const std::vector<Word> words = parse(query);
    if (words.empty())
        return hits;
    const bool wantsPlumbing = std::any_of(words.begin(), words.end(), [](const Word& w) { return w.where == Where::Name; });
    std::size_t visited = 0;
    for (std::size_t g = 0; g < model.graphCount(); ++g) {
        for (const NodeId id : model.nodes(GraphId(g))) {
            if (++visited % 1024 == 0 && progress.cancelled())
                return fail(Error::cancelled());
            if (!wantsPlumbing && isPlumbing(model, id))
                continue;
            const Matcher matcher(model, id);
            SearchHit hit{id, {}};
            const bool all = std::all_of(words.begin(), words.end(), [&](const Word& word) {
                std::optional<std::string> matched = matcher.match(word);
                if (matched && hit.matched.empty())
                    hit.matched = std::move(*matched);
                return matched.has_value();
            });
            if (all)
                hits.push_back(std::move(hit));
        }
    }
    return hits;
}

}  // namespace tenscope
