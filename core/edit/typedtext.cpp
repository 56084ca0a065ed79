#include "core/edit/typedtext.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>


namespace tenscope {

namespace {

constexpr std::string_view blanks = " \t\r\n";

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(blanks);
    return first == std::string_view::npos ? std::string_view() : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

tl::unexpected<Error> refuse(std::string_view text, const char* expected)
{
    return fail(Error::usage('"' + std::string(text.substr(0, 60)) + "\" is not " + expected));
}

std::string_view withoutBrackets(std::string_view text)
{
    text = trimmed(text);
    if (text.size() >= 2 && ((text.front() == '[' && text.back() == ']') || (text.front() == '(' && text.back() == ')')))
        text = trimmed(text.substr(1, text.size() - 2));
    return text;
}

// Commas, semicolons or blanks part the items; two commas have an empty one between them.
std::vector<std::string_view> items(std::string_view text)
{
    text = withoutBrackets(text);
    std::vector<std::string_view> found;
    const bool hasCommas = text.find_first_of(",;") != std::string_view::npos;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(hasCommas ? ",;" : blanks), text.size());
        found.push_back(trimmed(text.substr(0, end)));
        text = end == text.size() ? std::string_view() : trimmed(text.substr(end + 1));
    }
    return found;
}

template <class Number>
std::optional<Number> number(std::string_view text)
{
    text = trimmed(text);
    if (text.starts_with('+'))
        text.remove_prefix(1);
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::optional<bool> truth(std::string_view text)
{
    text = trimmed(text);
    if (text == "True" || text == "true" || text == "1")
        return true;
    if (text == "False" || text == "false" || text == "0")
        return false;
    return std::nullopt;
}

template <class Item, class Parse>
Result<AttributeValue> list(std::string_view text, const char* expected, Parse parse)
{
    std::vector<Item> values;
    for (const std::string_view item : items(text)) {
        const auto value = parse(item);
        if (!value)
            return refuse(item, expected);
        values.push_back(*value);
    }
    return AttributeValue(std::move(values));
}

Result<AttributeValue> texts(std::string_view text)
{
    using Json = nlohmann::json;
    const Json json = Json::parse(trimmed(text).starts_with('[') ? std::string(text) : '[' + std::string(text) + ']', nullptr, false);
    if (json.is_array() && std::all_of(json.begin(), json.end(), [](const Json& item) { return item.is_string(); }))
        return AttributeValue(json.get<std::vector<std::string>>());
    std::vector<std::string> values;
    for (text = withoutBrackets(text); !text.empty();) {
        const std::size_t end = std::min(text.find(','), text.size());
        values.emplace_back(trimmed(text.substr(0, end)));
        text = end == text.size() ? std::string_view() : text.substr(end + 1);
    }
    return AttributeValue(std::move(values));
}

struct Parser {
    std::string_view text;

    Result<AttributeValue> operator()(std::monostate) const { return refuse(text, "possible here: the attribute has no kind yet"); }
    Result<AttributeValue> operator()(bool) const
    {
        const auto value = truth(text);
        if (!value)
            return refuse(text, "True or False");
        return AttributeValue(*value);
    }
    Result<AttributeValue> operator()(std::int64_t) const
    {
        if (const auto value = number<std::int64_t>(text))
            return AttributeValue(*value);
        if (const auto element = elementTypeFromName(trimmed(text)); element && onnxDataType(*element) != 0)
            return AttributeValue(std::int64_t(onnxDataType(*element)));
        return refuse(text, "a whole number");
    }
    Result<AttributeValue> operator()(double) const
    {
        const auto value = number<double>(text);
        if (!value)
            return refuse(text, "a number");
        return AttributeValue(*value);
    }
    Result<AttributeValue> operator()(const std::string&) const { return AttributeValue(std::string(text)); }
    Result<AttributeValue> operator()(ElementType) const
    {
        const auto element = elementTypeFromName(trimmed(text));
        if (!element)
            return refuse(text, "the name of an element type, such as float32");
        return AttributeValue(*element);
    }
    Result<AttributeValue> operator()(const std::vector<bool>&) const
    {
        return list<bool>(text, "True or False", truth);
    }
    Result<AttributeValue> operator()(const std::vector<std::int64_t>&) const
    {
        std::string spaced(text);
        // 3×3 is how the window itself writes sizes.
        for (std::size_t at; (at = spaced.find("\u00d7")) != std::string::npos;)
            spaced.replace(at, 2, ",");
        return list<std::int64_t>(spaced, "a whole number", number<std::int64_t>);
    }
    Result<AttributeValue> operator()(const std::vector<double>&) const { return list<double>(text, "a number", number<double>); }
    Result<AttributeValue> operator()(const std::vector<std::string>&) const { return texts(text); }
    template <class Other>
    Result<AttributeValue> operator()(const Other&) const
    {
        return refuse(text, "possible here: this attribute cannot be typed");
    }
};

}  // namespace

Result<Shape> parseShape(std::string_view text)
{
    text = withoutBrackets(text);
    Shape shape;
    if (text == "scalar" || text.empty())
        return shape;
    std::string list(text);
    for (std::size_t at; (at = list.find("\u00d7")) != std::string::npos;)
        list.replace(at, 2, ",");
    // x only between numbers: it may well be a symbol's letter.
    if (list.find_first_not_of("0123456789x") == std::string::npos)
        std::replace(list.begin(), list.end(), 'x', ',');
    for (const std::string_view item : items(list)) {
        Dimension dimension;
        if (const auto size = number<std::int64_t>(item)) {
            if (*size < 0 && *size != -1)
                return refuse(item, "a dimension: sizes are not negative");
            dimension.size = *size;
        } else if (item.find_first_of(blanks) != std::string_view::npos) {
            return refuse(item, "a dimension: a number, a name or ?");
        } else if (!item.empty() && item != "?") {
            dimension.symbol = item;
        }
        shape.push_back(std::move(dimension));
    }
    return shape;
}

Result<AttributeValue> parseAttribute(const AttributeValue& like, std::string_view text)
{
    return std::visit([&](const auto& kind) { return Parser{text}(kind); }, like);
}

AttributeValue attributeOfType(std::string_view schemaType)
{
    if (schemaType == "int")
        return std::int64_t();
    if (schemaType == "float")
        return double();
    if (schemaType == "string")
        return std::string();
    if (schemaType == "ints")
        return std::vector<std::int64_t>();
    if (schemaType == "floats")
        return std::vector<double>();
    if (schemaType == "strings")
        return std::vector<std::string>();
    return {};
}

}  // namespace tenscope
