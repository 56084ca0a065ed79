#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tenscope {

// An operator that a model could not be converted for.
struct UnconvertedOperator {
    std::string op;           // "com.example.Foo"
    std::uint64_t count = 0;  // of its nodes
    std::string why;          // a sentence for people, of the first of them
};

// What became of writing a model as TorchScript.
struct ScriptExport {
    std::uint64_t bytes = 0;                       // of the file
    std::vector<UnconvertedOperator> unconverted;  // not empty: nothing was written
    std::vector<std::string> notes;                // sentences: what is another in the file than in the model
};

}  // namespace tenscope
