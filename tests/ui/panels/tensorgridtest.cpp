#include "ui/panels/tensorgrid.h"

#include <QElapsedTimer>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QTest>
#include <fstream>

#include "core/base/mappedfile.h"
#include "tests/ui/panels/samplemodel.h"
#include "ui/panels/shapedindex.h"

using namespace tenscope;

namespace {

std::shared_ptr<const ElementReader> readerOf(const Tensor& tensor)
{
    static const Model none;
    return std::make_shared<const ElementReader>(ElementReader::open(none, tensor).value());
}

}  // namespace

class TensorGridTest : public QObject {
    Q_OBJECT

private slots:
    void laysOutShapes()
    {
        TensorGrid grid;
        std::vector<float> values(24);
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = float(i) - 2.5f;
        grid.setReader(readerOf(samples::floatTensor("t", {2, 3, 4}, values)));
        QCOMPARE(grid.rows(), 6);
        QCOMPARE(grid.columns(), 4);
        QCOMPARE(grid.rowTitle(4), "[1, 1]");
        QCOMPARE(grid.textAt(0, 1), QString::fromUtf8("−1.5"));
        QCOMPARE(grid.elementAt(5, 3), std::optional<std::uint64_t>(23));

        grid.setReader(readerOf(samples::floatTensor("t", {24}, values)));
        QCOMPARE(grid.rows(), 3);
        QCOMPARE(grid.columns(), 10);
        QCOMPARE(grid.rowTitle(2), "20");
        QVERIFY(!grid.elementAt(2, 4));
        QCOMPARE(grid.textAt(2, 4), QString());

        grid.setReader(readerOf(samples::floatTensor("t", {}, {7})));
        QCOMPARE(grid.textAt(0, 0), "7");
        grid.setReader(readerOf(samples::floatTensor("t", {0, 3}, {})));
        QCOMPARE(grid.rows(), 0);
        grid.grab();
    }

    // A file with a billion elements that takes no room on the disk: holes read as zeros.
    void scrollsThroughABillionElements()
    {
        QTemporaryDir folder;
        const std::string path = folder.filePath("huge").toStdString();
        constexpr std::uint64_t elements = 3'000'000'000;
        {
            std::ofstream file(path, std::ios::binary);
            const std::int8_t last = -7;
            file.seekp(std::streamoff(elements - 1));
            file.write(reinterpret_cast<const char*>(&last), 1);
        }
        Tensor tensor;
        tensor.element = ElementType::Int8;
        tensor.shape = {std::int64_t(elements), 1};
        tensor.data = FileSlice{MappedFile::open(path).value(), 0, elements};

        TensorGrid grid;
        grid.resize(400, 300);
        QElapsedTimer timer;
        timer.start();
        grid.setReader(readerOf(tensor));
        grid.grab();
        QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
        QCOMPARE(grid.rows(), std::int64_t(elements));

        QTest::keyClick(&grid, Qt::Key_End, Qt::ControlModifier);
        QCOMPARE(grid.current(), elements - 1);
        QCOMPARE(grid.textAt(grid.rows() - 1, 0), QString::fromUtf8("−7"));
        QVERIFY(grid.topRow() > std::int64_t(elements) - 100);
        // One step is one row, although the bar counts them by the dozen.
        QTest::keyClick(&grid, Qt::Key_Up);
        QCOMPARE(grid.current(), elements - 2);
        grid.verticalScrollBar()->setValue(grid.verticalScrollBar()->maximum() / 2);
        QVERIFY(std::abs(double(grid.topRow()) / double(elements) - 0.5) < 0.001);
        const std::int64_t top = grid.topRow();
        grid.verticalScrollBar()->triggerAction(QAbstractSlider::SliderSingleStepAdd);
        QCOMPARE(grid.topRow(), top + 1);
        grid.verticalScrollBar()->setValue(grid.verticalScrollBar()->maximum());
        QCOMPARE(grid.topRow() + 100 > std::int64_t(elements), true);
        grid.grab();
    }

    void copiesARectangle()
    {
        TensorGrid grid;
        grid.setReader(readerOf(samples::floatTensor("t", {2, 3}, {0.1f, 2, 3, 4, 5, -6})));
        grid.setCurrent(1);
        QTest::keyClick(&grid, Qt::Key_Right, Qt::ShiftModifier);
        QTest::keyClick(&grid, Qt::Key_Down, Qt::ShiftModifier);
        QCOMPARE(grid.selectionAsText(), "2\t3\n5\t-6\n");
        QTest::keyClick(&grid, Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(grid.selectionAsText(), "0.1\t2\t3\n4\t5\t-6\n");
    }

    void readsIndices()
    {
        const std::vector<std::int64_t> shape{2, 3, 4};
        QCOMPARE(parseIndex("1, 2, 3", shape), std::optional<std::uint64_t>(23));
        QCOMPARE(parseIndex("[0 1 0]", shape), std::optional<std::uint64_t>(4));
        QCOMPARE(parseIndex("23", shape), std::optional<std::uint64_t>(23));
        for (const char* wrong : {"24", "2, 0, 0", "1, 2", "-1", "x", "", "1,2,3,4"})
            QVERIFY2(!parseIndex(wrong, shape), wrong);
        QCOMPARE(linearIndex(shape, shapedIndex(shape, 17)), 17u);
    }
};

QTEST_MAIN(TensorGridTest)
#include "tensorgridtest.moc"
