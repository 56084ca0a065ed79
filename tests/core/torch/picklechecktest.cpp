#include "core/torch/picklecheck.h"

#include <QTest>

using namespace tenscope;

class PickleCheckTest : public QObject {
    Q_OBJECT

private slots:
    void accepts_data();
    void accepts();
    void refuses_data();
    void refuses();
};

namespace {

std::string bytes(const char* literal, std::size_t size)
{
    return std::string("\x80\x02", 2) + std::string(literal, size - 1);
}

// With the zeros that are in it.
#define PICKLE(text) bytes(text, sizeof(text))

void addRow(const char* name, const std::string& pickle)
{
    QTest::newRow(name) << QByteArray(pickle.data(), qsizetype(pickle.size()));
}

}  // namespace

void PickleCheckTest::accepts_data()
{
    QTest::addColumn<QByteArray>("pickle");
    addRow("None", PICKLE("N."));
    addRow("tuple", PICKLE("(K\1K\2t."));
    addRow("list with a memo", PICKLE("]q\0(K\1K\2e."));
    addRow("dictionary", PICKLE("}(X\1\0\0\0aK\1u."));
    addRow("object", PICKLE("c__torch__\nNet\nq\0)\x81}(X\1\0\0\0aNub."));
    addRow("the same twice", PICKLE("K\1\x85q\0h\0\x86."));
}

void PickleCheckTest::accepts()
{
    QFETCH(QByteArray, pickle);
    const auto fault = pickleFault(pickle.toStdString());
    QVERIFY2(!fault, fault ? fault->c_str() : "");
}

void PickleCheckTest::refuses_data()
{
    QTest::addColumn<QByteArray>("pickle");
    addRow("nothing", "");
    addRow("protocol 4", std::string("\x80\x04N.", 4));
    addRow("no end", PICKLE("N"));
    addRow("two objects", PICKLE("NN."));
    addRow("a memo of four billion", PICKLE("Nr\xff\xff\xff\xff."));
    addRow("an object that is not there", PICKLE("h\5."));
    addRow("closes what was not opened", PICKLE("t."));
    addRow("takes what lies under a mark", PICKLE("K\1(\x86."));
    addRow("a key without a value", PICKLE("(K\1d."));
    addRow("a text longer than the rest", PICKLE("X\xff\xff\xff\x7f" "a."));
    addRow("a name without end", PICKLE("cos"));
    addRow("unknown instruction", PICKLE("i."));
    addRow("contains itself", PICKLE("]q\0(h\0e."));
    std::string deep("\x80\x02N", 3);
    deep.append(100'000, '\x85');
    addRow("nested without end", deep + '.');
}

void PickleCheckTest::refuses()
{
    QFETCH(QByteArray, pickle);
    const auto fault = pickleFault(pickle.toStdString());
    QVERIFY(fault.has_value());
    QVERIFY(!fault->empty());
}

QTEST_GUILESS_MAIN(PickleCheckTest)

#include "picklechecktest.moc"
