#include "app/commandline/imageinput.h"

#include <QImage>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "core/analysis/elementreader.h"
#include "core/graph/model.h"

using namespace tenscope;

class ImageInputTest : public QObject {
    Q_OBJECT

private slots:
    // Red grows to the right, green downwards, blue is constant.
    void initTestCase()
    {
        QImage image(4, 2, QImage::Format_RGB888);
        for (int y = 0; y < 2; ++y)
            for (int x = 0; x < 4; ++x)
                image.setPixel(x, y, qRgb(60 * x, 100 * y, 51));
        m_path = m_folder.filePath("picture.png");
        QVERIFY(image.save(m_path));
        QVERIFY(isImage(m_path));
    }

    void channelsFirst()
    {
        const auto tensor = read(Type::tensor(ElementType::Float32, Shape{{-1, "N"}, {3, {}}, {-1, "H"}, {-1, "W"}}));
        QVERIFY(tensor);
        QVERIFY(tensor->shape == (std::vector<std::int64_t>{1, 3, 2, 4}));
        QCOMPARE(value(*tensor, {0, 0, 1, 3}), double(180 / 255.0f));
        QCOMPARE(value(*tensor, {0, 1, 1, 3}), double(100 / 255.0f));
        QCOMPARE(value(*tensor, {0, 2, 0, 0}), double(0.2f));
    }

    void channelsLast()
    {
        const auto tensor = read(Type::tensor(ElementType::UInt8, Shape{{1, {}}, {2, {}}, {4, {}}, {3, {}}}));
        QVERIFY(tensor);
        QVERIFY(tensor->shape == (std::vector<std::int64_t>{1, 2, 4, 3}));
        QCOMPARE(value(*tensor, {0, 1, 3, 0}), 180.0);
        QCOMPARE(value(*tensor, {0, 1, 3, 2}), 51.0);
    }

    void scaledAndGray()
    {
        const auto tensor = read(Type::tensor(ElementType::Float32, Shape{{1, {}}, {8, {}}, {8, {}}}));
        QVERIFY(tensor);
        QVERIFY(tensor->shape == (std::vector<std::int64_t>{1, 8, 8}));
    }

    void withoutAShapeOfItsOwn()
    {
        QVERIFY(read(Type::tensor(ElementType::Undefined))->shape == (std::vector<std::int64_t>{1, 3, 2, 4}));
        const auto sized = imageInput(m_path, Type(), ElementType::Undefined, "x", std::vector<std::int64_t>{1, 3, 6, 5}, {});
        QVERIFY(sized->shape == (std::vector<std::int64_t>{1, 3, 6, 5}));
    }

    void normalized()
    {
        const auto tensor = imageInput(m_path, Type(), ElementType::Float32, "x", std::nullopt, "imagenet");
        QVERIFY(tensor);
        QVERIFY(std::fabs(value(*tensor, {0, 2, 0, 0}) - (0.2 - 0.406) / 0.225) < 1e-6);
        QVERIFY(!imageInput(m_path, Type(), ElementType::Float32, "x", std::nullopt, "nonsense"));
        QVERIFY(!imageInput(m_path, Type(), ElementType::UInt8, "x", std::nullopt, "imagenet"));
    }

    void inputsThatTakeNoImage()
    {
        for (const Shape& shape : {Shape{{5, {}}}, Shape{{2, {}}, {3, {}}, {4, {}}, {4, {}}}, Shape{{1, {}}, {7, {}}, {4, {}}, {5, {}}}}) {
            const auto tensor = read(Type::tensor(ElementType::Float32, shape));
            QVERIFY(!tensor);
            QCOMPARE(int(tensor.error().kind), int(ErrorKind::Usage));
        }
        QVERIFY(!isImage(TENSCOPE_TEST_DATA "/analysis/codes.json"));
    }

private:
    Result<Tensor> read(const Type& type) const { return imageInput(m_path, type, type.element, "x", std::nullopt, {}); }
    static double value(const Tensor& tensor, std::vector<std::int64_t> index)
    {
        return ElementReader::open(Model(), tensor)->valueAt(index);
    }

    QTemporaryDir m_folder;
    QString m_path;
};

QTEST_GUILESS_MAIN(ImageInputTest)
#include "imageinputtest.moc"
