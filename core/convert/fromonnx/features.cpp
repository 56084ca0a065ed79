// Operators of ai.onnx.ml that prepare features.
#include <cmath>
#include <string>

#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/families.h"

namespace tenscope {

namespace {

constexpr std::string_view ml = "ai.onnx.ml";

// Numbers that are one for all features, or one for each.
Term perFeature(Lowering& l, const Floats& values, ElementType element = ElementType::Float32)
{
    return l.emit().tensor(element, values.size() == 1 ? Ints() : Ints{std::int64_t(values.size())}, values);
}

// A vector is one row.
void arrayFeatureExtractor(Lowering& l)
{
    const Term x = l.rank(0) == 1 ? l.aten("unsqueeze", l.input(0), 0) : l.input(0);
    l.output(0, l.aten("index_select", x, -1, l.aten("reshape", l.input(1), Ints{-1})), l.element(0));
}

void binarizer(Lowering& l)
{
    const Term x = l.input(0);
    l.output(0, l.aten("type_as", greater(x, l.real("threshold", 0)), x), l.element(0));
}

void scaler(Lowering& l)
{
    Term x = asFloat32(l, l.input(0));
    if (const Floats offset = l.reals("offset"); !offset.empty())
        x = x - perFeature(l, offset);
    if (const Floats scale = l.reals("scale"); !scale.empty())
        x = x * perFeature(l, scale);
    l.output(0, x, ElementType::Float32);
}

// What is missing is NaN, or one number that stands for it.
void imputer(Lowering& l)
{
    const Term x = l.input(0);
    if (l.has("imputed_value_int64s")) {
        const Ints values = l.integers("imputed_value_int64s");
        const Term given = l.emit().tensor(ElementType::Int64,
                                           values.size() == 1 ? Ints() : Ints{std::int64_t(values.size())}, values);
        return l.output(0, l.aten("where", equal(x, l.integer("replaced_value_int64", 0)), given, x), l.element(0));
    }
    const Floats values = l.reals("imputed_value_floats");
    if (values.empty())
        throw Unsupported("it has no values to put in");
    const double missing = l.real("replaced_value_float", 0);
    const Term isMissing = std::isnan(missing) ? l.aten("isnan", x) : equal(x, missing);
    l.output(0, l.aten("where", isMissing, perFeature(l, values, l.element(0)), x), l.element(0));
}

// Rows of zeros stay as they are.
void normalizer(Lowering& l)
{
    const std::string norm = l.text("norm", "MAX");
    const Term x = asFloat32(l, l.input(0));
    Term length;
    if (norm == "MAX")
        length = reduced(l, "amax", x, Ints{-1});
    else if (norm == "L1")
        length = reduced(l, "sum", l.aten("abs", x), Ints{-1});
    else if (norm == "L2")
        length = l.aten("sqrt", reduced(l, "sum", x * x, Ints{-1}));
    else
        throw Unsupported("its norm '" + norm + "' is not known");
    l.output(0, x / where(l, equal(length, 0), 1.0, length), ElementType::Float32);
}

void featureVectorizer(Lowering& l)
{
    std::vector<Term> features;
    for (std::size_t i = 0; i < l.inputCount(); ++i) {
        const Term x = asFloat32(l, l.input(i));
        features.push_back(l.rank(i) == 1 ? l.aten("unsqueeze", x, 0) : x);
    }
    l.output(0, l.aten("cat", l.emit().list(features), 1), ElementType::Float32);
}

// One for the category that the element is, in a dimension of all categories.
void oneHotEncoder(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const std::vector<std::string> strings = l.texts("cats_strings");
    const Ints integers = l.integers("cats_int64s");
    if (strings.empty() == integers.empty())
        throw Unsupported("it does not have either categories of strings or of integers");
    const Term categories = strings.empty() ? emit.tensor(ElementType::Int64, {std::int64_t(integers.size())}, integers)
                                            : emit.tensor(Ints{std::int64_t(strings.size())}, strings);
    const Term x = emit.cast(l.input(0), ElementType::Int64);
    l.output(0, asFloat32(l, equal(l.aten("unsqueeze", x, -1), categories)), ElementType::Float32);
}

// --- LabelEncoder and CategoryMapper look each element up in a list of keys.

struct Labels {
    Term values;  // a constant vector; None where the attributes have none
    ElementType element = ElementType::Undefined;
    bool isEmpty() const { return values.isNone(); }
};

// By attributes `prefix`_strings, _int64s, _floats, _doubles or _tensor.
Labels labelsOf(Lowering& l, const std::string& prefix)
{
    AtenEmitter& emit = l.emit();
    const auto vector = [](const auto& list) { return Ints{std::int64_t(list.size())}; };
    if (l.has(prefix + "_tensor"))
        return {l.aten("reshape", l.tensorAttribute(prefix + "_tensor"), Ints{-1}),
                l.storedAttribute(prefix + "_tensor")->element};
    if (const auto strings = l.texts(prefix + "_strings"); !strings.empty())
        return {emit.tensor(vector(strings), strings), ElementType::String};
    if (const Ints integers = l.integers(prefix + "_int64s"); !integers.empty())
        return {emit.tensor(ElementType::Int64, vector(integers), integers), ElementType::Int64};
    if (const Floats reals = l.reals(prefix + "_floats"); !reals.empty())
        return {emit.tensor(ElementType::Float32, vector(reals), reals), ElementType::Float32};
    if (const Floats reals = l.reals(prefix + "_doubles"); !reals.empty())
        return {emit.tensor(ElementType::Float64, vector(reals), reals), ElementType::Float64};
    return {};
}

// A vector of one element: what stands for keys that are not in the list.
Term fallback(Lowering& l, ElementType element)
{
    AtenEmitter& emit = l.emit();
    if (l.has("default_tensor"))
        return l.aten("reshape", l.tensorAttribute("default_tensor"), Ints{-1});
    switch (element) {
    case ElementType::String:
        return emit.tensor(Ints{1}, std::vector<std::string>{l.text("default_string", "_Unused")});
    case ElementType::Int64: return emit.tensor(element, {1}, Ints{l.integer("default_int64", -1)});
    default: return emit.tensor(element, {1}, Floats{l.real("default_float", -0.0)});
    }
}

// Sorted, a key is found in O(log keys). Of equal keys the first counts.
void outputLookedUp(Lowering& l, const Labels& keys, const Labels& values)
{
    const Term x = l.input(0);
    const std::vector<Term> sorted = l.atenMany("sort", 2, keys.values, true, 0, false);
    const Term found = l.aten("searchsorted", sorted[0], l.aten("contiguous", x, 0), false, false, Term(), Term());
    const Term place = clamped(l, found, Term(), l.emit().size(keys.values, 0) - 1);
    const Term isKnown = l.aten("eq", l.aten("take", sorted[0], place), x);
    const Term value = l.aten("take", values.values, l.aten("take", sorted[1], place));
    l.output(0, l.aten("where", isKnown, value, fallback(l, values.element)), values.element);
}

void labelEncoder(Lowering& l)
{
    const Labels keys = labelsOf(l, "keys"), values = labelsOf(l, "values");
    if (keys.isEmpty() || values.isEmpty())
        throw Unsupported("it has no keys or no values");
    outputLookedUp(l, keys, values);
}

// Strings and their numbers, in the direction that the input's type asks for.
void outputMapped(Lowering& l, const std::vector<std::string>& strings, const Ints& integers)
{
    if (strings.empty() || strings.size() != integers.size())
        throw Unsupported("it has not as many strings as numbers");
    const Ints shape{std::int64_t(strings.size())};
    const Labels words{l.emit().tensor(shape, strings), ElementType::String};
    const Labels numbers{l.emit().tensor(ElementType::Int64, shape, integers), ElementType::Int64};
    if (l.element(0) == ElementType::String)
        outputLookedUp(l, words, numbers);
    else
        outputLookedUp(l, numbers, words);
}

void labelEncoderOfClasses(Lowering& l)
{
    const std::vector<std::string> strings = l.texts("classes_strings");
    Ints numbers;
    for (std::size_t i = 0; i < strings.size(); ++i)
        numbers.push_back(std::int64_t(i));
    outputMapped(l, strings, numbers);
}

void categoryMapper(Lowering& l)
{
    outputMapped(l, l.texts("cats_strings"), l.integers("cats_int64s"));
}

constexpr LoweringRule rules[] = {
    {"ArrayFeatureExtractor", arrayFeatureExtractor, 1, ml},
    {"Binarizer", binarizer, 1, ml},
    {"Scaler", scaler, 1, ml},
    {"Imputer", imputer, 1, ml},
    {"Normalizer", normalizer, 1, ml},
    {"FeatureVectorizer", featureVectorizer, 1, ml},
    {"OneHotEncoder", oneHotEncoder, 1, ml},
    {"LabelEncoder", labelEncoderOfClasses, 1, ml},
    {"LabelEncoder", labelEncoder, 2, ml},
    {"CategoryMapper", categoryMapper, 1, ml},
};

}  // namespace

LoweringTable featureLowerings()
{
    return rules;
}

}  // namespace tenscope
