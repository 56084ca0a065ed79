#include "core/torch/script.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "core/torch/failure.h"
#include "core/torch/picklecheck.h"
#include "core/torch/setstate.h"
#include "core/torch/unknownoperators.h"

namespace tenscope {

namespace {

constexpr int mostAttempts = 60;

// Sources nest blocks and brackets only as deep as people or the tracer wrote them. The parser recurses.
constexpr int deepestBracket = 2000;

// Archives before version 3 do not say what their lists and dictionaries hold: the type of whoever takes them does.
void setElementTypes(const c10::IValue& value, const c10::TypePtr& type)
{
    if (const auto optional = type->cast<c10::OptionalType>()) {
        if (!value.isNone())
            setElementTypes(value, optional->getElementType());
    } else if (const auto tuple = type->cast<c10::TupleType>()) {
        if (value.isTuple() && value.toTupleRef().elements().size() == tuple->elements().size())
            for (std::size_t i = 0; i < tuple->elements().size(); ++i)
                setElementTypes(value.toTupleRef().elements()[i], tuple->elements()[i]);
    } else if (const auto list = type->cast<c10::ListType>()) {
        if (!value.isList())
            return;
        value.toList().unsafeSetElementType(list->getElementType());
        for (const c10::IValue& element : value.toListRef())
            setElementTypes(element, list->getElementType());
    } else if (const auto dictionary = type->cast<c10::DictType>()) {
        if (!value.isGenericDict())
            return;
        value.toGenericDict().unsafeSetKeyType(dictionary->getKeyType());
        value.toGenericDict().unsafeSetValueType(dictionary->getValueType());
        for (const auto& entry : value.toGenericDict())
            setElementTypes(entry.value(), dictionary->getValueType());
    }
}

// Calls back into the archive while LibTorch reads.
class Reader {
public:
    Reader(const Archive& archive, std::shared_ptr<WeightFile> weights, UnknownOperators& unknown, Progress& progress)
        : m_archive(archive), m_unknown(unknown), m_progress(progress)
    {
        m_script.weights = std::move(weights);
        m_script.unit = std::make_shared<torch::jit::CompilationUnit>();
    }

    Script read()
    {
        std::uint64_t version = 0;
        for (const char* name : {"version", ".data/version"})
            if (m_archive.has(name))
                version = std::strtoull(m_archive.text(name).c_str(), nullptr, 10);
        m_unknown.defineClasses(m_script.unit);
        torch::jit::SourceImporter importer(
            m_script.unit, &m_script.constants, [this](const std::string& qualifier) { return source(qualifier); }, version);
        m_importer = &importer;
        if (m_archive.has("constants.pkl")) {
            const c10::IValue constants = unpickle("constants", version);
            for (const c10::IValue& constant : constants.toTupleRef().elements())
                m_script.constants.push_back(constant);
        }
        const c10::IValue data = unpickle("data", version);
        if (!data.isObject() || !data.toObject()->type()->is_module())
            throw Failure(Error::read(path() + " holds no TorchScript module: its data.pkl is something else."));
        m_script.root = data.toObject();
        m_importer = nullptr;
        for (const auto& function : m_script.unit->get_functions())
            function->ensure_defined();
        return std::move(m_script);
    }

private:
    std::string path() const { return m_archive.file()->path().string(); }

    std::shared_ptr<torch::jit::Source> source(const std::string& qualifier)
    {
        stopIfCancelled();
        std::string name = "code/" + qualifier;
        std::replace(name.begin() + 5, name.end(), '.', '/');
        name += ".py";
        const Archive::Record* record = m_archive.find(name);
        if (!record)
            return nullptr;
        Result<std::string> text = m_archive.read(*record);
        if (!text)
            throw Failure(text.error());
        checkNesting(*text, name);
        m_progress.report(-1, "Reading " + name);
        m_script.listsBuffers = m_script.listsBuffers || text->find("__buffers__") != std::string::npos;
        return std::make_shared<torch::jit::Source>(*text, name, 1);
    }

    void checkNesting(std::string_view text, const std::string& name) const
    {
        int depth = 0;
        int run = 0;  // of unary operators and of spaces that indent
        bool isString = false;
        char quote = 0;
        for (std::size_t i = 0; i < text.size(); ++i) {
            const char c = text[i];
            if (isString) {
                if (c == '\\')
                    ++i;
                isString = c != quote && c != '\n';
                continue;
            }
            isString = c == '"' || c == '\'';
            quote = c;
            depth += c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
            run = c == '-' || c == '~' || c == ' ' || c == '\t' ? run + 1 : 0;
            if (depth > deepestBracket || run > 2 * deepestBracket)
                throw Failure(Error::read(path() + ": " + name + " nests expressions too deeply to be read."));
        }
    }

