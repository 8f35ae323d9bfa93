"""Times torch and NumPy, one fill a request, so that rounds can be interleaved with other contenders.

Reads one JSON object a line, {"peer", "case", "size"}; answers {"seconds"} or {"absent"} on one line.
The first line it prints tells what is here: {"torch": {...}, "numpy": {...}}.
"""

import importlib
import json
import sys
import time


def load(name):
    try:
        return importlib.import_module(name), None
    except Exception as error:  # A broken installation is a reason to skip, whatever it raises.
        return None, f"{type(error).__name__}: {error}".splitlines()[0]


def torch_fills(torch, size):
    """torch fills a tensor that is there already; so do the others."""
    init = torch.nn.init
    tensor = torch.zeros(size, dtype=torch.float32)
    laws = {
        "uniform": lambda low, high: init.uniform_(tensor, low, high),
        "normal": lambda mean, std: init.normal_(tensor, mean, std),
        "truncated-normal": lambda mean, std, low, high: init.trunc_normal_(tensor, mean, std, low, high),
        "constant": lambda value: init.constant_(tensor, value),
    }
    return laws


def numpy_fills(numpy, size):
    generator = numpy.random.default_rng(42)
    array = numpy.zeros(size, dtype=numpy.float32)

    def uniform(low, high):
        generator.random(dtype=numpy.float32, out=array)
        numpy.multiply(array, numpy.float32(high - low), out=array)
        numpy.add(array, numpy.float32(low), out=array)

    def normal(mean, std):
        generator.standard_normal(dtype=numpy.float32, out=array)
        numpy.multiply(array, numpy.float32(std), out=array)
        if mean != 0:
            numpy.add(array, numpy.float32(mean), out=array)

    # NumPy has no truncated normal.
    return {"uniform": uniform, "normal": normal, "constant": lambda value: array.fill(value)}


def describe():
    torch, torch_reason = load("torch")
    numpy, numpy_reason = load("numpy")
    found = {}
    if torch is None:
        found["torch"] = {"reason": torch_reason}
    else:
        torch.set_num_threads(1)
        found["torch"] = {
            "version": torch.__version__,
            "threads": torch.get_num_threads(),
            "simd": torch.backends.cpu.get_cpu_capability(),
        }
    found["numpy"] = {"reason": numpy_reason} if numpy is None else {"version": numpy.__version__, "threads": 1}
    return torch, numpy, found


def main():
    torch, numpy, found = describe()
    print(json.dumps(found), flush=True)
    fills = {}
    for line in sys.stdin:
        request = json.loads(line)
        peer, size, law = request["peer"], request["size"], request["law"]
        if (peer, size) not in fills:
            fills[(peer, size)] = torch_fills(torch, size) if peer == "torch" else numpy_fills(numpy, size)
        fill = fills[(peer, size)].get(law["kind"])
        if fill is None:
            print(json.dumps({"absent": True}), flush=True)
            continue
        arguments = {key: value for key, value in law.items() if key != "kind"}
        start = time.perf_counter()
        fill(**arguments)
        print(json.dumps({"seconds": time.perf_counter() - start}), flush=True)


if __name__ == "__main__":
    main()
