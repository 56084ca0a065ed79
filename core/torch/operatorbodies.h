#pragma once

namespace tenscope {

// Gives this LibTorch the operators of newer versions that can be written in older ones (the table is in the .cpp), where
// it has none of the name and overload. Whether anything was added: only the first call in a process adds.
bool registerOperatorBodies();

}  // namespace tenscope
