#include "ui/panels/inputsmodel.h"

#include <QFileInfo>
#include <algorithm>

#include "core/analysis/inputspec.h"
#include "ui/panels/paneltext.h"
#include "ui/theme/theme.h"

namespace tenscope {

namespace {

bool isScalarKind(Type::Kind kind)
{
    return kind == Type::Kind::Int || kind == Type::Kind::Float || kind == Type::Kind::Bool;
}

// Random numbers are for tensors; a rate or a switch of the model needs a value that means something.
QString usualSource(const Type& type)
{
    switch (type.kind) {
    case Type::Kind::Int:
    case Type::Kind::Float:
        return QStringLiteral("1");
    case Type::Kind::Bool:
        return QStringLiteral("false");
    case Type::Kind::Optional:
        return QStringLiteral("none");
    default:
        return QStringLiteral("random");
    }
}

// Puts the sizes of named dimensions into a type.
Type resolved(Type type, const std::map<std::string, std::int64_t>& symbols)
{
    if (type.shape)
        for (Dimension& dimension : *type.shape)
            if (const auto known = symbols.find(dimension.symbol); !dimension.isKnown() && known != symbols.end())
                dimension.size = known->second;
    return type;
}

Result<Tensor> makeRow(const InputRow& row, std::size_t index, const InputSettings& settings)
{
    InputOptions options;
    options.seed = settings.seed;
    options.stream = index;
    if (!row.shape.trimmed().isEmpty()) {
        QString shape = row.shape;
        const Result<InputShape> parsed = parseInputShape(shape.replace(QChar(0xd7), 'x').remove(' ').toStdString());
        if (!parsed)
            return fail(parsed.error());
        options.shape = *parsed;
    }
    const Type type = resolved(row.type, settings.symbols);
    const bool isFile = QFileInfo(row.source).isFile() || row.source.contains(QStringLiteral(".npz:"));
    if (type.isTensor() && !isFile && !inputSizes(type, options))
        return fail(Error::usage(InputsModel::tr("The file does not say what shape input %1 has: type one, such as "
                                                 "1x3x224x224, in the column Shape.")
                                     .arg(text(row.name))
                                     .toStdString()));
    if (isImageFile(row.source) && QFileInfo(row.source).isFile()) {
        const auto sizes = options.shape ? std::optional(options.shape->sizes) : std::nullopt;
        Result<Tensor> image = imageTensor(row.source, type, sizes, settings.pixels, row.name);
        return image ? fitInput(std::move(*image), type, row.name, options) : std::move(image);
    }
    const Result<InputSpec> spec = parseInputSpec(row.source.trimmed().toStdString());
    if (!spec)
        return fail(spec.error());
    return makeInput(*spec, type, row.name, options);
}

Result<Tensor> makeGiven(const InputRow& row)
{
    const Result<InputSpec> spec = parseInputSpec(row.source.trimmed().toStdString());
    return spec ? overrideTensor(*spec, row.type, row.name) : fail(spec.error());
}

bool isComputed(const Model& model, ValueId id)
{
    return id.index() < model.valueCount() && model.value(id).isAlive() && model.value(id).producer();
}

}  // namespace

tl::expected<RunInputs, InputFailure> makeInputs(const std::vector<InputRow>& rows, const InputSettings& settings,
                                                 Progress& progress)
{
    RunInputs result;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (progress.cancelled())
            return tl::unexpected(InputFailure{int(i), Error::cancelled()});
        Result<Tensor> tensor = rows[i].given ? makeGiven(rows[i]) : makeRow(rows[i], i, settings);
        if (!tensor)
            return tl::unexpected(InputFailure{int(i), tensor.error()});
        if (rows[i].given)
            result.overrides.push_back({rows[i].given, std::move(*tensor)});
        else
            result.inputs.push_back(std::move(*tensor));
    }
    return result;
}

void InputsModel::setModel(const Model* model)
{
    beginResetModel();
    std::vector<InputRow> given;
    for (InputRow& row : m_rows)
        if (row.given && model && isComputed(*model, row.given))
            given.push_back(std::move(row));
    m_rows.clear();
    if (model && model->mainGraph) {
        for (const ValueId id : model->graph(model->mainGraph).inputs) {
            if (!id || model->value(id).tensor)
                continue;
            const Value& value = model->value(id);
            m_rows.push_back({value.name, value.type, {}, usualSource(value.type), {}, {}});
        }
    }
    for (InputRow& row : given) {
        row.name = model->value(row.given).name;
        row.type = model->value(row.given).type;
        m_rows.push_back(std::move(row));
    }
    endResetModel();
}

