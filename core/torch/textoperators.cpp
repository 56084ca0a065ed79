#include "core/torch/textoperators.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <clocale>
#include <cmath>
#include <cstdlib>
#include <cwchar>
#include <cwctype>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/torch/libtorch.h"
#include "core/torch/stringtable.h"

namespace tenscope {

namespace {

using torch::jit::Stack;

at::Tensor numbersOf(const c10::IValue& value)
{
    return value.toTensor().to(at::kCPU, at::kLong).contiguous();
}

std::vector<std::string> textsOf(const at::Tensor& numbers)
{
    std::vector<std::string> texts;
    texts.reserve(std::size_t(numbers.numel()));
    for (std::int64_t i = 0; i < numbers.numel(); ++i)
        texts.push_back(StringTable::shared().text(numbers.data_ptr<std::int64_t>()[i]));
    return texts;
}

at::Tensor tensorOf(const std::vector<std::string>& texts, at::IntArrayRef shape)
{
    at::Tensor result = at::empty(shape, at::kLong);
    for (std::size_t i = 0; i < texts.size(); ++i)
        result.data_ptr<std::int64_t>()[i] = StringTable::shared().number(texts[i]);
    return result;
}

template <class Number>
std::string shortestText(Number number)
{
    if (std::isnan(number))
        return "NaN";
    if (std::isinf(number))
        return number < 0 ? "-INF" : "INF";
    std::array<char, 64> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    return {buffer.data(), end.ptr};
}

// to_text(Tensor x, str type): numbers as the shortest decimal text that reads back as the same; `type` is that of ONNX.
void toText(Stack& stack)
{
    const std::string type = torch::jit::pop(stack).toStringRef();
    const at::Tensor x = torch::jit::pop(stack).toTensor().to(at::kCPU).contiguous();
    std::vector<std::string> texts;
    if (x.scalar_type() == at::kBool) {
        for (std::int64_t i = 0; i < x.numel(); ++i)
            texts.push_back(x.data_ptr<bool>()[i] ? "True" : "False");
    } else if (x.is_floating_point()) {
        const bool isDouble = x.scalar_type() == at::kDouble;
        const at::Tensor wide = x.to(at::kDouble);
        for (std::int64_t i = 0; i < wide.numel(); ++i) {
            const double number = wide.data_ptr<double>()[i];
            texts.push_back(isDouble ? shortestText(number) : shortestText(float(number)));
        }
    } else {
        const at::Tensor wide = x.to(at::kLong);
        for (std::int64_t i = 0; i < wide.numel(); ++i) {
            const std::int64_t number = wide.data_ptr<std::int64_t>()[i];
            texts.push_back(type == "uint64" ? std::to_string(std::uint64_t(number)) : std::to_string(number));
        }
    }
    stack.emplace_back(tensorOf(texts, x.sizes()));
}

// from_text(Tensor x): float64.
void fromText(Stack& stack)
{
    const at::Tensor x = numbersOf(torch::jit::pop(stack));
    const std::vector<std::string> texts = textsOf(x);
    at::Tensor result = at::empty(x.sizes(), at::kDouble);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        char* end = nullptr;
        result.data_ptr<double>()[i] = std::strtod(texts[i].c_str(), &end);
        TORCH_CHECK(end != texts[i].c_str() && *end == '\0', "\"", texts[i].substr(0, 60), "\" is not a number");
    }
    stack.emplace_back(std::move(result));
}

// Letters of every script; what is no UTF-8 stays as it is.
std::string changedCase(const std::string& text, bool toUpper)
{
    static const ::locale_t locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    if (!locale)
        return text;
    const ::locale_t before = ::uselocale(locale);
    std::string result;
    std::mbstate_t reading{}, writing{};
    for (std::size_t at = 0; at < text.size();) {
        wchar_t letter = 0;
        const std::size_t length = std::mbrtowc(&letter, text.data() + at, text.size() - at, &reading);
        if (length == 0 || length > text.size() - at) {
            reading = {};
            result += text[at++];
            continue;
        }
        std::array<char, 16> bytes;
        const std::size_t written =
            std::wcrtomb(bytes.data(), wchar_t(toUpper ? std::towupper(std::wint_t(letter)) : std::towlower(std::wint_t(letter))), &writing);
        if (written <= bytes.size())
            result.append(bytes.data(), written);
        at += length;
    }
    ::uselocale(before);
    return result;
}

// normalize_text(Tensor x, str change, bool is_case_sensitive, str[] stopwords): of a vector or of a matrix of one row,
// without the stopwords; one empty text where nothing is left. `change` is LOWER, UPPER or NONE.
void normalizeText(Stack& stack)
{
    const c10::List<c10::IValue> stopwords = torch::jit::pop(stack).toList();
    const bool isSensitive = torch::jit::pop(stack).toBool();
    const std::string change = torch::jit::pop(stack).toStringRef();
    const at::Tensor x = numbersOf(torch::jit::pop(stack));
    TORCH_CHECK(x.dim() == 1 || (x.dim() == 2 && x.size(0) == 1), "texts can be normalized in a vector or in a row only");
    const auto compared = [&](const std::string& text) { return isSensitive ? text : changedCase(text, false); };
    std::vector<std::string> stopped;
    for (const c10::IValue& word : stopwords)
        stopped.push_back(compared(word.toStringRef()));
    std::vector<std::string> kept;
    for (const std::string& text : textsOf(x))
        if (std::find(stopped.begin(), stopped.end(), compared(text)) == stopped.end())
            kept.push_back(change == "NONE" ? text : changedCase(text, change == "UPPER"));
    if (kept.empty())
        kept.emplace_back();
    const auto count = std::int64_t(kept.size());
    stack.emplace_back(x.dim() == 1 ? tensorOf(kept, {count}) : tensorOf(kept, {1, count}));
}

// concat_text(Tensor a, Tensor b): element by element, with broadcasting.
void concatText(Stack& stack)
{
    const at::Tensor b = numbersOf(torch::jit::pop(stack)), a = numbersOf(torch::jit::pop(stack));
    const std::vector<at::Tensor> both = at::broadcast_tensors({a, b});
    std::vector<std::string> texts = textsOf(both[0].contiguous());
    const std::vector<std::string> second = textsOf(both[1].contiguous());
    for (std::size_t i = 0; i < texts.size(); ++i)
        texts[i] += second[i];
    stack.emplace_back(tensorOf(texts, both[0].sizes()));
}

// At each delimiter; at runs of white space where it is empty. At most `most` times; below 0: as often as there is one.
std::vector<std::string> partsOf(const std::string& text, const std::string& delimiter, std::int64_t most)
{
    constexpr const char* space = " \t\n\r\f\v";
    std::vector<std::string> parts;
    std::size_t at = delimiter.empty() ? text.find_first_not_of(space) : 0;
    while (at != std::string::npos && (!delimiter.empty() || at < text.size())) {
        const bool isLast = most >= 0 && std::int64_t(parts.size()) == most;
        const std::size_t end = isLast              ? std::string::npos
                                : delimiter.empty() ? text.find_first_of(space, at)
                                                    : text.find(delimiter, at);
        parts.push_back(text.substr(at, end == std::string::npos ? end : end - at));
        if (end == std::string::npos)
            break;
        at = delimiter.empty() ? text.find_first_not_of(space, end) : end + delimiter.size();
    }
    return parts;
}

// split_text(Tensor x, str delimiter, int maxsplit): the parts along a new last dimension, filled up with empty texts; and
// how many there are of each.
void splitText(Stack& stack)
{
    const std::int64_t most = torch::jit::pop(stack).toInt();
    const std::string delimiter = torch::jit::pop(stack).toStringRef();
    const at::Tensor x = numbersOf(torch::jit::pop(stack));
    std::vector<std::vector<std::string>> all;
    std::size_t width = 0;
    at::Tensor counts = at::empty(x.sizes(), at::kLong);
    for (const std::string& text : textsOf(x)) {
        all.push_back(partsOf(text, delimiter, most));
        counts.data_ptr<std::int64_t>()[all.size() - 1] = std::int64_t(all.back().size());
        width = std::max(width, all.back().size());
    }
    std::vector<std::string> texts;
    for (std::vector<std::string>& parts : all) {
        parts.resize(width);
        texts.insert(texts.end(), parts.begin(), parts.end());
    }
    std::vector<std::int64_t> shape = x.sizes().vec();
    shape.push_back(std::int64_t(width));
    stack.emplace_back(tensorOf(texts, shape));
    stack.emplace_back(std::move(counts));
}

struct GramHash {
    std::size_t operator()(const std::vector<std::int64_t>& gram) const noexcept
    {
        std::size_t hash = gram.size();
        for (const std::int64_t part : gram)
            hash = hash * 1099511628211u + std::size_t(part);
        return hash;
    }
};

// ngrams(Tensor x, Tensor pool, int[] counts, int[] indexes, int min, int max, int skips): how often each n-gram of the
// pool is found in each row of x, at the place in the result that `indexes` names. The pool holds the n-grams one behind
// the other, the single ones first; counts[k] is where those of k + 1 begin. Up to `skips` members may lie between two that
// belong together, of single ones none.
void ngrams(Stack& stack)
{
    const std::int64_t skips = torch::jit::pop(stack).toInt(), most = torch::jit::pop(stack).toInt(),
                       least = torch::jit::pop(stack).toInt();
    const std::vector<std::int64_t> indexes = torch::jit::pop(stack).toIntVector(), counts = torch::jit::pop(stack).toIntVector();
    const at::Tensor pool = numbersOf(torch::jit::pop(stack)), x = numbersOf(torch::jit::pop(stack));
    TORCH_CHECK(x.dim() == 1 || x.dim() == 2, "n-grams are counted in a vector or in the rows of a matrix");
    TORCH_CHECK(least >= 1 && least <= most && skips >= 0, "n-grams of ", least, " to ", most, " make no sense");

    std::unordered_map<std::vector<std::int64_t>, std::int64_t, GramHash> places;
    std::size_t gram = 0;
    std::int64_t width = 0;
    for (std::size_t k = 0; k < counts.size(); ++k) {
        const std::int64_t end = k + 1 < counts.size() ? counts[k + 1] : pool.numel();
        const auto length = std::int64_t(k + 1);
        TORCH_CHECK(counts[k] >= 0 && counts[k] <= end && end <= pool.numel(), "the pool of n-grams is cut where it is not");
        for (std::int64_t at = counts[k]; at + length <= end; at += length, ++gram) {
            TORCH_CHECK(gram < indexes.size() && indexes[gram] >= 0 && indexes[gram] < 100'000'000, "an n-gram has no place");
            const auto* first = pool.data_ptr<std::int64_t>() + at;
            places.emplace(std::vector<std::int64_t>(first, first + length), indexes[gram]);
        }
    }
    for (const std::int64_t index : indexes)
        width = std::max(width, index + 1);

    const std::int64_t rows = x.dim() == 1 ? 1 : x.size(0), columns = x.size(-1);
    at::Tensor result = at::zeros({rows, width}, at::kFloat);
    for (std::int64_t row = 0; row < rows; ++row) {
        const auto* data = x.data_ptr<std::int64_t>() + row * columns;
        auto* out = result.data_ptr<float>() + row * width;
        for (std::int64_t length = least; length <= most; ++length)
            for (std::int64_t skip = 0; skip <= (length == 1 ? 0 : skips); ++skip)
                for (std::int64_t at = 0; at + (length - 1) * (skip + 1) < columns; ++at) {
                    std::vector<std::int64_t> found;
                    for (std::int64_t i = 0; i < length; ++i)
                        found.push_back(data[at + i * (skip + 1)]);
                    if (const auto place = places.find(found); place != places.end())
                        ++out[place->second];
                }
    }
    stack.emplace_back(x.dim() == 1 ? result.reshape({width}) : result);
}

struct TextOperator {
    const char* schema;
    void (*compute)(Stack&);
};

constexpr TextOperator operators[] = {
    {"tenscope::to_text(Tensor x, str type) -> Tensor", toText},
    {"tenscope::from_text(Tensor x) -> Tensor", fromText},
    {"tenscope::normalize_text(Tensor x, str change, bool is_case_sensitive, str[] stopwords) -> Tensor", normalizeText},
    {"tenscope::concat_text(Tensor a, Tensor b) -> Tensor", concatText},
    {"tenscope::split_text(Tensor x, str delimiter, int maxsplit) -> (Tensor, Tensor)", splitText},
    {"tenscope::ngrams(Tensor x, Tensor pool, int[] counts, int[] indexes, int min, int max, int skips) -> Tensor", ngrams},
};

}  // namespace

void registerTextOperators()
{
    static std::once_flag once;
    std::call_once(once, [] {
        for (const TextOperator& op : operators)
            torch::jit::registerOperator(torch::jit::Operator(
                std::string(op.schema), [compute = op.compute](Stack& stack) { compute(stack); },
                c10::AliasAnalysisKind::FROM_SCHEMA));
    });
}

}  // namespace tenscope
