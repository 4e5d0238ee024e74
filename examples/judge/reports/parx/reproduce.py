# parx 0.1.3: wrong: wrong facet counts (3), wrong facets (3)
# exact: 42 regions, f-vector [20, 75, 96, 42], mean number of facets 32/7
import numpy as np
import parx
import torch

weights = [
    [
        [-0.28491881489753723, -0.10715945065021515, -0.18317294120788574],
        [-0.08377886563539505, 0.04475775733590126, 0.4694340229034424],
        [-0.19784224033355713, 0.024860870093107224, 0.2861405313014984],
        [0.14938142895698547, 0.09948520362377167, -0.2456301748752594],
        [-0.1848866194486618, 0.5072892308235168, -0.5681679844856262],
        [-0.26064828038215637, 0.29030898213386536, 0.07924452424049377],
    ],
    [
        [
            -0.24263149499893188,
            -0.10224026441574097,
            0.30255261063575745,
            0.009230274707078934,
            -0.35310834646224976,
            -0.06865312904119492,
        ]
    ],
]
biases = [
    [
        -0.27022889256477356,
        -0.3457396328449249,
        -0.010229340754449368,
        -0.12087432295084,
        0.5425222516059875,
        0.09267183393239975,
    ],
    [0.08398526161909103],
]
layers = []
for w, b in zip(weights, biases, strict=True):
    linear = torch.nn.Linear(len(w[0]), len(w)).double()
    linear.weight.data, linear.bias.data = torch.tensor(w).double(), torch.tensor(b).double()
    layers += [linear, torch.nn.ReLU()]
model = torch.nn.Sequential(*layers[:-1])
start = np.random.default_rng(1).normal(size=(1, 3))
for region in parx.compute_partition(model, start, method="exact_python").regions:
    print(np.concatenate(region.activation_path).astype(int), region.active_indices)
