// tenscope-onnxcatalog OUT: writes the operator schemas of the ONNX library into a file that the program embeds, so that
// the window knows every operator without linking that library. Runs while Tenscope is built, never afterwards.

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include <onnx/defs/schema.h>

#include "core/formats/onnx/catalogfile.h"
#include "core/graph/text.h"

namespace {

using onnx::AttributeProto;
using onnx::OpSchema;
namespace catalogfile = tenscope::catalogfile;

class Buffer {
public:
    std::size_t size() const { return m_bytes.size(); }
    const std::string& bytes() const { return m_bytes; }

    void number(std::uint32_t value)
    {
        for (int i = 0; i < 4; ++i)
            m_bytes += char(value >> (8 * i) & 0xff);
    }

    void text(const std::string& value)
    {
        number(std::uint32_t(value.size()));
        m_bytes += value;
    }

    void raw(const std::string& bytes) { m_bytes += bytes; }

private:
    std::string m_bytes;
};

// Documentation is written as C++ raw strings: indented as the source around it, with blank lines at both ends.
std::string tidy(std::string doc)
{
    const auto isBlank = [](char c) { return c == '\n' || c == ' ' || c == '\t' || c == '\r'; };
    while (!doc.empty() && isBlank(doc.back()))
        doc.pop_back();
    const std::size_t first = doc.find_first_not_of(" \t\r\n");
    if (first == std::string::npos)
        return {};
    const std::size_t lineStart = doc.find_last_of('\n', first);
    return doc.substr(lineStart == std::string::npos ? first : lineStart + 1);
}

std::string typeName(AttributeProto::AttributeType type)
{
    std::string name = onnx::AttributeProto_AttributeType_Name(type);  // "TYPE_PROTOS", "INTS"
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return name;
}

template <class List, class ToText>
std::string listText(const List& list, ToText toText)
{
    std::string text = "[";
    for (const auto& member : list)
        text += (text.size() > 1 ? ", " : "") + toText(member);
    return text + "]";
}

std::string valueText(const AttributeProto& value)
{
    const auto integerText = [](std::int64_t v) { return std::to_string(v); };
    const auto same = [](const std::string& v) { return v; };
    switch (value.type()) {
    case AttributeProto::INT: return integerText(value.i());
    case AttributeProto::FLOAT: return tenscope::shortestFloat(value.f());
    case AttributeProto::STRING: return value.s();
    case AttributeProto::INTS: return listText(value.ints(), integerText);
    case AttributeProto::FLOATS: return listText(value.floats(), tenscope::shortestFloat);
    case AttributeProto::STRINGS: return listText(value.strings(), same);
    default: return {};  // no schema gives a tensor or graph that says more than its doc does
    }
}

void writeParameters(Buffer& out, const std::vector<OpSchema::FormalParameter>& parameters)
{
    out.number(std::uint32_t(parameters.size()));
    for (const OpSchema::FormalParameter& parameter : parameters) {
        out.number(std::uint32_t(parameter.GetOption()));
        out.text(parameter.GetName());
        out.text(parameter.GetTypeStr());
        out.text(tidy(parameter.GetDescription()));
    }
}

std::string schemaBytes(const OpSchema& schema)
{
    Buffer out;
    const bool hasBody = schema.HasFunction() || schema.HasContextDependentFunction();
    out.number((schema.Deprecated() ? catalogfile::Deprecated : 0u) | (hasBody ? catalogfile::HasFunctionBody : 0u));
    out.number(std::uint32_t(schema.min_input()));
    out.number(std::uint32_t(schema.max_input()));
    out.number(std::uint32_t(schema.min_output()));
    out.number(std::uint32_t(schema.max_output()));
    out.text(tidy(schema.doc() ? schema.doc() : ""));
    writeParameters(out, schema.inputs());
    writeParameters(out, schema.outputs());

    const std::map<std::string, OpSchema::Attribute>& attributes = schema.attributes();
    out.number(std::uint32_t(attributes.size()));
    for (const auto& [name, attribute] : attributes) {
        const bool hasDefault = attribute.default_value.has_name();
        out.number((attribute.required ? catalogfile::Required : 0u) | (hasDefault ? catalogfile::HasDefault : 0u));
        out.text(name);
        out.text(typeName(attribute.type));
        out.text(tidy(attribute.description));
        out.text(hasDefault ? valueText(attribute.default_value) : std::string());
    }

    out.number(std::uint32_t(schema.typeConstraintParams().size()));
    for (const OpSchema::TypeConstraintParam& constraint : schema.typeConstraintParams()) {
        out.text(constraint.type_param_str);
        out.text(tidy(constraint.description));
        out.number(std::uint32_t(constraint.allowed_type_strs.size()));
        for (const std::string& type : constraint.allowed_type_strs)
            out.text(type);
    }
    return out.bytes();
}

std::string catalogBytes(std::vector<OpSchema> schemas)
{
    const auto key = [](const OpSchema& s) { return std::tuple(s.domain(), s.Name(), s.SinceVersion()); };
    std::sort(schemas.begin(), schemas.end(), [&](const OpSchema& a, const OpSchema& b) { return key(a) < key(b); });

    const std::size_t base = catalogfile::headerSize + schemas.size() * catalogfile::entrySize;
    Buffer body;
    std::map<std::string, std::uint32_t> texts;  // names repeat from version to version
    const auto positionOf = [&](const std::string& text) {
        const auto [entry, isNew] = texts.try_emplace(text, std::uint32_t(base + body.size()));
        if (isNew)
            body.text(text);
        return entry->second;
    };

    Buffer file;
    file.raw(std::string(catalogfile::magic.begin(), catalogfile::magic.end()));
    file.number(catalogfile::version);
    file.number(std::uint32_t(schemas.size()));
    for (const OpSchema& schema : schemas) {
        file.number(positionOf(schema.domain()));
        file.number(positionOf(schema.Name()));
        file.number(std::uint32_t(schema.SinceVersion()));
        file.number(std::uint32_t(base + body.size()));
        body.raw(schemaBytes(schema));
    }
    return file.bytes() + body.bytes();
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 2) {
        std::cerr << "usage: tenscope-onnxcatalog OUT\n";
        return 2;
    }
    try {
        const std::string bytes = catalogBytes(onnx::OpSchemaRegistry::get_all_schemas_with_history());
        std::ofstream out(argv[1], std::ios::binary);
        if (!out.write(bytes.data(), std::streamsize(bytes.size())).flush()) {
            std::cerr << argv[1] << ": cannot be written\n";
            return 5;
        }
    } catch (const std::exception& error) {
        std::cerr << "the ONNX library's operators cannot be read: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
