"""Complexes with one fact changed, as a bug in the engine would change it."""

from __future__ import annotations

from typing import Any

import exactpoly as ep


def corrupted(complex_: ep.Complex, **facts: Any) -> ep.Complex:
    """The complex with cached facts (``f_vector``, ``facet_counts`` ..) replaced."""
    for name, value in facts.items():
        assert hasattr(type(complex_), name), name
        if name == "region_rows":  # handed on from the cells
            complex_.cells._signs[complex_.dimension] = value
        else:
            complex_.__dict__[name] = value
        assert getattr(complex_, name) is value, name
    return complex_


def with_count(complex_: ep.Complex, k: int, count: int) -> ep.Complex:
    """The complex claiming another number of `k`-cells."""
    f = list(complex_.f_vector)
    f[k] = count
    return corrupted(complex_, f_vector=tuple(f))
