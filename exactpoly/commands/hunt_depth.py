"""`exactpoly hunt depth`: maxima of many numbers in two hidden layers, found and decided."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from exactpoly.commands.arguments import check_folder, json_option
from exactpoly.errors import InputError, LimitReached

__all__ = ["depth"]


@click.command(short_help="Maxima of many numbers in two hidden layers.")
@click.option("--check", "given", metavar="FILE", help="Decide an identity, a network or a proof.")
@click.option(
    "--network",
    "output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the network of the identity.",
)
@json_option
def depth(given: str | None, output: Path | None, as_json: bool) -> int:
    """Decide whether FILE is the maximum of its numbers.

    FILE is an identity, in the public certificate format too, or a network.
    """
    if given is None:
        raise InputError("hunt depth: give --check FILE")
    if output is not None:
        check_folder(output)
    data, message = _checked(Path(given), output)
    click.echo(json.dumps(data, indent=1) if as_json else message)
    return 0 if data["holds"] else 1


def _checked(path: Path, output: Path | None) -> tuple[dict[str, Any], str]:
    from exactpoly.readers.load import load

    try:
        kind = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError):
        kind = None
    if isinstance(kind, dict) and "n" in kind:
        return _identity(path, output)
    if output is not None:
        raise InputError("--network: it is made of an identity")
    return _network(load(path), str(path))


def _identity(path: Path, output: Path | None) -> tuple[dict[str, Any], str]:
    from exactpoly.depth.hinges import decide
    from exactpoly.depth.identity import read_identity
    from exactpoly.depth.networks import maximum_network
    from exactpoly.readers.json_format import write_json

    identity = read_identity(path)
    verdict = decide(identity)
    data: dict[str, Any] = {
        "file": str(path),
        "numbers": identity.n,
        "terms": len(identity.terms),
        "symmetric": identity.symmetric,
        "holds": verdict.holds,
        "cones": verdict.cones,
        "hinges": verdict.hinges,
        "reason": verdict.reason,
    }
    what = f"the maximum of {identity.n} numbers"
    if verdict.holds:
        terms = f"{len(identity.terms)} {'orbits' if identity.symmetric else 'terms'}"
        message = (
            f"{path}: {terms}: {what}, exactly; all hinges cancel on"
            f" {'the sorted cone' if identity.symmetric else f'all {verdict.cones:,} cones'}"
        )
    else:
        message = f"{path}: NOT {what}: {verdict.reason}"
    if output is not None:
        network = maximum_network(identity)
        write_json(network, output)
        data["network"] = str(output)
        message += f"\nwrote {output}, widths {'-'.join(map(str, network.widths))}"
    return data, message


def _network(network: Any, name: str) -> tuple[dict[str, Any], str]:
    from exactpoly.depth.networks import prove_maximum
    from exactpoly.running.interruption import Interruption
    from exactpoly.running.progress import ProgressLine

    with Interruption() as interruption, ProgressLine() as progress:
        proof = prove_maximum(network, interrupted=interruption, progress=progress.subdivision)
    if not proof.complex.complete:
        raise LimitReached(f"{name}: interrupted, so nothing is proved")
    n = network.input_dimension + 1
    data: dict[str, Any] = {
        "file": name,
        "numbers": n,
        "hidden_layers": sum(any(layer.relu) for layer in network.layers),
        "holds": proof.holds,
        "regions": proof.complex.n_regions,
        "vertices": proof.vertices,
        "disagrees": None if proof.disagrees is None else [str(x) for x in proof.disagrees],
    }
    what = f"the maximum of {n} numbers, of which the last is 0"
    if proof.disagrees is not None:
        point = ", ".join(map(str, proof.disagrees))
        return (
            data,
            f"{name}: NOT {what}: at ({point}) it is {network.evaluate(proof.disagrees)[0]}",
        )
    return data, (
        f"{name}: widths {'-'.join(map(str, network.widths))}: {what}, exactly, on all of"
        f" R^{n - 1}; equal at all {proof.vertices:,} vertices of the complex in the cube"
    )
