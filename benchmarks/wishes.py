"""Twelve everyday wishes, in exactpoly and in relucent: the code for each, run, and its number of lines.

    python benchmarks/wishes.py                           # exactpoly here, relucent too if it is installed
    python benchmarks/wishes.py --relucent PYTHON         # relucent in another environment

Both get the same torch models. `docs/explanation/twelve_wishes.md` shows the code and what came of it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

SETUP = """
import numpy as np, torch
torch.manual_seed(1)
model = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1)).double()
x = [0.5, 0.25]
twice = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.ReLU(), torch.nn.Linear(2, 1)).double()
twice[0].weight.data[1], twice[0].bias.data[1] = twice[0].weight.data[0], twice[0].bias.data[0]
"""
"""``twice``: two neurons with the same hyperplane."""

WISHES: list[tuple[str, str, str]] = [
    ("regions", "c = ep.enumerate(model)\nlen(c)", "c = relucent.Complex(model)\nc.bfs()\nlen(c)"),
    ("mean number of facets", "c.mean_facets", "sum(len(p.shis) for p in c) / len(c)"),
    ("picture", "c.plot()", "c.plot()"),
    ("region of a point", "r = c.find(x)[0]", "p = c.point2poly(np.array([x]))"),
    ("its inequalities", "r.inequalities()", "p.halfspaces_np[p.shis]"),
    (
        "centre, inradius, volume",
        "r.chebyshev(), r.inradius(), r.volume",
        "p.center, p.inradius, p.volume",
    ),
    ("dual graph", "c.adjacency()", "c.dual_graph()"),
    (
        "decision boundary",
        "b = ep.level_set(model).zero",
        "c = relucent.Complex(relucent.add_output_relu(model))\nc.bfs()\nb = c.boundary_complex(8)",
    ),
    ("Betti numbers", "b.betti()", "b.betti_numbers()"),
    (
        "slice",
        "c.slice([0, 1], [[1, 1]])",
        "c.slice_affine(np.array([0.0, 1.0]), np.array([[1.0], [1.0]]))",
    ),
    (
        "save and load",
        'c.save("c.cert")\nc = ep.open("c.cert")',
        'c.save("c.pkl")\nc = relucent.Complex.load("c.pkl")',
    ),
    (
        "degenerate network",
        "ep.enumerate(twice).n_regions",
        "c = relucent.Complex(twice)\nc.bfs()\nlen(c)",
    ),
]
"""Wish, exactpoly's code, relucent's code. Each goes on where the one before it ended."""

RUNNER = """
import json, sys
place = {}
exec(sys.argv[1], place)
for code in json.loads(sys.argv[2]):
    *before, last = code.splitlines()
    try:
        exec("\\n".join(before), place)
        try:
            told = repr(eval(last, place))
        except SyntaxError:
            exec(last, place)
            told = "done"
    except Exception as error:
        told = f"{type(error).__name__}: {error}"
    print(json.dumps(" ".join(told.split())[:150]))
"""


def answers(python: str, setup: str, codes: list[str]) -> list[str]:
    """What each piece of code gives, in one process of that interpreter."""
    import json

    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [python, "-c", RUNNER, setup + SETUP, json.dumps(codes)],
            cwd=folder,
            env={**os.environ, "MPLBACKEND": "Agg"},
            capture_output=True,
            text=True,
            check=False,
        )
    lines = [line for line in done.stdout.splitlines() if line.startswith('"')]
    if len(lines) != len(codes):
        return [done.stderr.strip().splitlines()[-1][:150]] * len(codes)
    return [json.loads(line) for line in lines]


def lines_of(code: str) -> int:
    return len(code.splitlines())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--relucent", default=sys.executable, metavar="PYTHON")
    theirs = parser.parse_args().relucent
    root = str(Path(__file__).resolve().parents[1])
    path = f"import sys\nsys.path.insert(0, {root!r})\n"
    ours_told = answers(sys.executable, path + "import exactpoly as ep\n", [w[1] for w in WISHES])
    theirs_told = answers(theirs, "import relucent\n", [w[2] for w in WISHES])
    shorter = 0
    for (wish, ours, other), a, b in zip(WISHES, ours_told, theirs_told, strict=True):
        print(f"{wish}: {lines_of(ours)} and {lines_of(other)} lines")
        print(f"    exactpoly  {ours!r}\n               {a}")
        print(f"    relucent   {other!r}\n               {b}")
        shorter += lines_of(ours) <= lines_of(other)
    print(f"exactpoly is as short or shorter in {shorter} of {len(WISHES)}")


if __name__ == "__main__":
    main()
