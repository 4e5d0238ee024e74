# parx 0.1.3: wrong: missed regions (1), wrong facet counts (1), wrong totals (1)
# exact: 2 regions, f-vector [1, 2], mean number of facets 1
import numpy as np
import parx
import torch

weights = [[[1.0], [-1.0]], [[1.0, 1.0]]]
biases = [[0.0, 0.0], [0.0]]
layers = []
for w, b in zip(weights, biases, strict=True):
    linear = torch.nn.Linear(len(w[0]), len(w)).double()
    linear.weight.data, linear.bias.data = torch.tensor(w).double(), torch.tensor(b).double()
    layers += [linear, torch.nn.ReLU()]
model = torch.nn.Sequential(*layers[:-1])
start = np.random.default_rng(1).normal(size=(1, 1))
for region in parx.compute_partition(model, start, method="exact_python").regions:
    print(np.concatenate(region.activation_path).astype(int), region.active_indices)
