"""Nothing that a complex hands out can change it, and it can be pickled and copied."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest

import exactpoly as ep

from ..case_files import FOLDER, read_case


@pytest.fixture(params=["R^d", "[-1,1]^d"])
def complex_(request: pytest.FixtureRequest) -> ep.Complex:
    return ep.enumerate(read_case(FOLDER / "r3_00.json").network, domain=request.param)


ARRAYS = [
    "bounded",
    "facet_counts",
    "facet_counts_with_domain_boundary",
    "half_spaces",
    "interior_points",
    "neighbours",
    "region_rows",
    "vertex_array",
    "volume_array",
]


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_that_are_kept_are_read_only(complex_: ep.Complex, name: str) -> None:
    array = getattr(complex_, name)
    with pytest.raises(ValueError, match="read-only"):
        array[...] = 0


def test_all_arrays_are_in_the_list(complex_: ep.Complex) -> None:
    public = [name for name in dir(type(complex_)) if not name.startswith("_")]
    held = (name for name in public if isinstance(getattr(complex_, name), np.ndarray))
    assert sorted(held) == ARRAYS


def test_what_is_handed_out_anew_changes_nothing(complex_: ep.Complex) -> None:
    before = complex_.summary(), asdict(complex_.statistics), complex_.facet_histogram
    for k in range(complex_.dimension + 1):
        for array in (complex_.signs(k), complex_.sides(k)):
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 0
    complex_.statistics.filter = -1
    complex_.facet_histogram.clear()
    complex_.to_pandas().iloc[:, 1] = 0
    assert before == (complex_.summary(), asdict(complex_.statistics), complex_.facet_histogram)
    assert complex_.summary() == ep.enumerate(complex_.network, domain=complex_.domain).summary()


def test_floats_of_a_layer_are_read_only() -> None:
    layer = read_case(FOLDER / "r3_00.json").network.layers[0]
    for array in (layer.float_weight, layer.float_bias):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def arrays(held: Any) -> Iterator[np.ndarray]:
    """All arrays in an object, however deep."""
    if isinstance(held, np.ndarray):
        yield held
    parts = (
        held.values() if isinstance(held, dict) else held if isinstance(held, tuple | list) else ()
    )
    for part in [*parts, *getattr(held, "__dict__", {}).values()]:
        yield from arrays(part)


DUPLICATES = [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]


@pytest.mark.parametrize("duplicate", DUPLICATES)
def test_arrays_of_a_copy_are_read_only_too(
    complex_: ep.Complex, duplicate: Callable[[Any], Any]
) -> None:
    """Also those in tuples, of the network's layers and of regions, made before it was copied."""
    for name in (name for name in dir(type(complex_)) if not name.startswith("_")):
        getattr(complex_, name)
    for layer in complex_.network.layers:
        assert not layer.float_weight.flags.writeable
        assert not layer.float_bias.flags.writeable
    region = complex_.region(0)
    assert region.vertices
    for held in (complex_, duplicate(complex_), duplicate(region)):
        assert not any(array.flags.writeable for array in arrays(held))


def test_exact_volumes_are_handed_out_anew(complex_: ep.Complex) -> None:
    before = list(complex_.volumes)
    complex_.volumes.clear()
    assert complex_.volumes == before


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_copy_is_equal_and_whole(complex_: ep.Complex, duplicate: object) -> None:
    assert callable(duplicate)
    exact = [complex_.vertex(v) for v in complex_.region(0).vertex_indices]
    other = duplicate(complex_)
    assert other.summary() == complex_.summary()
    assert np.array_equal(other.region_rows, complex_.region_rows)
    assert [other.vertex(v) for v in other.region(0).vertex_indices] == exact
    assert not duplicate(complex_).region_rows.flags.writeable
    region = duplicate(complex_.region(3))
    assert region.vertices == complex_.region(3).vertices
    assert region.facets == complex_.region(3).facets
    assert region.inequalities() == complex_.region(3).inequalities()
    assert region.affine_map == complex_.region(3).affine_map
