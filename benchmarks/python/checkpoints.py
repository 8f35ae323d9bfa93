"""Writes checkpoints and times their readers, one request a line, so that rounds can be interleaved with other contenders.

Each reader runs in a fork of this process, which has imported everything and read nothing large: the memory that it reads
into is new to it, as in a program that loads a model, and nobody gets what another has left.

Reads one JSON object a line: {"op": "write", "folder", "real", "small"} or {"op": "write-large", "folder", "backbone"},
where models are lists of [name, shape]; {"op": "read", "reader", "file", "small"}, answered by {"seconds"},
{"absent": reason} or {"error"}.
The first line it prints tells what is here: {"torch", "safetensors", "threads"} or {"absent": reason}.
"""

import json
import os
import struct
import sys
import time
import zipfile

LARGE_BYTES = 13_000_000_000
HEAD = (8192, 8192)
GROUPS = 4


def write(torch, save_file, folder, real, small):
    """What the libraries write: a real model's layout, many small tensors, bfloat16, and matrices stored by columns."""
    generator = torch.Generator().manual_seed(0)
    tensors = {name: torch.randn(shape, generator=generator) for name, shape in real}
    save_file(tensors, f"{folder}/real.safetensors")
    torch.save(tensors, f"{folder}/real.pth")
    torch.save(tensors, f"{folder}/real-legacy.pth", _use_new_zipfile_serialization=False)
    torch.save({name: tensor.bfloat16() for name, tensor in tensors.items()}, f"{folder}/real-bf16.pth")
    turned = {name: t.t().contiguous().t() if t.dim() == 2 else t for name, t in tensors.items()}
    torch.save(turned, f"{folder}/real-columns.pth")
    many = {name: torch.randn(shape, generator=generator) for name, shape in small}
    save_file(many, f"{folder}/small.safetensors")
    torch.save(many, f"{folder}/small.pth")
    few = {name: torch.randn(3, 2, generator=generator) for name in ("a", "b")}
    save_file(few, f"{folder}/first.safetensors")
    torch.save(few, f"{folder}/first.pth")
    torch.save(few, f"{folder}/first-legacy.pth", _use_new_zipfile_serialization=False)


