import ml_dtypes
import numpy as np
import onnx
from onnx import TensorProto as P, helper, numpy_helper

from common import expect, floats, place


def make_onnx():
    def model_of(tensors):
        graph = helper.make_graph(
            [helper.make_node("Identity", ["x"], ["y"])],
            "net",
            [helper.make_tensor_value_info("x", P.FLOAT, [1])],
            [helper.make_tensor_value_info("y", P.FLOAT, [1])],
            initializer=tensors,
        )
        return helper.make_model(graph, producer_name="incipit-tests")

    arrays = {
        "conv.weight": floats(2, 3, 3, 3),
        "half": floats(4).astype(np.float16),
        "double": floats(2).astype(np.float64),
        "brain": floats(2, 2).astype(ml_dtypes.bfloat16),
        "i64": np.array([2**40, -3], np.int64),
        "i32": np.array([7, -8], np.int32),
        "i8": np.array([-128, 127], np.int8),
        "u8": np.array([0, 255], np.uint8),
        "flags": np.array([True, False]),
        "scalar": np.array(1.5, np.float32),
    }
    raw = [numpy_helper.from_array(array, name) for name, array in arrays.items()]
    onnx.save(model_of(raw), place("onnx/raw.onnx"))
    expect("onnx/raw.onnx", arrays)
    types = {"half": P.FLOAT16, "brain": P.BFLOAT16, "i8": P.INT8, "u8": P.UINT8, "i32": P.INT32, "i64": P.INT64}
    types |= {"flags": P.BOOL, "double": P.DOUBLE, "conv.weight": P.FLOAT, "scalar": P.FLOAT}
    typed = [helper.make_tensor(n, types[n], a.shape, a.flatten().tolist()) for n, a in arrays.items()]
    onnx.save(model_of(typed), place("onnx/typed.onnx"))
    expect("onnx/typed.onnx", arrays)
    constants = [helper.make_node("Constant", [], [n], value=numpy_helper.from_array(a)) for n, a in arrays.items()]
    shapeless = helper.make_node("Constant", [], ["text"], value_string="no tensor")
    graph = model_of([])
    graph.graph.node.extend([*constants, shapeless])
    onnx.save(graph, place("onnx/constants.onnx"))
    expect("onnx/constants.onnx", arrays)
    onnx.save_model(
        model_of([numpy_helper.from_array(array, name) for name, array in arrays.items()]),
        place("onnx/external.onnx"),
        save_as_external_data=True,
        location="external.data",
        size_threshold=0,
        convert_attribute=False,
    )
    expect("onnx/external.onnx", arrays)
