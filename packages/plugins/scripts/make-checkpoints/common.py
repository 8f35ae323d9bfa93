"""Where files go, and what they are expected to hold."""
import base64
import pathlib

import numpy as np

OUT = pathlib.Path(__file__).resolve().parents[2] / "test-data" / "checkpoints"
EXPECTED = {}
RNG = np.random.default_rng(20261129)


def describe(array):
    array = np.asarray(array)
    little = array.astype(array.dtype.newbyteorder("<")) if array.dtype.kind in "fiu" else array
    return {
        "dtype": str(array.dtype.newbyteorder("=")),
        "shape": list(array.shape),
        "base64": base64.b64encode(np.ascontiguousarray(little).tobytes()).decode(),
    }


def expect(path, tensors):
    EXPECTED[path] = {name: describe(array) for name, array in tensors.items()}


def place(path):
    (OUT / path).parent.mkdir(parents=True, exist_ok=True)
    return str(OUT / path)


def floats(*shape):
    return RNG.standard_normal(shape).astype(np.float32)
