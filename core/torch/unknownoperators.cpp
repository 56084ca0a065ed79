#include "core/torch/unknownoperators.h"

#include <torch/csrc/jit/frontend/builtin_functions.h>
#include <torch/csrc/jit/frontend/script_type_parser.h>

#include <algorithm>
#include <array>
#include <regex>

#include "core/torch/operatorbodies.h"

namespace tenscope {

namespace {

using namespace torch::jit;  // the parser's trees, throughout

constexpr const char* overloadPrefix = "tenscope_unknown_";
constexpr std::size_t largestSource = std::size_t(64) << 20;

// Operators of well-known extension libraries, so that their arguments have names and their results types.
constexpr std::array foreignSchemas{
    "torchvision::nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "torchvision::roi_align(Tensor input, Tensor rois, float spatial_scale, int pooled_height, int pooled_width, "
    "int sampling_ratio, bool aligned) -> Tensor",
    "torchvision::roi_pool(Tensor input, Tensor rois, float spatial_scale, int pooled_height, int pooled_width) -> (Tensor, Tensor)",
    "torchvision::ps_roi_align(Tensor input, Tensor rois, float spatial_scale, int pooled_height, int pooled_width, "
    "int sampling_ratio) -> (Tensor, Tensor)",
    "torchvision::ps_roi_pool(Tensor input, Tensor rois, float spatial_scale, int pooled_height, int pooled_width) -> "
    "(Tensor, Tensor)",
    "torchvision::deform_conv2d(Tensor input, Tensor weight, Tensor offset, Tensor mask, Tensor bias, int stride_h, "
    "int stride_w, int pad_h, int pad_w, int dilation_h, int dilation_w, int groups, int offset_groups, bool use_mask) -> Tensor",
    "torch_scatter::scatter_sum(Tensor src, Tensor index, int dim, Tensor? out, int? dim_size) -> Tensor",
    "torch_scatter::scatter_mean(Tensor src, Tensor index, int dim, Tensor? out, int? dim_size) -> Tensor",
    "torch_scatter::scatter_max(Tensor src, Tensor index, int dim, Tensor? out, int? dim_size) -> (Tensor, Tensor)",
    "torch_scatter::scatter_min(Tensor src, Tensor index, int dim, Tensor? out, int? dim_size) -> (Tensor, Tensor)",
    "torch_cluster::knn(Tensor x, Tensor y, Tensor? ptr_x, Tensor? ptr_y, int k, bool cosine, int num_workers) -> Tensor",
    "torch_cluster::radius(Tensor x, Tensor y, Tensor? ptr_x, Tensor? ptr_y, float r, int max_num_neighbors, int num_workers) -> Tensor",
    "torch_cluster::fps(Tensor src, Tensor ptr, Tensor ratio, bool random_start) -> Tensor",
};

// Every placeholder that is registered, and those that were: nodes of older files point to their schemas.
struct Placeholders {
    std::vector<std::shared_ptr<Operator>> all;
    std::vector<std::shared_ptr<Operator>> registered;
    std::size_t count = 0;
};

Placeholders& placeholders()
{
    static Placeholders instance;
    return instance;
}

void dropPlaceholders()
{
    for (const auto& op : placeholders().registered)
        deregisterOperator(op->schema());
    placeholders().registered.clear();
}

void registerPlaceholder(const std::string& name, std::vector<c10::Argument> arguments, std::vector<c10::Argument> results)
{
    const std::string overload = overloadPrefix + std::to_string(placeholders().count++);
    const std::string text = name;
    registerOperator(Operator(
        name, overload, std::move(arguments), std::move(results),
        [text](Stack&) { throw std::runtime_error("the operator " + text + " is not part of this LibTorch"); },
        c10::AliasAnalysisKind::CONSERVATIVE));
    if (const auto op = findOperatorFor(c10::OperatorName(name, overload))) {
        placeholders().all.push_back(op);
        placeholders().registered.push_back(op);
    }
}

const std::vector<c10::TypePtr>& resultCandidates()
{
    static const std::vector<c10::TypePtr> candidates{
        c10::TensorType::get(),
        c10::ListType::ofTensors(),
        c10::IntType::get(),
        c10::FloatType::get(),
        c10::BoolType::get(),
        c10::StringType::get(),
        c10::ListType::ofInts(),
        c10::ListType::ofFloats(),
        c10::OptionalType::create(c10::TensorType::get()),
        c10::DictType::create(c10::StringType::get(), c10::TensorType::get()),
        c10::ListType::create(c10::ListType::ofTensors()),
        c10::AnyType::get(),
    };
    return candidates;
}

bool isWordIn(const std::string& word, const std::string& text)
{
    const auto isPart = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
    for (std::size_t at = text.find(word); !word.empty() && at != std::string::npos; at = text.find(word, at + 1))
        if ((at == 0 || !isPart(text[at - 1])) && (at + word.size() == text.size() || !isPart(text[at + word.size()])))
            return true;
    return false;
}

// Finds libraries of operators by their name alone, as the methods of made-up classes call them.
struct LibraryResolver : Resolver {
    std::shared_ptr<SugaredValue> resolveValue(const std::string& name, GraphFunction&, const SourceRange&) override
    {
        return std::make_shared<BuiltinModule>(name);
    }
};

struct Spot {
    std::string file;
    std::size_t line = 0;
    std::string excerpt;  // the marked line
};

// The places that an error message points at, each with the line above its mark.
std::vector<Spot> spotsIn(const std::string& message)
{
    static const std::regex place("File \"([^\"]+)\", line ([0-9]+)");
    std::vector<Spot> spots;
    std::string previous;
    std::size_t begin = 0;
    while (begin < message.size() && begin < 100'000) {
        std::size_t end = message.find('\n', begin);
        end = end == std::string::npos ? message.size() : end;
        const std::string line = message.substr(begin, std::min<std::size_t>(end - begin, 4000));
        std::smatch match;
        if (std::regex_search(line, match, place))
            spots.push_back({match[1], std::stoul(match[2].str().substr(0, 9)), {}});
        else if (line.find("<--- HERE") != std::string::npos && !spots.empty() && spots.back().excerpt.empty())
            spots.back().excerpt = previous;
        previous = line;
        begin = end + 1;
    }
    return spots;
}

}  // namespace

// Walks the syntax trees of one source.
class UnknownOperators::Scanner {
public:
    Scanner(std::vector<Call>& calls, std::string file) : m_calls(calls), m_file(std::move(file)) {}

