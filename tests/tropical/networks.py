"""Random integral networks, biased to the corners, and a second way to find a convex hull."""

from __future__ import annotations

from itertools import combinations
from math import factorial
from random import Random

import numpy as np

from exactpoly import Layer, Network
from exactpoly.newton.lattice import Chart, Point


def integral_network(random: Random) -> Network:
    """Input dimension up to 4, one or two hidden layers, small integers, often without biases."""
    d, depth = random.randint(1, 4), random.randint(1, 2)
    biased = random.random() < 0.4
    most = {1: 4, 2: 4, 3: 4, 4: 3}[d]
    layers, inputs = [], d
    for _ in range(depth):
        rows: list[list[int]] = []
        biases: list[int] = []
        for _ in range(random.randint(1, most)):
            kind = random.random()
            if rows and kind < 0.2:  # duplicate, opposite or parallel
                row = [random.choice((1, -1, 2)) * x for x in random.choice(rows)]
            else:
                row = [random.randint(-2, 2) for _ in range(inputs)]
            rows.append(row)
            biases.append(random.randint(-2, 2) if biased else 0)
        relu = [random.random() < 0.9 for _ in rows]
        layers.append(Layer.of(rows, biases, relu=relu))
        inputs = len(rows)
    bias = [random.randint(-1, 1) if biased else 0]
    last = Layer.of([[random.randint(-2, 2) for _ in range(inputs)]], bias, relu=False)
    return Network((*layers, last), "random integral network")


def qhull(points: list[Point]) -> tuple[set[Point], int]:
    """Vertices and normalised volume of points of dimension 2 and more, by Qhull in floats."""
    from scipy.spatial import ConvexHull

    chart = Chart.of(points)
    places = np.array(chart.coordinates(points), float)
    hull = ConvexHull(places)
    return {points[i] for i in hull.vertices}, round(hull.volume * factorial(chart.dimension))


def extreme_by_brute_force(points: list[Point]) -> set[Point]:
    """Points of the plane or line that no other points have between them: Caratheodory, exactly."""
    distinct = sorted(set(points))
    return {
        p
        for p in distinct
        if not any(
            _inside(p, corners)
            for size in (2, 3)
            for corners in combinations([q for q in distinct if q != p], size)
        )
    }


def _inside(p: Point, corners: tuple[Point, ...]) -> bool:
    """Whether a plane point lies in a segment or triangle, its boundary included."""

    def turn(a: Point, b: Point, c: Point) -> int:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    if len(corners) == 2:
        a, b = corners
        between = all(min(x, y) <= z <= max(x, y) for x, y, z in zip(a, b, p, strict=True))
        return turn(a, b, p) == 0 and between
    a, b, c = corners
    turns = [turn(a, b, p), turn(b, c, p), turn(c, a, p)]
    return turn(a, b, c) != 0 and (min(turns) >= 0 or max(turns) <= 0)
