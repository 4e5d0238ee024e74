"""The bars and the console of the terminal report."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st

from exactpoly.report.terminal import bars, make_console


@given(st.dictionaries(st.integers(1, 30), st.integers(1, 10**9), min_size=1), st.integers(1, 60))
def test_bars_are_in_proportion(histogram: dict[int, int], width: int) -> None:
    drawn = bars(histogram, width)
    longest = max(histogram.values())
    for count, number in histogram.items():
        whole = drawn[count].rstrip("▏▎▍▌▋▊▉")
        eighths = 8 * len(whole)
        if len(drawn[count]) > len(whole):
            eighths += "▏▎▍▌▋▊▉".index(drawn[count][-1]) + 1
        assert set(whole) <= {"█"}
        assert eighths == max(1, number * width * 8 // longest)


def test_plain_bars() -> None:
    assert bars({3: 1, 4: 100}, 10, ascii_only=True) == {3: "#", 4: "#" * 10}


def test_names_are_not_markup_and_unknown_characters_do_not_fail() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    make_console(stream).print("π [1,2] :smile:", markup=False)
    stream.flush()
    assert raw.getvalue().rstrip() == b"\\u03c0 [1,2] :smile:"
