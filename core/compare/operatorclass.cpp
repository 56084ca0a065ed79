#include "core/compare/operatorclass.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <unordered_map>
#include <vector>

namespace tenscope {

namespace {

struct Row {
    std::string_view name;
    ClassRole role;
    std::string_view operators;  // in lower case, without underscores; what is called like the class is in it anyhow
};

constexpr ClassRole compute = ClassRole::Compute, pass = ClassRole::Pass, layout = ClassRole::Layout, index = ClassRole::Index;

constexpr std::array rows{
    Row{"conv", compute, "convolution conv1d conv2d conv3d convolutionmode mkldnnconvolution fusedconv"},
    Row{"convtranspose", compute, "convtranspose1d convtranspose2d convtranspose3d"},
    Row{"matmul", compute, "mm bmm mv dot"},
    Row{"linear", compute, "gemm addmm"},
    Row{"batchnorm", compute, "batchnormalization nativebatchnorm cudnnbatchnorm"},
    Row{"layernorm", compute, "layernormalization nativelayernorm"},
    Row{"instancenorm", compute, "instancenormalization"},
    Row{"groupnorm", compute, "groupnormalization nativegroupnorm"},
    Row{"maxpool", compute, "maxpool1d maxpool2d maxpool3d maxpool2dwithindices"},
    Row{"averagepool", compute, "avgpool1d avgpool2d avgpool3d"},
    Row{"globalaveragepool", compute, "adaptiveavgpool1d adaptiveavgpool2d adaptiveavgpool3d"},
    Row{"globalmaxpool", compute, "adaptivemaxpool1d adaptivemaxpool2d adaptivemaxpool3d"},
    Row{"reducemean", compute, "mean"},
    Row{"reducesum", compute, "sum"},
    Row{"reducemax", compute, "amax"},
    Row{"reducemin", compute, "amin"},
    Row{"reduceprod", compute, "prod"},
    Row{"reducel2", compute, "norm linalgnorm linalgvectornorm"},
    Row{"sub", compute, "rsub"},
    Row{"div", compute, "truedivide floordivide floordiv"},
    Row{"mod", compute, "remainder fmod"},
    Row{"clip", compute, "clamp clampmin clampmax hardtanh relu6"},
    Row{"softmax", compute, ""},
    Row{"silu", compute, "swish"},
    Row{"gelu", compute, "fastgelu"},
    Row{"ceil", compute, ""},
    Row{"equal", compute, "eq"},
    Row{"notequal", compute, "ne"},
    Row{"greater", compute, "gt"},
    Row{"greaterorequal", compute, "ge"},
    Row{"less", compute, "lt"},
    Row{"lessorequal", compute, "le"},
    Row{"and", compute, "logicaland bitwiseand"},
    Row{"or", compute, "logicalor bitwiseor"},
    Row{"not", compute, "logicalnot bitwisenot"},
    Row{"max", compute, "maximum"},
    Row{"min", compute, "minimum"},
    Row{"where", compute, "maskedfill"},
    Row{"lstm", compute, "lstmcell"},
    Row{"gru", compute, "grucell"},
    Row{"rnn", compute, "rnntanh rnnrelu rnntanhcell rnnrelucell"},
    Row{"attention", compute, "scaleddotproductattention nativemultiheadattention multiheadattention"},
    Row{"resize", compute, "upsamplenearest1d upsamplenearest2d upsamplenearest3d upsamplebilinear2d upsamplebicubic2d "
                           "upsamplelinear1d upsampletrilinear3d upsample interpolate"},

    Row{"identity", pass, "contiguous clone detach alias copy dropout featuredropout alphadropout liftfresh"},
    Row{"cast", pass, "to typeas castlike float half double int bool"},

    Row{"reshape", layout, "view flatten unflatten squeeze unsqueeze viewas reshapeas"},
    Row{"transpose", layout, "permute t numpyt movedim moveaxis swapaxes swapdims"},
    Row{"gather", layout, "select index indexselect embedding gatherelements gathernd getitem"},
    Row{"slice", layout, "narrow"},
    Row{"split", layout, "chunk splitwithsizes unbind tensorsplit unsafechunk unsafesplit"},
    Row{"concat", layout, "cat concatenate"},
    Row{"stack", layout, ""},
    Row{"expand", layout, "expandas broadcastto"},
    Row{"tile", layout, "repeat"},
    Row{"pad", layout, "constantpadnd reflectionpad1d reflectionpad2d replicationpad1d replicationpad2d"},
    Row{"roll", layout, ""},
    Row{"depthtospace", layout, "pixelshuffle"},
    Row{"spacetodepth", layout, "pixelunshuffle"},
    Row{"channelshuffle", layout, ""},
    Row{"scatter", layout, "scatterelements scatternd indexput"},

    Row{"shape", index, "size dim len numel dtype device layout iscuda isnested requiresgrad isgradenabled isautocastenabled "
                        "newzeros newones newfull newempty zeroslike oneslike fulllike emptylike zeros ones full empty arange "
                        "range constantofshape eyelike tensor isfloatingpoint is isnot contains format str find raiseexception "
                        "uninitialized warn randomnormallike randomuniformlike"},
    Row{"if", ClassRole::Control, ""},
    Row{"loop", ClassRole::Control, "scan"},
};

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> parts{{
    {"attention", "matmul linear mul div sqrt softmax add where reshape transpose split gather slice expand concat"},
    {"gelu", "div mul erf add tanh pow"},
    {"silu", "sigmoid mul"},
    {"hardswish", "hardsigmoid mul add clip div"},
    {"hardsigmoid", "add clip div mul"},
    {"mish", "softplus tanh mul"},
    {"layernorm", "reducemean sub pow mul add sqrt div"},
    {"groupnorm", "reshape instancenorm mul add"},
    {"linear", "matmul add mul"},
    {"globalaveragepool", "reducemean averagepool reshape"},
    {"stack", "reshape concat"},
    {"logsoftmax", "softmax log"},
    {"lstm", "matmul linear add mul sigmoid tanh split slice gather reshape concat"},
    {"rsqrt", "sqrt div reciprocal"},
}};

const std::unordered_map<std::string_view, const Row*>& byOperator()
{
    static const auto table = [] {
        std::unordered_map<std::string_view, const Row*> result;
        for (const Row& row : rows) {
            result.emplace(row.name, &row);
            for (std::string_view rest = row.operators; !rest.empty();) {
                const std::size_t end = rest.find(' ');
                if (end != 0)
                    result.emplace(rest.substr(0, end), &row);
                rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
            }
        }
        return result;
    }();
    return table;
}

}  // namespace

std::string operatorClass(const Operator& op)
{
    std::string plain;
    for (const char c : op.name)
        if (c != '_')
            plain += char(std::tolower(static_cast<unsigned char>(c)));
    const auto found = byOperator().find(plain);
    return found == byOperator().end() ? plain : std::string(found->second->name);
}

ClassRole roleOf(std::string_view operatorClass)
{
    const auto found = byOperator().find(operatorClass);
    return found == byOperator().end() ? ClassRole::Compute : found->second->role;
}

bool isCommutative(std::string_view operatorClass)
{
    constexpr std::array names{"add", "mul", "max", "min", "equal", "notequal", "and", "or", "xor", "sum", "mean"};
    return std::find(names.begin(), names.end(), operatorClass) != names.end();
}

std::string_view partsOf(std::string_view operatorClass)
{
    const auto found = std::find_if(parts.begin(), parts.end(), [&](const auto& entry) { return entry.first == operatorClass; });
    return found == parts.end() ? std::string_view() : found->second;
}

}  // namespace tenscope
