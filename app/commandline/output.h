#pragma once

#include <QJsonObject>
#include <QString>
#include <QStringList>
#include <string>
#include <vector>

namespace tenscope {

// Standard output in UTF-8, whatever the locale says.
void print(const QString& text);
void print(const QJsonObject& object);

// Flushes standard output and gives the process's exit code: `code`, or ExitNotWritten with an error line where the output
// was lost (a full disk).
int finish(int code);

// Columns of text, aligned: numbers to the right, the last column as it is.
class TextTable {
public:
    // A column whose title begins with '>' is aligned to the right.
    explicit TextTable(const QStringList& titles);

    void add(const QStringList& cells);
    bool isEmpty() const { return m_rows.isEmpty(); }
    // With the titles as the first line, each line behind `indent`.
    QString toString(const QString& indent = {}, bool withTitles = true) const;

private:
    QStringList m_titles;
    QList<bool> m_isRight;
    QList<QStringList> m_rows;
};

// Digits in groups of three: "25,557,032".
QString grouped(quint64 number);
// A number for tables: six significant digits.
QString shortNumber(double number);
// NaN and infinity are not JSON: they become null.
QJsonValue jsonNumber(double number);
QString text(const std::string& utf8);
inline QString text(std::string_view utf8) { return QString::fromUtf8(utf8.data(), qsizetype(utf8.size())); }

}  // namespace tenscope
