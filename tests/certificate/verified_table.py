"""The tables of the verified checker in docs/certificates.md: `python -m tests.certificate.verified_table`.

Agreement with check.py on valid certificates, verdicts on mutants, and CPU seconds. Needs the program
(proofs/verified/build.sh) on the path or in EXACTPOLY_VERIFIED.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice, pairwise
from pathlib import Path

import numpy as np

import exactpoly as ep
from exactpoly.certificate.check import check_file
from exactpoly.certificate.read import certificate_header, network_and_domain
from exactpoly.certificate.sign_tree import sign_tree
from exactpoly.certificate.verified import check_verified, find_program, problem, run_program
from exactpoly.certificate.write import write_certificate
from tests.certificate.lies import KINDS
from tests.certificate.mutants import mutants, sources

EXAMPLES = Path(__file__).parents[2] / "examples"
CHANGES = ("alter a claim", "change a weight", "change a unit's kind", "change the domain")
OF_A_KIND = 12  # mutants of a kind and file, at most


def verified(path: Path) -> bool:
    """Whether the verified checker alone accepts; what it cannot read it does not accept."""
    try:
        return check_verified(str(path))[0] == 0
    except ep.ExactpolyError:
        return False


def three_claims(path: Path) -> bool:
    """Whether f-vector, mean and simplicity are those of the network that the file names."""
    try:
        header = certificate_header(str(path))
        assert header is not None
        network, domain = network_and_domain(header)
        complex_ = ep.enumerate(network, domain=domain)
    except ep.ExactpolyError:
        return False
    claims = header["claims"]
    found = list(complex_.f_vector), str(complex_.mean_facets_with_domain_boundary), complex_.simple
    names = ("f_vector", "mean_facets_with_domain_boundary", "simple")
    # By their spelling, as 1 is no true and 6.0 no 6.
    return repr(found) == repr(tuple(claims.get(name) for name in names))


def agreement(folder: Path) -> int:
    """Print on how many valid certificates both checkers agree; the number of disagreements."""
    paths = sorted((EXAMPLES / "refutations").glob("*.cert.gz"))
    for number, (_, data) in enumerate(sources()):
        paths.append(folder / f"valid{number}.cert")
        paths[-1].write_bytes(data)
    wrong = [path for path in paths if check_file(str(path))[0] != 0 or not verified(path)]
    print(f"{len(paths)} valid certificates, not accepted by both: {len(wrong)} {wrong or ''}")
    return len(wrong)


def lies(folder: Path) -> int:
    """Print the table of mutants; the number of wrong verdicts."""
    columns = ("mutants", "claims true", "accepted", "wrong", "both")
    counts = {kind: Counter[str]() for kind in CHANGES}
    path = folder / "mutant.cert"
    for number, (source, data) in enumerate(sources()):
        for kind, count in counts.items():
            for mutant in islice(mutants(data, number, {kind: KINDS[kind]}), OF_A_KIND):
                path.write_bytes(mutant)
                true, accepted = three_claims(path), verified(path)
                count.update(
                    {
                        "mutants": 1,
                        "claims true": true,
                        "accepted": accepted,
                        "wrong": true != accepted,
                        "both": accepted and check_file(str(path))[0] == 0,
                    }
                )
                if true != accepted:
                    print(f"WRONG: {source}: {kind}", file=sys.stderr)
    print(f"| kind | {' | '.join(columns)} |\n|---|{'--:|' * len(columns)}")
    for kind, count in counts.items():
        print(f"| {kind} | {' | '.join(str(count[column]) for column in columns)} |")
    return sum(count["wrong"] for count in counts.values())


def random_float32(widths: tuple[int, ...]) -> ep.Network:
    """Random float32 weights, distributed as torch.nn.Linear's are at the start."""
    generator = np.random.default_rng(0)
    layers = []
    for index, (inputs, outputs) in enumerate(pairwise(widths)):
        bound = 1 / np.sqrt(inputs)
        weight = generator.uniform(-bound, bound, (outputs, inputs)).astype(np.float32)
        bias = generator.uniform(-bound, bound, outputs).astype(np.float32)
        layers.append(ep.Layer.of(weight, bias, relu=index < len(widths) - 2))
    return ep.Network(tuple(layers))


def networks() -> Iterator[tuple[str, ep.Network, str]]:
    """What is timed: a name, a network, a domain."""
    for stem in ("avg-facets-strong-3-9-4", "avg-facets-one-bent-3-19-1", "depth-needed-3-15-7-5"):
        yield stem, ep.load(EXAMPLES / "refutations" / f"{stem}.json"), "R^d"
    yield "examples/iris", ep.load(EXAMPLES / "iris.npz"), "R^d"
    for widths, domain in (
        ((3, 16, 16, 1), "[-1,1]^3"),
        ((4, 8, 8, 1), "R^d"),
        ((4, 10, 10, 1), "R^d"),
        ((4, 12, 12, 1), "R^d"),
    ):
        yield f"{'-'.join(map(str, widths))}, float32", random_float32(widths), domain


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of this process and its children."""

    def now() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.process_time() + usage.ru_utime + usage.ru_stime

    started = now()
    work()
    return now() - started


def line(name: str, network: ep.Network, domain: str, folder: Path) -> str:
    """A line of the table of times."""
    program, path, tree = find_program(), str(folder / "timed.cert"), list[int]()
    complex_ = ep.enumerate(network, domain=domain)
    write_certificate(complex_, path)
    header = certificate_header(path)
    assert header is not None
    writing = seconds(lambda: tree.extend(sign_tree(complex_)))
    lines = list(problem(network, complex_.domain, header["claims"], tree))
    alone = seconds(lambda: run_program(program, lines))
    check = seconds(lambda: check_file(path))
    cells = sum(complex_.f_vector)
    return f"| {name} | {domain} | {cells:,} | {writing:.1f} | {alone:.2f} | {check:.2f} |"


def times(folder: Path) -> None:
    """Print the table of times."""
    print(
        "| network | domain | cells | tree | verified checker | check.py |\n|---|---|--:|--:|--:|--:|"
    )
    for name, network, domain in networks():
        print(line(name, network, domain, folder), flush=True)


def main() -> int:
    """Print everything; 1 if a verdict is wrong."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wrong = agreement(folder) + lies(folder)
        times(folder)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
