#!/usr/bin/python3
"""How well `tenscope diff` matches pairs of files, held against PyTorch's module paths.

Needs the pairs that make NAME.pt (traced), NAME_s.pt (scripted) and NAME.onnx, python3-torch and python3-onnx.
Usage: compare_accuracy.py TENSCOPE FOLDER [NAME ...] [--scrub] [--random]

A group is right when both sides touch the same leaf module, or the same operators between the same modules: the main nodes
of both sides are in one module path. --scrub takes every name out of the ONNX file first (the paths are remembered by the
position of the nodes); --random says what the figure is when groups are paired at random.
"""
import collections
import json
import os
import random
import re
import subprocess
import sys
import tempfile

import onnx

arguments = [a for a in sys.argv[1:] if not a.startswith("--")]
tenscope, folder, names = arguments[0], arguments[1], arguments[2:]
names = names or sorted(f[:-5] for f in os.listdir(folder) if f.endswith(".onnx"))


def scrub(source, target):
    """Every name becomes a random one; gives new node names by old."""
    model = onnx.load(source)
    rng = random.Random(0)
    known, nodes = {"": ""}, {}

    def rename(name):
        if name not in known:
            known[name] = "n%012x" % rng.getrandbits(48)
        return known[name]

    for values in (model.graph.input, model.graph.output, model.graph.initializer, model.graph.value_info):
        for value in values:
            value.name = rename(value.name)
    for node in model.graph.node:
        new = "m%012x" % rng.getrandbits(48)
        nodes[new] = node.name
        node.name = new
        node.input[:] = [rename(n) for n in node.input]
        node.output[:] = [rename(n) for n in node.output]
    model.graph.name = "g"
    onnx.save(model, target)
    return nodes


def onnx_path(name):
    """/layer1/layer1.0/conv1/Conv -> layer1.0.conv1"""
    path = []
    for part in name.split("/")[1:-1]:
        if path and part.startswith(path[-1] + "."):
            part = part[len(path[-1]) + 1:]
        elif path and "." in part and part.rsplit(".", 1)[0] == path[-1]:
            part = part.rsplit(".", 1)[1]
        path.append(re.sub(r"^.*\.", "", part) if path else part)
    return ".".join(path)


for name in names:
    for end in (".pt", "_s.pt"):
        a, b = os.path.join(folder, name + end), os.path.join(folder, name + ".onnx")
        if not os.path.exists(a):
            continue
        with tempfile.TemporaryDirectory() as scratch:
            original = {}
            if "--scrub" in sys.argv:
                original = scrub(b, os.path.join(scratch, "b.onnx"))
                b = os.path.join(scratch, "b.onnx")
            found = json.loads(subprocess.run([tenscope, "diff", a, b, "--json"], capture_output=True, text=True).stdout)
        names_b = list(original.values()) if original else [n.name for n in onnx.load(b).graph.node]
        sides = []
        for group in found["matched"]:
            side_a = {group["scope_a"]}
            side_b = {onnx_path(names_b[i]) for i in group["b"] if i < len(names_b)}
            sides.append((side_a, side_b, len(group["a"]), len(group["b"])))
        if "--random" in sys.argv:
            others = [(s[1], s[3]) for s in sides]
            random.Random(1).shuffle(others)
            sides = [(s[0], o[0], s[2], o[1]) for s, o in zip(sides, others)]
        right = [s for s in sides if s[0] & s[1]]
        grouped_a, grouped_b = sum(s[2] for s in sides), sum(s[3] for s in sides)
        right_a, right_b = sum(s[2] for s in right), sum(s[3] for s in right)
        print(f"{name + end:26} in a group {100 * grouped_a / found['nodes_a']:6.2f}% {100 * grouped_b / found['nodes_b']:6.2f}%"
              f"  right {100 * right_a / found['nodes_a']:6.2f}% {100 * right_b / found['nodes_b']:6.2f}%  groups {len(right)}/{len(sides)}"
              f"  differences {len(found['differences'])}", flush=True)
        if "--wrong" in sys.argv:
            for s in [s for s in sides if s not in right][:6]:
                print("   ", sorted(s[0])[:4], sorted(s[1])[:4])
