#include "core/layout/channel.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace tenscope;

namespace {

constexpr double gap = 8;

Wire wire(double from, double to)
{
    Wire result;
    result.kind = from <= to ? Wire::Kind::Right : Wire::Kind::Left;
    result.origin = from;
    result.low = std::min(from, to);
    result.high = std::max(from, to);
    result.uppers = {from};
    result.lowers = {to};
    return result;
}

// The verticals of `a` that the horizontal of `b` meets.
int met(const Wire& a, const Wire& b)
{
    int count = 0;
    for (const double x : a.uppers)
        count += x > b.low && x < b.high && b.track < a.track;
    for (const double x : a.lowers)
        count += x > b.low && x < b.high && b.track > a.track;
    return count;
}

}  // namespace

class ChannelTest : public QObject {
    Q_OBJECT

private slots:
    void farApartSharesATrack();
    void nestedWiresDoNotCross();
    void noTwoOnOneTrackMeet();
    void crossesOnlyWhatMust();
};

void ChannelTest::farApartSharesATrack()
{
    std::vector<Wire> wires{wire(0, 50), wire(100, 150), wire(300, 200)};
    QCOMPARE(assignTracks(wires, gap), 1u);
}

void ChannelTest::nestedWiresDoNotCross()
{
    // Both to the right, ends in the same order: there is a way without a crossing, and it is taken.
    std::vector<Wire> wires{wire(0, 100), wire(40, 140)};
    QCOMPARE(assignTracks(wires, gap), 2u);
    QCOMPARE(met(wires[0], wires[1]) + met(wires[1], wires[0]), 0);
    // And to the left.
    wires = {wire(140, 40), wire(100, 0)};
    QCOMPARE(assignTracks(wires, gap), 2u);
    QCOMPARE(met(wires[0], wires[1]) + met(wires[1], wires[0]), 0);
}

void ChannelTest::noTwoOnOneTrackMeet()
{
    std::mt19937 engine(3);
    for (int round = 0; round < 50; ++round) {
        std::vector<Wire> wires;
        for (int i = 0; i < 30; ++i)
            wires.push_back(wire(double(engine() % 500), double(engine() % 500)));
        const std::uint32_t tracks = assignTracks(wires, gap);
        for (std::size_t a = 0; a < wires.size(); ++a) {
            QVERIFY(wires[a].track < tracks);
            for (std::size_t b = 0; b < a; ++b)
                if (wires[a].track == wires[b].track)
                    QVERIFY(wires[a].low >= wires[b].high + gap || wires[b].low >= wires[a].high + gap);
        }
    }
}

void ChannelTest::crossesOnlyWhatMust()
{
    // Ends at places of their own: two wires must cross exactly where their ends are in the other order.
    std::mt19937 engine(11);
    for (int round = 0; round < 50; ++round) {
        constexpr int count = 20;
        std::vector<double> ends;
        for (int i = 0; i < count; ++i)
            ends.push_back(20.0 * i + 10);
        std::vector<std::size_t> order(count);
        for (std::size_t i = 0; i < order.size(); ++i)
            order[i] = i;
        std::shuffle(order.begin(), order.end(), engine);
        std::vector<Wire> wires;
        for (int i = 0; i < count; ++i)
            wires.push_back(wire(20.0 * i, ends[order[std::size_t(i)]]));
        assignTracks(wires, 1);
        int crossings = 0, needed = 0;
        for (std::size_t a = 0; a < wires.size(); ++a) {
            for (std::size_t b = 0; b < a; ++b) {
                crossings += met(wires[a], wires[b]) + met(wires[b], wires[a]);
                needed += (wires[a].uppers[0] < wires[b].uppers[0]) != (wires[a].lowers[0] < wires[b].lowers[0]);
            }
        }
        QCOMPARE(crossings, needed);
    }
}

QTEST_APPLESS_MAIN(ChannelTest)
#include "channeltest.moc"
