"""CPU seconds of exact answers about networks on boxes: `python benchmarks/properties.py QUESTION`.

`ranges`: random networks (He initialisation, float32, seeded). `radii`: iris, 20 points.
`acasxu FOLDER SECONDS RESULTS [PROPERTY_NETWORK ..]`: the public networks and properties, search and check
apart; `1_2_3` is property 1 on network 2_3; all 180 of properties 1 to 4 where none is named. Lines are
added to the file RESULTS, and what it has is left out, so that a run goes on. `agree COUNT [SEED]`:
random quantised networks, their range by search and by the complex, and both verdicts at the maximum.
`pairs COUNT`: rewritten networks are equal; one weight moved by 2^-30 makes the difference that the joint
complex has. `programs`: linear programs of regions, by HiGHS and by the own simplex method.
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
from exactpoly.properties import linear_program
from exactpoly.properties.climb import highest
from exactpoly.properties.extrema import range_of
from exactpoly.properties.forms import Forms
from exactpoly.properties.joint import joint_network
from exactpoly.properties.prove import default_policy, prove
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


def acasxu(folder: Path, limit: float, results: Path, names: list[str]) -> None:
    known = results.read_text().splitlines() if results.exists() else []
    done = {line.split()[0] for line in known}
    names = names or [
        f"{p}_{a}_{b}" for p in range(1, 5) for a in range(1, 6) for b in range(1, 10)
    ]
    for name in names:
        if name in done:
            continue
        p, a, b = name.split("_")
        network = ep.load(folder / f"ACASXU_run2a_{a}_{b}_batch_2000.onnx")
        asked = read_vnnlib(folder / f"prop_{p}.vnnlib")
        start = time.process_time()
        run = Run(interrupted=lambda start=start: time.process_time() - start > limit)
        answer, search = timed(lambda: prove(network, asked.conjunctions, run=run))  # noqa: B023
        answer, check = timed(lambda: confirm(answer, run))  # noqa: B023
        text = "".join(json.dumps(v, separators=(",", ":")) for v in answer.lines(network=False))
        size = len(gzip.compress(text.encode()))
        line = f"{name} {answer.verdict} search {search:.2f} check {check:.2f} s {size} bytes"
        with results.open("a") as file:
            file.write(line + "\n")


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


def agree(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
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
            asked = [Conjunction(box, (at,))]
            told = confirm(prove(network, asked, policy=default_policy(network)))
            assert told.verdict == verdict, (number, strict)
    print(f"{count} networks, no disagreement, {time.process_time() - start:.0f} CPU s")


def rewritten(network: ep.Network, rng: np.random.Generator) -> ep.Network:
    """The same function: neurons permuted, rescaled, split in two, dead ones added."""
    rows = [[list(w) for w in layer.weight] for layer in network.layers]
    biases = [list(layer.bias) for layer in network.layers]
    for j in range(len(rows) - 1):
        for i in range(len(rows[j])):
            factor = Fraction(int(rng.integers(1, 5)), int(rng.integers(1, 5)))
            rows[j][i] = [factor * w for w in rows[j][i]]
            biases[j][i] *= factor
            for row in rows[j + 1]:
                row[i] /= factor
        split = int(rng.integers(len(rows[j])))
        rows[j] += [list(rows[j][split]), [Fraction(0)] * len(rows[j][0])]
        biases[j] += [biases[j][split], Fraction(-1)]
        for row in rows[j + 1]:
            part = row[split] * Fraction(int(rng.integers(-3, 4)), 4)
            row[split] -= part
            row += [part, Fraction(int(rng.integers(-3, 4)))]
        order = rng.permutation(len(rows[j]))
        rows[j] = [rows[j][k] for k in order]
        biases[j] = [biases[j][k] for k in order]
        rows[j + 1] = [[row[k] for k in order] for row in rows[j + 1]]
    last = len(rows) - 1
    return ep.Network(
        tuple(
            ep.Layer.of(w, b, relu=j < last)
            for j, (w, b) in enumerate(zip(rows, biases, strict=True))
        )
    )


def moved(network: ep.Network, rng: np.random.Generator) -> ep.Network:
    """One weight moved by 2^-30."""
    j = int(rng.integers(len(network.layers)))
    layers = list(network.layers)
    rows = [list(w) for w in layers[j].weight]
    i, k = int(rng.integers(len(rows))), int(rng.integers(len(rows[0])))
    rows[i][k] += Fraction(1, 2**30)
    layers[j] = ep.Layer.of(rows, list(layers[j].bias), relu=layers[j].relu)
    return ep.Network(tuple(layers))


def pairs(count: int) -> None:
    rng = np.random.default_rng(0)
    total = [0.0, 0.0]
    for number in range(count):
        network = quantised(rng)
        d = network.input_dimension
        other = rewritten(network, rng)
        answer, seconds = timed(lambda a=network, b=other: ep.equal(a, b, domain="[-1,1]^d"))
        total[0] += seconds
        assert answer.verdict == "equal", number
        other = moved(other, rng)
        answer, seconds = timed(lambda a=network, b=other: ep.equal(a, b, domain="[-1,1]^d"))
        total[1] += seconds
        box = ((Fraction(-1), Fraction(1)),) * d
        points = ep.enumerate(joint_network(network, other), domain=ep.Domain(d, box)).vertices()
        most = max(abs(network.evaluate(p)[0] - other.evaluate(p)[0]) for p in points)
        assert answer.value == most, number
    print(f"{count} pairs: equal {total[0]:.1f} s, moved {total[1]:.1f} s")


def programs() -> None:
    rng = np.random.default_rng(0)
    for widths in ([5, 20, 20], [10, 32, 32], [16, 48, 48], [24, 64, 64]):
        network, d = random_network(widths, 1), widths[0]
        box = ((Fraction(-1), Fraction(1)),) * d
        one = Functional((Fraction(1),), (Fraction(0),) * d)
        spent = []
        for least in (0, 10**9):
            linear_program.HIGHS_FROM = least
            points = [tuple(map(Fraction, rng.uniform(-1, 1, d))) for _ in range(6)]
            highest(network, Forms(network), points[0], one, box)
            start = time.process_time()
            for point in points:
                highest(network, Forms(network), point, one, box)
            spent.append((time.process_time() - start) / len(points))
        print(f"{network.name}: HiGHS {1e3 * spent[0]:.1f} ms, own {1e3 * spent[1]:.1f} ms")


if __name__ == "__main__":
    if sys.argv[1] == "agree":
        agree(int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0)
    elif sys.argv[1] == "acasxu":
        acasxu(Path(sys.argv[2]), float(sys.argv[3]), Path(sys.argv[4]), sys.argv[5:])
    elif sys.argv[1] == "pairs":
        pairs(int(sys.argv[2]))
    else:
        {"ranges": ranges, "radii": radii, "programs": programs}[sys.argv[1]]()
