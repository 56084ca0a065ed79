#include "ui/panels/inferenceoptions.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSettings>
#include <QSpinBox>
#include <QThread>

#include "ui/panels/paneltext.h"

namespace tenscope {

namespace {

constexpr std::size_t mostSymbols = 8;

QLabel* dimLabel(const QString& label, QWidget* buddy)
{
    auto* result = new QLabel(label);
    result->setProperty("dim", true);
    result->setBuddy(buddy);
    return result;
}

}  // namespace

InferenceOptions::InferenceOptions(QWidget* parent)
    : QWidget(parent),
      m_device(new QComboBox),
      m_threads(new QSpinBox),
      m_repeats(new QSpinBox),
      m_seed(new QSpinBox),
      m_trace(new QCheckBox(tr("Trace"))),
      m_pixelsLabel(dimLabel(tr("Pixels"), nullptr)),
      m_pixels(new QComboBox),
      m_symbolLayout(new QHBoxLayout)
{
    const QSettings settings;
    m_device->setObjectName("device");
    m_device->setAccessibleName(tr("Device"));
    m_device->addItem(QStringLiteral("cpu"), QStringLiteral("cpu"));
    m_threads->setObjectName("threads");
    m_threads->setRange(0, 1024);
    m_threads->setSpecialValueText(tr("all"));
    m_threads->setToolTip(tr("Threads of the computation; all: as many as there are cores"));
    m_threads->setValue(settings.value("inference/threads", 0).toInt());
    m_repeats->setObjectName("repeats");
    m_repeats->setRange(1, 10000);
    m_repeats->setToolTip(tr("How many timed runs; the first ones after opening are slower"));
    m_repeats->setValue(settings.value("inference/repeats", 1).toInt());
    m_seed->setObjectName("seed");
    m_seed->setRange(0, 999999);
    m_seed->setToolTip(tr("Of the random inputs: the same seed gives the same numbers on every machine"));
    m_seed->setValue(settings.value("inference/seed", 0).toInt());
    m_trace->setObjectName("trace");
    m_trace->setToolTip(tr("Time and statistics of every node, in a run of its own"));
    m_trace->setChecked(settings.value("inference/trace", true).toBool());
    m_pixels->setObjectName("pixels");
    m_pixels->setAccessibleName(tr("What pixels become"));
    m_pixels->setToolTip(tr("What the 0 … 255 of an image's pixels become"));
    m_pixels->addItem(tr("0 … 1"), int(PixelScale::Unit));
    m_pixels->addItem(tr("−1 … 1"), int(PixelScale::Signed));
    m_pixels->addItem(tr("ImageNet"), int(PixelScale::ImageNet));
    m_pixels->setCurrentIndex(settings.value("inference/pixels", 0).toInt());
    setUsesImages(false);

    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(m_device);
    const std::pair<QString, QSpinBox*> spins[] = {
        {tr("Threads"), m_threads}, {tr("Repeats"), m_repeats}, {tr("Seed"), m_seed}};
    for (const auto& [label, spin] : spins) {
        layout->addWidget(dimLabel(label, spin));
        layout->addWidget(spin);
        spin->setAccessibleName(label);
        spin->setFixedWidth(spin->fontMetrics().horizontalAdvance("88888") + 36);
        connect(spin, &QSpinBox::valueChanged, this, &InferenceOptions::remember);
    }
    layout->addWidget(m_trace);
    layout->addWidget(m_pixelsLabel);
    layout->addWidget(m_pixels);
    m_symbolLayout->setSpacing(6);
    layout->addLayout(m_symbolLayout);
    connect(m_trace, &QCheckBox::toggled, this, &InferenceOptions::remember);
    connect(m_pixels, &QComboBox::currentIndexChanged, this, &InferenceOptions::remember);
}

void InferenceOptions::setInfo(const WorkerInfo& info)
{
    const QString chosen = m_device->currentData().toString();
    m_device->clear();
    for (const Device& device : info.devices) {
        m_device->addItem(text(device.name), text(device.name));
        m_device->setItemData(m_device->count() - 1, text(device.description), Qt::ToolTipRole);
    }
    m_device->setCurrentIndex(std::max(0, m_device->findData(chosen)));
    QString tip = tr("LibTorch %1").arg(text(info.libtorchVersion));
    for (const Device& device : info.devices)
        tip += '\n' + text(device.name) + QStringLiteral(": ") + text(device.description);
    if (!info.noCudaReason.empty())
        tip += '\n' + text(info.noCudaReason);
    for (const std::string& warning : info.warnings)
        tip += '\n' + text(warning);
    m_device->setToolTip(tip);
}

void InferenceOptions::setSymbols(const std::vector<std::string>& symbols)
{
    for (QWidget* widget : m_symbolWidgets)
        delete widget;
    m_symbolWidgets.clear();
    m_symbols.clear();
    const QSettings settings;
    for (std::size_t i = 0; i < symbols.size() && i < mostSymbols; ++i) {
        auto* spin = new QSpinBox;
        spin->setObjectName(QStringLiteral("symbol-%1").arg(text(symbols[i])));
        spin->setAccessibleName(tr("Size of %1").arg(text(symbols[i])));
        spin->setRange(1, 1 << 30);
        spin->setFixedWidth(spin->fontMetrics().horizontalAdvance("88888") + 36);
        spin->setValue(settings.value(QStringLiteral("inference/symbols/%1").arg(text(symbols[i])), 1).toInt());
        connect(spin, &QSpinBox::valueChanged, this, &InferenceOptions::remember);
        QLabel* label = dimLabel(text(symbols[i]) + QStringLiteral(" ="), spin);
        m_symbolLayout->addWidget(label);
        m_symbolLayout->addWidget(spin);
        m_symbolWidgets.push_back(label);
        m_symbolWidgets.push_back(spin);
        m_symbols.emplace(symbols[i], spin);
    }
}

void InferenceOptions::setUsesImages(bool uses)
{
    m_pixelsLabel->setVisible(uses);
    m_pixels->setVisible(uses);
}

RunRequest InferenceOptions::request() const
{
    RunRequest request;
    request.device = m_device->currentData().toString().toStdString();
    request.threads = m_threads->value();
    request.repeats = m_repeats->value();
    request.trace = m_trace->isChecked();
    return request;
}

InputSettings InferenceOptions::inputSettings() const
{
    InputSettings settings;
    settings.seed = std::uint64_t(m_seed->value());
    settings.pixels = PixelScale(m_pixels->currentData().toInt());
    for (const auto& [symbol, spin] : m_symbols)
        settings.symbols.emplace(symbol, spin->value());
    return settings;
}

void InferenceOptions::remember() const
{
    QSettings settings;
    settings.setValue("inference/threads", m_threads->value());
    settings.setValue("inference/repeats", m_repeats->value());
    settings.setValue("inference/seed", m_seed->value());
    settings.setValue("inference/trace", m_trace->isChecked());
    settings.setValue("inference/pixels", m_pixels->currentIndex());
    for (const auto& [symbol, spin] : m_symbols)
        settings.setValue(QStringLiteral("inference/symbols/%1").arg(text(symbol)), spin->value());
}

}  // namespace tenscope
