"""JSON that means one thing: no key twice, no NaN, and numbers as they are written.

A decimal stays the string that is written, so that `exact_scalar` can make the exact number of it; so does
an integer longer than Python reads.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any, NoReturn

from exactpoly.arithmetic.digits import DEFAULT_DIGITS
from exactpoly.errors import InputError

__all__ = ["strict_json"]


def strict_json(
    text: str | bytes, made: Callable[[dict[str, Any]], dict[str, Any]] | None = None
) -> Any:
    """The value of a JSON text. Raises `InputError` saying what is wrong, for the caller to say where.

    ``made`` is given each object as soon as it is read, and what it returns takes its place.

    >>> strict_json('{"a": [0.10, 12]}')
    {'a': ['0.10', 12]}
    """

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = _unique_keys(pairs)
        return result if made is None else made(result)

    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8-sig")
        return json.loads(
            text,
            parse_float=str,
            parse_int=_integer,
            parse_constant=_refuse_constant,
            object_pairs_hook=unique,
        )
    except UnicodeDecodeError as error:
        raise InputError("not UTF-8 text, so not JSON") from error
    except json.JSONDecodeError as error:
        raise InputError(
            f"not valid JSON ({error.msg} at line {error.lineno}, column {error.colno});"
            " is the file cut short?"
        ) from error
    except RecursionError as error:
        raise InputError("brackets are nested too deeply for JSON; no field needs that") from error


def _integer(text: str) -> int | str:
    return int(text) if len(text) <= DEFAULT_DIGITS else text


def _refuse_constant(text: str) -> NoReturn:
    raise InputError(f"{text} is among the numbers; every number must be finite")


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        counts = Counter(key for key, _ in pairs)
        twice = next(key for key in result if counts[key] > 1)
        raise InputError(f"the key {twice[:80]!r} is given twice in one object; keep one of them")
    return result
