"""A complex in twenty lines: counts, arrays, points, volumes, theorems, and a file that proves it."""

import numpy as np

import exactpoly as ep

rng = np.random.default_rng(0)
hidden = ep.Layer.of(rng.integers(-5, 6, (7, 2)), rng.integers(-3, 4, 7))
net = ep.Network((hidden, ep.Layer.of(rng.integers(-2, 3, (1, 7)), relu=False)), "seven lines")
c = ep.enumerate(net, domain=(-2, 2))

print(c, "mean facets", c.mean_facets_with_domain_boundary)
print("vertices", c.vertex_array.shape, "of the first region", c.region_vertices[0].tolist())
print(
    "edges at vertex 0:",
    c.cofaces(0)[0].tolist(),
    "their signs",
    c.signs(1)[c.cofaces(0)[0]].tolist(),
)
print("area of all regions:", sum(c.volumes), "of the largest:", max(c.volumes))
print("interior points", c.interior_points.shape, "affine maps", c.affine_maps[0].shape)
points = c.sample(10_000)
print(
    "share of points in region 0:",
    np.mean(c.find(points) == 0),
    "exact:",
    c.volumes[0] / sum(c.volumes),
)
print("regions at the origin:", c.find([0, 0]), "triangles:", len(c.where(facets=3)))
print("on a line:", c.slice([0, 0], [[1, 2]], domain=(-1, 1)), "on a square:", c.restrict((0, 1)))
print(
    "linear regions:", len(c.linear_regions()), "adjacent pairs:", c.to_networkx().number_of_edges()
)
print("theorems that hold:", [check.id for check in c.theorems() if check.verdict.value == "holds"])
