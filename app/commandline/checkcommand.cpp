#include <algorithm>

#include "app/commandline/commandparser.h"
#include "app/commandline/commands.h"
#include "app/commandline/describe.h"
#include "app/commandline/exitcode.h"
#include "app/commandline/modelfile.h"
#include "app/commandline/output.h"
#include "core/analysis/checks.h"

namespace tenscope {

int runCheck(const QStringList& arguments)
{
    CommandParser parser("check", "Lists the issues found in the model. Exit code 1 if one of them is an error.", {"FILE"});
    if (const auto code = parser.process(arguments))
        return *code;
    const auto file = ModelFile::open(parser.argument(0));
    if (!file)
        return report(file.error());
    const Model& model = file->model();
    Progress progress;
    std::vector<Issue> issues = model.issues;
    for (Issue& issue : check(model, progress))
        issues.push_back(std::move(issue));

    const auto count = [&](Severity severity) {
        return qint64(std::count_if(issues.begin(), issues.end(), [&](const Issue& i) { return i.severity == severity; }));
    };
    const qint64 errors = count(Severity::Error), warnings = count(Severity::Warning);
    if (parser.isJson()) {
        print(QJsonObject{{"issues", toJson(model, issues)}, {"errors", errors}, {"warnings", warnings}});
    } else {
        print(toText(model, issues));
        print(issues.empty() ? QString("No issues found.\n") : QString("%1 errors, %2 warnings.\n").arg(errors).arg(warnings));
    }
    return finish(errors > 0 ? ExitFinding : ExitDone);
}

}  // namespace tenscope
