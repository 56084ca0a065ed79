#include "core/edit/editjson.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

namespace tenscope {

namespace {

struct KindName {
    Type::Kind kind;
    const char* name;
};

constexpr std::array<KindName, 15> kindNames = {{
    {Type::Kind::Unknown, "unknown"},   {Type::Kind::Tensor, "tensor"}, {Type::Kind::SparseTensor, "sparse_tensor"},
    {Type::Kind::Sequence, "sequence"}, {Type::Kind::Optional, "optional"}, {Type::Kind::Map, "map"},
    {Type::Kind::Tuple, "tuple"},       {Type::Kind::Int, "int"},       {Type::Kind::Float, "float"},
    {Type::Kind::Bool, "bool"},         {Type::Kind::String, "string"}, {Type::Kind::Complex, "complex"},
    {Type::Kind::None, "none"},         {Type::Kind::Device, "device"}, {Type::Kind::Object, "object"},
}};

// A stranger's script must not nest deeper than the stack.
constexpr int deepest = 64;

constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string toBase64(std::span<const std::byte> bytes)
{
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k)
            group = group << 8 | (i + k < bytes.size() ? std::to_integer<std::uint32_t>(bytes[i + k]) : 0);
        for (std::size_t k = 0; k < 4; ++k)
            text += i + k <= bytes.size() ? letters[group >> (18 - 6 * k) & 63] : '=';
    }
    return text;
}

std::vector<std::byte> fromBase64(const std::string& text)
{
    std::vector<std::byte> bytes;
    bytes.reserve(text.size() / 4 * 3);
    std::uint32_t group = 0;
    int bitCount = 0;
    for (const char letter : text) {
        if (letter == '=')
            break;
        const char* place = letter == '\0' ? nullptr : std::strchr(letters, letter);
        if (!place)
            throw ScriptFault{"\"data\" is not base64"};
        group = group << 6 | std::uint32_t(place - letters);
        bitCount += 6;
        if (bitCount >= 8) {
            bitCount -= 8;
            bytes.push_back(std::byte(group >> bitCount & 0xff));
        }
    }
    return bytes;
}

// Round to nearest, ties to even (IEEE 754 binary16).
std::uint16_t halfBits(double value)
{
    const std::uint16_t sign = std::signbit(value) ? 0x8000 : 0;
    const double magnitude = std::fabs(value);
    if (std::isnan(value))
        return sign | 0x7e00;
    if (magnitude >= 65520)
        return sign | 0x7c00;
    if (magnitude < std::ldexp(1.0, -14))
        return sign | std::uint16_t(std::nearbyint(std::ldexp(magnitude, 24)));
    int exponent = 0;
    const double fraction = std::frexp(magnitude, &exponent);  // 0.5 ≤ fraction < 1
    const auto mantissa = std::uint32_t(std::nearbyint(std::ldexp(fraction, 11)));  // 1024 … 2048
    return std::uint16_t(sign | ((std::uint32_t(exponent + 14) << 10) + (mantissa - 1024)));
}

std::uint16_t bfloatBits(double value)
{
    const auto single = float(value);
    std::uint32_t bits32 = 0;
    std::memcpy(&bits32, &single, 4);
    if (std::isnan(value))
        return std::uint16_t(bits32 >> 16 | 0x40);
    return std::uint16_t((bits32 + 0x7fff + (bits32 >> 16 & 1)) >> 16);
}

double realFrom(const Json& json)
{
    if (json.is_number())
        return json.get<double>();
    if (json == "nan")
        return std::numeric_limits<double>::quiet_NaN();
    if (json == "inf" || json == "-inf")
        return json == "inf" ? std::numeric_limits<double>::infinity() : -std::numeric_limits<double>::infinity();
    throw ScriptFault{"a number is expected where " + json.dump().substr(0, 40) + " stands"};
}

Json realToJson(double value)
{
    if (std::isnan(value))
        return "nan";
    if (std::isinf(value))
        return value > 0 ? "inf" : "-inf";
    return value;
}

std::int64_t integerFrom(const Json& json)
{
    if (json.is_boolean())
        return json.get<bool>() ? 1 : 0;
    if (json.is_number_integer())
        return json.get<std::int64_t>();
    throw ScriptFault{"a whole number is expected where " + json.dump().substr(0, 40) + " stands"};
}

std::string textFrom(const Json& json)
{
    if (json.is_string())
        return json.get<std::string>();
    throw ScriptFault{"a text is expected where " + json.dump().substr(0, 40) + " stands"};
}

