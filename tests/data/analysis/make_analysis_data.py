#!/usr/bin/env python3
"""Makes the references for tests/core/analysis: statistics.json, codes.json and the arrays in npy/.

Needs numpy. What it writes is committed; run it again in this folder after a change.
"""

import base64
import json
import math
import pathlib
import statistics
import zipfile
from fractions import Fraction

import numpy as np

HERE = pathlib.Path(__file__).parent
rng = np.random.default_rng(20260101)


def stream(count):
    """The bytes that the test makes again for itself: the upper byte of a linear congruential generator."""
    state, out = 1, bytearray()
    for _ in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        out.append(state >> 56)
    return bytes(out)


# --- Small formats, from their definitions, as exact fractions.


def minifloat(code, exponent_bits, fraction_bits, bias, special):
    top = (1 << exponent_bits) - 1
    fraction = code % (1 << fraction_bits)
    exponent = (code >> fraction_bits) & top
    sign = -1 if code >> (fraction_bits + exponent_bits) & 1 else 1
    if special == "ieee" and exponent == top:
        return math.nan if fraction else sign * math.inf
    if special == "fn" and exponent == top and fraction == (1 << fraction_bits) - 1:
        return math.nan
    if special == "fnuz" and code == 1 << (fraction_bits + exponent_bits):
        return math.nan
    if exponent == 0:
        value = Fraction(fraction, 1 << fraction_bits) * Fraction(2) ** (1 - bias)
    else:
        value = (1 + Fraction(fraction, 1 << fraction_bits)) * Fraction(2) ** (exponent - bias)
    return sign * float(value)


TABLES = {
    "float8_e4m3fn": [minifloat(c, 4, 3, 7, "fn") for c in range(256)],
    "float8_e4m3fnuz": [minifloat(c, 4, 3, 8, "fnuz") for c in range(256)],
    "float8_e5m2": [minifloat(c, 5, 2, 15, "ieee") for c in range(256)],
    "float8_e5m2fnuz": [minifloat(c, 5, 2, 16, "fnuz") for c in range(256)],
    "float8_e8m0": [math.nan if c == 255 else 2.0 ** (c - 127) for c in range(256)],
    "float4_e2m1": [s * m for s in (1, -1) for m in (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)],
    "int4": [c - 16 if c >= 8 else c for c in range(16)],
    "uint4": list(range(16)),
    "int2": [0, 1, -2, -1],
    "uint2": [0, 1, 2, 3],
}


def unpack(raw, bits, count):
    codes = []
    for byte in raw:
        codes += [byte >> shift & ((1 << bits) - 1) for shift in range(0, 8, bits)]
    return codes[:count]


def decode(element, raw, count):
    if element in TABLES:
        bits = {"float4_e2m1": 4, "int4": 4, "uint4": 4, "int2": 2, "uint2": 2}.get(element, 8)
        return np.array([TABLES[element][c] for c in unpack(raw, bits, count)], dtype=np.float64)
    if element == "bfloat16":
        return (np.frombuffer(raw, "<u2").astype(np.uint32) << 16).view(np.float32).astype(np.float64)
    if element == "complex32":
        return np.abs(np.frombuffer(raw, "<f2").astype(np.float64).view(np.complex128))
    if element == "bool":
        return (np.frombuffer(raw, "u1") != 0).astype(np.float64)
    kind = {"qint8": "i1", "quint8": "u1", "qint32": "i4"}.get(element) or np.dtype(element).str.lstrip("<|")
    values = np.frombuffer(raw, "<" + kind)
    return np.abs(values.astype(np.complex128)) if element.startswith("complex") else values.astype(np.float64)


def number(x):
    x = float(x)
    return x if math.isfinite(x) else str(x)


def expected(values, bins, exact=False):
    values = np.asarray(values, dtype=np.float64).ravel()
    finite = values[np.isfinite(values)]
    result = {
        "elements": int(values.size),
        "zeros": int((values == 0).sum()),
        "nan": int(np.isnan(values).sum()),
        "inf": int(np.isinf(values).sum()),
        "min": 0.0, "max": 0.0, "mean": 0.0, "std": 0.0, "counts": [], "edges": [],
    }
    if finite.size:
        if exact:
            fractions = [Fraction(x) for x in finite]
            mean, std = float(statistics.mean(fractions)), float(statistics.pstdev(fractions))
        else:
            mean, std = finite.mean(dtype=np.longdouble), finite.astype(np.longdouble).std()
        result |= {"min": finite.min(), "max": finite.max(), "mean": float(mean), "std": float(std)}
        if not exact:
            counts, edges = np.histogram(finite, bins=bins)
            result |= {"counts": counts.tolist(), "edges": edges.tolist()}
    return result


cases = []


def case(name, element, shape, values, raw=None, from_stream=0, bins=64, exact=False, **more):
    entry = {"name": name, "element": element, "shape": list(shape), "bins": bins, "expected": expected(values, bins, exact)}
    if raw is not None:
        entry["data"] = base64.b64encode(raw).decode()
    if from_stream:
        entry["stream"] = from_stream
    cases.append(entry | more)


