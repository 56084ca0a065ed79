#include "core/torch/torchscriptdocument.h"

#include <malloc.h>
#include <pthread.h>

#include <string>

#include "core/torch/archive.h"
#include "core/torch/failure.h"
#include "core/torch/graphbuilder.h"
#include "core/torch/runner.h"
#include "core/torch/scriptsubject.h"

namespace tenscope {

namespace {

// LibTorch's parser and compiler recurse over expressions and blocks, as deep as the file nests them.
constexpr std::size_t stackForReading = std::size_t(512) << 20;  // address space: only what is used becomes memory

// Runs `work` on a thread with a large stack and waits for it.
template <class Work>
void withLargeStack(Work work)
{
    const auto start = [](void* argument) -> void* {
        (*static_cast<Work*>(argument))();
        return nullptr;
    };
    // Memory that other threads than the first ask for comes from arenas that glibc lets grow a page at a time; LibTorch's
    // compiler makes so many small objects that half of its time would go there.
    static const bool isTuned = mallopt(M_ARENA_MAX, 1) != 0 && mallopt(M_TOP_PAD, 16 << 20) != 0;
    static_cast<void>(isTuned);
    pthread_attr_t attributes;
    pthread_t thread;
    bool isStarted = false;
    if (pthread_attr_init(&attributes) == 0) {
        isStarted = pthread_attr_setstacksize(&attributes, stackForReading) == 0 &&
                    pthread_create(&thread, &attributes, start, &work) == 0;
        pthread_attr_destroy(&attributes);
    }
    if (isStarted)
        pthread_join(thread, nullptr);
    else
        work();
}

// What zip archives that are no TorchScript seem to be; empty for TorchScript.
std::string otherKind(const Archive& archive)
{
    const auto hasFolder = [&archive](const std::string& folder) {
        for (const Archive::Record& record : archive.records())
            if (record.name.compare(0, folder.size(), folder) == 0)
                return true;
        return false;
    };
    if (archive.has("model.json"))
        return "was written by PyTorch 1.0 or 1.1, in a form of TorchScript that is no longer read; load and save it again "
               "with a newer PyTorch";
    if (archive.has("data.pkl") && hasFolder("code/"))
        return {};
    if (archive.has("archive_format") || archive.has("serialized_exported_program.json") || hasFolder("models/"))
        return "is an exported program of PyTorch 2 (.pt2), which is no TorchScript";
    if (archive.has("bytecode.pkl"))
        return "holds bytecode for the lite interpreter only, without code that could be shown";
    if (archive.has("data.pkl"))
        return "holds tensors or a pickled Python object written by torch.save, but no graph; export the model with "
               "torch.jit.trace or torch.jit.script";
    return "is a zip archive, but none that PyTorch wrote";
}

}  // namespace

struct TorchScriptDocument::Private {
    Script script;
    BuiltModel built;
    std::unique_ptr<ScriptSubject> subject;
    std::unique_ptr<Runner> runner;
};

TorchScriptDocument::TorchScriptDocument(std::unique_ptr<Private> p) : d(std::move(p)) {}
TorchScriptDocument::~TorchScriptDocument() = default;

Result<std::unique_ptr<TorchScriptDocument>> TorchScriptDocument::open(const std::filesystem::path& path, Progress& progress)
{
    const auto file = MappedFile::open(path);
    if (!file)
        return fail(file.error());
    if ((*file)->size() == 0)
        return fail(Error::read(path.string() + " is empty."));
    const auto magic = (*file)->slice(0, 2);
    if (magic && (*magic)[0] == std::byte(0x80) && (*magic)[1] == std::byte(0x02))
        return fail(Error::read(path.string() + " is a pickle written by torch.save, which holds no graph; export the model "
                                                "with torch.jit.trace or torch.jit.script."));
    const auto archive = Archive::open(*file);
    if (!archive)
        return fail(archive.error());
    if (const std::string other = otherKind(*archive); !other.empty())
        return fail(Error::read(path.string() + ' ' + other + '.'));
    const auto weights = WeightFile::open(*file);
    if (!weights)
        return fail(weights.error());

    auto d = std::make_unique<Private>();
    Error error;
    bool isRead = false;
    withLargeStack([&] {
        try {
            d->script = readScript(*archive, *weights, progress);
            d->built = buildModel(d->script, *archive, progress);
            d->subject = std::make_unique<ScriptSubject>(d->script, d->built);
            d->runner = std::make_unique<Runner>(*d->subject, d->built);
            isRead = true;
        } catch (const Failure& failure) {
            error = failure.error();
        } catch (const std::exception& exception) {
            error = Error::read(path.string() + " cannot be read as TorchScript: " + essence(exception) + '.');
        } catch (...) {
            error = Error::read(path.string() + " cannot be read as TorchScript.");
        }
    });
    if (!isRead)
        return fail(std::move(error));
    return std::unique_ptr<TorchScriptDocument>(new TorchScriptDocument(std::move(d)));
}

const Model& TorchScriptDocument::model() const
{
    return d->built.model;
}

Result<RunOutcome> TorchScriptDocument::run(const RunRequest& request, const RunObserver& observer, Progress& progress)
{
    return guarded("The model could not be run", [&] { return d->runner->run(request, observer, progress); });
}

Result<Tensor> TorchScriptDocument::activation(ValueId value, Progress& progress)
{
    return guarded("The value could not be computed", [&] { return d->runner->activation(value, progress); });
}

}  // namespace tenscope
