#include "core/edit/apply.h"

#include <QTest>
#include <array>

#include "tests/support/samemodel.h"

using namespace tenscope;

namespace {

// x → Relu (a) → y → Neg (b) → z; z is the output; weight is stored and read by b as well. If (c) reads z, and its branch
// reads y.
struct Fixture {
    Model model;
    GraphId graph, branch;
    ValueId x, y, z, weight, w, inner;
    NodeId a, b, c, d;

    Fixture()
    {
        graph = model.mainGraph = model.addGraph("main");
        x = model.addValue(graph, "x", Type::tensor(ElementType::Float32, std::vector<std::int64_t>{2}));
        model.graph(graph).inputs = {x};
        Tensor tensor;
        tensor.name = "weight";
        tensor.element = ElementType::Float32;
        tensor.shape = {1};
        tensor.data = OwnedBytes{std::make_shared<const std::vector<std::byte>>(4)};
        weight = model.addStoredValue(graph, "weight", model.addTensor(tensor));
        y = model.addValue(graph, "y");
        z = model.addValue(graph, "z");
        w = model.addValue(graph, "w");
        a = add(graph, "Relu", {x}, y);
        b = add(graph, "Neg", {y, weight}, z);
        c = add(graph, "If", {z}, w);
        branch = model.addGraph("then", c, "then_branch");
        model.node(c).attributes.push_back({"then_branch", branch, false, {}});
        inner = model.addValue(branch, "inner");
        d = add(branch, "Abs", {y}, inner);
        model.graph(branch).outputs = {inner};
        model.graph(graph).outputs = {z, w};
    }

    NodeId add(GraphId where, const char* op, std::vector<ValueId> inputs, ValueId output)
    {
        return model.addNode(where, model.addOperator({"", op, "", {}, {}}), inputs, std::array{output});
    }
};

std::string refusal(Model& model, const Edit& edit)
{
    const Model before = model;
    const Result<Edit> done = applyEdit(model, edit);
    std::string why;
    if (done)
        return {};
    return sameModel(before, model, &why) && before.mark() == model.mark() ? done.error().message : "it changed: " + why;
}

}  // namespace

class ApplyTest : public QObject {
    Q_OBJECT

private slots:
    void edits_data();
    void edits();
    void refuses_data();
    void refuses();
    void removesBodiesWithTheirNode();
    void keepsWhatIsStillRead();
    void macrosAreAllOrNothing();
    void replacesATensorWithItsTypes();
    void keepsTheOriginOfAttributes();
    void continuesTyping();
};

using Make = std::function<Edit(const Fixture&)>;
using Holds = std::function<bool(const Fixture&)>;
Q_DECLARE_METATYPE(Make)
Q_DECLARE_METATYPE(Holds)