template <class Number>
void append(std::vector<std::byte>& bytes, Number number)
{
    const auto* raw = reinterpret_cast<const std::byte*>(&number);
    bytes.insert(bytes.end(), raw, raw + sizeof number);
}

template <class Number>
void appendInteger(std::vector<std::byte>& bytes, const Json& json)
{
    if constexpr (std::is_same_v<Number, std::uint64_t>) {
        if (json.is_number_unsigned())
            return append(bytes, json.get<std::uint64_t>());
    }
    const std::int64_t value = integerFrom(json);
    if (!std::in_range<Number>(value))
        throw ScriptFault{std::to_string(value) + " does not fit the tensor's element type"};
    append(bytes, Number(value));
}

void appendElement(std::vector<std::byte>& bytes, ElementType element, const Json& json)
{
    switch (element) {
    case ElementType::Float32:
        return append(bytes, float(realFrom(json)));
    case ElementType::Float64:
        return append(bytes, realFrom(json));
    case ElementType::Float16:
        return append(bytes, halfBits(realFrom(json)));
    case ElementType::BFloat16:
        return append(bytes, bfloatBits(realFrom(json)));
    case ElementType::Int8:
        return appendInteger<std::int8_t>(bytes, json);
    case ElementType::Int16:
        return appendInteger<std::int16_t>(bytes, json);
    case ElementType::Int32:
        return appendInteger<std::int32_t>(bytes, json);
    case ElementType::Int64:
        return appendInteger<std::int64_t>(bytes, json);
    case ElementType::UInt8:
        return appendInteger<std::uint8_t>(bytes, json);
    case ElementType::UInt16:
        return appendInteger<std::uint16_t>(bytes, json);
    case ElementType::UInt32:
        return appendInteger<std::uint32_t>(bytes, json);
    case ElementType::UInt64:
        return appendInteger<std::uint64_t>(bytes, json);
    case ElementType::Bool:
        return append(bytes, std::uint8_t(integerFrom(json) != 0));
    default:
        throw ScriptFault{"elements of type " + std::string(name(element)) + " cannot be listed; give their bytes as \"data\""};
    }
}

std::string member(const Json& json, const char* key)
{
    return json.contains(key) ? textFrom(json[key]) : std::string();
}

ElementType elementFrom(const Json& json)
{
    const std::string text = textFrom(json);
    const auto element = elementTypeFromName(text);
    if (!element)
        throw ScriptFault{"there is no element type \"" + text + '"'};
    return *element;
}

Type typeFrom(const Json& json, int depth)
{
    if (!json.is_object() || depth > deepest)
        throw ScriptFault{"a type is an object with \"element\" and \"shape\""};
    Type type;
    type.kind = Type::Kind::Tensor;
    if (json.contains("kind")) {
        const std::string wanted = textFrom(json["kind"]);
        const auto found = std::find_if(kindNames.begin(), kindNames.end(), [&](const KindName& k) { return wanted == k.name; });
        if (found == kindNames.end())
            throw ScriptFault{"there is no kind of type \"" + wanted + '"'};
        type.kind = found->kind;
    }
    if (json.contains("element"))
        type.element = elementFrom(json["element"]);
    type.text = member(json, "text");
    if (json.contains("shape") && !json["shape"].is_null()) {
        if (!json["shape"].is_array())
            throw ScriptFault{"a shape is a list of numbers, symbols and nulls"};
        Shape& shape = type.shape.emplace();
        for (const Json& size : json["shape"]) {
            if (size.is_null())
                shape.push_back({});
            else if (size.is_string())
                shape.push_back({-1, textFrom(size)});
            else if (const std::int64_t number = integerFrom(size); number >= 0)
                shape.push_back({number, {}});
            else
                throw ScriptFault{"a shape has no negative sizes; null stands for one that is not known"};
        }
    }
    if (json.contains("arguments"))
        for (const Json& argument : json["arguments"])
            type.arguments.push_back(typeFrom(argument, depth + 1));
    return type;
}

template <class Item, class Convert>
std::vector<Item> listFrom(const Json& json, Convert convert)
{
    if (!json.is_array())
        throw ScriptFault{"a list is expected where " + json.dump().substr(0, 40) + " stands"};
    std::vector<Item> items;
    for (const Json& item : json)
        items.push_back(Item(convert(item)));
    return items;
}

