"""Named constructions, each with the domain it is about and the count that is certified there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from exactpoly.complex.complex import Complex
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.complex.linear import linear_regions
from exactpoly.errors import InputError, InternalError, LimitReached
from exactpoly.levelset.forms import level_network
from exactpoly.levelset.level import LevelSet
from exactpoly.network.network import Network
from exactpoly.running.run import Run
from exactpoly.theory.chains import few_neurons_network
from exactpoly.theory.cyclic import cyclic_network, cyclic_vertices
from exactpoly.theory.depth_formulas import box_bound_by_depth, space_bound_by_depth
from exactpoly.theory.folding import folded_network, slab_network
from exactpoly.theory.formulas import arrangement_cells, montufar_lower
from exactpoly.theory.indicator import SimplicialComplex
from exactpoly.theory.montufar import has_construction, montufar_network
from exactpoly.theory.prisms import folded_prism_network, full_prism_facets, prism_network
from exactpoly.theory.separation import certify_zero_error, separation_network
from exactpoly.topology.homology import Homology

__all__ = ["CONSTRUCTIONS", "Built", "construct", "verify_indicator"]

Groups = tuple[tuple[int, ...], tuple[tuple[int, ...], ...]]

_TILT = Fraction(1, 2**20)
_MOST_REGIONS = 1_000_000
_MOST_FOLDS = 9
_MOST_NUMBERS = 200
_LARGEST_NUMBER = 1_500
_LARGEST_DIMENSION = 12
"""Beyond these a construction is not built: verifying it would take hours, or all memory."""


@dataclass(frozen=True)
class Built:
    """A construction, its complex, and a sentence with what was verified on it exactly."""

    network: Network
    complex: Complex
    verified: str


_Whole = Callable[..., Complex]


def construct(name: str, numbers: Sequence[int], *, run: Run | None = None) -> Built:
    """Build a construction of `CONSTRUCTIONS` from its numbers and verify what it is for.

    Raises `InputError` for an unknown name or numbers that do not fit, `InternalError` where the
    count is not the one that is proved, and `LimitReached` where it was not counted to the end.
    """
    if name not in CONSTRUCTIONS:
        raise InputError(f"construct: {name!r} is not one of {', '.join(CONSTRUCTIONS)}")
    if not numbers:
        raise InputError(f"construct: {name} needs numbers: {CONSTRUCTIONS[name][1]}")
    if len(numbers) > _MOST_NUMBERS or max(map(abs, numbers)) > _LARGEST_NUMBER:
        raise InputError(
            f"construct: {name} takes at most {_MOST_NUMBERS} numbers up to {_LARGEST_NUMBER:,};"
            f" give {CONSTRUCTIONS[name][1]}"
        )

    given = run or Run()

    def whole(network: Network, *, domain: str = "R^d") -> Complex:
        found = enumerate_complex(network, domain=domain, run=given)
        if not found.complete:
            raise LimitReached(f"construct: {found.stopped}, so nothing was verified")
        return found

    return CONSTRUCTIONS[name][0](list(numbers), whole)


def _montufar(numbers: list[int], whole: _Whole) -> Built:
    d, *widths = numbers
    if d > _LARGEST_DIMENSION:
        raise InputError(
            f"construct: input dimension {d}; complexes are enumerated up to {_LARGEST_DIMENSION}"
        )
    if has_construction(d, widths):
        _affordable(montufar_lower(d, widths) or 0)
    network = montufar_network(d, widths)
    complex_ = whole(network, domain=f"[0,1]^{d}")
    count, expected = len(linear_regions(complex_)), montufar_lower(d, widths)
    _demand(count == complex_.n_regions == expected, f"{count} linear regions, not {expected}")
    return Built(network, complex_, f"{count} linear regions in the unit cube, as the formula says")


def _cyclic(numbers: list[int], whole: _Whole) -> Built:
    if len(numbers) != 2:
        raise InputError(f"construct: cyclic needs {CONSTRUCTIONS['cyclic'][1]}")
    d, n = numbers
    # More than d hyperplanes in general position make more than 2^d regions, and more than n.
    _affordable(max(n, 2 ** min(d, 64)) if n > d > 1 else 0)
    _affordable(arrangement_cells(n, d, d) if n > d > 1 else 0)
    network = cyclic_network(d, n)
    complex_ = whole(network)
    (around,) = complex_.find([0] * d)
    facets, vertices = len(around.facets), len(around.vertices)
    _demand(
        (facets, vertices) == (n, cyclic_vertices(d, n)), f"{facets} facets, {vertices} vertices"
    )
    return Built(
        network,
        complex_,
        f"the region around 0 has {facets} facets and {vertices} vertices, the most there can be",
    )


def _separation(numbers: list[int], whole: _Whole) -> Built:
    if len(numbers) != 1:
        raise InputError(f"construct: separation needs {CONSTRUCTIONS['separation'][1]}")
    (m,) = numbers
    if m > _MOST_FOLDS:
        raise InputError(
            f"construct: {m} layers make 2^{m + 1} edges, which are all compared with one another;"
            f" give at most {_MOST_FOLDS}"
        )
    network = separation_network(m)
    result = certify_zero_error(m)
    _demand(result.edges == 2 ** (m + 1), f"{result.edges} edges")
    return Built(
        network,
        whole(network),
        f"zero error on the whole plane: a polygon with {result.edges} edges",
    )


def _slabs(numbers: list[int], whole: _Whole) -> Built:
    _affordable(prod(n + 1 for n in numbers if n > 0))
    network = slab_network(numbers)
    complex_ = whole(network, domain="[0,1]^3")
    mean = complex_.mean_facets_with_domain_boundary
    most = 6 + 2 * len(numbers)
    full = int((complex_.facet_counts_with_domain_boundary >= most).sum())
    return Built(
        network,
        complex_,
        f"mean facets {mean} in the unit cube, {full} regions with at least {most}",
    )


def _folded(numbers: list[int], whole: _Whole) -> Built:
    folds, *slices = numbers
    _affordable(max(0, folds + 1) ** 3 * prod(n + 1 for n in slices if n > 0))
    network = folded_network(folds, slices, tilt=_TILT)
    complex_ = whole(network)
    return Built(network, complex_, f"mean facets {complex_.mean_facets} on R^3, where 2d = 6")


def _prisms(numbers: list[int], whole: _Whole) -> Built:
    d, *cuts = numbers
    _affordable(prod((n + 1) ** max(d - 2, 0) for n in cuts if n > 0))
    network = prism_network(d, cuts)
    complex_ = whole(network, domain=f"[0,1]^{d}")
    facets, expected = full_prism_facets(d, len(cuts)), prod((n - 1) ** (d - 2) for n in cuts)
    full = int((complex_.facet_counts_with_domain_boundary == facets).sum())
    _demand(full == expected, f"{full} full prisms, not {expected}")
    mean = complex_.mean_facets_with_domain_boundary
    bound = box_bound_by_depth(d, len(cuts))
    return Built(
        network,
        complex_,
        f"{full} regions with {facets} facets, mean {mean} in the unit cube; bound {bound}",
    )


def _folded_prisms(numbers: list[int], whole: _Whole) -> Built:
    if len(numbers) < 3:
        raise InputError(f"construct: folded-prisms needs {CONSTRUCTIONS['folded-prisms'][1]}")
    d, folds, *cuts = numbers
    _affordable(max(0, folds + 1) ** min(d, 64) * prod((n + 1) ** max(d - 2, 0) for n in cuts))
    network = folded_prism_network(d, folds, cuts)
    complex_ = whole(network)
    bound = space_bound_by_depth(d, len(cuts) + 1)
    return Built(
        network, complex_, f"mean facets {complex_.mean_facets} on R^{d}; sharp bound {bound}"
    )


def _few_neurons(numbers: list[int], whole: _Whole) -> Built:
    if len(numbers) != 1:
        raise InputError(f"construct: few-neurons needs {CONSTRUCTIONS['few-neurons'][1]}")
    (d,) = numbers
    network = few_neurons_network(d)
    complex_ = whole(network)
    mean, neurons = complex_.mean_facets, network.n_neurons
    _demand(neurons == 2 * d + 1 and mean > 2 * d, f"{neurons} neurons and mean {mean}")
    return Built(
        network,
        complex_,
        f"{neurons} neurons, mean facets {mean} > {2 * d} on R^{d}; fewer neurons cannot do that",
    )


def verify_indicator(network: Network, simplices: SimplicialComplex, run: Run) -> str | None:
    """What was verified of an indicator: `{f = 1}` has the homology of the abstract complex.

    None where a limit was reached. Raises `InputError` where the simplices meet elsewhere than in common
    faces, so that their union has another homology than the complex.
    """
    expected = _groups(simplices.homology, simplices.dimension)
    found = []
    for level in (Fraction(1), Fraction(1, 2)):
        refined = level_network(network, level, None)
        complex_ = enumerate_complex(refined, run=run)
        if not complex_.complete:
            return None
        chosen = LevelSet(complex_, level, None)
        chosen.check()
        found.append(_groups(chosen.super.homology, network.input_dimension))
    exact, half = found
    if exact != expected:
        raise InputError(
            f"indicator: the union has Betti numbers {list(exact[0])}, the abstract complex"
            f" {list(expected[0])}; simplices may meet in common faces only"
        )
    words = f"{{f = 1}} is the union, with Betti numbers {list(exact[0])}"
    if any(exact[1]):
        words += f" and torsion {[list(t) for t in exact[1]]}"
    words += ", as the abstract complex has; {f >= 1/2} has "
    return words + ("the same" if half == exact else f"{list(half[0])}: take a larger slope")


def _groups(found: Homology, d: int) -> Groups:
    """Betti numbers and torsion in degrees 0..d."""
    missing = d + 1 - len(found.critical)
    return found.betti() + (0,) * missing, found.torsion + ((),) * missing


def _affordable(regions: int) -> None:
    if regions > _MOST_REGIONS:
        raise InputError(
            f"construct: these numbers make more than {_MOST_REGIONS:,} regions; give smaller ones"
        )


def _demand(condition: bool, found: str) -> None:
    if not condition:
        raise InternalError(f"a construction has {found}; please report this")


CONSTRUCTIONS: dict[str, tuple[Callable[[list[int], _Whole], Built], str]] = {
    "montufar": (_montufar, "input dimension and hidden widths, such as 2,4,3"),
    "cyclic": (_cyclic, "input dimension and number of facets, such as 4,9"),
    "separation": (_separation, "the number of hidden layers, such as 3"),
    "slabs": (_slabs, "slices of each layer, such as 9,9"),
    "folded": (_folded, "folds of an axis, then slices of each layer, such as 4,5"),
    "prisms": (_prisms, "input dimension, then cuts of a family in each layer, such as 4,5,5"),
    "folded-prisms": (
        _folded_prisms,
        "input dimension, folds of an axis, then cuts of a family in each layer, such as 3,4,5",
    ),
    "few-neurons": (_few_neurons, "the input dimension, 3 or 4"),
}
"""Name -> (builder, what its numbers are)."""
