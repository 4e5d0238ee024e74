"""How close do networks come to the sharp bound 2L(d-2)+4 on the mean number of facets?

    pip install '.[studies]'
    python examples/how_close.py docs/how_close            # writes docs/how_close.json and .svg

For d = 2..5 and L = 1..4 hidden layers, every mean exact: random networks, networks trained on blobs,
networks found by hill climbing from random ones, and constructed ones (`exactpoly construct`). About five
minutes of one core; ``--quick`` takes half a minute. Seeds decide everything.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_blobs
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

import exactpoly as ep
from exactpoly.theory.depth_formulas import space_bound_by_depth
from exactpoly.theory.prisms import folded_prism_network

WIDTH = {2: 16, 3: 12, 4: 8, 5: 6}
CLIMBED_WIDTH = {1: 12, 2: 8, 3: 6, 4: 5}
STEPS = {2: 1000, 3: 800, 4: 300, 5: 100}
MOST_CELLS = 3_000_000
ONE_LAYER = {2: 200, 3: 60, 4: 30, 5: 18}
PRISMS = {  # (d, L) -> folds and cuts of each later layer
    (3, 2): (10, [16]), (3, 3): (6, [8, 8]), (3, 4): (5, [6, 6, 6]),
    (4, 2): (6, [6]), (4, 3): (3, [3, 3]), (5, 2): (3, [3]),
}  # fmt: skip
KINDS = {
    "random": ("o", "#0072B2"),
    "trained": ("^", "#009E73"),
    "climbed": ("s", "#E69F00"),
    "constructed": ("D", "#D55E00"),
}


def mean(network: ep.Network) -> Fraction | None:
    """The exact mean number of facets; None where the network has too many cells."""
    complex_ = ep.enumerate(network, limits=ep.Limits(max_cells=MOST_CELLS))
    return complex_.mean_facets if complex_.complete else None


def random_network(d: int, depth: int, width: int, seed: int) -> ep.Network:
    """Normal weights of variance 2/inputs and normal biases, rounded to multiples of 1/1024."""
    rng = np.random.default_rng([d, depth, seed])
    layers, inputs = [], d
    for _ in range(depth):
        weight = rng.normal(size=(width, inputs)) * np.sqrt(2 / inputs)
        bias = rng.normal(size=width)
        layers.append(ep.Layer.of(np.round(weight * 1024) / 1024, np.round(bias * 1024) / 1024))
        inputs = width
    return ep.Network(tuple(layers))


def trained_network(d: int, depth: int, width: int, seed: int) -> ep.Network:
    """A classifier of three blobs."""
    points, labels = make_blobs(300, d, centers=3, cluster_std=0.5, random_state=seed)
    model = MLPClassifier([width] * depth, max_iter=200, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit((points - points.mean(axis=0)) / points.std(axis=0), labels)
    pairs = zip(model.coefs_[:-1], model.intercepts_[:-1], strict=True)
    return ep.Network(tuple(ep.Layer.of(w.T, b) for w, b in pairs))


def climbed_network(d: int, depth: int, seed: int, steps: int) -> ep.Network:
    """From a small random network with integer weights, one weight changed at a time."""
    rng = np.random.default_rng([7, d, depth, seed])
    sizes = [d, *[CLIMBED_WIDTH[depth]] * depth]
    arrays = [rng.integers(-4, 5, (n, m + 1)) for m, n in pairwise(sizes)]

    def network() -> ep.Network:
        return ep.Network(tuple(ep.Layer.of(a[:, :-1], a[:, -1]) for a in arrays))

    best, kept = mean(network()) or Fraction(0), network()
    for _ in range(steps):
        array = arrays[rng.integers(depth)]
        place = tuple(rng.integers(n) for n in array.shape)
        before = array[place]
        array[place] += rng.choice([-8, -3, -1, 1, 3, 8])
        now = mean(network())
        if now is not None and now >= best:
            best, kept = now, network()
        else:
            array[place] = before
    return kept


def constructed_network(d: int, depth: int) -> ep.Network | None:
    """Thin prisms; for one layer hyperplanes in general position come near."""
    if (d, depth) in PRISMS:
        folds, cuts = PRISMS[d, depth]
        return folded_prism_network(d, folds, cuts)
    return random_network(d, 1, ONE_LAYER[d], 0) if depth == 1 else None


def candidates(d: int, depth: int, quick: bool) -> Iterator[tuple[str, ep.Network]]:
    """Networks with their kinds."""
    for seed in range(2 if quick else 5):
        yield "random", random_network(d, depth, WIDTH[d], seed)
        yield "trained", trained_network(d, depth, WIDTH[d], seed)
    yield "climbed", climbed_network(d, depth, 0, STEPS[d] // 10 if quick else STEPS[d])
    built = constructed_network(d, depth)
    if built is not None and not (quick and d > 3):
        yield "constructed", built


def largest(quick: bool, note: Callable[[str], None]) -> list[dict[str, object]]:
    """For each d, L and kind the largest mean found.

    A constructed network with fewer layers stands in where none was built: layers that cut nothing
    can be added to it.
    """
    rows: list[dict[str, object]] = []
    for d in range(2, 6):
        built: dict[str, tuple[Fraction, str]] = {}
        for depth in range(1, 5):
            best = dict(built)
            for kind, network in candidates(d, depth, quick):
                value = mean(network)
                widths = "-".join(map(str, network.widths[:-1]))
                if value is not None and value > best.get(kind, (Fraction(-1), ""))[0]:
                    best[kind] = value, widths
            built = {k: v for k, v in best.items() if k == "constructed"}
            bound = space_bound_by_depth(d, depth)
            for kind, (value, widths) in best.items():
                assert value < bound
                rows.append({"d": d, "L": depth, "bound": bound, "kind": kind,
                             "mean": str(value), "widths": widths})  # fmt: skip
            found = [f"{k} {float(v):.3f} ({w})" for k, (v, w) in best.items()]
            note(f"| {d} | {depth} | {bound} | " + " | ".join(found) + " |")
    return rows


def draw(rows: list[dict[str, object]], target: Path) -> None:
    """One panel a dimension: the bound, 2d dashed, and the largest means."""
    figure, axes = plt.subplots(1, 4, figsize=(10, 3.4), sharex=True, layout="constrained")
    depths = range(1, 5)
    for d, panel in zip(range(2, 6), axes, strict=True):
        bounds = [space_bound_by_depth(d, depth) for depth in depths]
        panel.plot(depths, bounds, "-_", color="black", lw=1.2, label="sharp bound")
        panel.axhline(2 * d, color="grey", ls="--", lw=1, label="2d")
        for kind, (mark, colour) in KINDS.items():
            found = [r for r in rows if (r["d"], r["kind"]) == (d, kind)]
            values = [float(Fraction(str(r["mean"]))) for r in found]
            panel.plot([r["L"] for r in found], values, mark, color=colour, ms=5, label=kind)
        panel.set(title=f"d = {d}", xlabel="hidden layers", xticks=depths)
        panel.set_ylim(0, 1.06 * max(bounds))
    axes[0].set_ylabel("mean number of facets")
    axes[0].legend(fontsize=7, frameon=False, loc="lower left")
    figure.savefig(target)


def main() -> None:
    """Write the rows and the figure; with ``--draw`` draw again from the rows."""
    (target,) = [x for x in sys.argv[1:] if not x.startswith("--")] or ["how_close"]
    table = Path(f"{target}.json")
    if "--draw" not in sys.argv:
        rows = largest("--quick" in sys.argv, lambda line: print(line, flush=True))
        table.write_text(json.dumps(rows, indent=1) + "\n")
    draw(json.loads(table.read_text()), Path(f"{target}.svg"))


if __name__ == "__main__":
    main()