// What a value of JSON most plainly is.
std::string plainType(const Json& json)
{
    const auto all = [&](auto test) { return std::all_of(json.begin(), json.end(), test); };
    if (json.is_object())
        return json.contains("kind") ? "type" : "tensor";
    if (json.is_array()) {
        if (all([](const Json& item) { return item.is_number_integer(); }))
            return "ints";
        return all([](const Json& item) { return item.is_number(); }) ? "floats" : "strings";
    }
    return json.is_null() ? "none" : json.is_boolean() ? "bool" : json.is_number_integer() ? "int" : json.is_number() ? "float" : "string";
}

// What the attribute that is there holds, where a script's value can be that.
std::string presentType(const AttributeValue& value, const Json& json)
{
    if (std::holds_alternative<double>(value) && json.is_number())
        return "float";
    if (std::holds_alternative<std::int64_t>(value) && json.is_boolean())
        return "int";
    if (json.is_array() && std::holds_alternative<std::vector<double>>(value))
        return "floats";
    if (json.is_array() && std::holds_alternative<std::vector<std::string>>(value))
        return "strings";
    if (json.is_array() && std::holds_alternative<std::vector<std::int64_t>>(value))
        return "ints";
    return {};
}

TensorId tensorIdFrom(const Model& model, const Json& json)
{
    const std::int64_t number = integerFrom(json);
    if (number < 0 || std::uint64_t(number) >= model.tensorCount())
        throw ScriptFault{"there is no tensor number " + std::to_string(number)};
    return TensorId(std::size_t(number));
}

}  // namespace

Json typeToJson(const Type& type)
{
    Json json = Json::object();
    if (type.kind != Type::Kind::Tensor)
        json["kind"] = kindNames[std::size_t(type.kind)].name;
    if (type.element != ElementType::Undefined || type.isTensor())
        json["element"] = name(type.element);
    if (type.shape) {
        json["shape"] = Json::array();
        for (const Dimension& dimension : *type.shape) {
            if (dimension.isKnown())
                json["shape"].push_back(dimension.size);
            else if (dimension.symbol.empty())
                json["shape"].push_back(nullptr);
            else
                json["shape"].push_back(dimension.symbol);
        }
    }
    for (const Type& argument : type.arguments)
        json["arguments"].push_back(typeToJson(argument));
    if (!type.text.empty())
        json["text"] = type.text;
    return json;
}

Type typeFromJson(const Json& json)
{
    return typeFrom(json, 0);
}

Json tensorToJson(const Tensor& tensor)
{
    Json json = {{"element", name(tensor.element)}, {"shape", tensor.shape}};
    if (!tensor.name.empty())
        json["name"] = tensor.name;
    if (!tensor.strides.empty())
        json["strides"] = tensor.strides;
    if (const auto* slice = std::get_if<FileSlice>(&tensor.data))
        json["slice"] = {{"file", slice->file->path().string()}, {"offset", slice->offset}, {"length", slice->length}};
    else if (const auto* owned = std::get_if<OwnedBytes>(&tensor.data))
        json["data"] = toBase64(*owned->bytes);
    else if (const auto* strings = std::get_if<OwnedStrings>(&tensor.data))
        json["values"] = *strings->strings;
    else if (const auto* missing = std::get_if<MissingData>(&tensor.data))
        json["missing"] = missing->why;
    else
        throw ScriptFault{"a sparse tensor cannot be written down"};
    return json;
}

