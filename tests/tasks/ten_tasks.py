#!/usr/bin/python3
"""Ten things that people do to models, by `tenscope edit`, each checked with another runtime.

Takes the folder with resnet50, mobilenet_v3_small, vit_b_16 and swin_t as .onnx and .pt, and silero_vad.onnx's path. ONNX results are
computed by onnxruntime-node (found by NODE_PATH), TorchScript ones by PyTorch.
Usage: ten_tasks.py TENSCOPE MODELS SILERO_ONNX
"""
import json
import os
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import torch
from onnx import numpy_helper

tenscope, models, silero = sys.argv[1:4]
folder = tempfile.mkdtemp()
rng = np.random.default_rng(0)
RUN = """
const ort = require('onnxruntime-node'), fs = require('fs');
(async () => {
  const [model, spec, out] = process.argv.slice(2), inputs = JSON.parse(fs.readFileSync(spec)), feeds = {};
  const session = await ort.InferenceSession.create(model);
  for (const i of inputs) {
    const b = fs.readFileSync(i.file), bytes = b.buffer.slice(b.byteOffset, b.byteOffset + b.length);
    const data = i.type === 'int64' ? new BigInt64Array(bytes) : new Float32Array(bytes);
    feeds[i.name || session.inputNames[0]] = new ort.Tensor(i.type, data, i.shape);
  }
  const r = await session.run(feeds), result = [];
  session.outputNames.forEach((name, k) => {
    fs.writeFileSync(out + k, Buffer.from(r[name].data.buffer, r[name].data.byteOffset, r[name].data.byteLength));
    result.push({name, dims: r[name].dims, type: r[name].type});
  });
  console.log(JSON.stringify(result));
})();
"""


def path(name):
    return os.path.join(folder, name)


with open(path("run.js"), "w") as f:
    f.write(RUN)


def ort(model, inputs):
    spec = []
    for k, (name, array) in enumerate(inputs.items()):
        array.tofile(path(f"in{k}"))
        spec.append({"name": name, "file": path(f"in{k}"), "type": str(array.dtype), "shape": list(array.shape)})
    with open(path("spec.json"), "w") as f:
        json.dump(spec, f)
    done = subprocess.run(["node", path("run.js"), model, path("spec.json"), path("out")], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip()[-300:])
    types = {"float32": np.float32, "int64": np.int64, "float16": np.float16}
    return [np.fromfile(path(f"out{k}"), types[o["type"]]).reshape(o["dims"]) for k, o in enumerate(json.loads(done.stdout))]


def edit(source, target, script):
    with open(path("script.json"), "w") as f:
        json.dump(script, f)
    done = subprocess.run([tenscope, "edit", source, path(target), "--script", path("script.json")], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip())
    return path(target)


def close(a, b, tolerance=1e-4):
    assert a.shape == b.shape, (a.shape, b.shape)
    assert np.abs(a - b).max() <= tolerance * max(1e-6, np.abs(b).max()), np.abs(a - b).max()


def image(batch=1):
    return rng.standard_normal((batch, 3, 224, 224), dtype=np.float32)


def model(name):
    return os.path.join(models, name)


def graph(file):
    return onnx.load(file).graph


def named(node):
    return node.name if node.name else {"output": node.output[0]}


def batch():
    fixed = edit(model("resnet50.onnx"), "fixed.onnx", [{"edit": "set_batch", "to": 1}])
    free = edit(fixed, "free.onnx", [{"edit": "set_batch", "to": "batch"}])
    x = image(3)
    close(ort(free, {"input": x})[0], ort(model("resnet50.onnx"), {"input": x})[0])


def features():
    last = [n for n in graph(model("resnet50.onnx")).node if n.op_type == "Gemm"][-1]
    out = edit(model("resnet50.onnx"), "features.onnx", [{"edit": "add_graph_output", "value": last.input[0]}])
    got = ort(out, {"input": image()})
    g = graph(model("resnet50.onnx"))
    weights = {i.name: numpy_helper.to_array(i) for i in g.initializer}
    close(got[1] @ weights[last.input[1]].T + weights[last.input[2]], got[0])


