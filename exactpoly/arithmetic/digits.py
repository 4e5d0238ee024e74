"""Integers longer than Python writes or reads by default.

Python refuses strings of more than 4,300 digits, for reading them takes quadratic time. Exact weights
may have more, so the limit is lifted for what is known to be a number of ours, and raised for what a
file holds.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["DEFAULT_DIGITS", "LONGEST_READ", "any_digits"]

DEFAULT_DIGITS = 4_300
"""Strings up to this length are read as Python reads them."""

LONGEST_READ = 100_000
"""Longest string that is read as a number."""


@contextmanager
def any_digits() -> Iterator[None]:
    """Lift Python's limit for a while."""
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        yield
    finally:
        sys.set_int_max_str_digits(before)
