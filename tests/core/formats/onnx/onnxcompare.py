"""Holds what onnxdump prints (standard input) against the onnx Python package: every graph, node, attribute, type and
tensor of every file. Prints one line a difference, then a summary; exits with 1 where anything differs."""

import json
import os
import sys

import numpy
import onnx
from onnx import numpy_helper

ELEMENTS = {
    1: "float32", 2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 6: "int32", 7: "int64", 8: "string", 9: "bool",
    10: "float16", 11: "float64", 12: "uint32", 13: "uint64", 14: "complex64", 15: "complex128", 16: "bfloat16",
    17: "float8_e4m3fn", 18: "float8_e4m3fnuz", 19: "float8_e5m2", 20: "float8_e5m2fnuz",
    21: "uint4", 22: "int4", 23: "float4_e2m1", 24: "float8_e8m0", 25: "uint2", 26: "int2", 0: "undefined",
}
WIDTH_8 = (17, 18, 19, 20, 24)
WIDTH_4 = (21, 22, 23)


def checksum(data):
    state = 14695981039346656037
    step = max(1, len(data) // 4096)
    for byte in data[::step].tolist() if isinstance(data, numpy.ndarray) else data[::step]:
        state = ((state ^ byte) * 1099511628211) % 2**64
    return str(state)


def contents(tensor, base):
    if tensor.data_location == onnx.TensorProto.EXTERNAL:
        keys = {entry.key: entry.value for entry in tensor.external_data}
        path = os.path.join(base, keys["location"])
        offset = int(keys.get("offset", 0))
        length = int(keys.get("length", os.path.getsize(path) - offset))
        return checksum(numpy.memmap(path, dtype=numpy.uint8, mode="r", offset=offset, shape=(length,)))
    if tensor.data_type == onnx.TensorProto.STRING:
        return checksum_strings(tensor.string_data)
    if tensor.HasField("raw_data"):
        return checksum(tensor.raw_data)
    if tensor.data_type == onnx.TensorProto.BFLOAT16:
        return checksum(numpy.asarray(tensor.int32_data, dtype=numpy.uint16).tobytes())
    if tensor.data_type in WIDTH_8 + WIDTH_4:
        return checksum(numpy.asarray(tensor.int32_data, dtype=numpy.uint8).tobytes())
    return checksum(numpy.ascontiguousarray(numpy_helper.to_array(tensor)).tobytes())


def checksum_strings(strings):
    state = 14695981039346656037
    for byte in b"".join(text + b"\0" for text in strings):
        state = ((state ^ byte) * 1099511628211) % 2**64
    return str(state)


def shape_text(shape):
    if not shape.dim:
        return "scalar"
    return "\u00d7".join(str(d.dim_value) if d.HasField("dim_value") and d.dim_value >= 0 else d.dim_param or "?" for d in shape.dim)


def type_text(proto):
    kind = proto.WhichOneof("value")
    if kind in ("tensor_type", "sparse_tensor_type"):
        tensor = getattr(proto, kind)
        element = ELEMENTS[tensor.elem_type]
        text = ("sparse " if kind == "sparse_tensor_type" else "") + ("tensor" if element == "undefined" else element)
        return text + (" " + shape_text(tensor.shape) if tensor.HasField("shape") else "")
    if kind == "sequence_type":
        return f"sequence({type_text(proto.sequence_type.elem_type)})"
    if kind == "optional_type":
        return f"optional({type_text(proto.optional_type.elem_type)})"
    if kind == "map_type":
        return f"map({ELEMENTS[proto.map_type.key_type]} scalar, {type_text(proto.map_type.value_type)})"
    return "unknown"


class Comparison:
    def __init__(self, path):
        self.path, self.base, self.differences, self.nodes, self.tensors = path, os.path.dirname(path), [], 0, 0

    def equal(self, where, ours, theirs):
        if ours != theirs:
            self.differences.append(f"{self.path}: {where}: {str(ours)[:200]} instead of {str(theirs)[:200]}")

    def tensor(self, where, ours, theirs):
        self.tensors += 1
        self.equal(where + ".name", ours["name"], theirs.name)
        self.equal(where + ".element", ours["element"], ELEMENTS[theirs.data_type])
        self.equal(where + ".shape", ours["shape"], list(theirs.dims))
        self.equal(where + ".data", ours["data"], contents(theirs, self.base))

    def sparse(self, where, ours, theirs):
        self.equal(where + ".shape", ours["shape"], list(theirs.dims))
        self.tensor(where + ".values", ours["values"], theirs.values)
        self.tensor(where + ".indices", ours["indices"], theirs.indices)

    def attribute(self, where, ours, theirs):
        kinds, kind = onnx.AttributeProto, theirs.type
        if theirs.ref_attr_name:
            self.equal(where, ours, "@" + theirs.ref_attr_name)
        elif kind == kinds.TENSOR:
            self.tensor(where, ours, theirs.t)
        elif kind == kinds.SPARSE_TENSOR:
            self.sparse(where, ours, theirs.sparse_tensor)
        elif kind == kinds.GRAPH:
            self.graph(where, ours, theirs.g)
        elif kind == kinds.INTS:
            self.equal(where, ours, [str(i) for i in theirs.ints])
        elif kind == kinds.INT:
            self.equal(where, ours, str(theirs.i))
        elif kind == kinds.FLOAT:
            self.equal(where, numpy.float64(ours).tobytes(), numpy.float64(theirs.f).tobytes())
        elif kind == kinds.FLOATS:
            self.equal(where, [float(f) for f in ours], list(theirs.floats))
        elif kind == kinds.STRING:
            self.equal(where, ours, theirs.s.decode(errors="replace"))
        elif kind == kinds.STRINGS:
            self.equal(where, ours, [s.decode(errors="replace") for s in theirs.strings])
        elif kind == kinds.TYPE_PROTO:
            self.equal(where, ours, type_text(theirs.tp))
        else:
            self.differences.append(f"{self.path}: {where}: attribute type {kind} is not compared")

    def nodes_of(self, where, ours, theirs):
        self.equal(where + " nodes", len(ours), len(theirs))
        for i, (mine, node) in enumerate(zip(ours, theirs)):
            self.nodes += 1
            place = f"{where}[{i}]"
            self.equal(place + ".name", mine["name"], node.name)
            self.equal(place + ".op", mine["op"], node.op_type)
            self.equal(place + ".domain", mine["domain"], "" if node.domain == "ai.onnx" else node.domain)
            self.equal(place + ".inputs", mine["inputs"], list(node.input))
            self.equal(place + ".outputs", mine["outputs"], list(node.output))
            self.equal(place + " attributes", sorted(mine["attributes"]), sorted(a.name for a in node.attribute))
            for attribute in node.attribute:
                self.attribute(f"{place}.{attribute.name}", mine["attributes"][attribute.name], attribute)

    def values(self, where, ours, theirs):
        self.equal(where, [v["name"] for v in ours], [v.name for v in theirs])
        for mine, value in zip(ours, theirs):
            self.equal(where + "." + value.name, mine["type"], type_text(value.type))

    def graph(self, where, ours, theirs):
        self.equal(where + ".name", ours["name"], theirs.name)
        self.values(where + " inputs", ours["inputs"], theirs.input)
        self.values(where + " outputs", ours["outputs"], theirs.output)
        dense = [t for t in ours["initializers"] if t["data"] != "sparse"]
        sparse = [t for t in ours["initializers"] if t["data"] == "sparse"]
        self.equal(where + " initializers", len(dense), len(theirs.initializer))
        self.equal(where + " sparse initializers", len(sparse), len(theirs.sparse_initializer))
        for mine, tensor in zip(dense, theirs.initializer):
            self.tensor(f"{where} initializer {tensor.name}", mine, tensor)
        for mine, tensor in zip(sparse, theirs.sparse_initializer):
            self.sparse(f"{where} sparse initializer", mine, tensor)
        self.nodes_of(where + " node", ours["nodes"], theirs.node)

    def file(self, ours):
        if "error" in ours:
            self.differences.append(f"{self.path}: {ours['error']}")
            return
        theirs = onnx.load(self.path, load_external_data=False)
        self.equal("consistent", ours["consistent"], "")
        self.equal("issues", ours["issues"], [])
        self.graph("graph", ours["graph"], theirs.graph)
        self.equal("functions", [f["name"] for f in ours["functions"]], [f.name for f in theirs.functions])
        for mine, function in zip(ours["functions"], theirs.functions):
            self.equal("function inputs", [v["name"] for v in mine["inputs"]], list(function.input))
            self.equal("function outputs", [v["name"] for v in mine["outputs"]], list(function.output))
            self.nodes_of("function " + function.name, mine["nodes"], function.node)


def main():
    files = nodes = tensors = differences = 0
    for line in sys.stdin:
        ours = json.loads(line)
        comparison = Comparison(ours["path"])
        try:
            comparison.file(ours)
        except Exception as error:  # a file that the package cannot read either is a difference to look at
            comparison.differences.append(f"{ours['path']}: {type(error).__name__} {error}")
        for difference in comparison.differences:
            print(difference)
        files, nodes, tensors = files + 1, nodes + comparison.nodes, tensors + comparison.tensors
        differences += len(comparison.differences)
    print(f"{files} files, {nodes} nodes, {tensors} tensors compared, {differences} differences")
    return 1 if differences or not files else 0


sys.exit(main())
