// The catalog is held against the library that it was written from.

#include <QElapsedTimer>
#include <QTest>

#include <set>
#include <thread>

#include <onnx/defs/schema.h>

#include "core/formats/onnx/operatorcatalog.h"

using namespace tenscope;

namespace {

QString text(std::string_view view)
{
    return QString::fromUtf8(view.data(), qsizetype(view.size()));
}

void compareParameters(const std::vector<OperatorParameter>& ours,
                       const std::vector<onnx::OpSchema::FormalParameter>& theirs)
{
    QCOMPARE(ours.size(), theirs.size());
    for (std::size_t i = 0; i < ours.size(); ++i) {
        QCOMPARE(text(ours[i].name), text(theirs[i].GetName()));
        QCOMPARE(text(ours[i].type), text(theirs[i].GetTypeStr()));
        QCOMPARE(text(ours[i].doc).trimmed(), text(theirs[i].GetDescription()).trimmed());
        QCOMPARE(int(ours[i].kind), int(theirs[i].GetOption()));
    }
}

}  // namespace

class OperatorCatalogTest : public QObject {
    Q_OBJECT

private slots:
    void listsWhatAnOpsetHolds()
    {
        const OperatorCatalog& catalog = OperatorCatalog::builtIn();
        for (const int version : {1, 9, 13, 17}) {
            std::set<std::string> ours, theirs;
            for (const OperatorInfo* info : catalog.operators("ai.onnx", version)) {
                QCOMPARE(info, catalog.find("", info->name, version));
                ours.emplace(info->name);
            }
            for (const onnx::OpSchema& schema : onnx::OpSchemaRegistry::get_all_schemas_with_history()) {
                const onnx::OpSchema* valid = onnx::OpSchemaRegistry::Schema(schema.Name(), version, schema.domain());
                if (schema.domain().empty() && valid && !valid->Deprecated())
                    theirs.insert(schema.Name());
            }
            QVERIFY(ours.size() > 60);
            QVERIFY(ours == theirs);
        }
        QVERIFY(catalog.operators("no.such.domain", 1).empty());
    }

    void everySchemaOfTheLibraryIsThere()
    {
        const OperatorCatalog& catalog = OperatorCatalog::builtIn();
        const auto schemas = onnx::OpSchemaRegistry::get_all_schemas_with_history();
        QVERIFY(schemas.size() > 300);
        QCOMPARE(catalog.size(), schemas.size());
        for (const onnx::OpSchema& schema : schemas) {
            const OperatorInfo* info = catalog.find(schema.domain(), schema.Name(), schema.SinceVersion());
            QVERIFY2(info, schema.Name().c_str());
            QCOMPARE(text(info->domain), text(schema.domain()));
            QCOMPARE(text(info->name), text(schema.Name()));
            QCOMPARE(info->sinceVersion, schema.SinceVersion());
            QCOMPARE(info->isDeprecated, schema.Deprecated());
            QCOMPARE(info->minInputs, schema.min_input());
            QCOMPARE(info->maxInputs, schema.max_input());
            QCOMPARE(info->minOutputs, schema.min_output());
            QCOMPARE(info->maxOutputs, schema.max_output());
            QCOMPARE(text(info->doc).trimmed(), QString::fromUtf8(schema.doc() ? schema.doc() : "").trimmed());
            compareParameters(info->inputs, schema.inputs());
            compareParameters(info->outputs, schema.outputs());
            QCOMPARE(info->attributes.size(), schema.attributes().size());
            for (const auto& [name, theirs] : schema.attributes()) {
                const OperatorAttribute* ours = info->attribute(name);
                QVERIFY2(ours, name.c_str());
                QCOMPARE(ours->isRequired, theirs.required);
                QCOMPARE(text(ours->doc).trimmed(), text(theirs.description).trimmed());
            }
            QCOMPARE(info->typeConstraints.size(), schema.typeConstraintParams().size());
            for (std::size_t i = 0; i < info->typeConstraints.size(); ++i)
                QCOMPARE(info->typeConstraints[i].types.size(),
                         schema.typeConstraintParams()[i].allowed_type_strs.size());
        }
    }

    // What the library itself answers for every opset version that it knows.
    void versionsAreChosenAsTheLibraryDoes()
    {
        const OperatorCatalog& catalog = OperatorCatalog::builtIn();
        const int newest = onnx::OpSchemaRegistry::DomainToVersionRange::Instance().Map().at("").second;
        for (const char* name : {"Conv", "Clip", "Resize", "Upsample", "Squeeze", "BatchNormalization", "Scan", "If"}) {
            for (int opset = 1; opset <= newest; ++opset) {
                const onnx::OpSchema* theirs = onnx::OpSchemaRegistry::Schema(name, opset, "");
                const OperatorInfo* ours = catalog.find("", name, opset);
                QVERIFY(ours);
                if (theirs)
                    QCOMPARE(ours->sinceVersion, theirs->SinceVersion());
                else
                    QVERIFY(ours->isDeprecated || ours->sinceVersion > opset);
            }
        }
    }

