"""Linear resampling against an independent formula over the rationals, and against both frameworks."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from math import floor
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from exactpoly.errors import InputError
from exactpoly.readers import resampling
from exactpoly.readers.load import load
from exactpoly.readers.lowering import Graph
from tests.strategies import examples


def tent(place: Fraction, values: list[int]) -> Fraction:
    """The piecewise-linear function through (i, values[i]), constant beyond its ends."""
    place = min(max(place, Fraction(0)), Fraction(len(values) - 1))
    return sum(
        (max(Fraction(0), 1 - abs(place - i)) * value for i, value in enumerate(values)),
        Fraction(0),
    )


@examples(60)
@given(st.data())
def test_one_axis(data: st.DataObject) -> None:
    values = data.draw(st.lists(st.integers(-3, 3), min_size=1, max_size=5))
    size = len(values)
    target = data.draw(st.integers(1, 6))
    graph = Graph()
    x = graph.input((1, size))
    corners = data.draw(st.booleans())
    ratio = Fraction(target, size)
    axis = (
        resampling.align_corners(size, target) if corners else resampling.half_pixel(target, ratio)
    )
    whole = resampling.Axis([Fraction(0)])
    network = graph.network(
        graph.tensor(resampling.interpolate(graph, x, [whole, axis])), "resampled"
    )
    if corners:
        step = Fraction(size - 1, max(target - 1, 1))
        places = [i * step for i in range(target)]
    else:
        places = [(i + Fraction(1, 2)) / ratio - Fraction(1, 2) for i in range(target)]
    assert network.evaluate(values) == tuple(tent(place, values) for place in places)


MODES = [
    "half_pixel",
    "pytorch_half_pixel",
    "align_corners",
    "asymmetric",
    "half_pixel_symmetric",
    "tf_crop_and_resize",
]


def resize(
    way: str,
    sizes: list[int] | None,
    scales: list[float] | None,
    shape: tuple[int, ...],
    **more: Any,
) -> Any:
    """A model of one Resize."""
    onnx = pytest.importorskip("onnx")
    helper, arrays = onnx.helper, onnx.numpy_helper
    region = np.array([0, 0, 0.125, 0, 1, 1, 0.75, 1.25], dtype=np.float32)
    crop = way == "tf_crop_and_resize"
    tensors = [arrays.from_array(region, "roi")] if crop else []
    names = ["x", "roi" if crop else "", "", ""]
    if sizes is not None:
        tensors.append(arrays.from_array(np.array(sizes), "sizes"))
        names[3] = "sizes"
    else:
        tensors.append(arrays.from_array(np.array(scales, dtype=np.float32), "scales"))
        names[2] = "scales"
    options = {"mode": "linear"} | more
    graph = helper.make_graph(
        [helper.make_node("Resize", names, ["y"], coordinate_transformation_mode=way, **options)],
        "g",
        [helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, None)],
        tensors,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 19)], ir_version=9)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("targets", [[1, 1, 5, 7], [1, 1, 2, 3], [1, 1, 1, 5]])
def test_onnx_runtime(mode: str, targets: list[int]) -> None:
    """Every rational coordinate mode; the import itself is compared with the reference evaluator."""
    runtime = pytest.importorskip("onnxruntime")
    model = resize(mode, targets, None, (1, 1, 3, 4), extrapolation_value=10.0)
    network = load(model)
    assert network.n_neurons == 0
    session = runtime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    x = np.arange(12, dtype=np.float32).reshape(1, 1, 3, 4) ** 2 / 4
    expected = session.run(None, {"x": x})[0].ravel()
    exact = [float(y) for y in network.evaluate([Fraction(v) for v in x.ravel().tolist()])]
    assert np.abs(np.array(exact) - expected).max() < 1e-4


def test_axes_and_scales() -> None:
    pytest.importorskip("onnx")
    plain = load(resize("half_pixel", None, [1, 1, 1.5, 2], (1, 2, 2, 3)))
    some = load(resize("half_pixel", None, [1.5, 2], (1, 2, 2, 3), axes=[2, 3]))
    assert plain.layers == some.layers
    assert plain.output_dimension == 2 * 3 * 6


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mode": "cubic"}, "mode 'cubic' is not supported; nearest and linear are"),
        ({"antialias": 1}, "antialias is not supported"),
        ({"exclude_outside": 1}, "exclude_outside is not supported"),
        ({"keep_aspect_ratio_policy": "not_larger"}, "an aspect ratio that is kept"),
    ],
)
def test_refusals(options: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        load(resize("half_pixel", [1, 1, 5, 5], None, (1, 1, 3, 4), **options))


def test_scales_that_runtimes_round_to_two_lengths() -> None:
    assert floor(Fraction(float(np.float32(0.7))) * 10) == 6
    with pytest.raises(InputError, match="which runtimes round to two lengths"):
        load(resize("half_pixel", None, [1, 1, 1, 0.7], (1, 1, 1, 10)))
    with pytest.raises(InputError, match="means two things"):
        load(resize("align_corners", None, [1, 1, 1, 1.25], (1, 1, 1, 3)))


@examples(25)
@given(st.data())
def test_torch(data: st.DataObject) -> None:
    """Every mode, whatever the sizes and the scales."""
    torch = pytest.importorskip("torch")
    axes = data.draw(st.integers(1, 3))
    sizes = [data.draw(st.integers(1, 4)) for _ in range(axes)]
    mode = data.draw(st.sampled_from(["linear", "nearest", "nearest-exact", "area"]))
    options: dict[str, Any] = {"mode": {1: "linear", 2: "bilinear", 3: "trilinear"}[axes]}
    if mode != "linear":
        options = {"mode": mode}
    elif data.draw(st.booleans()):
        options["align_corners"] = True
    if data.draw(st.booleans()):
        options["size"] = [data.draw(st.integers(1, 5)) for _ in range(axes)]
    else:
        options["scale_factor"] = data.draw(st.sampled_from([0.75, 1.25, 1.5, 2.0, 3.0]))
        assume(min(int(n * options["scale_factor"]) for n in sizes))

    class Model(torch.nn.Module):  # type: ignore[misc, name-defined]
        def forward(self, x: Any) -> Any:
            return torch.nn.functional.interpolate(x, **options)

    model = Model().eval()
    network = None
    with suppress(InputError):
        network = load(model, input_shape=(1, *sizes))
    if network is None:
        # torch's own kernels disagree with each other here.
        with pytest.raises(InputError, match="leaves the length"):
            load(model, input_shape=(1, *sizes))
        return
    x = torch.arange(float(np.prod(sizes))).reshape(1, 1, *sizes) ** 2
    expected = model(x).ravel().numpy()
    exact = [float(y) for y in network.evaluate([Fraction(v) for v in x.ravel().tolist()])]
    assert np.abs(np.array(exact) - expected).max() < 1e-3
