"""How many neurons share a word, and when the lattice is swept, changes nothing."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.complex import block, lattice
from tests.complex.test_parallel import cell_sets
from tests.strategies import examples, networks_on_domains


@examples(80)
@given(networks_on_domains(), st.integers(1, 4), st.booleans())
def test_any_window_gives_the_same_complex(
    drawn: tuple[ep.Network, ep.Domain], window: int, always_sweep: bool
) -> None:
    net, domain = drawn
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(block, "WINDOW", window)
        if always_sweep:
            patch.setattr(lattice.FaceLattice, "mostly_dead", property(lambda self: True))
        other = ep.enumerate(net, domain=domain)
    whole = ep.enumerate(net, domain=domain)
    assert cell_sets(other) == cell_sets(whole)
    assert other.summary() == whole.summary()


@pytest.mark.parametrize("n", [15, 16, 17, 33, 40])
def test_layers_wider_than_a_window(n: int) -> None:
    """Lines in general position: `f_k = C(n,2-k) sum_{i<=k} C(n-2+k,i)`, in one layer and in two."""
    generator = np.random.default_rng(n)
    weight, bias = generator.uniform(-1, 1, (n, 2)), generator.uniform(-1, 1, n)
    expected = tuple(
        comb(n, 2 - k) * sum(comb(n - 2 + k, i) for i in range(k + 1)) for k in range(3)
    )
    one = ep.Network((ep.Layer.of(weight, bias),))
    assert ep.enumerate(one).f_vector == expected
    # Half of the lines come in a second layer, which is given x and y as they are.
    half = n // 2
    first = ep.Layer.of(
        np.vstack([np.eye(2), weight[:half]]),
        [0, 0, *bias[:half]],
        relu=[False] * 2 + [True] * half,
    )
    second = ep.Layer.of(np.hstack([weight[half:], np.zeros((n - half, half))]), bias[half:])
    assert ep.enumerate(ep.Network((first, second))).f_vector == expected
