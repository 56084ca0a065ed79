#pragma once

#include <QDialog>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/graph/model.h"

class QComboBox;
class QLineEdit;

namespace tenscope {

// Which outputs of one model feed which inputs of another that is merged into it. Suggests outputs in their order, where types
// let it.
class JoinDialog : public QDialog {
    Q_OBJECT

public:
    // `name`: of the other model, for people.
    JoinDialog(std::shared_ptr<const Model> target, std::shared_ptr<const Model> merged, const QString& name, QWidget* parent = nullptr);

    // Inputs of the merged model, by values of the target; others become inputs of the target.
    std::map<ValueId, ValueId> joined() const;
    std::string prefix() const;  // before all names of the merged model; may be empty

private:
    std::shared_ptr<const Model> m_target, m_merged;
    std::vector<ValueId> m_inputs, m_outputs;
    std::vector<QComboBox*> m_choices;  // by input; item 0 is none, item i + 1 output i
    QLineEdit* m_prefix;
};

}  // namespace tenscope