    void scan(const std::string& text)
    {
        Parser parser(std::make_shared<Source>(text, m_file, 1));
        Lexer& lexer = parser.lexer();
        if (lexer.cur().kind == TK_IDENT && lexer.cur().text() == "op_version_set")
            while (lexer.cur().kind != TK_NEWLINE && lexer.cur().kind != TK_EOF)
                lexer.next();
        while (lexer.cur().kind != TK_EOF) {
            if (lexer.cur().kind == TK_NEWLINE) {
                lexer.next();
            } else if (lexer.cur().kind == TK_IMPORT) {
                while (lexer.cur().kind != TK_NEWLINE && lexer.cur().kind != TK_EOF)
                    lexer.next();
            } else if (lexer.cur().kind == TK_CLASS_DEF) {
                walk(parser.parseClass());
            } else {
                walk(parser.parseFunction(false));
            }
        }
    }

private:
    void walk(const TreeRef& tree)
    {
        std::vector<c10::TypePtr> outer = m_returned;
        switch (tree->kind()) {
        case TK_DEF: {
            const Decl declaration = Def(tree).decl();
            m_returned.clear();
            if (declaration.return_type().present())
                m_returned = typesOf(declaration.return_type().get());
            break;
        }
        case TK_ASSIGN: {
            const Assign assign(tree);
            if (assign.rhs().present() && assign.lhs_list().size() == 1) {
                m_results.clear();
                m_target.clear();
                if (assign.type().present())
                    m_results = typesOf(assign.type().get());
                if (assign.lhs().kind() == TK_TUPLE_LITERAL)
                    m_results.assign(TupleLiteral(assign.lhs()).inputs().size(), c10::TensorType::get());
                else if (assign.lhs().kind() == TK_VAR)
                    m_target = Var(assign.lhs()).name().name();
                m_isDirect = true;
                walk(assign.rhs().get().tree());
            }
            return;
        }
        case TK_RETURN:
            m_results = m_returned;
            m_target.clear();
            m_isDirect = true;
            walk(Return(tree).expr().tree());
            return;
        case TK_APPLY: {
            const std::vector<c10::TypePtr> results = m_isDirect ? m_results : std::vector<c10::TypePtr>();
            const std::string target = m_isDirect ? m_target : std::string();
            m_isDirect = false;
            const Apply apply(tree);
            if (apply.callee().kind() == TK_VAR && apply.inputs().size() == 2 &&
                (Var(apply.callee()).name().name() == "annotate" || Var(apply.callee()).name().name() == "unchecked_cast")) {
                m_results = typesOf(apply.inputs()[0]);
                m_target = target;
                m_isDirect = true;
                walk(apply.inputs()[1].tree());
                return;
            }
            note(apply, results, target);
            break;
        }
        default: m_isDirect = false; break;
        }
        for (const TreeRef& child : tree->trees()) {
            m_isDirect = false;
            walk(child);
        }
        m_returned = std::move(outer);
    }

