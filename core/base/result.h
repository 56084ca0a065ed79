#pragma once

#include <tl/expected.hpp>

#include "core/base/error.h"

namespace tenscope {

// Either a T or the reason why there is none. Made where a library throws or a file disappoints; bugs assert instead.
template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(Error error)
{
    return tl::unexpected<Error>(std::move(error));
}

}  // namespace tenscope
