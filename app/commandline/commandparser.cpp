#include "app/commandline/commandparser.h"

#include <cmath>
#include <cstdio>

#include "app/commandline/exitcode.h"
#include "app/commandline/output.h"

namespace tenscope {

CommandParser::CommandParser(const QString& command, const QString& description, const QStringList& arguments)
    : m_command(command), m_arguments(arguments)
{
    m_parser.setApplicationDescription(description);
    m_parser.setOptionsAfterPositionalArgumentsMode(QCommandLineParser::ParseAsOptions);
    m_parser.setSingleDashWordOptionMode(QCommandLineParser::ParseAsCompactedShortOptions);
}

void CommandParser::addOption(const QString& name, const QString& description, const QString& valueName)
{
    addOption(QStringList{name}, description, valueName);
}

void CommandParser::addOption(const QStringList& names, const QString& description, const QString& valueName)
{
    m_parser.addOption(QCommandLineOption(names, description, valueName));
    QStringList shown;
    for (const QString& name : names)
        shown += (name.size() == 1 ? "-" : "--") + name;
    m_options += {shown.join(", ") + (valueName.isEmpty() ? QString() : ' ' + valueName), description};
}

QString CommandParser::help() const
{
    QString text = "Usage: tenscope " + m_command + " [options] " + m_arguments.join(' ') + "\n" +
                   m_parser.applicationDescription() + "\n\nOptions:\n";
    qsizetype width = 0;
    for (const OptionText& option : m_options)
        width = std::max(width, option.left.size());
    for (const OptionText& option : m_options)
        text += "  " + option.left.leftJustified(width) + "  " + option.right + "\n";
    return text;
}

std::optional<int> CommandParser::process(const QStringList& arguments)
{
    addOption("json", "Print one JSON object on standard output");
    addOption(QStringList{"h", "help"}, "Say what the command does and takes");
    const bool understood = m_parser.parse(QStringList{"tenscope"} + arguments);
    if (understood && m_parser.isSet("help")) {
        print(help());
        return finish(ExitDone);
    }
    const auto wrong = [&](QString what) {
        while (what.endsWith('.'))
            what.chop(1);
        return report(Error::usage((what + "; tenscope " + m_command + " --help tells more").toStdString()));
    };
    if (!understood)
        return wrong(m_parser.errorText());
    const QStringList given = m_parser.positionalArguments();
    if (given.size() < m_arguments.size())
        return wrong("the argument " + m_arguments.at(given.size()) + " is missing");
    if (given.size() > m_arguments.size() && !m_arguments.last().endsWith("..."))
        return wrong("\"" + given.at(m_arguments.size()) + "\" is one argument too many");
    return std::nullopt;
}

Result<qint64> CommandParser::integer(const QString& option, qint64 least, qint64 most, qint64 otherwise) const
{
    if (!isSet(option))
        return otherwise;
    bool isNumber = false;
    const qint64 number = value(option).toLongLong(&isNumber);
    if (isNumber && number >= least && number <= most)
        return number;
    return fail(Error::usage(
        QString("--%1 takes an integer from %2 to %3, not \"%4\"").arg(option).arg(least).arg(most).arg(value(option)).toStdString()));
}

Result<double> CommandParser::number(const QString& option, double least, double otherwise) const
{
    if (!isSet(option))
        return otherwise;
    bool isNumber = false;
    const double number = value(option).toDouble(&isNumber);
    if (isNumber && std::isfinite(number) && number >= least)
        return number;
    return fail(Error::usage(
        QString("--%1 takes a number from %2 on, not \"%3\"").arg(option).arg(least).arg(value(option)).toStdString()));
}

}  // namespace tenscope
