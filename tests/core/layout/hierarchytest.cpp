#include "core/layout/hierarchy.h"

#include <QTest>

#include <algorithm>

#include "tests/support/graphmaker.h"

using namespace tenscope;

namespace {

Hierarchy built(const GraphMaker& make)
{
    Progress progress;
    Result<Hierarchy> hierarchy = Hierarchy::build(make.model, make.model.mainGraph, progress);
    if (!hierarchy)
        qFatal("%s", hierarchy.error().message.c_str());
    return std::move(*hierarchy);
}

// A network of nodes that say in which scope they are.
class ScopedMaker : public GraphMaker {
public:
    ValueId node(const std::string& op, ScopeId scope, const std::vector<ValueId>& inputs)
    {
        const ValueId value = GraphMaker::node(op, op + std::to_string(m_count++), inputs, {}, {4});
        model.node(last).scope = scope;
        return value;
    }

private:
    int m_count = 0;
};

// The names of what a module holds: modules in brackets.
QStringList members(const GraphMaker& make, const Hierarchy& hierarchy, ModuleId module)
{
    QStringList result;
    for (const ModuleMember& member : hierarchy.module(module).members)
        result << (member.node ? QString::fromStdString(make.model.node(member.node).name)
                               : '[' + QString::fromStdString(hierarchy.module(member.module).name) + ']');
    return result;
}

ModuleId named(const Hierarchy& hierarchy, const std::string& name)
{
    const auto& modules = hierarchy.modules();
    const auto found = std::find_if(modules.begin(), modules.end(), [&](const Module& module) { return module.name == name; });
    return found == modules.end() ? ModuleId() : ModuleId(std::uint32_t(found - modules.begin()));
}

// What must hold of every hierarchy: a tree over all nodes, parents first, counts that add up.
void verifyTree(const Hierarchy& hierarchy, std::size_t nodes)
{
    QCOMPARE(hierarchy.module(hierarchy.root()).nodeCount, std::uint32_t(nodes));
    std::vector<int> seen(hierarchy.size(), 0);
    for (std::uint32_t i = 0; i < hierarchy.size(); ++i) {
        const Module& module = hierarchy.module(ModuleId(i));
        std::uint32_t count = 0;
        for (const ModuleMember& member : module.members) {
            if (member.node) {
                QCOMPARE(hierarchy.moduleOf(member.node), ModuleId(i));
                ++count;
                continue;
            }
            QVERIFY(member.module.index() > i);
            QCOMPARE(hierarchy.module(member.module).parent, ModuleId(i));
            QCOMPARE(hierarchy.module(member.module).depth, module.depth + 1);
            count += hierarchy.module(member.module).nodeCount;
            ++seen[member.module.index()];
        }
        QCOMPARE(module.nodeCount, count);
        QCOMPARE(seen[i], i == 0 ? 0 : 1);
    }
}

}  // namespace

class HierarchyTest : public QObject {
    Q_OBJECT

private slots:
    void scopesBecomeModules();
    void oneNodeIsNoModule();
    void aModuleAroundOneModuleIsOneWithIt();
    void sharedObjectsAreCutWhereFlowWouldCircle();
    void equalsAreFoundWhateverTheirWeights();
    void parametersCountOnce();
    void repeatedBlocksAreFound();
    void longChainsFoldInLevels();
    void expansionByDepthAndByBoxes();
    void stopsWhenCancelled();
};

void HierarchyTest::scopesBecomeModules()
{
    ScopedMaker make;
    const ScopeId layer = make.model.addScope({}, "layer1");
    make.model.scope(layer).className = "Sequential";
    const ScopeId block = make.model.addScope(layer, "0");
    ValueId x = make.input("x", {4});
    x = make.node("Conv", block, {x});
    const NodeId inner = make.last;
    x = make.node("Relu", block, {x});
    x = make.node("Add", layer, {x, x});
    const NodeId outer = make.last;
    make.output(make.node("Softmax", {}, {x}));
    const Hierarchy hierarchy = built(make);
    verifyTree(hierarchy, 4);
    QCOMPARE(members(make, hierarchy, hierarchy.root()), QStringList({"[layer1]", "Softmax3"}));
    const ModuleId module = named(hierarchy, "layer1");
    QCOMPARE(members(make, hierarchy, module), QStringList({"[0]", "Add2"}));
    QCOMPARE(hierarchy.module(module).className, std::string("Sequential"));
    QCOMPARE(hierarchy.path(inner), (std::vector<ModuleId>{module, named(hierarchy, "0")}));
    QCOMPARE(hierarchy.path(outer), std::vector<ModuleId>{module});
    QCOMPARE(hierarchy.modulesOf(block), std::vector<ModuleId>{named(hierarchy, "0")});
    QCOMPARE(hierarchy.below(module), (std::vector<ModuleId>{module, named(hierarchy, "0")}));
    QCOMPARE(hierarchy.deepest(), 2u);
}

