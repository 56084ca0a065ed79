#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/graph/model.h"

namespace tenscope {

// Finds out in which module a node was written, from what exporters leave in ONNX files:
//  - PyTorch's exporter names nodes "/layer1/layer1.0/conv1/Conv": a segment repeats the end of its ancestors' path in dots,
//    and modules that were not called themselves (lists) appear in dots only. That is layer1 › 0 › conv1;
//  - TensorFlow's converters name them "block1/conv/Conv2D";
//  - newer PyTorch writes the metadata property namespace, "…/layer1: pkg.Sequential/layer1.0: pkg.Block/conv: aten.conv2d",
//    with the class of each module;
//  - older PyTorch writes "Conv_0": no module.
class ScopeNames {
public:
    // Adds the scopes that it finds to `model`.
    explicit ScopeNames(Model& model) : m_model(model) {}

    // Invalid where the name tells none. The name's bytes must live as long as this object.
    ScopeId fromNodeName(std::string_view name);
    // Of the metadata property; sets the class names of new scopes. `node` is the node's name: it may be the last segment.
    ScopeId fromNamespace(const std::string& text, std::string_view node);

private:
    // The scope `segment` (with dots where `isDotted`) inside `path`, whose names it may repeat. Extends `path`.
    void descend(std::string_view segment, bool isDotted);

    Model& m_model;
    std::unordered_map<std::string_view, ScopeId> m_known;  // by the node's name up to its last slash
    std::vector<std::string_view> m_path;                   // of the name that is being read
};

}  // namespace tenscope
