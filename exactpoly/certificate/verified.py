"""Have the verified checker count the cells of a certificate's network, and compare with its claims.

The program is extracted from proofs/coq (proofs/verified/build.sh builds it). Its theorem is
`summary_cells` and those beside it (proofs/coq/Summary.v); the tree that it is given is made here from
the complex, enumerated anew from the certificate's weights, and is not believed. To be trusted: Coq's
kernel and extraction, OCaml, Zarith, the reader proofs/verified/main.ml, and `problem` below.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from exactpoly.certificate.read import certificate_header, network_and_domain
from exactpoly.certificate.sign_tree import hidden_layers, sign_tree
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.domain import Domain
from exactpoly.errors import InputError, MissingDependency
from exactpoly.network.network import Network
from exactpoly.running.run import Run

__all__ = ["PROGRAM", "check_verified", "find_program", "problem", "run_program"]

PROGRAM = "exactpoly-verified"
_VARIABLE = "EXACTPOLY_VERIFIED"


def find_program() -> Path:
    """The verified checker: what the variable EXACTPOLY_VERIFIED names, or the program on the path.

    Raises `MissingDependency` if there is none.
    """
    named = os.environ.get(_VARIABLE)
    found = named or shutil.which(PROGRAM)
    if found is None or not os.access(found, os.X_OK):
        where = (
            f"{_VARIABLE}={named} is not a program" if named else f"{PROGRAM} is not on the path"
        )
        raise MissingDependency(
            f"the verified checker is missing ({where}); build it with: sh proofs/verified/build.sh FOLDER"
        )
    return Path(found)


def check_verified(
    path: str, *, interrupted: Callable[[], bool] = lambda: False
) -> tuple[int, str]:
    """Exit code (0 verified, 1 refused) and message for the certificate ``path``.

    What is compared: f-vector, mean number of facets with the boundary of a box, simplicity. Raises
    `InputError` for files that are no complete certificate, `MissingDependency` without the program.
    """
    program = find_program()
    header = certificate_header(path)
    if header is None:
        raise InputError(f"{path}: is not a certificate")
    if header.get("complete") is not True:
        raise InputError(f"{path}: a partial certificate has no f-vector that could be verified")
    network, domain = network_and_domain(header)
    complex_ = enumerate_complex(network, domain=domain, run=Run.of(interrupted=interrupted))
    tree = sign_tree(complex_, interrupted=interrupted)
    try:
        lines = list(problem(network, domain, header["claims"], tree))
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise InputError(f"{path}: its claims cannot be read ({error!r})") from error
    return run_program(program, lines)


def problem(
    network: Network, domain: Domain, claims: dict[str, Any], tree: list[int]
) -> Iterator[str]:
    """The lines that proofs/verified/main.ml reads: network, domain, claims, tree."""
    d, sides = network.input_dimension, domain.bounds or ()
    yield f"{d} {d} {network.n_neurons + 2 * len(sides) + 1}"
    yield str(len(sides))
    for lower, upper in sides:
        yield f"{lower.numerator} {lower.denominator} {upper.numerator} {upper.denominator}"
    layers = network.layers[: hidden_layers(network)]
    yield str(len(layers))
    for layer in layers:
        yield f"{layer.denominator} {layer.outputs} {layer.inputs}"
        for row, relu in zip(layer.numerators, layer.relu, strict=True):
            yield f"{int(relu)} {row[-1]} {' '.join(map(str, row[:-1]))}"
    counts, mean, simple = (
        claims[name] for name in ("f_vector", "mean_facets_with_domain_boundary", "simple")
    )
    if len(counts) != d + 1 or any(type(n) is not int for n in counts) or type(simple) is not bool:
        raise ValueError("f_vector, simple")
    pairs = Fraction(mean) * counts[-1]
    if pairs.denominator != 1 or str(Fraction(mean)) != mean:
        raise ValueError("mean_facets_with_domain_boundary")
    yield f"{' '.join(map(str, reversed(counts)))} {pairs} {int(simple)}"
    yield str(len(tree))
    for start in range(0, len(tree), 1000):
        yield " ".join(map(str, tree[start : start + 1000]))


def run_program(program: Path, lines: list[str]) -> tuple[int, str]:
    """Exit code and what the program says; `InputError` if it cannot read the problem."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "problem"
        file.write_text("\n".join(lines) + "\n", encoding="ascii")
        # Deep recursion over long lists: let the stack grow as far as the system allows.
        command = f'ulimit -s $(ulimit -H -s); exec "$0" < "{file}"'
        done = subprocess.run(
            ["sh", "-c", command, str(program)], capture_output=True, text=True, check=False
        )
    message = done.stdout.strip()
    if done.returncode not in (0, 1):
        raise InputError(f"{program}: {message or done.stderr.strip() or 'it failed'}")
    return done.returncode, message
