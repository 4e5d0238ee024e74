"""One small model for each operator and container that readers know, and for some that they refuse."""

from __future__ import annotations

import collections
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from torch import nn
from torch.nn import functional as F

from exactpoly.network import Network
from exactpoly.readers.load import load

__all__ = [
    "CONTAINERS",
    "FUNCTIONS",
    "ONNX",
    "ONNX_REFUSED",
    "TORCH_MODULES",
    "TORCH_REFUSED",
    "functional",
    "onnx_model",
]


def onnx_model(shape: str, body: str) -> Any:
    """The model of ``body`` in ONNX's text format, from input x of ``shape`` to output y."""
    domains = '"" : 9' if "Upsample" in body else '"" : 18, "ai.onnx.ml" : 3'
    text = (
        f"<ir_version: 8, opset_import: [{domains}]>\n"
        f"g (float[{shape}] x) => (float y) {{ {body} }}"
    )
    return onnx.parser.parse_model(text)


def _floats(name: str, *values: float) -> str:
    shown = ", ".join(str(float(v)) for v in values)
    return f"{name} = Constant <value = float[{len(values)}] {{{shown}}}> ()"


def _ints(name: str, *values: int) -> str:
    shown = ", ".join(map(str, values))
    return f"{name} = Constant <value = int64[{len(values)}] {{{shown}}}> ()"


def _scalar(name: str, value: float) -> str:
    return f"{name} = Constant <value = float {{{float(value)}}}> ()"


_LINE = "1,3"
_IMAGE = "1,4,2,2"
_SQUARE = "w = Constant <value = float[3,3] {1.0,2.0,0.0,-1.0,0.5,3.0,0.0,1.0,-2.0}> ()"
_KERNEL = (
    "w = Constant <value = float[1,4,2,2] {" + ", ".join(["1.0, 2.0, 0.0, -1.0"] * 4) + "}> ()"
)
_CHANNELS = [
    _floats(name, *values)
    for name, values in (
        ("s", (1, 2, 1, -1)),
        ("b", (0, 1, 0, 1)),
        ("m", (0, 1, 2, 3)),
        ("v", (1, 1, 2, 4)),
    )
]

