#include "core/onnxtools/typeinference.h"

#include <QTest>

#include "core/formats/formats.h"
#include "core/formats/onnx/onnxskeleton.h"
#include "tests/support/graphmaker.h"

using namespace tenscope;

class TypeInferenceTest : public QObject {
    Q_OBJECT

private slots:
    void infersShapesFromWeightsThatAreLeftOut();
    void oldTypesAreNotHeldAgainstNewOnes();
    void infersInsideBodies();
    void tellsOfNodesThatCannotBe();
    void refusesWhatIsNoModel();
    void agreesWithTheFile();

private:
    static InferredTypes infer(const Model& model)
    {
        Progress progress;
        const auto skeleton = onnxSkeleton(model, progress);
        if (!skeleton)
            qFatal("%s", skeleton.error().message.c_str());
        const auto types = inferTypes(*skeleton);
        return types ? *types : InferredTypes{{}, {types.error().message}};
    }
    static std::string typeOf(const InferredTypes& types, const std::string& name, const std::string& graph = {})
    {
        for (const InferredTypes::Entry& entry : types.values)
            if (entry.name == name && entry.graph == graph)
                return toString(entry.type);
        return "not inferred";
    }
};

void TypeInferenceTest::infersShapesFromWeightsThatAreLeftOut()
{
    GraphMaker maker;
    const ValueId x = maker.input("x", {1, 64});
    const ValueId w = maker.weight("w", {64, 4096});
    maker.model.tensor(maker.model.value(w).tensor).data =
        OwnedBytes{std::make_shared<const std::vector<std::byte>>(64 * 4096 * 4)};  // 1 MB
    const ValueId hidden = maker.node("MatMul", "multiply", {x, w});
    const ValueId shape = maker.integers("shape", {-1, 16});
    maker.output(maker.node("Reshape", "reshape", {hidden, shape}));
    Progress progress;
    QVERIFY(onnxSkeleton(maker.model, progress)->size() < 10'000);
    const InferredTypes types = infer(maker.model);
    QCOMPARE(typeOf(types, "multiply_out"), std::string("float32 1×4096"));
    QCOMPARE(typeOf(types, "reshape_out"), std::string("float32 256×16"));  // small tensors are there to say shapes
    QVERIFY(types.problems.empty());
}

void TypeInferenceTest::oldTypesAreNotHeldAgainstNewOnes()
{
    GraphMaker maker;
    const ValueId x = maker.input("x", {8, 3});
    maker.output(maker.node("Neg", "second", {maker.node("Relu", "first", {x}, {}, {1, 3})}, {}, {1, 3}));
    const InferredTypes types = infer(maker.model);
    QCOMPARE(typeOf(types, "first_out"), std::string("float32 8×3"));
    QCOMPARE(typeOf(types, "second_out"), std::string("float32 8×3"));
}

void TypeInferenceTest::infersInsideBodies()
{
    GraphMaker maker;
    const ValueId x = maker.input("x", {2, 3});
    const ValueId condition = maker.input("condition", {});
    maker.model.value(condition).type = Type::tensor(ElementType::Bool, std::vector<std::int64_t>());
    const ValueId result = maker.node("If", "if", {condition});
    const NodeId node = maker.last;
    maker.output(result);
    for (const char* branch : {"then_branch", "else_branch"}) {
        maker.graph = maker.model.addGraph(branch, node, branch);
        maker.model.node(node).attributes.push_back({branch, maker.graph, false, {}});
        const ValueId inner = maker.node("Relu", std::string(branch) + "_inner", {x});
        maker.output(maker.node("Neg", std::string(branch) + "_last", {inner}));
    }
    const InferredTypes types = infer(maker.model);
    QCOMPARE(typeOf(types, "then_branch_inner_out", bodyPath({}, "if_out", "then_branch")), std::string("float32 2×3"));
    QCOMPARE(typeOf(types, "if_out"), std::string("float32 2×3"));
}

void TypeInferenceTest::tellsOfNodesThatCannotBe()
{
    GraphMaker maker;
    const ValueId a = maker.input("a", {2, 3}), b = maker.input("b", {4, 5});
    maker.output(maker.node("MatMul", "impossible", {a, b}));
    maker.output(maker.node("Relu", "fine", {a}));
    const InferredTypes types = infer(maker.model);
    QCOMPARE(types.problems.size(), std::size_t(1));
    QVERIFY(QString::fromStdString(types.problems[0]).contains("node name: impossible)"));
    QCOMPARE(typeOf(types, "fine_out"), std::string("float32 2×3"));
}

void TypeInferenceTest::refusesWhatIsNoModel()
{
    QVERIFY(!inferTypes("not a model"));
}

// The sample's file states the shapes that PyTorch's exporter saw.
void TypeInferenceTest::agreesWithTheFile()
{
    Progress progress;
    const auto model = read(std::filesystem::path(TENSCOPE_SOURCE_DIR "/resources/samples/shapes.onnx"), progress);
    QVERIFY(model);
    const InferredTypes types = infer(*model);
    QVERIFY(types.problems.empty());
    const ValueId output = model->graph(model->mainGraph).outputs[0];
    QCOMPARE(typeOf(types, model->value(output).name), toString(model->value(output).type));
}

QTEST_GUILESS_MAIN(TypeInferenceTest)
#include "typeinferencetest.moc"