void ApplyTest::edits_data()
{
    QTest::addColumn<Make>("make");
    QTest::addColumn<Holds>("holds");
    const auto row = [](const char* name, Make make, Holds holds) { QTest::newRow(name) << make << holds; };
    row("rename node", [](auto& f) { return RenameNode{f.a, "first"}; }, [](auto& f) { return f.model.node(f.a).name == "first"; });
    row("rename value", [](auto& f) { return RenameValue{f.weight, "bias"}; },
        [](auto& f) { return f.model.value(f.weight).name == "bias" && f.model.tensor(f.model.value(f.weight).tensor).name == "bias"; });
    row("add node",
        [](auto& f) { return AddNode{f.graph, {"", "Softmax", "", {}, {}}, "s", {}, {f.y}, {{"s_out", {}}}, {{{"axis", std::int64_t(1), false, {}}, {}}}, f.b}; },
        [](auto& f) {
            const NodeId added = f.model.node(f.b).previous();
            return added.index() == 4 && f.model.op(added).name == "Softmax" && f.model.value(f.model.node(added).outputs()[0]).name == "s_out" &&
                   f.model.value(f.y).uses().size() == 3 && std::get<std::int64_t>(f.model.node(added).attribute("axis")->value) == 1;
        });
    row("move node", [](auto& f) { return MoveNode{f.a, {}}; }, [](auto& f) { return f.model.graph(f.graph).last() == f.a; });
    row("set operator", [](auto& f) { return SetOperator{f.a, {"", "LeakyRelu", "", {}, {}}}; },
        [](auto& f) { return f.model.op(f.a).name == "LeakyRelu"; });
    row("connect", [](auto& f) { return SetInput{f.b, 0, f.x}; }, [](auto& f) { return f.model.value(f.x).uses().size() == 2; });
    row("connect one more", [](auto& f) { return SetInput{f.a, 1, f.weight}; }, [](auto& f) { return f.model.node(f.a).inputs().size() == 2; });
    row("disconnect", [](auto& f) { return SetInput{f.b, 1, {}}; }, [](auto& f) { return f.model.value(f.weight).uses().empty(); });
    row("swap", [](auto& f) { return SetInputs{f.b, {f.weight, f.y}}; }, [](auto& f) { return f.model.node(f.b).inputs()[1].value == f.y; });
    row("inner node reads outer value", [](auto& f) { return SetInput{f.d, 0, f.x}; }, [](auto& f) { return f.model.value(f.x).uses().size() == 2; });
    row("add output", [](auto& f) { return AddNodeOutput{f.a, {"mask", {}}}; }, [](auto& f) { return f.model.node(f.a).outputs().size() == 2; });
    row("remove output", [](auto& f) { return RemoveLastNodeOutput{f.d}; },
        [](auto& f) { return f.model.node(f.d).outputs().empty() && f.model.value(f.inner).isAlive(); });
    row("set attribute", [](auto& f) { return SetAttribute{f.a, {{"alpha", 0.1, true, {}}, {}}, {}}; },
        [](auto& f) { return f.model.node(f.a).attribute("alpha") != nullptr; });
    row("add body", [](auto& f) { return AddBody{f.c, "else_branch", "else"}; },
        [](auto& f) { return f.model.bodies(f.c).size() == 2 && f.model.graph(GraphId(2)).role == "else_branch"; });
    row("remove body", [](auto& f) { return RemoveAttribute{f.c, "then_branch"}; },
        [](auto& f) { return !f.model.node(f.d).isAlive() && f.model.value(f.y).uses().size() == 1; });
    row("set type", [](auto& f) { return SetValueType{f.x, Type::tensor(ElementType::Float32, Shape{{-1, "N"}})}; },
        [](auto& f) { return toString(f.model.value(f.x).type) == "float32 N"; });
    row("add graph input", [](auto& f) { return AddGraphInput{f.graph, {"extra", {}}, {}, 0}; },
        [](auto& f) { return f.model.value(f.model.graph(f.graph).inputs[0]).name == "extra"; });
    row("tensor becomes input", [](auto& f) { return AddGraphInput{f.graph, {}, f.weight, {}}; },
        [](auto& f) { return f.model.graph(f.graph).inputs.size() == 2; });
    row("add graph output", [](auto& f) { return AddGraphOutput{f.graph, f.y, {}}; },
        [](auto& f) { return f.model.graph(f.graph).outputs.back() == f.y; });
    row("remove graph output", [](auto& f) { return RemoveGraphOutput{f.graph, 0}; },
        [](auto& f) { return f.model.graph(f.graph).outputs == std::vector{f.w}; });
    row("set graph output", [](auto& f) { return SetGraphOutput{f.graph, 0, f.y}; },
        [](auto& f) { return f.model.graph(f.graph).outputs[0] == f.y; });
    row("add stored tensor", [](auto& f) { return AddStoredTensor{f.graph, "t", {}}; },
        [](auto& f) { return f.model.graph(f.graph).initializers.size() == 2; });
    row("metadata", [](auto& f) { return SetMetadata{f.a, {{"k", "v"}}}; }, [](auto& f) { return f.model.nodeMetadata->at(f.a).size() == 1; });
    row("description", [](auto& f) { return SetDocString{f.graph, "text"}; }, [](auto& f) { return f.model.graph(f.graph).docString == "text"; });
    row("opset", [](auto&) { return SetOpset{"com.example", 3, {}}; }, [](auto& f) { return f.model.opsets.at("com.example") == 3; });
    row("model", [](auto&) { return SetModelInfo{9, "org", 2}; }, [](auto& f) { return f.model.irVersion == 9 && f.model.domain == "org"; });
}

