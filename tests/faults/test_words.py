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
