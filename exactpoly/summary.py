"""The numbers that every engine must agree on: counts of cells and facets, and what follows.

Both engines reduce their result to a `Summary`; the command line prints it and the tests compare it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from exactpoly.domain import Domain
from exactpoly.errors import InternalError
from exactpoly.network.network import Network

__all__ = ["Summary", "histogram"]


@dataclass(frozen=True)
class Summary:
    """Exact counts of a polyhedral complex.

    ``f_vector``: `f_0 .. f_d`, the number of cells of each dimension; on `R^d` of the complex of
    `R^d` (so `f_0` may be 0), on a box with the cells on its boundary.
    ``facet_histogram``: number of facets -> number of regions, facets on the boundary of the domain
    not counted; ``facet_histogram_with_domain_boundary``: counted. On `R^d` they are equal.
    ``simple``: every `k`-cell lies on exactly `d - k` zero sets of neurons and sides of the box.
    ``complete``: False when a limit stopped the run; then nothing here is a total.
    """

    network: Network
    domain: Domain
    engine: str
    f_vector: tuple[int, ...]
    facet_histogram: dict[int, int]
    facet_histogram_with_domain_boundary: dict[int, int]
    simple: bool
    complete: bool = True

    @property
    def n_regions(self) -> int:
        """Number of regions (`d`-cells)."""
        return self.f_vector[-1]

    @property
    def mean_facets(self) -> Fraction:
        """Mean number of facets of a region off the boundary of the domain (`2 f_(d-1)/f_d` on `R^d`)."""
        return _mean(self.facet_histogram)

    @property
    def mean_facets_with_domain_boundary(self) -> Fraction:
        """Mean number of facets of a region, those on the boundary of the domain counted."""
        return _mean(self.facet_histogram_with_domain_boundary)

    @property
    def euler_characteristic(self) -> int:
        """`sum (-1)^k f_k`: `(-1)^d` on `R^d`, 1 on a closed box."""
        return sum((-1) ** k * count for k, count in enumerate(self.f_vector))

    def check(self) -> None:
        """Check what must hold of every complete complex; a failure is a bug and raises.

        Euler's relation (proofs/theorems.md, 1.2), and `sum of facet counts = 2 f_(d-1)` on `R^d`
        (proofs/complex.md, Theorem 8: an off-boundary `(d-1)`-cell lies in exactly two regions).
        """
        if not self.complete:
            return
        expected = (-1) ** self.domain.dimension if self.domain.is_space else 1
        if self.euler_characteristic != expected:
            raise InternalError(
                f"Euler's relation fails: f-vector {self.f_vector} sums to"
                f" {self.euler_characteristic}, not {expected}; please report this network"
            )
        if sum(self.facet_histogram.values()) != self.n_regions:
            raise InternalError("the facet histogram does not count every region once")
        total = sum(count * bars for count, bars in self.facet_histogram.items())
        if self.domain.is_space and total != 2 * self.f_vector[-2]:
            raise InternalError(
                f"{total} facets of regions but {self.f_vector[-2]} cells of dimension d-1 on R^d"
            )

    def to_json(self) -> dict[str, object]:
        """The JSON object of the command line; fractions are strings such as ``"437/68"``."""
        return {
            "network": {
                "name": self.network.name,
                "digest": self.network.digest,
                "widths": list(self.network.widths),
            },
            "domain": str(self.domain),
            "engine": self.engine,
            "regions": self.n_regions,
            "f_vector": list(self.f_vector),
            "mean_facets": str(self.mean_facets),
            "mean_facets_with_domain_boundary": str(self.mean_facets_with_domain_boundary),
            "facet_histogram": _keyed(self.facet_histogram),
            "facet_histogram_with_domain_boundary": _keyed(
                self.facet_histogram_with_domain_boundary
            ),
            "simple": self.simple,
            "complete": self.complete,
        }


def histogram(counts: Iterable[int]) -> dict[int, int]:
    """How many regions have each number of facets, by increasing number."""
    return dict(sorted(Counter(int(c) for c in counts).items()))


def _mean(bars: dict[int, int]) -> Fraction:
    return Fraction(sum(count * n for count, n in bars.items()), sum(bars.values()))


def _keyed(bars: dict[int, int]) -> dict[str, int]:
    return {str(count): n for count, n in bars.items()}
