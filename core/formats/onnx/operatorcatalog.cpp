#include "core/formats/onnx/operatorcatalog.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <tuple>

#include "core/formats/onnx/catalogfile.h"

namespace tenscope {

namespace {

// Reads on from a position. Whoever reads past the end gets zeros and empty texts: the built-in catalog is ours, but a
// catalog of other bytes must not read outside of them.
class Cursor {
public:
    Cursor(std::span<const std::byte> bytes, std::size_t position)
        : m_bytes(bytes), m_position(std::min(position, bytes.size()))
    {
    }

    std::uint32_t number()
    {
        if (m_bytes.size() - m_position < 4) {
            m_position = m_bytes.size();
            return 0;
        }
        std::uint32_t value = 0;
        for (int i = 0; i < 4; ++i)
            value |= std::to_integer<std::uint32_t>(m_bytes[m_position + std::size_t(i)]) << (8 * i);
        m_position += 4;
        return value;
    }

    std::string_view text()
    {
        const std::size_t length = number();
        if (m_bytes.size() - m_position < length) {
            m_position = m_bytes.size();
            return {};
        }
        const std::string_view result(reinterpret_cast<const char*>(m_bytes.data()) + m_position, length);
        m_position += length;
        return result;
    }

    // A list's length: never more members than there are bytes left for them.
    std::size_t count(std::size_t smallestMember)
    {
        const std::size_t wanted = number();
        return std::min(wanted, (m_bytes.size() - m_position) / smallestMember);
    }

private:
    std::span<const std::byte> m_bytes;
    std::size_t m_position;
};

std::vector<OperatorParameter> readParameters(Cursor& cursor)
{
    std::vector<OperatorParameter> parameters(cursor.count(16));
    for (OperatorParameter& parameter : parameters) {
        parameter.kind = OperatorParameter::Kind(std::min<std::uint32_t>(cursor.number(), 2));
        parameter.name = cursor.text();
        parameter.type = cursor.text();
        parameter.doc = cursor.text();
    }
    return parameters;
}

OperatorInfo readSchema(Cursor cursor)
{
    OperatorInfo info;
    const std::uint32_t flags = cursor.number();
    info.isDeprecated = flags & catalogfile::Deprecated;
    info.hasFunctionBody = flags & catalogfile::HasFunctionBody;
    info.minInputs = int(cursor.number());
    info.maxInputs = int(cursor.number());
    info.minOutputs = int(cursor.number());
    info.maxOutputs = int(cursor.number());
    info.doc = cursor.text();
    info.inputs = readParameters(cursor);
    info.outputs = readParameters(cursor);
    info.attributes.resize(cursor.count(20));
    for (OperatorAttribute& attribute : info.attributes) {
        const std::uint32_t attributeFlags = cursor.number();
        attribute.isRequired = attributeFlags & catalogfile::Required;
        attribute.hasDefault = attributeFlags & catalogfile::HasDefault;
        attribute.name = cursor.text();
        attribute.type = cursor.text();
        attribute.doc = cursor.text();
        attribute.fallback = cursor.text();
    }
    info.typeConstraints.resize(cursor.count(12));
    for (OperatorTypeConstraint& constraint : info.typeConstraints) {
        constraint.name = cursor.text();
        constraint.doc = cursor.text();
        constraint.types.resize(cursor.count(4));
        for (std::string_view& type : constraint.types)
            type = cursor.text();
    }
    return info;
}

std::string_view normalized(std::string_view domain)
{
    return domain == "ai.onnx" ? std::string_view() : domain;
}

}  // namespace

const OperatorAttribute* OperatorInfo::attribute(std::string_view wanted) const
{
    const auto found = std::find_if(attributes.begin(), attributes.end(),
                                    [&](const OperatorAttribute& candidate) { return candidate.name == wanted; });
    return found == attributes.end() ? nullptr : &*found;
}

struct OperatorCatalog::Key {
    std::string_view domain;
    std::string_view name;
    std::int64_t since = 0;
    std::uint32_t schema = 0;