ONNX: dict[str, tuple[str, str]] = {
    "Abs": (_LINE, "y = Abs (x)"),
    "Add": (_LINE, f"{_floats('c', 1, 2, 3)} y = Add (x, c)"),
    "ArrayFeatureExtractor": (
        _LINE,
        f"{_ints('i', 2, 0)} y = ai.onnx.ml.ArrayFeatureExtractor (x, i)",
    ),
    "AveragePool": (_IMAGE, "y = AveragePool <kernel_shape = [2, 1]> (x)"),
    "BatchNormalization": (_IMAGE, " ".join(_CHANNELS) + " y = BatchNormalization (x, s, b, m, v)"),
    "Cast": (_LINE, "y = Cast <to = 1> (x)"),
    "CastLike": (_LINE, f"{_floats('c', 1)} y = CastLike (x, c)"),
    "Clip": (_LINE, f"{_scalar('l', -1)} {_scalar('h', 6)} y = Clip (x, l, h)"),
    "Concat": (_LINE, "y = Concat <axis = 1> (x, x)"),
    "Constant": (_LINE, f"{_floats('c', 1, 2, 3)} y = Add (x, c)"),
    "ConstantOfShape": (_LINE, f"{_ints('n', 1, 3)} c = ConstantOfShape (n) y = Add (x, c)"),
    "Conv": (_IMAGE, f"{_KERNEL} y = Conv (x, w)"),
    "ConvTranspose": ("1,1,2,2", f"{_KERNEL} y = ConvTranspose <strides = [2, 2]> (x, w)"),
    "CumSum": (_LINE, "a = Constant <value = int64 {1}> () y = CumSum (x, a)"),
    "DepthToSpace": (_IMAGE, "y = DepthToSpace <blocksize = 2> (x)"),
    "DequantizeLinear": (
        _LINE,
        "q = Constant <value = int8[3,2] {1, -2, 3, 4, 5, -6}> () "
        f"{_scalar('s', 0.25)} w = DequantizeLinear (q, s) y = MatMul (x, w)",
    ),
    "Div": (_LINE, f"{_floats('c', 1, 3, 7)} y = Div (x, c)"),
    "Dropout": (_LINE, "y = Dropout (x)"),
    "Einsum": (_LINE, f'{_SQUARE} y = Einsum <equation = "bi,oi->bo"> (x, w)'),
    "Expand": (_LINE, f"{_ints('n', 2, 3)} y = Expand (x, n)"),
    "Flatten": (_IMAGE, "y = Flatten (x)"),
    "Gather": (_LINE, f"{_ints('i', 2, 0)} y = Gather <axis = 1> (x, i)"),
    "GatherElements": (
        _LINE,
        "i = Constant <value = int64[1,2] {2, 0}> () y = GatherElements <axis = 1> (x, i)",
    ),
    "GatherND": (_LINE, "i = Constant <value = int64[2,2] {0, 2, 0, 1}> () y = GatherND (x, i)"),
    "Gemm": (_LINE, f"{_SQUARE} {_floats('b', 1, 0, 2)} y = Gemm <transB = 1> (x, w, b)"),
    "GlobalAveragePool": (_IMAGE, "y = GlobalAveragePool (x)"),
    "GlobalMaxPool": (_IMAGE, "y = GlobalMaxPool (x)"),
    "Greater": (_LINE, f"{_scalar('c', 1)} t = Greater (x, c) y = Where (t, x, c)"),
    "GreaterOrEqual": (_LINE, f"{_scalar('c', 1)} t = GreaterOrEqual (x, c) y = Where (t, x, c)"),
    "HardSigmoid": (_LINE, "y = HardSigmoid (x)"),
    "Imputer": (
        _LINE,
        "y = ai.onnx.ml.Imputer <imputed_value_floats = [0.0], replaced_value_float = nan> (x)",
    ),
    "Identity": (_LINE, "y = Identity (x)"),
    "LeakyRelu": (_LINE, "y = LeakyRelu <alpha = 0.1> (x)"),
    "Less": (_LINE, f"{_scalar('c', 1)} t = Less (x, c) y = Where (t, c, x)"),
    "LinearRegressor": (
        _LINE,
        "y = ai.onnx.ml.LinearRegressor <coefficients = [1.0, 2.0, 0.5], intercepts = [1.0]> (x)",
    ),
    "LessOrEqual": (_LINE, f"{_scalar('c', 1)} t = LessOrEqual (x, c) y = Where (t, c, x)"),
    "MatMul": (_LINE, f"{_SQUARE} y = MatMul (x, w)"),
    "Max": (_LINE, f"{_SQUARE} z = MatMul (x, w) n = Neg (x) y = Max (x, z, n)"),
    "MaxPool": (_IMAGE, "y = MaxPool <kernel_shape = [2, 2]> (x)"),
    "Mean": (_LINE, f"{_floats('c', 1, 2, 3)} y = Mean (x, c)"),
    "Min": (_LINE, f"{_scalar('c', 1)} y = Min (x, c)"),
    "Mul": (_LINE, f"{_floats('c', 1, 2, 3)} y = Mul (x, c)"),
    "Neg": (_LINE, "y = Neg (x)"),
    "Not": (_LINE, f"{_scalar('c', 1)} t = Greater (x, c) u = Not (t) y = Where (u, c, x)"),
    "PRelu": (_LINE, f"{_floats('s', 0.5, 1, -1)} y = PRelu (x, s)"),
    "Pad": (_LINE, f"{_ints('p', 0, 1, 0, 0)} y = Pad (x, p)"),
    "Pow": (_LINE, f"{_floats('c', 1, 2, 3)} {_scalar('p', 2)} d = Pow (c, p) y = Mul (x, d)"),
    "Reciprocal": (_LINE, f"{_floats('c', 1, 2, 3)} d = Reciprocal (c) y = Mul (x, d)"),
    "ReduceL1": (_LINE, f"{_ints('a', 1)} y = ReduceL1 (x, a)"),
    "ReduceMax": (_LINE, f"{_ints('a', 1)} y = ReduceMax (x, a)"),
    "ReduceMean": (_LINE, f"{_ints('a', 1)} y = ReduceMean (x, a)"),
    "ReduceMin": (_LINE, f"{_ints('a', 1)} y = ReduceMin (x, a)"),
    "ReduceSum": (_LINE, f"{_ints('a', 1)} y = ReduceSum (x, a)"),
    "Relu": (_LINE, "y = Relu (x)"),
    "Reshape": (_LINE, f"{_ints('n', 3, 1)} y = Reshape (x, n)"),
    "Resize": (_IMAGE, f"{_floats('s', 1, 1, 2, 2)} y = Resize (x, , s)"),
    "Resize, linear": (
        _IMAGE,
        f'{_floats("s", 1, 1, 1.5, 2)} y = Resize <mode = "linear"> (x, , s)',
    ),
    "Scaler": (
        _LINE,
        "y = ai.onnx.ml.Scaler <offset = [1.0, 2.0, 0.0], scale = [2.0, 0.5, 1.0]> (x)",
    ),
    "Shape": (_LINE, "n = Shape (x) y = Reshape (x, n)"),
    "Shrink": (_LINE, "y = Shrink <lambd = 0.5, bias = 0.5> (x)"),
    "Size": (_LINE, f"n = Size (x) {_ints('a', 0)} m = Unsqueeze (n, a) y = Reshape (x, m)"),
    "Slice": (_LINE, f"{_ints('s', 0)} {_ints('e', 2)} {_ints('a', 1)} y = Slice (x, s, e, a)"),
    "SpaceToDepth": (_IMAGE, "y = SpaceToDepth <blocksize = 2> (x)"),
    "Split": (_LINE, "a, b = Split <axis = 1, num_outputs = 2> (x) y = Concat <axis = 1> (b, a)"),
    "Sqrt": (_LINE, f"{_floats('c', 1, 2, 3)} d = Sqrt (c) y = Mul (x, d)"),
    "Squeeze": (_LINE, f"{_ints('a', 0)} y = Squeeze (x, a)"),
    "Sub": (_LINE, f"{_floats('c', 1, 2, 3)} y = Sub (c, x)"),
    "Sum": (_LINE, f"{_floats('c', 1, 2, 3)} y = Sum (x, c, x)"),
    "ThresholdedRelu": (_LINE, "y = ThresholdedRelu <alpha = 0.0> (x)"),
    "Tile": (_LINE, f"{_ints('r', 2, 1)} y = Tile (x, r)"),
    "TopK": (_LINE, f"{_ints('k', 2)} y, i = TopK (x, k)"),
    "Transpose": (_LINE, "y = Transpose (x)"),
    "Unsqueeze": (_LINE, f"{_ints('a', 0)} y = Unsqueeze (x, a)"),
    "Upsample": (_IMAGE, f"{_floats('s', 1, 1, 2, 2)} y = Upsample (x, s)"),
    "Where": (_LINE, f"{_scalar('c', 0)} t = Greater (x, c) n = Neg (x) y = Where (t, x, n)"),
}

