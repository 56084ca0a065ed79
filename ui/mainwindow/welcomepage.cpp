#include "ui/mainwindow/welcomepage.h"

#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "ui/mainwindow/recentfiles.h"

namespace tenscope {

namespace {

QLabel* heading(const QString& text, double scale)
{
    auto* label = new QLabel(text);
    QFont font = label->font();
    font.setPointSizeF(font.pointSizeF() * scale);
    font.setBold(true);
    label->setFont(font);
    return label;
}

// "~/models" reads better than the whole path.
QString folderOf(const QString& path)
{
    const QString folder = QFileInfo(path).absolutePath();
    const QString home = QDir::homePath();
    return home != "/" && folder.startsWith(home) ? "~" + folder.mid(home.size()) : folder;
}

}  // namespace

WelcomePage::WelcomePage(RecentFiles* recent, QWidget* parent)
    : QWidget(parent), m_recent(recent), m_recentBox(new QWidget), m_recentList(new QVBoxLayout(m_recentBox))
{
    setObjectName("welcomePage");
    auto* open = new QPushButton(tr("Open a Model…"));
    open->setObjectName("welcomeOpen");
    open->setProperty("accent", true);
    open->setDefault(true);
    auto* sample = new QPushButton(tr("Try the Sample Pair"));
    sample->setObjectName("welcomeSample");
    sample->setToolTip(tr("A small shape classifier, as TorchScript and as ONNX"));

    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(open);
    buttons->addWidget(sample);
    buttons->addStretch();

    auto* text = new QLabel(tr("Open a TorchScript or ONNX file, or drop it on this window. Click a node to see its attributes "
                               "and weights, run the model on sample inputs, and look at every activation."));
    text->setWordWrap(true);
    auto* keys = new QLabel(tr("<b>Ctrl+O</b> open  ·  <b>Ctrl+F</b> find  ·  <b>Ctrl+0</b> fit  ·  <b>arrows</b> walk along edges  ·  "
                               "<b>Enter</b> into a subgraph  ·  <b>F5</b> run"));
    keys->setWordWrap(true);
    keys->setProperty("dim", true);

    m_recentList->setContentsMargins(0, 0, 0, 0);
    m_recentList->setSpacing(0);

    auto* column = new QVBoxLayout;
    column->setSpacing(16);
    column->addStretch(2);
    column->addWidget(heading(tr("Tenscope"), 2.2));
    column->addWidget(text);
    column->addLayout(buttons);
    column->addWidget(m_recentBox);
    column->addWidget(keys);
    column->addStretch(3);

    auto* middle = new QWidget;
    middle->setMaximumWidth(640);
    middle->setLayout(column);
    auto* page = new QWidget;
    auto* row = new QHBoxLayout(page);
    row->setContentsMargins(24, 24, 24, 24);
    row->addStretch(1);
    row->addWidget(middle, 4);
    row->addStretch(1);
    // A low window scrolls instead of squeezing the recent files into half their height.
    auto* scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setWidget(page);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->viewport()->setAutoFillBackground(false);
    page->setAutoFillBackground(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scroll);

    connect(open, &QPushButton::clicked, this, &WelcomePage::openRequested);
    connect(sample, &QPushButton::clicked, this, &WelcomePage::sampleRequested);
    connect(recent, &RecentFiles::changed, this, &WelcomePage::showRecent);
    showRecent();
}

void WelcomePage::showRecent()
{
    while (QLayoutItem* item = m_recentList->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const QStringList files = m_recent->files();
    m_recentBox->setVisible(!files.isEmpty());
    if (files.isEmpty())
        return;
    m_recentList->addWidget(heading(tr("Recent"), 1.1));
    m_recentList->addSpacing(4);
    for (const QString& path : files.mid(0, 8)) {
        auto* entry = new QPushButton(tr("%1   —   %2", "file name, folder").arg(QFileInfo(path).fileName(), folderOf(path)));
        entry->setProperty("link", true);
        entry->setCursor(Qt::PointingHandCursor);
        entry->setToolTip(path);
        connect(entry, &QPushButton::clicked, this, [this, path] { emit fileRequested(path); });
        m_recentList->addWidget(entry, 0, Qt::AlignLeft);
    }
}

}  // namespace tenscope