int InputsModel::give(const Model& model, ValueId id)
{
    const auto known = std::find_if(m_rows.begin(), m_rows.end(), [id](const InputRow& row) { return row.given == id; });
    if (known != m_rows.end())
        return int(known - m_rows.begin());
    const int row = rowCount();
    beginInsertRows({}, row, row);
    m_rows.push_back({model.value(id).name, model.value(id).type, {}, QStringLiteral("zeros"), {}, id});
    endInsertRows();
    return row;
}

void InputsModel::takeBack(int row)
{
    if (!isGiven(row))
        return;
    beginRemoveRows({}, row, row);
    m_rows.erase(m_rows.begin() + row);
    endRemoveRows();
}

std::vector<std::string> InputsModel::symbols() const
{
    std::vector<std::string> symbols;
    for (const InputRow& row : m_rows)
        if (row.type.shape && !row.given)
            for (const Dimension& dimension : *row.type.shape)
                if (!dimension.isKnown() && !dimension.symbol.empty() &&
                    std::find(symbols.begin(), symbols.end(), dimension.symbol) == symbols.end())
                    symbols.push_back(dimension.symbol);
    return symbols;
}

void InputsModel::setProblem(int row, const QString& problem)
{
    if (row < 0 || row >= rowCount())
        return;
    m_rows[std::size_t(row)].problem = problem;
    emit dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

bool InputsModel::usesImages() const
{
    return std::any_of(m_rows.begin(), m_rows.end(), [](const InputRow& row) { return isImageFile(row.source); });
}

int InputsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int InputsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant InputsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const InputRow& row = m_rows[std::size_t(index.row())];
    if (role == Qt::ToolTipRole && !row.problem.isEmpty())
        return row.problem;
    if (role != Qt::DisplayRole && role != Qt::EditRole && role != Qt::ToolTipRole)
        return role == Qt::FontRole && index.column() == ShapeColumn ? QVariant(monospaceFont(0.95)) : QVariant();
    switch (index.column()) {
    case NameColumn:
        if (role == Qt::ToolTipRole && row.given)
            return tr("The value %1 is given here instead of computed. Delete takes that back.").arg(text(row.name));
        return (row.problem.isEmpty() ? QString() : QStringLiteral("▲ ")) + (row.given ? QStringLiteral("⇢ ") : QString()) + text(row.name);
    case TypeColumn:
        if (role == Qt::ToolTipRole)
            return text(toString(row.type));
        return row.type.isTensor() ? (row.type.element == ElementType::Undefined ? tr("tensor") : text(name(row.type.element)))
                                   : text(toString(row.type));
    case ShapeColumn:
        if (role == Qt::ToolTipRole)
            return tr("The shape to run with, such as 1x3x224x224; with an element type as 1x16:int64");
        if (!row.shape.isEmpty() || role == Qt::EditRole)
            return row.shape.isEmpty() && row.type.shape ? text(toString(*row.type.shape)) : row.shape;
        return row.type.shape ? text(toString(*row.type.shape)) : row.type.isTensor() ? tr("unknown") : QString();
    case SourceColumn:
        if (role == Qt::ToolTipRole)
            return row.given ? tr("zeros, ones, a number, or a file: .npy or .npz:key")
                             : tr("random, zeros, ones, arange, a number, or a file: .npy, .npz:key, or an image");
        return role == Qt::DisplayRole && row.source.contains('/') ? QFileInfo(row.source).fileName() : row.source;
    default:
        return {};
    }
}

bool InputsModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!index.isValid() || role != Qt::EditRole)
        return false;
    InputRow& row = m_rows[std::size_t(index.row())];
    QString entered = value.toString().trimmed();
    if (index.column() == ShapeColumn) {
        // What the model says anyway is no choice of the user's.
        if (row.type.shape && entered == text(toString(*row.type.shape)))
            entered.clear();
        row.shape = entered;
    } else if (index.column() == SourceColumn) {
        row.source = !entered.isEmpty() ? entered : row.given ? QStringLiteral("zeros") : usualSource(row.type);
    } else {
        return false;
    }
    row.problem.clear();
    emit dataChanged(this->index(index.row(), 0), this->index(index.row(), ColumnCount - 1));
    return true;
}

QVariant InputsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NameColumn:
        return tr("Input");
    case TypeColumn:
        return tr("Type");
    case ShapeColumn:
        return tr("Shape");
    case SourceColumn:
        return tr("From");
    default:
        return {};
    }
}

Qt::ItemFlags InputsModel::flags(const QModelIndex& index) const
{
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    if (!index.isValid())
        return flags;
    const InputRow& row = m_rows[std::size_t(index.row())];
    if (index.column() == SourceColumn || (index.column() == ShapeColumn && !isScalarKind(row.type.kind) && !row.given))
        flags |= Qt::ItemIsEditable;
    return flags;
}

}  // namespace tenscope
