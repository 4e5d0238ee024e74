"""One small model for each torch module and function that readers know, and for some that they refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

__all__ = ["FUNCTIONS", "TORCH_MODULES", "TORCH_REFUSED", "functional"]

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