def softmax():
    out = edit(model("resnet50.onnx"), "softmax.onnx", [
        {"edit": "add_node", "op": "Softmax", "name": "probabilities", "inputs": ["output"], "outputs": ["probs"], "attributes": {"axis": 1}},
        {"edit": "set_graph_output", "position": 0, "value": "probs"}])
    onnx.checker.check_model(onnx.load(out), full_check=True)
    x = image()
    logits = ort(model("resnet50.onnx"), {"input": x})[0]
    e = np.exp(logits - logits.max())
    close(ort(out, {"input": x})[0], e / e.sum())


def weights():
    conv = next(n for n in graph(model("resnet50.onnx")).node if n.op_type == "Conv")
    array = rng.standard_normal((64, 3, 7, 7), dtype=np.float32) * 0.02
    np.save(path("w.npy"), array)
    out = edit(model("resnet50.onnx"), "weights.onnx", [{"edit": "replace_tensor", "value": conv.input[1], "content": {"file": "w.npy"}}])
    m = onnx.load(model("resnet50.onnx"))
    for i in m.graph.initializer:
        if i.name == conv.input[1]:
            i.CopyFrom(numpy_helper.from_array(array, i.name))
    onnx.save(m, path("expected.onnx"))
    x = image()
    close(ort(out, {"input": x})[0], ort(path("expected.onnx"), {"input": x})[0])


def fuse():
    second = onnx.helper.make_model(onnx.helper.make_graph(
        [onnx.helper.make_node("Sigmoid", ["scores"], ["s"]), onnx.helper.make_node("Neg", ["s"], ["result"])], "second",
        [onnx.helper.make_tensor_value_info("scores", 1, ["N", 1000])], [onnx.helper.make_tensor_value_info("result", 1, ["N", 1000])]),
        opset_imports=[onnx.helper.make_opsetid("", 14)])
    second.ir_version = 7
    onnx.save(second, path("second.onnx"))
    out = edit(model("mobilenet_v3_small.onnx"), "fused.onnx",
               [{"edit": "merge", "model": "second.onnx", "joined": {"scores": "output"}, "prefix": "second_"}])
    x = image()
    y = ort(model("mobilenet_v3_small.onnx"), {"input": x})[0]
    close(ort(out, {"input": x})[-1], -1 / (1 + np.exp(-y)))


def leaky_onnx():
    relus = [n for n in graph(model("resnet50.onnx")).node if n.op_type == "Relu"]
    out = edit(model("resnet50.onnx"), "leaky.onnx", [{"edit": "set_operator", "node": named(relus[0]), "op": "LeakyRelu"},
                                                     {"edit": "set_attribute", "node": named(relus[0]), "name": "alpha", "value": 0.1, "type": "float"}])
    m = onnx.load(model("resnet50.onnx"))
    n = next(n for n in m.graph.node if n.op_type == "Relu")
    n.op_type = "LeakyRelu"
    n.attribute.append(onnx.helper.make_attribute("alpha", 0.1))
    onnx.save(m, path("expected.onnx"))
    x = image()
    close(ort(out, {"input": x})[0], ort(path("expected.onnx"), {"input": x})[0])


def leaky_torch():
    class Net(torch.nn.Module):
        def __init__(self, activation):
            super().__init__()
            self.conv, self.activation, self.fc = torch.nn.Conv2d(3, 8, 3), activation, torch.nn.Linear(8, 4)

        def forward(self, x):
            return self.fc(self.activation(self.conv(x)).mean((2, 3)))

    net = Net(torch.nn.ReLU()).eval()
    torch.jit.trace(net, torch.randn(1, 3, 8, 8)).save(path("relu.pt"))
    done = subprocess.run([tenscope, "run", path("relu.pt"), "--shape", "x=1x3x8x8", "--trace", "--json"], capture_output=True, text=True, check=True)
    relu = next(n["id"] for n in json.loads(done.stdout)["nodes"] if n["op"] == "aten::relu")
    out = edit(path("relu.pt"), "leaky.pt", [
        {"edit": "add_node", "domain": "prim", "op": "Constant", "name": "slope", "inputs": [],
         "outputs": [{"name": "slope", "type": {"kind": "float"}}], "attributes": {"value": 0.1}, "before": relu},
        {"edit": "set_operator", "node": relu, "domain": "aten", "op": "leaky_relu"},
        {"edit": "set_input", "node": relu, "input": 1, "value": "slope"}])
    x = torch.randn(2, 3, 16, 16)
    expected = Net(torch.nn.LeakyReLU(0.1)).eval()
    expected.load_state_dict(net.state_dict())
    loaded = torch.jit.load(out)
    assert list(loaded.state_dict()) == list(net.state_dict())
    close(loaded(x).detach().numpy(), expected(x).detach().numpy(), 1e-6)


