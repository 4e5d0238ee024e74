"""Options and arguments made of nonsense: one sentence and exit code 3, or an answer, and little time."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

import pytest

from tests.cli.command_line import case, run
from tests.faults.mutations import NUMBERS, WORDS
from tests.strategies import MULTIPLIER

NET = case("d14_diamond")
POSITIONAL = Path(__file__).parents[1] / "readers" / "faults" / "positional.npz"
GOOD = (
    ("eval", NET, "1,1/2"),
    ("region", NET, "0.5,-1"),
    ("certify", NET, "--domain", "[-1,1]x[0,1/2]"),
    ("certify", NET, "--domain", "x0 + 2*x1 <= 1, x0 >= 0, x1 >= -1/2"),
    ("range", NET, "--domain", "[-1,1]^d", "--functional", "2*Y_0 - X_1 + 0.5"),
    ("topology", NET, "--level", "1/2", "--coefficients", "Q,2"),
    ("bounds", "--widths", "2,4,4"),
    ("construct", "montufar", "2,4,3"),
)
TRIALS = round(60 * MULTIPLIER)


@pytest.mark.parametrize("good", GOOD, ids=lambda good: " ".join(map(str, good))[:9])
def test_words_that_were_changed(good: tuple[str | Path, ...]) -> None:
    draw = Random(" ".join(map(str, good[2:])))
    for _ in range(TRIALS // len(GOOD) + 1):
        words = [str(word) for word in good]
        place = draw.choice([i for i, word in enumerate(words) if i >= 2 and word[:2] != "--"])
        text = words[place]
        cut = draw.randrange(len(text) + 1)
        new = draw.choice(NUMBERS + WORDS).replace("\x00", "?")
        words[place] = draw.choice((new, text[:cut] + new + text[cut:], text[:cut], text + text))
        started = time.process_time()
        result = run(*words)
        assert time.process_time() - started < 5, words
        assert result.exit_code in (0, 2, 3), (words, result.output)
        if result.exit_code == 3:
            assert len(result.stderr) < 1000 + 2 * len(words[place]), words


LONG = "x" * 100_000


@pytest.mark.parametrize(
    "words",
    [
        ("eval", NET, f"@{LONG}"),
        ("region", NET, f"@{LONG}"),
        ("certify", NET, "--domain", f"@{LONG}"),
        ("certify", NET, "--domain", LONG),
        ("certify", NET, "--max-memory", LONG),
        ("certify", NET, "--audit", LONG),
        ("certify", NET, "--max-seconds", LONG),
        ("certify", NET, "-o", LONG),
        ("certify", NET, "-o", "x" * 250),
        ("certify", NET, "--checkpoint", LONG),
        ("certify", NET, "--executor", LONG),
        ("plot", NET, "--slice", LONG),
        ("plot", NET, "--window", LONG, "-o", "p.svg"),
        ("info", LONG),
        ("info", f"{LONG}.json"),
        ("info", NET, "--input-shape", LONG),
        ("info", POSITIONAL, "--prefix", LONG),
        ("info", POSITIONAL, "--activation", LONG),
        ("topology", NET, "--level", LONG),
        (LONG,),
        (f"--{LONG}",),
    ],
    ids=lambda words: " ".join(str(word)[:9] for word in words if word != NET),
)
def test_long_words_are_not_said_again_in_full(words: tuple[str | Path, ...]) -> None:
    result = run(*words)
    assert result.exit_code == 3
    assert result.stdout == ""
    assert len(result.stderr) < 6500
