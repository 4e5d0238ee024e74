"""Exact complexes, each computed once."""

from __future__ import annotations

from collections.abc import Callable

from exactpoly.complex.complex import Complex
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.domain import Domain
from exactpoly.network.network import Network
from exactpoly.running.run import Run

__all__ = ["Complexes"]


class Complexes:
    """Called with a network and a domain, it gives their complex.

    ``interrupted``: asked often; True ends an enumeration with `LimitReached`.
    """

    def __init__(self, interrupted: Callable[[], bool] = lambda: False) -> None:
        self._known: dict[tuple[str, Domain], Complex] = {}
        self._interrupted = interrupted

    def __call__(self, network: Network, domain: Domain) -> Complex:
        key = (network.digest, domain)
        if key not in self._known:
            run = Run(interrupted=self._interrupted)
            self._known[key] = enumerate_complex(network, domain=domain, run=run, partial=False)
        return self._known[key]