    void note(const Apply& apply, const std::vector<c10::TypePtr>& results, const std::string& target)
    {
        if (apply.callee().kind() != '.')
            return;
        const Select outer(apply.callee());
        Call call;
        const std::string name = outer.selector().name();
        if (outer.value().kind() == TK_VAR && Var(outer.value()).name().name() == "torch") {
            call.symbol = c10::Symbol::fromQualString("aten::" + name);
        } else if (outer.value().kind() == '.' && Select(outer.value()).value().kind() == TK_VAR &&
                   Var(Select(outer.value()).value()).name().name() == "ops") {
            call.symbol = c10::Symbol::fromQualString(Select(outer.value()).selector().name() + "::" + name);
        } else {
            call.method = name;
        }
        call.file = m_file;
        const SourceRange& range = apply.callee().range();
        call.line = range.source()->lineno_for_offset(range.start()) + 1;
        call.positional = apply.inputs().size();
        for (const auto& input : apply.inputs())
            call.names.push_back(input.kind() == TK_VAR ? Var(input).name().name() : std::string());
        for (const auto& attribute : apply.attributes())
            call.keywords.push_back(attribute.name().name());
        call.results = results;
        call.target = target;
        m_calls.push_back(std::move(call));
    }

    // A tuple's members are several results.
    static std::vector<c10::TypePtr> typesOf(const Expr& expression)
    {
        try {
            const c10::TypePtr type = ScriptTypeParser().parseTypeFromExpr(expression);
            if (const auto tuple = type->cast<c10::TupleType>())
                return tuple->elements().vec();
            return {type};
        } catch (const std::exception&) {
            return {};  // a class of the file
        }
    }