def dropout():
    source = model("vit_b_16.onnx")
    nodes = [n for n in graph(source).node if n.op_type in ("Dropout", "Identity")]
    if not nodes:  # exporters leave them out: put one in
        source = edit(source, "with.onnx", [{"edit": "add_node", "op": "Dropout", "name": "drop", "inputs": ["output"], "outputs": ["dropped"]},
                                            {"edit": "set_graph_output", "position": 0, "value": "dropped"}])
        nodes = [n for n in graph(source).node if n.op_type == "Dropout"]
    out = edit(source, "bypassed.onnx", [{"edit": "remove_node", "node": named(nodes[0]), "bypass": True}])
    assert len(graph(out).node) == len(graph(source).node) - 1
    x = image()
    close(ort(out, {"input": x})[0], ort(model("vit_b_16.onnx"), {"input": x})[0])


def inside_if():
    m = onnx.load(silero)
    branch = next(n for n in m.graph.node if n.op_type == "If")
    then = next(a.g for a in branch.attribute if a.name == "then_branch")
    relu = next(n for n in then.node if n.op_type == "Relu")
    where = {"node": branch.name, "attribute": "then_branch"}
    node = {"output": relu.output[0]} if not relu.name else relu.name
    out = edit(silero, "silero.onnx", [{"edit": "set_operator", "node": node, "graph": where, "op": "LeakyRelu"},
                                       {"edit": "set_attribute", "node": node, "graph": where, "name": "alpha", "value": 0.1, "type": "float"}])
    relu.op_type = "LeakyRelu"
    relu.attribute.append(onnx.helper.make_attribute("alpha", 0.1))
    onnx.save(m, path("expected.onnx"))
    feeds = {"input": rng.standard_normal((1, 576), dtype=np.float32) * 0.1, "state": np.zeros((2, 1, 128), np.float32),
             "sr": np.array(16000, np.int64)}
    for a, b in zip(ort(out, feeds), ort(path("expected.onnx"), feeds)):
        close(a, b)


def float16():
    out = edit(model("resnet50.onnx"), "half.onnx", [{"edit": "to_float16"}])
    assert os.path.getsize(out) < 0.52 * os.path.getsize(model("resnet50.onnx"))
    x = image()
    close(ort(out, {"input": x})[0], ort(model("resnet50.onnx"), {"input": x})[0], 2e-2)


def extract():
    g = graph(model("swin_t.onnx"))
    block = [named(n) for n in g.node if n.name.startswith("/features/features.1/features.1.0/")]
    out = edit(model("swin_t.onnx"), "block.onnx", [{"edit": "extract", "nodes": block}])
    taken = graph(out)
    inputs = [i.name for i in taken.input]
    wanted = inputs + [o.name for o in taken.output]
    whole = edit(model("swin_t.onnx"), "whole.onnx", [{"edit": "add_graph_output", "value": v} for v in wanted])
    values = ort(whole, {"input": image()})[1:]
    got = ort(out, dict(zip(inputs, values)))
    for a, b in zip(got, values[len(inputs):]):
        close(a, b)


failed = 0
for task in (batch, features, softmax, weights, fuse, leaky_onnx, leaky_torch, dropout, inside_if, float16, extract):
    try:
        task()
        print(f"{task.__name__}: right", flush=True)
    except Exception as exception:
        failed += 1
        print(f"{task.__name__}: {type(exception).__name__}: {exception}", flush=True)
sys.exit(failed > 0)
