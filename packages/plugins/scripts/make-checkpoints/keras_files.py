import os

os.environ["KERAS_BACKEND"] = "torch"

import h5py
import keras
import numpy as np

from common import expect, floats, place


def make_hdf5():
    arrays = {"conv": {"kernel:0": floats(3, 3, 1, 2), "bias:0": floats(2)}, "dense": {"kernel:0": floats(4, 2)}}
    with h5py.File(place("keras/weights.h5"), "w") as file:
        file.attrs["backend"] = "tensorflow"
        file.attrs["layer_names"] = [name.encode() for name in arrays]
        for layer, weights in arrays.items():
            group = file.create_group(layer)
            group.attrs["weight_names"] = [f"{layer}/{name}".encode() for name in weights]
            for name, array in weights.items():
                group.create_dataset(f"{layer}/{name}", data=array)
        file.create_dataset("packed", data=floats(32, 8), compression="gzip", chunks=(8, 8))
        file.create_dataset("half", data=floats(3).astype(np.float16))
        file.create_dataset("big", data=floats(3).astype(">f8"))
        file.create_dataset("count", data=np.array(7, np.int64))
        values = {}
        file.visititems(lambda name, item: values.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    expect("keras/weights.h5", {name.replace("/", "."): np.asarray(value) for name, value in values.items()})
    make_latest()
    make_refused()
    make_keras()
    make_tf_keras()


def make_latest():
    """The newest layout, where a group is small enough to be listed in its header."""
    values = {"w": floats(2, 3), "flags": np.array([True, False, True])}
    with h5py.File(place("keras/latest.h5"), "w", libver="latest") as file:
        for name, array in values.items():
            file.create_group("layer").create_dataset(name, data=array) if name == "w" else file.create_dataset(name, data=array)
    expect("keras/latest.h5", {"layer.w": values["w"], "flags": values["flags"]})


def make_refused():
    def refused(name, fill):
        with h5py.File(place(f"keras/refused-{name}.h5"), "w") as file:
            file.create_dataset("w", data=floats(2))
            fill(file)

    refused("external-link", lambda file: file.__setitem__("x", h5py.ExternalLink("/etc/passwd", "/x")))
    refused("external-data", lambda file: file.create_dataset("x", (4,), "f4", external=[("/tmp/none", 0, 16)]))
    refused("soft-link", lambda file: file.__setitem__("x", h5py.SoftLink("/w")))
    refused("text", lambda file: file.create_dataset("x", data="text"))
    refused("lzf", lambda file: file.create_dataset("x", data=floats(64), compression="lzf"))
    refused("unwritten", lambda file: file.create_dataset("x", (3,), "f4"))
    refused("half-written", half_written)


def half_written(file):
    half = file.create_dataset("x", (6, 6), "f4", chunks=(2, 2), fillvalue=3.5)
    half[0:2, 0:2] = 1


def make_keras():
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [keras.Input((4, 4, 1)), keras.layers.Conv2D(2, 3, name="stem"), keras.layers.Flatten(), keras.layers.Dense(3)]
    )
    model.save(place("keras/model.keras"))
    model.save_weights(place("keras/saved.weights.h5"))
    values = datasets("keras/saved.weights.h5")
    expect("keras/saved.weights.h5", values)
    expect("keras/model.keras", values)


def make_tf_keras():
    """Keras 2: a whole model with its optimiser's state, and its weights alone."""
    import tf_keras

    tf_keras.utils.set_random_seed(1)
    layers = tf_keras.layers
    model = tf_keras.Sequential(
        [
            *[layers.Input((4, 4, 1)), layers.Conv2D(2, 3, name="stem"), layers.BatchNormalization(name="norm")],
            *[layers.Reshape((4, 2)), layers.Bidirectional(layers.GRU(2), name="both"), layers.Dense(3, name="head")],
        ]
    )
    model.compile("adam", "mse")
    model.fit(floats(4, 4, 4, 1), floats(4, 3), verbose=0)
    model.save(place("keras/tf-keras.h5"))
    model.save_weights(place("keras/tf-keras-weights.h5"))
    for path in ("keras/tf-keras.h5", "keras/tf-keras-weights.h5"):
        expect(path, datasets(path))


def datasets(path):
    """All of a file, under the names that Incipit gives them."""
    values = {}
    with h5py.File(place(path)) as file:
        file.visititems(lambda name, item: values.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    return {name.replace("/", "."): np.asarray(value) for name, value in values.items()}
