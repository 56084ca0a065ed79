#pragma once

#include <QString>
#include <span>
#include <vector>

#include "core/graph/literal.h"
#include "core/graph/model.h"
#include "ui/diagram/diagram.h"

namespace tenscope {

// What a node's box says, before it is measured: texts are whole here, pieces are what lines are filled with.
struct NodeText {
    QString title;
    int prefixLength = 0;  // of the title: its namespace
    QString name;          // the last part of the node's name that says more than its operator
    bool isModuleName = false;  // that is the name of the module it is in
    std::vector<QString> attributes;  // "stride 2", "W 64×64×3×3"; attributes first
    std::vector<QString> weights;
    QString hint;          // "then 12 nodes · else 3 nodes"
};

// `inputs` are the node's data inputs (core/graph/literal.h); stored tensors among them become `weights`.
NodeText nodeText(const Model& model, NodeId id, std::span<const DataInput> inputs);

// "N×64×56×56", "scalar", or the kind of what is no tensor: "float", "sequence(float32)". Empty where nothing is known.
QString shapeText(const Type& type);

// "conv2" of "/layer1/layer1.0/conv2/Conv", "layer1.0" of "/layer1/layer1.0/Add", "Conv_3" of "Conv_3". `isModuleName`
// (optional) says whether it is the module's and not the node's.
QString lastPart(const Model& model, NodeId id, bool* isModuleName = nullptr);

// "12 500": groups of three with a narrow space between, from five digits on as is usual.
QString groupedNumber(std::uint64_t number);

// What a reader knows a value by: "x" of "x", "Relu_output_0" of "/features/Relu_output_0".
QString shortValueName(const std::string& name);

}  // namespace tenscope
