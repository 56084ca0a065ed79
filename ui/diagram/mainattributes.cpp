#include "ui/diagram/mainattributes.h"

#include <QRegularExpression>
#include <QStringList>

#include <algorithm>
#include <string>
#include <unordered_map>

#include "core/graph/elementtype.h"

namespace tenscope {

namespace {

// What to show of one attribute or literal argument.
struct Item {
    std::string name;
    QString label;
    // x: sizes joined with ×; u: one number where all are the same; l: a list as it is; f: a flag, shown by its label when
    // true; k: like x, but left out where the weight tells it; d: a number
    // that stands for an element type in ONNX.
    char style = 'l';
    QString hidden;  // the value that is not worth a word, after formatting: the default
};

struct Entry {
    const char* operators;
    const char* items;  // "name:label:style:default …"; an empty label shows the bare value, _ in it is a space
};

// The defaults are those of the operators' specifications (ONNX's Operators.md, PyTorch's native_functions.yaml).
constexpr Entry table[] = {
    // ONNX
    {"Conv ConvTranspose ConvInteger QLinearConv FusedConv DeformConv",
     "kernel_shape:kernel:k strides:stride:u:1 pads:pads:u:0 dilations:dilation:u:1 group:group:l:1 "
     "output_padding:output_pad:u:0 auto_pad::l:NOTSET activation::l"},
    {"MaxPool AveragePool LpPool MaxUnpool QLinearAveragePool",
     "kernel_shape:kernel:x strides:stride:u:1 pads:pads:u:0 dilations:dilation:u:1 ceil_mode:ceil:f count_include_pad:count_pad:f "
     "p:p:l:2 auto_pad::l:NOTSET"},
    {"MaxRoiPool RoiAlign", "pooled_shape:size:x output_height:height:l:1 output_width:width:l:1 spatial_scale:scale:l:1 mode::l:avg"},
    {"Gemm QGemm FusedGemm", "transA:Aᵀ:f transB:Bᵀ:f alpha:α:l:1 beta:β:l:1"},
    {"MatMulNBits", "bits:bits:l N:N:l K:K:l block_size:block:l"},
    {"Einsum", "equation::l"},
    {"BatchNormalization InstanceNormalization LayerNormalization GroupNormalization SkipLayerNormalization RMSNormalization "
     "SimplifiedLayerNormalization",
     "num_groups:groups:l axis:axis:l:−1 epsilon:ε:l:1e−5 training_mode:training:f"},
    {"LRN", "size:size:l alpha:α:l:1e−4 beta:β:l:0.75 bias:bias:l:1"},
    {"LpNormalization", "axis:axis:l:−1 p:p:l:2"},
    {"Softmax LogSoftmax Hardmax QLinearSoftmax", "axis:axis:l:−1"},
    {"LeakyRelu Elu ThresholdedRelu Celu QLinearLeakyRelu", "alpha:α:l"},
    {"Selu", "alpha:α:l:1.6732632 gamma:γ:l:1.050701"},
    {"HardSigmoid", "alpha:α:l:0.2 beta:β:l:0.5"},
    {"Gelu", "approximate::l:none"},
    {"Dropout", "ratio:p:l"},
    {"Clip", "min:min:l max:max:l"},
    {"Transpose", "perm:perm:l"},
    {"Concat ConcatFromSequence QLinearConcat", "axis:axis:l new_axis:new_axis:f"},
    {"Split SplitToSequence", "axis:axis:l:0 split:sizes:l num_outputs:parts:l"},
    {"Flatten", "axis:axis:l:1"},
    {"Squeeze Unsqueeze", "axes:axes:l"},
    {"Gather GatherElements GatherND Scatter ScatterElements Compress", "axis:axis:l:0 batch_dims:batch_dims:l:0 reduction::l:none"},
    {"ScatterND", "reduction::l:none"},
    {"Reshape", "shape:shape:l allowzero:allow_zero:f"},
    {"Slice", "starts:from:l ends:to:l axes:axes:l steps:step:u:1"},
    {"Pad", "mode::l:constant pads:pads:l value:value:l:0"},
    {"Resize Upsample", "mode::l coordinate_transformation_mode::l:half_pixel scales:scales:x sizes:sizes:x"},
    {"Cast CastLike", "to:to:d saturate:saturate:f:1"},
    {"ReduceMean ReduceSum ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceSumSquare",
     "axes:axes:l keepdims:keep_dims:f:1"},
    {"ArgMax ArgMin", "axis:axis:l:0 keepdims:keep_dims:f:1"},
    {"TopK", "k:k:l axis:axis:l:−1 largest:largest:f:1 sorted:sorted:f:1"},
    {"CumSum", "exclusive:exclusive:f reverse:reverse:f"},
    {"DepthToSpace SpaceToDepth", "blocksize:block:l mode::l:DCR"},
    {"OneHot", "axis:axis:l:−1"},
    {"LSTM GRU RNN", "hidden_size:hidden:l direction::l:forward layout:batch_first:f linear_before_reset:linear_first:f"},
    {"Attention MultiHeadAttention GroupQueryAttention QAttention", "num_heads:heads:l q_num_heads:heads:l kv_num_heads:kv_heads:l scale:scale:l is_causal:causal:f unidirectional:causal:f"},
    {"QuantizeLinear DequantizeLinear", "axis:axis:l:1 block_size:block:l:0"},
    {"ConstantOfShape", "value::l"},
    {"RandomNormal RandomUniform RandomNormalLike RandomUniformLike EyeLike Bernoulli Multinomial", "dtype::d mean:mean:l:0 scale:scale:l:1 low:low:l:0 high:high:l:1"},
    {"GridSample", "mode::l padding_mode::l:zeros align_corners:align_corners:f"},
    {"NonMaxSuppression", "max_output_boxes_per_class:max:l iou_threshold:IoU:l score_threshold:score:l center_point_box:centre_box:f"},
    {"Trilu", "upper:upper:f:1 k:k:l"},
    // TorchScript
    {"aten::conv1d aten::conv2d aten::conv3d aten::_convolution aten::convolution aten::conv_transpose1d aten::conv_transpose2d "
     "aten::conv_transpose3d aten::_convolution_mode quantized::conv1d quantized::conv2d quantized::conv2d_relu",
     "transposed:transposed:f stride:stride:u:1 padding:pads:u:0 dilation:dilation:u:1 groups:groups:l:1 output_padding:output_pad:u:0 "
     "output_scale:scale:l output_zero_point:zero:l"},
    {"aten::max_pool1d aten::max_pool2d aten::max_pool3d aten::avg_pool1d aten::avg_pool2d aten::avg_pool3d aten::max_pool2d_with_indices",
     "kernel_size:kernel:x stride:stride:u padding:pads:u:0 dilation:dilation:u:1 ceil_mode:ceil:f divisor_override:divisor:l"},
    {"aten::adaptive_avg_pool1d aten::adaptive_avg_pool2d aten::adaptive_avg_pool3d aten::adaptive_max_pool1d aten::adaptive_max_pool2d "
     "aten::adaptive_max_pool3d",
     "output_size:output:x"},
    {"aten::batch_norm aten::instance_norm aten::native_batch_norm", "eps:ε:l:1e−5 training:training:f"},
    {"aten::layer_norm aten::rms_norm aten::native_layer_norm", "normalized_shape:over:x eps:ε:l:1e−5"},
    {"aten::group_norm", "num_groups:groups:l eps:ε:l:1e−5"},
    {"aten::softmax aten::log_softmax aten::_softmax aten::_log_softmax aten::glu", "dim:dim:l"},
    {"aten::dropout aten::dropout_ aten::feature_dropout aten::alpha_dropout", "p:p:l train:training:f"},
    {"aten::gelu", "approximate::l:none"},
    {"aten::leaky_relu aten::leaky_relu_", "negative_slope:slope:l:0.01"},
    {"aten::elu aten::elu_", "alpha:α:l:1"},
    {"aten::hardtanh aten::hardtanh_", "min_val:min:l:−1 max_val:max:l:1"},
    {"aten::clamp aten::clamp_ aten::clip", "min:min:l max:max:l"},
    {"aten::flatten", "start_dim:from:l:0 end_dim:to:l:−1"},
    {"aten::view aten::reshape aten::expand aten::broadcast_to", "size:size:l shape:shape:l"},
    {"aten::permute", "dims:dims:l"},
    {"aten::transpose aten::transpose_ aten::swapaxes", "dim0:dims:l dim1::l"},
    {"aten::squeeze aten::unsqueeze aten::squeeze_ aten::unsqueeze_ aten::cat aten::stack aten::unbind aten::size aten::cumsum aten::argmax "
     "aten::argmin aten::flip aten::roll",
     "dim:dim:l dims:dims:l shifts:shift:l"},
    {"aten::split aten::split_with_sizes aten::chunk aten::unsafe_chunk", "split_size:size:l split_sizes:sizes:l chunks:parts:l dim:dim:l:0"},
    {"aten::slice", "dim:dim:l start:from:l end:to:l:9223372036854775807 step:step:l:1"},
    {"aten::select", "dim:dim:l index:index:l"},
    {"aten::narrow", "dim:dim:l start:from:l length:length:l"},
    {"aten::mean aten::sum aten::amax aten::amin aten::max aten::min aten::std aten::var aten::prod aten::norm aten::logsumexp",
     "dim:dim:l keepdim:keep_dim:f p:p:l"},
    {"aten::topk", "k:k:l dim:dim:l:−1 largest:largest:f:1"},
    {"aten::pad aten::constant_pad_nd aten::reflection_pad1d aten::reflection_pad2d aten::replication_pad2d", "pad:pad:l padding:pad:l mode::l:constant value:value:l:0"},
    {"aten::upsample_nearest2d aten::upsample_bilinear2d aten::upsample_bicubic2d aten::upsample_nearest1d aten::upsample_linear1d",
     "output_size:size:x scale_factors:scale:x align_corners:align_corners:f"},
    {"aten::add aten::add_ aten::sub aten::sub_", "other:+:l alpha:α:l:1"},
    {"aten::mul aten::mul_ aten::div aten::div_ aten::true_divide aten::floor_divide aten::eq aten::ne aten::gt aten::lt aten::ge aten::le "
     "aten::remainder",
     "other::l rounding_mode::l b::l"},
    {"aten::pow aten::pow_", "exponent:exponent:l"},
    {"aten::masked_fill aten::masked_fill_ aten::fill_", "value:value:l"},
    {"aten::lstm aten::gru aten::rnn_tanh aten::rnn_relu", "num_layers:layers:l:1 bidirectional:bidirectional:f batch_first:batch_first:f dropout:p:l:0"},
    {"aten::scaled_dot_product_attention", "is_causal:causal:f dropout_p:p:l:0 scale:scale:l"},
    {"aten::embedding aten::embedding_bag", "padding_idx:padding:l:−1"},
    {"aten::einsum", "equation::l"},
    {"aten::to aten::type_as", "dtype:to:l"},
    {"aten::pixel_shuffle", "upscale_factor:factor:l"},
    {"aten::pixel_unshuffle", "downscale_factor:factor:l"},
    {"quantized::linear quantized::linear_relu quantized::add quantized::mul quantized::cat", "Y_scale_i:scale:l Y_zero_point_i:zero:l scale:scale:l zero_point:zero:l"},
    {"aten::quantize_per_tensor", "scale:scale:l zero_point:zero:l dtype::l"},
    {"torchvision::nms", "iou_threshold:IoU:l"},
    {"torchvision::roi_align torchvision::roi_pool", "spatial_scale:scale:l pooled_height:height:l pooled_width:width:l"},
    // These say enough by their name: their remaining arguments only tune how they compute.
    {"aten::linear aten::matmul aten::mm aten::bmm aten::relu aten::relu_ aten::sigmoid aten::tanh aten::contiguous aten::clone aten::addmm "
     "aten::silu aten::silu_ aten::hardswish aten::hardswish_ aten::hardsigmoid aten::hardsigmoid_ aten::relu6 aten::detach aten::expand_as",
     ""},
};

// A readable table costs a little parsing, once.
std::unordered_map<std::string, std::vector<Item>> parseTable()
{
    std::unordered_map<std::string, std::vector<Item>> result;
    for (const Entry& entry : table) {
        std::vector<Item> items;
        for (const QString& text : QString::fromUtf8(entry.items).split(u' ', Qt::SkipEmptyParts)) {
            const QStringList parts = text.split(u':');
            if (parts.size() < 3)
                continue;
            items.push_back({parts[0].toStdString(), QString(parts[1]).replace(u'_', u' '), parts[2].front().toLatin1(), parts.size() > 3 ? parts[3] : QString()});
        }
        for (const QString& name : QString::fromUtf8(entry.operators).split(u' ', Qt::SkipEmptyParts))
            result.emplace(name.toStdString(), items);
    }
    return result;
}

QString withoutBrackets(const std::string& text)
{
    QString result = QString::fromStdString(text).trimmed();
    if (result.size() >= 2 && ((result.front() == u'[' && result.back() == u']') || (result.front() == u'(' && result.back() == u')')))
        result = result.sliced(1, result.size() - 2);
    return result;
}

QString format(const Item& item, const std::string& text)
{
    const QString bare = withoutBrackets(text);
    if (item.style == 'd') {
        const ElementType type = elementTypeFromOnnx(bare.toInt());
        return type == ElementType::Undefined ? bare : QString::fromUtf8(name(type).data());
    }
    const QStringList members = bare.split(QStringLiteral(", "), Qt::SkipEmptyParts);
    if (item.style == 'u' && !members.isEmpty() && std::all_of(members.begin(), members.end(), [&](const QString& member) { return member == members.front(); }))
        return prettyNumber(members.front());
    if (item.style == 'u' && members.size() == 4 && members[0] == members[2] && members[1] == members[3])
        return prettyNumber(members[0]) + u'\u00d7' + prettyNumber(members[1]);
    if (item.style == 'x' || item.style == 'k' || (item.style == 'u' && members.size() <= 3)) {
        QStringList sizes;
        for (const QString& member : members)
            sizes << prettyNumber(member);
        return sizes.join(u'\u00d7');
    }
    QStringList pretty;
    for (const QString& member : members)
        pretty << prettyNumber(member);
    return pretty.join(QStringLiteral(", "));
}

bool isTrue(const QString& text)
{
    return text == u"1" || text == u"True" || text == u"true";
}

std::string tableKey(const Operator& op)
{
    const bool isOnnx = op.domain.empty() || op.domain == "ai.onnx" || op.domain == "com.microsoft";
    return isOnnx ? op.name : op.domain + "::" + op.name;
}

}  // namespace

QString prettyNumber(QString text)
{
    static const QRegularExpression exponent(QStringLiteral("e([+-]?)0*(\\d+)$"));
    static const QRegularExpression number(QStringLiteral("^-?[0-9.]+(e[+-]?\\d+)?$"));
    if (!number.match(text).hasMatch())
        return text;
    // A diagram wants the size of a number; all its digits are in the tooltip.
    constexpr qsizetype longest = 10;
    if (text.size() > longest && (text.contains(u'.') || text.contains(u'e')))
        text = QString::number(text.toDouble(), 'g', 6);
    if (const auto match = exponent.match(text); match.hasMatch())
        text = text.left(match.capturedStart()) + u'e' + (match.captured(1) == u"-" ? QStringLiteral("\u2212") : QString()) + match.captured(2);
    if (text.endsWith(QStringLiteral(".0")))
        text.chop(2);
    if (text.startsWith(u'-'))
        text[0] = QChar(u'\u2212');
    return text;
}

std::vector<QString> mainAttributes(const Operator& op, const std::vector<Argument>& arguments, bool weightTellsKernel)
{
    static const std::unordered_map<std::string, std::vector<Item>> known = parseTable();
    constexpr int longest = 40;  // characters of one value
    std::vector<QString> result;
    const auto show = [&result](const QString& label, QString value) {
        if (value.size() > longest)
            value = value.left(longest - 1) + u'\u2026';
        result.push_back(label.isEmpty() ? value : label + u' ' + value);
    };

    if (const auto entry = known.find(tableKey(op)); entry != known.end()) {
        for (const Item& item : entry->second) {
            const auto argument = std::find_if(arguments.begin(), arguments.end(), [&](const Argument& a) { return a.name == item.name; });
            if (argument == arguments.end() || argument->text.empty() || argument->text == "None" || (item.style == 'k' && weightTellsKernel))
                continue;
            const QString value = format(item, argument->text);
            if (item.style == 'f') {
                // A flag that is on by default is worth a word when it is off.
                if (isTrue(value) && item.hidden.isEmpty())
                    result.push_back(item.label);
                else if (!isTrue(value) && !item.hidden.isEmpty())
                    result.push_back(QStringLiteral("no ") + item.label);
            } else if (value != item.hidden && !value.isEmpty()) {
                show(item.label, value);
            }
        }
        return result;
    }

    // Not in the table: the first three that are short and say something.
    constexpr std::size_t most = 3;
    for (const Argument& argument : arguments) {
        if (result.size() == most)
            break;
        if (argument.text.empty() || argument.text == "None" || argument.text == "False" || argument.text.size() > 32 ||
            argument.text.starts_with("graph "))
            continue;
        const Item item{argument.name, {}, 'l', {}};
        show(QString::fromStdString(argument.name), format(item, argument.text));
    }
    return result;
}

}  // namespace tenscope
