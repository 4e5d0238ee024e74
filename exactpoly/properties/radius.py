"""The exact robustness radius: the least distance at which another class ties or wins."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from exactpoly.errors import InputError
from exactpoly.network.constraints import Bounds, Constraint, Functional
from exactpoly.network.network import Network
from exactpoly.properties.answer import Answer, Fact, holds_at, nowhere, spell_point
from exactpoly.properties.climb import nearest_tie
from exactpoly.properties.forms import Forms
from exactpoly.properties.joint import distance_network, joint_network
from exactpoly.properties.prove import default_policy, precision
from exactpoly.properties.relaxation import FloatNetwork, forward
from exactpoly.properties.search import Point, Policy, Search
from exactpoly.properties.searches import Searches
from exactpoly.properties.within import HalfSpaces, inside, within
from exactpoly.running.run import Run

__all__ = ["radius"]

_FEW = 24
_SIDES = 64
"""Inputs up to which the sides of a ball do not belong to it."""
_SMALL = 32
"""Neurons up to which only signs are split: a ball is a large box, linear programs know its pieces."""
_LONG: int | None = 500
"""Nodes after which a search is thought to be long."""
_SHARES = (Fraction(1, 2), Fraction(1, 8), Fraction(1, 64))
_FARTHEST = 20
"""Powers of two of the distance at which a tie is looked for without a domain."""


def radius(
    network: Network,
    center: Sequence[Fraction],
    *,
    norm: str = "linf",
    label: int | None = None,
    bounds: Bounds | None = None,
    run: Run | None = None,
    half_spaces: HalfSpaces = (),
) -> Answer:
    """The radius of ``label`` (the class at the point) around ``center`` in ``bounds``.

    No point nearer than the radius has another output as large as that of ``label``; one at that distance
    does. None where there is no such point in a bounded domain.
    """
    work = _Radius(network, tuple(center), norm, label, bounds, run, half_spaces)
    return work.answer()


class _Radius:
    def __init__(
        self,
        network: Network,
        center: Point,
        norm: str,
        label: int | None,
        domain: Bounds | None,
        run: Run | None,
        half_spaces: HalfSpaces,
    ) -> None:
        if norm not in ("linf", "l1"):
            raise InputError(f"norm: {norm!r} is neither linf nor l1")
        if network.output_dimension < 2:
            raise InputError(f"{network.name}: it has one output; a radius needs several classes")
        self.half_spaces = half_spaces
        if domain is not None and not (
            all(a <= x <= b for x, (a, b) in zip(center, domain, strict=True))
            and inside(half_spaces, center)
        ):
            raise InputError("point: it lies outside the domain")
        self.network, self.center, self.norm, self.domain = network, center, norm, domain
        asked = ("radius", network, *center, norm, label, domain, half_spaces)
        self.searches = Searches(run, asked)
        self.output = network.evaluate(center)
        best = max(range(len(self.output)), key=lambda j: self.output[j])
        self.label = best if label is None else label
        if not 0 <= self.label < len(self.output):
            raise InputError(f"class: {label} given, {network.name} has {len(self.output)} outputs")
        self.others = [j for j in range(len(self.output)) if j != self.label]
        self.forms, self.net = Forms(network), FloatNetwork.of(network)
        self.tie: Point | None = None
        self.nodes = 0

    def answer(self) -> Answer:
        answer = Answer("answered", (self.network,))
        answer.details = {"class": self.label, "norm": self.norm}
        if any(self.output[j] >= self.output[self.label] for j in self.others):
            self.tie = self.center
            return self._told(answer, Fraction(0), None, None)
        self.look()
        sure: tuple[Fraction, Search] | None = None
        shares, most = [Fraction(1)], _LONG  # Of the distance; the last is next.
        while True:
            size = self.size(shares[-1])
            search = self.search(size)
            search.most, before = most, self.tie
            done = self.searches.go(search)
            self.nodes += search.nodes
            answer.bits = precision(search.network, [search.bounds])
            if done and len(shares) == 1:
                return self._told(answer, size, search, None)
            if done and size is not None:
                sure = size, search
                shares.pop()
            elif self.tie is not before:
                continue
            elif most is not None and not search.halted:
                # A long search: smaller balls first, which are what a limit leaves.
                shares, most = shares if size is None else [Fraction(1), *_SHARES], None
            else:
                lower, proof = sure or (Fraction(0), None)
                return self._told(answer, lower, proof, search.stopped)

    def size(self, share: Fraction) -> Fraction | None:
        """A share of the distance within which a tie is looked for; None for all of the domain."""
        if self.tie is not None:
            return share * self.distance(self.tie)
        return Fraction(2) ** _FARTHEST if self.domain is None else None

    def _told(
        self, answer: Answer, proved: Fraction | None, search: Search | None, stopped: str | None
    ) -> Answer:
        attained = None if self.tie is None else self.distance(self.tie)
        at = None if self.tie is None else spell_point(self.tie)
        answer.nodes, answer.stopped = self.nodes, stopped
        answer.center = self.center if self.norm == "l1" else None
        answer.facts = [] if self.tie is None else [self.tied(self.tie)]
        if search is not None:
            answer.facts.append(nowhere(search.alternatives, search.bounds))
            answer.tree = [search.tree.preorder()]
        answer.witness = self.tie
        answer.details |= {"radius": None if attained is None else str(attained), "at": at}
        if attained == proved:
            answer.value = attained
            if self.tie is not None:
                output = self.network.evaluate(self.tie)
                answer.details["ties_with"] = max(self.others, key=lambda j: output[j])
        else:
            answer.verdict = "partial"
            answer.stopped = stopped or "no other class was found as far as was looked"
            answer.details |= {"lower": str(proved), "upper": answer.details["radius"]}
        return answer

    def tied(self, point: Point) -> Fact:
        """That another class ties or wins at a point so near, which a box or one more output says."""
        output, size = self.network.evaluate(point), self.distance(point)
        j = max(self.others, key=lambda k: output[k])
        outputs = len(output) + (self.norm == "l1")
        near = [Constraint(self.short(size, outputs))] if self.norm == "l1" else []
        near += within(self.half_spaces, outputs, strict=False)
        row = [Constraint(self.margin(j, outputs)), *near]
        return holds_at(point, row, self.ball(size))

    def short(self, size: Fraction, outputs: int) -> Functional:
        """How far the l1 distance, the last output, is below a size."""
        y = tuple(Fraction(-(k == outputs - 1)) for k in range(outputs))
        return Functional(y, (Fraction(0),) * len(self.center), size)

    def ball(self, size: Fraction) -> Bounds:
        """The box around the centre, within the domain."""
        ball = tuple((c - size, c + size) for c in self.center)
        return tuple(
            (max(a, s), min(b, t)) for (a, b), (s, t) in zip(ball, self.domain or ball, strict=True)
        )

    def distance(self, point: Point) -> Fraction:
        sizes = [abs(a - b) for a, b in zip(point, self.center, strict=True)]
        return max(sizes) if self.norm == "linf" else sum(sizes, Fraction(0))

    def margin(self, j: int, outputs: int) -> Functional:
        y = tuple(Fraction((k == j) - (k == self.label)) for k in range(outputs))
        return Functional(y, (Fraction(0),) * len(self.center))

    def nearer(self, point: Point) -> None:
        """From a point where another class ties to the nearest such point of its region."""
        if self.tie is not None and self.distance(point) >= self.distance(self.tie):
            return
        self.tie = point
        if len(self.center) <= _FEW:
            output = self.network.evaluate(point)
            j = max(self.others, key=lambda k: output[k])
            bounds = self.domain or tuple(
                (c - self.distance(point), c + self.distance(point)) for c in self.center
            )
            margin = self.margin(j, len(self.output))
            self.tie = nearest_tie(
                self.network,
                self.forms,
                point,
                margin,
                self.center,
                self.norm,
                bounds,
                self.half_spaces,
            )

    def look(self) -> None:
        """Sample larger and larger boxes until another class is found."""
        rng = np.random.default_rng(0)
        middle = np.array([float(c) for c in self.center])
        for power in range(-6, _FARTHEST + 1):
            points = middle + 2.0**power * (2 * rng.random((2_000, len(middle))) - 1)
            if self.domain is not None:
                low, high = (np.array([float(p[k]) for p in self.domain]) for k in (0, 1))
                points = np.clip(points, low, high)
            values = forward(self.net, points)
            gap = values[:, self.others].max(axis=1) - values[:, self.label]
            hits = np.flatnonzero(gap >= 0)
            for i in hits[np.argsort(np.abs(points[hits] - middle).max(axis=1))][:3]:
                self.try_point(points[i])
            if self.tie is not None:
                return

    def try_point(self, values: np.ndarray) -> None:
        point = tuple(Fraction(float(v)) for v in values)
        if self.domain is not None:
            point = tuple(min(max(x, a), b) for x, (a, b) in zip(point, self.domain, strict=True))
        output = self.network.evaluate(point)
        wins = any(output[j] >= output[self.label] for j in self.others)
        if wins and inside(self.half_spaces, point):
            self.nearer(point)

    def search(self, size: Fraction | None) -> Search:
        """The search for a tie nearer than ``size``."""
        network, d = self.network, len(self.center)
        bounds, outputs = self.domain, len(self.output)
        near: list[Constraint] = []
        if size is not None:
            bounds = self.ball(size)
            if self.norm == "l1":
                network = joint_network(network, distance_network(self.center))
                outputs += 1
                near = [Constraint(self.short(size, outputs), True)]
            elif d <= _SIDES:
                near = _inside(tuple((c - size, c + size) for c in self.center), outputs)
        if bounds is None:
            raise InputError("domain: a radius without a tie needs a bounded domain")
        near += within(self.half_spaces, outputs, strict=False)
        alternatives = [(Constraint(self.margin(j, outputs)), *near) for j in self.others]

        def found(point: Point, a: int) -> bool:
            self.nearer(point)
            return False

        return Search(
            network,
            bounds,
            alternatives,
            found,
            Policy(inputs=False) if network.n_neurons <= _SMALL else default_policy(network),
        )


def _inside(ball: Bounds, outputs: int) -> list[Constraint]:
    """Strictly inside a box."""
    result = []
    for k, (low, high) in enumerate(ball):
        for sign, end in ((1, low), (-1, high)):
            x = tuple(Fraction(sign * (i == k)) for i in range(len(ball)))
            result.append(Constraint(Functional((Fraction(0),) * outputs, x, -sign * end), True))
    return result
