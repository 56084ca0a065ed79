#include "core/analysis/inputspec.h"

#include <QTest>
#include <cmath>

#include "core/analysis/elementreader.h"
#include "core/graph/model.h"

using namespace tenscope;

namespace {

const Type image = Type::tensor(ElementType::Float32, Shape{{-1, "N"}, {3, {}}, {-1, {}}, {4, {}}});

Result<Tensor> make(const char* spec, const Type& type, const InputOptions& options = {})
{
    const auto parsed = parseInputSpec(spec);
    if (!parsed)
        return fail(parsed.error());
    return makeInput(*parsed, type, "x", options);
}

std::vector<double> numbers(const Result<Tensor>& tensor)
{
    if (!tensor)
        return {};
    const auto reader = ElementReader::open(Model(), *tensor);
    std::vector<double> result(std::size_t(reader->elements()));
    reader->read(0, result);
    return result;
}

std::string npy(const char* name)
{
    return std::string(TENSCOPE_TEST_DATA "/analysis/npy/") + name;
}

InputOptions withShape(const char* shape)
{
    InputOptions options;
    options.shape = *parseInputShape(shape);
    return options;
}

}  // namespace

class InputSpecTest : public QObject {
    Q_OBJECT

private slots:
    void specsAreUnderstood()
    {
        using Kind = InputSpec::Kind;
        QCOMPARE(int(parseInputSpec("random")->kind), int(Kind::Random));
        QCOMPARE(int(parseInputSpec("arange")->kind), int(Kind::Arange));
        QCOMPARE(*parseInputSpec("16000")->integer, std::int64_t(16000));
        QCOMPARE(*parseInputSpec("True")->integer, std::int64_t(1));
        QCOMPARE(parseInputSpec("-2.5e-3")->number, -2.5e-3);
        QVERIFY(!parseInputSpec("-2.5e-3")->integer);
        const auto file = parseInputSpec(npy("stored.npz:a"));
        QVERIFY(file);
        QCOMPARE(file->key, std::string("a"));
        QVERIFY(file->file == npy("stored.npz"));
        for (const char* wrong : {"", "randon", "absent.npy", "12abc"}) {
            QVERIFY(!parseInputSpec(wrong));
            QCOMPARE(int(parseInputSpec(wrong).error().kind), int(ErrorKind::Usage));
        }
    }

    void shapesAreUnderstood()
    {
        QVERIFY(parseInputShape("1x3x224x224")->sizes == (std::vector<std::int64_t>{1, 3, 224, 224}));
        QVERIFY(parseInputShape("1,512")->sizes == (std::vector<std::int64_t>{1, 512}));
        QVERIFY(parseInputShape("scalar")->sizes.empty());
        QCOMPARE(int(parseInputShape("2x16:int64")->element), int(ElementType::Int64));
        for (const char* wrong : {"", "x", "1x", "1xN", "1x-3", "1x3:float", "99999999999999999999"})
            QVERIFY2(!parseInputShape(wrong), wrong);
    }

    void openDimensionsBecomeOne()
    {
        const auto tensor = make("zeros", image);
        QVERIFY(tensor);
        QVERIFY(tensor->shape == (std::vector<std::int64_t>{1, 3, 1, 4}));
        QVERIFY(make("zeros", image, withShape("2x3x5x4"))->shape == (std::vector<std::int64_t>{2, 3, 5, 4}));
    }

    void fills()
    {
        QVERIFY(numbers(make("ones", image)) == std::vector<double>(12, 1));
        QVERIFY(numbers(make("0.25", image)) == std::vector<double>(12, 0.25));
        QCOMPARE(numbers(make("arange", image)).back(), 11.0);
        // exact beyond the digits of a double
        const auto large = make("9007199254740993", Type::tensor(ElementType::Int64, Shape()));
        QCOMPARE(ElementReader::open(Model(), *large)->textAt(0), std::string("9007199254740993"));
    }

    void scalarsOfTorchScript()
    {
        const auto integer = make("16000", {Type::Kind::Int, ElementType::Undefined, {}, {}, {}});
        QVERIFY(integer);
        QCOMPARE(int(integer->element), int(ElementType::Int64));
        QVERIFY(integer->shape.empty());
        QCOMPARE(int(make("1", {Type::Kind::Bool, ElementType::Undefined, {}, {}, {}})->element), int(ElementType::Bool));
        QCOMPARE(int(make("3", {Type::Kind::Float, ElementType::Undefined, {}, {}, {}})->element), int(ElementType::Float64));
        QVERIFY(!make("2.5", {Type::Kind::Int, ElementType::Undefined, {}, {}, {}}));
        QVERIFY(!make("none", {Type::Kind::Int, ElementType::Undefined, {}, {}, {}}));
    }

    void optionalInputsMayBeLeftOut()
    {
        Type optional;
        optional.kind = Type::Kind::Optional;
        optional.arguments = {Type::tensor(ElementType::Float32, Shape{{2, {}}})};
        const auto left = make("random", optional);
        QVERIFY(left);
        QCOMPARE(int(left->element), int(ElementType::Undefined));
        QVERIFY(std::holds_alternative<MissingData>(left->data));
        QVERIFY(numbers(make("ones", optional)) == (std::vector<double>{1, 1}));
    }