void ApplyTest::edits()
{
    QFETCH(Make, make);
    QFETCH(Holds, holds);
    Fixture f;
    const Model original = f.model;
    std::string why;

    const Result<Edit> undo = applyEdit(f.model, make(f));
    QVERIFY2(undo, undo ? "" : undo.error().message.c_str());
    QVERIFY(holds(f));
    (void)f.model.isConsistent(&why);
    QVERIFY2(why.empty(), why.c_str());
    const Model edited = f.model;
    const Result<Edit> redo = applyEdit(f.model, *undo);
    QVERIFY(redo);
    (void)sameModel(original, f.model, &why);
    QVERIFY2(why.empty(), why.c_str());
    QVERIFY(applyEdit(f.model, *redo));
    (void)sameModel(edited, f.model, &why);
    QVERIFY2(why.empty(), why.c_str());
    (void)f.model.isConsistent(&why);
    QVERIFY2(why.empty(), why.c_str());
}

void ApplyTest::refuses_data()
{
    QTest::addColumn<Make>("make");
    QTest::addColumn<QString>("why");
    const auto row = [](const char* name, Make make, const char* why) { QTest::newRow(name) << make << QString(why); };
    row("no such node", [](auto&) { return RenameNode{NodeId(77), "n"}; }, "no such node");
    row("taken name", [](auto& f) { return RenameValue{f.y, "x"}; }, "\"x\" is taken");
    row("name taken further out", [](auto& f) { return RenameValue{f.inner, "x"}; }, "\"x\" is taken");
    row("name taken further in", [](auto& f) { return RenameValue{f.x, "inner"}; }, "\"inner\" is taken");
    row("no name", [](auto& f) { return RenameValue{f.y, ""}; }, "needs a name");
    row("circle", [](auto& f) { return SetInput{f.a, 0, f.z}; }, "circle");
    row("circle through a body", [](auto& f) { return SetInput{f.a, 0, f.w}; }, "circle");
    row("body reads its own node", [](auto& f) { return SetInput{f.d, 0, f.w}; }, "circle");
    row("out of sight", [](auto& f) { return SetInput{f.b, 0, f.inner}; }, "another graph");
    row("inputs are counted", [](auto& f) { return SetInput{f.b, 5, f.x}; }, "has 2 inputs");
    row("two outputs of one name", [](auto& f) { return AddNode{f.graph, {"", "Split", "", {}, {}}, "", {}, {}, {{"p", {}}, {"p", {}}}, {}, {}}; },
        "cannot both be named");
    row("used tensor", [](auto& f) { return RemoveStoredTensor{f.weight}; }, "is used by 1");
    row("computed value as input", [](auto& f) { return AddGraphInput{f.graph, {}, f.y, {}}; }, "computed or given");
    row("no such output", [](auto& f) { return RemoveGraphOutput{f.graph, 9}; }, "no output number 9");
    row("output twice", [](auto& f) { return AddGraphOutput{f.graph, f.z, {}}; }, "already");
    row("attribute that is not there", [](auto& f) { return RemoveAttribute{f.a, "axis"}; }, "no attribute axis");
    row("number for a body", [](auto& f) { return SetAttribute{f.c, {{"then_branch", std::int64_t(1), false, {}}, {}}, {}}; }, "is a body");
}

void ApplyTest::refuses()
{
    QFETCH(Make, make);
    QFETCH(QString, why);
    Fixture f;
    const QString refused = QString::fromStdString(refusal(f.model, make(f)));
    QVERIFY2(refused.contains(why), qPrintable(refused));
}