ONNX_REFUSED: dict[str, tuple[str, str]] = {
    "ArgMax": (_LINE, "i = ArgMax <axis = 1> (x) y = Cast <to = 1> (i)"),
    "Elu": (_LINE, "y = Elu (x)"),
    "Erf": (_LINE, "y = Erf (x)"),
    "Exp": (_LINE, "y = Exp (x)"),
    "Floor": (_LINE, "y = Floor (x)"),
    "HardSwish": (_LINE, "y = HardSwish (x)"),
    "LRN": (_IMAGE, "y = LRN <size = 1> (x)"),
    "LayerNormalization": (_LINE, f"{_floats('c', 1, 1, 1)} y = LayerNormalization (x, c)"),
    "LSTM": (_LINE, "y = LSTM (x, x, x)"),
    "Normalizer": (_LINE, 'y = ai.onnx.ml.Normalizer <norm = "L2"> (x)'),
    "QuantizeLinear": (
        _LINE,
        f"{_scalar('s', 0.25)} q = QuantizeLinear (x, s) y = DequantizeLinear (q, s)",
    ),
    "Resize, cubic": (
        _IMAGE,
        f'{_floats("s", 1, 1, 2, 2)} y = Resize <mode = "cubic"> (x, , s)',
    ),
    "Round": (_LINE, "y = Round (x)"),
    "Sigmoid": (_LINE, "y = Sigmoid (x)"),
    "Sign": (_LINE, "y = Sign (x)"),
    "Softmax": (_LINE, "y = Softmax (x)"),
    "Softplus": (_LINE, "y = Softplus (x)"),
    "Tanh": (_LINE, "y = Tanh (x)"),
    "TopK, indices": (
        _LINE,
        f"{_ints('k', 1)} v, i = TopK (x, k) j = Cast <to = 1> (i) y = Add (v, j)",
    ),
}

Shape = tuple[int, ...]
_L: Shape = (4,)
_S: Shape = (2, 4)
_I: Shape = (2, 4, 4)
_V: Shape = (1, 2, 2, 2)


