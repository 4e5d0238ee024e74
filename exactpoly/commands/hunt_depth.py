"""`exactpoly hunt depth`: maxima of many numbers in two hidden layers, found and decided."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exactpoly.commands.arguments import Seconds, check_output, json_option, load_network, runs
from exactpoly.errors import InputError, LimitReached

if TYPE_CHECKING:
    from exactpoly.depth.identity import Identity
    from exactpoly.depth.template import Template
    from exactpoly.running.run import Run

__all__ = ["depth"]


@click.command(short_help="Maxima of many numbers in two hidden layers.")
@click.option(
    "--check",
    "given",
    metavar="FILE",
    help="Decide whether this identity or network is the maximum.",
)
@click.option(
    "--numbers", type=click.IntRange(3, 10), metavar="N", help="Search: the maximum of N numbers."
)
@click.option(
    "--pairs",
    type=click.IntRange(1, 4),
    default=2,
    show_default=True,
    metavar="K",
    help="Search: each side of a term is a sum of up to K pairwise maxima.",
)
@click.option(
    "--loops", is_flag=True, help="Search: allow single numbers in place of pairwise maxima."
)
@click.option(
    "--single",
    is_flag=True,
    help="Search: single terms instead of orbits under all permutations; N at most 6.",
)
@click.option(
    "--start", metavar="FILE", help="Search: start from this identity and look for fewer terms."
)
@click.option("--seconds", type=Seconds(min=0), default=60, show_default=True)
@click.option("--trials", type=click.IntRange(min=1), help="Stop after this many proposals.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option(
    "-o",
    "--output",
    "found_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write what the search found, in the public certificate format.",
)
@click.option(
    "--network",
    "output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the network of the identity.",
)
@click.option(
    "--coq",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="With --check: write a Coq file that compiles if and only if the network is the maximum.",
)
@json_option
@runs(cells=False)
def depth(
    given: str | None,
    numbers: int | None,
    found_file: Path | None,
    output: Path | None,
    coq: Path | None,
    as_json: bool,
    run: Run,
    **options: Any,
) -> int:
    """Decide whether FILE is the maximum of its numbers, or search for an identity.

    FILE is a network or an identity, also in the public certificate format. A search ends in one of three
    ways: with an identity of few terms, decided exactly; with a proof that the template contains none; or
    with nothing found, which proves nothing. Ctrl-C ends it with the best identity so far. With highspy
    (`pip install 'exactpoly[hunt]'`) it finds much shorter identities.
    """
    if (given is None) == (numbers is None):
        raise InputError("hunt depth: give either --check FILE or --numbers N")
    if coq is not None and given is None:
        raise InputError("--coq: give an identity or a network with --check")
    if given is not None and (options["start"] is not None or options["single"]):
        raise InputError("--start and --single: are for a search; leave --check out")
    read = [path for path in (given, options["start"]) if path is not None]
    written = [path for path in (output, found_file, coq) if path is not None]
    for place, path in enumerate(written):
        check_output(path, *read, *written[:place])
    if given is not None:
        data, message = _checked(Path(given), output, coq, run)
        code = 0 if data["holds"] else 1
    else:
        data, message = _searched(_Wanted(int(numbers or 0), **options), found_file, output, run)
        code = 0
    click.echo(json.dumps(data, indent=1) if as_json else message)
    return code


@dataclass(frozen=True)
class _Wanted:
    numbers: int
    pairs: int
    loops: bool
    single: bool
    start: str | None
    seconds: float
    trials: int | None
    seed: int


def _searched(
    wanted: _Wanted, found_file: Path | None, output: Path | None, run: Run
) -> tuple[dict[str, Any], str]:
    from exactpoly.depth.identity import write_identity
    from exactpoly.depth.networks import maximum_network
    from exactpoly.depth.search import impossible
    from exactpoly.readers.json_format import write_json
    from exactpoly.running.interruption import ending

    left = run.seconds_left
    end = time.monotonic() + (wanted.seconds if left is None else min(wanted.seconds, left))
    found = _template(wanted, end, run)
    kind = "terms" if wanted.single else "orbits"
    rows = f"{len(found.matrix):,} conditions" if wanted.single else f"{len(found.hinges):,} hinges"
    size = f"{len(found.terms):,} {kind}, {rows}"
    data: dict[str, Any] = {
        "numbers": wanted.numbers,
        "pairs": wanted.pairs,
        "loops": wanted.loops,
        "single": wanted.single,
        kind: len(found.terms),
        "hinges": len(found.hinges),
        "found": None,
        "functional": None,
    }
    with ending(run):
        proof = None if wanted.single else impossible(found)
    if proof is not None:
        data["functional"] = [str(x) for x in proof.functional]
        summands = "pairwise maxima and single numbers" if wanted.loops else "pairwise maxima"
        return data, (
            f"the maximum of {wanted.numbers} numbers is not a combination of maxima of two sums of"
            f" {summands}, up to {wanted.pairs} a side ({size}): a functional that vanishes on all of"
            " them proves it (--json)"
        )
    best, data["trials"] = _best(found, wanted, end, run)
    if best is None:
        where = "in the span" if not wanted.single else "not decided whether it is in the span"
        return data, f"{where} ({size}), but no solution in {data['trials']} proposals"
    data["found"] = len(best.terms)
    message = (
        f"the maximum of {wanted.numbers} numbers by {len(best.terms)} {kind} of maxima of two sums of"
        f" up to {wanted.pairs} pairs, decided exactly ({size}, {data['trials']} proposals); fewer may"
        " exist"
    )
    if found_file is not None:
        write_identity(best, found_file)
        message += f"\nwrote {found_file}"
    if output is not None:
        write_json(maximum_network(best), output)
        message += f"\nwrote {output}"
    return data, message


def _template(wanted: _Wanted, end: float, run: Run) -> Template:
    from exactpoly.depth.template import single_template, template

    def pause() -> None:
        if run.interrupted():
            raise LimitReached("hunt depth: interrupted while the template was made")
        if time.monotonic() > end:
            raise LimitReached("hunt depth: --seconds ended while the template was made")

    make = single_template if wanted.single else template
    return make(wanted.numbers, wanted.pairs, loops=wanted.loops, pause=pause)


def _best(found: Template, wanted: _Wanted, end: float, run: Run) -> tuple[Identity | None, int]:
    """The identity with fewest terms that was found, and the number of proposals."""
    from exactpoly.depth.identity import read_identity
    from exactpoly.depth.search import Search

    start = None if wanted.start is None else read_identity(wanted.start)
    search = Search(found, wanted.seed, start=start, interrupted=run.interrupted)
    best = search.run(max(0.0, end - time.monotonic()), wanted.trials)
    return best, search.trials


def _checked(
    path: Path, output: Path | None, coq: Path | None, run: Run
) -> tuple[dict[str, Any], str]:
    from exactpoly.depth.identity import is_identity
    from exactpoly.readers.reading import Reading
    from exactpoly.running.interruption import ending

    with ending(run):
        if is_identity(path):
            return _identity(path, output, coq)
    if output is not None:
        raise InputError("--network: it is made of an identity")
    network = load_network(str(path), Reading())
    data, message = _network(network, str(path), run)
    if coq is not None:
        message += _written_for_coq(network, coq)
        data["coq"] = str(coq)
    return data, message


def _identity(path: Path, output: Path | None, coq: Path | None) -> tuple[dict[str, Any], str]:
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
    if output is not None or coq is not None:
        network = maximum_network(identity)
        widths = "-".join(map(str, network.widths))
        if output is not None:
            write_json(network, output)
            data["network"] = str(output)
            message += f"\nwrote {output}, widths {widths}"
        if coq is not None:
            message += _written_for_coq(network, coq)
        data["coq"] = str(coq)
    return data, message


def _written_for_coq(network: Any, path: Path) -> str:
    from exactpoly.certificate.coq import maximum_lines
    from exactpoly.running.files import write_whole

    write_whole(path, "".join(line + "\n" for line in maximum_lines(network)))
    return f"\nwrote {path}; in a checkout with Coq: sh proofs/check.sh {path}"


def _network(network: Any, name: str, run: Run) -> tuple[dict[str, Any], str]:
    from exactpoly.depth.networks import prove_maximum
    from exactpoly.running.interruption import ending

    with ending(run):
        proof = prove_maximum(network, run)
    if not proof.complex.complete:
        raise LimitReached(f"{name}: {proof.complex.stopped}, so nothing is proved")
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
