"""`exactpoly certify`: enumerate the exact complex and report it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from exactpoly.commands.arguments import (
    audit_options,
    check_output,
    domain_option,
    json_option,
    load_network,
    network_argument,
    read_audit,
    runs,
)
from exactpoly.errors import InputError

if TYPE_CHECKING:
    from exactpoly.readers.reading import Reading
    from exactpoly.report.certification import Certification
    from exactpoly.running.run import Run

__all__ = ["certify"]


@click.command(short_help="Enumerate the exact complex and report it.")
@network_argument
@domain_option
@click.option(
    "--engine",
    type=click.Choice(["subdivide", "reference"]),
    default="subdivide",
    show_default=True,
    help="subdivide is fast; reference cuts region by region with pycddlib.",
)
@json_option
@audit_options
@click.option("--linear-regions", is_flag=True, help="Also count linear regions.")
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
    help="Write a file that compiles in Coq iff f-vector and mean are right (sh proofs/check.sh FILE).",
    metavar="FILE",
)
@click.option(
    "--coq-facets", is_flag=True, help="With --coq: only regions and facets; the file is smaller."
)
@runs(workers=True, checkpoint=True)
def certify(
    net: str,
    read_as: Reading,
    domain: str,
    engine: str,
    as_json: bool,
    audit: int | str | None,
    audit_seconds: float | None,
    linear_regions: bool,
    output: Path | None,
    coq: Path | None,
    coq_facets: bool,
    run: Run,
) -> int:
    """Enumerate the exact complex of NET and report its regions, faces and facet counts."""
    from exactpoly.commands.certification import run_reference, with_certificate, with_coq
    from exactpoly.commands.streaming import run_main
    from exactpoly.domain import Domain
    from exactpoly.running.interruption import ending

    if coq_facets and coq is None:
        raise InputError("--coq-facets: give --coq FILE too")
    written = [path for path in (run.checkpoint, output, coq) if path is not None]
    for place, path in enumerate(written):
        check_output(path, net, *written[:place])
    if engine == "reference":
        _check_reference(output, coq, linear_regions, run)
    with ending(run):
        network = load_network(net, read_as)
    domain_ = Domain.parse(domain, network.input_dimension)
    plan = read_audit(audit, audit_seconds)
    if engine == "reference":
        result = run_reference(network, domain_, plan, run)
        _print(result, as_json, run)
        return result.exit_code
    cells, result = run_main(
        network, domain_, plan, run, held=coq is not None, count_linear_regions=linear_regions
    )
    try:
        if output is not None:
            result = with_certificate(result, cells, output, run)
        if coq is not None:
            result = with_coq(result, cells, coq, run, facets_only=coq_facets)
    finally:  # A certificate that cannot be written costs nobody the result.
        _print(result, as_json, run)
    return result.exit_code


def _check_reference(output: Path | None, coq: Path | None, linear_regions: bool, run: Run) -> None:
    if output is not None:
        raise InputError("--output: certificates need --engine subdivide")
    if coq is not None:
        raise InputError("--coq: needs --engine subdivide")
    if run.executor is not None or run.checkpoint is not None:
        raise InputError(
            "--workers, --executor and --checkpoint need --engine subdivide; leave them out"
        )
    if linear_regions:
        raise InputError("--linear-regions: needs --engine subdivide")


def _print(result: Certification, as_json: bool, run: Run) -> None:
    from exactpoly.report.terminal import print_certification, print_json
    from exactpoly.running.run import END

    run.progress(END)
    if as_json:
        print_json(result.to_json())
    else:
        print_certification(result)
