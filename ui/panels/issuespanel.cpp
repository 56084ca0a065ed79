#include "ui/panels/issuespanel.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QSortFilterProxyModel>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/analysis/checks.h"
#include "ui/panels/busyline.h"
#include "ui/panels/emptystate.h"
#include "ui/panels/issuesmodel.h"
#include "ui/panels/paneltext.h"
#include "ui/panels/tabletools.h"
#include "ui/taskrunner/taskrunner.h"

namespace tenscope {

namespace {

QString fixTitle(const QuickFix& fix)
{
    const QString subject = text(fix.subject);
    switch (fix.kind) {
    case QuickFix::Kind::ImportOpset:
        return IssuesPanel::tr("Import the opset of %1").arg(subject);
    case QuickFix::Kind::SortNodes:
        return IssuesPanel::tr("Put the nodes in order");
    case QuickFix::Kind::MakeInput:
        return IssuesPanel::tr("Make %1 an input").arg(subject);
    case QuickFix::Kind::RemoveTensor:
        return IssuesPanel::tr("Remove %1").arg(subject);
    }
    return {};
}

}  // namespace

IssuesPanel::IssuesPanel(TaskRunner* tasks, const Theme& theme, QWidget* parent)
    : Panel(tasks, theme, parent),
      m_filter(new QLineEdit),
      m_summary(new QLabel),
      m_fix(new QToolButton),
      m_busy(new BusyLine),
      m_pages(new QStackedWidget),
      m_empty(new EmptyState),
      m_table(new QTableView),
      m_model(new IssuesModel(this)),
      m_sorted(new QSortFilterProxyModel(this))
{
    setObjectName("issuesPanel");
    m_filter->setObjectName("issuesFilter");
    m_filter->setPlaceholderText(tr("Filter"));
    m_filter->setAccessibleName(tr("Filter the issues"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaximumWidth(280);
    m_summary->setObjectName("issuesSummary");
    m_summary->setProperty("dim", true);

    m_sorted->setSourceModel(m_model);
    m_sorted->setSortRole(sortRole);
    m_sorted->setFilterKeyColumn(-1);
    m_sorted->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_table->setObjectName("issuesTable");
    m_table->setAccessibleName(tr("Issues of the model"));
    m_table->setModel(m_sorted);
    setUpTable(m_table);
    m_table->horizontalHeader()->setStretchLastSection(false);
    m_table->horizontalHeader()->setSectionResizeMode(IssuesModel::TextColumn, QHeaderView::Stretch);
    m_table->setColumnWidth(IssuesModel::SeverityColumn, fontMetrics().horizontalAdvance(tr("▲ Warning")) + 32);
    m_table->setColumnWidth(IssuesModel::PlaceColumn, 260);
    m_table->sortByColumn(IssuesModel::SeverityColumn, Qt::AscendingOrder);
    m_pages->addWidget(m_empty);
    m_pages->addWidget(m_table);

    auto* top = new QHBoxLayout;
    top->setContentsMargins(8, 6, 8, 6);
    top->setSpacing(12);
    top->addWidget(m_filter);
    top->addWidget(m_summary, 1);
    top->addWidget(m_fix);
    m_fix->setObjectName("fixIssue");
    m_fix->setProperty("link", true);
    m_fix->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_busy);
    layout->addLayout(top);
    layout->addWidget(m_pages, 1);
    setFocusProxy(m_table);

    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& filter) {
        m_sorted->setFilterFixedString(filter);
        updateEmpty();
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &IssuesPanel::offerFix);
    connect(m_fix, &QToolButton::clicked, this, &IssuesPanel::fix);
    connect(m_table, &QTableView::doubleClicked, this, &IssuesPanel::jump);
    connect(m_table, &QTableView::activated, this, &IssuesPanel::jump);
    applyTheme();
    documentReplaced();
}

void IssuesPanel::addIssues(std::vector<Issue> issues)
{
    m_added.insert(m_added.end(), issues.begin(), issues.end());
    showIssues(m_found);
}

void IssuesPanel::documentReplaced()
{
    m_added.clear();
    m_found = document() ? document()->model()->issues : std::vector<Issue>();
    showIssues(m_found);
    check();
}

void IssuesPanel::documentChanged(const Change& change)
{
    if (std::holds_alternative<ModelChanged>(change) || std::holds_alternative<TypesChanged>(change))
        check();
}

void IssuesPanel::applyTheme()
{
    Panel::applyTheme();
    m_busy->setColours(theme().accent, theme().line);
    m_model->setTheme(theme());
}

void IssuesPanel::check()
{
    if (!document()) {
        tasks()->cancel(taskKey("check"));
        m_busy->stop();
        updateEmpty();
        return;
    }
    m_busy->start();
    updateEmpty();
    const auto model = document()->model();
    tasks()->run<std::vector<Issue>>(
        {}, taskKey("check"), this,
        [model, inferred = document()->inferenceIssues()](Progress& progress) -> Result<std::vector<Issue>> {
            std::vector<Issue> issues = model->issues;
            issues.insert(issues.end(), inferred.begin(), inferred.end());
            const std::vector<Issue> found = tenscope::check(*model, progress);
            issues.insert(issues.end(), found.begin(), found.end());
            return issues;
        },
        [this, model](Result<std::vector<Issue>> issues) {
            if (!document() || document()->model() != model)
                return;
            m_busy->stop();
            m_found = issues ? std::move(*issues) : model->issues;
            showIssues(m_found);
        });
}

void IssuesPanel::showIssues(std::vector<Issue> issues)
{
    issues.insert(issues.end(), m_added.begin(), m_added.end());
    m_model->setIssues(document() ? document()->model() : nullptr, std::move(issues));
    const int errors = m_model->count(Severity::Error);
    const int warnings = m_model->count(Severity::Warning);
    const int notes = m_model->count(Severity::Info);
    QStringList parts;
    if (errors)
        parts += tr("errors: %1").arg(errors);
    if (warnings)
        parts += tr("warnings: %1").arg(warnings);
    if (notes)
        parts += tr("notes: %1").arg(notes);
    m_summary->setText(parts.join(QStringLiteral(" · ")));
    updateEmpty();
    offerFix();
    emit countChanged(m_model->rowCount(), errors ? Severity::Error : warnings ? Severity::Warning : Severity::Info);
}

void IssuesPanel::updateEmpty()
{
    m_filter->setEnabled(m_model->rowCount() > 0);
    if (!document())
        m_empty->setText(tr("What is wrong or remarkable in a model is listed here when one is open."));
    else if (m_model->rowCount() > 0)
        m_empty->setText(tr("No issue holds “%1”.").arg(m_filter->text()));
    else if (m_busy->isBusy())
        m_empty->setText(tr("Checking the model…"));
    else
        m_empty->setText(tr("No issues: everything in this model is as it should be."));
    m_pages->setCurrentWidget(m_sorted->rowCount() > 0 ? static_cast<QWidget*>(m_table) : m_empty);
}

std::optional<QuickFix> IssuesPanel::currentFix() const
{
    const QModelIndex index = m_sorted->mapToSource(m_table->currentIndex());
    return document() && index.isValid() ? quickFix(*document()->model(), m_model->issue(index.row()).place) : std::nullopt;
}

void IssuesPanel::offerFix()
{
    const auto fix = currentFix();
    m_fix->setVisible(fix.has_value());
    if (fix)
        m_fix->setText(fixTitle(*fix));
}

void IssuesPanel::fix()
{
    auto fix = currentFix();
    if (!fix)
        return;
    const QString title = fixTitle(*fix);
    if (const auto done = document()->edit(std::move(fix->edit), title); !done)
        m_summary->setText(QString::fromStdString(done.error().message));
}

void IssuesPanel::jump(const QModelIndex& index)
{
    if (!document() || !index.isValid())
        return;
    const Place place = m_model->issue(m_sorted->mapToSource(index).row()).place;
    if (const auto* node = std::get_if<NodeId>(&place))
        document()->reveal(*node);
    else if (const auto* value = std::get_if<ValueId>(&place))
        document()->reveal(*value);
    else if (const auto* graph = std::get_if<GraphId>(&place))
        document()->enterGraph(*graph);
    else if (const auto* tensor = std::get_if<TensorId>(&place))
        emit tensorActivated(*tensor);
}

}  // namespace tenscope