    c10::IValue unpickle(const std::string& name, std::uint64_t version)
    {
        const Archive::Record* record = m_archive.find(name + ".pkl");
        if (!record)
            throw Failure(Error::read(path() + " is no TorchScript file: it has no " + name + ".pkl."));
        Result<std::string> pickle = m_archive.read(*record);
        if (!pickle)
            throw Failure(pickle.error());
        if (const auto fault = pickleFault(*pickle))
            throw Failure(Error::read(path() + ": " + name + ".pkl is damaged: " + *fault + "."));

        std::string_view rest = *pickle;
        const auto read = [&rest](char* buffer, std::size_t wanted) {
            const std::size_t count = std::min(wanted, rest.size());
            std::memcpy(buffer, rest.data(), count);
            rest.remove_prefix(count);
            return count;
        };
        const auto resolve = [this](const c10::QualifiedName& type) {
            stopIfCancelled();
            return c10::StrongTypePtr(m_script.unit, m_importer->loadType(type));
        };
        const auto make = [this](const at::StrongTypePtr& type, c10::IValue state) { return object(type, std::move(state)); };
        const auto record_ = [this, &name](const std::string& key) -> at::DataPtr {
            throw Failure(Error::read(path() + " is damaged: the record " + name + "/" + key + " is missing."));
        };
        // Every storage that is in the archive is in the context, so that `record_` is asked for missing ones only.
        torch::jit::Unpickler unpickler(read, resolve, make, record_, c10::Device(c10::kCPU), false,
                                        torch::jit::Unpickler::defaultTypeParser,
                                        storages(m_archive, name + "/", m_script.weights));
        unpickler.set_version(version);
        const c10::IValue value = unpickler.parse_ivalue();
        checkTensors(value, name);
        return value;
    }

    // Fills an object from its state, where torch::jit::load would call __setstate__.
    ScriptObjectPtr object(const at::StrongTypePtr& strong, c10::IValue state)
    {
        stopIfCancelled();
        const auto type = strong.type_->expect<c10::ClassType>();
        const std::size_t slots = type->numAttributes();
        ScriptObjectPtr object = ScriptObject::create(strong, slots);
        if (m_unknown.isClass(type->name()->qualifiedName()))
            return object;
        torch::jit::Function* setState = type->findMethod("__setstate__");
        if (setState && type->findMethod("__getstate__")) {
            checkTensors(state, "data");
            m_script.pending.push_back({object, state});
            fillFromState(m_script, object, state);
            return object;
        }
        if (!state.isGenericDict())
            throw Failure(Error::read(path() + ": the data of an object of class " +
                                      className(type->name()->qualifiedName()) + " is not what its class expects."));
        const auto values = state.toGenericDict();
        for (std::size_t i = 0; i < slots; ++i) {
            const auto entry = values.find(type->getAttributeName(i));
            if (entry == values.end())
                throw Failure(Error::read(path() + ": an object of class " + className(type->name()->qualifiedName()) +
                                          " lacks its attribute '" + type->getAttributeName(i) + "'."));
            object->setSlot(i, entry->value());
        }
        return object;
    }

    // Each tensor of a value, without recursion: objects share parts, and none must be walked twice.
    void checkTensors(const c10::IValue& root, const std::string& name)
    {
        std::vector<c10::IValue> rest{root};
        while (!rest.empty()) {
            const c10::IValue value = std::move(rest.back());
            rest.pop_back();
            if (value.isTensor()) {
                if (!isInsideStorage(value.toTensor()))
                    throw Failure(Error::read(path() + " is damaged: a tensor of " + name + ".pkl reaches beyond its data."));
                continue;
            }
            if (!value.isTuple() && !value.isList() && !value.isGenericDict() && !value.isObject())
                continue;
            if (!m_checked.insert(value.internalToPointer()).second)
                continue;
            m_kept.push_back(value);
            if (value.isTuple()) {
                for (const c10::IValue& element : value.toTupleRef().elements())
                    rest.push_back(element);
            } else if (value.isList()) {
                for (const c10::IValue& element : value.toListRef())
                    rest.push_back(element);
            } else if (value.isGenericDict()) {
                for (const auto& entry : value.toGenericDict())
                    rest.push_back(entry.value());
            } else {
                for (const c10::IValue& slot : value.toObjectRef().slots())
                    rest.push_back(slot);
            }
        }
    }

    void stopIfCancelled() const
    {
        if (m_progress.cancelled())
            throw Failure(Error::cancelled());
    }

    const Archive& m_archive;
    UnknownOperators& m_unknown;
    Progress& m_progress;
    Script m_script;
    torch::jit::SourceImporter* m_importer = nullptr;
    std::unordered_set<const void*> m_checked;
    std::vector<c10::IValue> m_kept;  // what is in m_checked, so that no address is used twice
};

}  // namespace

Script readScript(const Archive& archive, const std::shared_ptr<WeightFile>& weights, Progress& progress)
{
    // An operator that LibTorch does not know ends the import. Each time something is learned from the failure, and the
    // import begins again; a file without such operators is read once.
    UnknownOperators unknown(archive);
    for (int attempt = 1;; ++attempt) {
        try {
            return Reader(archive, weights, unknown, progress).read();
        } catch (const Failure&) {
            throw;
        } catch (const std::exception& exception) {
            if (progress.cancelled())
                throw Failure(Error::cancelled());
            if (attempt >= mostAttempts || !unknown.learn(exception))
                throw Failure(Error::read(archive.file()->path().string() + " cannot be read as TorchScript: " +
                                          essence(exception) + "."));
        }
    }
}

void completeStates(Script& script)
{
    for (const Script::Pending& pending : script.pending) {
        const auto type = pending.object->type();
        try {
            torch::jit::GraphOptimizerEnabledGuard guard(false);
            torch::jit::Function& setState = type->getMethod("__setstate__");
            setElementTypes(pending.state, setState.getSchema().arguments().at(1).type());
            setState({c10::IValue(pending.object), pending.state});
        } catch (const std::exception& exception) {
            throw Failure(Error::run("The state of an object of class " + className(type->name()->qualifiedName()) +
                                     " cannot be restored: " + essence(exception) + "."));
        }
    }
    script.pending.clear();
}

}  // namespace tenscope
