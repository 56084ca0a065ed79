#pragma once

#include <memory>

#include "core/base/result.h"
#include "core/graph/model.h"
#include "core/worker/blob.h"

namespace tenscope {

namespace protocol {
class Model;
}

// A whole Model as a message, so that the window shows what the worker has read. All ids stay what they are. Weights do
// not travel: their tensors name the model's files, which are opened again on the other side. Bytes that lie in no file
// go into `attached`, small ones into the message.
//
// Fails (ErrorKind::Run) where shared memory is short.
Result<void> encode(const Model& model, BlobWriter& attached, protocol::Model& message);

// The model of such a message, whose sender is not trusted: every id, count and offset is checked, bodies and modules
// cannot contain themselves, and the result isConsistent(). Wrong tensors become MissingData; whatever else is wrong fails
// with ErrorKind::Worker. A file that is gone or has changed meanwhile fails with ErrorKind::Read.
Result<Model> decode(const protocol::Model& message, const std::shared_ptr<const MappedFile>& attached);

}  // namespace tenscope
