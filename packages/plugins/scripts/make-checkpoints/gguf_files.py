import gguf
import ml_dtypes
import numpy as np
from gguf import GGMLQuantizationType as T

from common import RNG, expect, floats, place


def make_gguf():
    writer = gguf.GGUFWriter(place("gguf/all.gguf"), "llama")
    writer.add_uint32("llama.block_count", 1)
    writer.add_float32("llama.rope.freq_base", 10000.0)
    writer.add_array("tokenizer.ggml.tokens", ["<s>", "a", "ü"])
    writer.add_array("tokenizer.ggml.scores", [0.5, -1.0, 2.0])
    writer.add_bool("general.flag", True)
    values = {}
    simple = {
        "f32": floats(3, 4),
        "f16": floats(2, 3).astype(np.float16),
        "f64": floats(3).astype(np.float64),
        "i8": np.array([-128, 127], np.int8),
        "i16": np.array([-5, 6], np.int16),
        "i32": np.array([1, -2, 3], np.int32),
        "i64": np.array([2**40], np.int64),
    }
    for name, array in simple.items():
        writer.add_tensor(name, array)
        values[name] = array
    brain = floats(4, 3).astype(ml_dtypes.bfloat16)
    writer.add_tensor("bf16", brain.view(np.uint8).reshape(4, 6), raw_dtype=T.BF16)
    values["bf16"] = brain
    for kind in (T.Q4_0, T.Q4_1, T.Q5_0, T.Q5_1, T.Q8_0):
        raw = gguf.quants.quantize(floats(2, 64), kind)
        writer.add_tensor(kind.name.lower(), raw, raw_dtype=kind)
        values[kind.name.lower()] = gguf.quants.dequantize(raw, kind)
    for kind in (T.Q2_K, T.Q3_K, T.Q4_K, T.Q5_K, T.Q6_K, T.Q8_K, T.IQ4_NL, T.IQ4_XS):
        block, size = gguf.GGML_QUANT_SIZES[kind]
        # The library has no quantiser for these: random blocks, with scales that are finite.
        raw = RNG.integers(0, 256, (2, 512 // block * size), dtype=np.uint8).reshape(-1, size)
        halves = {T.Q2_K: (80, 82), T.Q3_K: (108,), T.Q4_K: (0, 2), T.Q5_K: (0, 2), T.Q6_K: (208,)}.get(kind, (0,))
        for at in halves:
            raw[:, at : at + 2] = RNG.uniform(-1, 1, (len(raw), 1)).astype(np.float16).view(np.uint8)
        if kind == T.Q8_K:
            raw[:, 0:4] = RNG.uniform(-1, 1, (len(raw), 1)).astype(np.float32).view(np.uint8)
        raw = raw.reshape(2, -1)
        try:
            decoded = gguf.quants.dequantize(raw, kind)
        except NotImplementedError:
            continue
        writer.add_tensor(kind.name.lower(), raw, raw_dtype=kind)
        values[kind.name.lower()] = decoded
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    expect("gguf/all.gguf", values)
    make_small_types()


def make_small_types():
    """Every byte of each, the scales but for infinity: all that a block can say."""
    writer = gguf.GGUFWriter(place("gguf/small-types.gguf"), "llama")
    values = {}
    for kind in (T.MXFP4, T.TQ1_0, T.TQ2_0):
        block, size = gguf.GGML_QUANT_SIZES[kind]
        raw = RNG.integers(0, 256, (8, size), dtype=np.uint8)
        if kind == T.MXFP4:
            raw[:, 0] = [0, 1, 2, 100, 127, 128, 200, 254]
        else:
            raw[:, size - 2 :] = RNG.uniform(-1, 1, (8, 1)).astype(np.float16).view(np.uint8)
        writer.add_tensor(kind.name.lower(), raw, raw_dtype=kind)
        values[kind.name.lower()] = gguf.quants.dequantize(raw, kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    expect("gguf/small-types.gguf", values)
