"""Random degenerate networks on which three engines must agree cell for cell; says on how many they did.

    python benchmarks/agreement.py [COUNT] [--seconds 600] [--first 0]

The compiled engine (whole, and in small chunks), the NumPy engine and the reference engine, which shares
nothing with the others below the network (it needs pycddlib). Network `i` is drawn with seed `i`:
dimension 1 to 3, up to three layers of up to four units, ReLU or linear, weights quarters, ternary or
floats, rows often zero, repeated, opposite, scaled or parallel, on `R^d` or a box. Compared: all cells of
all dimensions by sign row and sides of the domain, the f-vector, facet counts, simplicity. The first
difference ends the program with its seed.
"""

from __future__ import annotations

import argparse
import random
import time
from fractions import Fraction

import exactpoly as ep
from exactpoly.complex.compiled import compiled_block, count_cells
from exactpoly.complex.complex import Complex
from exactpoly.complex.subdivide import Subdivision
from exactpoly.reference.engine import Cell, enumerate_reference


def drawn(seed: int) -> tuple[ep.Network, ep.Domain]:
    """One network of many ties, and a domain."""
    draw = random.Random(seed)
    d = draw.randint(1, 3)
    kind = draw.choice(["quarters", "ternary", "floats"])

    def number() -> Fraction:
        if kind == "quarters":
            return Fraction(draw.randint(-8, 8), 4)
        return Fraction(draw.randint(-1, 1) if kind == "ternary" else draw.uniform(-2, 2))

    layers, inputs = [], d
    for _ in range(draw.randint(1, 3)):
        rows: list[list[Fraction]] = []
        for _ in range(draw.randint(1, 4)):
            relation = draw.choice(["new", "new", "new", "multiple", "parallel", "zero"])
            row = [number() for _ in range(inputs + 1)]
            if relation == "zero":
                row = [Fraction(0)] * inputs + [Fraction(draw.randint(0, 1))]
            elif relation != "new" and rows:
                factor = draw.choice([1, -1, 3])
                row = [factor * x for x in draw.choice(rows)]
                row[-1] += number() if relation == "parallel" else 0
            rows.append(row)
        linear = draw.random() < 1 / 3
        relu = [not (linear and draw.random() < 1 / 2) for _ in rows]
        layers.append(ep.Layer.of([r[:-1] for r in rows], [r[-1] for r in rows], relu=relu))
        inputs = len(rows)
    layers.append(ep.Layer.of([[1] * inputs], relu=False))
    domain = ep.Domain.space(d) if draw.random() < 1 / 2 else ep.Domain.box(d, -1, Fraction(3, 2))
    return ep.Network(tuple(layers)), domain


def cells(complex_: Complex, k: int) -> set[Cell]:
    sides = range(2 * complex_.dimension)
    return {
        (tuple(row), frozenset(s for s in sides if mask >> s & 1))
        for row, mask in zip(complex_.signs(k).tolist(), complex_.sides(k).tolist(), strict=True)
    }


def agree(network: ep.Network, domain: ep.Domain) -> bool:
    run = Subdivision(network, domain)
    run.run()
    held = [
        Complex(run),
        *(
            Complex(Subdivision(network, domain, block=compiled_block(network, domain, target=t)))
            for t in (0, 4)
        ),
    ]
    counts = count_cells(network, domain, target=4)
    reference = enumerate_reference(network, domain)
    expected = reference.summary()
    same = all(
        cells(one, k) == reference.cells[k] and one.f_vector[k] == len(reference.cells[k])
        for one in held
        for k in range(domain.dimension + 1)
    )
    told = [(s.f_vector, s.facet_histogram, s.simple) for s in (one.summary() for one in held)]
    told.append((counts.f_vector, counts.facet_histogram, not any(counts.not_simple)))
    return same and all(
        x == (expected.f_vector, expected.facet_histogram, expected.simple) for x in told
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=1000)
    parser.add_argument("--seconds", type=float, help="stop after so much time")
    parser.add_argument("--first", type=int, default=0)
    arguments = parser.parse_args()
    done, began = 0, time.monotonic()
    for seed in range(arguments.first, arguments.first + arguments.count):
        if arguments.seconds is not None and time.monotonic() - began > arguments.seconds:
            break
        network, domain = drawn(seed)
        if not agree(network, domain):
            raise SystemExit(f"network {seed}: the engines differ")
        done += 1
    print(f"networks {arguments.first} to {arguments.first + done - 1}: all {done:,} agree")
    print(f"{time.process_time():.0f} CPU s")


if __name__ == "__main__":
    main()
