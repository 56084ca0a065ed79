#pragma once

#include "core/edit/apply.h"

namespace tenscope {

// Makes a Macro edit by edit, each on what those before it left: for operations that must see how things became, and that
// need the ids of what they add. Works on a copy of the model.
class EditRecorder {
public:
    explicit EditRecorder(const Model& model) : m_model(model) {}

    const Model& model() const { return m_model; }

    Result<void> add(Edit edit)
    {
        Result<Edit> inverse = applyEdit(m_model, edit);
        if (!inverse)
            return fail(inverse.error());
        m_macro.edits.push_back(std::move(edit));
        return {};
    }

    bool isEmpty() const { return m_macro.edits.empty(); }
    Edit take() { return Edit(std::move(m_macro)); }

private:
    Model m_model;
    Macro m_macro;
};

}  // namespace tenscope
