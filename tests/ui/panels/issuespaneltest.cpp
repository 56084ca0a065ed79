#include "ui/panels/issuespanel.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

#include "tests/ui/panels/samplemodel.h"
#include "ui/panels/issuesmodel.h"
#include "ui/panels/tabletools.h"
#include "ui/taskrunner/taskrunner.h"

using namespace tenscope;

class IssuesPanelTest : public QObject {
    Q_OBJECT

private slots:
    void listsSortsFiltersAndJumps()
    {
        samples::Sample sample = samples::convolutions();
        sample.model->issues = {{Severity::Info, "Something small.", {}},
                                {Severity::Error, "Something is broken here.", sample.thenNode},
                                {Severity::Warning, "Somewhere else.", sample.stemWeight}};
        TaskRunner tasks;
        Document document("sample.onnx", sample.model);
        IssuesPanel panel(&tasks, Theme::light());
        QSignalSpy counted(&panel, &IssuesPanel::countChanged);
        panel.setDocument(&document);
        QVERIFY(counted.count() > 0);
        QVERIFY(counted.last()[0].toInt() >= 3);
        auto* table = panel.findChild<QTableView*>("issuesTable");
        QVERIFY(counted.wait());  // the checks add what they find
        QVERIFY(table->model()->index(0, 0).data().toString().contains("Error"));

        panel.findChild<QLineEdit*>("issuesFilter")->setText("BROKEN");
        QCOMPARE(table->model()->rowCount(), 1);
        table->selectRow(0);
        QCOMPARE(selectionAsText(table), QString::fromUtf8("Severity\tIssue\tPlace\n◆ Error\tSomething is broken here.\t/If/then_branch\n"));
        emit table->doubleClicked(table->model()->index(0, 0));
        QCOMPARE(document.selection().current(), sample.thenNode);
        QVERIFY(document.graphPath().size() == 2);

        panel.findChild<QLineEdit*>("issuesFilter")->setText("somewhere else");
        QSignalSpy activated(&panel, &IssuesPanel::tensorActivated);
        emit table->activated(table->model()->index(0, 0));
        QCOMPARE(activated.count(), 1);
        panel.setDocument(nullptr);
        QCOMPARE(counted.last()[0].toInt(), 0);
    }

    void isAnItemModel()
    {
        IssuesModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const samples::Sample sample = samples::convolutions();
        model.setIssues(sample.model, {{Severity::Warning, "a", sample.input}, {Severity::Error, "b", sample.model->mainGraph}});
        QCOMPARE(model.count(Severity::Error), 1);
        QCOMPARE(model.index(0, IssuesModel::PlaceColumn).data().toString(), "x");
        model.setIssues(nullptr, {});
    }
};

QTEST_MAIN(IssuesPanelTest)
#include "issuespaneltest.moc"
