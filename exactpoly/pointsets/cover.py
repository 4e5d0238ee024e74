"""Polytope covers: one class of a data set inside, everything else outside, decided in integers.

A cover is `P_1 \\ (P_2 \\ (P_3 \\ ..))`: each polytope is an intersection of closed half-spaces. `P_1`
contains the class, `P_2` those of other classes that no polytope around the class can leave out (they lie
in its convex hull), and so on; with one polytope the class can be told apart by convexity alone. If no
point has two labels, this ends: the points of `P_(i+1)` lie in the hull of those of `P_i`, and two hulls
that contain each other have a vertex in common.

Such families of polytopes are those of Lee, Mammadov and Ye (arXiv 2402.02407). Lower bounds come with
certificates: where one half-space will not do, a common convex combination of both sides; where one
polytope will not do, a point of another class as a convex combination of the class.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np

from exactpoly import services
from exactpoly.errors import InputError, InternalError
from exactpoly.pointsets.points import Points
from exactpoly.pointsets.separation import Combination, Separation, separate
from exactpoly.polyhedra.gordan import exact_products

__all__ = ["Cover", "Face", "Polytope", "cover_class"]


@dataclass(frozen=True)
class Face:
    """The closed half-space `normal.x >= offset`.

    ``witness``: index of a point that this face alone excludes, so that it cannot be left out;
    ``neuron``: the first-layer neuron of the network whose hyperplane it is parallel to, if any.
    """

    normal: tuple[int, ...]
    offset: Fraction
    witness: int
    neuron: int | None = None


@dataclass(frozen=True)
class Polytope:
    """An intersection of ``faces`` that contains the points ``inside`` and excludes ``outside``.

    ``enclosed``: points to be excluded that lie in the convex hull of ``inside``, each with the convex
    combination that shows it; ``single``: how ``outside`` is separated from ``inside`` by one
    hyperplane, or why it cannot be: then at least two faces are needed. None if nothing is outside.
    """

    faces: tuple[Face, ...]
    inside: tuple[int, ...]
    outside: tuple[int, ...]
    enclosed: dict[int, Combination]
    single: Separation | None

    @property
    def least_faces(self) -> int:
        """A proved lower bound on the number of faces of any polytope that does the same."""
        if not self.outside:
            return 0
        return 1 if self.single is None or self.single.separable else 2


@dataclass(frozen=True)
class Cover:
    """A class told apart by nested differences of polytopes; ``missed``: points with both labels."""

    label: str
    points: Points
    polytopes: tuple[Polytope, ...]
    missed: tuple[int, ...]

    @property
    def exact(self) -> bool:
        """Whether every point of the class is inside and every other one outside."""
        return not self.missed

    @property
    def faces(self) -> int:
        """Number of faces of all polytopes."""
        return sum(len(p.faces) for p in self.polytopes)

    def contains(self, points: Points) -> np.ndarray:
        """bool, shape (m,): which points lie in the cover, exactly."""
        result = np.zeros(len(points), bool)
        for polytope in reversed(self.polytopes):
            result = _within(polytope.faces, points) & ~result
        return result

    def plot(self, **options: Any) -> Any:
        """Draw the points of a data set with two features and the polytopes; returns the axes.

        ``names``: of the features; ``theme``: ``"light"`` or ``"dark"``; ``save``: .svg, .png or .pdf to
        write; ``ax``: where to draw. Raises `InputError` for another number of features.

        >>> import exactpoly as ep
        >>> found = ep.cover([[0, 0], [2, 0], [0, 2], [2, 2], [1, 5]], [1, 1, 1, 0, 0], 1)
        >>> found.plot().get_title()
        'class 1: a polytope of 1 face'
        """
        return services.call("plot_cover", self, **options)


def cover_class(
    points: Points,
    labels: Sequence[str],
    label: str,
    *,
    normals: Sequence[Sequence[int]] = (),
    pause: Callable[[], None] | None = None,
) -> Cover:
    """The cover of one class; the public form is `exactpoly.cover`.

    ``normals``: of the first-layer neurons of a network, in order: faces parallel to these are used as
    far as they go, others are found. Raises `InputError` where the class or its complement is empty.
    """
    if len(labels) != len(points):
        raise InputError(f"{len(labels)} labels given for {len(points)} points")
    inside = np.array([x == label for x in labels])
    if inside.all() or not inside.any():
        what = "every point is" if inside.all() else "no point is"
        raise InputError(f"class {label!r}: {what} in it; give a class with points and with others")
    missed = _both_labels(points, inside)
    kept = ~np.isin(np.arange(len(points)), missed)
    inner = np.flatnonzero(inside & kept)
    outer = np.flatnonzero(~inside & kept)
    polytopes: list[Polytope] = []
    while len(inner):
        builder = _Builder(points, inner, outer, normals, pause)
        polytopes.append(builder.polytope())
        inner, outer = np.array(sorted(polytopes[-1].enclosed), np.intp), inner
    result = Cover(label, points, tuple(polytopes), tuple(missed))
    if not np.array_equal(result.contains(points)[kept], inside[kept]):
        raise InternalError(f"class {label!r}: the cover does not separate what it claims to")
    return result


def _both_labels(points: Points, inside: np.ndarray) -> list[int]:
    """Points of other classes that coincide with one of the class, and those."""
    rows = [tuple(row) for row in points.numerators.tolist()]
    first = {row for row, own in zip(rows, inside, strict=True) if own}
    both = {row for row, own in zip(rows, inside, strict=True) if not own} & first
    return [i for i, row in enumerate(rows) if row in both]


def _within(faces: Sequence[Face], points: Points) -> np.ndarray:
    inside = np.ones(len(points), bool)
    for face in faces:
        inside &= _values(points, face.normal) >= _threshold(face.offset, points.denominator)
    return inside


def _values(points: Points, normal: Sequence[int]) -> np.ndarray:
    return exact_products(points.numerators, normal)


def _threshold(offset: Fraction, denominator: int) -> int:
    """The least integer that is at least the offset in units of 1 / denominator."""
    value = offset * denominator
    return -((-value.numerator) // value.denominator)


@dataclass(eq=False)
class _Draft:
    """A face before it is known which points it alone excludes."""

    normal: tuple[int, ...]
    offset: Fraction
    excludes: np.ndarray
    neuron: int | None = None


class _Builder:
    """One polytope around the points ``inner`` that excludes as many of ``outer`` as can be excluded."""

    def __init__(
        self,
        points: Points,
        inner: np.ndarray,
        outer: np.ndarray,
        normals: Sequence[Sequence[int]],
        pause: Callable[[], None] | None,
    ) -> None:
        self.points, self.inner, self.outer = points, inner, outer
        self.core = points.take(inner)
        self.normals = normals
        self.pause = pause
        self.enclosed: dict[int, Combination] = {}
        self.single: Separation | None = None

    def polytope(self) -> Polytope:
        left = self.outer
        self.single = self._against(left) if len(left) else None
        drafts = self._from_network(left)
        for draft in drafts:
            left = np.setdiff1d(left, draft.excludes)
        while len(left):
            cut = self._cut(left)
            if cut is not None:
                drafts.append(cut)
                left = np.setdiff1d(left, cut.excludes)
            left = np.setdiff1d(left, np.array(sorted(self.enclosed), np.intp))
        drafts = _irredundant(drafts)
        if not len(self.normals):  # merging would give up faces of the network
            drafts = self._merged(drafts)
        outside = np.setdiff1d(self.outer, np.array(sorted(self.enclosed), np.intp))
        if self.enclosed:
            self.single = self._against(outside) if len(outside) else None
        return Polytope(
            self._faces(drafts),
            tuple(self.inner.tolist()),
            tuple(outside.tolist()),
            self.enclosed,
            self.single,
        )

    def _against(self, chosen: np.ndarray) -> Separation:
        return separate(self.core, self.points.take(chosen), self.pause)

    def _draft(self, normal: tuple[int, ...], offset: Fraction, neuron: int | None) -> _Draft:
        """Everything of ``outer`` that the face excludes."""
        threshold = _threshold(offset, self.points.denominator)
        values = _values(self.points, normal)[self.outer]
        return _Draft(normal, offset, self.outer[values < threshold], neuron)

    def _cut(self, left: np.ndarray) -> _Draft | None:
        """A face that excludes as many as possible of ``left``; None if the one tried is enclosed.

        The point that weighs most in the combination that stands in the way is left for later.
        """
        chosen = left
        while True:
            found = self.single if len(chosen) == len(self.outer) else self._against(chosen)
            if found is None:
                raise InternalError("nothing was asked about the whole set")
            if found.hyperplane is not None:
                plane = found.hyperplane
                return self._draft(plane.normal, plane.offset, None)
            if found.combinations is None:
                raise InternalError("neither a hyperplane nor combinations")
            weights, others = found.combinations
            if len(others) == 1:
                index = int(chosen[next(iter(others))])
                self.enclosed[index] = {int(self.inner[i]): x for i, x in weights.items()}
            most = max(others.values())
            chosen = np.delete(chosen, next(i for i, x in others.items() if x == most))
            if not len(chosen):
                return None

    def _from_network(self, left: np.ndarray) -> list[_Draft]:
        """Greedily, faces parallel to the neurons' hyperplanes, moved until they touch the class."""
        drafts = []
        for neuron, normal in enumerate(self.normals):
            for sign in (1, -1):
                signed = tuple(sign * int(x) for x in normal)
                if any(signed):
                    offset = Fraction(
                        int(_values(self.core, signed).min()), self.points.denominator
                    )
                    drafts.append(self._draft(signed, offset, neuron))
        chosen: list[_Draft] = []
        while drafts and len(left):
            best = max(drafts, key=lambda draft: len(np.intersect1d(draft.excludes, left)))
            rest = np.setdiff1d(left, best.excludes)
            if len(rest) == len(left):
                break
            chosen.append(best)
            left = rest
        return chosen

    def _merged(self, drafts: list[_Draft]) -> list[_Draft]:
        """Two faces become one as long as some hyperplane excludes what they exclude together."""
        if self.single is not None and self.single.separable:
            return drafts
        changed = len(drafts) > 2
        while changed:
            changed = False
            for i, j in combinations(range(len(drafts)), 2):
                others = [d.excludes for k, d in enumerate(drafts) if k not in (i, j)]
                needed = np.union1d(drafts[i].excludes, drafts[j].excludes)
                for excluded in others:
                    needed = np.setdiff1d(needed, excluded)
                found = self._against(needed) if len(needed) else None
                if found is not None and found.hyperplane is not None:
                    plane = found.hyperplane
                    rest = [d for k, d in enumerate(drafts) if k not in (i, j)]
                    drafts = _irredundant([*rest, self._draft(plane.normal, plane.offset, None)])
                    changed = len(drafts) > 2
                    break
        return drafts

    def _faces(self, drafts: Sequence[_Draft]) -> tuple[Face, ...]:
        faces = []
        for k, draft in enumerate(drafts):
            alone = draft.excludes
            for other in (*drafts[:k], *drafts[k + 1 :]):
                alone = np.setdiff1d(alone, other.excludes)
            faces.append(Face(draft.normal, draft.offset, int(alone[0]), draft.neuron))
        return tuple(faces)


def _irredundant(drafts: list[_Draft]) -> list[_Draft]:
    """Leave out faces, those that exclude least first, while the others exclude as much."""
    everything = np.unique(np.concatenate([d.excludes for d in drafts])) if drafts else None
    for draft in sorted(drafts, key=lambda d: len(d.excludes)):
        rest = [d for d in drafts if d is not draft]
        if rest and len(np.unique(np.concatenate([d.excludes for d in rest]))) == len(
            everything if everything is not None else ()
        ):
            drafts = rest
    return drafts
