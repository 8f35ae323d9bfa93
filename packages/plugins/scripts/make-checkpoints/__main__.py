"""Makes the small checkpoint files of test-data/checkpoints with the libraries that people use, and what they hold.

    python3 -m venv .cache/py && .cache/py/bin/pip install -r packages/plugins/scripts/make-checkpoints/requirements.txt
    .cache/py/bin/python packages/plugins/scripts/make-checkpoints              # makes the files anew
    .cache/py/bin/pip install --no-deps tensorflowjs==4.22.0                     # its reader, without TensorFlow
    node packages/plugins/scripts/write-checkpoints.mjs DIR                     # what Incipit writes
    .cache/py/bin/python packages/plugins/scripts/make-checkpoints --load DIR   # loads it with those libraries

Every tensor's expected bytes (row-major, little-endian) are in expected.json beside the files, as base64.
"""
import importlib
import json
import pathlib
import sys

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
    """Tells of each file that Incipit wrote whether the libraries read from it what was to be written."""
    from written_files import READERS

    expected = json.loads((folder / "written.json").read_text())
    results = []
    for file, tensors in expected.items():
        read = {name: describe(array) for name, array in READERS[file](folder / file).items()}
        results.append(read == tensors)
        print(f"{file}: {len(read)} tensors, {'equal' if read == tensors else 'UNEQUAL'}")
    sys.exit(0 if all(results) else 1)


main()