def _set(module: Any, **values: Any) -> Any:
    with torch.no_grad():
        for name, value in values.items():
            getattr(module, name).copy_(torch.tensor(value))
    return module


TORCH_MODULES: dict[str, tuple[Callable[[], nn.Module], Shape]] = {
    "AdaptiveAvgPool1d": (lambda: nn.AdaptiveAvgPool1d(3), _S),
    "AdaptiveAvgPool2d": (lambda: nn.AdaptiveAvgPool2d((2, 3)), _I),
    "AdaptiveAvgPool3d": (lambda: nn.AdaptiveAvgPool3d(1), _V),
    "AdaptiveMaxPool1d": (lambda: nn.AdaptiveMaxPool1d(3), _S),
    "AdaptiveMaxPool2d": (lambda: nn.AdaptiveMaxPool2d((2, 3)), _I),
    "AdaptiveMaxPool3d": (lambda: nn.AdaptiveMaxPool3d(1), _V),
    "AlphaDropout": (nn.AlphaDropout, _L),
    "AvgPool1d": (lambda: nn.AvgPool1d(2), _S),
    "AvgPool2d": (lambda: nn.AvgPool2d(2), _I),
    "AvgPool3d": (lambda: nn.AvgPool3d(2), _V),
    "BatchNorm1d": (lambda: nn.BatchNorm1d(4), _L),
    "BatchNorm2d": (lambda: nn.BatchNorm2d(2), _I),
    "BatchNorm3d": (lambda: nn.BatchNorm3d(1), _V),
    "ChannelShuffle": (lambda: nn.ChannelShuffle(2), (4, 1, 2)),
    "CircularPad1d": (lambda: nn.CircularPad1d(1), _S),
    "CircularPad2d": (lambda: nn.CircularPad2d(1), _I),
    "CircularPad3d": (lambda: nn.CircularPad3d(1), _V),
    "ConstantPad1d": (lambda: nn.ConstantPad1d(1, 0.5), _S),
    "ConstantPad2d": (lambda: nn.ConstantPad2d(1, 0.5), _I),
    "ConstantPad3d": (lambda: nn.ConstantPad3d(1, 0.5), _V),
    "Conv1d": (lambda: nn.Conv1d(2, 3, 2, padding_mode="reflect", padding=1), _S),
    "Conv2d": (lambda: nn.Conv2d(2, 2, 3, groups=2, dilation=1, padding="same"), _I),
    "Conv3d": (lambda: nn.Conv3d(1, 2, 2), _V),
    "ConvTranspose1d": (lambda: nn.ConvTranspose1d(2, 3, 2, stride=2, output_padding=1), _S),
    "ConvTranspose2d": (lambda: nn.ConvTranspose2d(2, 2, 3, groups=2, padding=1, dilation=2), _I),
    "ConvTranspose3d": (lambda: nn.ConvTranspose3d(1, 1, 2), _V),
    "Dropout": (nn.Dropout, _L),
    "Dropout1d": (nn.Dropout1d, _S),
    "Dropout2d": (nn.Dropout2d, _I),
    "Dropout3d": (nn.Dropout3d, _V),
    "FeatureAlphaDropout": (nn.FeatureAlphaDropout, _S),
    "Flatten": (nn.Flatten, _S),
    "Hardsigmoid": (nn.Hardsigmoid, _L),
    "Hardtanh": (lambda: nn.Hardtanh(-2, 0.5), _L),
    "Identity": (nn.Identity, _L),
    "LeakyReLU": (lambda: nn.LeakyReLU(0.25), _L),
    "Linear": (lambda: nn.Linear(4, 2), _L),
    "MaxPool1d": (lambda: nn.MaxPool1d(3, stride=1, padding=1), _S),
    "MaxPool2d": (lambda: nn.MaxPool2d(2), _I),
    "MaxPool3d": (lambda: nn.MaxPool3d(2), _V),
    "PReLU": (lambda: _set(nn.PReLU(2), weight=[0.5, 1.0]), (2,)),
    "PixelShuffle": (lambda: nn.PixelShuffle(2), (4, 1, 2)),
    "PixelUnshuffle": (lambda: nn.PixelUnshuffle(2), _I),
    "RReLU": (nn.RReLU, _L),
    "ReLU": (nn.ReLU, _L),
    "ReLU6": (nn.ReLU6, _L),
    "ReflectionPad1d": (lambda: nn.ReflectionPad1d(1), _S),
    "ReflectionPad2d": (lambda: nn.ReflectionPad2d((1, 2, 0, 1)), _I),
    "ReflectionPad3d": (lambda: nn.ReflectionPad3d(1), _V),
    "ReplicationPad1d": (lambda: nn.ReplicationPad1d(1), _S),
    "ReplicationPad2d": (lambda: nn.ReplicationPad2d((1, 2, 0, 1)), _I),
    "ReplicationPad3d": (lambda: nn.ReplicationPad3d(1), _V),
    "Softshrink": (lambda: nn.Softshrink(0.5), _L),
    "Threshold": (lambda: nn.Threshold(0.5, 0.5), _L),
    "Unflatten": (lambda: nn.Unflatten(1, (2, 2)), _L),
    "Upsample": (lambda: nn.Upsample(scale_factor=1.5), _I),
    "UpsamplingBilinear2d": (lambda: nn.UpsamplingBilinear2d(scale_factor=2), _I),
    "UpsamplingNearest2d": (lambda: nn.UpsamplingNearest2d(size=(3, 5)), _I),
    "ZeroPad1d": (lambda: nn.ZeroPad1d(1), _S),
    "ZeroPad2d": (lambda: nn.ZeroPad2d((1, -1, 0, 2)), _I),
    "ZeroPad3d": (lambda: nn.ZeroPad3d(1), _V),
}

