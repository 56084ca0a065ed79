#!/usr/bin/python3
"""Trains the sample network and writes it as TorchScript and as ONNX into the folder given (default: beside this file).

The network names the shape in a noisy 32x32 colour picture: eight kinds, drawn by this script, so that no data set is
needed and everybody may copy the result. It is trained rather than left at random so that the histograms of its weights
and its scores mean something to look at. What it is made of was chosen for what it shows:

  batch norm              kept as operators in both files (the exporter would fold it), so the weights compare one to one
  a grouped convolution   an attribute worth reading
  residual blocks         edges that skip
  SiLU                    one operator of TorchScript, two of ONNX
  dropout                 an operator of TorchScript, none of ONNX

Needs Debian's python3-torch and python3-onnx; takes some minutes on one core. The seed fixes data and weights for one
version of PyTorch, one BLAS and one thread; elsewhere the last digits, and so the files, differ.

Files: shapes.pt (traced), shapes.onnx (opset 15), shapes_labels.txt, and for tests shapes_input.npy (a picture of each
kind, N x 3 x 32 x 32, values 0 to 1) with shapes_scores.npy (what PyTorch computes for it, N x 8, each row sums to 1).

Usage: make_samples.py [DIR]
"""
import os
import sys
import tempfile

import numpy as np
import onnx
import torch
from torch import nn

LABELS = ["circle", "crescent", "cross", "heart", "ring", "square", "star", "triangle"]
SIDE = 32
SUPERSAMPLE = 3  # drawn this much larger and averaged: soft edges, as in a photograph
TRAIN_IMAGES, TEST_IMAGES, EPOCHS, BATCH = 24000, 4000, 8, 64


def inside(kind, u, v):
    """Whether the points (u, v) lie in the shape; every shape fits into the unit circle."""
    r = np.hypot(u, v)
    if kind == "circle":
        return r < 0.85
    if kind == "crescent":
        return (r < 0.9) & (np.hypot(u - 0.45, v) > 0.7)
    if kind == "cross":
        return ((abs(u) < 0.27) & (abs(v) < 0.9)) | ((abs(v) < 0.27) & (abs(u) < 0.9))
    if kind == "heart":
        x, y = 1.25 * u, 1.25 * v + 0.1
        return (x * x + y * y - 1) ** 3 < x * x * y ** 3
    if kind == "ring":
        return (r > 0.5) & (r < 0.9)
    if kind == "square":
        return np.maximum(abs(u), abs(v)) < 0.68
    # both are folded by their symmetry into one sector, where a straight edge bounds them
    points = 5 if kind == "star" else 3
    sector = np.pi / points
    angle = abs((np.arctan2(v, u) + sector) % (2 * sector) - sector)
    x, y = r * np.cos(angle), r * np.sin(angle)
    if kind == "triangle":
        return x * np.cos(sector) + y * np.sin(sector) < 0.95 * np.cos(sector)
    notch_x, notch_y = 0.4 * np.cos(sector), 0.4 * np.sin(sector)
    return (x - 0.98) * notch_y - y * (notch_x - 0.98) < 0


def draw(kinds, rng):
    """One picture for each kind, float32 N x 3 x 32 x 32 in 0 to 1."""
    pictures = np.empty((len(kinds), 3, SIDE, SIDE), np.float32)
    grid = (np.arange(SIDE * SUPERSAMPLE) + 0.5) / (SIDE * SUPERSAMPLE) * 2 - 1
    gx, gy = np.meshgrid(grid, -grid)
    for picture, kind in zip(pictures, kinds):
        radius = rng.uniform(0.4, 0.85)
        reach = 1 - 0.8 * radius
        x, y = gx - rng.uniform(-reach, reach), gy - rng.uniform(-reach, reach)
        turn = rng.uniform(-np.pi, np.pi)
        u, v = (x * np.cos(turn) + y * np.sin(turn)) / radius, (y * np.cos(turn) - x * np.sin(turn)) / radius
        mask = inside(LABELS[kind], u, v).reshape(SIDE, SUPERSAMPLE, SIDE, SUPERSAMPLE).mean(axis=(1, 3))

        front, back = rng.uniform(0, 1, (2, 3))
        while np.linalg.norm(front - back) < 0.45:
            front, back = rng.uniform(0, 1, (2, 3))
        # light that falls off to one side, then the noise of a camera
        slope = rng.uniform(-0.25, 0.25, 2)
        light = 1 + slope[0] * gx[::SUPERSAMPLE, ::SUPERSAMPLE] + slope[1] * gy[::SUPERSAMPLE, ::SUPERSAMPLE]
        image = (back[:, None, None] * (1 - mask) + front[:, None, None] * mask) * light
        picture[:] = np.clip(image + rng.normal(0, rng.uniform(0.02, 0.14), image.shape), 0, 1)
    return pictures


