"""What an adapter is given, what it says about itself, and the ways it can end without claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

__all__ = ["SCOPES", "Absent", "Adapter", "NotOffered", "Refused", "Task"]

SCOPES = ("all", "generic", "transversal", "none")
"""Which complexes a promise may be about; see `Adapter`."""


class Absent(Exception):
    """The tool (or something it needs) is not installed; says what to do."""


class NotOffered(Exception):
    """The tool does not claim to handle such a network or domain."""


class Refused(Exception):
    """The tool declined by an error of its own that says so."""


@dataclass(frozen=True, eq=False)
class Task:
    """One network on one domain, in the tool's number format.

    ``weights``: one array (outputs, inputs) a layer; ``biases``: one (outputs,) a layer; every layer
    but the last is followed by ReLU on all units, the last is linear. ``bounds``: (low, high) of each
    axis, None for `R^d`. ``checkout``: path of the tool's repository, for tools that are no package.
    """

    weights: tuple[np.ndarray, ...]
    biases: tuple[np.ndarray, ...]
    bounds: tuple[tuple[float, float], ...] | None
    checkout: str | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Task:
        """The task of the JSON object that the judging process sends."""
        import numpy as np

        kind = np.dtype(data["numbers"])
        bounds = data["bounds"]
        return cls(
            tuple(np.array(w, kind) for w in data["weights"]),
            tuple(np.array(b, kind) for b in data["biases"]),
            None if bounds is None else tuple((low, high) for low, high in bounds),
            data.get("checkout"),
        )

    @property
    def dimension(self) -> int:
        """Input dimension."""
        return int(self.weights[0].shape[1])

    @property
    def hidden(self) -> int:
        """Number of hidden neurons."""
        return sum(len(b) for b in self.biases[:-1])

    def rows(self, points: np.ndarray) -> np.ndarray:
        """int8 (points, neurons): signs of the pre-activations in the tool's number format."""
        import numpy as np

        values, signs = points, []
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            values = values @ weight.T + bias
            signs.append(np.sign(values).astype(np.int8))
            values = np.maximum(values, 0)
        return np.concatenate(signs, axis=1)


@dataclass(frozen=True)
class Adapter:
    """A tool and how to run it.

    ``numbers``: the format it computes in, to which weights are rounded before it is asked;
    ``distribution``: the name of its package, None for our own baselines and for checkouts;
    ``promise``: what it says about itself, for fair reports; ``source``: where it says so; ``scope``: which
    complexes the promise is about, ``"all"``, ``"generic"`` (simple ones), ``"transversal"`` (simple, and
    simple again with the output as one more neuron) or ``"none"``; ``run``: from a task to claims, an
    object as in CLAIMS.md without the fields that the caller knows; ``needs_checkout``: whether it is run
    from its repository; ``preload``: modules that are imported once for many questions.
    """

    name: str
    numbers: str
    promise: str
    run: Callable[[Task], dict[str, Any]]
    distribution: str | None = None
    needs_checkout: bool = False
    scope: str = "all"
    preload: tuple[str, ...] = ()
    source: str = ""
