#!/usr/bin/python3
"""Makes cases.json: small models of one operator each, with inputs and what ONNX Runtime gives for them.

Needs numpy, onnx and node with the package onnxruntime-node (NODE_PATH says where it is).
"""
import base64
import json
import os
import subprocess
import tempfile

import numpy as np
import onnx
from onnx import TensorProto as TP
from onnx import helper, numpy_helper
from onnx.mapping import NP_TYPE_TO_TENSOR_TYPE

MS = 'com.microsoft'
ML = 'ai.onnx.ml'
U8, I8, I32, I64, ST = TP.UINT8, TP.INT8, TP.INT32, TP.INT64, TP.STRING
F = np.float32

RUN = r"""
const ort = require('onnxruntime-node'), fs = require('fs');
const arrays = {float32: Float32Array, float64: Float64Array, int64: BigInt64Array, int32: Int32Array,
                uint8: Uint8Array, int8: Int8Array, bool: Uint8Array, int16: Int16Array, uint16: Uint16Array};
const plain = x => typeof x == 'bigint' || (typeof x == 'number' && !isFinite(x)) ? String(x) : x;
(async () => {
  for (const folder of process.argv.slice(1)) {
    try {
      const options = {graphOptimizationLevel: 'disabled', logSeverityLevel: 3};
      const session = await ort.InferenceSession.create(folder + '/model.onnx', options);
      const feeds = {}, outputs = {};
      for (const [name, t] of Object.entries(JSON.parse(fs.readFileSync(folder + '/in.json')))) {
        const number = x => x === 'nan' ? NaN : t.type == 'int64' ? BigInt(x) : x;
        const data = t.type == 'string' ? t.data : arrays[t.type].from(t.data, number);
        feeds[name] = new ort.Tensor(t.type, data, t.shape);
      }
      const result = await session.run(feeds);
      for (const name of session.outputNames) {
        const t = result[name];
        outputs[name] = {type: t.type, shape: t.dims, data: Array.from(t.data, plain)};
      }
      fs.writeFileSync(folder + '/out.json', JSON.stringify(outputs));
    } catch (error) { console.log(folder, String(error).slice(0, 300)); }
  }
})();
"""

R = np.random.RandomState(1)
folder = tempfile.TemporaryDirectory()
cases = []


def f(*shape):
    return R.randn(*shape).astype(F)


def u8(*shape):
    return R.randint(0, 256, shape).astype(np.uint8)


def i8(*shape):
    return R.randint(-128, 128, shape).astype(np.int8)


def s(value):
    return np.array(value, F)


def z(value, dtype=np.uint8):
    return np.array(value, dtype)