class Unit(nn.Module):
    """Convolution, normalization, activation."""

    def __init__(self, channels_in, channels_out, groups=1, activation=None):
        super().__init__()
        self.conv = nn.Conv2d(channels_in, channels_out, 3, padding=1, groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(channels_out)
        self.activation = activation

    def forward(self, x):
        x = self.norm(self.conv(x))
        return x if self.activation is None else self.activation(x)


class ResidualBlock(nn.Module):
    def __init__(self, channels, groups=1):
        super().__init__()
        self.expand = Unit(channels, channels, groups, nn.ReLU())
        self.project = Unit(channels, channels)
        self.activation = nn.ReLU()

    def forward(self, x):
        return self.activation(x + self.project(self.expand(x)))


class ShapeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = Unit(3, 16, activation=nn.ReLU())
        self.pool1 = nn.MaxPool2d(2)
        self.block1 = ResidualBlock(16)
        self.widen = Unit(16, 32, activation=nn.SiLU())
        self.pool2 = nn.MaxPool2d(2)
        self.block2 = ResidualBlock(32, groups=4)
        self.deepen = Unit(32, 64, activation=nn.SiLU())
        self.average = nn.AdaptiveAvgPool2d(1)
        self.dropout = nn.Dropout(0.1)
        self.head = nn.Linear(64, len(LABELS))

    def logits(self, image):
        x = self.block1(self.pool1(self.stem(image)))
        x = self.block2(self.pool2(self.widen(x)))
        return self.head(self.dropout(self.average(self.deepen(x)).flatten(1)))

    def forward(self, image):
        return self.logits(image).softmax(1)


def accuracy(model, images, kinds):
    model.eval()
    with torch.inference_mode():
        best = torch.cat([model.logits(part).argmax(1) for part in images.split(500)])
    return (best == kinds).float().mean().item()


def train(model, images, kinds, test_images, test_kinds):
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.02)
    steps = EPOCHS * len(images) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=6e-3, total_steps=steps)
    # smoothed, so that the scores of a good picture stay readable instead of all being 1.000
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.05)
    for epoch in range(EPOCHS):
        model.train()
        total = 0.0
        for part in torch.randperm(len(images)).split(BATCH):
            loss = loss_of(model.logits(images[part]), kinds[part])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(part)
        print(f"epoch {epoch + 1}/{EPOCHS}: loss {total / len(images):.3f}, "
              f"test accuracy {accuracy(model, test_images, test_kinds):.4f}", flush=True)


def copy_without_debug(source, target):
    """Copies a TorchScript archive without its debug records: they hold the paths of the machine that wrote it."""
    reader, writer = torch._C.PyTorchFileReader(source), torch._C.PyTorchFileWriter(target)
    for name in reader.get_all_records():
        if name != "version" and not name.endswith(".debug_pkl"):  # the writer adds a version of its own
            data = reader.get_record(name)
            writer.write_record(name, data, len(data))
    writer.write_end_of_file()


def export(model, example, folder):
    """Writes both files; whole or not at all, so that a failed export leaves the old ones."""
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        traced, script, graph = (os.path.join(temporary, name) for name in ("traced.pt", "shapes.pt", "shapes.onnx"))
        torch.jit.trace(model, example).save(traced)
        copy_without_debug(traced, script)
        torch.onnx.export(model, example, graph, opset_version=15, training=torch.onnx.TrainingMode.PRESERVE,
                          do_constant_folding=False, input_names=["image"], output_names=["scores"],
                          dynamic_axes={"image": {0: "N"}, "scores": {0: "N"}})
        onnx.checker.check_model(onnx.load(graph), full_check=True)
        for path in (script, graph):
            os.replace(path, os.path.join(folder, os.path.basename(path)))


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    os.makedirs(folder, exist_ok=True)
    torch.set_num_threads(1)
    torch.manual_seed(7)
    rng = np.random.default_rng(7)

    def data_set(count):
        kinds = rng.integers(0, len(LABELS), count)
        return torch.from_numpy(draw(kinds, rng)), torch.from_numpy(kinds)

    images, kinds = data_set(TRAIN_IMAGES)
    test_images, test_kinds = data_set(TEST_IMAGES)
    print(f"{TRAIN_IMAGES} + {TEST_IMAGES} pictures drawn", flush=True)

    model = ShapeNet()
    train(model, images, kinds, test_images, test_kinds)
    model.eval()

    example = torch.from_numpy(draw(range(len(LABELS)), rng))
    export(model, example, folder)
    with torch.inference_mode():
        scores = torch.jit.load(os.path.join(folder, "shapes.pt"))(example)
    np.save(os.path.join(folder, "shapes_input.npy"), example.numpy())
    np.save(os.path.join(folder, "shapes_scores.npy"), scores.numpy())
    with open(os.path.join(folder, "shapes_labels.txt"), "w", encoding="ascii") as labels:
        labels.writelines(label + "\n" for label in LABELS)

    print(f"parameters and buffers: {sum(t.numel() for t in model.state_dict().values())}")
    print(f"test accuracy: {accuracy(model, test_images, test_kinds):.4f}")
    for name in ("shapes.pt", "shapes.onnx"):
        print(name, os.path.getsize(os.path.join(folder, name)), "bytes")


if __name__ == "__main__":
    main()
