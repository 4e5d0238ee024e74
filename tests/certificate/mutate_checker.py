"""Mutation testing of the checker's own code: `python -m tests.certificate.mutate_checker`.

Needs cosmic-ray, which makes the mutants. Each is run on a corpus of true, false, partial and hostile
certificates and must differ from check.py in an exit code, in the line of a reason, or in a statement.
The corpus takes the verdicts of check.py for right; that they are is what the test suite checks.
docs/certificates.md explains the mutants that survive.
"""

from __future__ import annotations

import ast
import contextlib
import difflib
import gzip
import json
import os
import random
import resource
import sys
import textwrap
import types
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import count, islice
from multiprocessing import get_context
from pathlib import Path

import exactpoly as ep
from exactpoly.certificate import check
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from tests.certificate import judge
from tests.certificate.forging import (
    Certificate,
    cubes,
    random_network,
    without_each_incidence,
    write,
)
from tests.certificate.form_lies import PARTIAL_KINDS
from tests.certificate.lies import KINDS
from tests.certificate.mutants import mutants, partial_sources, sources
from tests.certificate.test_sections import DIVIDED, lies
from tests.certificate.test_verdicts import NETWORKS, REFUTATIONS, UNDECIDED
from tests.complex.test_polytopes import LIES, certificate_of, spelled

SOLID = ("r3_02 R^d", "d07_concurrent_3d [-1,1]^d")
"""Sources in space, of which many mutants are taken: faces of regions are polygons there."""


