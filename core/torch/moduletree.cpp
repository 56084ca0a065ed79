#include "core/torch/moduletree.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace tenscope {

namespace {

// Deeper paths are no modules that anybody made; LibTorch recurses over modules.
constexpr std::size_t deepest = 64;

bool isWord(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Words that TorchScript's parser takes for its own.
bool isReserved(std::string_view text)
{
    constexpr std::array words = {"and",    "as",     "assert", "async",  "await", "break", "class", "continue", "def",
                                  "del",    "elif",   "else",   "except", "False", "fork",  "for",   "from",     "getattr",
                                  "global", "if",     "import", "in",     "inf",   "is",    "isinstance",        "lambda",
                                  "nan",    "None",   "nonlocal", "not",  "or",    "pass",  "print", "raise",    "return",
                                  "self",   "True",   "try",    "uninitialized",   "unchecked_cast",  "while",   "with",
                                  "yield"};
    return std::find(words.begin(), words.end(), text) != words.end();
}

std::string onlyWords(std::string text)
{
    std::replace_if(text.begin(), text.end(), [](char c) { return !isWord(c); }, '_');
    return text;
}

// "a.b.c" → {"a", "b", "c"}. Parts are not empty.
std::vector<std::string> partsOf(const std::string& path)
{
    std::vector<std::string> parts;
    std::size_t begin = 0;
    while (begin <= path.size()) {
        std::size_t end = parts.size() + 1 < deepest ? path.find('.', begin) : std::string::npos;
        end = std::min(end, path.size());
        if (end > begin)
            parts.push_back(path.substr(begin, end - begin));
        begin = end + 1;
    }
    if (parts.empty())
        parts.emplace_back("tensor");
    return parts;
}

}  // namespace

struct ModuleTree::Branch {
    struct Stored {
        std::string name;
        at::Tensor tensor;
        bool isParameter = false;
    };

    std::string name;  // as an attribute of the module around
    std::string path;  // as given
    struct Assigned {
        std::string name;
        c10::TypePtr type;
        c10::IValue value;
    };
    std::vector<Stored> stored;
    std::vector<Assigned> assigned;
    std::vector<std::unique_ptr<Branch>> children;
    std::unordered_map<std::string, Branch*> byName;  // as given
    std::set<std::string> taken{"forward", "training"};

    std::string freeName(const std::string& wanted)
    {
        // Numbers are names of modules in a list; what code names must not be a word of the language.
        const std::string base = isReserved(wanted) ? wanted + '_' : onlyWords(wanted);
        std::string found = base;
        for (int number = 1; !taken.insert(found).second; ++number)
            found = base + '_' + std::to_string(number);
        return found;
    }

    Branch& child(const std::string& part)
    {
        Branch*& known = byName[part];
        if (!known) {
            known = children.emplace_back(std::make_unique<Branch>()).get();
            known->name = freeName(part);
            known->path = path.empty() ? part : path + '.' + part;
        }
        return *known;
    }

    torch::jit::Module build(const std::shared_ptr<torch::jit::CompilationUnit>& unit,
                             const std::unordered_map<std::string, std::string>& classNames) const
    {
        const auto known = classNames.find(path);
        const std::string className = known == classNames.end() ? "Module" : identifier(known->second);
        torch::jit::Module module(c10::QualifiedName("__torch__." + className), unit, /*shouldMangle=*/true);
        module.register_attribute("training", c10::BoolType::get(), false);
        for (const bool wantsParameters : {true, false}) {
            for (const Stored& one : stored) {
                if (one.isParameter != wantsParameters)
                    continue;
                if (one.isParameter)
                    module.register_parameter(one.name, one.tensor, /*is_buffer=*/false);
                else
                    module.register_buffer(one.name, one.tensor);
            }
        }
        for (const Assigned& one : assigned)
            module.register_attribute(one.name, one.type, one.value);
        for (const std::unique_ptr<Branch>& inner : children)
            module.register_module(inner->name, inner->build(unit, classNames));
        return module;
    }
};

ModuleTree::ModuleTree() : m_root(std::make_unique<Branch>()) {}
ModuleTree::~ModuleTree() = default;

ModuleTree::Branch& ModuleTree::descend(std::span<const std::string> parts, std::vector<std::string>& names)
{
    Branch* branch = m_root.get();
    for (const std::string& part : parts) {
        branch = &branch->child(part);
        names.push_back(branch->name);
    }
    return *branch;
}

ModuleTree::Place ModuleTree::add(const std::string& path, at::Tensor tensor, bool isParameter)
{
    const std::vector<std::string> parts = partsOf(path);
    Place place;
    Branch& branch = descend(std::span(parts).first(parts.size() - 1), place.modules);
    place.attribute = branch.freeName(parts.back());
    branch.stored.push_back({place.attribute, std::move(tensor), isParameter});
    return place;
}

ModuleTree::Place ModuleTree::addAttribute(const std::string& path, c10::TypePtr type, c10::IValue value)
{
    const std::vector<std::string> parts = partsOf(path);
    Place place;
    Branch& branch = descend(std::span(parts).first(parts.size() - 1), place.modules);
    place.attribute = branch.freeName(parts.back());
    branch.assigned.push_back({place.attribute, std::move(type), std::move(value)});
    return place;
}

std::vector<std::string> ModuleTree::addModule(const std::string& path)
{
    std::vector<std::string> names;
    descend(partsOf(path), names);
    return names;
}

torch::jit::Module ModuleTree::build(const std::shared_ptr<torch::jit::CompilationUnit>& unit,
                                     const std::unordered_map<std::string, std::string>& classNames) const
{
    return m_root->build(unit, classNames);
}

std::string identifier(const std::string& text)
{
    std::string result = onlyWords(text);
    if (result.empty() || (result.front() >= '0' && result.front() <= '9') || isReserved(result))
        result.insert(result.begin(), '_');
    return result;
}

}  // namespace tenscope
