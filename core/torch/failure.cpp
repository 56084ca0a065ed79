#include "core/torch/failure.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <new>
#include <string_view>
#include <vector>

#include "core/torch/libtorch.h"

namespace tenscope {

namespace {

constexpr std::size_t longest = 300;
constexpr std::string_view interpreterFailed = "The following operation failed in the TorchScript interpreter";

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())))
        text.remove_prefix(1);
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())))
        text.remove_suffix(1);
    return text;
}

std::vector<std::string_view> linesOf(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = trimmed(text.substr(0, end));
        if (!line.empty())
            lines.push_back(line);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    return lines;
}

bool startsWith(std::string_view text, std::string_view beginning)
{
    return text.substr(0, beginning.size()) == beginning;
}

// "RuntimeError: mat1 …" → "mat1 …"; also for Python's class names, "builtins.ValueError: …".
std::string_view withoutErrorClass(std::string_view line)
{
    std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos && !line.empty() && line.back() == ':')
        colon = line.size() - 1;
    if (colon == std::string_view::npos || colon < 5)
        return line;
    const std::string_view name = line.substr(0, colon);
    const bool isName = std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) || c == '.' || c == '_'; });
    const bool isClass = name.size() >= 5 && (name.substr(name.size() - 5) == "Error" ||
                                              (name.size() >= 9 && name.substr(name.size() - 9) == "Exception"));
    return isName && isClass ? trimmed(line.substr(colon + 1)) : line;
}

// Lines that lead to the fault, but do not say what it is.
bool isNoise(std::string_view line)
{
    constexpr std::array<std::string_view, 9> beginnings{
        interpreterFailed,  "Traceback of TorchScript", "File \"",    "~", "Exception raised from", "frame #",
        "<no stack trace", "Serialized   File", "'"};
    return std::any_of(beginnings.begin(), beginnings.end(), [&](std::string_view b) { return startsWith(line, b); }) ||
           line.find("<--- HERE") != std::string_view::npos;
}

// LibTorch's own assertions carry a plea to report a bug; what matters stands behind it or before the source position.
std::string_view withoutPlea(std::string_view line)
{
    constexpr std::string_view plea = "please report a bug to PyTorch.";
    const std::size_t at = line.find(plea);
    if (at == std::string_view::npos)
        return line;
    const std::string_view rest = trimmed(line.substr(at + plea.size()));
    if (!rest.empty())
        return rest;
    const std::size_t position = line.find(" INTERNAL ASSERT FAILED");
    return position == std::string_view::npos ? line : line.substr(0, position);
}

// What LibTorch's allocator says in words of its own; empty where it does not.
std::string lackOfMemory(std::string_view text)
{
    constexpr std::string_view asked = "you tried to allocate ";
    const std::size_t at = text.find(asked);
    if (at == std::string_view::npos)
        return {};
    const std::string_view rest = text.substr(at + asked.size());
    return "there is not enough memory: " + std::string(rest.substr(0, rest.find_first_not_of("0123456789"))) +
           " bytes are needed at once";
}

}  // namespace

std::string essence(const std::exception& exception)
{
    if (const auto* failure = dynamic_cast<const Failure*>(&exception))
        return failure->error().message;
    if (dynamic_cast<const std::bad_alloc*>(&exception))
        return "there is not enough memory";
    std::string text;
    if (const auto* own = dynamic_cast<const c10::Error*>(&exception))
        text = own->what_without_backtrace();
    else
        text = exception.what();
    if (std::string memory = lackOfMemory(text); !memory.empty())
        return memory;

    // The interpreter puts the fault behind its trace, on a line that begins with the error's class or on the one after it;
    // an operator that is a function itself has a trace of its own inside.
    const std::vector<std::string_view> lines = linesOf(text);
    std::string_view best;
    for (std::size_t i = 0; i < lines.size() && startsWith(lines.front(), interpreterFailed); ++i) {
        std::string_view fault = withoutErrorClass(lines[i]);
        if (fault == lines[i])
            continue;
        if (fault.empty() && i + 1 < lines.size())
            fault = lines[i + 1];
        if (!isNoise(fault))
            best = fault;
    }
    for (const std::string_view line : lines)
        if (best.empty() && !isNoise(line))
            best = withoutErrorClass(line);
    best = withoutPlea(best);
    if (best.empty())
        return "LibTorch failed without saying why";
    if (best == "ZeroDivisionError")
        return "a division by zero";
    std::string result(best.substr(0, longest));
    if (best.size() > longest) {
        while (!result.empty() && (static_cast<unsigned char>(result.back()) & 0xc0) == 0x80)
            result.pop_back();
        result += "\u2026";
    }
    while (!result.empty() && (result.back() == '.' || result.back() == ':' || result.back() == ' '))
        result.pop_back();
    return result;
}

}  // namespace tenscope
