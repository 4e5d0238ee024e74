"""Objects that one passes and gets: numbers of any kind are exact, what is handed out is a copy."""

from __future__ import annotations

import copy
import pickle
from fractions import Fraction

import numpy as np
import pytest

import exactpoly as ep
from exactpoly.errors import InputError
from tests.cli.command_line import case

NET = case("d14_diamond")


def test_numbers_of_numpy_and_torch_are_exact() -> None:
    net = ep.load(NET)
    expected = net.evaluate([100, -100])
    for kind in (np.int8, np.int16, np.int64, np.float16, np.float32, np.float64):
        row = np.array([100, -100], kind)
        assert net.evaluate(row) == net.evaluate(list(row)) == expected
        assert ep.enumerate(net).find(row)[0].index == ep.enumerate(net).find([100, -100])[0].index
    assert net.evaluate(np.array([200, 255], np.uint8)) == net.evaluate([200, 255])
    assert net.evaluate([0.1, "0.1"]) == net.evaluate([Fraction(0.1), Fraction(1, 10)])
    for bad in (float("nan"), np.float32("inf"), np.float64("nan")):
        with pytest.raises(
            InputError, match=r"point\[0\] is (nan|inf); every number must be finite"
        ):
            net.evaluate([bad, 0])
        with pytest.raises(InputError):
            ep.enumerate(net).find([bad, 0])


def test_torch_rows() -> None:
    torch = pytest.importorskip("torch")
    net = ep.load(NET)
    expected = net.evaluate([100, -100])
    for kind in (torch.int8, torch.float32, torch.bfloat16, torch.float64):
        row = torch.tensor([100, -100], dtype=kind)
        assert net.evaluate(row) == expected
        assert ep.enumerate(net).find(row) is not None


def test_arrays_of_a_complex_are_not_the_callers() -> None:
    c = ep.enumerate(ep.load(NET))
    mean, counts = c.mean_facets, c.facet_counts
    with pytest.raises(ValueError, match="read-only"):
        counts -= 1
    assert c.mean_facets == mean


def test_a_complex_is_copied_and_pickled() -> None:
    c = ep.enumerate(ep.load(NET))
    for other in (pickle.loads(pickle.dumps(c)), copy.deepcopy(c)):
        assert other.f_vector == c.f_vector
    region = c.regions[0]
    assert pickle.loads(pickle.dumps(region)).row == copy.deepcopy(region).row


def test_memory_is_the_present_one() -> None:
    net = ep.load(NET)
    big = bytearray(300 << 20)
    del big
    limits = ep.Limits(max_memory=(250 << 20) + _present())
    assert ep.enumerate(net, limits=limits).complete


def _present() -> int:
    from exactpoly.running.limits import present_memory

    return present_memory() or 0
