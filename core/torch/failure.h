#pragma once

#include <exception>
#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/base/result.h"

namespace tenscope {

// An expected failure on its way out of code that LibTorch calls back, and out of the depths of this folder. It never
// leaves core/torch: TorchScriptDocument turns it into a Result.
class Failure : public std::exception {
public:
    explicit Failure(Error error) : m_error(std::move(error)) {}

    const char* what() const noexcept override { return m_error.message.c_str(); }
    const Error& error() const { return m_error; }

private:
    Error m_error;
};

// What LibTorch's exception says, as one sentence without traces, addresses and source excerpts: the line that names the
// fault. At most about 300 characters.
std::string essence(const std::exception& exception);

// What `work` gives, or the failure that it or LibTorch throws. `what` begins the sentence for the latter.
template <class Work>
auto guarded(const std::string& what, Work work) -> Result<decltype(work())>
{
    try {
        return work();
    } catch (const Failure& failure) {
        return fail(failure.error());
    } catch (const std::exception& exception) {
        return fail(Error::run(what + ": " + essence(exception) + '.'));
    } catch (...) {
        return fail(Error::run(what + '.'));
    }
}

}  // namespace tenscope
