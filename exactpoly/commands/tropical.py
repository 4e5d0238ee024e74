"""`exactpoly tropical`: the Newton polytopes of a network with integral weights, and what parity says."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exactpoly.commands.arguments import (
    Seconds,
    check_output,
    json_option,
    load_network,
    network_argument,
)
from exactpoly.errors import InputError, LimitReached

if TYPE_CHECKING:
    from exactpoly.newton.newton import NewtonPair, ParityBound
    from exactpoly.newton.polytope import LatticePolytope
    from exactpoly.readers.reading import Reading

__all__ = ["tropical"]


@click.command(
    short_help="Newton polytopes of a network with integer weights, and bounds on its depth."
)
@network_argument
@click.option(
    "--output", type=click.IntRange(min=0), metavar="K", help="Which output, numbered from 0."
)
@click.option(
    "--scale",
    is_flag=True,
    help="Multiply rational weights so that they become integers; the output says what that means.",
)
@click.option(
    "--volumes",
    is_flag=True,
    help="Also compute normalised volumes of the faces of every dimension.",
)
@click.option(
    "--duality",
    is_flag=True,
    help="Match the regions of the complex with vertices of the polytopes.",
)
@json_option
@click.option(
    "-o",
    "--certificate",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write a parity certificate for the function of the network, if it is convex.",
)
@click.option(
    "--plot",
    "picture",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Draw the polytopes, of dimension 3 at most: .svg, .png or .pdf.",
)
@click.option(
    "--max-seconds",
    type=Seconds(min=0),
    metavar="S",
    help="Stop after this time, between two Minkowski sums.",
)
def tropical(
    net: str,
    read_as: Reading,
    output: int | None,
    scale: bool,
    volumes: bool,
    duality: bool,
    as_json: bool,
    certificate: Path | None,
    picture: Path | None,
    max_seconds: float | None,
) -> None:
    """Write NET, a network with integer weights, as g - h and compute the Newton polytopes of both.

    If the function of the network is convex, its own Newton polytope is computed too, and the number of
    hidden layers that parity proves to be necessary with integer weights.
    """
    from exactpoly.newton.newton import newton_pair
    from exactpoly.running.limits import Limits

    for path in (certificate, picture):
        if path is not None:
            check_output(path, net)
    if picture is not None:
        from exactpoly.report.plot import check_format

        check_format(picture)
    limits, started = Limits(max_seconds=max_seconds), time.monotonic()
    network = load_network(net, read_as)

    def pause() -> None:
        reason = limits.exceeded(0, started)
        if reason is not None:
            raise LimitReached(f"{net}: {reason}; nothing is known of half a recursion")

    try:
        pair = newton_pair(network, output=output, scale=scale, interrupted=pause)
    except InputError as error:
        if "integral" in str(error):
            raise InputError(f"{error} (--scale)") from error
        raise
    if certificate is not None and pair.function is None:
        raise InputError(f"{net}: its function is not convex; a certificate is about convex ones")
    data = _json(pair, volumes, duality)
    if certificate is not None and pair.function is not None:
        from exactpoly.certificate.parity import write_parity_certificate

        bound = pair.parity(pair.function)
        write_parity_certificate(bound, certificate, constants=pair.biased)
        data["certificate"] = str(certificate)
    if picture is not None:
        from exactpoly.report.newton import draw_pair

        draw_pair(pair, picture)
        data["picture"] = str(picture)
    if as_json:
        from exactpoly.report.terminal import print_json

        print_json(data)
    else:
        _print(pair, data)


def _json(pair: NewtonPair, volumes: bool, duality: bool) -> dict[str, Any]:
    data: dict[str, Any] = {
        "network": pair.network.name,
        "digest": pair.network.digest,
        "output": pair.output,
        "hidden_layers": pair.hidden_layers,
        "scale": pair.scale,
        "constants": pair.biased,
        "g": _polytope(pair, pair.g, volumes),
        "h": _polytope(pair, pair.h, volumes),
        "convex": pair.function is not None,
        "function": None,
    }
    if pair.function is not None:
        data["function"] = _polytope(pair, pair.function, volumes)
    if duality:
        from exactpoly.complex.enumerate import enumerate_complex
        from exactpoly.newton.duality import regions_at_vertices

        complex_ = enumerate_complex(pair.network)
        counts = regions_at_vertices(pair, complex_)
        data["duality"] = {"regions": complex_.n_regions, "upper_vertices": len(counts)}
    return data


def _polytope(pair: NewtonPair, polytope: LatticePolytope, volumes: bool) -> dict[str, Any]:
    bound: ParityBound = pair.parity(polytope)
    data: dict[str, Any] = {
        "dimension": polytope.dimension,
        "vertices": [list(v) for v in polytope.vertices],
        "f_vector": list(polytope.f_vector),
        "normalised_volume": polytope.normalised_volume(),
        "parity": {
            "odd_face_dimension": bound.dimension,
            "odd_face": [list(v) for v in polytope.face_vertices(bound.face)],
            "odd_face_volume": bound.volume,
            "hidden_layers_with_integral_weights": bound.hidden_layers,
        },
    }
    if volumes:
        data["volumes"] = {
            str(k): sorted(polytope.volumes(k)) for k in range(polytope.dimension + 1)
        }
    return data


def _print(pair: NewtonPair, data: dict[str, Any]) -> None:
    from collections import Counter

    from exactpoly.report.terminal import make_console, named_values
    from exactpoly.report.text import widths_text

    rows = [
        ("network", f"{pair.network.name}  {widths_text(pair.network)}"),
        (
            "coordinates",
            "one an input, and the constant term; faces that count are upper ones"
            if pair.biased
            else "one an input, no biases",
        ),
    ]
    if pair.scale != 1:
        rows.append(
            ("scaled", f"by {pair.scale}: what follows is about {pair.scale} times the function")
        )
    for name, title in (("g", "N(g)"), ("h", "N(h)"), ("function", "N(f)")):
        entry = data[name]
        if entry is None:
            rows.append((title, "the function is not convex"))
            continue
        faces = ", ".join(f"{n:,}" for n in entry["f_vector"])
        parity = entry["parity"]
        rows += [
            (title, f"dimension {entry['dimension']}, f-vector ({faces})"),
            ("", f"normalised volume {entry['normalised_volume']:,}"),
            (
                "",
                f"largest face of odd volume: dimension {parity['odd_face_dimension']}, volume"
                f" {parity['odd_face_volume']:,}",
            ),
        ]
        for k, values in entry.get("volumes", {}).items():
            counts = ", ".join(
                f"{n} x {v}" if n > 1 else str(v) for v, n in Counter(values).items()
            )
            rows.append(("", f"volumes of {k}-faces: {counts}"))
    if data["function"] is not None:
        least = data["function"]["parity"]["hidden_layers_with_integral_weights"]
        what = "this function" if pair.scale == 1 else f"{pair.scale} times this function"
        rows.append(
            (
                "depth",
                f"with integral weights {what} needs at least {least} hidden layers; the network has"
                f" {pair.hidden_layers}",
            )
        )
    if "duality" in data:
        found = data["duality"]
        rows.append(
            (
                "duality",
                f"{found['regions']:,} regions name all {found['upper_vertices']:,} (upper) vertices"
                " of N(g) + N(h), and no other form",
            )
        )
    for what in ("certificate", "picture"):
        if what in data:
            rows.append((what, data[what]))
    make_console().print(named_values(rows))