def array_case(name, array, **more):
    array = np.asarray(array)
    values = np.abs(array.astype(np.complex128)) if array.dtype.kind == "c" else array.astype(np.float64)
    case(name, array.dtype.name, array.shape, values, np.ascontiguousarray(array).tobytes(), **more)


# Every type of up to 16 bits, small (odd counts, so that packed types end inside a byte) and large.
for element, width in [("float16", 16), ("bfloat16", 16), ("int16", 16), ("uint16", 16), ("int8", 8), ("uint8", 8), ("bool", 8),
                       ("float8_e4m3fn", 8), ("float8_e4m3fnuz", 8), ("float8_e5m2", 8), ("float8_e5m2fnuz", 8),
                       ("float8_e8m0", 8), ("float4_e2m1", 4), ("int4", 4), ("uint4", 4), ("int2", 2), ("uint2", 2)]:
    for count in (1001, 70001):
        size = (count * width + 7) // 8
        case(f"{element} {count}", element, [count], decode(element, stream(size), count), from_stream=size, bins=40)

normal = rng.normal(size=1501)
normal[[3, 700]] = 0
special = normal.copy()
special[[5, 6, 900]] = np.nan, np.inf, -np.inf
for dtype in ("float32", "float64"):
    array_case(f"{dtype} normal", normal.astype(dtype))
    array_case(f"{dtype} with NaN and infinities", special.astype(dtype))
array_case("float32 0 … 1 on edges", (np.arange(1025) / 1024).astype(np.float32))
array_case("float32 only NaN", np.full(9, np.nan, np.float32))
array_case("float32 empty", np.zeros((0, 3), np.float32))
array_case("float32 constant", np.full(77, 1.0, np.float32))
array_case("float32 one element", np.array(-2.5, np.float32))
array_case("float64 small noise far from zero", 1e9 + rng.normal(size=999) * 1e-3)
array_case("float64 denormal", np.array([5e-324, 1e-320, 0.0, -3e-322]), bins=4, exact=True)
array_case("float64 whole range", np.array([1.7e308, -1.7e308, 1.6e308, 1.0]), bins=4, exact=True)
for dtype, low, high in [("int32", -2**31, 2**31), ("uint32", 0, 2**32), ("int64", -2**40, 2**40), ("uint64", 0, 2**63)]:
    array_case(f"{dtype}", rng.integers(low, high, size=501, dtype=dtype))
array_case("int64 few values", rng.integers(-3, 4, size=900), bins=7)
array_case("complex64", (rng.normal(size=300) + 1j * rng.normal(size=300)).astype(np.complex64))
array_case("complex128", rng.normal(size=300) + 1j * rng.normal(size=300))
halves = rng.normal(size=600).astype(np.float16).tobytes()
case("complex32", "complex32", [300], decode("complex32", halves, 300), halves)