TORCH_REFUSED: dict[str, tuple[Callable[[], nn.Module], Shape]] = {
    "CELU": (nn.CELU, _L),
    "ELU": (nn.ELU, _L),
    "GELU": (nn.GELU, _L),
    "GroupNorm": (lambda: nn.GroupNorm(1, 2), _S),
    "Hardshrink": (nn.Hardshrink, _L),
    "Hardswish": (nn.Hardswish, _L),
    "InstanceNorm1d": (lambda: nn.InstanceNorm1d(2), _S),
    "LayerNorm": (lambda: nn.LayerNorm(4), _L),
    "LogSoftmax": (lambda: nn.LogSoftmax(1), _L),
    "SiLU": (nn.SiLU, _L),
    "Sigmoid": (nn.Sigmoid, _L),
    "Softmax": (lambda: nn.Softmax(1), _L),
    "Softplus": (nn.Softplus, _L),
    "Tanh": (nn.Tanh, _L),
    "Threshold(0, 1)": (lambda: nn.Threshold(0, 1), _L),
    "Upsample(mode='bicubic')": (lambda: nn.Upsample(scale_factor=2, mode="bicubic"), _I),
    "utils.parametrizations.weight_norm": (
        lambda: nn.utils.parametrizations.weight_norm(nn.Linear(4, 2)),
        _L,
    ),
    "utils.prune.l1_unstructured": (
        lambda: nn.utils.prune.l1_unstructured(nn.Linear(4, 2), "weight", 1),
        _L,
    ),
    "utils.spectral_norm": (lambda: nn.utils.spectral_norm(nn.Linear(4, 2)), _L),
    "utils.weight_norm": (lambda: nn.utils.weight_norm(nn.Linear(4, 2)), _L),
}


class _Functional(nn.Module):
    def __init__(self, function: Callable[[Any], Any]) -> None:
        super().__init__()
        self.function = function
        self.register_buffer("w", torch.tensor([[1.0, 2.0, -1.0, 0.5]] * 3))

    def forward(self, x: Any) -> Any:
        return (
            self.function(x, self.w)
            if self.function.__code__.co_argcount == 2
            else self.function(x)
        )


def functional(function: Callable[..., Any]) -> nn.Module:
    """A module that is a function of its input, and of a matrix of shape (3, 4) if it takes one."""
    return _Functional(function).eval()


