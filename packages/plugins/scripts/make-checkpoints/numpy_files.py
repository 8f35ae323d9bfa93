import numpy as np

from common import expect, floats, place


def make_numpy():
    arrays = {
        "f4": floats(3, 4),
        "f2": floats(5).astype(np.float16),
        "f8": floats(2, 2, 2).astype(np.float64),
        "big": floats(3, 2).astype(">f4"),
        "big_i8": np.array([1, -2, 2**40], dtype=">i8"),
        "fortran": np.asfortranarray(floats(3, 4, 2)),
        "fortran_big": np.asfortranarray(floats(2, 3).astype(">f8")),
        "scalar": np.array(2.5, dtype=np.float32),
        "empty": np.zeros((0, 3), dtype=np.float32),
        "flags": np.array([True, False, True]),
        "layer/kernel": floats(2, 2),
    }
    for kind in ("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"):
        info = np.iinfo(kind)
        arrays[kind] = np.array([info.min, 1, info.max], dtype=kind)
    np.savez(place("numpy/plain.npz"), **arrays)
    expect("numpy/plain.npz", arrays)
    packed = {"zeros": np.zeros((64, 64), np.float32), "w": floats(40, 7), "f": np.asfortranarray(floats(9, 5))}
    np.savez_compressed(place("numpy/packed.npz"), **packed)
    expect("numpy/packed.npz", packed)
    for name in ("f4", "fortran_big", "scalar"):
        np.save(place(f"numpy/{name}.npy"), arrays[name])
        expect(f"numpy/{name}.npy", {name: arrays[name]})
    np.save(place("numpy/refused-objects.npy"), np.array([{"a": 1}], dtype=object), allow_pickle=True)
    np.save(place("numpy/refused-complex.npy"), np.ones(2, np.complex64))
