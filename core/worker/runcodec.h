#pragma once

#include <memory>

#include "core/base/result.h"
#include "core/worker/blob.h"
#include "core/worker/run.h"
#include "core/worker/scriptexport.h"

namespace tenscope {

namespace protocol {
class NodeRun;
class RunOutcome;
class RunRequest;
class ScriptExport;
class WorkerInfo;
}  // namespace protocol

// Runs as messages; the bytes of large tensors go into `attached`, which travels beside the message. Encoding fails
// (ErrorKind::Run) where shared memory is short; decoding trusts no id, size or count.

Result<void> encode(const RunRequest& request, BlobWriter& attached, protocol::RunRequest& message);
RunRequest decode(const protocol::RunRequest& message, const std::shared_ptr<const MappedFile>& attached);

void encode(const NodeRun& run, protocol::NodeRun& message);
NodeRun decode(const protocol::NodeRun& message);

Result<void> encode(const RunOutcome& outcome, BlobWriter& attached, protocol::RunOutcome& message);
RunOutcome decode(const protocol::RunOutcome& message, const std::shared_ptr<const MappedFile>& attached);

void encode(const WorkerInfo& info, protocol::WorkerInfo& message);
WorkerInfo decode(const protocol::WorkerInfo& message);

void encode(const ScriptExport& report, protocol::ScriptExport& message);
ScriptExport decode(const protocol::ScriptExport& message);

}  // namespace tenscope