FUNCTIONS: dict[str, tuple[Callable[..., Any], Shape]] = {
    "torch.abs": (lambda x: torch.abs(x), _L),
    "torch.addmm": (lambda x, w: torch.addmm(x[:, :3], x, w.t()), _L),
    "torch.amax": (lambda x: torch.amax(x, 1), _L),
    "torch.amin": (lambda x: torch.amin(x, 1), _L),
    "torch.argmax": (lambda x: torch.argmax(x, 1).float(), _L),
    "torch.cat": (lambda x: torch.cat((x, -x), 1), _L),
    "torch.chunk": (lambda x: torch.chunk(x, 2, 1)[1], _L),
    "torch.clamp": (lambda x: torch.clamp(x, 0.0, 1.0), _L),
    "torch.cumsum": (lambda x: torch.cumsum(x, 1), _L),
    "torch.einsum": (lambda x, w: torch.einsum("bi,oi->bo", x, w), _L),
    "torch.exp": (lambda x: torch.exp(x), _L),
    "torch.flip": (lambda x: torch.flip(x, (1,)), _L),
    "torch.kthvalue": (lambda x: torch.kthvalue(x, 2, 1).values, _L),
    "torch.matmul": (lambda x, w: torch.matmul(x, w.T), _L),
    "torch.max": (lambda x: torch.max(x, 1).values, _L),
    "torch.maximum": (lambda x: torch.maximum(x, -x), _L),
    "torch.mean": (lambda x: torch.mean(x, 1), _L),
    "torch.median": (lambda x: torch.median(x, 1).values, _L),
    "torch.min": (lambda x: torch.min(x, 1)[0], _L),
    "torch.minimum": (lambda x: torch.minimum(x, 1 - x), _L),
    "torch.mm": (lambda x, w: torch.mm(x, w.t()), _L),
    "torch.relu": (lambda x: torch.relu(x), _L),
    "torch.roll": (lambda x: torch.roll(x, 1, 1), _L),
    "torch.sign": (lambda x: torch.sign(x), _L),
    "torch.softmax": (lambda x: torch.softmax(x, 1), _L),
    "torch.split": (lambda x: torch.split(x, [1, 3], 1)[1], _L),
    "torch.stack": (lambda x: torch.stack((x, x), 2), _L),
    "torch.sum": (lambda x: torch.sum(x, 1), _L),
    "torch.topk": (lambda x: torch.topk(x, 2).values, _L),
    "torch.argsort": (lambda x: torch.argsort(x, 1).float(), _L),
    "torch.tanh": (lambda x: torch.tanh(x), _L),
    "torch.var": (lambda x: torch.var(x, 1), _L),
    "torch.where": (lambda x: torch.where(x > 1, x, torch.ones_like(x)), _L),
    "F.adaptive_avg_pool1d": (lambda x: F.adaptive_avg_pool1d(x, 2), _S),
    "F.avg_pool2d": (lambda x: F.avg_pool2d(x, 2), _I),
    "F.batch_norm": (lambda x, w: F.batch_norm(x, w[0], w[0] ** 2), _L),
    "F.conv1d": (lambda x, w: F.conv1d(x, w.reshape(3, 2, 2)), _S),
    "F.conv_transpose1d": (lambda x, w: F.conv_transpose1d(x, w.reshape(2, 3, 2)), _S),
    "F.dropout": (lambda x: F.dropout(x, training=False), _L),
    "F.hardsigmoid": (lambda x: F.hardsigmoid(x), _L),
    "F.hardtanh": (lambda x: F.hardtanh(x), _L),
    "F.interpolate": (lambda x: F.interpolate(x, scale_factor=2), _I),
    "F.interpolate(mode='area')": (lambda x: F.interpolate(x, size=(3, 2), mode="area"), _I),
    "F.interpolate(mode='bilinear')": (
        lambda x: F.interpolate(x, size=(3, 7), mode="bilinear", align_corners=True),
        _I,
    ),
    "F.interpolate(mode='bicubic')": (
        lambda x: F.interpolate(x, scale_factor=2, mode="bicubic"),
        _I,
    ),
    "F.layer_norm": (lambda x: F.layer_norm(x, (4,)), _L),
    "F.normalize": (lambda x: F.normalize(x), _L),
    "F.leaky_relu": (lambda x: F.leaky_relu(x, 0.1), _L),
    "F.linear": (lambda x, w: F.linear(x, w), _L),
    "F.max_pool2d": (lambda x: F.max_pool2d(x, 2), _I),
    "F.pad": (lambda x: F.pad(x, (1, 2)), _L),
    "F.pixel_shuffle": (lambda x: F.pixel_shuffle(x, 2), (4, 1, 2)),
    "F.prelu": (lambda x, w: F.prelu(x, w[0]), _L),
    "F.relu6": (lambda x: F.relu6(x), _L),
    "F.softshrink": (lambda x: F.softshrink(x, 0.5), _L),
    "F.threshold": (lambda x: F.threshold(x, 1.0, 1.0), _L),
    "Tensor.expand": (lambda x: x.unsqueeze(2).expand(-1, -1, 3), _L),
    "Tensor.float": (lambda x: x.float(), _L),
    "Tensor.masked_fill": (lambda x: x.masked_fill(x < 0, 0.0), _L),
    "Tensor.mul": (lambda x: x.mul(x > 0), _L),
    "Tensor.narrow": (lambda x: x.narrow(1, 1, 2), _L),
    "Tensor.permute": (lambda x: x.permute(0, 2, 1), _S),
    "Tensor.repeat": (lambda x: x.repeat(1, 2), _L),
    "Tensor.select": (lambda x: x.select(1, 2), _L),
    "Tensor.sort": (lambda x: x.sort(1).values, _L),
    "Tensor.sort, indices": (lambda x: x.sort(1).indices.float(), _L),
    "Tensor.to": (lambda x: x.to(torch.float64), _L),
    "Tensor.unbind": (lambda x: x.unbind(1)[1], _L),
    "Tensor.unflatten": (lambda x: x.unflatten(1, (2, 2)), _L),
    "Tensor.view": (lambda x: x.view(-1, 2, 2), _L),
}


