"""Count the lies that the checkers let pass: `python -m tests.certificate.mutants`.

Valid certificates are changed in every way that `lies` and `form_lies` know. What is no longer true
(`forging.is_true`) must be rejected, and what still is must be accepted, by both checkers.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import exactpoly as ep
from exactpoly.certificate import check
from exactpoly.certificate.volume_check import recheck
from tests.certificate.forging import Certificate, is_true, random_network, write
from tests.certificate.form_lies import FORM_ONLY, PARTIAL_KINDS
from tests.certificate.lies import KINDS, Kind

CASES = Path(__file__).parent.parent / "cases"


def sources(small: bool = False) -> Iterator[tuple[str, bytes]]:
    """Names and valid certificates to start from."""
    stems = ["d02*", "d07*", "d08*", "d12*", "d13*", "d15*", "d17*", "q2_00*", "r2_01*", "r3_02*"]
    for stem in stems[:: 3 if small else 1]:
        for path in sorted(CASES.glob(stem)):
            for domain in ("R^d", "[-1,1]^d"):
                yield f"{path.stem} {domain}", write(ep.enumerate(path, domain=domain))
    nets = [((2, 4, 3, 2, 3, 1), "ternary"), ((1, 3, 2, 1), "float"), ((2, 4, 3, 1), "float")]
    nets += [((3, 3, 3, 1), "ternary"), ((2, 3, 3, 3, 3, 1), "float")]
    for widths, name in nets[:: 3 if small else 1]:
        network = random_network(widths, 1, name)
        for domain in ("R^d", "[-1,1]^d"):
            yield f"{network.name} {domain}", write(ep.enumerate(network, domain=domain))


def partial_sources() -> Iterator[tuple[str, bytes]]:
    """Names and valid partial certificates: the runs were stopped by a limit on cells."""
    for widths, name, cells in (
        ((2, 5, 4, 1), "float", 60),
        ((3, 4, 3, 1), "ternary", 60),
        ((2, 4, 4, 1), "ternary", 30),
    ):
        network = random_network(widths, 1, name)
        for domain in ("R^d", "[-1,1]^d"):
            partial = ep.enumerate(network, domain=domain, limits=ep.Limits(max_cells=cells))
            yield f"partial {network.name} {domain}", write(partial)


def mutants(data: bytes, seed: int, kinds: dict[str, Kind]) -> Iterator[bytes]:
    """The mutants of a certificate; those equal to it are left out."""
    for name, make in kinds.items():
        for mutant in make(Certificate.of(data), random.Random(f"{seed} {name}")):
            if mutant != data:
                yield mutant


def verdict(data: bytes, folder: Path) -> int:
    """The exit code of the checker."""
    path = folder / "mutant.cert"
    path.write_bytes(data)
    return check.check_file(str(path))[0]


def second_verdict(data: bytes, folder: Path) -> bool:
    """Whether the second checker accepts; whatever it raises on a mangled file is a refusal."""
    path = folder / "mutant.cert"
    path.write_bytes(data)
    try:
        recheck(path)
    except Exception:
        return False
    return True


class Table:
    """Counts by kind."""

    columns = ("mutants", "still true", "accepted", "rejected", "unreadable", "wrong")
    columns += ("tried by the second checker", "wrong there")

    def __init__(self) -> None:
        self.counts = {column: Counter[str]() for column in self.columns}

    def add(self, kind: str, **facts: bool) -> None:
        for column, fact in facts.items():
            self.counts[column.replace("_", " ")][kind] += fact

    def print(self) -> None:
        kinds = [*KINDS, *PARTIAL_KINDS]
        print("| kind |", " | ".join(self.columns), "|")
        print("|---|" + "--:|" * len(self.columns))
        for kind in kinds:
            print(f"| {kind} |", " | ".join(str(c[kind]) for c in self.counts.values()), "|")
        print("| **all** |", " | ".join(str(c.total()) for c in self.counts.values()), "|")


def judge(
    table: Table, source: str, kind: str, mutant: bytes, folder: Path, *, again: bool
) -> None:
    """Count one mutant, and if ``again`` let the second checker judge it as well.

    Partial certificates are not unique, so for them the second checker says what is true; a broken
    form is never accepted.
    """
    partial = kind in PARTIAL_KINDS
    true = second_verdict(mutant, folder) if partial else is_true(mutant)
    true = true and not (partial and kind in FORM_ONLY)
    code = verdict(mutant, folder)
    table.add(
        kind,
        mutants=True,
        still_true=true,
        accepted=code == 0,
        rejected=code == 1,
        unreadable=code == 3,
        wrong=true != (code == 0),
    )
    if true != (code == 0):
        print(f"WRONG: {source}: {kind}: code {code}", file=sys.stderr)
    if again and not partial and kind not in FORM_ONLY:
        second = second_verdict(mutant, folder)
        table.add(kind, tried_by_the_second_checker=True, wrong_there=second != true)
        if second != true:
            print(f"WRONG by the second: {source}: {kind}", file=sys.stderr)


def main() -> int:
    """Print the table of docs/certificates.md; 1 if any verdict is wrong."""
    table = Table()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, (source, data) in enumerate([*sources(), *partial_sources()]):
            kinds = KINDS if Certificate.of(data).header["complete"] else PARTIAL_KINDS
            for kind, make in kinds.items():
                for place, mutant in enumerate(mutants(data, number, {kind: make})):
                    judge(table, source, kind, mutant, folder, again=place % 4 == 0)
    table.print()
    return int(table.counts["wrong"].total() + table.counts["wrong there"].total() > 0)


if __name__ == "__main__":
    sys.exit(main())
