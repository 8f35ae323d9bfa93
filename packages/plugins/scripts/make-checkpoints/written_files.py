"""Reads what Incipit wrote with the libraries that people use: safetensors, numpy, tensorflowjs, onnx and onnxruntime."""
import importlib
import importlib.util
import json
import sys
import types

import numpy as np


def read_safetensors(path):
    from safetensors.numpy import load_file

    return load_file(path)


def read_sharded(path):
    index = json.loads(path.read_text())
    shards = [read_safetensors(path.parent / shard) for shard in sorted(set(index["weight_map"].values()))]
    return {name: array for shard in shards for name, array in shard.items()}


def read_npz(path):
    with np.load(path) as arrays:
        return dict(arrays)


def read_onnx(path):
    """Checks the model, runs it, and compares what onnx reads with what onnxruntime gives."""
    import onnx
    import onnxruntime
    from onnx import numpy_helper

    onnx.checker.check_model(str(path), full_check=True)
    model = onnx.load(path)
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    assert {entry.key: entry.value for entry in model.metadata_props} == {"seed": "42"}
    # Python's onnxruntime has no numpy type for bfloat16.
    names = [name for name, array in tensors.items() if array.dtype.name != "bfloat16"]
    values = onnxruntime.InferenceSession(path).run(names, {})
    for name, value in zip(names, values):
        assert value.dtype == tensors[name].dtype and value.tobytes() == tensors[name].tobytes(), name
    return tensors


def read_tfjs(path):
    """By tensorflowjs's own reader, without the package's `__init__`: that imports all of TensorFlow."""
    spec = importlib.util.find_spec("tensorflowjs")
    package = types.ModuleType("tensorflowjs")
    package.__path__ = spec.submodule_search_locations
    sys.modules["tensorflowjs"] = package
    read_weights = importlib.import_module("tensorflowjs.read_weights").read_weights
    manifest = json.loads(path.read_text())["weightsManifest"]
    halves = {weight["name"] for group in manifest for weight in group["weights"] if "quantization" in weight}
    weights = read_weights(manifest, str(path.parent), flatten=True)
    return {
        weight["name"].replace("/", "."): weight["data"].astype(np.float16) if weight["name"] in halves else weight["data"]
        for weight in weights
    }


READERS = {
    "single.safetensors": read_safetensors,
    "model.safetensors.index.json": read_sharded,
    "weights.npz": read_npz,
    "model.json": read_tfjs,
    "weights.onnx": read_onnx,
    "external.onnx": read_onnx,
}
