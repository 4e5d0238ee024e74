"""Ten-line scripts that show a tool's result without exactpoly, to be pasted into a bug report."""

from __future__ import annotations

import json

from exactpoly.crosscheck.numbers import FORMATS
from exactpoly.crosscheck.rounding import asked
from exactpoly.crosscheck.tool import Tool, claims_name, filled
from exactpoly.domain import Domain
from exactpoly.network.network import Network

__all__ = ["reproduction_script"]

_TORCH = """\
import torch

weights = {weights}
biases = {biases}
layers = []
for w, b in zip(weights, biases, strict=True):
    linear = torch.nn.Linear(len(w[0]), len(w)).double()
    linear.weight.data, linear.bias.data = torch.tensor(w).double(), torch.tensor(b).double()
    layers += [linear, torch.nn.ReLU()]
model = torch.nn.Sequential(*layers[:-1])
"""

_BODIES = {
    "relucent": "import numpy as np\nimport relucent\n"
    + _TORCH
    + """\
cplx = relucent.Complex(model)
cplx.bfs(start=np.random.default_rng(1).normal(size=(1, {d})), nworkers=1)
for p in cplx:
    print(np.asarray(p.ss).ravel(), p.shis)
print(len(cplx), sum(len(p.shis) for p in cplx) / len(cplx), cplx.dual_graph())
""",
    "parx": "import numpy as np\nimport parx\n"
    + _TORCH
    + """\
start = np.random.default_rng(1).normal(size=(1, {d}))
for region in parx.compute_partition(model, start, method="exact_python").regions:
    print(np.concatenate(region.activation_path).astype(int), region.active_indices)
""",
    "regioncam": """\
import numpy as np
import regioncam

weights = {weights}
biases = {biases}
cam = regioncam.Regioncam(size={size})
for w, b in zip(weights[:-1], biases[:-1], strict=True):
    cam.linear(np.array(w, np.float32).T.copy(), np.array(b, np.float32))
    cam.relu()
for face in cam.faces:
    print(cam.vertex_inputs[face.vertex_ids].tolist())
print(cam.num_faces)
""",
    "affinitree": """\
import numpy as np
from affinitree import AffFunc, AffTree, Architecture, Polytope, builder

weights = {weights}
biases = {biases}
box = {box}
net = Architecture({d})
for w, b in zip(weights, biases, strict=True):
    net.linear(AffFunc.from_mats(np.array(w, float), np.array(b, float)))
    if w is not weights[-1]:
        net.relu()
domain = box and AffTree.from_poly(Polytope.hyperrectangle({d}, box), AffFunc.identity({d}), None)
for _, node, polytope in builder.from_layers(net, domain).polyhedra():
    if node.is_terminal():
        print(polytope.to_Axleqb())
""",
}

_CANONICAL = """\
# python reproduce.py CHECKOUT
import sys

import torch

sys.path.insert(0, sys.argv[1])
from polyhedra import cx

weights = {weights}
biases = {biases}


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
"""
_BODIES |= {"canonicalpoly": _CANONICAL, "canonicalpoly2": _CANONICAL}

_OTHER = """\
from pathlib import Path

from exactpoly.crosscheck.run import compare_tool
from exactpoly.crosscheck.text import verdict_text
from exactpoly.crosscheck.tool import parse_tool
from exactpoly.domain import Domain
from exactpoly.readers.load import load

network = load(Path(__file__).with_name("network.json"))
domain = Domain.parse({domain}, network.input_dimension)
print(verdict_text(compare_tool(network, domain, parse_tool({tool}), seconds=60)))
"""

_COMMAND = """\
import json
import subprocess
from pathlib import Path

import numpy as np

weights = {weights}
biases = {biases}
layers = [{{"weight": w, "bias": b}} for w, b in zip(weights, biases, strict=True)]
network = {{"hidden_layers": layers[:-1], "output_layer": layers[-1]}}
Path("asked.json").write_text(json.dumps(network))
named = {{f"W{{i}}": np.array(w) for i, w in enumerate(weights, 1)}}
np.savez("asked.npz", **named, **{{f"b{{i}}": np.array(b) for i, b in enumerate(biases, 1)}})
subprocess.run({command}, check=True)
"""


def reproduction_script(tool: Tool, network: Network, domain: Domain) -> str:
    """A script that runs the tool on the network with the weights written out.

    For a command it writes the network and runs the command. Baselines, other checkouts and tools of
    other packages have no interface that is known here; for them it runs exactpoly.
    """
    body = _COMMAND if tool.command else _BODIES.get(tool.name)
    if body is None:
        name = tool.name if tool.checkout is None else f"{tool.name}={tool.checkout}"
        return _OTHER.format(domain=json.dumps(str(domain)), tool=json.dumps(name))
    question = asked(network, domain, FORMATS[tool.adapter.numbers])
    layers = question.network.layers
    bounds = question.domain.bounds
    box = None if bounds is None else [(float(low), float(high)) for low, high in bounds]
    return body.format(
        weights=[[[float(x) for x in row] for row in layer.weight] for layer in layers],
        biases=[[float(x) for x in layer.bias] for layer in layers],
        d=network.input_dimension,
        size=None if box is None else box[0][1],
        box=box,
        command=filled(
            tool,
            {"net": "asked.json", "net.npz": "asked.npz", "domain": str(question.domain)}
            | dict.fromkeys(("out", "out.csv", "out.npz"), claims_name(tool)),
        ),
    )