def _module() -> nn.Module:
    torch.manual_seed(3)
    return nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)).eval()


def _arrays() -> dict[str, np.ndarray]:
    return {name: x.numpy() for name, x in _module().state_dict().items()}


def _saved(folder: Path, name: str, data: Any) -> Network:
    torch.save(data, folder / name)
    return load(folder / name)


def _archive(folder: Path, *args: Any, **arrays: Any) -> Network:
    np.savez(folder / "net.npz", *args, **arrays)
    return load(folder / "net.npz")


def _scripted(folder: Path) -> Network:
    torch.jit.script(_module()).save(str(folder / "script.pt"))
    return load(folder / "script.pt")


def _exported() -> Any:
    return torch.export.export(_module(), (torch.zeros(1, 2),))


def _exported_file(folder: Path) -> Network:
    torch.export.save(_exported(), folder / "net.pt2")
    return load(folder / "net.pt2")


def _onnx_file(folder: Path) -> Network:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = str(folder / "net.onnx")
        torch.onnx.export(_module(), (torch.zeros(1, 2),), path, dynamo=False)
    return load(path)


def _nnet(folder: Path) -> Network:
    return load(Path(__file__).parent / "faults" / "no_output_mean.nnet")


def _safetensors(folder: Path) -> Network:
    from safetensors.torch import save_file

    save_file(_module().state_dict(), folder / "net.safetensors")
    return load(folder / "net.safetensors")


def _estimator(kind: str, *steps: Any, activation: str = "relu") -> Network:
    from sklearn import neural_network, pipeline

    data = np.arange(24, dtype=np.float32).reshape(12, 2) / 8
    target = data[:, 0] if kind == "MLPRegressor" else np.arange(12) % 3
    model = getattr(neural_network, kind)(
        hidden_layer_sizes=(3,), max_iter=2, random_state=0, activation=activation
    )
    if steps:
        model = pipeline.make_pipeline(*steps, model)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(data, target)
    return load(model)


def _behind(step: str) -> Network:
    """A perceptron behind a step of scikit-learn's."""
    from sklearn import compose, decomposition, feature_selection, impute, preprocessing

    scaler = preprocessing.StandardScaler()
    steps = {
        "PCA": decomposition.PCA(1),
        "PCA, whiten": decomposition.PCA(1, whiten=True),
        "TruncatedSVD": decomposition.TruncatedSVD(1),
        "ColumnTransformer": compose.ColumnTransformer(
            [("s", scaler, [1])], remainder="passthrough"
        ),
        "VarianceThreshold": feature_selection.VarianceThreshold(),
        "SimpleImputer": impute.SimpleImputer(),
        "FunctionTransformer": preprocessing.FunctionTransformer(),
        "FunctionTransformer(numpy.exp)": preprocessing.FunctionTransformer(np.exp),
        "Normalizer": preprocessing.Normalizer(),
        "PolynomialFeatures": preprocessing.PolynomialFeatures(),
    }
    chosen = steps.get(step)
    return _estimator("MLPRegressor", getattr(preprocessing, step)() if chosen is None else chosen)