Tensor tensorFromJson(const Model& model, const Json& json, const TensorLoader& load)
{
    if (!json.is_object())
        throw ScriptFault{"a tensor is an object with \"file\", or with \"element\", \"shape\" and \"values\", \"fill\" or \"data\""};
    if (json.contains("file")) {
        Result<Tensor> loaded = load ? load(textFrom(json["file"])) : Result<Tensor>(fail(Error::usage("files cannot be read here")));
        if (!loaded)
            throw ScriptFault{loaded.error().message};
        return std::move(*loaded);
    }
    Tensor tensor;
    tensor.name = member(json, "name");
    if (!json.contains("element") || !json.contains("shape"))
        throw ScriptFault{"a tensor needs \"element\" and \"shape\""};
    tensor.element = elementFrom(json["element"]);
    tensor.shape = listFrom<std::int64_t>(json["shape"], integerFrom);
    if (std::any_of(tensor.shape.begin(), tensor.shape.end(), [](std::int64_t size) { return size < 0; }))
        throw ScriptFault{"a tensor's shape has no negative sizes"};
    if (json.contains("strides"))
        tensor.strides = listFrom<std::int64_t>(json["strides"], integerFrom);
    const auto elements = tensor.elements();
    const auto expect = [&](std::uint64_t found, std::uint64_t needed, const char* what) {
        if (found != needed)
            throw ScriptFault{"the tensor's shape needs " + std::to_string(needed) + ' ' + what + ", but there are " + std::to_string(found)};
    };
    if (!elements)
        throw ScriptFault{"the tensor's shape has more elements than any memory"};
    if (json.contains("missing")) {
        tensor.data = MissingData{member(json, "missing")};
        return tensor;
    }
    if (tensor.element == ElementType::String) {
        auto texts = listFrom<std::string>(json.contains("values") ? json["values"] : Json(), textFrom);
        expect(texts.size(), *elements, "texts");
        tensor.data = OwnedStrings{std::make_shared<const std::vector<std::string>>(std::move(texts))};
        return tensor;
    }
    const auto needed = byteSize(tensor.element, *elements);
    if (!needed)
        throw ScriptFault{"elements of type " + std::string(name(tensor.element)) + " have no size"};
    if (json.contains("slice")) {
        const Json& slice = json["slice"];
        if (!slice.is_object() || !slice.contains("file") || !slice.contains("offset") || !slice.contains("length"))
            throw ScriptFault{"a slice has \"file\", \"offset\" and \"length\""};
        const std::filesystem::path path = textFrom(slice["file"]);
        std::shared_ptr<const MappedFile> file;
        for (const auto& known : model.files)
            if (known->path() == path)
                file = known;
        if (!file) {
            auto opened = MappedFile::open(path);
            if (!opened)
                throw ScriptFault{opened.error().message};
            file = std::move(*opened);
        }
        const FileSlice data{file, std::uint64_t(integerFrom(slice["offset"])), std::uint64_t(integerFrom(slice["length"]))};
        if (!file->slice(data.offset, data.length))
            throw ScriptFault{path.string() + " is shorter than it was"};
        tensor.data = data;
        return tensor;
    }
    std::vector<std::byte> bytes;
    if (json.contains("data")) {
        bytes = fromBase64(textFrom(json["data"]));
        expect(bytes.size(), *needed, "bytes");
    } else if (json.contains("fill")) {
        // One element is made and copied; the limit is that of a tensor that people type in, not of one that they load.
        if (*needed > (std::uint64_t(1) << 32))
            throw ScriptFault{"a tensor of " + std::to_string(*needed) + " bytes is too large to be filled; load it from a file"};
        std::vector<std::byte> one;
        appendElement(one, tensor.element, json["fill"]);
        bytes.reserve(std::size_t(*needed));
        for (std::uint64_t i = 0; i < *elements; ++i)
            bytes.insert(bytes.end(), one.begin(), one.end());
    } else if (json.contains("values") && json["values"].is_array()) {
        expect(json["values"].size(), *elements, "values");
        for (const Json& value : json["values"])
            appendElement(bytes, tensor.element, value);
    } else {
        throw ScriptFault{"a tensor needs \"values\", \"fill\", \"data\" or \"file\""};
    }
    tensor.data = OwnedBytes{std::make_shared<const std::vector<std::byte>>(std::move(bytes))};
    return tensor;
}

