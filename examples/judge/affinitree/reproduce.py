# affinitree 0.23.0: wrong: invented regions (1), repeated regions (1)
# exact: 2 regions, f-vector [1, 2], mean number of facets 1
import numpy as np
from affinitree import AffFunc, AffTree, Architecture, Polytope, builder

weights = [[[1.0]], [[-1.0]], [[1.0]]]
biases = [[0.0], [0.0], [0.0]]
box = None
net = Architecture(1)
for w, b in zip(weights, biases, strict=True):
    net.linear(AffFunc.from_mats(np.array(w, float), np.array(b, float)))
    if w is not weights[-1]:
        net.relu()
domain = box and AffTree.from_poly(Polytope.hyperrectangle(1, box), AffFunc.identity(1), None)
for _, node, polytope in builder.from_layers(net, domain).polyhedra():
    if node.is_terminal():
        print(polytope.to_Axleqb())
