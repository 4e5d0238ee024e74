# canonicalpoly 4127d6e0a203: crashed: _LinAlgError: torch.linalg.solve: (Batch element 3): The
# solver failed because the input matrix is singular. (cx.py:471)
# exact: 97 regions, f-vector [58, 205, 243, 97], mean number of facets 486/97
# python reproduce.py CHECKOUT
import sys

import torch

sys.path.insert(0, sys.argv[1])
from polyhedra import cx

weights = [
    [
        [-0.5478590726852417, 0.280947208404541, 0.3619309663772583],
        [-0.43158528208732605, -0.577219545841217, -0.5248696208000183],
        [-0.048113323748111725, -0.21003612875938416, -0.5426610708236694],
        [-0.36574476957321167, -0.5648632645606995, 0.5432371497154236],
    ],
    [
        [-0.24175432324409485, -0.12680454552173615, 0.30200380086898804, -0.4906716048717499],
        [-0.22892118990421295, 0.16168749332427979, -0.10270141810178757, -0.018152572214603424],
        [-0.18122275173664093, 0.3075539767742157, 0.12333158403635025, 0.3876588046550751],
        [0.3003256916999817, 0.006190794985741377, 0.1483944058418274, -0.26619815826416016],
    ],
    [[-0.09788966178894043, 0.048258066177368164, 0.07045265287160873, 0.2548743784427643]],
]
biases = [
    [-0.24330931901931763, 0.08087802678346634, 0.30825093388557434, -0.41030123829841614],
    [0.21169468760490417, 0.15819749236106873, -0.22984077036380768, -0.44249793887138367],
    [-0.34576934576034546],
]


class Layers(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = torch.nn.ModuleList(torch.nn.Linear(len(w[0]), len(w)) for w in weights[:-1])
        for part, w, b in zip(self.parts, weights[:-1], biases[:-1], strict=True):
            part.weight.data, part.bias.data = torch.tensor(w), torch.tensor(b)

    def forward(self, x):
        outs = [self.parts[0](x)]
        for part in self.parts[1:]:
            outs.append(part(torch.relu(outs[-1])))
        return outs


_, points, signs = cx.get_full_complex(Layers())
for point, row in zip(points.tolist(), signs.int().tolist(), strict=True):
    print(row, point)
