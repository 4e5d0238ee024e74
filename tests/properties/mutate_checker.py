"""Mutation testing of check_property.py: `python -m tests.properties.mutate_checker [COUNT [SEED]]`.

Needs cosmic-ray, which makes the mutants; of all of them COUNT are taken at random. Each is run on true,
false, partial, altered and hostile certificates of small networks, and must differ from the checker in
an exit code, a reason or a statement. docs/properties.md says which survive.
"""

from __future__ import annotations

import copy
import json
import os
import random
import resource
import sys
import types
from collections.abc import Iterator
from contextlib import redirect_stderr, suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import exactpoly as ep
from exactpoly.certificate import check_property
from tests.certificate.mutate_checker import changed, mutants_of
from tests.properties import cases
from tests.properties.test_forged import altered, lies, lines_of

ENTRY = tuple[list[Any], dict[str, Any]]

NETWORK = ep.Network(
    (
        ep.Layer.of([[1, 1], [1, -1], ["1/3", 2]], ["1/2", 0, -1]),
        ep.Layer.of([[1, -2, 1], [-1, 1, "1/7"]], [0, "1/3"]),
        ep.Layer.of([[1, -1], [2, 1]], [0, "-1/5"], relu=False),
    )
)
SMALL = ep.Network((ep.Layer.of([[1], [-1]]), ep.Layer.of([[1, 1]], relu=False)))
LINEAR = ep.Network((ep.Layer.of([[1, 2]], ["1/3"], relu=False),))


def answers() -> Iterator[Any]:
    yield ep.range(NETWORK, "Y_0-Y_1+2*X_1", domain="[-1,1]^2")
    yield ep.range(NETWORK, domain="x0+x1<=1/2, x0>=-1/4, x1>=-1/4")
    yield ep.range(SMALL, domain="[-1/3,1]")
    yield ep.range(LINEAR, domain="[0,1]^2")
    yield ep.range(NETWORK, "Y_1-X_0", domain="[-1/3,2/3]x[1/7,5/7]")
    yield ep.lipschitz(NETWORK, 1, domain="[-1/3,2/3]^2")
    yield ep.equal(LINEAR, LINEAR)
    for norm in ("l1", "linf", "l2"):
        yield ep.lipschitz(NETWORK, norm=norm, domain="[-1,1]^2")
    yield ep.monotone(NETWORK, 0, domain="[-1,1]^2")
    yield ep.monotone(SMALL, 0, domain="[0,1]")
    for norm in ("linf", "l1"):
        yield ep.radius(NETWORK, ["1/2", "1/3"], norm=norm)
    yield ep.equal(SMALL, ep.Network((ep.Layer.of([[1]]), ep.Layer.of([[2]], relu=False))))
    yield ep.equal(SMALL, SMALL)
    yield ep.equal(LINEAR, NETWORK_ONE, domain="[-1,1]^2")
    for name in ("c02_touch_third", "c03_touch_third_minus", "c04_touch_third_strict"):
        yield ep.prove(cases.network(name), cases.FOLDER / name / "property.vnnlib")


NETWORK_ONE = ep.Network(
    (ep.Layer.of([[1, 1], [1, -1]]), ep.Layer.of([[1, "1/2"]], ["1/3"], relu=False))
)


def entries() -> list[ENTRY]:
    rng = random.Random(0)
    result: list[ENTRY] = []
    for answer in answers():
        lines = lines_of(answer)
        result.append((lines, {}))
        result.append((lines, {"part": (1, 3)}))
        apart = copy.deepcopy(lines)
        networks, apart[0]["networks"] = apart[0]["networks"], []
        result += [(apart, {"networks": networks}), (apart, {})]
        for bits in (1, 24, 60):
            for lie in lies(lines[0], Fraction(1, 2**bits)):
                result.append(([lie, *lines[1:]], {}))
        coarse = copy.deepcopy(lines)
        coarse[0]["bits"] = 3
        result.append((coarse, {}))
        if len(lines) > 1:
            result += [(altered(lines, rng), {}) for _ in range(25)]
            result.append(([lines[0], *([["?"]] for _ in lines[1:])], {}))
            result.append(([*lines, lines[-1]], {}))
            for tree in range(1, len(lines)):
                cut = copy.deepcopy(lines)
                cut[tree] = [token for token in cut[tree] if token != ["r"]]
                result.append((cut, {}))
        result += [(broken(lines, rng), {}) for _ in range(25)]
        result.append((lines, {"most": 2000}))
    return result


def broken(lines: list[Any], rng: random.Random) -> list[Any]:
    """One value of the header exchanged for another."""
    lie = copy.deepcopy(lines)
    place: Any = lie[0]
    while True:
        key = rng.choice(list(place) if isinstance(place, dict) else list(range(len(place))))
        inner = place[key]
        if not isinstance(inner, dict | list) or not inner or rng.random() < 0.1:
            place[key] = rng.choice([None, True, 0, 1, -1, "0", "1/2", "x", "01", "1/0", [], {}])
            return lie
        place = inner


def outcome(module: Any, lines: list[Any], options: dict[str, Any]) -> tuple[int, str]:
    given = dict(options)
    most, networks = given.pop("most", None), given.pop("networks", [])
    before = module.MAX_WORK
    if most is not None:
        module.MAX_WORK = most
    try:
        code, words = module.check_lines(copy.deepcopy(lines), networks, **given)
        return code, words
    except module.Refused as refusal:
        return refusal.args
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, ZeroDivisionError):
        return module.UNREADABLE, "form"
    finally:
        module.MAX_WORK = before


def killer(source: str, corpus: list[tuple[ENTRY, tuple[int, str]]]) -> int | None:
    """Which entry tells a mutant from the checker; None where none does. In a child, for it may loop."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        with suppress(BaseException), redirect_stderr(None):
            resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
            resource.setrlimit(resource.RLIMIT_AS, (1 << 32, 1 << 32))
            module = types.ModuleType("checker")
            exec(compile(source, "check_property.py", "exec"), module.__dict__)
            for number, ((lines, options), expected) in enumerate(corpus):
                if outcome(module, lines, options) != expected:
                    os.write(writer, str(number).encode())
                    os._exit(1)
            os._exit(0)
        os._exit(1)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        told = pipe.read()
    alive = os.waitpid(child, 0)[1] == 0
    return None if alive else int(told or 0)


def main() -> int:
    """Print the survivors as a difference each, and the numbers."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else None
    rng = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    corpus = [(entry, outcome(check_property, *entry)) for entry in entries()]
    rng.shuffle(corpus)
    source = Path(check_property.__file__).read_text()
    if killer(source, corpus) is not None:
        print("the checker itself does not give the same outcomes twice")
        return 1
    every = list(mutants_of(source))
    chosen = every if count is None else rng.sample(every, min(count, len(every)))
    alive = 0
    for name, mutant in chosen:
        place = killer(mutant, corpus)
        if place is None:
            alive += 1
            print(name, *changed(source, mutant, "+-"), sep="\n", flush=True)
        else:
            corpus.insert(0, corpus.pop(place))
    codes = sorted({expected[0] for _, expected in corpus})
    print(f"{len(every)} mutants, {len(chosen)} tried, {alive} alive")
    print(f"{len(corpus)} certificates, exit codes {codes}: {json.dumps(len(corpus))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
