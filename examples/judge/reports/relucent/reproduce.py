# relucent 1.0.0: wrong: wrong facet counts (2), wrong facets (2), invented adjacencies (1), wrong
# totals (2)
# exact: 27 regions, f-vector [19, 45, 27], mean number of facets 10/3
import numpy as np
import relucent
import torch

weights = [
    [
        [1.1548069715499878, 0.07041972130537033],
        [-0.08637305349111557, 0.08915825188159943],
        [0.5941901803016663, 0.04495452344417572],
        [-0.27004650235176086, 0.008633311837911606],
    ],
    [
        [-0.8887016177177429, 0.4675135314464569, 0.8315930366516113, 0.2134123295545578],
        [-0.39908042550086975, 0.4579133987426758, -0.07051578909158707, -0.061897460371255875],
        [0.348792165517807, 0.2954254448413849, -0.13701659440994263, -0.3782476782798767],
        [-0.061251018196344376, -0.1701045036315918, -0.5026517510414124, -0.2049594670534134],
    ],
    [[-1.2183183431625366, 0.07470566779375076, 0.3663095533847809, -0.449866384267807]],
]
biases = [
    [-0.10831450670957565, -0.24816280603408813, 0.9257292747497559, -0.4087904095649719],
    [0.010498682968318462, -0.08475557714700699, 0.13281764090061188, -0.00010976682096952572],
    [0.6642049551010132],
]
layers = []
for w, b in zip(weights, biases, strict=True):
    linear = torch.nn.Linear(len(w[0]), len(w)).double()
    linear.weight.data, linear.bias.data = torch.tensor(w).double(), torch.tensor(b).double()
    layers += [linear, torch.nn.ReLU()]
model = torch.nn.Sequential(*layers[:-1])
cplx = relucent.Complex(model)
cplx.bfs(start=np.random.default_rng(1).normal(size=(1, 2)), nworkers=1)
for p in cplx:
    print(np.asarray(p.ss).ravel(), p.shis)
print(len(cplx), sum(len(p.shis) for p in cplx) / len(cplx), cplx.dual_graph())
