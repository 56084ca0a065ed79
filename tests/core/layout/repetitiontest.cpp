#include "core/layout/repetition.h"

#include <QTest>

#include <string_view>

using namespace tenscope;

namespace {

std::vector<Repetition> found(std::string_view text, std::vector<std::uint32_t> cut = {})
{
    const std::vector<std::uint64_t> tokens(text.begin(), text.end());
    cut.resize(text.size() + 1, 1);
    return findRepetitions(tokens, cut);
}

}  // namespace

class RepetitionTest : public QObject {
    Q_OBJECT

private slots:
    void nothingRepeats();
    void blocksInARow();
    void severalStretches();
    void cutsWhereLeastPasses();
    void aLongSequenceIsQuick();
};

void RepetitionTest::nothingRepeats()
{
    QVERIFY(found("").empty());
    QVERIFY(found("a").empty());
    QVERIFY(found("abcdefghijklm").empty());
}

void RepetitionTest::blocksInARow()
{
    const std::vector<Repetition> stretches = found("xyabcdabcdabcdabcdz");
    QCOMPARE(int(stretches.size()), 1);
    QCOMPARE(stretches[0].period, std::size_t(4));
    QCOMPARE(stretches[0].count, std::size_t(4));
    QCOMPARE(stretches[0].first, std::size_t(2));
}

void RepetitionTest::severalStretches()
{
    const std::vector<Repetition> stretches = found("abcabcabcabc----defghdefghdefgh");
    QVERIFY(stretches.size() >= 2);
    QCOMPARE(stretches.front().period, std::size_t(3));
    QCOMPARE(stretches.back().period, std::size_t(5));
    for (std::size_t i = 1; i < stretches.size(); ++i)
        QVERIFY(stretches[i].first >= stretches[i - 1].end());
}

void RepetitionTest::cutsWhereLeastPasses()
{
    // "abcd" five times, or "cdab" four times and a rest: the wiring says which.
    const std::string_view text = "abcdabcdabcdabcdabcd";
    std::vector<std::uint32_t> cut(text.size() + 1, 3);
    for (std::size_t i = 2; i < cut.size(); i += 4)
        cut[i] = 1;
    const std::vector<Repetition> stretches = found(text, cut);
    QCOMPARE(int(stretches.size()), 1);
    QCOMPARE(stretches[0].first % 4, std::size_t(2));
    QCOMPARE(stretches[0].period, std::size_t(4));
}

void RepetitionTest::aLongSequenceIsQuick()
{
    std::string text;
    for (int block = 0; block < 20'000; ++block)
        text += "conv,";
    const std::vector<Repetition> stretches = found(text);
    QCOMPARE(int(stretches.size()), 1);
    QVERIFY(stretches[0].count * stretches[0].period > text.size() - 10);
}

QTEST_APPLESS_MAIN(RepetitionTest)
#include "repetitiontest.moc"