Json attributeToJson(const Model& model, const NewAttribute& added)
{
    const Attribute& attribute = added.attribute;
    const auto made = [&](const char* type, Json value) {
        Json json = {{"name", attribute.name}, {"type", type}, {"value", std::move(value)}};
        return json;
    };
    const auto list = [](const auto& items, auto convert) {
        Json json = Json::array();
        for (const auto& item : items)
            json.push_back(convert(item));
        return json;
    };
    return std::visit(
        [&](const auto& value) -> Json {
            using Kind = std::decay_t<decltype(value)>;
            if constexpr (std::is_same_v<Kind, std::monostate>)
                return made("none", nullptr);
            else if constexpr (std::is_same_v<Kind, bool>)
                return made("bool", value);
            else if constexpr (std::is_same_v<Kind, std::int64_t>)
                return made("int", value);
            else if constexpr (std::is_same_v<Kind, double>)
                return made("float", realToJson(value));
            else if constexpr (std::is_same_v<Kind, std::complex<double>>)
                return made("complex", Json::array({realToJson(value.real()), realToJson(value.imag())}));
            else if constexpr (std::is_same_v<Kind, std::string>)
                return made("string", value);
            else if constexpr (std::is_same_v<Kind, ElementType>)
                return made("element", name(value));
            else if constexpr (std::is_same_v<Kind, Type>)
                return made("type", typeToJson(value));
            else if constexpr (std::is_same_v<Kind, TensorId>)
                return added.tensors.empty() ? made("tensor", value.index()) : made("tensor", tensorToJson(added.tensors[0]));
            else if constexpr (std::is_same_v<Kind, std::vector<TensorId>>)
                return added.tensors.empty() ? made("tensors", list(value, [](TensorId id) { return id.index(); }))
                                             : made("tensors", list(added.tensors, tensorToJson));
            else if constexpr (std::is_same_v<Kind, std::vector<bool>>)
                return made("bools", list(value, [](bool item) { return item; }));
            else if constexpr (std::is_same_v<Kind, std::vector<std::int64_t>>)
                return made("ints", value);
            else if constexpr (std::is_same_v<Kind, std::vector<double>>)
                return made("floats", list(value, realToJson));
            else if constexpr (std::is_same_v<Kind, std::vector<std::string>>)
                return made("strings", value);
            else if constexpr (std::is_same_v<Kind, std::vector<Type>>)
                return made("types", list(value, typeToJson));
            else if constexpr (std::is_same_v<Kind, AttributeReference>)
                return made("reference", value.name);
            else if constexpr (std::is_same_v<Kind, OpaqueText>)
                return made("opaque", value.text);
            else
                throw ScriptFault{"a body cannot be written down as an attribute of " + std::string(name(model.format))};
        },
        attribute.value);
}

NewAttribute attributeFromJson(const Model& model, const std::string& name, const std::string& type, const Json& json,
                               const AttributeValue* present, const TensorLoader& load)
{
    NewAttribute added;
    added.attribute.name = name;
    AttributeValue& value = added.attribute.value;
    std::string kind = type;
    if (kind.empty() && present)
        kind = presentType(*present, json);
    if (kind.empty())
        kind = plainType(json);
    // ONNX has no booleans.
    if (type.empty() && kind == "bool" && model.format == Format::Onnx)
        kind = "int";
    const auto tensor = [&](const Json& one) -> TensorId {
        if (!one.is_object())
            return tensorIdFrom(model, one);
        added.tensors.push_back(tensorFromJson(model, one, load));
        return {};
    };
    if (kind == "none")
        value = std::monostate();
    else if (kind == "bool")
        value = integerFrom(json) != 0;
    else if (kind == "int")
        value = integerFrom(json);
    else if (kind == "float")
        value = realFrom(json);
    else if (kind == "string")
        value = textFrom(json);
    else if (kind == "element")
        value = elementFrom(json);
    else if (kind == "type")
        value = typeFromJson(json);
    else if (kind == "tensor")
        value = tensor(json);
    else if (kind == "tensors")
        value = listFrom<TensorId>(json, tensor);
    else if (kind == "bools")
        value = listFrom<bool>(json, [](const Json& item) { return integerFrom(item) != 0; });
    else if (kind == "ints")
        value = listFrom<std::int64_t>(json, integerFrom);
    else if (kind == "floats")
        value = listFrom<double>(json, realFrom);
    else if (kind == "strings")
        value = listFrom<std::string>(json, textFrom);
    else if (kind == "types")
        value = listFrom<Type>(json, typeFromJson);
    else if (kind == "reference")
        value = AttributeReference{textFrom(json)};
    else if (kind == "opaque")
        value = OpaqueText{textFrom(json)};
    else if (kind == "complex" && json.is_array() && json.size() == 2)
        value = std::complex<double>(realFrom(json[0]), realFrom(json[1]));
    else
        throw ScriptFault{"there is no type of attributes \"" + kind + '"'};
    added.attribute.isFloat32 = model.format == Format::Onnx &&
                                (std::holds_alternative<double>(value) || std::holds_alternative<std::vector<double>>(value));
    // Some known and some new tensors in one list cannot be told apart later.
    if (const auto* ids = std::get_if<std::vector<TensorId>>(&value); ids && !added.tensors.empty() && added.tensors.size() != ids->size())
        throw ScriptFault{"the tensors of attribute " + name + " must be all new or all known"};
    return added;
}

}  // namespace tenscope
