"""Theorems on numbers of regions and cells, and on distances between regions."""

from __future__ import annotations

from fractions import Fraction

from exactpoly.complex.linear import linear_regions
from exactpoly.theory.evidence import Evidence
from exactpoly.theory.formulas import diameter_bound, montufar_lower, montufar_upper, serra
from exactpoly.theory.montufar import has_construction, montufar_network
from exactpoly.theory.theorem import Theorem
from exactpoly.theory.verdict import Check, Instance, Relation, conclude, not_applicable

__all__ = ["DIAMETER", "EULER", "MONTUFAR_LOWER", "MONTUFAR_UPPER", "SERRA"]


def _regions(evidence: Evidence, theorem: str, bound: int) -> Check:
    regions = Fraction(evidence.f[evidence.d])
    return conclude(theorem, [Instance("regions", regions, Relation.AT_MOST, Fraction(bound))])


def _layers(evidence: Evidence) -> tuple[list[int], list[int]]:
    units = evidence.units
    return [relu for relu, _ in units], [linear for _, linear in units]


def _serra(evidence: Evidence) -> Check:
    return _regions(evidence, "serra", serra(evidence.d, *_layers(evidence)))


def _montufar_upper(evidence: Evidence) -> Check:
    bound = montufar_upper(evidence.d, *_layers(evidence))
    return _regions(evidence, "montufar-upper", bound)


def _montufar_lower(evidence: Evidence) -> Check:
    bound = montufar_lower(evidence.d, evidence.widths)
    if bound is None or not has_construction(evidence.d, evidence.widths):
        return not_applicable(
            "montufar-lower", "about layers at least d wide, the last after others wider than d"
        )
    if evidence.network.digest != montufar_network(evidence.d, evidence.widths).digest:
        return not_applicable(
            "montufar-lower",
            "this is not the construction; some network of these widths has at least"
            f" {bound} linear regions",
        )
    count = Fraction(len(linear_regions(evidence.complex)))
    return conclude(
        "montufar-lower",
        [Instance("linear regions", count, Relation.AT_LEAST, Fraction(bound))],
    )


def _euler(evidence: Evidence) -> Check:
    """proofs/theorems.md, 1.2."""
    total = sum((-1) ** k * count for k, count in enumerate(evidence.f))
    expected = (-1) ** evidence.d if evidence.on_space else 1
    return conclude(
        "euler",
        [Instance("alternating sum", Fraction(total), Relation.EQUAL, Fraction(expected))],
    )


def _diameter(evidence: Evidence) -> Check:
    bounds = evidence.diameter
    # The certified upper end is compared, so that "holds" needs no exact diameter.
    label = "diameter" if bounds.exact else f"upper bound of the diameter (at least {bounds.lower})"
    right = Fraction(diameter_bound(evidence.widths))
    if bounds.upper > right >= bounds.lower:
        return not_applicable(
            "diameter", f"the diameter is known only to be {bounds.lower} to {bounds.upper}"
        )
    return conclude("diameter", [Instance(label, Fraction(bounds.upper), Relation.AT_MOST, right)])


SERRA = Theorem(
    "serra",
    "Upper bound on the number of regions by dimensions that inactive neurons leave.",
    r"f_d \le \sum_{(j_1,\dots,j_L)} \prod_l \binom{n_l}{j_l},\quad"
    r" 0 \le j_l \le \min(d, n_1 - j_1, \dots, n_{l-1} - j_{l-1}, n_l)",
    "Serra, Tjandraatmadja, Ramalingam 2018, Theorem 1; with linear units: proofs/theorems.md, 1.11",
    "none",
    _serra,
)
MONTUFAR_UPPER = Theorem(
    "montufar-upper",
    "Upper bound on the number of regions as a product over layers.",
    r"f_d \le \prod_l \sum_{j \le d_l} \binom{n_l}{j},\quad d_l = \min(d, n_1, \dots, n_l)",
    "Montufar 2017; with linear units: proofs/theorems.md, 1.11",
    "none",
    _montufar_upper,
)
MONTUFAR_LOWER = Theorem(
    "montufar-lower",
    "A network of given widths with this many linear regions exists; checked on the construction.",
    r"\#\text{linear regions} \ge"
    r" \prod_{l<L} \left\lfloor \tfrac{n_l}{d} \right\rfloor^d \sum_{j \le d} \binom{n_L}{j}",
    "Montufar, Pascanu, Cho, Bengio 2014, Corollary 6",
    "the network is the construction, decided by its digest",
    _montufar_lower,
)
EULER = Theorem(
    "euler",
    "The alternating sum of the f-vector is (-1)^d on R^d and 1 on a closed box.",
    r"\sum_k (-1)^k f_k = (-1)^d \ \text{on } \mathbb{R}^d,\quad = 1 \ \text{on a closed box}",
    "Euler's relation",
    "none",
    _euler,
)
DIAMETER = Theorem(
    "diameter",
    "The diameter of the graph of regions is at most (n_1+1)...(n_L+1) - 1, free of d.",
    r"\mathrm{diam} \le \prod_l (n_l + 1) - 1",
    "the order O(m^L): Gaines and Bi, ICLR 2026, Theorem 3.8; this bound: proofs/theorems.md, 1.13",
    "none",
    _diameter,
)
