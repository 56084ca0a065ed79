#include <torch/cuda.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>

#include "core/torch/libtorch.h"
#include "core/torch/torchscriptdocument.h"

namespace tenscope {

namespace {

struct KnownBlas {
    std::string_view path;  // a part of the library's path
    const char* name;
    const char* warning;    // a sentence for people; null where all is well
};

// Tried in turn against every library of this process. Debian installs each BLAS in a folder of its own and links
// libblas.so.3 to the one in use.
constexpr KnownBlas knownBlas[] = {
    {"/openblas-openmp/", "OpenBLAS (OpenMP)", nullptr},
    {"/openblas64-openmp/", "OpenBLAS (OpenMP)", nullptr},
    {"/openblas-pthread/", "OpenBLAS (threads)",
     "The linear algebra library in use, OpenBLAS with threads of its own, gets in the way of LibTorch's threads; install "
     "libopenblas0-openmp for models to run up to three times as fast."},
    {"/openblas-serial/", "OpenBLAS (one thread)",
     "The linear algebra library in use, OpenBLAS without threads, uses one core only; install libopenblas0-openmp."},
    {"libmkl_", "Intel MKL", nullptr},
    {"/blis-openmp/", "BLIS (OpenMP)", nullptr},
    {"libblis", "BLIS", nullptr},
    {"libopenblas", "OpenBLAS", nullptr},
    {"/atlas/", "ATLAS", nullptr},
    {"/blas/libblas.so", "reference BLAS",
     "The linear algebra library in use is the slow reference BLAS; install libopenblas0-openmp and restart for models to run "
     "up to fifty times as fast."},
    {"libblas.so", "BLAS", nullptr},
};

const KnownBlas* blasInUse()
{
    std::string libraries;
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        const std::size_t path = line.find('/');
        if (path != std::string::npos && line.find(".so", path) != std::string::npos)
            libraries.append(line, path).push_back('\n');
    }
    for (const KnownBlas& blas : knownBlas)
        if (libraries.find(blas.path) != std::string::npos)
            return &blas;
    return nullptr;
}

}  // namespace

WorkerInfo workerInfo()
{
    WorkerInfo info;
    info.libtorchVersion = TORCH_VERSION;
    const KnownBlas* blas = blasInUse();
    info.blas = blas ? blas->name : "unknown";
    if (blas && blas->warning)
        info.warnings.emplace_back(blas->warning);
    const unsigned threads = std::max(1u, std::thread::hardware_concurrency());
    info.devices.push_back(
        {"cpu", "CPU, " + std::to_string(threads) + (threads == 1 ? " thread, " : " threads, ") + info.blas});
    try {
        if (!at::hasCUDA()) {
            info.noCudaReason = "This LibTorch was built without CUDA.";
        } else if (const auto count = torch::cuda::device_count(); count > 0) {
            for (std::size_t i = 0; i < count; ++i)
                info.devices.push_back({"cuda:" + std::to_string(i), "GPU " + std::to_string(i) + " (CUDA)"});
        } else {
            info.noCudaReason = "LibTorch finds no CUDA device: there is none, or its driver is missing.";
        }
    } catch (const std::exception&) {
        info.noCudaReason = "CUDA could not be initialized; its driver may be missing or too old.";
    }
    return info;
}

}  // namespace tenscope
