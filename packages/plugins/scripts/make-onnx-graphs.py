"""Writes the ONNX models of the tests of `@incipit/plugins/onnx`, with the real `onnx` package.

python3 -m venv .cache/onnx-venv && .cache/onnx-venv/bin/pip install onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
.cache/onnx-venv/bin/python packages/plugins/scripts/make-onnx-graphs.py
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OUT = Path(__file__).parent.parent / "test-data" / "onnx-graphs"
RANDOM = np.random.default_rng(0)


def raw(name: str, *shape: int) -> TensorProto:
    return numpy_helper.from_array(RANDOM.standard_normal(shape, dtype=np.float32), name)


def typed(name: str, *shape: int) -> TensorProto:
    values = RANDOM.standard_normal(shape, dtype=np.float32)
    return helper.make_tensor(name, TensorProto.FLOAT, shape, values.flatten().tolist())


def network() -> onnx.ModelProto:
    """Names as PyTorch exports them, some of them folded away, a tied embedding and an LSTM."""
    node = helper.make_node
    nodes = [
        node("Conv", ["image", "stem.conv.weight"], ["c1"], "/stem/conv/Conv", pads=[1, 1, 1, 1]),
        node("BatchNormalization", ["c1", *(f"stem.norm.{n}" for n in ("weight", "bias", "running_mean", "running_var"))], ["n1"]),
        node("Conv", ["n1", "onnx::Conv_7", "onnx::Conv_8"], ["c2"], "/grouped/Conv", group=4),
        node("ConvTranspose", ["c2", "up.weight", "up.bias"], ["u1"], group=2),
        node("PRelu", ["u1", "act.weight"], ["a1"]),
        node("GlobalAveragePool", ["a1"], ["p1"]),
        node("Reshape", ["p1", "flat_shape"], ["f1"]),
        node("Gemm", ["f1", "head.weight", "head.bias"], ["classes"], "/head/Gemm", transB=1),
        node("Gather", ["tokens.weight", "tokens"], ["e1"]),
        node("Unsqueeze", ["e1", "one"], ["e2"]),
        node("LSTM", ["e2", "rnn.W", "rnn.R", "rnn.B"], ["", "h1"], "/rnn/LSTM", hidden_size=6, direction="bidirectional"),
        node("Reshape", ["h1", "state_shape"], ["s1"]),
        node("MatMul", ["s1", "onnx::MatMul_9"], ["m1"], "/project/MatMul"),
        node("Add", ["project.bias", "m1"], ["m2"]),
        node("Transpose", ["tokens.weight"], ["t1"], perm=[1, 0]),
        node("MatMul", ["m2", "t1"], ["words"], "/decoder/MatMul"),
    ]
    initializers = [
        raw("stem.conv.weight", 8, 3, 3, 3),
        raw("stem.norm.weight", 8),
        typed("stem.norm.bias", 8),
        raw("stem.norm.running_mean", 8),
        numpy_helper.from_array(np.ones(8, np.float32), "stem.norm.running_var"),
        typed("onnx::Conv_7", 8, 2, 3, 3),
        raw("onnx::Conv_8", 8),
        raw("up.weight", 8, 3, 2, 2),
        raw("up.bias", 6),
        raw("act.weight", 6, 1, 1),
        raw("head.weight", 10, 6),
        raw("head.bias", 10),
        raw("tokens.weight", 20, 5),
        raw("rnn.W", 2, 24, 5),
        raw("rnn.R", 2, 24, 6),
        raw("rnn.B", 2, 48),
        raw("onnx::MatMul_9", 12, 5),
        raw("project.bias", 5),
        numpy_helper.from_array(np.array([1, 6], np.int64), "flat_shape"),
        numpy_helper.from_array(np.array([1, 12], np.int64), "state_shape"),
        helper.make_tensor("one", TensorProto.INT64, [1], [1]),
    ]
    inputs = [
        helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 8, 8]),
        helper.make_tensor_value_info("tokens", TensorProto.INT64, ["length"]),
    ]
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, n]) for name, n in (("classes", 10), ("words", 20))]
    graph = helper.make_graph(nodes, "network", inputs, outputs, initializers)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def dtypes() -> onnx.ModelProto:
    """A tensor of every type, in the field that is its own, and one that Incipit does not have."""
    values = [0, 1, 1, 0]
    names = "FLOAT DOUBLE FLOAT16 BFLOAT16 INT8 INT16 INT32 INT64 UINT8 UINT16 UINT32 UINT64 BOOL".split()
    initializers = [helper.make_tensor(name.lower(), getattr(TensorProto, name), [2, 2], values) for name in names]
    initializers.append(helper.make_tensor("words", TensorProto.STRING, [1], [b"none"]))
    nodes = [helper.make_node("Identity", ["float"], ["out"])]
    outputs = [helper.make_tensor_value_info("out", TensorProto.FLOAT, [2, 2])]
    graph = helper.make_graph(nodes, "dtypes", [], outputs, initializers)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


OUT.mkdir(parents=True, exist_ok=True)
(OUT / "external.data").unlink(missing_ok=True)
for name, model in (("network", network()), ("dtypes", dtypes())):
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, OUT / f"{name}.onnx")
RANDOM = np.random.default_rng(0)
onnx.save(network(), OUT / "external.onnx", save_as_external_data=True, location="external.data", size_threshold=512, convert_attribute=False)