    void unknownShapesAreAskedFor()
    {
        const Type unknown = Type::tensor(ElementType::Undefined);
        const auto nothing = make("random", unknown);
        QVERIFY(!nothing);
        QCOMPARE(int(nothing.error().kind), int(ErrorKind::Usage));
        QVERIFY(nothing.error().message.find("--shape x=") != std::string::npos);
        QCOMPARE(int(make("random", unknown, withShape("4"))->element), int(ElementType::Float32));
        QCOMPARE(int(make("random", unknown, withShape("4:int64"))->element), int(ElementType::Int64));
        QVERIFY(make("5", unknown)->shape.empty());
    }

    void randomIsStandardNormalAndRepeats()
    {
        const Type type = Type::tensor(ElementType::Float64, Shape{{200000, {}}});
        InputOptions options;
        options.seed = 42;
        const std::vector<double> first = numbers(make("random", type, options));
        QVERIFY(numbers(make("random", type, options)) == first);
        options.stream = 1;
        QVERIFY(numbers(make("random", type, options)) != first);
        double sum = 0, squares = 0, cubes = 0, fourths = 0;
        for (const double x : first) {
            sum += x;
            squares += x * x;
            cubes += x * x * x;
            fourths += x * x * x * x;
        }
        const double n = 200000;
        QVERIFY(std::fabs(sum / n) < 0.01);
        QVERIFY(std::fabs(squares / n - 1) < 0.02);
        QVERIFY(std::fabs(cubes / n) < 0.05);
        QVERIFY(std::fabs(fourths / n - 3) < 0.15);
        // the same on every machine: what another implementation of the generator gives
        const Type three = Type::tensor(ElementType::Float32, Shape{{3, {}}});
        QVERIFY(numbers(make("random", three)) == (std::vector<double>{0.5981026291847229, 1.4634599685668945, -0.8950525522232056}));
        options.seed = 42;
        options.stream = 1;
        QVERIFY(numbers(make("random", three, options)) == (std::vector<double>{0.7657822966575623, 1.9094496965408325, 0.6966328620910645}));
    }

    void randomIntegersAreSmall()
    {
        for (const ElementType element : {ElementType::Int64, ElementType::UInt8, ElementType::Int4, ElementType::Int2, ElementType::Bool})
            for (const double x : numbers(make("random", Type::tensor(element, Shape{{500, {}}}))))
                QVERIFY(x >= 0 && x < 10 && isInRange(element, x));
    }

    void filesAreHeldAgainstTheInput()
    {
        const Type wanted = Type::tensor(ElementType::Float32, Shape{{-1, "N"}, {3, {}}});
        QVERIFY(make(npy("float32.npy").c_str(), wanted));
        const auto widened = make(npy("float64.npy").c_str(), wanted);
        QVERIFY(widened);
        QCOMPARE(int(widened->element), int(ElementType::Float32));
        QVERIFY(numbers(make(npy("int64.npy").c_str(), wanted)) == (std::vector<double>{-2, -1, 0, 1, 2, 3}));
        QVERIFY(numbers(make((npy("stored.npz") + ":a").c_str(), wanted)) == (std::vector<double>{0, 1, 2, 3, 4, 5}));
        // what the type leaves open is taken as it is
        QCOMPARE(int(make(npy("float64.npy").c_str(), Type::tensor(ElementType::Undefined))->element), int(ElementType::Float64));

        const auto shape = make(npy("vector.npy").c_str(), wanted);
        QVERIFY(!shape);
        QVERIFY(shape.error().message.find("Nx3") != std::string::npos);
        const auto kind = make(npy("float32.npy").c_str(), Type::tensor(ElementType::Int64, Shape{{2, {}}, {3, {}}}));
        QVERIFY(!kind);
        QCOMPARE(int(kind.error().kind), int(ErrorKind::Usage));
        QVERIFY(!make(npy("int8.npy").c_str(), Type::tensor(ElementType::UInt8, Shape{{2, {}}, {3, {}}})));  // -2 does not fit
        QVERIFY(make(npy("uint8.npy").c_str(), Type::tensor(ElementType::Int8, Shape{{2, {}}, {3, {}}})));
    }

    void absurdSizesAreRefused()
    {
        for (const char* shape : {"9223372036854775807x4", "4611686018427387904", "70368744177664"}) {
            const auto tensor = make("zeros", Type::tensor(ElementType::Float32), withShape(shape));
            QVERIFY2(!tensor, shape);
            QCOMPARE(int(tensor.error().kind), int(ErrorKind::Usage));
        }
    }

private:
    static bool isInRange(ElementType element, double x)
    {
        const int width = bits(element);
        return element == ElementType::Bool ? x <= 1 : width >= 8 || x < double(1 << (width - 1));
    }
};

QTEST_APPLESS_MAIN(InputSpecTest)
#include "inputspectest.moc"
