#!/usr/bin/python3
"""Writes the TorchScript files of this folder, and what PyTorch computes with them (expected.npz). Debian's python3-torch.

Each shows one thing that reading or running must get right:
    state       a counter and a list that forward changes: runs must not see each other
    inplace     forward works in place on a parameter and a buffer: the file must not change, nor the next run
    tied        one tensor under two names, one module under two names
    unknown     operators of a library that is not there: two results, a list, a number; one in a branch
    outputs     returns a dictionary inside a tuple
    slow        a loop that takes seconds, to be cancelled
    shapes      a constant tensor, a non-contiguous parameter, an empty one, half and complex ones
    arguments   int, float, bool, optional, list and default arguments
    raises      raises an exception of its own
    newer       operators of PyTorch 2, in code that PyTorch 1.13 cannot write: it is replaced in the archive
    mismatch    a keyword that no PyTorch has
    customclass a class of an extension library
"""
import os
import zipfile
from typing import Dict, List, Optional, Tuple

import numpy as np
import torch
from torch import Tensor, nn

os.chdir(os.path.dirname(os.path.abspath(__file__)))
torch.manual_seed(0)
expected = {}


class State(nn.Module):
    def __init__(self):
        super().__init__()
        self.count = 0
        self.register_buffer("total", torch.zeros(2))
        self.history = [0]

    def forward(self, x):
        self.count += 1
        self.total = self.total + x
        self.history.append(self.count)
        return self.total * self.count + len(self.history)


class InPlace(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(3))
        self.register_buffer("steps", torch.zeros(3))

    def forward(self, x):
        self.weight.detach().add_(1.0)
        self.steps.add_(1.0)
        return x * self.weight + self.steps


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Linear(4, 4, bias=False)
        self.decoder = nn.Linear(4, 4, bias=False)
        self.decoder.weight = self.encoder.weight
        self.first = nn.Linear(4, 2)
        self.second = self.first

    def forward(self, x):
        return self.second(self.first(self.decoder(self.encoder(x))).repeat(1, 2))


library = torch.library.Library("acme", "DEF")
library.define("pair(Tensor x, int k) -> (Tensor, Tensor)")
library.define("pieces(Tensor x) -> Tensor[]")
library.define("size_of(Tensor x, *, int unit) -> int")
library.define("rare(Tensor x) -> Tensor")


class Unknown(nn.Module):
    def forward(self, x):
        a, b = torch.ops.acme.pair(x, 3)
        parts = torch.ops.acme.pieces(a)
        n = torch.ops.acme.size_of(b, unit=2)
        y = torch.cat(parts)
        if n > 3:
            y = torch.ops.acme.rare(y)
        return y.relu() + float(n)


class Outputs(nn.Module):
    def forward(self, x) -> Tuple[Tensor, Dict[str, Tensor]]:
        return x + 1, {"double": x * 2, "half": x / 2}


class Slow(nn.Module):
    def forward(self, x):
        for i in range(100000):
            x = torch.mm(x, x).softmax(0)
        return x


class Shapes(nn.Module):
    def __init__(self):
        super().__init__()
        self.turned = nn.Parameter(torch.arange(6.0).reshape(2, 3).t())
        self.empty = nn.Parameter(torch.zeros(0, 4))
        self.register_buffer("halves", torch.tensor([1.5, -2.0], dtype=torch.float16))
        self.register_buffer("complex", torch.tensor([1 + 2j]))
        self.register_buffer("tail", torch.arange(10)[4:8])

    def forward(self, x):
        return x @ self.turned.t() + torch.tensor([1.0, 2.0, 3.0]) + self.tail.sum()


class Arguments(nn.Module):
    def forward(self, x, k: int, scale: float, flag: bool, sizes: List[int], bias: Optional[Tensor] = None, power: int = 2):
        y = x * k * scale
        if flag:
            y = y + sizes[0] + sizes[1]
        if bias is not None:
            y = y + bias
        return y ** power


