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
    make_keras()


def make_keras():
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [keras.Input((4, 4, 1)), keras.layers.Conv2D(2, 3, name="stem"), keras.layers.Flatten(), keras.layers.Dense(3)]
    )
    model.save(place("keras/model.keras"))
    model.save_weights(place("keras/saved.weights.h5"))
    with h5py.File(place("keras/saved.weights.h5")) as file:
        values = {}
        file.visititems(lambda name, item: values.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    values = {name.replace("/", "."): np.asarray(value) for name, value in values.items()}
    expect("keras/saved.weights.h5", values)
    expect("keras/model.keras", values)
