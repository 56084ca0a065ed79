#include "core/graph/operatorfamily.h"

#include <string>
#include <unordered_map>

namespace tenscope {

namespace {

using Table = std::unordered_map<std::string_view, OperatorFamily>;

void add(Table& table, OperatorFamily family, std::string_view names)
{
    while (!names.empty()) {
        const std::size_t end = names.find(' ');
        table.emplace(names.substr(0, end), family);
        names = end == std::string_view::npos ? std::string_view() : names.substr(end + 1);
    }
}

// ONNX's names, whatever the domain: com.microsoft's extensions do not clash with the standard's.
const Table& onnxTable()
{
    static const Table table = [] {
        Table t;
        using enum OperatorFamily;
        add(t, Product, "Conv ConvTranspose DeformConv ConvInteger QLinearConv FusedConv NhwcConv MatMul Gemm MatMulInteger QLinearMatMul "
                        "FusedMatMul FusedGemm MatMulNBits DynamicQuantizeMatMul MatMulIntegerToFloat QGemm Einsum Det Linear "
                        "LinearClassifier LinearRegressor TransposeMatMul BifurcationDetector ImageDecoder");
        add(t, Activation, "Relu LeakyRelu PRelu Elu Selu Celu Sigmoid HardSigmoid HardSwish Tanh Softmax LogSoftmax Hardmax Softplus "
                           "Softsign Gelu FastGelu BiasGelu QuickGelu Mish Swish Silu ThresholdedRelu Shrink QLinearSigmoid QLinearLeakyRelu "
                           "QLinearSoftmax BiasSoftmax BiasDropout Dropout ParametricSoftplus ScaledTanh");
        add(t, Normalization, "BatchNormalization InstanceNormalization LayerNormalization GroupNormalization RMSNormalization LRN "
                              "LpNormalization MeanVarianceNormalization SkipLayerNormalization SimplifiedLayerNormalization "
                              "SkipSimplifiedLayerNormalization EmbedLayerNormalization GroupNorm SkipGroupNorm Normalizer Scaler");
        add(t, Reduction, "MaxPool AveragePool LpPool GlobalMaxPool GlobalAveragePool GlobalLpPool MaxUnpool MaxRoiPool RoiAlign "
                          "ReduceMax ReduceMin ReduceMean ReduceSum ReduceProd ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp "
                          "ReduceSumSquare ArgMax ArgMin TopK CumSum CumProd NonMaxSuppression QLinearAveragePool QLinearGlobalAveragePool "
                          "QLinearReduceMean SoftmaxCrossEntropyLoss NegativeLogLikelihoodLoss MaxpoolWithMask Unique");
        add(t, ElementWise, "Add Sub Mul Div Pow Sqrt Exp Log Abs Neg Sign Reciprocal Floor Ceil Round Clip Min Max Mean Sum Mod Erf "
                            "Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh And Or Not Xor Equal Greater Less GreaterOrEqual "
                            "LessOrEqual Where IsNaN IsInf BitShift BitwiseAnd BitwiseOr BitwiseXor BitwiseNot Cast CastLike QLinearAdd "
                            "QLinearMul Trilu Binarizer Affine ImageScaler");
        add(t, Shape, "Reshape Flatten Transpose Squeeze Unsqueeze Concat Split Slice Gather GatherElements GatherND Scatter "
                      "ScatterElements ScatterND TensorScatter Expand Tile Pad Resize Upsample Shape Size Identity DepthToSpace SpaceToDepth "
                      "ReverseSequence GridSample AffineGrid CenterCropPad Col2Im Compress NonZero OneHot QLinearConcat Crop "
                      "SequenceConstruct SequenceAt SequenceEmpty SequenceErase SequenceInsert SequenceLength SplitToSequence "
                      "ConcatFromSequence Optional OptionalGetElement OptionalHasElement");
        add(t, Attention, "LSTM GRU RNN Attention MultiHeadAttention GroupQueryAttention PackedAttention DecoderMaskedMultiHeadAttention "
                          "QAttention RotaryEmbedding Sampling BeamSearch GreedySearch DFT STFT MelWeightMatrix");
        add(t, Quantization, "QuantizeLinear DequantizeLinear DynamicQuantizeLinear QuantizeBFP DequantizeBFP");
        add(t, ControlFlow, "If Loop Scan SequenceMap");
        add(t, Data, "Constant ConstantOfShape ConstantFill RandomNormal RandomNormalLike RandomUniform RandomUniformLike Bernoulli "
                     "Multinomial Range EyeLike HannWindow HammingWindow BlackmanWindow StringNormalizer TfIdfVectorizer RegexFullMatch "
                     "StringConcat StringSplit Tokenizer LabelEncoder CategoryMapper DictVectorizer FeatureVectorizer OneHotEncoder "
                     "ArrayFeatureExtractor Imputer ZipMap CastMap SVMClassifier SVMRegressor TreeEnsemble TreeEnsembleClassifier "
                     "TreeEnsembleRegressor");
        return t;
    }();
    return table;
}

// TorchScript's names without namespace and without the in-place underscore.
const Table& torchTable()
{
    static const Table table = [] {
        Table t;
        using enum OperatorFamily;
        add(t, Product, "conv1d conv2d conv3d _convolution convolution conv_transpose1d conv_transpose2d conv_transpose3d conv_tbc "
                        "deform_conv2d linear matmul mm bmm addmm addmv baddbmm addbmm mv dot outer einsum tensordot bilinear chain_matmul "
                        "linear_dynamic linear_relu conv1d_relu conv2d_relu conv3d_relu _convolution_mode mkldnn_convolution "
                        "cudnn_convolution thnn_conv2d slow_conv3d linear_relu_dynamic inner kron cdist det");
        add(t, Activation, "relu relu6 leaky_relu prelu rrelu elu selu celu sigmoid hardsigmoid hardswish hardtanh tanh softmax log_softmax "
                           "_softmax _log_softmax softplus softsign gelu mish silu threshold hardshrink softshrink log_sigmoid glu "
                           "dropout feature_dropout alpha_dropout feature_alpha_dropout native_dropout logit");
        add(t, Normalization, "batch_norm native_batch_norm _native_batch_norm_legit instance_norm layer_norm native_layer_norm group_norm "
                              "native_group_norm rms_norm local_response_norm renorm normalize weight_norm _weight_norm norm linalg_norm "
                              "linalg_vector_norm batch_norm2d batch_norm1d cudnn_batch_norm");
        add(t, Reduction, "max_pool1d max_pool2d max_pool3d avg_pool1d avg_pool2d avg_pool3d adaptive_avg_pool1d adaptive_avg_pool2d "
                          "adaptive_avg_pool3d adaptive_max_pool1d adaptive_max_pool2d adaptive_max_pool3d max_pool2d_with_indices lp_pool2d "
                          "max_unpool2d roi_align roi_pool ps_roi_align mean sum amax amin prod std var std_mean var_mean argmax argmin "
                          "topk sort argsort cumsum cumprod logsumexp all any max min median mode nms kthvalue count_nonzero unique "
                          "_unique2 bincount histc cross_entropy nll_loss mse_loss trace");
        add(t, ElementWise, "add sub rsub mul div true_divide floor_divide pow sqrt rsqrt exp expm1 log log2 log10 log1p abs neg sign sgn "
                            "reciprocal floor ceil round trunc frac clamp clamp_min clamp_max clip minimum maximum fmod remainder erf erfc "
                            "erfinv sin cos tan asin acos atan atan2 sinh cosh asinh acosh atanh logical_and logical_or logical_not "
                            "logical_xor eq ne gt lt ge le where isnan isinf isfinite bitwise_and bitwise_or bitwise_not bitwise_xor "
                            "addcmul addcdiv lerp square tril triu masked_fill nan_to_num __and__ __or__ __xor__ __not__ __is__ __isnot__ "
                            "add_relu mul_relu add_scalar mul_scalar sigmoid_backward to type_as Int Float Bool ScalarImplicit FloatImplicit IntImplicit "
                            "NumToTensor float int bool complex real imag angle floordiv __lshift__ __rshift__");
        add(t, Shape, "view reshape flatten unflatten transpose permute t squeeze unsqueeze cat concat stack split split_with_sizes chunk "
                      "unbind slice select index index_select gather scatter scatter_add index_put index_add index_fill masked_select masked_scatter expand "
                      "expand_as repeat repeat_interleave tile pad constant_pad_nd reflection_pad1d reflection_pad2d replication_pad1d "
                      "replication_pad2d upsample_nearest1d upsample_nearest2d upsample_bilinear2d upsample_bicubic2d "
                      "upsample_nearest3d upsample_trilinear3d upsample_linear1d interpolate __interpolate size dim numel len "
                      "contiguous clone detach copy alias pixel_shuffle pixel_unshuffle channel_shuffle roll flip rot90 meshgrid narrow "
                      "unfold fold im2col col2im grid_sampler affine_grid_generator movedim moveaxis swapaxes diagonal diag take "
                      "hstack vstack nonzero view_as reshape_as broadcast_to broadcast_tensors append __getitem__ _set_item insert pop "
                      "extend list one_hot resize swapdims unsafe_chunk unsafe_split as_strided cartesian_prod shape dtype device "
                      "layout is_cuda keys values items __contains__ sequence_length");
        add(t, Attention, "lstm lstm_cell gru gru_cell rnn_tanh rnn_relu rnn_tanh_cell rnn_relu_cell scaled_dot_product_attention "
                          "_scaled_dot_product_attention multi_head_attention_forward _native_multi_head_attention "
                          "_transformer_encoder_layer_fwd embedding embedding_bag stft istft fft_fft fft_rfft fft_irfft fft_ifft "
                          "quantized_lstm quantized_gru _pack_padded_sequence _pad_packed_sequence");
        add(t, Quantization, "quantize_per_tensor quantize_per_channel quantize_per_tensor_dynamic dequantize fake_quantize_per_tensor_affine "
                             "fake_quantize_per_channel_affine fake_quantize_per_tensor_affine_cachemask q_scale q_zero_point int_repr "
                             "conv2d_prepack conv1d_prepack conv3d_prepack linear_prepack quantize choose_qparams_optimized");
        add(t, ControlFlow, "If Loop CallFunction CallMethod fork wait RaiseException Exit Return");
        add(t, Data, "Constant zeros ones full empty rand randn randint zeros_like ones_like full_like empty_like rand_like randn_like "
                     "new_zeros new_ones new_full new_empty new_tensor arange linspace logspace eye tensor scalar_tensor as_tensor from_file "
                     "normal uniform bernoulli multinomial hann_window hamming_window blackman_window zero fill "
                     "ListConstruct TupleConstruct DictConstruct ListUnpack TupleUnpack TupleIndex GetAttr SetAttr CreateObject "
                     "Uninitialized unchecked_cast format warn Print percentFormat randperm");
        return t;
    }();
    return table;
}

bool isTorchNamespace(std::string_view domain)
{
    return domain == "aten" || domain == "prim" || domain == "quantized" || domain == "torchvision" || domain == "prims" ||
           domain == "torchaudio" || domain == "inductor" || domain == "prepacked" || domain == "mkldnn" || domain == "onednn" ||
           domain == "xnnpack" || domain == "_quantized" || domain == "quantized_decomposed" || domain == "sparse";
}

}  // namespace

OperatorFamily family(const Operator& op)
{
    if (!isTorchNamespace(op.domain)) {
        const auto entry = onnxTable().find(op.name);
        return entry == onnxTable().end() ? OperatorFamily::Unknown : entry->second;
    }
    const Table& table = torchTable();
    if (const auto entry = table.find(op.name); entry != table.end())
        return entry->second;
    // aten::relu_ computes in place what aten::relu computes.
    if (op.name.size() > 1 && op.name.back() == '_')
        if (const auto entry = table.find(std::string_view(op.name).substr(0, op.name.size() - 1)); entry != table.end())
            return entry->second;
    return OperatorFamily::Unknown;
}

std::string_view key(OperatorFamily family)
{
    switch (family) {
    case OperatorFamily::Product:
        return "product";
    case OperatorFamily::Activation:
        return "activation";
    case OperatorFamily::Normalization:
        return "normalization";
    case OperatorFamily::Reduction:
        return "reduction";
    case OperatorFamily::ElementWise:
        return "elementwise";
    case OperatorFamily::Shape:
        return "shape";
    case OperatorFamily::Attention:
        return "attention";
    case OperatorFamily::Quantization:
        return "quantization";
    case OperatorFamily::ControlFlow:
        return "controlflow";
    case OperatorFamily::Data:
        return "data";
    case OperatorFamily::Unknown:
        break;
    }
    return "unknown";
}

}  // namespace tenscope
