"""What each torch module means exactly, by its exact type.

A subclass may mean anything, so it is not looked up but traced into.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import nn

from exactpoly.errors import InputError
from exactpoly.readers.batch_norm import BATCH_NORM_REASON, batch_norm
from exactpoly.readers.operators import Context, Value
from exactpoly.readers.state_dict import tensor_to_numpy
from exactpoly.readers.torch_functions import NAMED
from exactpoly.readers.torch_values import exact_tensor

__all__ = ["HEADS", "MODULES"]

HEADS = (nn.Softmax, nn.LogSoftmax, nn.Sigmoid, nn.Tanh, nn.Softplus, nn.LogSigmoid)
"""Modules at the very end of a network that keep the order of its outputs."""


def _linear(c: Context, m: nn.Linear, name: str, x: Value) -> Value:
    bias = None if m.bias is None else exact_tensor(m.bias, f"{name}.bias")
    y: Value = NAMED["linear"](c, x, exact_tensor(m.weight, f"{name}.weight"), bias)
    return y


def _convolution(axes: int) -> Callable[..., Value]:
    def lower(c: Context, m: Any, name: str, x: Value) -> Value:
        modes = {"zeros": "constant", "reflect": "reflect", "replicate": "replicate"}
        padding = m.padding
        if m.padding_mode != "zeros":
            mode = modes.get(m.padding_mode, m.padding_mode)
            x = NAMED["pad"](c, x, list(m._reversed_padding_repeated_twice), mode)
            padding = 0
        weight = exact_tensor(m.weight, f"{name}.weight")
        bias = None if m.bias is None else exact_tensor(m.bias, f"{name}.bias")
        y: Value = NAMED[f"conv{axes}d"](
            c, x, weight, bias, m.stride, padding, m.dilation, m.groups
        )
        return y

    return lower


def _convolution_transposed(axes: int) -> Callable[..., Value]:
    def lower(c: Context, m: Any, name: str, x: Value) -> Value:
        weight = exact_tensor(m.weight, f"{name}.weight")
        bias = None if m.bias is None else exact_tensor(m.bias, f"{name}.bias")
        y: Value = NAMED[f"conv_transpose{axes}d"](
            c, x, weight, bias, m.stride, m.padding, m.output_padding, m.groups, m.dilation
        )
        return y

    return lower


def _average_pool(axes: int) -> Callable[..., Value]:
    def lower(c: Context, m: Any, name: str, x: Value) -> Value:
        # AvgPool1d alone has no divisor to override.
        divisor = None if axes == 1 else m.divisor_override
        y: Value = NAMED[f"avg_pool{axes}d"](
            c, x, m.kernel_size, m.stride, m.padding, m.ceil_mode, m.count_include_pad, divisor
        )
        return y

    return lower


def _max_pool(axes: int) -> Callable[..., Value]:
    def lower(c: Context, m: Any, name: str, x: Value) -> Value:
        y: Value = NAMED[f"max_pool{axes}d"](
            c,
            x,
            m.kernel_size,
            m.stride,
            m.padding,
            m.dilation,
            ceil_mode=m.ceil_mode,
            return_indices=m.return_indices,
        )
        return y

    return lower


def _adaptive(function: str) -> Callable[..., Value]:
    def lower(c: Context, m: Any, name: str, x: Value) -> Value:
        if getattr(m, "return_indices", False):
            raise InputError("return_indices: the place of a maximum is not continuous")
        y: Value = NAMED[function](c, x, m.output_size)
        return y

    return lower


def _dropout(c: Context, m: Any, name: str, x: Value) -> Value:
    y: Value = NAMED["dropout"](c, x, m.p, m.training)
    return y


def _batch_norm(c: Context, m: Any, name: str, x: Value) -> Value:
    if not c.fold_float:
        raise InputError(BATCH_NORM_REASON)
    if m.training or m.running_mean is None or m.running_var is None:
        raise InputError("batch normalisation needs running statistics; call model.eval() first")
    arrays = {
        field: None if tensor is None else tensor_to_numpy(tensor, f"{name}.{field}")
        for field, tensor in (("weight", m.weight), ("bias", m.bias))
    }
    mean = tensor_to_numpy(m.running_mean, f"{name}.running_mean")
    variance = tensor_to_numpy(m.running_var, f"{name}.running_var")
    y, note = batch_norm(
        c.graph, x, arrays["weight"], arrays["bias"], mean, variance, m.eps, name=name
    )
    c.note(note)
    return y


def _pad(mode: str) -> Callable[..., Value]:
    def lower(c: Context, m: Any, name: str, x: Value) -> Value:
        y: Value = NAMED["pad"](c, x, list(m.padding), mode, getattr(m, "value", None))
        return y

    return lower


def _unflatten(c: Context, m: nn.Unflatten, name: str, x: Value) -> Value:
    sizes = m.unflattened_size
    y: Value = NAMED["unflatten"](c, x, m.dim, [sizes] if isinstance(sizes, int) else sizes)
    return y


def _of(function: str, *fields: str) -> Callable[..., Value]:
    """A module that is a function of its input and of fields of its own."""

    def lower(c: Context, m: Any, name: str, x: Value) -> Value:
        y: Value = NAMED[function](c, x, *(getattr(m, field) for field in fields))
        return y

    return lower


def _upsample(c: Context, m: nn.Upsample, name: str, x: Value) -> Value:
    y: Value = NAMED["interpolate"](
        c, x, m.size, m.scale_factor, m.mode, m.align_corners, m.recompute_scale_factor
    )
    return y


MODULES: dict[type, Callable[..., Any]] = {
    nn.Linear: _linear,
    nn.Identity: lambda c, m, name, x: x,
    nn.ReLU: _of("relu"),
    nn.ReLU6: _of("relu6"),
    nn.LeakyReLU: _of("leaky_relu", "negative_slope"),
    nn.RReLU: _of("rrelu", "lower", "upper", "training"),
    nn.PReLU: lambda c, m, name, x: NAMED["prelu"](c, x, exact_tensor(m.weight, f"{name}.weight")),
    nn.Hardtanh: _of("hardtanh", "min_val", "max_val"),
    nn.Hardsigmoid: _of("hardsigmoid"),
    nn.Threshold: _of("threshold", "threshold", "value"),
    nn.Softshrink: _of("softshrink", "lambd"),
    nn.Flatten: _of("flatten", "start_dim", "end_dim"),
    nn.Unflatten: _unflatten,
    nn.PixelShuffle: _of("pixel_shuffle", "upscale_factor"),
    nn.PixelUnshuffle: _of("pixel_unshuffle", "downscale_factor"),
    nn.ChannelShuffle: _of("channel_shuffle", "groups"),
    nn.Upsample: _upsample,
}
for _axes in (1, 2, 3):
    for _prefix, _lower in (
        ("Conv", _convolution(_axes)),
        ("ConvTranspose", _convolution_transposed(_axes)),
        ("AvgPool", _average_pool(_axes)),
        ("MaxPool", _max_pool(_axes)),
        ("AdaptiveAvgPool", _adaptive(f"adaptive_avg_pool{_axes}d")),
        ("AdaptiveMaxPool", _adaptive(f"adaptive_max_pool{_axes}d")),
        ("BatchNorm", _batch_norm),
        ("Dropout", _dropout),
        ("ConstantPad", _pad("constant")),
        ("ZeroPad", _pad("constant")),
        ("ReflectionPad", _pad("reflect")),
        ("ReplicationPad", _pad("replicate")),
        ("CircularPad", _pad("circular")),
    ):
        _kind = getattr(nn, f"{_prefix}{_axes}d", None)  # torch 2.2 has not all of them
        if _kind is not None:
            MODULES[_kind] = _lower
for _kind in (nn.Dropout, nn.AlphaDropout, nn.FeatureAlphaDropout):
    MODULES[_kind] = _dropout
MODULES[nn.UpsamplingBilinear2d] = _upsample
MODULES[nn.UpsamplingNearest2d] = lambda c, m, name, x: NAMED["interpolate"](
    c, x, m.size, m.scale_factor
)
