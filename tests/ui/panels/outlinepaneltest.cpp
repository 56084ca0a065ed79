#include "ui/panels/outlinepanel.h"

#include <QElapsedTimer>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>
#include <QTreeView>

#include "tests/ui/panels/samplemodel.h"
#include "ui/panels/emptystate.h"
#include "ui/panels/propertiespanel.h"
#include "ui/panels/propertymodel.h"
#include "ui/taskrunner/taskrunner.h"

using namespace tenscope;

class OutlinePanelTest : public QObject {
    Q_OBJECT

private slots:
    void selectsBothWays()
    {
        const samples::Sample sample = samples::convolutions();
        TaskRunner tasks;
        Document document("sample.onnx", sample.model);
        OutlinePanel panel(&tasks, Theme::light());
        QSignalSpy refreshed(&panel, &OutlinePanel::refreshed);
        panel.setDocument(&document);
        QVERIFY(refreshed.wait());
        auto* tree = panel.findChild<QTreeView*>("outlineTree");
        QVERIFY(tree->isExpanded(tree->model()->index(0, 0)));

        document.selectNode(sample.firstRelu);
        QCOMPARE(tree->currentIndex().data().toString(), "Relu");
        QVERIFY(tree->isExpanded(tree->currentIndex().parent()));

        const QModelIndex stem = tree->model()->index(0, 0, tree->model()->index(0, 0));
        tree->setCurrentIndex(stem);
        QVERIFY(document.selection().scope);
        QSignalSpy changed(&document, &Document::changed);
        tree->setCurrentIndex(tree->model()->index(0, 0, stem));
        QCOMPARE(document.selection().current(), sample.stemConv);
        QCOMPARE(changed.count(), 2);  // selected, and asked to be brought into view
    }

    void filtersAsOneTypes()
    {
        const samples::Sample sample = samples::convolutions();
        TaskRunner tasks;
        Document document("sample.onnx", sample.model);
        OutlinePanel panel(&tasks, Theme::dark());
        panel.setDocument(&document);
        auto* filter = panel.findChild<QLineEdit*>("outlineFilter");
        QTest::keyClicks(filter, "layer.1");
        // Faster than the filter: the key waits for it.
        QTest::keyClick(filter, Qt::Key_Down);
        auto* tree = panel.findChild<QTreeView*>("outlineTree");
        QTRY_COMPARE(document.selection().current(), sample.secondConv);
        filter->setText("nothing like it");
        QTRY_VERIFY(panel.findChild<EmptyState*>()->sentence().contains("nothing like it"));
        QTest::keyClick(filter, Qt::Key_Escape);
        QVERIFY(filter->text().isEmpty());
        QTRY_COMPARE(tree->model()->rowCount(tree->model()->index(0, 0)), 3);
    }

    void doesNotBlockWith100000Nodes()
    {
        const auto chain = samples::chain(100000, 0);
        TaskRunner tasks;
        Document document("chain.onnx", chain);
        OutlinePanel panel(&tasks, Theme::light());
        panel.resize(240, 600);
        panel.show();
        QElapsedTimer timer;
        timer.start();
        panel.setDocument(&document);
        QVERIFY2(timer.elapsed() < 1000, qPrintable(QString::number(timer.elapsed())));
        // Longest gap between two turns of the event loop until the tree stands.
        QSignalSpy refreshed(&panel, &OutlinePanel::refreshed);
        qint64 longest = 0;
        while (refreshed.isEmpty()) {
            timer.start();
            QTest::qWait(1);
            longest = std::max(longest, timer.elapsed());
        }
        timer.start();
        QCoreApplication::processEvents();
        longest = std::max(longest, timer.elapsed());
        qInfo("longest turn: %lld ms", longest);
        QVERIFY(longest < 5000);
        timer.start();
        document.selectNode(NodeId(99999));
        QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
        QCOMPARE(panel.findChild<QTreeView*>("outlineTree")->currentIndex().row(), 99999);
    }

    void propertiesFollowAndLead()
    {
        const samples::Sample sample = samples::convolutions();
        TaskRunner tasks;
        Document document("sample.onnx", sample.model);
        PropertiesPanel panel(&tasks, Theme::light());
        panel.resize(320, 600);
        panel.show();
        panel.setDocument(&document);
        document.selectNode(sample.stemRelu);
        auto* tree = panel.findChild<QTreeView*>("propertiesTree");
        // Inputs → X → from: a link to the convolution.
        const auto section = [&](const char* title) {
            const auto found = tree->model()->match(tree->model()->index(0, 0), Qt::DisplayRole, QString(title), 1, Qt::MatchExactly);
            return found.isEmpty() ? QModelIndex() : found.first();
        };
        const QModelIndex inputs = section("Inputs");
        const QModelIndex x = tree->model()->index(0, 0, inputs);
        const QModelIndex from = tree->model()->index(0, PropertyModel::ValueColumn, x);
        QVERIFY(from.data(PropertyModel::LinkRole).toBool());
        emit tree->activated(from);
        QCOMPARE(document.selection().current(), sample.stemConv);
        QSignalSpy activated(&panel, &PropertiesPanel::tensorActivated);
        emit tree->activated(tree->model()->index(0, 1, section("Tensors")));
        QCOMPARE(activated.count(), 1);
        panel.grab();
    }

    void typingOutlivesWhatIsInferredMeanwhile()
    {
        const samples::Sample sample = samples::convolutions();
        TaskRunner tasks;
        Document document("sample.onnx", sample.model);
        PropertiesPanel panel(&tasks, Theme::light());
        panel.show();
        panel.setDocument(&document);
        document.selectNode(sample.stemRelu);
        auto* tree = panel.findChild<QTreeView*>("propertiesTree");
        const QModelIndex node = tree->model()->match(tree->model()->index(0, 0), Qt::DisplayRole, "Node", 1, Qt::MatchExactly).value(0);
        const QModelIndex name = tree->model()->index(0, PropertyModel::ValueColumn, node);
        tree->setCurrentIndex(name);
        tree->edit(name);
        const auto editor = [tree] { return tree->findChild<QLineEdit*>("propertyEditor"); };
        QVERIFY(editor());
        editor()->setText("half ty");
        QVERIFY(document.setInferred(document.model(), {}, {}));
        QCoreApplication::processEvents();
        QVERIFY(editor());
        QCOMPARE(editor()->text(), QString("half ty"));
        editor()->setText("typed");
        QTest::keyClick(editor(), Qt::Key_Return);
        QTRY_VERIFY(!editor());
        QTRY_COMPARE(document.model()->node(sample.stemRelu).name, std::string("typed"));
    }
};

QTEST_MAIN(OutlinePanelTest)
#include "outlinepaneltest.moc"
