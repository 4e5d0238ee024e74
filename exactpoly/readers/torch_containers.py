"""What holds a torch network: compiled and parallel wrappers, exported programs, TorchScript."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import fx, nn

from exactpoly.errors import InputError
from exactpoly.network.network import Network
from exactpoly.readers.reading import Reading
from exactpoly.readers.torch_module import read_module

__all__ = ["network_of_exported", "network_of_torch"]

_PARALLEL = (nn.DataParallel, nn.parallel.DistributedDataParallel)


def network_of_torch(source: Any, reading: Reading, title: str | None = None) -> Network:
    """The exact network of a torch module or of what holds one."""
    if isinstance(source, torch.export.ExportedProgram):
        return network_of_exported(source, reading, title or "exported")
    if isinstance(source, (torch.jit.ScriptModule, torch.jit.ScriptFunction)):
        from exactpoly.readers.torch_script import network_of_script

        return network_of_script(source, reading, title)
    return read_module(_unwrapped(source), reading, title)


def _unwrapped(module: nn.Module) -> nn.Module:
    """The module inside wrappers that change how it runs and not what it computes."""
    while True:
        if isinstance(module, _PARALLEL):
            module = module.module
        elif type(module).__name__ == "OptimizedModule" and hasattr(module, "_orig_mod"):
            module = module._orig_mod
        else:
            return module


def network_of_exported(program: Any, reading: Reading, title: str) -> Network:
    """The exact network of an exported program: its own operators, without those that work in place."""
    try:
        module = program.run_decompositions({}).module()
    except Exception as error:  # exporters raise many kinds
        line = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"the exported program cannot be unpacked ({line})") from error
    return read_module(_without_guards(module), reading, title)


def _without_guards(module: fx.GraphModule) -> fx.GraphModule:
    """The program without its checks of shapes and types, which compute nothing."""
    module = copy.deepcopy(module)
    for node in reversed(list(module.graph.nodes)):
        if not node.users and node.op not in ("output", "placeholder"):
            module.graph.erase_node(node)
    module.graph._codegen = fx.graph.CodeGen()
    module.recompile()
    return fx.GraphModule(module, module.graph)