# Strides: what numpy sees through a view, we see through strides over the same bytes.
base = rng.normal(size=(6, 7, 8)).astype(np.float32)
for name, view in [("transposed", base.transpose(2, 0, 1)), ("every other column", base[:, :, ::2]),
                   ("a corner", base[:3, 1:4, 2:5][:, :, :]), ("expanded", np.broadcast_to(base[:, :1, :], (6, 5, 8))),
                   ("diagonal", np.lib.stride_tricks.as_strided(base, (6, 7), (7 * 8 * 4, 9 * 4)))]:
    offset = view.__array_interface__["data"][0] - base.__array_interface__["data"][0]
    case(f"float32 {name}", "float32", view.shape, view, base.tobytes()[offset:], strides=[s // 4 for s in view.strides])
codes = np.frombuffer(stream(60), np.uint8).reshape(10, 6)
case("int8 transposed", "int8", [6, 10], codes.view(np.int8), codes.tobytes(), strides=[1, 6])

for element, dtype in [("qint8", np.int8), ("quint8", np.uint8), ("qint32", np.int32)]:
    stored = rng.integers(np.iinfo(np.int8).min if dtype != np.uint8 else 0, 127, size=(4, 5, 6)).astype(dtype)
    case(f"{element} by tensor", element, stored.shape, 0.05 * (stored.astype(float) - 3), stored.tobytes(),
         quantization={"axis": -1, "scales": [0.05], "zeros": [3]})
    scales, zeros = rng.uniform(0.01, 0.2, size=5), rng.integers(0, 9, size=5)
    case(f"{element} by channel", element, stored.shape,
         scales[None, :, None] * (stored.astype(float) - zeros[None, :, None]), stored.tobytes(),
         quantization={"axis": 1, "scales": scales.tolist(), "zeros": zeros.tolist()})
    case(f"{element} by channel, transposed", element, (5, 4, 6),
         (scales[None, :, None] * (stored.astype(float) - zeros[None, :, None])).transpose(1, 0, 2), stored.tobytes(),
         strides=[6, 30, 1], quantization={"axis": 0, "scales": scales.tolist(), "zeros": zeros.tolist()})

dense = np.zeros((9, 11))
places = rng.choice(99, size=20, replace=False)
dense.ravel()[places] = rng.normal(size=20)
for linear in (True, False):
    indices = places if linear else np.stack(np.unravel_index(places, dense.shape), axis=1)
    case(f"sparse {'linear' if linear else 'by coordinates'}", "float64", dense.shape, dense, dense.ravel()[places].tobytes(),
         sparse={"shape": list(indices.shape), "indices": indices.ravel().tolist()})

(HERE / "statistics.json").write_text(json.dumps(cases, separators=(",", ":"), default=number).replace("},{\"name\"", "},\n{\"name\"") + "\n")

with np.errstate(all="ignore"):
    float16 = np.arange(65536, dtype=np.uint16).view(np.float16).astype(np.float64)
    TABLES["float16"] = float16[::37]
    TABLES["bfloat16"] = decode("bfloat16", np.arange(65536, dtype="<u2").tobytes(), 65536)[::37]
codes = {name: [number(x) for x in table] for name, table in TABLES.items()}
(HERE / "codes.json").write_text(json.dumps(codes, separators=(",", ":")).replace("],", "],\n") + "\n")

# --- NumPy files.

folder = HERE / "npy"
folder.mkdir(exist_ok=True)
for old in folder.iterdir():
    old.unlink()
known = {}


def save(name, array, version=None, values=None):
    array = np.asarray(array)
    with open(folder / f"{name}.npy", "wb") as file:
        np.lib.format.write_array(file, array, version=version, allow_pickle=False)
    plain = array.astype(array.dtype.newbyteorder("="))
    kind = plain.dtype.kind
    element = "string" if kind in "US" else plain.dtype.name
    texts = []
    for x in plain.ravel():
        if kind == "c":
            texts.append(f"{x.real:g}{x.imag:+g}j")
        else:
            texts.append(x.decode() if kind == "S" else str(x) if kind in "Ub" else repr(x.item()))
    known[name] = {"element": element, "shape": list(array.shape), "texts": texts}


matrix = np.arange(6).reshape(2, 3)
for dtype in ("bool", "uint8", "uint16", "uint32", "uint64"):
    save(dtype, matrix.astype(dtype))
for dtype in ("int8", "int16", "int32", "int64"):
    save(dtype, (matrix - 2).astype(dtype))
for dtype in ("float16", "float32", "float64"):
    save(dtype, ((matrix - 2) / 2).astype(dtype))
save("complex64", (matrix + 0.5j * matrix - 1).astype(np.complex64))
save("complex128", matrix - 1.5j)
save("fortran", np.asfortranarray(np.arange(24, dtype=np.float32).reshape(2, 3, 4)))
save("bigendian_int32", matrix.astype(">i4"))
save("bigendian_complex64", (matrix + 1j).astype(">c8"))
save("bigendian_fortran", np.asfortranarray(matrix.astype(">f8")))
save("scalar", np.float32(3.25))
save("empty", np.zeros((0, 4), np.int64))
save("vector", np.arange(5, dtype=np.int16))
save("version2", np.arange(3.0), version=(2, 0))
save("version3", np.arange(3.0), version=(3, 0))
save("unicode", np.array(["a", "naïve", "日本", ""]))
save("bytes", np.array([b"one", b"three", b""]))
save("bigendian_unicode", np.array(["a", "bcd"]).astype(">U3"))
(folder / "known.json").write_text(json.dumps(known, separators=(",", ":"), ensure_ascii=False).replace("},", "},\n") + "\n")

np.savez(folder / "stored.npz", a=matrix.astype(np.float32), b=np.arange(4))
np.savez_compressed(folder / "deflated.npz", a=matrix.astype(np.float32), long=np.zeros(100000, np.int16))

# Files that must be refused.
np.save(folder / "refused_structured.npy", np.zeros(2, dtype=[("x", "f4"), ("y", "i4")]))
np.save(folder / "refused_object.npy", np.array([None, {}], dtype=object), allow_pickle=True)
np.save(folder / "refused_longdouble.npy", np.zeros(2, np.longdouble))
np.save(folder / "refused_date.npy", np.zeros(2, "datetime64[s]"))
good = (folder / "float32.npy").read_bytes()
(folder / "refused_truncated.npy").write_bytes(good[:-1])
(folder / "refused_noheader.npy").write_bytes(good[:9])
(folder / "refused_version.npy").write_bytes(good[:6] + b"\x09" + good[7:])
(folder / "refused_shape.npy").write_bytes(good.replace(b"(2, 3), }", b"(2, -3),}"))
(folder / "refused_huge.npy").write_bytes(good.replace(b"(2, 3), }                      ", b"(9223372036854775807, 9223, 3)}"))
(folder / "refused_empty.npy").write_bytes(b"")
