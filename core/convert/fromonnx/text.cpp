// Strings are numbers of a table while a model runs (core/convert/heldas.h); what looks into them is an operator of our own,
// which only Tenscope's worker has.

#include <algorithm>

#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/families.h"

namespace tenscope {

namespace {

// A constant list of strings.
Term listOf(Lowering& l, const std::vector<std::string>& texts)
{
    return l.emit().list(std::vector<Term>(texts.begin(), texts.end()), Type::Kind::String);
}

void stringNormalizer(Lowering& l)
{
    const std::string change = l.text("case_change_action", "NONE");
    if (change != "NONE" && change != "LOWER" && change != "UPPER")
        throw Unsupported("its case_change_action '" + change + "' is not known");
    const bool isSensitive = l.integer("is_case_sensitive", 0) != 0;
    l.output(0, l.aten("tenscope::normalize_text", l.input(0), change, isSensitive, listOf(l, l.texts("stopwords"))),
             ElementType::String);
}

void stringConcat(Lowering& l)
{
    l.output(0, l.aten("tenscope::concat_text", l.input(0), l.input(1)), ElementType::String);
}

void stringSplit(Lowering& l)
{
    const std::vector<Term> parts =
        l.atenMany("tenscope::split_text", 2, l.input(0), l.text("delimiter", ""), l.integer("maxsplit", -1));
    l.output(0, parts[0], ElementType::String);
    l.output(1, parts[1], ElementType::Int64);
}

// How often each n-gram appears (TF), whether it does, weighted (IDF), or both (TFIDF).
void tfIdfVectorizer(Lowering& l)
{
    const std::string mode = l.text("mode", "");
    const Ints indexes = l.integers("ngram_indexes");
    constexpr std::int64_t most = 100'000'000;
    if (std::any_of(indexes.begin(), indexes.end(), [](std::int64_t index) { return index < 0 || index > most; }))
        throw Unsupported("the places of its n-grams make no sense");
    const std::vector<std::string> texts = l.texts("pool_strings");
    const Ints numbers = l.integers("pool_int64s");
    const Term pool = texts.empty() ? l.emit().tensor(ElementType::Int64, {std::int64_t(numbers.size())}, numbers)
                                    : l.emit().tensor({std::int64_t(texts.size())}, texts);
    const Term counts = l.aten("tenscope::ngrams", l.input(0), pool, l.integers("ngram_counts"), indexes,
                               l.integer("min_gram_length"), l.integer("max_gram_length"), l.integer("max_skip_count"));
    if (mode == "TF")
        return l.output(0, counts, ElementType::Float32);
    if (mode != "IDF" && mode != "TFIDF")
        throw Unsupported("its mode '" + mode + "' is not known");
    const Term weighted = mode == "TFIDF" ? counts : l.emit().cast(greater(counts, 0), ElementType::Float32);
    const Floats weights = l.reals("weights");
    if (weights.empty())
        return l.output(0, weighted, ElementType::Float32);
    if (weights.size() != indexes.size())
        throw Unsupported("it has not as many weights as n-grams");
    // The n-th weight is that of the n-th n-gram, wherever its place is.
    Floats byPlace(std::size_t(1 + *std::max_element(indexes.begin(), indexes.end())), 1.0);
    for (std::size_t i = 0; i < indexes.size(); ++i)
        byPlace.at(std::size_t(indexes[i])) = weights[i];
    l.output(0, weighted * l.emit().tensor(ElementType::Float32, {std::int64_t(byPlace.size())}, byPlace), ElementType::Float32);
}

constexpr LoweringRule rules[] = {
    {"StringNormalizer", stringNormalizer},
    {"StringConcat", stringConcat},
    {"StringSplit", stringSplit},
    {"TfIdfVectorizer", tfIdfVectorizer},
};

}  // namespace

LoweringTable textLowerings()
{
    return rules;
}

}  // namespace tenscope
