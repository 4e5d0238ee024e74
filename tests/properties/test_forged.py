"""Certificates that were altered: nothing false is accepted."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

import exactpoly as ep
from exactpoly.certificate import check_property
from tests.properties import cases
from tests.strategies import MULTIPLIER

TRIES = round(50 * MULTIPLIER)


def lines_of(answer: Any) -> list[Any]:
    return list(json.loads(json.dumps(answer.lines())))


def verdict(lines: list[Any]) -> int:
    try:
        return check_property.check_lines(copy.deepcopy(lines), [])[0]
    except check_property.Refused as refusal:
        return int(refusal.args[0])
    except (TypeError, ValueError, KeyError, IndexError, AttributeError):
        return check_property.UNREADABLE


@cache
def _honest(kind: str) -> list[Any]:
    name = "c10_2-8-8-1"
    network, place = cases.network(name), ep.Domain(2, cases.box(name))
    if kind == "prove":
        return lines_of(ep.prove(network, cases.FOLDER / name / "property.vnnlib"))
    if kind == "lipschitz":
        return lines_of(ep.lipschitz(network, domain=place))
    if kind == "monotone":
        return lines_of(ep.monotone(network, 0, domain=place))
    if kind == "equal":
        other = cases.network("c08_differ_corner", second=True)
        return lines_of(ep.equal(cases.network("c08_differ_corner"), other, domain="[-1,1]^2"))
    if kind == "radius":
        return lines_of(ep.radius(cases.network("c12_3-6-5-2"), [0, 0, 0], domain="[-1,1]^3"))
    return lines_of(ep.range(network, domain=place))


def honest(kind: str) -> list[Any]:
    return copy.deepcopy(_honest(kind))


KINDS = ["equal", "lipschitz", "monotone", "radius", "range"]


def lies(header: dict[str, Any], size: Fraction) -> Iterator[dict[str, Any]]:
    """Each fact of a tight answer made false by a small number."""
    for i, fact in enumerate(header["facts"]):
        lie = copy.deepcopy(header)
        one = lie["facts"][i]
        for name, sign in (("is", 1), ("most", -1)):
            if name in one:
                one[name] = str(Fraction(one[name]) + sign * size)
        for row, sign in [(one.get("all", []), -1), *((row, 1) for row in one.get("none", []))]:
            for values, _ in row[:1]:
                values[""] = str(Fraction(values.get("", 0)) + sign * size)
        assert one != fact
        yield lie


@pytest.mark.parametrize("kind", KINDS)
def test_false_answers_are_rejected(kind: str) -> None:
    lines = honest(kind)
    assert verdict(lines) == check_property.ACCEPTED
    for bits in (0, 40, 100):
        for lie in lies(lines[0], Fraction(1, 2**bits)):
            assert verdict([lie, *lines[1:]]) == check_property.REJECTED, bits


def test_a_question_with_a_solution_is_never_accepted() -> None:
    """The tree of a true question beside a false one: the same with the maximum itself as threshold."""
    lines = honest("prove")
    most = cases.expected("c10_2-8-8-1")["answer"]["Y_0"]["max"]
    for shift in (0, Fraction(1, 2**80), Fraction(1, 2)):
        lie = copy.deepcopy(lines)
        ((values, _),) = lie[0]["facts"][0]["none"][0]
        values[""] = str(-Fraction(most) + shift)
        assert verdict(lie) == check_property.REJECTED
    rng = random.Random(0)
    for _ in range(TRIES):
        lie = altered(lie, rng)
        ((values, _),) = lie[0]["facts"][0]["none"][0]
        values[""] = str(-Fraction(most))
        assert verdict(lie) != check_property.ACCEPTED
        lie = copy.deepcopy(lines)


def altered(lines: list[Any], rng: random.Random) -> list[Any]:
    """A tree with one node dropped, doubled, exchanged, or with another number in it."""
    lie = copy.deepcopy(lines)
    tokens = lie[rng.randrange(1, len(lie))]
    i, j = rng.randrange(len(tokens)), rng.randrange(len(tokens))
    kind = rng.randrange(6)
    if kind == 0:
        del tokens[i]
    elif kind == 1:
        tokens.insert(j, tokens[i])
    elif kind == 2:
        tokens[i], tokens[j] = tokens[j], tokens[i]
    elif kind == 3:
        tokens[i] = rng.choice(
            [["b", 0, [[0, 1]]], ["g"], ["f", 0, [[0, 1]], []], ["f", None, [], []], []]
        )
    elif kind == 4 and len(tokens[i]) > 1:
        place = rng.randrange(1, len(tokens[i]))
        tokens[i][place] = rng.choice([0, 1, -1, "0", "1/3", None, [], [[0, 1]], [[0, 0, 1]]])
    else:
        tokens[i] = rng.choice(
            [["x", 0, "0"], ["x", 1, "7"], ["z", 0, 0], ["z", 1, 3], ["z", 9, 0]]
        )
    return lie


@pytest.mark.parametrize("kind", KINDS)
def test_altered_trees_under_false_answers(kind: str) -> None:
    lines = honest(kind)
    *_, false = lies(lines[0], Fraction(1, 2**40))
    rng = random.Random(1)
    for _ in range(TRIES):
        assert verdict(altered([false, *lines[1:]], rng)) != check_property.ACCEPTED


@pytest.mark.parametrize(
    "change",
    [
        lambda h: h.update(version=1),
        lambda h: h.update(version=True),
        lambda h: h.update(bits=10**9),
        lambda h: h.update(bits="48"),
        lambda h: h["networks"][0]["layers"][0]["weight"][0].pop(),
        lambda h: h["about"].append("0"),
        lambda h: h["about"].append(["0"]),
        lambda h: h["about"].clear(),
        lambda h: h["facts"].clear(),
        lambda h: h["facts"].append({"box": None}),
        lambda h: h["facts"][0]["all"][0][0].update({"": "1e5"}),
        lambda h: h["facts"][0]["all"][0][0].update(Y_7="1"),
        lambda h: h["facts"][0]["all"].clear(),
        lambda h: h["facts"][1]["none"].clear(),
        lambda h: h["facts"][1]["none"].append([]),
        lambda h: h["facts"][1].update(box=[["0", "1"]]),
        lambda h: h.clear(),
    ],
)
def test_broken_headers_are_not_read(change: Any) -> None:
    lines = honest("range")
    change(lines[0])
    assert verdict(lines) in (check_property.UNREADABLE, check_property.REJECTED)


def test_other_weights_have_another_digest() -> None:
    lines = honest("range")
    lines[0]["networks"][0]["layers"][0]["bias"][0] = "12345"
    assert verdict(lines) == check_property.UNREADABLE


def test_every_integer_is_checked_before_it_indexes(tmp_path: Any) -> None:
    lines = honest("prove")
    for token in (
        ["b", -1, [[0, 1]]],
        ["b", 0, [[-1, 1]]],
        ["b", 0, [[0, -1]]],
        ["b", 0, []],
        ["x", -1, "0"],
        ["z", -1, 0],
        ["z", 0, -1],
        ["b", 0, [[0, True]]],
    ):
        assert verdict([lines[0], [["r"], token]]) != check_property.ACCEPTED


def test_an_open_leaf_makes_it_partial() -> None:
    lines = honest("prove")
    assert verdict([lines[0], [["?"]]]) == check_property.PARTIAL


def test_work_is_limited(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    name = "c10_2-8-8-1"
    path = tmp_path / "range.json"
    ep.range(cases.network(name), domain=ep.Domain(2, cases.box(name))).save(path)
    monkeypatch.setattr(check_property, "MAX_WORK", 100_000)
    code, words = check_property.check_file(str(path))
    assert (code, "--scale" in words) == (check_property.UNREADABLE, True)
    assert check_property.check_file(str(path), scale=10_000)[0] == check_property.ACCEPTED


@pytest.mark.parametrize("count", [1, 2, 3, 7, 50])
@pytest.mark.parametrize("kind", [*KINDS, "prove"])
def test_parts_find_together_what_the_whole_check_finds(kind: str, count: int) -> None:
    """No part of an honest file finds a fault; of a false one some part does."""
    lines = honest(kind)
    *_, false = lies(lines[0], Fraction(1, 2**40))
    honest_codes, false_codes = (
        [part_of([header, *lines[1:]], i, count) for i in range(count)]
        for header in (lines[0], false)
    )
    good = check_property.PART if count > 1 else check_property.ACCEPTED
    assert set(honest_codes) == {good}
    assert kind == "prove" or check_property.REJECTED in false_codes


def part_of(lines: list[Any], index: int, count: int) -> int:
    try:
        return check_property.check_lines(copy.deepcopy(lines), [], (index, count))[0]
    except check_property.Refused as refusal:
        return int(refusal.args[0])
