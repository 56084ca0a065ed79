#include "app/commandline/runinputs.h"

#include <map>
#include <optional>

#include "app/commandline/imageinput.h"
#include "core/analysis/inputspec.h"
#include "core/analysis/modelsummary.h"
#include "core/formats/onnx/tensorfile.h"

namespace tenscope {

namespace {

// What is said of inputs, by their index.
using ByInput = std::map<std::size_t, std::string>;

Result<ByInput> byInput(const Model& model, const std::vector<ValueId>& inputs, const QStringList& options, const char* option)
{
    ByInput result;
    for (const QString& text : options) {
        // Names may hold an equals sign, specifications that name a file too: the longest known name wins.
        std::optional<std::size_t> found;
        qsizetype length = -1;
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            const QString name = QString::fromStdString(model.value(inputs[i]).name);
            if (text.startsWith(name + '=') && name.size() > length) {
                found = i;
                length = name.size();
            }
        }
        if (!found) {
            length = text.indexOf('=');
            bool isNumber = false;
            const int index = text.left(length).toInt(&isNumber);
            if (length < 1)
                return fail(Error::usage(std::string(option) + " takes NAME=VALUE, not \"" + text.toStdString() + "\""));
            if (isNumber && index >= 0 && std::size_t(index) < inputs.size())
                found = std::size_t(index);
        }
        if (!found) {
            std::string names;
            for (const ValueId input : inputs)
                names += (names.empty() ? "" : ", ") + model.value(input).name;
            return fail(Error::usage("the model has no input \"" + text.left(length).toStdString() + "\"; it has " +
                                     (names.empty() ? "none" : names)));
        }
        if (!result.emplace(*found, text.mid(length + 1).toStdString()).second)
            return fail(Error::usage(std::string(option) + " is given twice for input " + model.value(inputs[*found]).name));
    }
    return result;
}

Result<Tensor> fromFile(const InputSpec& spec, const Type& type, const std::string& name, const InputOptions& options)
{
    const std::string extension = spec.file.extension().string();
    if (extension == ".npy" || extension == ".npz")
        return makeInput(spec, type, name, options);
    if (extension == ".pb") {
        auto tensor = readOnnxTensor(spec.file);
        if (!tensor)
            return tensor;
        return fitInput(std::move(*tensor), type, name, options);
    }
    const QString path = QString::fromStdString(spec.file.string());
    if (!isImage(path))
        return fail(Error::read("input " + name + ": " + spec.file.string() +
                                " is neither a NumPy file (.npy, .npz), an ONNX tensor (.pb) nor an image that can be read"));
    ElementType element = options.shape ? options.shape->element : ElementType::Undefined;
    if (element == ElementType::Undefined)
        element = type.element;
    return imageInput(path, type, element, name, options.shape ? std::optional(options.shape->sizes) : std::nullopt, spec.key);
}

}  // namespace

Result<std::vector<Tensor>> runInputs(const Model& model, const QStringList& specs, const QStringList& shapes, std::uint64_t seed)
{
    const std::vector<ValueId> inputs = requiredInputs(model);
    const auto specOf = byInput(model, inputs, specs, "--input");
    if (!specOf)
        return fail(specOf.error());
    const auto shapeOf = byInput(model, inputs, shapes, "--shape");
    if (!shapeOf)
        return fail(shapeOf.error());

    std::vector<Tensor> tensors;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const Value& value = model.value(inputs[i]);
        InputOptions options;
        options.seed = seed;
        options.stream = i;
        if (const auto found = shapeOf->find(i); found != shapeOf->end()) {
            auto shape = parseInputShape(found->second);
            if (!shape)
                return fail(shape.error());
            options.shape = std::move(*shape);
        }
        InputSpec spec;
        if (const auto found = specOf->find(i); found != specOf->end()) {
            auto parsed = parseInputSpec(found->second);
            if (!parsed)
                return fail(parsed.error());
            spec = std::move(*parsed);
        }
        auto tensor = spec.kind == InputSpec::Kind::File ? fromFile(spec, value.type, value.name, options)
                                                         : makeInput(spec, value.type, value.name, options);
        if (!tensor)
            return fail(tensor.error());
        tensors.push_back(std::move(*tensor));
    }
    return tensors;
}

Result<std::vector<Override>> runOverrides(const Model& model, const QStringList& specs)
{
    std::vector<Override> overrides;
    for (const QString& text : specs) {
        // As with inputs: names may hold an equals sign, and the longest known name wins.
        ValueId found;
        qsizetype length = -1;
        for (std::size_t i = 0; i < model.valueCount(); ++i) {
            const Value& value = model.value(ValueId(i));
            const QString name = QString::fromStdString(value.name);
            if (value.isAlive() && value.producer() && name.size() > length && text.startsWith(name + '=')) {
                found = ValueId(i);
                length = name.size();
            }
        }
        if (!found)
            return fail(Error::usage("--override takes NAME=SPEC with the name of a value that a node computes, not \"" +
                                     text.toStdString() + "\""));
        const Value& value = model.value(found);
        const auto spec = parseInputSpec(text.mid(length + 1).toStdString());
        if (!spec)
            return fail(spec.error());
        auto tensor = overrideTensor(*spec, value.type, value.name);
        if (!tensor)
            return fail(tensor.error());
        overrides.push_back({found, std::move(*tensor)});
    }
    return overrides;
}

}  // namespace tenscope