    void versionsNobodyKnows()
    {
        const OperatorCatalog& catalog = OperatorCatalog::builtIn();
        const int newest = catalog.newestVersion("");
        QVERIFY(newest >= 16);
        QCOMPARE(catalog.find("", "Add", 1000), catalog.find("", "Add", newest));
        QCOMPARE(catalog.find("", "Add", 0), catalog.find("", "Add", newest));
        QCOMPARE(catalog.find("ai.onnx", "Add", 7), catalog.find("", "Add", 7));
        QCOMPARE(catalog.find("", "Einsum", 1)->sinceVersion, 12);  // it came with opset 12: the oldest there is
        QVERIFY(catalog.find("", "Upsample", 12)->isDeprecated);
        QVERIFY(!catalog.find("", "Upsample", 8)->isDeprecated);
        QVERIFY(!catalog.find("", "NoSuchOperator", 12));
        QVERIFY(!catalog.find("com.example", "Add", 12));
        QVERIFY(catalog.find("ai.onnx.ml", "LabelEncoder", 2));
        QCOMPARE(catalog.newestVersion("com.example"), 0);
    }

    void attributesAndDefaults()
    {
        const OperatorCatalog& catalog = OperatorCatalog::builtIn();
        const OperatorInfo* conv = catalog.find("", "Conv", 11);
        QVERIFY(conv);
        QCOMPARE(text(conv->attribute("group")->fallback), "1");
        QCOMPARE(text(conv->attribute("group")->type), "int");
        QVERIFY(conv->attribute("group")->hasDefault);
        QCOMPARE(text(conv->attribute("auto_pad")->fallback), "NOTSET");
        QCOMPARE(text(conv->attribute("strides")->type), "ints");
        QVERIFY(!conv->attribute("strides")->hasDefault);
        QVERIFY(!conv->attribute("nothing"));
        QCOMPARE(text(conv->inputs.at(2).name), "B");
        QCOMPARE(conv->inputs.at(2).kind, OperatorParameter::Kind::Optional);
        QCOMPARE(text(catalog.find("", "BatchNormalization", 15)->attribute("epsilon")->fallback), "1e-05");
        QVERIFY(catalog.find("", "Cast", 13)->attribute("to")->isRequired);
        QVERIFY(catalog.find("", "Concat", 13)->isVariadic());
        QVERIFY(catalog.find("", "Celu", 12)->hasFunctionBody);
    }

    void aCatalogCostsNothingBeforeItIsAsked()
    {
        QElapsedTimer timer;
        timer.start();
        OperatorCatalog catalog(onnxCatalogBytes());
        QVERIFY(catalog.find("", "Conv", 13));
        QVERIFY2(timer.nsecsElapsed() < 2'000'000, qPrintable(QString::number(timer.nsecsElapsed())));
    }

    void threadsShareIt()
    {
        OperatorCatalog catalog(onnxCatalogBytes());
        std::vector<std::thread> threads;
        std::vector<std::vector<const OperatorInfo*>> seen(4);
        for (std::size_t t = 0; t < seen.size(); ++t)
            threads.emplace_back([&catalog, &mine = seen[t]] {
                for (std::size_t i = 0; i < catalog.size(); ++i)
                    mine.push_back(&catalog.at(i));
            });
        for (std::thread& thread : threads)
            thread.join();
        for (const auto& mine : seen)
            QVERIFY(mine == seen.front());
    }

    void damagedBytesAreNeverReadOutside()
    {
        QCOMPARE(OperatorCatalog({}).size(), std::size_t(0));
        const auto whole = onnxCatalogBytes();
        for (std::size_t length :
             {std::size_t(3), std::size_t(15), std::size_t(16), std::size_t(1000), whole.size() / 2}) {
            const std::vector<std::byte> cut(whole.begin(), whole.begin() + std::ptrdiff_t(length));
            OperatorCatalog catalog(cut);
            for (std::size_t i = 0; i < catalog.size(); ++i)
                catalog.at(i);
            catalog.find("", "Conv", 13);
        }
        std::uint32_t state = 1;
        for (int round = 0; round < 20; ++round) {
            std::vector<std::byte> bytes(whole.begin(), whole.end());
            for (int i = 0; i < 2000; ++i) {
                state = state * 1664525u + 1013904223u;
                bytes[16 + (state >> 8) % (bytes.size() - 16)] = std::byte(state >> 24);
            }
            OperatorCatalog catalog(bytes);
            for (std::size_t i = 0; i < catalog.size(); ++i)
                catalog.at(i);
        }
    }
};

QTEST_APPLESS_MAIN(OperatorCatalogTest)
#include "operatorcatalogtest.moc"
