"""Which of the tensors of a file are the network: prefixes, and files that hold several networks.

An actor and its critic, or two critics, stand in one state dict under two names. Read in a row they
would be a network that nobody made, so a file that may be read so is refused, and names them.
"""

from __future__ import annotations

from collections.abc import Mapping

from exactpoly.errors import InputError
from exactpoly.readers.tensors import Tensor

__all__ = ["chosen", "groups_text", "only_group", "refuse_several"]


def chosen(
    tensors: Mapping[str, Tensor], prefix: str | None
) -> tuple[dict[str, Tensor], list[str]]:
    """The tensors whose names start with ``prefix``, without it, and the notes that say so."""
    if not prefix:
        return dict(tensors), []
    start = prefix if prefix.endswith((".", "/")) else f"{prefix}."
    kept = {name[len(start) :]: x for name, x in tensors.items() if name.startswith(start)}
    if not kept:
        groups = sorted({name.split(".")[0] for name in tensors})
        raise InputError(f"prefix: no name starts with {start!r}; names start with {_some(groups)}")
    left = [x.name for name, x in tensors.items() if not name.startswith(start)]
    note = f"prefix {prefix!r}: {len(kept)} tensors are read"
    return kept, [note + (f", left out are {_some(left)}" if left else "")]


def refuse_several(tensors: Mapping[str, Tensor]) -> None:
    """Refuse tensors that may be several networks on one input."""
    groups = _groups(tensors)
    if len(groups) < 2 or all(group.isdecimal() for group in groups):
        return
    first, *rest = (
        [x.array.shape for x in group.values() if x.array.ndim == 2] for group in groups.values()
    )
    for other in rest:
        if first and other and first[0][1] == other[0][1] and max(len(first), len(other)) > 1:
            raise InputError(
                f"it may hold several networks, as {groups_text(tensors)} take equally many inputs;"
                f" pick one with --prefix {next(iter(groups))}, or take them all in a row with"
                " --prefix ''"
            )


def only_group(tensors: Mapping[str, Tensor]) -> str | None:
    """The one group that holds matrices, where other tensors stand beside it."""
    groups = _groups(tensors)
    held = sum(len(members) for members in groups.values())
    matrices = [
        group
        for group, members in groups.items()
        if any(tensor.array.ndim == 2 for tensor in members.values())
    ]
    return matrices[0] if len(matrices) == 1 and held < len(tensors) else None


def groups_text(tensors: Mapping[str, Tensor]) -> str:
    """The groups of tensors with their widths, such as ``actor (4-8-4), critic (4-8-1)``."""
    parts = []
    for group, members in _groups(tensors).items():
        shapes = [x.array.shape for x in members.values() if x.array.ndim == 2]
        if shapes:
            widths = "-".join(str(n) for n in (shapes[0][1], *(shape[0] for shape in shapes)))
            parts.append(f"{group} ({widths})")
    return ", ".join(parts) if len(parts) > 1 else ""


def _groups(tensors: Mapping[str, Tensor]) -> dict[str, dict[str, Tensor]]:
    """Tensors by the first part of their names that differs, where further parts follow."""
    names = {name: name.split(".") for name in tensors}
    depth = 0
    while (
        names
        and all(len(parts) > depth + 2 for parts in names.values())
        and len({parts[depth] for parts in names.values()}) == 1
    ):
        depth += 1
    groups: dict[str, dict[str, Tensor]] = {}
    for name, parts in names.items():
        if len(parts) > depth + 2:
            groups.setdefault(".".join(parts[: depth + 1]), {})[name] = tensors[name]
    return groups


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:6])
    return shown + (f" and {len(names) - 6} more" if len(names) > 6 else "")
