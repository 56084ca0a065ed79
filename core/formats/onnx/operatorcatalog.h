#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

namespace tenscope {

// One formal input or output of an operator.
struct OperatorParameter {
    enum class Kind : std::uint8_t { Single, Optional, Variadic };

    std::string_view name;
    std::string_view type;  // a type constraint's name ("T"), or a type of its own ("tensor(int64)")
    std::string_view doc;
    Kind kind = Kind::Single;
};

struct OperatorAttribute {
    std::string_view name;
    std::string_view type;  // "int", "float", "string", "tensor", "graph", "ints", "floats", "strings" …
    std::string_view doc;   // Markdown
    std::string_view
        fallback;  // the default value as text, "[1, 1]"; empty where there is none, or it is an empty string
    bool isRequired = false;
    bool hasDefault = false;
};

struct OperatorTypeConstraint {
    std::string_view name;                // "T"
    std::vector<std::string_view> types;  // "tensor(float)", "seq(tensor(int64))" …
    std::string_view doc;
};

// What ONNX says of one version of one operator. The texts lie in the catalog's bytes and live as long as those.
struct OperatorInfo {
    std::string_view domain;  // "" is ai.onnx
    std::string_view name;
    int sinceVersion = 0;  // the first opset this text holds for
    bool isDeprecated = false;
    bool hasFunctionBody = false;                                      // defined in terms of simpler operators
    int minInputs = 0, maxInputs = 0, minOutputs = 0, maxOutputs = 0;  // maxima are huge where the last one repeats
    std::string_view doc;                                              // Markdown
    std::vector<OperatorParameter> inputs;
    std::vector<OperatorParameter> outputs;
    std::vector<OperatorAttribute> attributes;  // by name
    std::vector<OperatorTypeConstraint> typeConstraints;

    bool isVariadic() const { return !inputs.empty() && inputs.back().kind == OperatorParameter::Kind::Variadic; }
    const OperatorAttribute* attribute(std::string_view wanted) const;
};

// The operators of the ONNX library that this program was built with, without linking that library: they are written
// into the program when it is built (core/onnxtools; catalogfile.h has the format). Nothing is decoded before someone
// asks for it, so having a catalog costs nothing. Thread-safe.
class OperatorCatalog {
public:
    // The one that is part of the program.
    static const OperatorCatalog& builtIn();

    // `bytes` must outlive the catalog. Bytes that are no catalog make an empty one.
    explicit OperatorCatalog(std::span<const std::byte> bytes);
    ~OperatorCatalog();
    OperatorCatalog(const OperatorCatalog&) = delete;
    OperatorCatalog& operator=(const OperatorCatalog&) = delete;

    // What holds for the operator in that version of its domain's opset: the newest schema whose sinceVersion is not above
    // it. opsetVersion ≤ 0 (not known): the newest; one below the oldest schema: the oldest. "ai.onnx" is "". Null for
    // operators that the catalog does not hold. A deprecated operator is found, and says so.
    const OperatorInfo* find(std::string_view domain, std::string_view name, std::int64_t opsetVersion) const;

    // All that hold in that version of the domain's opset, by name: what find() gives, without the deprecated ones and those
    // that came later.
    std::vector<const OperatorInfo*> operators(std::string_view domain, std::int64_t opsetVersion) const;

    // The newest opset version that any schema of the domain belongs to; 0 for domains that the catalog does not hold.
    int newestVersion(std::string_view domain) const;

    // How many schemas there are, all versions counted; at() decodes one of them, ordered by domain, name, version.
    std::size_t size() const { return m_count; }
    const OperatorInfo& at(std::size_t index) const;

private:
    struct Key;
    Key key(std::size_t index) const;

    std::span<const std::byte> m_bytes;
    std::size_t m_count = 0;
    mutable std::mutex m_mutex;
    mutable std::vector<std::unique_ptr<const OperatorInfo>> m_decoded;  // by index; null until asked for
};

// The built-in catalog's bytes.
std::span<const std::byte> onnxCatalogBytes();

}  // namespace tenscope
