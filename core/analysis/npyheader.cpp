#include "core/analysis/npyheader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <string_view>

namespace tenscope {

namespace {

struct Row {
    ElementType element;
    std::string_view code;  // NumPy's kind and size, without the byte order
};

constexpr std::array<Row, 14> rows{{
    {ElementType::Bool, "b1"},
    {ElementType::Int8, "i1"},
    {ElementType::Int16, "i2"},
    {ElementType::Int32, "i4"},
    {ElementType::Int64, "i8"},
    {ElementType::UInt8, "u1"},
    {ElementType::UInt16, "u2"},
    {ElementType::UInt32, "u4"},
    {ElementType::UInt64, "u8"},
    {ElementType::Float16, "f2"},
    {ElementType::Float32, "f4"},
    {ElementType::Float64, "f8"},
    {ElementType::Complex64, "c8"},
    {ElementType::Complex128, "c16"},
}};

constexpr std::string_view magic = "\x93NUMPY";

// The dictionary is a literal of Python; this reads just the kinds of literals that a header has.
class Dictionary {
public:
    explicit Dictionary(std::string_view text) : m_text(text) {}

    // False where it is no such dictionary.
    bool parse()
    {
        if (!take('{'))
            return false;
        while (!take('}')) {
            const auto key = string();
            if (!key || !take(':'))
                return false;
            if (*key == "descr") {
                skipSpace();
                if (m_text.starts_with('[')) {  // a list of fields; nothing behind it matters any more
                    isStructured = true;
                    return true;
                }
                descr = string();
                if (!descr)
                    return false;
            } else if (*key == "fortran_order") {
                isFortran = boolean();
                if (!isFortran)
                    return false;
            } else if (*key == "shape") {
                shape = tuple();
                if (!shape)
                    return false;
            } else {
                return false;
            }
            if (!take(',') && !peek('}'))
                return false;
        }
        return descr && isFortran && shape;
    }

    bool isStructured = false;
    std::optional<std::string> descr;
    std::optional<bool> isFortran;
    std::optional<std::vector<std::int64_t>> shape;

private:
    void skipSpace() { m_text.remove_prefix(std::min(m_text.find_first_not_of(" \t\r\n"), m_text.size())); }

    bool peek(char c)
    {
        skipSpace();
        return m_text.starts_with(c);
    }

    bool take(char c)
    {
        if (!peek(c))
            return false;
        m_text.remove_prefix(1);
        return true;
    }

    std::optional<std::string> string()
    {
        skipSpace();
        if (m_text.empty() || (m_text[0] != '\'' && m_text[0] != '"'))
            return std::nullopt;
        const std::size_t end = m_text.find(m_text[0], 1);
        if (end == std::string_view::npos)
            return std::nullopt;
        std::string result(m_text.substr(1, end - 1));
        m_text.remove_prefix(end + 1);
        return result;
    }

    std::optional<bool> boolean()
    {
        skipSpace();
        for (const bool value : {false, true}) {
            const std::string_view word = value ? "True" : "False";
            if (m_text.starts_with(word)) {
                m_text.remove_prefix(word.size());
                return value;
            }
        }
        return std::nullopt;
    }

    std::optional<std::vector<std::int64_t>> tuple()
    {
        if (!take('('))
            return std::nullopt;
        std::vector<std::int64_t> result;
        while (!take(')')) {
            skipSpace();
            std::int64_t size = 0;
            const auto [end, error] = std::from_chars(m_text.data(), m_text.data() + m_text.size(), size);
            if (error != std::errc() || size < 0 || result.size() == 64)
                return std::nullopt;
            m_text.remove_prefix(std::size_t(end - m_text.data()));
            if (m_text.starts_with('L'))  // Python 2 wrote long integers so
                m_text.remove_prefix(1);
            result.push_back(size);
            if (!take(',') && !peek(')'))
                return std::nullopt;
        }
        return result;
    }

