#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/graph/tensor.h"
#include "core/graph/type.h"

namespace tenscope {

// What fills one input of a run: "random", "zeros", "ones", "arange", a number ("16000", "0.5", "true"), "none" for optional
// inputs, or a file ("x.npy", "x.npz:key", "photo.png").
struct InputSpec {
    enum class Kind { Random, Zeros, Ones, Arange, Number, None, File };
    Kind kind = Kind::Random;
    double number = 0;
    std::optional<std::int64_t> integer;  // of numbers without a point: exact
    std::filesystem::path file;
    std::string key;  // what follows the last colon behind a file's name
};

// Fails (ErrorKind::Usage) on what is neither of these, with the file's name where it does not exist.
Result<InputSpec> parseInputSpec(const std::string& text);

// A shape as people write it: "1x3x224x224", "1,3,224,224", "scalar". Optionally with an element type behind a colon, for
// models that do not say it: "1x16:int64". Fails with ErrorKind::Usage.
struct InputShape {
    std::vector<std::int64_t> sizes;
    ElementType element = ElementType::Undefined;
};
Result<InputShape> parseInputShape(const std::string& text);

struct InputOptions {
    std::optional<InputShape> shape;  // replaces what the model says
    std::uint64_t seed = 0;
    std::uint64_t stream = 0;  // tells the random inputs of one run apart: their index
};

// Makes the tensor for an input of that type. Random is the standard normal distribution (integers: 0 … 9; booleans: even
// odds), the same for a seed on every machine. Dimensions that the model leaves open become 1. Scalars of TorchScript
// (int, float, bool) are tensors without dimensions. `none` gives a tensor of no type without data, which stands for
// TorchScript's None; optional inputs get it also where nothing is said.
//
// Reads .npy and .npz files itself; of other files it fails, see fitInput(). `name` is the input's, for sentences.
// Fails with ErrorKind::Usage where the request and the type do not go together or the shape is not known, and with
// ErrorKind::Read for files.
Result<Tensor> makeInput(const InputSpec& spec, const Type& type, const std::string& name, const InputOptions& options);

// Holds a tensor that came from a file against the type of the input: the rank and the sizes that are known must agree;
// numbers are converted to the input's element type where that loses no more than digits (never from float to integer, and
// integers must fit). What the type leaves open is taken as it is. Fails with ErrorKind::Usage.
Result<Tensor> fitInput(Tensor tensor, const Type& type, const std::string& name, const InputOptions& options = {});

// What a value of that type is taken to be instead of what is computed: zeros, ones and numbers are a tensor without dimensions, which
// fills a value of any shape; a file of NumPy's has the value's own shape. Fails with ErrorKind::Usage on all other specifications.
Result<Tensor> overrideTensor(const InputSpec& spec, const Type& type, const std::string& name);

// The sizes that makeInput() would use: those of the options, else the type's, with 1 for what is open; nothing where the
// rank is not known.
std::optional<std::vector<std::int64_t>> inputSizes(const Type& type, const InputOptions& options);

}  // namespace tenscope
