#include "core/graph/type.h"

#include <QTest>

using namespace tenscope;

class TypeTest : public QObject {
    Q_OBJECT
private slots:
    void texts_data();
    void texts();
    void dimensions();
};

void TypeTest::texts_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* expected, const Type& type) {
        QTest::newRow(expected) << QString::fromStdString(toString(type)) << QString::fromUtf8(expected);
    };
    const auto container = [](Type::Kind kind, std::vector<Type> arguments) {
        Type type;
        type.kind = kind;
        type.arguments = std::move(arguments);
        return type;
    };
    const Type matrix = Type::tensor(ElementType::Float32, std::vector<std::int64_t>{2, 3});
    row("unknown", Type{});
    row("float32 2×3", matrix);
    row("float16", Type::tensor(ElementType::Float16));
    row("int64 scalar", Type::tensor(ElementType::Int64, Shape{}));
    row("tensor", Type::tensor(ElementType::Undefined));
    row("float32 N×?×0", Type::tensor(ElementType::Float32, Shape{{-1, "N"}, {-1, ""}, {0, ""}}));
    Type sparse = matrix;
    sparse.kind = Type::Kind::SparseTensor;
    row("sparse float32 2×3", sparse);
    row("sequence(float32 2×3)", container(Type::Kind::Sequence, {matrix}));
    row("map(int64 scalar, float32)",
        container(Type::Kind::Map, {Type::tensor(ElementType::Int64, Shape{}), Type::tensor(ElementType::Float32)}));
    row("tuple(int, optional(none))",
        container(Type::Kind::Tuple, {container(Type::Kind::Int, {}),
                                      container(Type::Kind::Optional, {container(Type::Kind::None, {})})}));
    Type object = container(Type::Kind::Object, {});
    row("object", object);
    object.text = "Conv2dPackedParams";
    row("Conv2dPackedParams", object);
}

void TypeTest::texts()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    QCOMPARE(text, expected);
}

void TypeTest::dimensions()
{
    QCOMPARE(toString(Shape{{1, ""}, {3, ""}}, "x"), std::string("1x3"));
    QVERIFY(!Dimension{}.isKnown());
    QVERIFY((Dimension{0, ""}.isKnown()));
    QVERIFY((Dimension{3, ""} != Dimension{3, "N"}));
}

QTEST_APPLESS_MAIN(TypeTest)
#include "typetest.moc"
