"""Searches that are ended, resumed, shared: the same verdicts and values, nothing lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import exactpoly as ep
from exactpoly.certificate import check_property
from exactpoly.errors import InputError
from exactpoly.properties import searches as searches_module
from exactpoly.properties import sharing
from exactpoly.readers.vnnlib import read_vnnlib
from exactpoly.running.run import Progress
from tests.cli.command_line import run
from tests.properties import cases

NAME = "c10_2-8-8-1"
BOX = ep.Domain(2, cases.box(NAME))

QUESTIONS: dict[str, Callable[..., Any]] = {
    "range": lambda **flags: ep.range(cases.network(NAME), domain=BOX, **flags),
    "lipschitz": lambda **flags: ep.lipschitz(cases.network(NAME), domain=BOX, **flags),
    "monotone": lambda **flags: ep.monotone(cases.network(NAME), 0, domain=BOX, **flags),
    "radius": lambda **flags: ep.radius(
        cases.network("c12_3-6-5-2"), [0, 0, 0], domain="[-1,1]^3", **flags
    ),
    "equal": lambda **flags: ep.equal(
        cases.network("c08_differ_corner"),
        cases.network("c08_differ_corner", second=True),
        domain="[-1,1]^2",
        **flags,
    ),
    "prove": lambda **flags: ep.prove(
        cases.network("c11_2-16-16-2"),
        read_vnnlib(cases.FOLDER / "c11_2-16-16-2" / "property.vnnlib"),
        **flags,
    ),
}


def after(steps: int) -> Callable[[], bool]:
    """Interrupted at the question number ``steps``, and always from then on."""
    left: Iterator[int] = iter(range(steps))
    return lambda: next(left, None) is None


NUMBERS = ("min", "max", "radius", "max_abs_difference", "constant", "gradients")


def told(answer: Any) -> list[Any]:
    """What does not depend on the tree that was found."""
    return [answer.verdict, answer.value, *(answer.details.get(name) for name in NUMBERS)]


@pytest.mark.parametrize("kind", QUESTIONS)
def test_a_run_that_is_ended_again_and_again_comes_to_the_same_answer(
    kind: str, tmp_path: Path
) -> None:
    whole, path = QUESTIONS[kind](), tmp_path / "state"
    ended = 0
    for steps in [*[2] * 4, 5, 20, 10_000]:
        answer = QUESTIONS[kind](interrupted=after(steps), checkpoint=path)
        if not answer.partial:
            break
        ended += 1
        assert path.exists()
        for name, sign in (("lower", 1), ("upper", -1)):
            bound = answer.details.get(name)
            if bound is not None and whole.value is not None and kind not in ("range", "monotone"):
                assert sign * Fraction(bound) <= sign * whole.value
    assert ended
    assert told(answer) == told(whole)
    assert answer.nodes < 2 * whole.nodes + 100
    assert not path.exists()


def test_a_checkpoint_of_another_question_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state"
    assert QUESTIONS["range"](interrupted=after(2), checkpoint=path).partial
    with pytest.raises(InputError, match="the checkpoint of another run"):
        QUESTIONS["monotone"](checkpoint=path)
    data = path.read_bytes()
    path.write_bytes(data[:-1])
    with pytest.raises(InputError, match="its seal is broken"):
        QUESTIONS["range"](checkpoint=path)
    path.write_bytes(data)
    assert QUESTIONS["range"](checkpoint=path).verdict == "answered"


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("kind", QUESTIONS)
def test_any_number_of_workers_gives_the_same_answer(
    kind: str, workers: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In threads here, which take turns with one search: a worker process has its own."""
    whole = QUESTIONS[kind]()
    monkeypatch.setattr(searches_module, "_WORTH", 4)
    monkeypatch.setattr(sharing, "_SECONDS", 0.01)
    monkeypatch.setattr(sharing, "_MOST", 4)
    tasks = 0

    class Counted(ThreadPoolExecutor):
        def submit(self, *arguments: Any, **named: Any) -> Any:
            nonlocal tasks
            tasks += 1
            return super().submit(*arguments, **named)

    with Counted(1) as executor:
        answer = QUESTIONS[kind](executor=executor, workers=workers)
        assert tasks or whole.nodes < 40
        assert told(answer) == told(whole)
        for steps in (3, 6, 30, 10_000):
            state = tmp_path / "state"
            answer = QUESTIONS[kind](
                executor=executor, workers=workers, interrupted=after(steps), checkpoint=state
            )
        assert told(answer) == told(whole)
    answer.save(tmp_path / "proof.json")
    assert check_property.check_file(str(tmp_path / "proof.json"))[0] == check_property.ACCEPTED


def test_progress_says_the_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searches_module, "_TELL", 0.0)
    words: list[Progress] = []
    whole = QUESTIONS["range"](progress=words.append)
    low = [one for one in words if one.what.startswith("min in [")]
    assert low
    assert len(low) < len(words)
    for one in words:
        a, b = (float(x) for x in one.what.split("[")[1].split("]")[0].split(","))
        side = "min" if one.what.startswith("min") else "max"
        value = float(Fraction(whole.details[side]))
        assert a - 1e-5 * abs(a) <= value <= b + 1e-5 * abs(b)
    words.clear()
    QUESTIONS["prove"](progress=words.append)
    assert any("% done, open leaves" in str(one) for one in words)


def test_the_command_resumes_and_shares(tmp_path: Path) -> None:
    name, state = "c12_3-6-5-2", str(tmp_path / "state")
    asked = ["radius", str(cases.FOLDER / name / "network.json"), "0,0,0", "--domain", "[-1,1]^3"]
    first = run(*asked, "--checkpoint", state, "--max-seconds", "0", "--json")
    assert (first.exit_code, json.loads(first.stdout)["verdict"]) == (2, "partial")
    done = run(*asked, "--checkpoint", state, "--workers", "2", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["radius"] == str(QUESTIONS["radius"]().value)
    assert not Path(state).exists()