void ApplyTest::removesBodiesWithTheirNode()
{
    Fixture f;
    const Model original = f.model;
    const Result<Edit> undo = applyEdit(f.model, RemoveNode{f.c});
    QVERIFY(undo);
    QVERIFY(!f.model.node(f.d).isAlive() && !f.model.value(f.inner).isAlive());
    QCOMPARE(f.model.livingNodeCount(), std::size_t(2));
    QCOMPARE(f.model.value(f.y).uses().size(), std::size_t(1));
    QVERIFY(f.model.value(f.w).isAlive());  // still an output of the model
    QVERIFY(applyEdit(f.model, *undo));
    std::string why;
    (void)sameModel(original, f.model, &why);
    QVERIFY2(why.empty(), why.c_str());
}

void ApplyTest::keepsWhatIsStillRead()
{
    Fixture f;
    QVERIFY(applyEdit(f.model, RemoveNode{f.a}));
    QVERIFY(f.model.value(f.y).isAlive() && !f.model.value(f.y).producer());
    // The name that nothing defines can become an input.
    QVERIFY(applyEdit(f.model, AddGraphInput{f.graph, {}, f.y, {}}));
}

void ApplyTest::macrosAreAllOrNothing()
{
    Fixture f;
    Macro macro;
    macro.edits.push_back(AddNode{f.graph, {"", "Abs", "", {}, {}}, "", {}, {f.y}, {{"abs", {}}}, {}, {}});
    macro.edits.push_back(AddStoredTensor{f.graph, "t", {}});
    macro.edits.push_back(AddBody{f.a, "body", "b"});
    macro.edits.push_back(RemoveNode{f.b});
    macro.edits.push_back(RenameNode{NodeId(99), "n"});
    QCOMPARE(refusal(f.model, macro), std::string("there is no such node any more"));

    macro.edits.pop_back();
    const Model original = f.model;
    std::string why;
    const Result<Edit> undo = applyEdit(f.model, macro);
    QVERIFY(undo && applyEdit(f.model, *undo));
    (void)sameModel(original, f.model, &why);
    QVERIFY2(why.empty(), why.c_str());
}

void ApplyTest::replacesATensorWithItsTypes()
{
    Fixture f;
    Tensor content;
    content.element = ElementType::Float16;
    content.shape = {2, 2};
    content.data = OwnedBytes{std::make_shared<const std::vector<std::byte>>(8)};
    const TensorId tensor = f.model.value(f.weight).tensor;
    const Result<Edit> undo = applyEdit(f.model, ReplaceTensor{tensor, content});
    QVERIFY(undo);
    QCOMPARE(toString(f.model.value(f.weight).type), std::string("float16 2\u00d72"));
    QCOMPARE(f.model.tensor(tensor).name, std::string("weight"));
    QVERIFY(applyEdit(f.model, *undo));
    QCOMPARE(toString(f.model.value(f.weight).type), std::string("float32 1"));
}

void ApplyTest::keepsTheOriginOfAttributes()
{
    Fixture f;
    f.model.node(f.a).attributes.push_back({"alpha", 0.5, true, {100, 12}});
    QVERIFY(applyEdit(f.model, SetAttribute{f.a, {{"alpha", 0.25, true, {}}, {}}, {}}));
    QCOMPARE(f.model.node(f.a).attributes[0].origin.offset, std::uint64_t(100));
}

void ApplyTest::continuesTyping()
{
    QVERIFY(continues(RenameNode{NodeId(1), "a"}, RenameNode{NodeId(1), "ab"}));
    QVERIFY(!continues(RenameNode{NodeId(1), "a"}, RenameNode{NodeId(2), "ab"}));
    QVERIFY(!continues(RenameNode{NodeId(1), "a"}, MoveNode{NodeId(1), {}}));
}

QTEST_GUILESS_MAIN(ApplyTest)
#include "applytest.moc"
