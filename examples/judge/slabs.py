"""A tool of forty lines that is wrong: it walks along lines through the plane and notes sign rows.

exactpoly compare NET --command "python slabs.py {net} {out} {domain}"
"""

import json
import sys
from fractions import Fraction

LINES, STEPS = 41, 41


def main(net: str, out: str, domain: str) -> None:
    with open(net, encoding="utf-8") as file:
        network = json.load(file)
    layers = network["hidden_layers"]
    if len(layers[0]["weight"][0]) != 2 or domain == "R^2":
        print("it draws boxes in the plane only")
        sys.exit(3)  # not offered
    (left, right), (low, high) = (map(Fraction, side[1:-1].split(",")) for side in sides(domain))
    seen = {}
    for i in range(LINES):
        for j in range(STEPS):
            x = float(left + (right - left) * Fraction(2 * i + 1, 2 * LINES))
            y = float(low + (high - low) * Fraction(2 * j + 1, 2 * STEPS))
            seen.setdefault(row(layers, [x, y]), [x, y])
    regions = [{"row": signs, "point": point} for signs, point in seen.items()]
    claims = {
        "format": "exactpoly-claims-1",
        "tool": "slabs",
        "version": "0.1",
        "regions": regions,
        "totals": {"regions": len(regions)},
    }
    with open(out, "w", encoding="utf-8") as file:
        json.dump(claims, file)


def sides(domain: str) -> list[str]:
    """The intervals of ``[-1,1]^2`` or ``[0,1]x[-2,2]``."""
    return [domain[:-2]] * 2 if domain.endswith("^2") else domain.split("x")


def row(layers: list, values: list) -> str:
    """The signs of all hidden neurons at a point, as this tool computes them."""
    signs = ""
    for layer in layers:
        pairs = zip(layer["weight"], layer["bias"], strict=True)
        values = [sum(w * x for w, x in zip(line, values, strict=True)) + b for line, b in pairs]
        signs += "".join("+" if value > 0 else "-" for value in values)
        values = [max(0.0, value) for value in values]
    return signs


main(*sys.argv[1:])
