"""A task as torch layers, for the tools that take a torch module."""

from __future__ import annotations

from typing import Any

from exactpoly.crosscheck.adapters.task import Absent, Task

__all__ = ["torch_sequential"]


def torch_sequential(task: Task) -> Any:
    """`torch.nn.Sequential` of linear layers and ReLUs in the task's number format."""
    try:
        import torch
    except ImportError as error:
        raise Absent(f"{error}; install it with: pip install torch") from error
    parts: list[Any] = []
    for weight, bias in zip(task.weights, task.biases, strict=True):
        outputs, inputs = weight.shape
        numbers = torch.from_numpy(weight).dtype
        layer = torch.nn.Linear(inputs, outputs, dtype=numbers)
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(weight))
            layer.bias.copy_(torch.from_numpy(bias))
        parts += [layer, torch.nn.ReLU()]
    return torch.nn.Sequential(*parts[:-1])
