"""A first layer in two parts is the same network: values, counts and regions are the same."""

from __future__ import annotations

from dataclasses import asdict
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.complex import divided
from exactpoly.complex.closures import StreamedRegions
from exactpoly.complex.compiled import count_cells, count_chunks, fits
from exactpoly.complex.counts import Counts, added
from exactpoly.complex.divided import for_streaming
from tests.strategies import examples, networks_on_domains

KERNEL = fits(ep.Network((ep.Layer.of([[1]]),)), ep.Domain.box(1, -1, 1))
needs_kernel = pytest.mark.skipif(not KERNEL, reason="the compiled engine is not there")


def told(counts: Counts) -> dict[str, Any]:
    """What does not depend on how the work was divided."""
    found = asdict(counts)
    for name in ("statistics", "blocks", "largest_block", "chunk_regions", "not_simple_chunk"):
        del found[name]
    return {**found, "growth": counts.growth.tolist()}


@examples(60)
@given(networks_on_domains(), st.integers(1, 20), st.lists(st.fractions(-3, 3), min_size=4))
def test_the_network_is_the_same(
    drawn: tuple[ep.Network, ep.Domain], most: int, numbers: list[Fraction]
) -> None:
    network, _ = drawn
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(divided, "_MOST_REGIONS", most)
        other = for_streaming(network)
    point = tuple(numbers[: network.input_dimension])
    assert other.n_neurons == network.n_neurons
    assert other.sign_row(point) == network.sign_row(point)
    assert other.evaluate(point) == network.evaluate(point)


@needs_kernel
@examples(60)
@given(networks_on_domains(), st.integers(2, 12), st.sampled_from([1, 20, 1000]))
def test_counts_and_regions_are_the_same(
    drawn: tuple[ep.Network, ep.Domain], most: int, target: int
) -> None:
    network, domain = drawn
    whole = count_cells(network, domain)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(divided, "_MOST_REGIONS", most)
        counts = count_cells(network, domain, target=target)
        assert told(counts) == told(whole)
        start = count_chunks(network, domain, 0, 0, target=target)
        chunks = len(start.chunk_regions)
        if chunks:
            parts = [
                count_chunks(network, domain, n, n + 1, target=target, chunks=chunks)
                for n in range(chunks)
            ]
            total = start
            for part in parts:
                total = added(total, part)
            assert told(total) == told(whole)
        streamed = StreamedRegions(network, domain, count_cells(network, domain))
        rows = [region.row for c in streamed.closures() for region in c]
        assert streamed.n_regions == whole.f_vector[-1]
        asked = [streamed.region(n).row for n in range(streamed.n_regions)]
        assert streamed.non_simple_cells(1) == () or any(whole.not_simple)
    expected = sorted(map(tuple, ep.enumerate(network, domain=domain).region_rows.tolist()))
    assert sorted(asked) == expected
    assert set(rows) == set(expected)


@needs_kernel
def test_a_wide_layer_is_divided() -> None:
    random = np.random.default_rng(0)
    rows = random.normal(size=(20, 2)).tolist()
    network = ep.Network((ep.Layer.of(rows, random.normal(size=20).tolist()),))
    assert for_streaming(network) is network
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(divided, "_MOST_REGIONS", 56)  # 1 + 10 + 45 regions of ten lines
        layers = for_streaming(network).layers
    assert [len(layer.neurons) for layer in layers] == [10, 10]
