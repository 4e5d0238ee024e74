# relucent 1.0.0: wrong: wrong facet counts (2), wrong facets (2), invented adjacencies (1), wrong
# totals (2)
# exact: 5 regions, f-vector [4, 5], mean number of facets 8/5
import numpy as np
import relucent
import torch

weights = [[[1.0], [1.0]], [[2.0, -1.0]], [[1.0]]]
biases = [[0.0, 10.0], [1.0], [0.0]]
layers = []
for w, b in zip(weights, biases, strict=True):
    linear = torch.nn.Linear(len(w[0]), len(w)).double()
    linear.weight.data, linear.bias.data = torch.tensor(w).double(), torch.tensor(b).double()
    layers += [linear, torch.nn.ReLU()]
model = torch.nn.Sequential(*layers[:-1])
cplx = relucent.Complex(model)
cplx.bfs(start=np.random.default_rng(1).normal(size=(1, 1)), nworkers=1)
for p in cplx:
    print(np.asarray(p.ss).ravel(), p.shis)
print(len(cplx), sum(len(p.shis) for p in cplx) / len(cplx), cplx.dual_graph())