def write(case, name, bytes_):
    path = os.path.join(folder.name, case, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as file:
        file.write(bytes_)


def proto(array, name):
    return numpy_helper.from_array(array if array.dtype.kind != 'U' else array.astype(object), name).SerializeToString()


def case(name, op, domain, inputs, attrs={}, outs=1, opset=17, const=(), otypes=None):
    """One operator. Inputs named by `const` are initializers; None is a missing one; "" a missing output."""
    names, graph_inputs, initializers, feeds = [], [], [], {}
    for i, x in enumerate(inputs):
        if x is None:
            names.append('')
            continue
        names.append(f'x{i}')
        element = TP.STRING if x.dtype.kind in 'UO' else NP_TYPE_TO_TENSOR_TYPE[x.dtype]
        if i in const:
            initializers.append(numpy_helper.from_array(x, names[-1]))
        else:
            graph_inputs.append(helper.make_tensor_value_info(names[-1], element, list(x.shape)))
            feeds[names[-1]] = x
    outputs = [f'y{i}' for i in range(outs)] if isinstance(outs, int) else outs
    types = otypes or [TP.FLOAT] * len(outputs)
    graph_outputs = [helper.make_tensor_value_info(n, t, None) for n, t in zip(outputs, types) if n]
    node = helper.make_node(op, names, outputs, domain=domain, **attrs)
    opsets = [helper.make_opsetid(d, v) for d, v in (('', opset), (MS, 1), (ML, 3))]
    graph = helper.make_graph([node], op, graph_inputs, graph_outputs, initializers)
    model = helper.make_model(graph, opset_imports=opsets)
    model.ir_version = 8
    write(name, 'model.onnx', model.SerializeToString())

    def plain(x):
        return 'nan' if isinstance(x, float) and x != x else x
    given = {n: dict(type={'U': 'string', 'O': 'string'}.get(x.dtype.kind, str(x.dtype)), shape=list(x.shape),
                     data=[plain(v) for v in x.reshape(-1).tolist()]) for n, x in feeds.items()}
    write(name, 'in.json', json.dumps(given).encode())
    for i, (n, x) in enumerate(feeds.items()):
        write(name, f'test_data_set_0/input_{i}.pb', proto(x, n))
    cases.append((name, [o for o in outputs if o]))

# --- activations and fused
case('gelu', 'Gelu', MS, [f(2, 5)])
case('fastgelu', 'FastGelu', MS, [f(2, 5), f(5)])
case('quickgelu', 'QuickGelu', MS, [f(2, 5)])
case('biasgelu', 'BiasGelu', MS, [f(2, 5), f(5)])
for a, p in [('Relu', []), ('LeakyRelu', [0.1]), ('Clip', [-0.5, 0.5]), ('HardSigmoid', [0.3, 0.4]), ('Tanh', []),
             ('Sigmoid', [])]:
    case('fusedconv_' + a.lower(), 'FusedConv', MS, [f(1, 3, 6, 6), f(4, 3, 3, 3), f(4)], dict(activation=a,
         **{'activation_params': p} if p else {}, pads=[1, 1, 1, 1]))
case('fusedconv_sum', 'FusedConv', MS, [f(1, 3, 6, 6), f(4, 3, 3, 3), f(4), f(1, 4, 6, 6)], dict(activation='Relu',
     pads=[1, 1, 1, 1]))
case('fusedgemm', 'FusedGemm', MS, [f(3, 4), f(5, 4), f(5)], dict(activation='LeakyRelu', activation_alpha=0.2,
     transB=1, alpha=0.5))
case('fusedmatmul', 'FusedMatMul', MS, [f(2, 4, 3), f(2, 4, 5)], dict(transA=1, alpha=0.3))
case('fusedmatmul_batch', 'FusedMatMul', MS, [f(4, 2, 3), f(2, 3, 5)], dict(transBatchA=1, alpha=0.3))
case('skipln', 'SkipLayerNormalization', MS, [f(2, 3, 8), f(2, 3, 8), f(8), f(8), f(8)], {}, ['y0', '', '', 'y3'],
     otypes=[TP.FLOAT] * 4)
case('skipsln', 'SkipSimplifiedLayerNormalization', MS, [f(2, 3, 8), f(2, 3, 8), f(8)], {}, ['y0', '', '', 'y3'],
     otypes=[TP.FLOAT] * 4)
case('simplifiedln', 'SimplifiedLayerNormalization', '', [f(2, 3, 8), f(8)], dict(axis=-1, epsilon=1e-05))
case('embedln', 'EmbedLayerNormalization', MS, [R.randint(0, 10, (2, 4)).astype(np.int32), R.randint(0, 2, (2,
     4)).astype(np.int32), f(10, 8), f(6, 8), f(2, 8), f(8), f(8), np.array([[1, 1, 1, 0], [1, 1, 0, 0]], np.int32)],
     {}, 2, otypes=[TP.FLOAT, I32])
case('groupnorm', 'GroupNorm', MS, [f(2, 4, 4, 64).astype(np.float32), f(64), f(64)], dict(groups=8, activation=1))
case('cdist', 'CDist', MS, [f(3, 4), f(5, 4)], dict(metric='euclidean'))
case('cdist2', 'CDist', MS, [f(3, 4), f(5, 4)], dict(metric='sqeuclidean'))
case('expanddims', 'ExpandDims', MS, [f(3, 4), np.array(1, np.int32)], const=(1,))
case('inverse', 'Inverse', MS, [f(2, 3, 3)])

# --- attention
case('attn', 'Attention', MS, [f(2, 4, 8), f(8, 24), f(24)], dict(num_heads=2))
case('attn_uni', 'Attention', MS, [f(2, 4, 8), f(8, 24), f(24)], dict(num_heads=2, unidirectional=1))
case('attn_mask2', 'Attention', MS, [f(2, 4, 8), f(8, 24), f(24), np.array([[1, 1, 1, 0], [1, 1, 0, 0]], np.int32)],
     dict(num_heads=2))
case('attn_mask1', 'Attention', MS, [f(2, 4, 8), f(8, 24), f(24), np.array([3, 2], np.int32)], dict(num_heads=2))
case('attn_past', 'Attention', MS, [f(2, 4, 8), f(8, 24), f(24), None, f(2, 2, 2, 3, 4)], dict(num_heads=2,
     unidirectional=1), 2)
case('attn_bias', 'Attention', MS, [f(2, 4, 8), f(8, 24), f(24), None, None, f(2, 2, 4, 4)], dict(num_heads=2))
case('mha', 'MultiHeadAttention', MS, [f(2, 4, 8), f(2, 5, 8), f(2, 5, 8)], dict(num_heads=2))
case('mha_bias', 'MultiHeadAttention', MS, [f(2, 4, 8), f(2, 5, 8), f(2, 5, 8), f(24)], dict(num_heads=2, scale=0.3))
case('mha_mask', 'MultiHeadAttention', MS, [f(2, 4, 8), f(2, 5, 8), f(2, 5, 8), None, np.array([[1, 1, 1, 0, 0], [1,
     1, 1, 1, 0]], np.int32)], dict(num_heads=2))
case('mha_past', 'MultiHeadAttention', MS, [f(2, 4, 8), f(2, 4, 8), f(2, 4, 8), None, None, None, f(2, 2, 3, 4), f(2,
     2, 3, 4)], dict(num_heads=2), 3, otypes=[TP.FLOAT] * 3)
for il in (0, 1):
    case(f'rotary3_{il}', 'RotaryEmbedding', MS, [f(2, 4, 8), np.array([[0, 1, 2, 3], [2, 3, 4, 5]], np.int64), f(10,
         2), f(10, 2)], dict(interleaved=il))
case('rotary4', 'RotaryEmbedding', MS, [f(2, 3, 4, 8), np.array([2], np.int64), f(10, 4), f(10, 4)])
case('attention23', 'Attention', '', [f(2, 4, 8), f(2, 5, 4), f(2, 5, 4)], dict(q_num_heads=4, kv_num_heads=2),
     opset=23)
case('attention23_4d', 'Attention', '', [f(2, 3, 4, 8), f(2, 3, 5, 8), f(2, 3, 5, 8), f(4, 5)], dict(scale=0.3),
     opset=23)
case('attention23_bool', 'Attention', '', [f(2, 3, 4, 8), f(2, 3, 5, 8), f(2, 3, 5, 8), np.array(R.rand(4, 5) > 0.3) |
     np.eye(4, 5, dtype=bool)], dict(), opset=23)
# softcap together with a mask is not here: ONNX adds the mask first, ONNX Runtime caps first.
case('attention23_causal', 'Attention', '', [f(2, 3, 4, 8), f(2, 3, 4, 8), f(2, 3, 4, 8)], dict(is_causal=1),
     opset=23)
case('attention23_past', 'Attention', '', [f(2, 3, 2, 8), f(2, 3, 2, 8), f(2, 3, 2, 8), f(2, 5), f(2, 3, 3, 8), f(2,
     3, 3, 8)], {}, 3, opset=23, otypes=[TP.FLOAT] * 3)
case('rotary23', 'RotaryEmbedding', '', [f(2, 3, 4, 8), f(10, 4), f(10, 4), np.array([[0, 1, 2, 3], [2, 3, 4, 5]],
     np.int64)], opset=23)
case('rotary23_3d', 'RotaryEmbedding', '', [f(2, 4, 24), f(2, 4, 2), f(2, 4, 2)], dict(num_heads=3, interleaved=1,
     rotary_embedding_dim=4), opset=23)
# What a query gives that lies behind the end of its sequence is nobody's business, and not the same everywhere.
for nm, P, S, seq, tot, kw in [('prompt', 0, 4, [3, 3], 4, {}), ('step', 3, 1, [3, 3], 4, {}),
                               ('rot', 3, 1, [3, 3], 4, dict(do_rotary=1)),
                               ('win', 5, 1, [5, 5], 6, dict(local_window_size=3))]:
    D = 16 if kw.get('do_rotary') else 8
    case('gqa_' + nm, 'GroupQueryAttention', MS, [f(2, S, 4 * D), f(2, S, 2 * D), f(2, S, 2 * D), f(2, 2, P, D) if P
         else None, f(2, 2, P, D) if P else None, np.array(seq, np.int32), np.array(tot, np.int32)] + ([f(10, D // 2),
         f(10, D // 2)] if kw.get('do_rotary') else []), dict(num_heads=4, kv_num_heads=2, **kw), 3, otypes=[TP.FLOAT]
         * 3, const=(6,))

# --- quantized
case('qadd', 'QLinearAdd', MS, [u8(2, 5), s(0.02), z(120), u8(2, 5), s(0.03), z(100), s(0.05), z(110)], otypes=[U8])
case('qmul', 'QLinearMul', MS, [i8(2, 5), s(0.02), z(3, np.int8), i8(2, 5), s(0.03), z(-4, np.int8), s(0.05), z(1,
     np.int8)], otypes=[I8])
case('qsigmoid', 'QLinearSigmoid', MS, [u8(2, 5), s(0.02), z(120), s(0.004), z(0)], otypes=[U8], const=(1, 2, 3, 4))
case('qleaky', 'QLinearLeakyRelu', MS, [u8(2, 5), s(0.02), z(120), s(0.01), z(20)], dict(alpha=0.2), otypes=[U8],
     const=(1, 2, 3, 4))
case('qgap', 'QLinearGlobalAveragePool', MS, [u8(1, 3, 5, 5), s(0.02), z(120), s(0.01), z(100)], otypes=[U8])
case('qgap_last', 'QLinearGlobalAveragePool', MS, [u8(1, 5, 5, 3), s(0.02), z(120), s(0.01), z(100)],
     dict(channels_last=1), otypes=[U8])
case('qconcat', 'QLinearConcat', MS, [s(0.05), z(110), u8(2, 3), s(0.02), z(120), u8(2, 4), s(0.06), z(90)],
     dict(axis=1), otypes=[U8], const=(0, 1, 3, 4, 6, 7))
case('qsoftmax', 'QLinearSoftmax', MS, [u8(2, 6), s(0.02), z(120), s(1 / 256.0), z(0)], dict(axis=-1, opset=13),
     otypes=[U8], const=(1, 2, 3, 4))
case('qgemm', 'QGemm', MS, [u8(3, 4), s(0.02), z(120), i8(4, 5), s(0.03), z(2, np.int8), R.randint(-500, 500,
     (5,)).astype(np.int32), s(0.1), z(100)], {}, otypes=[U8])
case('qgemm_col', 'QGemm', MS, [u8(3, 4), s(0.02), z(120), i8(5, 4), f(5) ** 2, i8(5), None], dict(transB=1,
     alpha=0.5))
case('mmitf', 'MatMulIntegerToFloat', MS, [u8(3, 4), u8(4, 5), s(0.02), s(0.03), z(120), z(100), f(5)])
case('dqmm', 'DynamicQuantizeMatMul', MS, [f(3, 4), u8(4, 5), s(0.03), z(100), f(5)])
for bits, K in [(4, 32), (4, 48), (8, 32)]:
    B = 32
    nb = (K + B - 1) // B
    case(f'mmnbits_{bits}_{K}', 'MatMulNBits', MS, [f(3, K), u8(6, nb, B * bits // 8), f(6 * nb)], dict(K=K, N=6,
         bits=bits, block_size=B), const=(1, 2))
case('mmnbits_zp', 'MatMulNBits', MS, [f(3, 48), u8(6, 3, 8), f(18), u8(12)], dict(K=48, N=6, bits=4, block_size=16),
     const=(1, 2, 3))
case('qlinearconv_pc', 'QLinearConv', '', [u8(1, 3, 6, 6), s(0.02), z(120), i8(4, 3, 3, 3), (np.abs(f(4)) * 0.01 +
     0.001).astype(F), np.zeros(4, np.int8), s(0.05), z(110), R.randint(-500, 500, (4,)).astype(np.int32)],
     dict(pads=[1, 1, 1, 1], strides=[2, 2]), otypes=[U8], const=(3, 4, 5, 6, 7, 8))
case('convinteger', 'ConvInteger', '', [u8(1, 3, 6, 6), u8(4, 3, 3, 3), z(120)], dict(pads=[1, 0, 1, 2]),
     otypes=[I32])
case('matmulinteger', 'MatMulInteger', '', [u8(2, 3, 4), u8(4, 5), z(12), u8(5)], {}, otypes=[I32])
case('dq_block', 'DequantizeLinear', '', [i8(4, 6), f(4, 3), i8(4, 3)], dict(axis=1, block_size=2), opset=21,
     const=(1, 2))
case('q_block', 'QuantizeLinear', '', [f(4, 6) * 50, np.abs(f(4, 3)).astype(F), i8(4, 3)], dict(axis=1, block_size=2),
     opset=21, otypes=[I8], const=(1, 2))
case('q_u16', 'QuantizeLinear', '', [f(4, 6) * 500, s(0.05), np.array(1000, np.uint16)], opset=21, otypes=[TP.UINT16],
     const=(1, 2))
case('dq_axis', 'DequantizeLinear', '', [u8(2, 3, 4), np.abs(f(3)).astype(F), u8(3)], dict(axis=1))
case('dq_i32', 'DequantizeLinear', '', [R.randint(-2 ** 30, 2 ** 30, (4,)).astype(np.int32), s(0.001)])

# --- ml
X = f(6, 4)
case('afe', 'ArrayFeatureExtractor', ML, [X, np.array([[0, 2, 1]], np.int64)])
case('binarizer', 'Binarizer', ML, [X], dict(threshold=0.2))
case('scaler', 'Scaler', ML, [X], dict(offset=[0.1, 0.2, 0.3, 0.4], scale=[1.0, 2.0, 3.0, 4.0]))
case('scaler1', 'Scaler', ML, [R.randint(0, 9, (3, 4)).astype(np.int64)], dict(offset=[0.5], scale=[2.0]))
case('imputer', 'Imputer', ML, [X], dict(imputed_value_floats=[1.0, 2.0, 3.0, 4.0], replaced_value_float=float(X[1,
     2])))
for n in ('MAX', 'L1', 'L2'):
    case('normalizer_' + n, 'Normalizer', ML, [np.abs(X) if n == 'MAX' else X], dict(norm=n))
case('featvec', 'FeatureVectorizer', ML, [f(3, 2), f(3, 4)], dict(inputdimensions=[2, 4]))
case('onehot', 'OneHotEncoder', ML, [np.array([[1, 3], [2, 9]], np.int64)], dict(cats_int64s=[1, 2, 3], zeros=1))
case('onehot_s', 'OneHotEncoder', ML, [np.array(['a', 'c', 'x'])], dict(cats_strings=['a', 'b', 'c'], zeros=1))
case('le_si', 'LabelEncoder', ML, [np.array(['b', 'a', 'zz'])], dict(keys_strings=['a', 'b'], values_int64s=[7, 9],
     default_int64=-5), otypes=[I64])
case('le_is', 'LabelEncoder', ML, [np.array([3, 1, 8], np.int64)], dict(keys_int64s=[1, 3], values_strings=['one',
     'three']), otypes=[ST])
case('le_if', 'LabelEncoder', ML, [np.array([3, 1, 8], np.int64)], dict(keys_int64s=[3, 1], values_floats=[0.5, 0.25],
     default_float=9.0), otypes=[TP.FLOAT])
case('le_fi', 'LabelEncoder', ML, [np.array([0.5, 1, 8], F)], dict(keys_floats=[0.5, 1.0], values_int64s=[4, 5]),
     otypes=[I64])
case('catmap', 'CategoryMapper', ML, [np.array(['b', 'a', 'zz'])], dict(cats_strings=['a', 'b'], cats_int64s=[7, 9],
     default_int64=-5), otypes=[I64])
case('linreg', 'LinearRegressor', ML, [X], dict(coefficients=[float(v) for v in f(8)], intercepts=[0.1, 0.2],
     targets=2))
for pt in ('NONE', 'LOGISTIC', 'SOFTMAX', 'SOFTMAX_ZERO'):
    case('lincls_' + pt, 'LinearClassifier', ML, [X], dict(coefficients=[float(v) for v in f(12)], intercepts=[0.1,
         0.2, -0.1], classlabels_ints=[3, 5, 8], post_transform=pt, multi_class=1), 2, otypes=[I64, TP.FLOAT])
case('lincls_s', 'LinearClassifier', ML, [X], dict(coefficients=[float(v) for v in f(8)], intercepts=[0.1, 0.2],
     classlabels_strings=['n', 'y'], post_transform='LOGISTIC'), 2, otypes=[ST, TP.FLOAT])
case('lincls_bin', 'LinearClassifier', ML, [X], dict(coefficients=[float(v) for v in f(4)], intercepts=[0.1],
     classlabels_ints=[0, 1]), 2, otypes=[I64, TP.FLOAT])
for k, p in [('LINEAR', [0.5, 0, 3]), ('RBF', [0.5, 0, 3]), ('POLY', [0.5, 0.2, 2]), ('SIGMOID', [0.5, 0.1, 3])]:
    case('svmreg_' + k, 'SVMRegressor', ML, [X], dict(kernel_type=k, kernel_params=[float(v) for v in p],
         support_vectors=[float(v) for v in f(12)], n_supports=3, coefficients=[0.3, -0.2, 0.5], rho=[0.1]))


def tree(T=3, depth=3, targets=1, modes=('BRANCH_LEQ',), prefix='target', clsids=None, pos=False, miss=False):
    a = {k: [] for k in ['treeids', 'nodeids', 'featureids', 'values', 'modes', 'truenodeids', 'falsenodeids',
        'hitrates', 'missing_value_tracks_true']}
    w = {k: [] for k in ['treeids', 'nodeids', 'ids', 'weights']}
    for t in range(T):
        nid = [0]

        def rec(d):
            me = nid[0]
            nid[0] += 1
            i = len(a['treeids'])
            for k in a:
                a[k].append(0)
            a['treeids'][i] = t
            a['nodeids'][i] = me
            a['hitrates'][i] = 1.0
            if d == depth or (d > 0 and R.rand() < 0.2):
                a['modes'][i] = 'LEAF'
                a['values'][i] = 0.0
                for c in clsids if clsids is not None else range(targets):
                    w['treeids'].append(t)
                    w['nodeids'].append(me)
                    w['ids'].append(c)
                    w['weights'].append(float(abs(R.randn()) * 0.2 if pos else R.randn()))
                return me
            a['modes'][i] = modes[R.randint(len(modes))]
            a['featureids'][i] = int(R.randint(4))
            a['values'][i] = float(np.float32(R.randn() * 0.5))
            a['missing_value_tracks_true'][i] = int(R.rand() < 0.5) if miss else 0
            a['truenodeids'][i] = rec(d + 1)
            a['falsenodeids'][i] = rec(d + 1)
            return me
        rec(0)
    return {**{'nodes_' + k: v for k, v in a.items()}, **{prefix + '_' + k: v for k, v in w.items()}}


X2 = f(20, 4)
case('treereg', 'TreeEnsembleRegressor', ML, [X2], dict(n_targets=1, **tree()))
case('treereg2', 'TreeEnsembleRegressor', ML, [X2], dict(n_targets=2, base_values=[0.5, -0.5], **tree(targets=2)))
for ag in ('AVERAGE', 'MIN', 'MAX'):
    case('treereg_' + ag, 'TreeEnsembleRegressor', ML, [X2], dict(n_targets=1, aggregate_function=ag, **tree(T=4)))
case('treereg_modes', 'TreeEnsembleRegressor', ML, [X2], dict(n_targets=1, **tree(modes=('BRANCH_LEQ', 'BRANCH_GT',
     'BRANCH_LT', 'BRANCH_GTE'))))
X3 = X2.copy()
X3[::3, 1] = np.nan
case('treereg_missing', 'TreeEnsembleRegressor', ML, [X3], dict(n_targets=1, **tree(miss=True)))
case('treecls', 'TreeEnsembleClassifier', ML, [X2], dict(classlabels_int64s=[1, 4, 7], post_transform='SOFTMAX',
     **tree(targets=3, prefix='class')), 2, otypes=[I64, TP.FLOAT])
case('treecls_s', 'TreeEnsembleClassifier', ML, [X2], dict(classlabels_strings=['a', 'b', 'c'], **tree(targets=3,
     prefix='class')), 2, otypes=[ST, TP.FLOAT])
case('treecls_bin', 'TreeEnsembleClassifier', ML, [X2], dict(classlabels_int64s=[0, 1], post_transform='LOGISTIC',
     **tree(prefix='class', clsids=[0])), 2, otypes=[I64, TP.FLOAT])
case('treecls_binpos', 'TreeEnsembleClassifier', ML, [X2], dict(classlabels_int64s=[0, 1], **tree(prefix='class',
     clsids=[0], pos=True)), 2, otypes=[I64, TP.FLOAT])
# Two classes with weights of their own are not here: ONNX says that the label is the class of the highest score, ONNX
# Runtime looks at the second score alone.

# --- standard ones without test data
case('mish', 'Mish', '', [f(2, 5)], opset=18)
case('gelu20', 'Gelu', '', [f(2, 5)], dict(approximate='tanh'), opset=20)
case('maxroipool', 'MaxRoiPool', '', [f(2, 3, 8, 8), np.array([[0, 0, 0, 7, 7], [1, 2, 2, 5, 6], [0, 1, 3, 4, 3]],
     F)], dict(pooled_shape=[2, 3], spatial_scale=0.8))
for m in ('avg', 'max'):
    case('roialign_' + m, 'RoiAlign', '', [f(2, 3, 8, 8), np.array([[0, 0, 7, 7], [2, 2, 5, 6], [1, 3, 4, 9]], F),
         np.array([0, 1, 0], np.int64)], dict(output_height=2, output_width=3, sampling_ratio=0, mode=m,
         spatial_scale=0.9))
case('affinegrid', 'AffineGrid', '', [f(2, 2, 3), np.array([2, 3, 4, 5], np.int64)], dict(align_corners=1), opset=20)
case('affinegrid3', 'AffineGrid', '', [f(2, 3, 4), np.array([2, 3, 4, 5, 6], np.int64)], opset=20)
case('dft20', 'DFT', '', [f(2, 6, 5, 1), None, np.array(-2, np.int64)], dict(onesided=1), opset=20)
case('dft_onesided', 'DFT', '', [f(2, 6, 1), np.array(8, np.int64)], dict(onesided=1))
case('stft_twosided', 'STFT', '', [f(1, 32, 1), np.array(4, np.int64), f(8)], dict(onesided=0))
case('tfidf_w', 'TfIdfVectorizer', '', [np.array([[1, 1, 3, 3, 3, 7], [8, 6, 7, 5, 6, 8]], np.int64)],
     dict(max_gram_length=2, max_skip_count=0, min_gram_length=1, mode='TFIDF', ngram_counts=[0, 4], ngram_indexes=[0,
     1, 2, 3, 4, 5, 6], pool_int64s=[2, 3, 5, 4, 5, 6, 7, 8, 6, 7], weights=[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]))
case('layernorm', 'LayerNormalization', '', [f(2, 3, 4), f(4), f(4)], dict(axis=-1))
case('groupnorm21', 'GroupNormalization', '', [f(2, 4, 3, 3), f(4), f(4)], dict(num_groups=2), opset=21)
case('gridsample20', 'GridSample', '', [f(1, 2, 4, 4, 4), f(1, 3, 3, 3, 3)], dict(mode='linear',
     padding_mode='reflection'), opset=20)
case('sce_u', 'SoftmaxCrossEntropyLoss', '', [f(3, 5), R.randint(0, 5, (3,)).astype(np.int32)], {}, 2,
     otypes=[TP.FLOAT] * 2)
case('nms0', 'NonMaxSuppression', '', [R.rand(2, 20, 4).astype(F), R.rand(2, 3, 20).astype(F), np.array(5, np.int64),
     s(0.3), s(0.2)], dict(center_point_box=1), otypes=[I64])
case('nms1', 'NonMaxSuppression', '', [R.rand(2, 20, 4).astype(F), R.rand(2, 3, 20).astype(F), np.array([7],
     np.int64)], otypes=[I64])

subprocess.run(['node', '-e', RUN] + [os.path.join(folder.name, name) for name, _ in cases], check=True)
files = {}
for name, outputs in cases:
    path = os.path.join(folder.name, name)
    if not os.path.exists(path + '/out.json'):
        continue  # ONNX Runtime said why
    with open(path + '/out.json') as file:
        given = json.load(file)
    for i, output in enumerate(outputs):
        t = given[output]
        if t['type'] == 'string':
            array = np.array(t['data'], object)
        else:
            number = float if t['type'].startswith('float') else int
            array = np.array([number(x) for x in t['data']]).astype(t['type'])
        write(name, f'test_data_set_0/output_{i}.pb', proto(array.reshape(t['shape']), output))
    files[name] = {}
    for part in ['model.onnx'] + ['test_data_set_0/' + p for p in sorted(os.listdir(path + '/test_data_set_0'))]:
        with open(os.path.join(path, part), 'rb') as file:
            files[name][part] = base64.b64encode(file.read()).decode()
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'cases.json'), 'w') as file:
    json.dump(files, file, indent=0)
print(len(files), 'cases')
