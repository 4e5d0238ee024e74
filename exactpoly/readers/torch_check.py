"""Running a torch model, to compare the exact network with it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from exactpoly.errors import InputError, InternalError
from exactpoly.network.network import Network
from exactpoly.readers.samples import sample_points
from exactpoly.readers.verify import (
    Against,
    Agreement,
    compare,
    evaluate_many,
    largest_deviation,
)

__all__ = ["Picked", "against", "own_deviation"]

_WHO = "torch in float64"


class Picked(nn.Module):  # type: ignore[misc]
    """A model of which one output is taken."""

    def __init__(self, model: nn.Module, pick: Callable[[Any], Any]) -> None:
        super().__init__()
        self.model = model
        self.pick = pick

    def forward(self, *inputs: torch.Tensor) -> Any:
        """The output that was picked."""
        return self.pick(self.model(*inputs))


def against(
    model: nn.Module,
    traced: nn.Module | None,
    shapes: Sequence[tuple[int, ...]],
    *,
    casts: bool = False,
) -> Against:
    """The comparison with a float64 copy, where the bound is sharp.

    Where the model ``casts`` values itself, or a copy cannot be cast, the model's own float32 is run.
    """
    own = _own_dtype(model)

    def compared(network: Network, noise: Sequence[np.ndarray], points: np.ndarray) -> Agreement:
        def run(module: nn.Module) -> Agreement:
            outputs = _outputs(_double(module), points, shapes, torch.float64)
            return compare(network, noise, points, outputs, roundoff=2.0**-53, who=_WHO)

        def run_own() -> Agreement:
            outputs = _outputs(model, points, shapes, own)
            who = f"torch in {str(own).removeprefix('torch.')}"
            return compare(
                network, noise, points, outputs, roundoff=torch.finfo(own).eps / 2, who=who
            )

        try:
            return run(model)
        except InputError:
            if own == torch.float64:
                raise
            return run_own()
        except InternalError as error:
            if casts:
                return run_own()
            if traced is None:
                raise
            run(traced)
            raise InputError(
                f"{type(model).__name__} computes something else than what torch.fx traces of it (is a"
                " tensor changed in place that is used again?); rewrite that, or export the model as"
                " an ONNX file"
            ) from error

    return compared


def own_deviation(
    model: nn.Module, network: Network, shapes: Sequence[tuple[int, ...]]
) -> list[str]:
    """The note that says how far torch's own dtype is off, at the points where it is finite."""
    own = _own_dtype(model)
    if own == torch.float64:
        return []
    points = sample_points(network.input_dimension)
    coarse = _outputs(model, points, shapes, own)
    finite = np.isfinite(coarse).all(axis=1)
    if not finite.any():
        return []
    deviation = largest_deviation(evaluate_many(network, points[finite]), coarse[finite])
    name = str(own).removeprefix("torch.")
    return [f"torch's own {name} output deviates by up to {deviation:.3g} there"]


def _own_dtype(model: nn.Module) -> torch.dtype:
    types = [p.dtype for p in (*model.parameters(), *model.buffers()) if p.is_floating_point()]
    return types[0] if types else torch.float32


def _double(model: nn.Module) -> nn.Module:
    return copy.deepcopy(model).cpu().double()


def _outputs(
    model: nn.Module, points: np.ndarray, shapes: Sequence[tuple[int, ...]], dtype: torch.dtype
) -> np.ndarray:
    device = next((p.device for p in model.parameters()), torch.device("cpu"))
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1]
    results = []
    try:
        with torch.no_grad():
            for point in points:
                inputs = [
                    torch.from_numpy(part.copy()).reshape(shape).to(device=device, dtype=dtype)
                    for part, shape in zip(np.split(point, ends), shapes, strict=True)
                ]
                output = model(*inputs)
                if isinstance(output, (tuple, list)) and len(output) == 1:
                    [output] = output
                results.append(output.to(device="cpu", dtype=torch.float64).numpy().ravel())
    except (RuntimeError, TypeError, ValueError, IndexError, AssertionError) as error:
        line = str(error).splitlines()[0] if str(error) else type(error).__name__
        shown = shapes[0] if len(shapes) == 1 else list(shapes)
        raise InputError(
            f"torch cannot run the model on {shown} inputs of {dtype} ({line}), so the import cannot"
            " be checked"
        ) from error
    return np.array(results)
