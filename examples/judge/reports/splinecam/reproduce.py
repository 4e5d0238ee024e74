# splinecam d743182de068: wrong: repeated regions (1), wrong vertices of regions (5)
# exact: 8 regions, f-vector [13, 20, 8], mean number of facets 2
# PYTORCH_JIT=0 python reproduce.py CHECKOUT
import sys

import torch

sys.path.insert(0, sys.argv[1])
from splinecam import graph, wrappers

weights = [[1.0, 0.0], [0.0, 1.0], [1.0, 2.0], [2.0, -1.0]]
hidden = torch.nn.Linear(2, 4, dtype=torch.float64)
hidden.weight.data, hidden.bias.data = torch.tensor(weights).double(), torch.zeros(4).double()
model = torch.nn.Sequential(hidden, torch.nn.ReLU()).eval()
plane = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], dtype=torch.float64)
network = wrappers.model_wrapper(model, device="cpu", T=plane, dtype=torch.float64)
square = torch.tensor([[-1.0, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]], dtype=torch.float64)
with torch.no_grad():
    polygons, _ = graph.to_next_layer_partition(
        cycles=[square],
        Abw=network.layers[0].get_weights()[None, ...],
        NN=network,
        current_layer=1,
        dtype=torch.float64,
        device="cpu",
    )
print(len(polygons), "polygons; 8 are exact")
area = 0.0
for polygon in polygons:
    x, y = polygon[:, 0], polygon[:, 1]
    area += abs(float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum())) / 2
    print(polygon.tolist())
print("areas add up to", area, "of 4")
