"""What theory alone says about an architecture: bounds on regions, cells and means, without weights.

Lower bounds are of two kinds: what every network with a first layer in general position has, and how
many linear regions some network of these widths has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain

from exactpoly.arithmetic.rational import exact_integer
from exactpoly.errors import InputError
from exactpoly.theory.depth_formulas import (
    face_bound_by_depth,
    space_bound_by_depth,
    space_bound_by_widths,
)
from exactpoly.theory.formulas import (
    arrangement_cells,
    arrangement_mean,
    deep_cells,
    diameter_bound,
    face_mean_bound,
    montufar_lower,
    montufar_upper,
    serra,
)

__all__ = ["ArchitectureBound", "architecture_bounds", "parse_widths"]

MAX_UNITS = 20_000
_POSITION = "first layer in general position: cells"


@dataclass(frozen=True)
class ArchitectureBound:
    """``lower <= quantity <= upper``, None where nothing is known; ``source``: theorem ids."""

    quantity: str
    lower: Fraction | None
    upper: Fraction | None
    source: str

    def to_json(self) -> dict[str, object]:
        """The JSON object; exact numbers as strings."""
        return {
            "quantity": self.quantity,
            "lower": None if self.lower is None else str(self.lower),
            "upper": None if self.upper is None else str(self.upper),
            "source": self.source,
        }


def parse_widths(text: str) -> tuple[int, ...]:
    """Read ``"3,64,64"`` (or with minus signs): input dimension, then ReLU units of each layer.

    >>> parse_widths("3,64,64"), parse_widths("2-8")
    ((3, 64, 64), (2, 8))
    """
    words = text.replace("-", ",").split(",")
    widths = tuple(exact_integer(word, f"widths[{i}]") for i, word in enumerate(words))
    if len(widths) < 2 or min(widths) < 1:
        raise InputError(
            f"widths: {text!r} needs an input dimension and at least one hidden width, all >= 1"
        )
    if sum(widths) > MAX_UNITS or widths[0] > 1000:
        raise InputError(
            f"widths: {text!r} is too large; give at most {MAX_UNITS} units and 1000 inputs"
        )
    return widths


def architecture_bounds(d: int, widths: Sequence[int]) -> list[ArchitectureBound]:
    """Bounds for every ReLU network of input dimension ``d`` and these hidden widths on `R^d`."""
    first = widths[0]
    upper = deep_cells(d, widths)
    exact = len(widths) == 1
    rows = [
        ArchitectureBound(
            f"f_{k}",
            Fraction(arrangement_cells(first, d, k)),
            Fraction(upper[k]),
            ("cells; equal" if exact else f"{_POSITION}; upper: deep-cells")
            + (", serra" if k == d and not exact else ""),
        )
        for k in range(d + 1)
    ]
    some = montufar_lower(d, widths)
    rows += [
        ArchitectureBound("regions", Fraction(1), Fraction(serra(d, widths)), "serra"),
        ArchitectureBound(
            "regions", Fraction(1), Fraction(montufar_upper(d, widths)), "montufar-upper"
        ),
        ArchitectureBound(
            "most linear regions of such a network",
            None if some is None else Fraction(some),
            Fraction(serra(d, widths)),
            "montufar-lower; serra",
        ),
        *chain.from_iterable(_means(k, d, widths) for k in range(1, d + 1)),
        ArchitectureBound("diameter", None, Fraction(diameter_bound(widths)), "diameter"),
    ]
    if exact:
        mean = arrangement_mean(first, d)
        rows.append(
            ArchitectureBound("mean facets in general position", mean, mean, "shallow-mean, exact")
        )
    return rows


def _means(k: int, d: int, widths: Sequence[int]) -> list[ArchitectureBound]:
    """Bounds on the mean number of facets of a `k`-cell: the best known, and better ones if simple."""
    units = [(n, 0) for n in widths]
    depth = len(widths)
    best = Fraction(face_mean_bound(k, d, widths))
    source = "theorems_deep.md, Theorem 2"
    if k == d:
        best, source = min(
            (space_bound_by_widths(d, units), "deep-bound by widths"),
            (Fraction(space_bound_by_depth(d, depth)), "deep-bound by depth, strict"),
        )
    if depth > 1 and d > 2 and best > 2 * k:
        source += f" ({'avg-facets' if k == d else 'avg-faces'} claims {2 * k}, which is refuted)"
    what = f"mean facets of a {'region' if k == d else f'{k}-cell'}"
    least = Fraction(max(0, k - d + min(widths[0], d)))
    rows = [
        ArchitectureBound(
            what, least, best, f"first layer of full rank: min-facets; upper: {source}"
        )
    ]
    simple = Fraction(face_bound_by_depth(k, d, depth))
    if simple < best:
        rows.append(ArchitectureBound(f"{what}, if simple", least, simple, "deep-faces"))
    return rows
