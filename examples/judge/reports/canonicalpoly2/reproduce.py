# canonicalpoly2 a0dfa9712a62: crashed: _LinAlgError: torch.linalg.solve: (Batch element 2): The
# solver failed because the input matrix is singular. (cx.py:1021)
# exact: 134 regions, f-vector [83, 289, 339, 134], mean number of facets 339/67
# python reproduce.py CHECKOUT
import sys

import torch

sys.path.insert(0, sys.argv[1])
from polyhedra import cx

weights = [
    [
        [0.46001818776130676, -0.05106642469763756, -0.4418889284133911],
        [-0.458389014005661, 0.01252731867134571, 0.2449076920747757],
        [-0.37159374356269836, 0.33391261100769043, 0.419399619102478],
        [0.13437922298908234, 0.2083478718996048, -0.2774463891983032],
    ],
    [
        [0.3043661415576935, 0.0858311653137207, -0.3116368353366852, 0.4768615961074829],
        [-0.19483152031898499, 0.4523106515407562, 0.2695634663105011, -0.23054362833499908],
        [0.16116423904895782, -0.31032735109329224, -0.026436563581228256, -0.41116201877593994],
    ],
    [
        [0.3819843828678131, 0.5064438581466675, 0.16431006789207458],
        [0.14320386946201324, -0.12565964460372925, 0.16499270498752594],
        [-0.16001440584659576, 0.47878801822662354, 0.11718188971281052],
    ],
    [[0.34332090616226196, -0.15370038151741028, 0.37329328060150146]],
]
biases = [
    [-0.006046230439096689, -0.4617617726325989, 0.5352813005447388, -0.09436436742544174],
    [-0.2913765609264374, -0.3726736307144165, 0.03293352946639061],
    [-0.2118699848651886, 0.17414085566997528, 0.3903370201587677],
    [0.2821323275566101],
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
