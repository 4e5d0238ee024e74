"""`exactpoly certify`: enumerate the exact complex and report it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from exactpoly.commands.arguments import (
    audit_option,
    check_folder,
    domain_option,
    json_option,
    limit_options,
    load_network,
    make_limits,
    network_argument,
    read_audit,
    run_options,
)
from exactpoly.errors import InputError

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex
    from exactpoly.readers.reading import Reading
    from exactpoly.running.interruption import Interruption

__all__ = ["certify"]


@click.command(short_help="Enumerate the exact complex and report it.")
@network_argument
@domain_option
@click.option(
    "--engine",
    type=click.Choice(["subdivide", "reference"]),
    default="subdivide",
    show_default=True,
    help="reference: region by region with pycddlib, slow.",
)
@json_option
@audit_option
@click.option("--linear-regions", is_flag=True, help="Count linear regions too.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Write a certificate for `exactpoly check`, compressed if FILE ends in .gz.",
    metavar="FILE",
)
@click.option(
    "--coq",
    type=click.Path(path_type=Path),
    help="Write a file for Coq that compiles iff f-vector and mean are true: sh proofs/check.sh FILE.",
    metavar="FILE",
)
@click.option("--coq-facets", is_flag=True, help="With --coq: regions and facets alone, smaller.")
@limit_options
@run_options
def certify(
    net: str,
    read_as: Reading,
    domain: str,
    engine: str,
    as_json: bool,
    audit: int | str | None,
    linear_regions: bool,
    output: Path | None,
    coq: Path | None,
    coq_facets: bool,
    max_cells: int | None,
    max_seconds: float | None,
    max_memory: int | None,
    workers: int,
    executor_kind: str,
    checkpoint: Path | None,
) -> int:
    """Enumerate the exact complex of NET and report its regions, faces and facet counts."""
    from exactpoly.report.terminal import print_json
    from exactpoly.running.interruption import Interruption

    with Interruption() as interruption:
        from exactpoly.commands.certification import run_reference, with_certificate
        from exactpoly.commands.streaming import run_main
        from exactpoly.domain import Domain
        from exactpoly.running.progress import ProgressLine

        if output is not None:
            check_folder(output, net)
            if engine == "reference":
                raise InputError("--output: certificates need --engine subdivide")
        if coq is not None:
            check_folder(coq)
            if engine == "reference":
                raise InputError("--coq: needs --engine subdivide")
        if coq_facets and coq is None:
            raise InputError("--coq-facets: give --coq FILE too")
        if checkpoint is not None:
            check_folder(checkpoint)
        divided = workers > 1 or executor_kind != "processes"
        if engine == "reference" and (divided or checkpoint is not None):
            raise InputError(
                "--workers, --executor and --checkpoint need --engine subdivide; leave them out"
            )
        if linear_regions and engine == "reference":
            raise InputError("--linear-regions: needs --engine subdivide")
        network = load_network(net, read_as)
        place = Domain.parse(domain, network.input_dimension)
        limits, plan = make_limits(max_cells, max_seconds, max_memory), read_audit(audit)
        complex_ = None
        with ProgressLine() as progress:
            if engine == "reference":
                result = run_reference(
                    network, place, limits, plan, interruption=interruption, progress=progress
                )
            else:
                complex_, result = run_main(
                    network,
                    place,
                    limits,
                    plan,
                    held=output is not None,
                    count_linear_regions=linear_regions,
                    workers=workers,
                    executor_kind=executor_kind,
                    checkpoint=checkpoint,
                    interruption=interruption,
                    progress=progress,
                )
        try:
            if output is not None and complex_ is not None:
                result = with_certificate(result, complex_, output)
            if coq is not None and complex_ is not None:
                _write_for_coq(complex_, coq, coq_facets, interruption)
        finally:  # A certificate that cannot be written costs nobody the result.
            if as_json:
                print_json(result.to_json())
            else:
                from exactpoly.report.terminal import print_certification

                print_certification(result)
    return result.exit_code


def _write_for_coq(
    complex_: Complex, path: Path, facets_only: bool, interruption: Interruption
) -> None:
    from exactpoly.certificate.coq import write_coq

    if complex_.complete:
        write_coq(complex_, path, facets_only=facets_only, interrupted=interruption)
    else:
        click.echo(f"exactpoly: the result is partial, {path} was not written", err=True)
