#!/usr/bin/python3
"""Makes the TorchScript files beside it: models that take as long as the worker's tests want, and that print."""

import os

import torch


class Loop(torch.nn.Module):
    """n rounds of a small linear layer: something to interrupt between operators. Prints, as models may."""

    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(4, 4)

    def forward(self, x: torch.Tensor, n: torch.Tensor) -> torch.Tensor:
        print("the model prints", int(n))
        for _ in range(int(n)):
            x = torch.tanh(self.linear(x))
        return x


class Product(torch.nn.Module):
    """One product of two n × n matrices: something that cannot be interrupted."""

    def forward(self, n: torch.Tensor) -> torch.Tensor:
        a = torch.ones([int(n), int(n)], dtype=torch.float64)
        return torch.mm(a, a).sum()


class Fill(torch.nn.Module):
    """n ones: something that takes memory."""

    def forward(self, n: torch.Tensor) -> torch.Tensor:
        return torch.ones([int(n)])


folder = os.path.dirname(os.path.abspath(__file__))
torch.manual_seed(0)
for module in (Loop(), Product(), Fill()):
    torch.jit.script(module.eval()).save(os.path.join(folder, type(module).__name__.lower() + ".pt"))
