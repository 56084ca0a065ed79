#pragma once

#include <QCommandLineParser>
#include <QString>
#include <QStringList>
#include <optional>

#include "core/base/result.h"

namespace tenscope {

// The options and arguments of one subcommand: what all have in common is here. Needs no application object.
class CommandParser {
public:
    // `arguments`: "FILE" or what else comes behind the options, one word each; all are required. The last one may be given
    // more than once where it ends in "...".
    CommandParser(const QString& command, const QString& description, const QStringList& arguments);

    void addOption(const QString& name, const QString& description, const QString& valueName = {});
    void addOption(const QStringList& names, const QString& description, const QString& valueName = {});

    // Nothing where the command is to go on; else the exit code: --help was answered, or the usage is wrong and an error
    // line says so.
    std::optional<int> process(const QStringList& arguments);

    bool isJson() const { return isSet("json"); }
    bool isSet(const QString& option) const { return m_parser.isSet(option); }
    QString value(const QString& option) const { return m_parser.value(option); }
    QStringList values(const QString& option) const { return m_parser.values(option); }
    QStringList arguments() const { return m_parser.positionalArguments(); }
    QString argument(int index) const { return m_parser.positionalArguments().at(index); }
    // An integer inside the limits; `otherwise` where the option is not given. Fails with ErrorKind::Usage.
    Result<qint64> integer(const QString& option, qint64 least, qint64 most, qint64 otherwise) const;
    // The same for a finite number that is not below `least`.
    Result<double> number(const QString& option, double least, double otherwise) const;

private:
    QString help() const;

    QString m_command;
    QStringList m_arguments;
    QCommandLineParser m_parser;
    struct OptionText {
        QString left, right;
    };
    QList<OptionText> m_options;
};

}  // namespace tenscope
