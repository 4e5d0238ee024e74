"""Regions of a streamed complex, made again on request, are the regions of the complex."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.complex import closures
from exactpoly.complex.closures import StreamedRegions
from exactpoly.complex.compiled import compiled_block, count_cells
from exactpoly.complex.kernel import library
from exactpoly.complex.subdivide import Subdivision
from tests.complex.test_compiled import by_numpy
from tests.strategies import examples, networks_on_domains

pytestmark = pytest.mark.skipif(
    library.kernel() is None, reason=f"the compiled engine is {library.status()}"
)


@examples(60)
@given(networks_on_domains(), st.sampled_from([10, 30, 1000]))
def test_regions_of_chunks(drawn: tuple[ep.Network, ep.Domain], target: int) -> None:
    network, domain = drawn
    whole = by_numpy(network, domain)
    counts = count_cells(network, domain, target=target)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            closures,
            "compiled_block",
            lambda *given, **named: compiled_block(*given, target=target, **named),
        )
        streamed = StreamedRegions(network, domain, counts)
        assert streamed.n_regions == whole.n_regions
        for ours, theirs in zip(
            map(streamed.region, range(whole.n_regions)), whole.regions, strict=True
        ):
            assert ours.row == theirs.row
            assert set(ours.vertices) == set(theirs.vertices)
            assert {(f.row, f.sides, f.neurons) for f in ours.facets} == {
                (f.row, f.sides, f.neurons) for f in theirs.facets
            }
        with pytest.raises(IndexError):
            streamed.region(whole.n_regions)
        blamed = streamed.non_simple_cells(3)
        assert bool(blamed) is not whole.simple
        assert set(blamed) <= set(whole.non_simple_cells())
        if blamed:
            assert len(blamed) == min(3, sum(counts.not_simple)) or len(counts.chunk_regions) > 1


def test_parts_of_a_chunk_share_its_cells() -> None:
    """An edge between two parts of one chunk, made by the chunk's second layer, is one edge."""
    network = ep.Network(
        (
            ep.Layer.of([[1, 0]], relu=False),
            ep.Layer.of([[1]]),
            ep.Layer.of([[1], [1]], [-1, 0], relu=[True, False]),
        )
    )
    for domain in ("R^2", "[-2,2]^2"):
        place = ep.Domain.parse(domain, 2)
        for target in (1, 10):
            counts = count_cells(network, place, target=target)
            assert len(counts.chunk_regions) <= 2
            found = []
            for chunk in range(len(counts.chunk_regions)):
                block = compiled_block(network, place, target=target, chunk=chunk)
                rows = ep.Complex(Subdivision(network, place, block=block)).signs(1).tolist()
                sides = block.lattice.levels[1].sides.view[: len(rows)].tolist()
                keys = [(*row, side) for row, side in zip(rows, sides, strict=True)]
                assert len(set(keys)) == len(keys)
                found.append(keys)
            assert any(found)