def hostile() -> Iterator[judge.Entry]:
    """Files at and beyond the limits, which are lowered to just what a file needs."""
    for number, data in enumerate((b"", b"\n", b"{}\n", b"[1]\n", b"x\n", b"[" * 10**5 + b"\n")):
        yield f"no certificate {number}", data, {}
    data = write(ep.enumerate(random_network((2, 3, 2, 1), 0), domain="[-1,1]^d"))
    yield "packed", gzip.compress(data, mtime=0), {}
    yield "packed and cut", gzip.compress(data, mtime=0)[:-9], {}
    header = len(data.splitlines(keepends=True)[0])
    for name, needed in (("MAX_BYTES", len(data)), ("MAX_LINE", header)):
        yield f"{name} enough", data, {name: needed}
        yield f"{name} too little", data, {name: needed - 1}
        yield f"{name} scaled", data, {name: needed // 2 + 1, "scale": 2}
    arrangement = write(ep.enumerate(random_network((2, 5, 1), 0)))
    alone = Network(
        (Layer.of([[Fraction(1, 3), 1, 0], [0, 1, 2], [1, 1, 1], [1, 2, 4]], [1, 0, 3, 5]),)
    )
    single = write(ep.enumerate(alone))
    limits = ("MAX_TEXT", "MAX_BITS", "MAX_SIZE", "MAX_DIMENSION", "MAX_MEMORY", "MAX_WORK")
    for name in (*limits, "MAX_SUBSETS", "MAX_BOUND"):
        for one in (data, arrangement, single):
            needed = least(one, name)
            yield f"{name} enough", one, {name: needed}
            yield f"{name} too little", one, {name: needed - 1}
            yield f"{name} scaled", one, {name: needed // 2 + 1, "scale": 2}


def sectioned() -> Iterator[judge.Entry]:
    """Certificates with sections, true and false, as a whole and in parts."""
    for number, c in enumerate(DIVIDED):
        yield f"sections {number}", c.dump(), {}
        for i in range(len(c.parts)):
            yield f"sections {number}, part {i}", c.dump(), {"section": i}
        for name, lie in islice(lies(number), None, None, 5 if number else 1):
            yield name, lie.dump(), {}
            yield f"{name}, mended", lie.copy().mend().dump(), {}
        for name, lie in islice(lies(number), None, None, 19):
            yield f"{name}, first part", lie.mend().dump(), {"section": 0}
        for i, part in enumerate(c.parts[:2]):
            for count_ in part.counts:
                changed = c.copy()
                changed.parts[i].counts[count_] += 1
                yield f"{count_} of section {i}", changed.dump(), {}


def polytopes() -> Iterator[judge.Entry]:
    """Certificates on half-spaces, and false lists of half-spaces."""
    triangle = "x0 + x1 <= 1, x0 >= 0, x1 >= 0"
    header, *body = certificate_of(Network((Layer.of([[1, -1]]),)), triangle)
    for number, (rows, _, _) in enumerate(LIES):
        lie = json.loads(header) | {"domain": {"half_spaces": rows}}
        yield f"half-spaces {number}", "\n".join([spelled(lie), *body, ""]).encode(), {}
    for number in range(4):
        network, solid = random_network((3, 4, 2, 1), number), "x0 + 2*x1 - x2 <= 2, x2 <= 3"
        for d, text in ((2, triangle), (3, f"{solid}, x0 >= -1, x1 >= -1, x0 + x2 >= -1")):
            drawn = network if d == 3 else random_network((2, 4, 2, 1), number)
            yield f"polytope {d}, {number}", write(ep.enumerate(drawn, domain=text)), {}


def least(data: bytes, name: str) -> int:
    """The least value of a limit with which a file is accepted."""
    low, high = 0, 1 << 40
    while high - low > 1:
        middle = (low + high) // 2
        accepted = judge.outcome(check, data, {name: middle})[0] == 0
        low, high = (low, middle) if accepted else (middle, high)
    return high


def entries() -> Iterator[judge.Entry]:
    yield "usage", DIVIDED[0].dump(), {}
    yield from sectioned()
    yield from hostile()
    yield from polytopes()
    network = Network((Layer.of([[1, 2, 0]], [1], relu=False),))
    for domain in ("R^d", "[-1,2]x[0,1/2]x[-3,-2]"):
        yield f"no neurons {domain}", write(ep.enumerate(network, domain=domain)), {}
    for name, network in {**NETWORKS, "undecided": UNDECIDED}.items():
        for domain in ("R^d", "[-1,1]^d"):
            yield f"{name} {domain}", write(ep.enumerate(network, domain=domain)), {}
    for number, data in enumerate(without_each_incidence(cubes())):
        yield f"a vertex of a cube {number}", data, {}
    for path in REFUTATIONS:
        yield path.name, path.read_bytes(), {}
    whole, partial = list(sources()), list(partial_sources())
    last, _ = partial[-1]
    for number, (name, data) in enumerate([*whole, *partial]):
        yield name, data, {}
        kinds = KINDS if Certificate.of(data).header["complete"] else PARTIAL_KINDS
        for kind, make in kinds.items():
            some = None if number < 2 or name == last else 40 if name in SOLID else 1
            for mutant in islice(mutants(data, number, {kind: make}), some):
                yield f"{name}: {kind}", mutant, {}


def mutants_of(source: str) -> Iterator[tuple[str, str]]:
    """(operator, mutated source) for everything that cosmic-ray can do to the checker.

    Each function, method or other statement is mutated alone: much faster than all of them at once.
    """
    from cosmic_ray import plugins
    from cosmic_ray.mutating import mutate_code

    lines = source.splitlines(keepends=True)
    operators = {name: plugins.get_operator(name) for name in plugins.operator_names()}
    for node, indent in parts_of(source):
        before, after = "".join(lines[: node.lineno - 1]), "".join(lines[node.end_lineno :])
        statement = textwrap.dedent("".join(lines[node.lineno - 1 : node.end_lineno]))
        for name in sorted(
            name for name, operator in operators.items() if not operator.arguments()
        ):
            for number in count():
                try:
                    mutated = mutate_code(statement, operators[name](), number)
                except AttributeError:  # cosmic-ray 8.7 cannot replace a tuple of exceptions
                    continue
                if mutated is None:
                    break
                if not all(immaterial(line) for line in changed(statement, mutated)):
                    yield name, before + textwrap.indent(mutated, indent) + after


def parts_of(source: str) -> Iterator[tuple[ast.stmt, str]]:
    """The statements of the module, and of its classes in their stead, with their indentation."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef):
            yield from ((member, " " * member.col_offset) for member in node.body)
        else:
            yield node, ""


def changed(source: str, mutated: str, marks: str = "-") -> list[str]:
    """The lines of the source that a mutant does not have, with a mark in front; or those that differ."""
    lines = difflib.unified_diff(source.splitlines(), mutated.splitlines(), n=0, lineterm="")
    return [line for line in islice(lines, 2, None) if line[0] in marks]


def immaterial(line: str) -> bool:
    """Whether a line is the value of a limit, or a signature, whose annotations nobody evaluates."""
    signature = line.lstrip("- ").startswith(("def ", ") ->"))
    return line.startswith("-MAX_") or (signature and "|" in line)


def survives(source: str, corpus: judge.Corpus) -> bool:
    """Whether a mutant gives all the expected outcomes; in a child process, for it may loop.

    The file that killed it goes to the front of the corpus, where it kills others early.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException), contextlib.redirect_stderr(None):
            resource.setrlimit(resource.RLIMIT_CPU, (90, 90))
            resource.setrlimit(resource.RLIMIT_AS, (1 << 32, 1 << 32))
            module = types.ModuleType("checker")
            exec(compile(source, "check.py", "exec"), module.__dict__)
            killer = judge.first_difference(module, corpus)
            os.write(writer, str(killer).encode())
            os._exit(0 if killer is None else 1)
        os._exit(1)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        killer = pipe.read().decode()
    if killer.isdecimal():
        corpus.entries.insert(0, corpus.entries.pop(int(killer)))
    return os.waitpid(child, 0)[1] == 0


def main() -> int:
    """Print the survivors as a difference each, and the numbers."""
    first, *rest = entries()
    random.Random(0).shuffle(rest)  # then most mutants die early
    corpus = judge.corpus(check, [first, *rest])
    source = Path(check.__file__).read_text()
    total, alive = Counter[str](), Counter[str]()
    if not survives(source, corpus):
        print("the checker itself does not give the same outcomes twice")
        return 1
    names, mutated = zip(*mutants_of(source), strict=True)
    with get_context("fork").Pool(initializer=_keep, initargs=(corpus,)) as pool:
        for name, mutant, survived in zip(names, mutated, pool.imap(_tried, mutated), strict=True):
            kind = name.removeprefix("core/").split("_")[0]
            total[kind] += 1
            if survived:
                alive[kind] += 1
                print(name, *changed(source, mutant, "+-"), sep="\n", flush=True)
    print("| operator | mutants | alive |\n|---|--:|--:|")
    for kind in sorted(total):
        print(f"| {kind} | {total[kind]} | {alive[kind]} |")
    print(f"{total.total()} mutants, {alive.total()} alive; {len(corpus.entries)} files")
    return 0


_corpus: judge.Corpus


def _keep(corpus: judge.Corpus) -> None:
    global _corpus
    _corpus = corpus


def _tried(mutated: str) -> bool:
    return survives(mutated, _corpus)


if __name__ == "__main__":
    sys.exit(main())
