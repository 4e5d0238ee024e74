"""The search for a network on which a theorem is false, and the shrinking of what is found.

With the theorem's own hypotheses a find refutes it; without them (``hypotheses=False``) it shows that
the hypotheses are needed, or refutes the wider claim. Nothing is believed that is not exact.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice

from exactpoly.complex.complex import Complex
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.domain import Domain
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from exactpoly.running.limits import Limits
from exactpoly.running.run import Run
from exactpoly.theory.candidates import candidates
from exactpoly.theory.theorem import Theorem
from exactpoly.theory.verdict import Check, Verdict

__all__ = ["Find", "Hunt"]

_MAX_CELLS = 400_000


@dataclass(frozen=True)
class Find:
    """A network, its complex, and the check that went wrong there; ``trial``: which candidate it was;
    ``smallest``: nothing one step simpler goes wrong (false where shrinking ran out of time).
    """

    theorem: Theorem
    complex: Complex
    check: Check
    trial: int
    smallest: bool = False


class Hunt:
    """A search for a violation of one theorem.

    ``box``: search on `[-1,1]^d` instead of `R^d`; ``hypotheses``: the theorem's hypotheses must
    be met, otherwise a false conclusion is enough. ``trials`` counts the networks tried.
    """

    def __init__(
        self,
        theorem: Theorem,
        *,
        seed: int = 0,
        dimension: int | None = None,
        kinds: tuple[str, ...] = ("degenerate", "generic", "folded"),
        box: bool = False,
        hypotheses: bool = True,
        interrupted: Callable[[], bool] | None = None,
    ) -> None:
        self.theorem = theorem
        self.box = box
        self.hypotheses = hypotheses
        self.trials = 0
        self.applicable = 0
        self.best: Find | None = None
        self._networks = candidates(seed, dimension, kinds)
        self._interrupted = interrupted or (lambda: False)

    def run(self, *, seconds: float, trials: int | None = None) -> Find | None:
        """The first find, shrunk, or None when the time, or the number of trials, is used up."""
        deadline = time.monotonic() + seconds
        for network in islice(self._networks, trials):
            if time.monotonic() > deadline or self._interrupted():
                return None
            self.trials += 1
            self.best = self._examine(network)
            if self.best is not None:
                return self._shrink(self.best, deadline)
        return None

    def _examine(self, network: Network) -> Find | None:
        d = network.input_dimension
        domain = Domain.box(d, -1, 1) if self.box else Domain.space(d)
        complex_ = enumerate_complex(network, domain=domain, run=Run(Limits(max_cells=_MAX_CELLS)))
        if not complex_.complete:
            return None
        check = self.theorem.check(complex_)
        if check.verdict is not Verdict.NOT_APPLICABLE:
            self.applicable += 1
        wrong = check.verdict is Verdict.VIOLATED
        if not self.hypotheses:
            wrong = check.conclusion is False
        return Find(self.theorem, complex_, check, self.trials) if wrong else None

    def _shrink(self, find: Find, deadline: float) -> Find:
        """Take smaller networks as long as one of them does it too, until the deadline."""
        progress = True
        while progress:
            progress = False
            for smaller in _smaller(find.complex.network):
                if time.monotonic() > deadline or self._interrupted():
                    return find
                found = self._examine(smaller)
                if found is not None:
                    find = self.best = Find(find.theorem, found.complex, found.check, find.trial)
                    progress = True
                    break
        return replace(find, smallest=True)


def _smaller(network: Network) -> Iterator[Network]:
    """Networks one step simpler: without the last hidden layer or a unit, or with a shorter number."""
    if len(network.layers) > 2:
        *hidden, _, _ = network.layers
        output = Layer.of([[1] * hidden[-1].outputs], relu=False)
        yield Network((*hidden, output), network.name)
    for index, layer in enumerate(network.layers[:-1]):
        for unit in range(layer.outputs if layer.outputs > 1 else 0):
            yield _without(network, index, unit)
    for index, layer in enumerate(network.layers[:-1]):
        rows = [[*line, constant] for line, constant in zip(layer.weight, layer.bias, strict=True)]
        for row in rows:
            for place, value in enumerate(row):
                for simpler in _simpler(value):
                    row[place] = simpler
                    yield _with(network, index, rows)
                row[place] = value


def _simpler(value: Fraction) -> list[Fraction]:
    """Simpler numbers than ``value``, the simplest first."""
    options = [Fraction(0), Fraction(round(value)), value.limit_denominator(8)]
    size = (value.denominator, abs(value.numerator))
    return [x for x in dict.fromkeys(options) if (x.denominator, abs(x.numerator)) < size]


def _with(network: Network, index: int, rows: list[list[Fraction]]) -> Network:
    layers = list(network.layers)
    layers[index] = Layer.of(
        [row[:-1] for row in rows], [row[-1] for row in rows], relu=layers[index].relu
    )
    return Network(tuple(layers), network.name)


def _without(network: Network, index: int, unit: int) -> Network:
    layers = list(network.layers)
    layer, following = layers[index], layers[index + 1]
    keep = [i for i in range(layer.outputs) if i != unit]
    layers[index] = Layer.of(
        [layer.weight[i] for i in keep],
        [layer.bias[i] for i in keep],
        relu=[layer.relu[i] for i in keep],
    )
    layers[index + 1] = Layer.of(
        [[row[i] for i in keep] for row in following.weight], following.bias, relu=following.relu
    )
    return Network(tuple(layers), network.name)