    std::string_view m_text;
};

// Fills in what the type's code says: "<f4", "|S5", "<U12".
Result<void> applyDescr(NpyHeader& header, const std::string& descr, const std::string& what)
{
    std::string_view code = descr;
    if (!code.empty() && std::string_view("<>|=").find(code[0]) != std::string_view::npos) {
        header.isBigEndian = code[0] == '>';
        code.remove_prefix(1);
    }
    for (const Row& row : rows) {
        if (row.code == code) {
            header.element = row.element;
            header.itemBytes = std::uint64_t(bits(row.element)) / 8;
            return {};
        }
    }
    if (code == "?") {
        header.element = ElementType::Bool;
        header.itemBytes = 1;
        return {};
    }
    if (code.size() > 1 && (code[0] == 'S' || code[0] == 'U' || code[0] == 'a')) {
        std::uint32_t length = 0;
        const auto [end, error] = std::from_chars(code.data() + 1, code.data() + code.size(), length);
        if (error == std::errc() && end == code.data() + code.size()) {
            header.element = ElementType::String;
            header.isUtf32 = code[0] == 'U';
            header.itemBytes = std::uint64_t(length) * (header.isUtf32 ? 4 : 1);
            return {};
        }
    }
    if (code.starts_with('O'))
        return fail(Error::read(what + " holds pickled Python objects, which are not read; save it as an array of numbers"));
    return fail(Error::read(what + " holds elements of type '" + descr +
                            "', which models do not have; convert it with numpy's astype() first"));
}

}  // namespace

Result<NpyHeader> parseNpyHeader(std::span<const std::byte> begin, const std::string& what)
{
    const std::string_view text(reinterpret_cast<const char*>(begin.data()), begin.size());
    if (!text.starts_with(magic) || text.size() < 12)
        return fail(Error::read(what + " is not a NumPy array file"));
    const auto byte = [&](std::size_t i) { return std::uint64_t(std::to_integer<std::uint8_t>(begin[i])); };
    const std::uint64_t major = byte(6);
    if (major < 1 || major > 3)
        return fail(Error::read(what + " is of version " + std::to_string(major) + " of NumPy's format; 1 to 3 are known"));
    const std::uint64_t length =
        major == 1 ? byte(8) | byte(9) << 8 : byte(8) | byte(9) << 8 | byte(10) << 16 | byte(11) << 24;
    const std::uint64_t start = major == 1 ? 10 : 12;
    if (length > longestNpyHeader || start + length > text.size())
        return fail(Error::read(what + " is damaged: its header is longer than the file"));

    Dictionary dictionary(text.substr(start, length));
    if (!dictionary.parse())
        return fail(Error::read(what + " is damaged: its header cannot be read"));
    if (dictionary.isStructured)
        return fail(Error::read(what + " is a structured array; save one of its fields as an array of its own"));

    NpyHeader header;
    header.isFortranOrder = *dictionary.isFortran;
    header.shape = *dictionary.shape;
    header.dataOffset = start + length;
    if (auto applied = applyDescr(header, *dictionary.descr, what); !applied)
        return fail(applied.error());

    header.elements = 1;
    bool overflow = false;
    for (const std::int64_t size : header.shape)
        overflow = __builtin_mul_overflow(header.elements, std::uint64_t(size), &header.elements) || overflow;
    std::uint64_t bytes = 0;
    overflow = __builtin_mul_overflow(header.elements, header.itemBytes, &bytes) || overflow;
    if (overflow || bytes > std::uint64_t(std::numeric_limits<std::int64_t>::max()))
        return fail(Error::read(what + " is damaged: its shape has more elements than can be counted"));
    return header;
}

std::string npyHeader(const std::string& descr, const std::vector<std::int64_t>& shape)
{
    std::string sizes;
    for (const std::int64_t size : shape)
        sizes += std::to_string(size) + ", ";
    if (shape.size() > 1)
        sizes.resize(sizes.size() - 2);
    else if (shape.size() == 1)
        sizes.resize(sizes.size() - 1);  // "(3,)"
    std::string dictionary = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + sizes + "), }";
    constexpr std::size_t before = 10;  // magic, version, length
    dictionary.append(63 - (before + dictionary.size()) % 64, ' ');
    dictionary += '\n';
    std::string header(magic);
    header += '\x01';
    header += '\0';
    header += char(dictionary.size() & 0xff);
    header += char(dictionary.size() >> 8);
    return header + dictionary;
}

std::string npyDescr(ElementType element)
{
    for (const Row& row : rows)
        if (row.element == element)
            return (bits(element) == 8 ? "|" : "<") + std::string(row.code);
    return {};
}

}  // namespace tenscope
