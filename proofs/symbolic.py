"""Identities of proofs/theorems.md, symbolically for small `d` and all `n`, and numerically.

Needs sympy. Exits with an error at the first identity that does not hold.
"""

from __future__ import annotations

import sys
from itertools import product
from math import comb

import sympy as sp

N = sp.symbols("n", integer=True, nonnegative=True)


def binomial(top: sp.Expr, k: int) -> sp.Expr:
    """`C(top, k)` as a polynomial; zero for negative `k`."""
    if k < 0:
        return sp.Integer(0)
    return sp.Mul(*(top - i for i in range(k))) / sp.factorial(k)


def partial_sum(top: sp.Expr, d: int) -> sp.Expr:
    """`B(top, d) = sum_{i <= d} C(top, i)` as a polynomial."""
    return sp.Add(*(binomial(top, i) for i in range(d + 1)))


def cells(n: sp.Expr, d: int, k: int) -> sp.Expr:
    """`f_k` of `n` hyperplanes in general position in `R^d`."""
    return binomial(n, d - k) * partial_sum(n - d + k, k)


def require(name: str, holds: object) -> None:
    """Leave with an error unless the statement holds."""
    if not holds:
        sys.exit(f"{name}: does not hold")


def one_layer(d: int) -> None:
    """Theorems 1.2, 1.3 and 1.5 as identities of polynomials in `n`."""
    f = [cells(N, d, k) for k in range(d + 1)]
    euler = sp.expand(sum((-1) ** k * f[k] for k in range(d + 1)) - (-1) ** d)
    require(f"Euler, d = {d}", euler == 0)
    require(f"regions, d = {d}", sp.expand(f[d] - partial_sum(N, d)) == 0)
    require(f"facets, d = {d}", sp.expand(f[d - 1] - N * partial_sum(N - 1, d - 1)) == 0)
    for k in range(1, d):
        grown = f[k] + cells(N, d - 1, k - 1) + cells(N, d - 1, k)
        require(f"recursion, d = {d}", sp.expand(cells(N + 1, d, k) - grown) == 0)
    require(f"limit, d = {d}", sp.limit(2 * f[d - 1] / f[d], N, sp.oo) == 2 * d)


def central(d: int) -> None:
    """Theorem 1.10: recursion and limit."""
    regions = [2 * partial_sum(N - 1, dimension - 1) for dimension in (d - 1, d)]
    step = regions[1].subs(N, N + 1) - regions[1] - regions[0]
    require(f"central regions, d = {d}", sp.expand(step) == 0)
    mean = 2 * N * partial_sum(N - 2, d - 2) / partial_sum(N - 1, d - 1)
    require(f"central limit, d = {d}", sp.limit(mean, N, sp.oo) == 2 * (d - 1))


def local_cube(neurons: int, sides: int) -> None:
    """complex.md, Theorem 5: cells around a cell with these zeros, by dimension above it."""
    counts = [0] * (neurons + sides + 1)
    for word in product((-1, 0, 1), repeat=neurons):
        for inside in product((0, 1), repeat=sides):
            counts[sum(map(abs, word)) + sum(inside)] += 1
    for r, count in enumerate(counts):
        formula = sum(
            comb(neurons, r - i) * 2 ** (r - i) * comb(sides, i) for i in range(min(r, sides) + 1)
        )
        require(f"local cells, {neurons} neurons and {sides} sides", count == formula)


def surfaces() -> None:
    """Theorem 2.1: facets of a step in `R^3` by the Euler characteristic of its surface."""
    inner, one, two, edges, faces, cut = sp.symbols("V_i b b_2 E F c_2")
    chi = inner + one + two - edges + faces
    solved = sp.solve(
        [2 * edges - 4 * inner - 3 * one - 2 * two, edges - cut - one - two], [inner, edges]
    )
    formula = 2 * faces - 2 * chi - one / 2
    require("surfaces in R^3", sp.expand(formula.subs(solved) - cut) == 0)


def slices(d: int) -> None:
    """Theorem 1.15: the recursion for the bound of a polytope with `m` facets."""
    m = sp.symbols("m", positive=True)
    bound: sp.Expr = sp.Integer(2)
    for _ in range(2, d + 1):
        bound = sp.Max(m, bound + 2)
    require(f"box bound, d = {d}", bound.subs(m, 2 * d) == 4 * d - 4)


def main() -> None:
    """Verify everything."""
    for d in range(1, 8):
        one_layer(d)
    for d in range(2, 8):
        central(d)
        slices(d)
    for neurons, sides in product(range(5), range(4)):
        local_cube(neurons, sides)
    surfaces()
    print("all identities hold")


if __name__ == "__main__":
    main()
