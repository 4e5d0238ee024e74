"""Makes the files of this folder with Keras itself (3.15, `KERAS_BACKEND=torch python make.py`).

Each model is saved as `.keras` and as `.h5`; `outputs.json` has what Keras says of it at some points.
"""

import json
from pathlib import Path

import keras
import numpy as np
from keras import layers

HERE = Path(__file__).parent
keras.utils.set_random_seed(7)


def dense() -> keras.Model:
    return keras.Sequential(
        [
            layers.Input((3,)),
            layers.Dense(5, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(4, use_bias=False),
            layers.LeakyReLU(negative_slope=0.25),
            layers.Dense(2),
        ]
    )


def classifier() -> keras.Model:
    model = keras.Sequential(
        [
            layers.Input((2, 2, 1)),
            layers.Rescaling(0.5, offset=-1.0),
            layers.Flatten(),
            layers.Dense(4),
            layers.BatchNormalization(),
            layers.ReLU(max_value=6.0),
            layers.Dense(3, activation="softmax"),
        ]
    )
    norm = model.layers[3]
    norm.set_weights(
        [np.array(x) for x in ([1, 2, 0.5, -1], [0, 1, 0, 0.5], [0, 1, -1, 0], [1, 3, 2, 0.5])]
    )
    return model


def skips() -> keras.Model:
    first, second = keras.Input((3,), name="left"), keras.Input((2,), name="right")
    x = layers.Dense(3, name="wide")(first)
    y = layers.PReLU(alpha_initializer="random_uniform")(x)
    z = layers.Add()([first, y])
    w = layers.Concatenate()([layers.Maximum()([z, x]), second])
    w = layers.Subtract()([layers.Dense(4, activation="relu6")(w), layers.Dense(4)(w)])
    return keras.Model([first, second], layers.Dense(1)(layers.Activation("leaky_relu")(w)))


def save(name: str, model: keras.Model, head: bool) -> dict:
    for layer in model.layers:
        if isinstance(layer, layers.Dense) and layer.use_bias:
            kernel, bias = layer.get_weights()
            layer.set_weights([kernel, np.random.default_rng(3).normal(size=bias.shape)])
    for suffix in (".keras", ".h5"):
        model.save(HERE / (name + suffix))
    shapes = [tuple(x.shape)[1:] for x in model.inputs]
    random = np.random.default_rng(1)
    points = [[random.integers(-8, 9, s) / 4 for s in shapes] for _ in range(6)]
    if head:
        model.layers[-1].activation = keras.activations.linear
    outputs = []
    for point in points:
        inputs = [x[None].astype("float32") for x in point]
        said = model(inputs if len(inputs) > 1 else inputs[0])
        outputs.append(keras.ops.convert_to_numpy(said).ravel().tolist())
    flat = [np.concatenate([x.ravel() for x in point]).tolist() for point in points]
    return {"points": flat, "outputs": outputs}


said = {
    "dense": save("dense", dense(), False),
    "classifier": save("classifier", classifier(), True),
    "skips": save("skips", skips(), False),
}
(HERE / "outputs.json").write_text(json.dumps(said, indent=1) + "\n")