    std::vector<Call>& m_calls;
    std::string m_file;
    std::vector<c10::TypePtr> m_returned;  // by the function around
    std::vector<c10::TypePtr> m_results;   // of the statement
    std::string m_target;
    bool m_isDirect = false;  // whether the expression is the statement's own, not a part of it
};

bool UnknownOperators::isPlaceholder(const c10::FunctionSchema& schema)
{
    return schema.overload_name().compare(0, std::char_traits<char>::length(overloadPrefix), overloadPrefix) == 0;
}

bool UnknownOperators::learn(const std::exception& exception)
{
    const std::string message = exception.what();
    if (!m_hasLearned) {
        m_hasLearned = true;
        dropPlaceholders();
        if (registerOperatorBodies())
            return true;
    }
    scan();
    return addClass(message) || addMethod(message) ||
           (message.find("Unknown builtin op") != std::string::npos && addUnknownSymbols()) || advanceGuess(message, true) ||
           addMismatch(message) || advanceGuess(message, false);
}

void UnknownOperators::scan()
{
    if (m_isScanned)
        return;
    m_isScanned = true;
    for (const Archive::Record& record : m_archive.records()) {
        const bool isCode = record.name.compare(0, 5, "code/") == 0 && record.name.size() > 3 &&
                            record.name.compare(record.name.size() - 3, 3, ".py") == 0;
        if (!isCode || record.size > largestSource)
            continue;
        const Result<std::string> text = m_archive.read(record);
        try {
            if (text)
                Scanner(m_calls, record.name).scan(*text);
        } catch (const std::exception&) {
            // A source that does not parse: the import says so itself when it comes to it.
        }
    }
}

bool UnknownOperators::addUnknownSymbols()
{
    std::vector<const Call*> unknown;
    for (const Call& call : m_calls)
        if (call.symbol != c10::Symbol() && !call.symbol.is_prim() && getAllOperatorsFor(call.symbol).empty() &&
            getAllBuiltinFunctionsFor(call.symbol).empty())
            unknown.push_back(&call);
    bool isNew = false;
    for (const Call* call : unknown)
        isNew = add(*call) || isNew;
    return isNew;
}

// A known operator that is called in a way this LibTorch does not know: a newer overload, a newer keyword.
bool UnknownOperators::addMismatch(const std::string& message)
{
    bool isNew = false;
    for (const Spot& spot : spotsIn(message)) {
        for (const Call& call : m_calls)
            if (call.symbol != c10::Symbol() && call.file == spot.file && call.line == spot.line &&
                message.find(call.symbol.toQualString()) != std::string::npos)
                isNew = add(call) || isNew;
        if (isNew)
            return true;
    }
    return isNew;
}

bool UnknownOperators::addClass(const std::string& message)
{
    static const std::regex pattern("(__torch__\\.torch\\.classes(?:\\.[A-Za-z_][A-Za-z0-9_]*)+)");
    if (message.find("Unknown type name") == std::string::npos && message.find("Class") == std::string::npos)
        return false;
    std::smatch match;
    const std::string beginning = message.substr(0, 4000);
    if (!std::regex_search(beginning, match, pattern))
        return false;
    return m_classes.try_emplace(match[1]).second;
}

bool UnknownOperators::addMethod(const std::string& message)
{
    if (m_classes.empty())
        return false;
    for (const Spot& spot : spotsIn(message)) {
        for (const Call& call : m_calls) {
            if (call.method.empty() || call.file != spot.file || call.line != spot.line)
                continue;
            for (auto& [name, methods] : m_classes) {
                if (message.find(name) == std::string::npos || message.find(call.method) == std::string::npos ||
                    methods.count(call.method) != 0)
                    continue;
                // The namespace and the class make the placeholder's name: ns::Class_method.
                const std::size_t dot = name.rfind('.');
                const std::size_t before = name.rfind('.', dot - 1);
                const std::string space = name.substr(before + 1, dot - before - 1);
                const std::string op = name.substr(dot + 1) + '_' + call.method;
                Call inner = call;
                inner.method.clear();
                inner.symbol = c10::Symbol::fromQualString(space + "::" + op);
                inner.positional = call.positional + call.keywords.size() + 1;
                inner.keywords.clear();
                inner.names.clear();
                std::string parameters = "self";
                std::string passed = "self";
                for (std::size_t i = 0; i < call.positional; ++i) {
                    parameters += ", a" + std::to_string(i) + ": Any";
                    passed += ", a" + std::to_string(i);
                }
                for (const std::string& keyword : call.keywords) {
                    parameters += ", " + keyword + ": Any";
                    passed += ", " + keyword;
                }
                methods[call.method] =
                    "def " + call.method + "(" + parameters + "):\n    return " + space + "." + op + "(" + passed + ")\n";
                add(inner);
                return true;
            }
        }
    }
    return false;
}

bool UnknownOperators::advanceGuess(const std::string& message, bool onlyNamed)
{
    // First those that the message points at, then any.
    std::vector<Placeholder*> order;
    for (const Spot& spot : spotsIn(message))
        for (Placeholder& placeholder : m_placeholders)
            if (isWordIn(placeholder.call.target, spot.excerpt) ||
                (placeholder.call.file == spot.file && placeholder.call.line == spot.line))
                order.push_back(&placeholder);
    for (Placeholder& placeholder : m_placeholders)
        if (!onlyNamed)
            order.push_back(&placeholder);
    for (Placeholder* placeholder : order) {
        if (!placeholder->isGuess || placeholder->candidate + 1 >= resultCandidates().size())
            continue;
        ++placeholder->candidate;
        dropPlaceholders();
        for (const Placeholder& each : m_placeholders)
            registerFor(each);
        return true;
    }
    return false;
}

bool UnknownOperators::add(const Call& call)
{
    const std::string name = call.symbol.toQualString();
    std::string shape = name + '/' + std::to_string(call.positional);
    for (const std::string& keyword : call.keywords)
        shape += '/' + keyword;
    if (!m_added.insert(shape).second)
        return false;
    m_placeholders.push_back({call, call.results.empty(), 0});
    registerFor(m_placeholders.back());
    return true;
}

void UnknownOperators::registerFor(const Placeholder& placeholder)
{
    const Call& call = placeholder.call;
    const std::string name = call.symbol.toQualString();
    for (const char* text : foreignSchemas) {
        const c10::FunctionSchema schema = parseSchema(text);
        if (schema.name() == name && schema.arguments().size() == call.positional + call.keywords.size()) {
            registerPlaceholder(name, schema.arguments(), schema.returns());
            return;
        }
    }
    std::vector<c10::Argument> arguments;
    std::set<std::string> taken;
    for (std::size_t i = 0; i < call.positional; ++i) {
        const std::string argument = "arg" + std::to_string(i);
        taken.insert(argument);
        arguments.emplace_back(argument, c10::AnyType::get());
    }
    for (const std::string& keyword : call.keywords)
        if (taken.insert(keyword).second)
            arguments.emplace_back(keyword, c10::AnyType::get(), c10::nullopt, c10::nullopt, /*kwarg_only=*/true);
    std::vector<c10::Argument> results;
    if (placeholder.isGuess)
        results.emplace_back("", resultCandidates()[placeholder.candidate]);
    for (const c10::TypePtr& type : call.results)
        results.emplace_back("", type);
    registerPlaceholder(name, std::move(arguments), std::move(results));
}

void UnknownOperators::defineClasses(const std::shared_ptr<CompilationUnit>& unit) const
{
    // The importer never reads classes of this namespace from a file, but it finds those that are there already.
    std::vector<std::pair<c10::ClassTypePtr, std::string>> defined;
    for (const auto& [name, methods] : m_classes) {
        const auto type = c10::ClassType::create(c10::QualifiedName(name), unit);
        unit->register_type(type);
        std::string source;
        for (const auto& [method, text] : methods)
            source += text;
        if (!source.empty())
            defined.emplace_back(type, source);
    }
    for (const auto& [type, source] : defined) {
        const SimpleSelf self(type);
        unit->define(*type->name(), source, std::make_shared<LibraryResolver>(), &self);
    }
}

}  // namespace tenscope
