"""What a tool is given: a request to its adapter, or files that its command reads."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from exactpoly.crosscheck.numbers import NumberFormat
from exactpoly.crosscheck.rounding import Asked
from exactpoly.crosscheck.tool import Tool
from exactpoly.network.layer import Layer

__all__ = ["request", "write_question"]


def _layers(question: Asked) -> tuple[Layer, ...]:
    """The layers, the last of them linear; any linear output behind ReLUs leaves the complex as it is."""
    layers = question.network.layers
    if layers[-1].neurons:
        return (*layers, Layer.of([[1] * layers[-1].outputs], relu=False))
    return layers


def request(tool: Tool, question: Asked) -> dict[str, Any]:
    """The task for an adapter; every number is a float already, so `float` changes nothing."""
    layers = _layers(question)
    bounds = question.domain.bounds
    return {
        "tool": tool.name,
        "task": {
            "numbers": tool.adapter.numbers,
            "weights": [[[float(x) for x in row] for row in layer.weight] for layer in layers],
            "biases": [[float(x) for x in layer.bias] for layer in layers],
            "bounds": None if bounds is None else [[float(a), float(b)] for a, b in bounds],
            "checkout": tool.checkout,
        },
    }


def write_question(question: Asked, numbers: NumberFormat, folder: Path) -> dict[str, str]:
    """Write the network as JSON and NPZ; the words for ``{net}``, ``{net.npz}`` and ``{domain}``.

    Numbers in the JSON are decimals without rounding, so every reader gets the same floats.
    """
    network, arrays = folder / "network.json", folder / "network.npz"
    layers = [_json(layer) for layer in _layers(question)]
    *hidden, output = layers
    name = json.dumps(question.network.name)
    text = f'{{"name": {name},\n "hidden_layers": [{", ".join(hidden)}],\n "output_layer": {output}}}\n'
    network.write_text(text, encoding="utf-8")
    if numbers.bits is not None:
        kind = np.dtype(numbers.name)
        named: dict[str, np.ndarray] = {}
        for i, layer in enumerate(_layers(question), 1):
            named[f"W{i}"] = np.array([[float(x) for x in row] for row in layer.weight], kind)
            named[f"b{i}"] = np.array([float(x) for x in layer.bias], kind)
        np.savez(arrays, **named)  # type: ignore[arg-type]
    return {"net": str(network), "net.npz": str(arrays), "domain": str(question.domain)}


def _json(layer: Layer) -> str:
    rows = ", ".join(f"[{', '.join(map(_number, row))}]" for row in layer.weight)
    return f'{{"weight": [{rows}], "bias": [{", ".join(map(_number, layer.bias))}]}}'


def _number(x: Fraction) -> str:
    """All decimals of a dyadic rational; another one is a string."""
    places = x.denominator.bit_length() - 1
    if x.denominator != 1 << places:
        return json.dumps(str(x))
    digits = str(abs(x.numerator) * 5**places).rjust(places + 1, "0")
    cut = len(digits) - places
    text = f"{digits[:cut]}.{digits[cut:]}" if places else digits
    return f"-{text}" if x < 0 else text
