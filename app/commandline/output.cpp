#include "app/commandline/output.h"

#include <QJsonDocument>
#include <cmath>
#include <cstdio>

#include "app/commandline/exitcode.h"

namespace tenscope {

void print(const QString& text)
{
    const QByteArray bytes = text.toUtf8();
    std::fwrite(bytes.constData(), 1, std::size_t(bytes.size()), stdout);
}

void print(const QJsonObject& object)
{
    const QByteArray bytes = QJsonDocument(object).toJson();
    std::fwrite(bytes.constData(), 1, std::size_t(bytes.size()), stdout);
}

int finish(int code)
{
    if (std::fflush(stdout) == 0 && !std::ferror(stdout))
        return code;
    return report(Error::write("standard output could not be written; what was printed is not complete"));
}

TextTable::TextTable(const QStringList& titles) : m_titles(titles)
{
    for (QString& title : m_titles) {
        m_isRight += title.startsWith('>');
        if (m_isRight.last())
            title.remove(0, 1);
    }
}

void TextTable::add(const QStringList& cells)
{
    m_rows += cells;
}

QString TextTable::toString(const QString& indent, bool withTitles) const
{
    QList<QStringList> rows = m_rows;
    if (withTitles)
        rows.prepend(m_titles);
    QList<qsizetype> widths(m_titles.size());
    for (const QStringList& row : rows)
        for (qsizetype i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], row[i].size());
    QString result;
    for (const QStringList& row : rows) {
        QString line = indent;
        for (qsizetype i = 0; i < row.size(); ++i) {
            line += m_isRight[i] ? row[i].rightJustified(widths[i]) : row[i].leftJustified(widths[i]);
            line += "  ";
        }
        while (line.endsWith(' '))
            line.chop(1);
        result += line + '\n';
    }
    return result;
}

QString grouped(quint64 number)
{
    QString digits = QString::number(number);
    for (qsizetype i = digits.size() - 3; i > 0; i -= 3)
        digits.insert(i, ',');
    return digits;
}

QString shortNumber(double number)
{
    return QString::number(number, 'g', 6);
}

QJsonValue jsonNumber(double number)
{
    return std::isfinite(number) ? QJsonValue(number) : QJsonValue(QJsonValue::Null);
}

QString text(const std::string& utf8)
{
    return QString::fromStdString(utf8);
}

}  // namespace tenscope
