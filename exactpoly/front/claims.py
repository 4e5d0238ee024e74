"""What other tools say about a network, judged against its complex."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.domain import Domain
from exactpoly.errors import InputError
from exactpoly.network.network import Network
from exactpoly.readers.load import load
from exactpoly.running.progress import progress_line
from exactpoly.running.run import Run

if TYPE_CHECKING:
    from exactpoly.crosscheck.claims import Claims
    from exactpoly.crosscheck.verdict import Verdict

__all__ = ["judge"]


@progress_line
def judge(
    source: Network | str | Path | Any,
    claims: Claims | Mapping[str, Any] | str | Path,
    *,
    domain: Domain | str | None = None,
    reading: str = "lenient",
    **run: Any,
) -> Verdict:
    """Compare what another tool says about a network with the exact complex.

    ``claims``: a file, or an object as in a claims file; ``domain``: that of the claims by default, or
    `R^d`; ``reading``: ``"lenient"`` or ``"exact"``; ``run``: ``limits``, ``interrupted``, ``progress`` as
    for `enumerate`. Source of the definitions: exactpoly/crosscheck/CLAIMS.md. Raises `InputError` for
    claims that cannot be about this network, and where a limit left the complex incomplete.

    >>> import exactpoly as ep
    >>> net = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 1]], relu=False)))
    >>> verdict = ep.judge(net, {"regions": [{"row": "++"}, {"point": [-1, 1]}, {"row": "--"}]})
    >>> verdict.headline()
    'wrong: missed regions (1)'
    >>> [told["row"] for told in verdict.findings[0].details]
    ['+-']
    """
    from exactpoly.crosscheck.claims_files import claims_of
    from exactpoly.crosscheck.judge import judge as judged

    network = load(source)
    stated, name = claims_of(claims)
    place = domain if domain is not None else stated.domain or "R^d"
    if isinstance(place, str):
        place = Domain.parse(place, network.input_dimension)
    if stated.domain is not None and Domain.parse(stated.domain, place.dimension) != place:
        raise InputError(
            f"{name}: domain is {stated.domain}, but {place} is asked for; leave one out"
        )
    try:
        return judged(
            stated, enumerate_complex(network, domain=place, run=Run.of(**run)), reading=reading
        )
    except InputError as error:
        raise InputError(f"{name}: {error}") from error