    auto ordered() const { return std::tie(domain, name, since); }
};

const OperatorCatalog& OperatorCatalog::builtIn()
{
    static const OperatorCatalog catalog(onnxCatalogBytes());
    return catalog;
}

OperatorCatalog::OperatorCatalog(std::span<const std::byte> bytes) : m_bytes(bytes)
{
    using namespace catalogfile;
    if (bytes.size() < headerSize || std::memcmp(bytes.data(), magic.data(), magic.size()) != 0)
        return;
    Cursor header(bytes, magic.size());
    if (header.number() != version)
        return;
    const std::size_t count = header.number();
    if (count <= (bytes.size() - headerSize) / entrySize)
        m_count = count;
    m_decoded.resize(m_count);
}

OperatorCatalog::~OperatorCatalog() = default;

OperatorCatalog::Key OperatorCatalog::key(std::size_t index) const
{
    Cursor entry(m_bytes, catalogfile::headerSize + index * catalogfile::entrySize);
    Key key;
    key.domain = Cursor(m_bytes, entry.number()).text();
    key.name = Cursor(m_bytes, entry.number()).text();
    key.since = entry.number();
    key.schema = entry.number();
    return key;
}

const OperatorInfo* OperatorCatalog::find(std::string_view domain, std::string_view name,
                                          std::int64_t opsetVersion) const
{
    domain = normalized(domain);
    const std::int64_t wanted = opsetVersion > 0 ? opsetVersion : std::int64_t(0xffffffff);
    // The first entry behind (domain, name, wanted); the one before it is the newest that is old enough.
    const Key target{domain, name, wanted, 0};
    std::size_t begin = 0, end = m_count;
    while (begin < end) {
        const std::size_t middle = begin + (end - begin) / 2;
        if (target.ordered() < key(middle).ordered())
            end = middle;
        else
            begin = middle + 1;
    }
    const auto isIt = [&](std::size_t index) {
        const Key candidate = key(index);
        return candidate.domain == domain && candidate.name == name;
    };
    if (begin > 0 && isIt(begin - 1))
        return &at(begin - 1);
    if (begin < m_count && isIt(begin))
        return &at(begin);
    return nullptr;
}

std::vector<const OperatorInfo*> OperatorCatalog::operators(std::string_view domain, std::int64_t opsetVersion) const
{
    domain = normalized(domain);
    std::vector<const OperatorInfo*> result;
    for (std::size_t i = 0; i < m_count; ++i) {
        // Versions of one operator follow each other: the last that is old enough counts.
        const Key candidate = key(i);
        if (candidate.domain != domain || (opsetVersion > 0 && candidate.since > opsetVersion))
            continue;
        const bool isNewer = !result.empty() && result.back()->name == candidate.name;
        if (isNewer)
            result.back() = &at(i);
        else
            result.push_back(&at(i));
    }
    std::erase_if(result, [](const OperatorInfo* info) { return info->isDeprecated; });
    return result;
}

int OperatorCatalog::newestVersion(std::string_view domain) const
{
    domain = normalized(domain);
    std::int64_t newest = 0;
    for (std::size_t i = 0; i < m_count; ++i) {
        const Key candidate = key(i);
        if (candidate.domain == domain)
            newest = std::max(newest, candidate.since);
    }
    return int(newest);
}

const OperatorInfo& OperatorCatalog::at(std::size_t index) const
{
    const std::lock_guard lock(m_mutex);
    std::unique_ptr<const OperatorInfo>& slot = m_decoded.at(index);
    if (!slot) {
        const Key found = key(index);
        auto info = std::make_unique<OperatorInfo>(readSchema(Cursor(m_bytes, found.schema)));
        info->domain = found.domain;
        info->name = found.name;
        info->sinceVersion = int(found.since);
        slot = std::move(info);
    }
    return *slot;
}

}  // namespace tenscope
