#pragma once

#include <torch/csrc/jit/api/module.h>

#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/torch/libtorch.h"

namespace tenscope {

// The modules of a TorchScript file to be written, made from the paths of its tensors: "layer1.0.weight" is the attribute
// `weight` of the module `0` in `layer1`. Names are kept as far as TorchScript can say them: other characters than letters,
// digits and _ become _, and what is taken, or means something in TorchScript, gets a number.
class ModuleTree {
public:
    // Where a tensor came to be, from the root: the modules, and the attribute of the last.
    struct Place {
        std::vector<std::string> modules;
        std::string attribute;
    };

    ModuleTree();
    ~ModuleTree();
    ModuleTree(const ModuleTree&) = delete;
    ModuleTree& operator=(const ModuleTree&) = delete;

    Place add(const std::string& path, at::Tensor tensor, bool isParameter);
    // What code assigns: no parameter, and not in the state dict.
    Place addAttribute(const std::string& path, c10::TypePtr type, c10::IValue value);
    // A module, whether it has tensors or not; gives its place.
    std::vector<std::string> addModule(const std::string& path);

    // The modules as LibTorch's, without methods. `classNames` holds what classes are called, by the path of the module.
    torch::jit::Module build(const std::shared_ptr<torch::jit::CompilationUnit>& unit,
                             const std::unordered_map<std::string, std::string>& classNames) const;

private:
    struct Branch;
    Branch& descend(std::span<const std::string> parts, std::vector<std::string>& names);

    std::unique_ptr<Branch> m_root;
};

// The text as an identifier of TorchScript: "onnx::Conv_12" → "onnx__Conv_12". Never empty, no word of the language.
std::string identifier(const std::string& text);

}  // namespace tenscope