void HierarchyTest::oneNodeIsNoModule()
{
    ScopedMaker make;
    ValueId x = make.input("x", {4});
    for (const char* name : {"conv1", "relu", "conv2"})
        x = make.node("Conv", make.model.addScope({}, name), {x});
    make.output(x);
    const Hierarchy hierarchy = built(make);
    QCOMPARE(hierarchy.size(), std::size_t(1));
    QCOMPARE(int(hierarchy.module(hierarchy.root()).members.size()), 3);
}

void HierarchyTest::aModuleAroundOneModuleIsOneWithIt()
{
    ScopedMaker make;
    const ScopeId features = make.model.addScope({}, "features");
    const ScopeId zero = make.model.addScope(features, "0");
    ValueId x = make.input("x", {4});
    x = make.node("Conv", zero, {x});
    x = make.node("Relu", zero, {x});
    make.output(make.node("Softmax", {}, {x}));
    const Hierarchy hierarchy = built(make);
    verifyTree(hierarchy, 3);
    QCOMPARE(members(make, hierarchy, hierarchy.root()), QStringList({"[features.0]", "Softmax2"}));
    QCOMPARE(hierarchy.modulesOf(zero), std::vector<ModuleId>{named(hierarchy, "features.0")});
}

void HierarchyTest::sharedObjectsAreCutWhereFlowWouldCircle()
{
    // One activation object, called twice with something in between: as one box it would be its own ancestor.
    ScopedMaker make;
    const ScopeId act = make.model.addScope({}, "act");
    ValueId x = make.input("x", {4});
    x = make.node("Mul", act, {make.node("Sigmoid", act, {x}), x});
    x = make.node("Conv", {}, {x});
    x = make.node("Mul", act, {make.node("Sigmoid", act, {x}), x});
    make.output(x);
    const Hierarchy hierarchy = built(make);
    verifyTree(hierarchy, 5);
    QCOMPARE(members(make, hierarchy, hierarchy.root()), QStringList({"[act]", "Conv2", "[act]"}));
    QCOMPARE(int(hierarchy.modulesOf(act).size()), 2);
}

void HierarchyTest::equalsAreFoundWhateverTheirWeights()
{
    ScopedMaker make;
    ValueId x = make.input("x", {4});
    std::vector<ScopeId> scopes;
    for (int i = 0; i < 4; ++i) {
        scopes.push_back(make.model.addScope({}, "block" + std::to_string(i)));
        // The last one has other weights in shape, and so is another kind of block.
        const ValueId weight = make.weight("w" + std::to_string(i), {4, i < 3 ? 8 : 9});
        x = make.node("Gemm", scopes.back(), {x, weight});
        x = make.node("Relu", scopes.back(), {x});
    }
    make.output(x);
    const Hierarchy hierarchy = built(make);
    std::vector<ModuleId> modules;
    for (const ScopeId scope : scopes)
        modules.push_back(hierarchy.modulesOf(scope).front());
    QCOMPARE(hierarchy.equals(modules[1]), (std::vector<ModuleId>{modules[0], modules[1], modules[2]}));
    QCOMPARE(hierarchy.module(modules[1]).repeats, 3u);
    QCOMPARE(hierarchy.module(modules[1]).firstEqual, modules[0]);
    QCOMPARE(hierarchy.module(modules[3]).repeats, 1u);
    QCOMPARE(hierarchy.equals(modules[3]), std::vector<ModuleId>{modules[3]});
}

void HierarchyTest::parametersCountOnce()
{
    ScopedMaker make;
    const ScopeId scope = make.model.addScope({}, "tied");
    const ValueId weight = make.weight("w", {4, 4});
    ValueId x = make.node("MatMul", scope, {make.input("x", {4}), weight});
    x = make.node("MatMul", scope, {x, weight});
    make.output(make.node("Add", {}, {x, make.weight("b", {4})}));
    const Hierarchy hierarchy = built(make);
    QCOMPARE(hierarchy.module(named(hierarchy, "tied")).parameters, std::uint64_t(16));
    QCOMPARE(hierarchy.module(hierarchy.root()).parameters, std::uint64_t(20));
}

