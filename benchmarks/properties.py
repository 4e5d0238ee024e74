"""CPU seconds of exact answers about networks on boxes: `python benchmarks/properties.py QUESTION`.

`ranges`: random networks (He initialisation, float32, seeded). `radii`: iris, 20 points.
`acasxu FOLDER SECONDS [PROPERTY_NETWORK ..]`: the public networks and properties, search and check apart;
`1_2_3` is property 1 on network 2_3; all 180 of properties 1 to 4 where none is named. `agree COUNT`:
random quantised networks, their range by search and by the complex, and both verdicts at the maximum.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

import exactpoly as ep
from exactpoly.certificate.confirm import confirm
from exactpoly.network.constraints import Conjunction, Constraint, Functional
from exactpoly.properties.extrema import range_of
from exactpoly.properties.prove import prove
from exactpoly.readers.vnnlib import read_vnnlib
from exactpoly.running.run import Run

HERE = Path(__file__).parent


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    start = time.process_time()
    return call(), time.process_time() - start


def random_network(widths: list[int], seed: int) -> ep.Network:
    rng = np.random.default_rng(seed)
    layers = []
    for i, (n, m) in enumerate(zip(widths, [*widths[1:], 1], strict=True)):
        weight = (rng.standard_normal((m, n)) * np.sqrt(2 / n)).astype(np.float32)
        bias = (0.1 * rng.standard_normal(m)).astype(np.float32)
        layers.append(ep.Layer.of(weight, bias, relu=i < len(widths) - 1))
    return ep.Network(tuple(layers), "-".join(map(str, widths)))


def ranges() -> None:
    asked = [([2, 64, 64], True), ([3, 32, 32], False), ([5, 20, 20], False), ([4, 8, 8], True)]
    nets = [(random_network(widths, 0), compared) for widths, compared in asked]
    nets.append((ep.load(HERE.parent / "examples" / "iris.npz"), True))
    for network, compared in nets:
        d = network.input_dimension
        box = ((Fraction(-1), Fraction(1)),) * d
        y = (Fraction(1), *([Fraction(0)] * (network.output_dimension - 1)))
        one = Functional(y, (Fraction(0),) * d)
        answer, search = timed(lambda n=network, f=one, b=box: range_of(n, f, b))
        _, check = timed(lambda a=answer: confirm(a))
        words = f"{network.name}: search {search:.2f}, check {check:.2f} s, {answer.nodes} nodes"
        if compared:
            found, seconds = timed(
                lambda n=network, b=box: ep.enumerate(n, domain=ep.Domain(len(b), b))
            )
            values = [network.evaluate(v)[0] for v in found.vertices()]
            same = [str(min(values)), str(max(values))] == [
                answer.details["min"],
                answer.details["max"],
            ]
            words += f"; complex of {found.n_regions} regions in {seconds:.2f} s, equal: {same}"
        print(words, flush=True)


def radii() -> None:
    network = ep.load(HERE.parent / "examples" / "iris.npz")
    rng = np.random.default_rng(0)
    total = 0.0
    for _ in range(20):
        point = [Fraction(int(x), 10) for x in rng.integers(10, 70, size=4)]
        answer, seconds = timed(lambda p=point: ep.radius(network, p))
        total += seconds
        print(
            answer.verdict, float(answer.value or -1), answer.nodes, f"{seconds:.2f} s", flush=True
        )
    print(f"20 points in {total:.1f} s")


def acasxu(folder: Path, limit: float, names: list[str]) -> None:
    names = names or [
        f"{p}_{a}_{b}" for p in range(1, 5) for a in range(1, 6) for b in range(1, 10)
    ]
    for name in names:
        p, a, b = name.split("_")
        network = ep.load(folder / f"ACASXU_run2a_{a}_{b}_batch_2000.onnx")
        asked = read_vnnlib(folder / f"prop_{p}.vnnlib")
        start = time.process_time()
        run = Run(interrupted=lambda start=start: time.process_time() - start > limit)
        answer, search = timed(lambda: prove(network, asked.conjunctions, run=run))  # noqa: B023
        answer, check = timed(lambda: confirm(answer, run))  # noqa: B023
        text = "".join(json.dumps(v, separators=(",", ":")) for v in answer.lines(network=False))
        size = len(gzip.compress(text.encode()))
        print(
            name,
            answer.verdict,
            f"search {search:.2f} check {check:.2f} s",
            f"{size} bytes",
            flush=True,
        )


def quantised(rng: np.random.Generator) -> ep.Network:
    """Small integers or quarters as weights, zeros and repeated rows often."""
    widths = [int(n) for n in rng.integers(1, 4, size=1)] + [int(n) for n in rng.integers(1, 7, 2)]
    layers = []
    for i, (n, m) in enumerate(zip(widths, [*widths[1:], 1], strict=True)):
        rows = rng.integers(-3, 4, size=(m, n + 1))
        if m > 1 and rng.random() < 0.3:
            rows[-1] = rng.integers(-2, 3) * rows[0]
        scale = int(rng.choice([1, 4]))
        exact = [[Fraction(int(x), scale) for x in row] for row in rows]
        last = i == len(widths) - 1
        layers.append(ep.Layer.of([r[:-1] for r in exact], [r[-1] for r in exact], relu=not last))
    return ep.Network(tuple(layers))


def agree(count: int) -> None:
    rng = np.random.default_rng(0)
    start = time.process_time()
    for number in range(count):
        network = quantised(rng)
        d = network.input_dimension
        box = ((Fraction(-1), Fraction(1)),) * d
        values = [
            network.evaluate(v)[0]
            for v in ep.enumerate(network, domain=ep.Domain(d, box)).vertices()
        ]
        one = Functional((Fraction(1),), (Fraction(0),) * d)
        found = confirm(range_of(network, one, box))
        assert found.details["min"] == str(min(values)), number
        assert found.details["max"] == str(max(values)), number
        for strict, verdict in ((False, "sat"), (True, "unsat")):
            at = Constraint(one.plus(-max(values)), strict)
            told = confirm(prove(network, [Conjunction(box, (at,))]))
            assert told.verdict == verdict, (number, strict)
    print(f"{count} networks, no disagreement, {time.process_time() - start:.0f} CPU s")


if __name__ == "__main__":
    if sys.argv[1] == "agree":
        agree(int(sys.argv[2]))
    elif sys.argv[1] == "acasxu":
        acasxu(Path(sys.argv[2]), float(sys.argv[3]), sys.argv[4:])
    else:
        {"ranges": ranges, "radii": radii}[sys.argv[1]]()
