#pragma once

#include <exception>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/torch/archive.h"
#include "core/torch/libtorch.h"

namespace tenscope {

// Makes files importable that use operators and classes which this LibTorch lacks: after each failed import, learn() adds
// what the failure names, and the import is tried again.
//
//  - Operators of newer LibTorch versions that can be written in older ones get a body and run (operatorbodies.h).
//  - Every other operator becomes a placeholder, whose schema is that of the call in the file's code: as many arguments of
//    any type, and results as the code around the call says, or else guesses, one after the other, until the code compiles.
//  - Custom classes of extension libraries become classes without attributes whose methods are placeholders.
//
// LibTorch's table of operators belongs to the whole process: placeholders stay until the next file learns something.
class UnknownOperators {
public:
    explicit UnknownOperators(const Archive& archive) : m_archive(archive) {}

    // Whether something was added, so that another attempt makes sense.
    bool learn(const std::exception& exception);

    // Whether this is the name of a class that learn() made up.
    bool isClass(const std::string& qualifiedName) const { return m_classes.count(qualifiedName) != 0; }
    // Defines those classes for an import that is about to begin.
    void defineClasses(const std::shared_ptr<torch::jit::CompilationUnit>& unit) const;

    static bool isPlaceholder(const c10::FunctionSchema& schema);

private:
    // A call of an operator or of a method in the file's code.
    struct Call {
        c10::Symbol symbol;        // of operators
        std::string method;        // of methods
        std::string file;
        std::size_t line = 0;
        std::size_t positional = 0;
        std::vector<std::string> keywords;
        std::vector<c10::TypePtr> results;  // empty: unknown
        std::string target;                 // the variable that takes the result, where it is one
        std::vector<std::string> names;     // of arguments that are variables
    };
    struct Placeholder {
        Call call;
        bool isGuess = false;  // of the result's type
        std::size_t candidate = 0;
    };
    class Scanner;

    void scan();
    bool addUnknownSymbols();
    bool addMismatch(const std::string& message);
    bool addClass(const std::string& message);
    bool addMethod(const std::string& message);
    // Tries the next type for the result of a placeholder: one that the message names, or any.
    bool advanceGuess(const std::string& message, bool onlyNamed);
    bool add(const Call& call);
    static void registerFor(const Placeholder& placeholder);

    const Archive& m_archive;
    bool m_hasLearned = false;
    bool m_isScanned = false;
    std::vector<Call> m_calls;
    std::set<std::string> m_added;  // shapes of calls that have a placeholder
    std::vector<Placeholder> m_placeholders;
    std::map<std::string, std::map<std::string, std::string>> m_classes;  // name → method → source
};

}  // namespace tenscope
