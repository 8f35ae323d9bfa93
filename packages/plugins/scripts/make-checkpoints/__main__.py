"""Makes the small checkpoint files of test-data/checkpoints with the libraries that people use, and what they hold.

    python3 -m venv .cache/py && .cache/py/bin/pip install -r packages/plugins/scripts/make-checkpoints/requirements.txt
    .cache/py/bin/python packages/plugins/scripts/make-checkpoints              # makes the files anew
    .cache/py/bin/python packages/plugins/scripts/make-checkpoints --load DIR   # loads what Incipit wrote there

Every tensor's expected bytes (row-major, little-endian) are in expected.json beside the files, as base64.
"""
import importlib
import json
import pathlib
import sys

import numpy as np
from common import EXPECTED, OUT, describe

MAKERS = {
    "numpy": "numpy_files.make_numpy",
    "torch": "torch_files.make_torch",
    "gguf": "gguf_files.make_gguf",
    "onnx": "onnx_files.make_onnx",
    "keras": "keras_files.make_hdf5",
}


def main():
    if "--load" in sys.argv:
        return load(pathlib.Path(sys.argv[sys.argv.index("--load") + 1]))
    for name in sys.argv[1:] or MAKERS:
        for old in (OUT / name).glob("*"):
            old.unlink()
        EXPECTED.clear()
        module, function = MAKERS[name].split(".")
        getattr(importlib.import_module(module), function)()
        expected = OUT / name / "expected.json"
        expected.write_text(json.dumps(EXPECTED, indent=1) + "\n")
        print(name, len(EXPECTED), "files")


def load(folder):
    """Prints each tensor of what Incipit wrote, as the libraries read it, and whether it is what was to be written."""
    from safetensors.numpy import load_file

    expected = json.loads((folder / "written.json").read_text())

    def check(file, tensors):
        same = {name: describe(array) for name, array in tensors.items()} == expected[file]
        print(f"{file}: {len(tensors)} tensors, {'equal' if same else 'UNEQUAL'}")
        return same

    results = [check("single.safetensors", load_file(folder / "single.safetensors"))]
    index = json.loads((folder / "model.safetensors.index.json").read_text())
    sharded = {}
    for shard in sorted(set(index["weight_map"].values())):
        sharded |= load_file(folder / shard)
    results.append(check("model.safetensors.index.json", sharded))
    with np.load(folder / "weights.npz") as arrays:
        results.append(check("weights.npz", dict(arrays)))
    sys.exit(0 if all(results) else 1)


main()
