"""`exactpoly cover`: polytopes around one class of a data set, or all classes in turn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exactpoly.commands.arguments import json_option
from exactpoly.errors import InputError

if TYPE_CHECKING:
    from exactpoly.pointsets.cover import Cover, Polytope

__all__ = ["cover"]


@click.command(short_help="Cover one class of a data set by polytopes, exactly.")
@click.argument("data", metavar="DATA.csv")
@click.option("--class", "label", metavar="C", help="The class to cover.  [default: each in turn]")
@click.option("--label", "column", metavar="NAME", help="Column of the class.  [default: the last]")
@click.option(
    "--network",
    "net",
    metavar="NET",
    help="Prefer faces parallel to hyperplanes of the first layer of NET.",
)
@click.option(
    "--plot",
    "picture",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Draw the cover of one class of a data set with two features (.svg, .png, .pdf).",
)
@json_option
def cover(
    data: str,
    label: str | None,
    column: str | None,
    net: str | None,
    picture: Path | None,
    as_json: bool,
) -> None:
    """Separate a class of DATA.csv from the rest by polytopes, exactly.

    The file has a header and one row per point; numbers are taken exactly as they are written. If a number
    of faces is said to be the least possible, --json has a certificate for it.
    """
    from exactpoly.front import cover as cover_of
    from exactpoly.pointsets.points import read_table
    from exactpoly.report.terminal import print_json
    from exactpoly.running.files import check_output

    if picture is not None:
        check_output(picture, data)
    points, labels, names = read_table(data, column)
    if picture is not None and label is None:
        raise InputError("--plot: a picture shows one class; choose it with --class")
    chosen = sorted(set(labels)) if label is None else [label]
    rows = [points.point(i) for i in range(len(points))]
    covers = [cover_of(rows, labels, c, network=net) for c in chosen]
    if picture is not None:
        covers[0].plot(names=names, save=picture)
    if as_json:
        print_json({"file": data, "features": names, "covers": [_json(c) for c in covers]})
    else:
        for found in covers:
            click.echo(_text(found))


def _text(found: Cover) -> str:
    verdict = (
        "separated exactly" if found.exact else f"misses {len(found.missed)} points that coincide"
    )
    lines = [
        f"class {found.label}: {verdict}, {len(found.polytopes)} polytope"
        f"{'' if len(found.polytopes) == 1 else 's'}, {_faces(found.faces)}"
    ]
    for k, polytope in enumerate(found.polytopes):
        count = len(polytope.faces)
        least = "the least" if count == polytope.least_faces else f"at least {polytope.least_faces}"
        line = (
            f"  {'' if k == 0 else 'minus '}polytope {k + 1}: {_faces(count)} ({least}),"
            f" {len(polytope.inside)} points inside, {len(polytope.outside)} excluded"
        )
        if polytope.enclosed:
            line += (
                f"; no polytope excludes {len(polytope.enclosed)} in the hull (rows"
                f" {', '.join(map(str, sorted(polytope.enclosed)))})"
            )
        neurons = sorted({f.neuron for f in polytope.faces if f.neuron is not None})
        if neurons:
            line += f"; faces parallel to neurons {', '.join(map(str, neurons))} of the network"
        lines.append(line)
    return "\n".join(lines)


def _faces(count: int) -> str:
    return f"{count} face{'' if count == 1 else 's'}"


def _json(found: Cover) -> dict[str, Any]:
    return {
        "class": found.label,
        "exact": found.exact,
        "missed": list(found.missed),
        "faces": found.faces,
        "polytopes": [_polytope(p) for p in found.polytopes],
    }


def _polytope(p: Polytope) -> dict[str, Any]:
    common = None if p.single is None else p.single.combinations
    data: dict[str, Any] = {
        "faces": [
            {
                "normal": [str(x) for x in face.normal],
                "offset": str(face.offset),
                "witness": face.witness,
                "neuron": face.neuron,
            }
            for face in p.faces
        ],
        "least_faces": p.least_faces,
        "inside": list(p.inside),
        "outside": list(p.outside),
        "enclosed": {
            str(i): {str(j): str(x) for j, x in weights.items()}
            for i, weights in p.enclosed.items()
        },
        "one_face_impossible": None,
    }
    if common is not None:
        data["one_face_impossible"] = [
            {str(own[i]): str(x) for i, x in weights.items()}
            for own, weights in zip((p.inside, p.outside), common, strict=True)
        ]
    return data
