#include "ui/diagram/render.h"

#include <QBuffer>
#include <QFile>
#include <QFileInfo>
#include <QImage>
#include <QImageWriter>
#include <QPageLayout>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgGenerator>
#include <QTemporaryFile>

#include <algorithm>
#include <cmath>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "ui/diagram/diagrampainter.h"

namespace tenscope {

namespace {

Error writeError(const QString& path, const QString& why)
{
    return Error::write(QStringLiteral("%1 could not be written: %2. Choose another place or free some space; nothing was changed.")
                            .arg(path, why)
                            .toStdString());
}

void paintWhole(QPainter& painter, const Diagram& diagram, const RenderOptions& options, const QRectF& area, double scale, bool isVector)
{
    DiagramPainter diagramPainter(options.theme);
    diagramPainter.setVector(isVector);
    if (!options.transparent)
        painter.fillRect(QRectF(QPointF(), area.size() * scale), options.theme.canvas);
    painter.scale(scale, scale);
    painter.translate(-area.topLeft());
    diagramPainter.paint(painter, diagram, options.state, area, scale);
}

// Whether QSvgGenerator writes its title as it is: some versions of Qt do, and a file name with & or < breaks the file.
bool escapesTitles()
{
    static const bool escapes = [] {
        QBuffer buffer;
        buffer.open(QIODevice::WriteOnly);
        QSvgGenerator generator;
        generator.setOutputDevice(&buffer);
        generator.setTitle(QStringLiteral("<"));
        QPainter(&generator).end();
        return buffer.data().contains("&lt;");
    }();
    return escapes;
}

// Each writes into an open device and says false where the device or painter failed.
bool writeSvg(QIODevice& device, const Diagram& diagram, const RenderOptions& options, const QRectF& area)
{
    QSvgGenerator generator;
    generator.setOutputDevice(&device);
    generator.setSize(area.size().toSize());
    generator.setViewBox(QRectF(QPointF(), area.size()));
    generator.setTitle(escapesTitles() ? options.title : options.title.toHtmlEscaped());
    generator.setDescription(QStringLiteral("Made by Tenscope " TENSCOPE_VERSION));
    QPainter painter;
    if (!painter.begin(&generator))
        return false;
    paintWhole(painter, diagram, options, area, 1, true);
    return painter.end();
}

bool writePdf(QIODevice& device, const Diagram& diagram, const RenderOptions& options, const QRectF& area, double scale)
{
    QPdfWriter writer(&device);
    writer.setTitle(options.title);
    writer.setCreator(QStringLiteral("Tenscope " TENSCOPE_VERSION));
    writer.setResolution(72);
    writer.setPageSize(QPageSize(area.size() * scale, QPageSize::Point, QString(), QPageSize::ExactMatch));
    writer.setPageMargins(QMarginsF(0, 0, 0, 0));
    QPainter painter;
    if (!painter.begin(&writer))
        return false;
    paintWhole(painter, diagram, options, area, scale, true);
    return painter.end();
}

bool writePng(QIODevice& device, const Diagram& diagram, const RenderOptions& options, const QRectF& area, double scale, QSize size)
{
    QImage image(size, options.transparent ? QImage::Format_ARGB32_Premultiplied : QImage::Format_RGB32);
    if (image.isNull())
        return false;
    image.fill(options.transparent ? QColor(Qt::transparent) : options.theme.canvas);
    {
        QPainter painter(&image);
        paintWhole(painter, diagram, options, area, scale, false);
    }
    if (!options.title.isEmpty())
        image.setText(QStringLiteral("Title"), options.title);
    QImageWriter writer(&device, "png");
    return writer.write(image);
}

}  // namespace

std::optional<PictureFormat> pictureFormat(const QString& path)
{
    const QString extension = QFileInfo(path).suffix().toLower();
    if (extension == u"svg")
        return PictureFormat::Svg;
    if (extension == u"png")
        return PictureFormat::Png;
    if (extension == u"pdf")
        return PictureFormat::Pdf;
    return std::nullopt;
}

Result<RenderedPicture> renderDiagram(const Diagram& diagram, const QString& path, const RenderOptions& options, Progress& progress)
{
    const auto format = pictureFormat(path);
    if (!format)
        return fail(Error::usage(QStringLiteral("%1 does not say what picture it should be: end it in .svg, .png or .pdf.").arg(path).toStdString()));
    if (progress.cancelled())
        return fail(Error::cancelled());

    // An empty graph is a small empty picture, not an error.
    const QRectF area = diagram.isEmpty() ? QRectF(0, 0, 64, 64) : diagram.bounds().toAlignedRect().toRectF();
    RenderedPicture picture;
    picture.scale = *format == PictureFormat::Png ? std::clamp(options.scale, 0.001, 64.0) : 1.0;
    if (*format == PictureFormat::Png) {
        // libpng and QImage stop at 32,767 pixels a side and the painter's coordinates with them; memory stops earlier.
        constexpr double mostSide = 32'000;
        const double side = std::max(area.width(), area.height()) * picture.scale;
        if (side > mostSide)
            picture.scale *= mostSide / side;
        const double pixels = area.width() * area.height() * picture.scale * picture.scale;
        if (pixels > double(options.maxPixels))
            picture.scale *= std::sqrt(double(options.maxPixels) / pixels);
    } else if (*format == PictureFormat::Pdf) {
        constexpr double mostPoints = 14'400;  // what PDF readers accept
        picture.scale = std::min(1.0, mostPoints / std::max(area.width(), area.height()));
    }
    picture.size = QSize(std::max(1, int(std::ceil(area.width() * picture.scale))), std::max(1, int(std::ceil(area.height() * picture.scale))));

    const QFileInfo target(path);
    QTemporaryFile file(target.absolutePath() + QStringLiteral("/.") + target.fileName() + QStringLiteral(".XXXXXX"));
    if (!file.open())
        return fail(writeError(path, file.errorString()));
    progress.report(-1, "Drawing");
    bool isWritten = false;
    switch (*format) {
    case PictureFormat::Svg:
        isWritten = writeSvg(file, diagram, options, area);
        break;
    case PictureFormat::Pdf:
        isWritten = writePdf(file, diagram, options, area, picture.scale);
        break;
    case PictureFormat::Png:
        isWritten = writePng(file, diagram, options, area, picture.scale, picture.size);
        break;
    }
    // The generators close what they write to; size and errors are read from the file itself.
    const QString temporary = file.fileName();
    if (file.isOpen() && !file.flush())
        isWritten = false;
    picture.bytes = std::uint64_t(QFileInfo(temporary).size());
    if (!isWritten || file.error() != QFileDevice::NoError || picture.bytes == 0)
        return fail(writeError(path, file.error() != QFileDevice::NoError ? file.errorString() : QStringLiteral("the picture is too large or the disk is full")));
    if (progress.cancelled())
        return fail(Error::cancelled());
    QFile::setPermissions(temporary, QFile::permissions(path) | QFile::ReadOwner | QFile::WriteOwner |
                                         (target.exists() ? QFile::Permissions() : QFile::ReadGroup | QFile::ReadOther));
    file.close();
    // QFile::rename() refuses to replace; rename(2) does it in one step.
    if (std::rename(QFile::encodeName(temporary).constData(), QFile::encodeName(target.absoluteFilePath()).constData()) != 0)
        return fail(writeError(path, QString::fromLocal8Bit(std::strerror(errno))));
    file.setAutoRemove(false);
    return picture;
}

}  // namespace tenscope
