import builtins
import collections
import os
import subprocess

import ml_dtypes
import torch

from common import expect, place


def array_of(tensor):
    tensor = tensor.detach().contiguous()
    if tensor.dtype == torch.bfloat16:
        return tensor.view(torch.uint16).numpy().view(ml_dtypes.bfloat16)
    return tensor.numpy()


def make_torch():
    torch.manual_seed(1)
    base = torch.randn(6, 4)
    plain = collections.OrderedDict(
        weight=torch.randn(3, 4),
        bias=torch.nn.Parameter(torch.randn(3)),
        frozen=torch.nn.Parameter(torch.randn(2), requires_grad=False),
        half=torch.randn(5).half(),
        bf16=torch.randn(2, 3).bfloat16(),
        double=torch.randn(2).double(),
        i8=torch.tensor([-128, 127], dtype=torch.int8),
        u8=torch.tensor([0, 255], dtype=torch.uint8),
        i16=torch.tensor([-32768, 5], dtype=torch.int16),
        i32=torch.tensor([[1, -2]], dtype=torch.int32),
        i64=torch.tensor([2**40, -7]),
        flags=torch.tensor([True, False, True]),
        scalar=torch.tensor(3.5),
        empty=torch.zeros(0, 4),
        base=base,
        rows=base[2:5],
        columns=base[:, 1:3],
        transposed=base.t(),
        steps=base[::2, ::3],
        expanded=torch.randn(1, 3).expand(4, 3),
        last=torch.randn(2, 3, 4, 5).contiguous(memory_format=torch.channels_last),
        u16=torch.tensor([1, 65535], dtype=torch.uint16),
    )
    values = {name: array_of(tensor) for name, tensor in plain.items()}
    torch.save(plain, place("torch/plain.pt"))
    expect("torch/plain.pt", values)
    legacy = collections.OrderedDict((k, v) for k, v in plain.items() if k != "u16")
    torch.save(legacy, place("torch/legacy.pth"), _use_new_zipfile_serialization=False)
    expect("torch/legacy.pth", {k: v for k, v in values.items() if k != "u16"})

    model = torch.nn.Sequential(
        torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.Flatten(), torch.nn.Linear(4, 2)
    )
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.randn(2, 3, 3, 3)).sum().backward()
    optimizer.step()
    wrapped = {
        "epoch": 3,
        "best": 0.5,
        "name": "net",
        "state_dict": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "args": {"lr": 0.1, "steps": [1, 2, 3], "none": None, "pair": (1, 2), "set": {1, 2}, "long": 2**70},
    }
    state = {name: array_of(tensor) for name, tensor in model.state_dict().items()}
    for path, zipped in (("torch/wrapped.pth", True), ("torch/wrapped-legacy.pth", False)):
        torch.save(wrapped, place(path), _use_new_zipfile_serialization=zipped)
        expect(path, state)
    torch.save({"model": model.state_dict(), "meta": {"version": "1"}}, place("torch/model-key.pt"))
    expect("torch/model-key.pt", state)
    torch.save({"a": {"b": [base, base + 1]}, "c": base}, place("torch/nested.pt"), pickle_protocol=4)
    expect("torch/nested.pt", {"a.b.0": base.numpy(), "a.b.1": (base + 1).numpy(), "c": base.numpy()})
    torch.save(base[1], place("torch/tensor.pt"))
    expect("torch/tensor.pt", {"tensor": base[1].numpy()})
    torch.jit.save(torch.jit.script(model.eval()), place("torch/script.pt"))
    expect("torch/script.pt", state)
    torch.save(model, place("torch/refused-module.pt"))
    torch.save({"w": torch.ones(2, dtype=torch.complex64)}, place("torch/refused-complex.pt"))
    unread = {
        "neg": torch._neg_view(torch.ones(2)),
        "quantised": torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8),
        "sparse": torch.eye(3).to_sparse(),
        "complex": torch.ones(2, dtype=torch.complex64),
    }
    torch.save({"good": base[0], **unread}, place("torch/unread.pt"))
    make_attacks()


class Call:
    """Pickles as a call: what an attacker writes."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def make_attacks():
    attacks = {
        "os-system": Call(os.system, "touch /tmp/incipit-was-here"),
        "eval": Call(builtins.eval, "open('/tmp/incipit-was-here', 'w')"),
        "exec": Call(builtins.exec, "open('/tmp/incipit-was-here', 'w')"),
        "popen": Call(subprocess.Popen, ["touch", "/tmp/incipit-was-here"]),
        "getattr": Call(builtins.getattr, {}, "__class__"),
    }
    for name, attack in attacks.items():
        torch.save({"w": torch.ones(2), "x": attack}, place(f"torch/attack-{name}.pt"))
        torch.save(
            {"w": torch.ones(2), "x": attack}, place(f"torch/attack-{name}.pth"), _use_new_zipfile_serialization=False
        )
