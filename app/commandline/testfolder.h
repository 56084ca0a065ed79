#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/analysis/tensordifference.h"

namespace tenscope {

class WorkerClient;

// The folders at or below `root` that hold a model.onnx with test data, sorted.
std::vector<std::filesystem::path> testFolders(const std::filesystem::path& root);

// Runs the model of a folder of ONNX's test data on each of its data sets (test_data_set_N with input_K.pb and output_K.pb)
// and compares with what is expected there. Empty where all is as expected, else why not, as one line.
std::string verifyFolder(const std::filesystem::path& folder, WorkerClient& worker, const Tolerance& tolerance);

}  // namespace tenscope