def large_model(backbone):
    """The backbone in a few places among heads, which make up nearly all of the file."""
    heads = LARGE_BYTES // (4 * HEAD[0] * HEAD[1])
    names, size = [], -(-len(backbone) // GROUPS)
    for group in range(GROUPS):
        names += [(f"head.{group}.{k}", HEAD) for k in range(heads // GROUPS + 1)]
        names += [(f"backbone.{name}", tuple(shape)) for name, shape in backbone[group * size : (group + 1) * size]]
    return names


def number_of(backbone):
    return {f"backbone.{name}": k + 1 for k, (name, _) in enumerate(backbone)}


def filled(shape, value):
    count = 1
    for extent in shape:
        count *= extent
    return struct.pack("<f", value) * count


def write_large(torch, folder, backbone):
    """Files of 13 GB of which the disk holds the backbone only; every element of its k-th tensor is k."""
    model, numbers = large_model(backbone), number_of(backbone)
    entries, at = {}, 0
    for name, shape in model:
        size = 4 * torch.Size(shape).numel()
        entries[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [at, at + size]}
        at += size
    header = json.dumps(entries).encode()
    header += b" " * (-len(header) % 8)
    with open(f"{folder}/large.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(header)) + header)
        file.truncate(8 + len(header) + at)
        for name, shape in model:
            if name in numbers:
                file.seek(8 + len(header) + entries[name]["data_offsets"][0])
                file.write(filled(shape, numbers[name]))
    # torch leaves the bytes of its storages out, as holes; those of the backbone are put in.
    path = f"{folder}/large.pth"
    with torch.serialization.skip_data():
        torch.save({name: torch.empty(shape) for name, shape in model}, path)
    with zipfile.ZipFile(path) as archive, open(path, "r+b") as file:
        for key, (name, shape) in enumerate(model):
            if name in numbers:
                start = archive.getinfo(f"large/data/{key}").header_offset
                file.seek(start + 26)
                lengths = struct.unpack("<HH", file.read(4))
                file.seek(start + 30 + sum(lengths))
                file.write(filled(shape, numbers[name]))


def module_of(torch, tensors):
    """A module with these parameters, in float32."""
    root = torch.nn.Module()
    for path, tensor in tensors.items():
        module, *names = root, *path.split(".")
        for name in names[:-1]:
            if not hasattr(module, name):
                module.add_module(name, torch.nn.Module())
            module = getattr(module, name)
        module.register_parameter(names[-1], torch.nn.Parameter(torch.ones(tensor.shape), requires_grad=False))
    return root


class Readers:
    def __init__(self, torch):
        import safetensors.numpy
        import safetensors.torch

        self.torch = torch
        numpy_file, torch_file, load = safetensors.numpy.load_file, safetensors.torch.load_file, self.load
        self.readers = {
            "numpy.load_file": numpy_file,
            "numpy get_tensor": lambda path: self.one_by_one(path, "np"),
            "torch.load_file, pread": lambda path: torch_file(path, backend="pread"),
            "torch.load_file, cloned": lambda path: self.each(torch_file(path), "clone"),
            "torch.load_file, summed": lambda path: self.each(torch_file(path), "sum"),
            "torch.load_file": torch_file,
            "torch get_tensor": lambda path: self.one_by_one(path, "pt"),
            "torch.load": load,
            "torch.load, in order": lambda path: self.each(load(path), "contiguous"),
            "torch.load, mmap": lambda path: load(path, mmap=True),
            "torch.load, mmap, cloned": lambda path: self.each(load(path, mmap=True), "clone"),
            "torch.load_file, load_state_dict": torch_file,
            "torch.load, load_state_dict": load,
        }

    def load(self, path, **options):
        return self.torch.load(path, map_location="cpu", weights_only=True, **options)

    def one_by_one(self, path, framework):
        from safetensors import safe_open

        with safe_open(path, framework=framework) as file:
            return {name: file.get_tensor(name) for name in file.keys()}

    def each(self, tensors, method):
        return {name: getattr(tensor, method)() for name, tensor in tensors.items()}

    def seconds(self, name, path, small):
        read = self.readers[name]
        # Whatever a reader loads or makes at its first use.
        read(small)
        module = module_of(self.torch, read(path)) if name.endswith("load_state_dict") else None
        start = time.perf_counter()
        kept = read(path)
        if module is not None:
            module.load_state_dict(kept)
        seconds = time.perf_counter() - start
        del kept
        return seconds


def in_fork(act):
    """What an action answers, or its error, from a process of its own."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            said = act()
        except TypeError as error:  # An option that this version does not know.
            said = {"absent": str(error)}
        except Exception as error:
            said = {"error": f"{type(error).__name__}: {error}"}
        os.write(write_end, json.dumps(said).encode())
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return json.loads(said) if said else {"error": "the process was killed"}


def answer(operation, request, torch, readers):
    if operation == "read":
        return {"seconds": readers.seconds(request["reader"], request["file"], request["small"])}
    if operation == "write":
        from safetensors.torch import save_file

        write(torch, save_file, **request)
    else:
        write_large(torch, **request)
    return {}


def main():
    try:
        import safetensors
        import torch

        readers = Readers(torch)
    except Exception as error:  # A broken installation is a reason to skip, whatever it raises.
        print(json.dumps({"absent": f"{type(error).__name__}: {error}".splitlines()[0]}), flush=True)
        return
    facts = {"torch": torch.__version__, "safetensors": safetensors.__version__, "threads": torch.get_num_threads()}
    print(json.dumps(facts), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        operation = request.pop("op")
        print(json.dumps(in_fork(lambda: answer(operation, request, torch, readers))), flush=True)


if __name__ == "__main__":
    main()
