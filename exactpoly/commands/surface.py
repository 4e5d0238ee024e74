"""`exactpoly surface`: the level set in space as a mesh, or in the plane as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exactpoly.commands.arguments import (
    check_output,
    domain_option,
    json_option,
    load_network,
    network_argument,
    runs,
)
from exactpoly.commands.levels import component_option, level_option, read_component, read_level
from exactpoly.errors import InputError

if TYPE_CHECKING:
    from exactpoly.levelset.level import LevelSet
    from exactpoly.levelset.surface import Surface
    from exactpoly.readers.reading import Reading
    from exactpoly.running.run import Run

__all__ = ["surface"]

_NOT_AS_WANTED = 4


@click.command(short_help="The level set as an exact surface, and a mesh file.")
@network_argument
@level_option
@domain_option
@component_option
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=".obj, .ply, .off, .stl, .vtu for three inputs; .svg for two.",
)
@click.option(
    "--anyway",
    is_flag=True,
    help="Write the file even if the surface is no manifold or rounding merges vertices (exit code 4).",
)
@json_option
@runs()
def surface(
    net: str,
    read_as: Reading,
    level: str,
    domain: str,
    component: str | None,
    output: Path | None,
    anyway: bool,
    as_json: bool,
    run: Run,
) -> int:
    """Compute the surface f = C: vertices, polygons, whether it is a watertight manifold, genus, volume.

    Normals point to f > C. Only cells at the surface are kept, so networks may be larger than for
    `topology`. Exit code 4: the surface is not a manifold, or rounding to the floats of the file merges
    vertices; the file is then written only with --anyway.

    With two inputs and -o FILE.svg it is a curve: closed and open paths, branch points, areas.
    """
    from exactpoly.front import level_set, zero_set
    from exactpoly.running.interruption import ending
    from exactpoly.running.run import END

    value = read_level(level)
    if output is not None:
        check_output(output, net)
    network = load_network(net, read_as)
    chosen = read_component(component, network)
    picture = output is not None and output.suffix.lower() == ".svg"
    wanted = 2 if picture else 3
    if network.input_dimension != wanted:
        raise InputError(
            f"surface: {network.name} has {network.input_dimension} inputs; a mesh needs 3, an .svg 2"
        )
    if picture and output is not None:
        sets = level_set(
            network,
            value,
            domain=domain,
            component=chosen,
            limits=run.limits,
            interrupted=run.interrupted,
            progress=run.progress,
        )
        run.progress(END)
        with ending(run):
            return _curve(sets, output, as_json)
    zero = zero_set(
        network,
        value,
        domain=domain,
        component=chosen,
        limits=run.limits,
        interrupted=run.interrupted,
        progress=run.progress,
    )
    run.progress(END)
    with ending(run):
        result = {"level": str(value), "domain": str(zero.arrangement.domain)}
        return _mesh(zero.surface(), result, output, anyway, as_json)


def _curve(sets: LevelSet, output: Path, as_json: bool) -> int:
    from exactpoly.levelset.drawing import svg
    from exactpoly.report.terminal import print_json, print_tables
    from exactpoly.report.topology import curve_table

    result: dict[str, Any] = {"level": str(sets.level), "domain": str(sets.arrangement.domain)}
    result.update(sets.curve().to_json())
    _write(output, svg(sets))
    result["file"] = str(output)
    if as_json:
        print_json(result)
    else:
        print_tables([curve_table(result)])
    return 0


def _mesh(
    found: Surface, result: dict[str, Any], output: Path | None, anyway: bool, as_json: bool
) -> int:
    from exactpoly.levelset.mesh import mesh_bytes
    from exactpoly.report.terminal import print_json, print_tables
    from exactpoly.report.topology import surface_table

    result.update(found.to_json())
    code = 0 if found.manifold else _NOT_AS_WANTED
    if output is not None:
        content, rounding = mesh_bytes(found, output)
        code = code or (_NOT_AS_WANTED if rounding.merged else 0)
        result["rounding_merged_vertices"] = rounding.merged
        result["file_watertight"] = found.watertight and not rounding.merged
        result["file"] = str(output) if code == 0 or anyway else None
        if code == 0 or anyway:
            _write(output, content)
    if as_json:
        print_json(result)
    else:
        print_tables([surface_table(result)])
    return code


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    from exactpoly.running.files import written_whole

    with written_whole(path) as file:
        file.write(content)
