"""Times torch, JAX and NumPy, one request a line, so that rounds can be interleaved with other contenders.

Reads one JSON object a line: {"op": "fill", "peer", "law", "size", "repeats", "warm"} or
{"op": "model", "peer", "parameters": [[shape, law], ...]}. Answers {"seconds"} or {"absent": reason} on one line.
The first line it prints tells what is here: {"torch": {...}, "numpy": {...}, "jax": {...}}.
"""

import importlib
import json
import os
import sys
import time

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def load(name):
    try:
        return importlib.import_module(name), None
    except Exception as error:  # A broken installation is a reason to skip, whatever it raises.
        return None, f"{type(error).__name__}: {error}".splitlines()[0]


def numbers(law):
    return {key: value for key, value in law.items() if key != "kind"}


class Torch:
    """torch fills a tensor that is there already."""

    def __init__(self, torch, threads):
        self.torch, self.threads, self.tensor = torch, threads, None

    def prepare(self, law, size):
        torch = self.torch
        torch.set_num_threads(self.threads)
        if self.tensor is None or self.tensor.numel() != size:
            self.tensor = None
            self.tensor = torch.ones(size, dtype=torch.float32)
        fill, arguments, tensor = self.fill_of(law), numbers(law), self.tensor
        return lambda count: fill(tensor[:count], **arguments)

    def fill_of(self, law):
        init = self.torch.nn.init
        return {
            "uniform": lambda out, low, high: init.uniform_(out, low, high),
            "normal": lambda out, mean, std: init.normal_(out, mean, std),
            "truncated-normal": lambda out, mean, std, low, high: init.trunc_normal_(out, mean, std, low, high),
            "constant": lambda out, value: init.constant_(out, value),
        }[law["kind"]]

    def model(self, parameters):
        """Seconds to allocate and fill every parameter, as the constructors of modules do."""
        torch = self.torch
        torch.set_num_threads(self.threads)
        self.tensor = None
        fills = [(shape, self.fill_of(law), numbers(law)) for shape, law in parameters]
        kept = []
        start = time.perf_counter()
        for shape, fill, arguments in fills:
            tensor = torch.empty(shape, dtype=torch.float32)
            fill(tensor, **arguments)
            kept.append(tensor)
        return time.perf_counter() - start


class NumPy:
    """Fills an array that is there already, scaled in place; one thread. It has no truncated normal."""

    def __init__(self, numpy):
        self.numpy, self.array = numpy, None
        self.generator = numpy.random.default_rng(42)

    def prepare(self, law, size):
        numpy = self.numpy
        if law["kind"] == "truncated-normal":
            return None
        if self.array is None or self.array.size != size:
            self.array = None
            self.array = numpy.ones(size, dtype=numpy.float32)
        fill, arguments, array = getattr(self, law["kind"]), numbers(law), self.array
        return lambda count: fill(array[:count], **arguments)

    def constant(self, out, value):
        out.fill(value)

    def uniform(self, out, low, high):
        numpy = self.numpy
        self.generator.random(dtype=numpy.float32, out=out)
        numpy.multiply(out, numpy.float32(high - low), out=out)
        numpy.add(out, numpy.float32(low), out=out)

    def normal(self, out, mean, std):
        numpy = self.numpy
        self.generator.standard_normal(dtype=numpy.float32, out=out)
        numpy.multiply(out, numpy.float32(std), out=out)
        if mean != 0:
            numpy.add(out, numpy.float32(mean), out=out)


class Jax:
    """A compiled function of a key that returns a new array; all threads. The key changes with every fill."""

    def __init__(self, jax):
        self.jax, self.compiled, self.count = jax, {}, 0

    def prepare(self, law, size):
        def fill(count):
            self.count += 1
            self.function(law, count)(self.count).block_until_ready()

        if (json.dumps(law), size) not in self.compiled:
            fill(size)
        return fill

    def function(self, law, size):
        key = (json.dumps(law), size)
        if key not in self.compiled:
            self.compiled[key] = self.jax.jit(self.draw(law, size))
        return self.compiled[key]

    def draw(self, law, size):
        random, numpy = self.jax.random, self.jax.numpy
        shape, type_ = (size,), numpy.float32
        return {
            "constant": lambda seed: numpy.full(shape, law["value"], type_),
            "uniform": lambda seed: random.uniform(random.key(seed), shape, type_, law["low"], law["high"]),
            "normal": lambda seed: random.normal(random.key(seed), shape, type_) * law["std"] + law["mean"],
            "truncated-normal": lambda seed: self.truncated(random.key(seed), law, shape, type_),
        }[law["kind"]]

    def truncated(self, key, law, shape, type_):
        mean, std = law["mean"], law["std"]
        low, high = (law["low"] - mean) / std, (law["high"] - mean) / std
        return self.jax.random.truncated_normal(key, low, high, shape, type_) * std + mean


def describe():
    modules = {name: load(name) for name in ("torch", "numpy", "jax")}
    found, peers = {}, {}
    for name, (module, reason) in modules.items():
        found[name] = {"reason": reason} if module is None else {"version": module.__version__}
    torch, numpy, jax = (modules[name][0] for name in ("torch", "numpy", "jax"))
    if torch is not None:
        found["torch"]["simd"] = torch.backends.cpu.get_cpu_capability()
        peers.update({"torch1": Torch(torch, 1), "torch": Torch(torch, CORES)})
    if numpy is not None:
        peers["numpy"] = NumPy(numpy)
    if jax is not None:
        peers["jax"] = Jax(jax)
    found["threads"] = CORES
    return found, peers


def timed_fill(peer, request):
    size, repeats = request["size"], request["repeats"]
    fill = peer.prepare(request["law"], size)
    if fill is None:
        return {"absent": "it has no such law"}
    fill(min(size, request["warm"]))
    start = time.perf_counter()
    for _ in range(repeats):
        fill(size)
    return {"seconds": (time.perf_counter() - start) / repeats}


def answer(peers, request):
    peer = peers[request["peer"]]
    try:
        if request["op"] == "fill":
            return timed_fill(peer, request)
        return {"seconds": peer.model(request["parameters"])}
    except (MemoryError, RuntimeError) as error:  # Out of memory, as each of them says it.
        return {"absent": f"{type(error).__name__}: {error}".splitlines()[0]}


def main():
    found, peers = describe()
    print(json.dumps(found), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(peers, json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
