#include "core/compare/runcomparison.h"

#include <QTest>

#include <cstring>
#include <map>

#include "core/graph/model.h"

using namespace tenscope;

namespace {

Tensor tensor(const std::vector<std::int64_t>& shape, const std::vector<float>& values)
{
    auto bytes = std::make_shared<std::vector<std::byte>>(values.size() * 4);
    std::memcpy(bytes->data(), values.data(), bytes->size());
    Tensor result;
    result.element = ElementType::Float32;
    result.shape = shape;
    result.data = OwnedBytes{bytes};
    return result;
}

}  // namespace

class RunComparisonTest : public QObject {
    Q_OBJECT

private slots:
    void differences();
    void layouts();
    void theFirstDivergenceIsWhereTheErrorJumps();
};

void RunComparisonTest::differences()
{
    const auto same = compareValues(tensor({2, 2}, {1, 2, 3, 4}), tensor({2, 2}, {1, 2, 3, 4}));
    QVERIFY(same);
    QCOMPARE(same->maxAbs, 0.0);
    const auto apart = compareValues(tensor({1, 4}, {1, 2, 3, 4}), tensor({4}, {1, 2, 3.5, 4}));
    QVERIFY(apart);
    QCOMPARE(apart->maxAbs, 0.5);
    QCOMPARE(apart->worst, std::uint64_t(2));
    QCOMPARE(apart->scale, 4.0);
    QVERIFY(apart->layout.empty());
    QVERIFY(!compareValues(tensor({2}, {1, 2}), tensor({3}, {1, 2, 3})));
}

void RunComparisonTest::layouts()
{
    // NCHW 1×2×2×3 and the same as NHWC.
    const auto nchw = tensor({1, 2, 2, 3}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
    const auto nhwc = tensor({1, 2, 3, 2}, {0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11});
    const auto found = compareValues(nchw, nhwc);
    QVERIFY(found);
    QCOMPARE(found->maxAbs, 0.0);
    QCOMPARE(found->layout, std::string("1, 2, 0"));
}

void RunComparisonTest::theFirstDivergenceIsWhereTheErrorJumps()
{
    // Errors of five groups in order: noise, noise, a small fault that stays below the tolerance, what becomes of it, and so on.
    const std::vector<float> errors{1e-7f, 2e-7f, 4e-5f, 9e-5f, 3e-3f};
    Comparison comparison;
    for (std::size_t i = 0; i < errors.size(); ++i) {
        MatchGroup group;
        group.outputA = group.outputB = ValueId(i);
        comparison.groups.push_back(group);
    }
    const auto source = [&](bool isB) {
        return [&errors, isB](ValueId value) -> Result<Tensor> {
            return tensor({2}, {1, isB ? 0.5f + errors[value.index()] : 0.5f});
        };
    };
    Progress progress;
    const auto run = compareRuns(comparison, source(false), source(true), {1e-4, 1e-6}, progress);
    QVERIFY(run);
    QCOMPARE(run->values.size(), std::size_t(5));
    QCOMPARE(run->firstDivergence, std::optional<std::size_t>(2));
    const auto equal = compareRuns(comparison, source(true), source(true), {1e-4, 1e-6}, progress);
    QVERIFY(equal);
    QVERIFY(!equal->firstDivergence);
}

QTEST_APPLESS_MAIN(RunComparisonTest)
#include "runcomparisontest.moc"