def _line(kind: str) -> Network:
    """A linear model of scikit-learn's."""
    from sklearn import compose, linear_model, preprocessing, svm, tree

    data = np.arange(24, dtype=np.float64).reshape(12, 2) / 8
    models = {
        "LinearRegression": linear_model.LinearRegression(),
        "LogisticRegression": linear_model.LogisticRegression(),
        "LinearSVC": svm.LinearSVC(),
        "TransformedTargetRegressor": compose.TransformedTargetRegressor(
            linear_model.Ridge(), transformer=preprocessing.StandardScaler()
        ),
        "DecisionTreeRegressor": tree.DecisionTreeRegressor(),
    }
    return load(models[kind].fit(data, np.arange(12) % 2))


def _flax() -> dict[str, Any]:
    w = _arrays()
    return {
        "params": {
            "Dense_0": {"kernel": w["0.weight"].T, "bias": w["0.bias"]},
            "Dense_1": {"kernel": w["2.weight"].T, "bias": w["2.bias"]},
        }
    }


def _keras(folder: Path) -> Network:
    w = _arrays()
    return _archive(
        folder,
        **{
            "dense/kernel:0": w["0.weight"].T,
            "dense/bias:0": w["0.bias"],
            "dense_1/kernel:0": w["2.weight"].T,
            "dense_1/bias:0": w["2.bias"],
        },
    )


_KERAS = Path(__file__).parent / "keras"


def _numbered(folder: Path) -> Network:
    w = _arrays()
    return _archive(folder, W1=w["0.weight"], b1=w["0.bias"], W2=w["2.weight"], b2=w["2.bias"])


CONTAINERS: dict[str, Callable[[Path], Network]] = {
    "torch module": lambda folder: load(_module()),
    "torch.compile(module)": lambda folder: load(torch.compile(_module())),
    "nn.DataParallel(module)": lambda folder: load(nn.DataParallel(_module())),
    "state dict, OrderedDict": lambda folder: load(collections.OrderedDict(_module().state_dict())),
    "dict of arrays": lambda folder: load(_arrays()),
    "flax parameters": lambda folder: load(_flax()),
    "torch.jit.script": lambda folder: load(torch.jit.script(_module())),
    "torch.jit.trace": lambda folder: load(torch.jit.trace(_module(), torch.zeros(1, 2))),
    "torch.export.export": lambda folder: load(_exported()),
    "onnx.ModelProto": lambda folder: load(onnx_model("1,2", "y = Relu (x)")),
    "MLPClassifier": lambda folder: _estimator("MLPClassifier"),
    "MLPRegressor": lambda folder: _estimator("MLPRegressor"),
    "MLPRegressor, tanh": lambda folder: _estimator("MLPRegressor", activation="tanh"),
    **{
        f"{step}, MLPRegressor": lambda folder, step=step: _behind(step)
        for step in (
            "StandardScaler",
            "MinMaxScaler",
            "MaxAbsScaler",
            "RobustScaler",
            "PCA",
            "PCA, whiten",
            "TruncatedSVD",
            "ColumnTransformer",
            "VarianceThreshold",
            "SimpleImputer",
            "FunctionTransformer",
            "FunctionTransformer(numpy.exp)",
            "Normalizer",
            "PolynomialFeatures",
        )
    },
    **{
        kind: lambda folder, kind=kind: _line(kind)
        for kind in (
            "LinearRegression",
            "LogisticRegression",
            "LinearSVC",
            "TransformedTargetRegressor",
            "DecisionTreeRegressor",
        )
    },
    ".pt, .pth: state dict": lambda folder: _saved(folder, "net.pt", _module().state_dict()),
    ".ckpt: checkpoint": lambda folder: _saved(
        folder, "net.ckpt", {"state_dict": _module().state_dict(), "epoch": 3}
    ),
    ".pt: TorchScript": _scripted,
    ".pt2: exported program": _exported_file,
    ".onnx": _onnx_file,
    ".safetensors": _safetensors,
    ".npz: W1, b1, ..": _numbered,
    ".npz: arr_0, arr_1, ..": lambda folder: _archive(folder, *_arrays().values()),
    ".npz: Keras": _keras,
    ".npz: affinitree": lambda folder: load(
        Path(__file__).parent / "faults" / "affinitree_style.npz"
    ),
    ".keras": lambda folder: load(_KERAS / "dense.keras"),
    ".h5: Keras": lambda folder: load(_KERAS / "dense.h5"),
    ".keras: BatchNormalization": lambda folder: load(_KERAS / "classifier.keras"),
    ".keras: several inputs": lambda folder: load(_KERAS / "skips.keras"),
    ".nnet": _nnet,
    "list": lambda folder: load([1, 2]),
}