class Raises(nn.Module):
    def forward(self, x):
        if x.dim() != 4:
            raise ValueError("expected an image of 4 dimensions")
        return x


class Plain(nn.Module):
    def forward(self, x):
        return torch.relu(x)


def save(name, module):
    script = torch.jit.script(module.eval())
    script.save(name + ".pt")
    return script


def replace_code(source, target, old, new):
    """Copies an archive with a line of its code replaced, as a newer PyTorch would have written it."""
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target, "w") as after:
        for info in before.infolist():
            data = before.read(info)
            if info.filename.endswith(".debug_pkl"):
                continue
            if info.filename.endswith(".py"):
                assert old in data.decode()
                data = data.decode().replace(old, new).encode()
            after.writestr(info.filename.replace(source[:-3], target[:-3], 1), data)


@torch.jit.script
class Table:
    def __init__(self, size: int):
        self.size = size

    def look(self, x: Tensor, k: int) -> Tensor:
        return x * k + self.size


class Custom(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = Table(3)

    def forward(self, x):
        return self.table.look(x, 2).relu()


def make_foreign(path):
    """Turns the class Table into one of a library that is not there."""
    with zipfile.ZipFile(path) as before:
        records = {name: before.read(name) for name in before.namelist() if not name.endswith(".debug_pkl")}
    with zipfile.ZipFile(path, "w") as after:
        for name, data in records.items():
            if name.endswith("/__torch__.py"):
                text = data.decode()
                if text.startswith("class Table"):
                    text = text[text.index("class Custom"):]
                elif "class Table" in text:
                    text = text[:text.index("class Table")]
                data = text.replace("__torch__.Table", "__torch__.torch.classes.acme.Table").encode()
            if name.endswith("/data.pkl"):
                assert b"c__torch__\nTable\n" in data
                data = data.replace(b"c__torch__\nTable\n", b"c__torch__.torch.classes.acme\nTable\n")
            after.writestr(name, data)


x = torch.tensor([1.0, -2.0])
script = save("state", State())
expected["state"] = script(x).numpy()
script = save("inplace", InPlace())
expected["inplace"] = torch.jit.load("inplace.pt")(torch.ones(3)).detach().numpy()
script = save("tied", Tied())
expected["tied_x"] = torch.randn(2, 4).numpy()
expected["tied"] = script(torch.from_numpy(expected["tied_x"])).detach().numpy()
save("unknown", Unknown())
save("outputs", Outputs())
save("slow", Slow())
script = save("shapes", Shapes())
expected["shapes_x"] = torch.randn(2, 2).numpy()
expected["shapes"] = script(torch.from_numpy(expected["shapes_x"])).detach().numpy()
script = save("arguments", Arguments())
expected["arguments"] = script(x, 3, 0.5, True, [1, 2]).numpy()
save("raises", Raises())
save("plain", Plain())
replace_code("plain.pt", "newer.pt", "return torch.relu(x)",
             "y = torch.rms_norm(torch.concatenate([x, x]), [4], None, 0.0001)\n"
             "    z = torch.scaled_dot_product_attention(y, y, y, scale=0.5)\n"
             "    y = torch.squeeze(torch.unsqueeze(z, 0), [0])\n"
             "    b = torch.any(torch.gt(y, 0), [0, 1], False)\n"
             "    return torch.mul(y, b)")
q = torch.randn(3, 4)
expected["newer_x"] = q.numpy()
y = torch.cat([q, q])
y = y * torch.rsqrt((y * y).mean(-1, keepdim=True) + 1e-4)
z = torch.softmax(y @ y.t() * 0.5, -1) @ y
expected["newer"] = (z * (z > 0).any()).numpy()
replace_code("plain.pt", "mismatch.pt", "return torch.relu(x)", "return torch.relu(x, flavour=\"new\")")
save("customclass", Custom())
make_foreign("customclass.pt")
np.savez("expected.npz", **expected)
