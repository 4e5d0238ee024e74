"""How much work a model may make of few bytes.

A few hundred bytes can name tensors of millions of entries one after the other, or square a number forty
times. While a model is read, what its operators make is counted, and refused beyond a fixed amount and
what the model's own weights account for. Outside of `limited` nothing is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from exactpoly.errors import InputError

__all__ = ["afford", "check_bits", "grant", "limited", "spend"]

_FREE = 20_000_000
_A_WEIGHT = 16
"""Operations that a weight may account for."""
_MOST_BITS = 1_000_000

_left: ContextVar[list[int] | None] = ContextVar("left", default=None)


@contextmanager
def limited() -> Iterator[None]:
    """Count the work of one reading."""
    token = _left.set([_FREE])
    try:
        yield
    finally:
        _left.reset(token)


def spend(operations: int) -> None:
    """Count operations on exact numbers; raises `InputError` beyond what there is."""
    left = _left.get()
    if left is None:
        return
    left[0] -= operations
    if left[0] < 0:
        raise InputError(
            "the operators up to here make more of the model than its size accounts for; read a smaller"
            " part of it with --output-name"
        )


def afford(operations: int) -> None:
    """Raise `InputError` where `spend` would; for what is counted when it is done."""
    spend(operations)
    spend(-operations)


def grant(weights: int) -> None:
    """Count weights that the model itself holds, which allow for more work."""
    left = _left.get()
    if left is not None:
        left[0] += _A_WEIGHT * weights


def check_bits(bits: int) -> None:
    """Refuse numbers that products make longer than weights are."""
    if bits > _MOST_BITS:
        raise InputError(
            f"products of constants have more than {_MOST_BITS} bits; compute them beforehand"
        )
