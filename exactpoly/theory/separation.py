"""A depth separation with width 4 and zero error, certified exactly.

Amrami and Goldberg (arXiv 2101.07126) give classification problems, one for each `m`, that networks of
depth linear in `m` and width at most 4 solve without error by folding space, and that networks of
fixed depth solve only with exponentially many units. The problems here have the same properties and
rational coordinates; they are ours, for regular polygons are not rational:

*Problem `m`*: the unit square is divided into `4^m` squares of side `h = 2^-m`; a point is in class 1
iff it lies in an open diamond `|x - c_x| + |y - c_y| < h/4` around the centre `c` of one of them.

The network folds both axes `m` times by the tent map (two units an axis), then measures the distance
from the centre (four units). Why few layers need exponential width: proofs/theorems_deep.md, Theorem 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.complex.region import Region
from exactpoly.errors import InputError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network

__all__ = ["ZeroError", "certify_zero_error", "separation_network", "separation_target"]

_HALF = Fraction(1, 2)


def separation_network(m: int) -> Network:
    """The network for problem ``m``: ``m + 1`` hidden layers of width 4; class 1 iff output > 0.

    >>> separation_network(2).widths
    (2, 4, 4, 4, 1)
    """
    if m < 0:
        raise InputError(f"separation: {m} is no number of folds; give one from 0")
    layers = []
    # The two coordinates as forms on the layer's inputs.
    coordinates = [[Fraction(1), Fraction(0)], [Fraction(0), Fraction(1)]]
    for _ in range(m):
        rows = [form for form in coordinates for _ in (0, 1)]
        layers.append(Layer.of(rows, [Fraction(0), -_HALF] * 2))
        coordinates = [[Fraction(x) for x in row] for row in ((2, -4, 0, 0), (0, 0, 2, -4))]
    rows = [[sign * x for x in form] for form in coordinates for sign in (1, -1)]
    layers.append(Layer.of(rows, [-_HALF, _HALF] * 2))
    output = Layer.of([[-1] * 4], [Fraction(1, 4)], relu=False)
    return Network((*layers, output), f"separation {m}")


def separation_target(m: int, point: tuple[Fraction, ...]) -> Fraction:
    """`1/4 - (|x - c_x| + |y - c_y|) / h` for the square of problem ``m`` that the point lies in."""
    total = Fraction(1, 4)
    for x in point:
        _, offset = _square(m, x)
        total -= abs(offset)
    return total


def _square(m: int, x: Fraction) -> tuple[int, Fraction]:
    """Which of `2^m` intervals holds ``x``, and `(x - centre) / h` in it; at a border the left one."""
    scaled = x * 2**m
    index = min(int(scaled), 2**m - 1)
    return index, scaled - index - _HALF


@dataclass(frozen=True)
class ZeroError:
    """What was verified: on each of ``regions`` regions of the unit square the output is the target."""

    m: int
    regions: int
    diamonds: int


def certify_zero_error(m: int) -> ZeroError:
    """Prove that the network decides problem ``m`` rightly at every point of the unit square.

    On every region of the exact complex, all vertices lie in one closed quadrant of one closed
    square, on which the target is affine; the output's exact affine map agrees with it at all
    vertices, hence on the region. Raises `InputError` where that fails.
    """
    complex_ = enumerate_complex(separation_network(m), domain="[0,1]^2")
    inside = set()
    for region in complex_.regions:
        squares = _agrees(m, region)
        if squares is None:
            raise InputError(f"separation: the network is wrong on region {region.index}")
        inside.add(squares)
    return ZeroError(m, complex_.n_regions, len(inside))


def _agrees(m: int, region: Region) -> tuple[int, ...] | None:
    """The square that the region lies in, None where output and target differ on the region."""
    place = [_square(m, x) for x in region.interior_point]
    matrix, constant = region.affine_map
    for vertex in region.vertices:
        target = Fraction(1, 4)
        for x, (index, offset) in zip(vertex, place, strict=True):
            here = x * 2**m - index - _HALF
            if not (0 <= here <= _HALF if offset > 0 else -_HALF <= here <= 0):
                return None
            target -= abs(here)
        output = constant[0] + sum(a * x for a, x in zip(matrix[0], vertex, strict=True))
        if output != target:
            return None
    return tuple(index for index, _ in place)