void HierarchyTest::repeatedBlocksAreFound()
{
    // No scopes: forty times the same residual block between two other nodes.
    ScopedMaker make;
    ValueId x = make.node("Reshape", {}, {make.input("x", {4})});
    for (int block = 0; block < 40; ++block) {
        const ValueId skip = x;
        x = make.node("Conv", {}, {x});
        x = make.node("Relu", {}, {x});
        x = make.node("Conv", {}, {x});
        x = make.node("Add", {}, {x, skip});
    }
    make.output(make.node("Softmax", {}, {x}));
    const Hierarchy hierarchy = built(make);
    verifyTree(hierarchy, 162);
    const Module& root = hierarchy.module(hierarchy.root());
    int blocks = 0;
    for (const ModuleMember& member : root.members) {
        if (!member.module)
            continue;
        ++blocks;
        QCOMPARE(hierarchy.module(member.module).kind, Module::Kind::Repeat);
        QCOMPARE(hierarchy.module(member.module).nodeCount, 4u);
        QCOMPARE(hierarchy.module(member.module).repeats, 40u);
        // Cut at the skip connections, where one value passes and not two.
        QCOMPARE(make.model.op(hierarchy.module(member.module).members.back().node).name, std::string("Add"));
    }
    QCOMPARE(blocks, 40);
    QCOMPARE(int(root.members.size()), 42);
}

void HierarchyTest::longChainsFoldInLevels()
{
    ScopedMaker make;
    ValueId x = make.input("x", {4});
    // Nothing repeats: the operators follow a sequence without a period.
    std::uint32_t random = 1;
    constexpr int nodes = 20'000;
    for (int i = 0; i < nodes; ++i) {
        random = random * 1664525u + 1013904223u;
        x = make.node("Op" + std::to_string((random >> 16) % 97), {}, {x});
    }
    make.output(x);
    const Hierarchy hierarchy = built(make);
    verifyTree(hierarchy, nodes);
    for (const Module& module : hierarchy.modules())
        QVERIFY(module.members.size() <= 100);
    const std::vector<bool> first = hierarchy.expandedFor(40);
    QVERIFY(std::count(first.begin(), first.end(), true) < 3);
    // Named after its first and its last node, however deep they are.
    const Module& module = hierarchy.module(hierarchy.module(hierarchy.root()).members.front().module);
    QCOMPARE(module.kind, Module::Kind::Range);
    QCOMPARE(std::count(module.name.begin(), module.name.end(), ' '), 2);
}

void HierarchyTest::expansionByDepthAndByBoxes()
{
    ScopedMaker make;
    ValueId x = make.input("x", {4});
    for (int outer = 0; outer < 3; ++outer) {
        const ScopeId layer = make.model.addScope({}, "layer" + std::to_string(outer));
        for (int inner = 0; inner < 4; ++inner) {
            const ScopeId block = make.model.addScope(layer, std::to_string(inner));
            for (int i = 0; i < 5; ++i)
                x = make.node("Relu", block, {x});
        }
    }
    make.output(x);
    const Hierarchy hierarchy = built(make);
    const auto unfolded = [](const std::vector<bool>& expanded) { return int(std::count(expanded.begin(), expanded.end(), true)); };
    QCOMPARE(unfolded(hierarchy.expandedTo(0)), 1);
    QCOMPARE(unfolded(hierarchy.expandedTo(1)), 4);
    QCOMPARE(unfolded(hierarchy.expandedTo(9)), 16);
    // 3 boxes, 12 boxes, 60 boxes.
    QCOMPARE(unfolded(hierarchy.expandedFor(11)), 1);
    QCOMPARE(unfolded(hierarchy.expandedFor(12)), 4);
    QCOMPARE(unfolded(hierarchy.expandedFor(60)), 16);
}

void HierarchyTest::stopsWhenCancelled()
{
    ScopedMaker make;
    make.output(make.node("Relu", {}, {make.input("x", {4})}));
    Progress progress;
    progress.cancel();
    const Result<Hierarchy> stopped = Hierarchy::build(make.model, make.model.mainGraph, progress);
    QVERIFY(!stopped && stopped.error().isCancelled());
    Progress other;
    QVERIFY(!Hierarchy::build(make.model, GraphId(7), other));
}

QTEST_APPLESS_MAIN(HierarchyTest)
#include "hierarchytest.moc"
