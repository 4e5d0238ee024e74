"""The complex of a network, enumerated or opened again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Unpack

from exactpoly.complex.complex import Complex
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.domain import Domain
from exactpoly.errors import InputError
from exactpoly.network.network import Network
from exactpoly.readers.load import load
from exactpoly.readers.reading import Options
from exactpoly.running.files import check_input
from exactpoly.running.limits import Limits
from exactpoly.running.progress import progress_line
from exactpoly.running.run import Progress, Run

__all__ = ["enumerate", "open"]


@progress_line
def enumerate(
    source: Network | str | Path | Any,
    *,
    domain: Domain | str | Any = "R^d",
    limits: Limits | None = None,
    interrupted: Callable[[], bool] | None = None,
    progress: Callable[[Progress], None] | bool | None = None,
    checkpoint: str | Path | None = None,
    checkpoint_seconds: float = 60.0,
    **options: Unpack[Options],
) -> Complex:
    """The exact complex of a network, or of whatever `exactpoly.load` takes, read with ``options``.

    ``domain``: whatever `Domain.of` takes, such as ``"R^d"``, ``"[-1,1]^3"``, ``(-1, 1)`` or one pair an
    axis; ``limits``: when to stop early, which gives a complex with ``complete`` False; ``interrupted``:
    asked often, True stops likewise; ``progress``: called after every neuron, or True for a
    line in the terminal or notebook; ``checkpoint``: a file to resume from if it exists, written every
    ``checkpoint_seconds`` and when the run stops early, removed when it ends. Raises `InputError` for
    input that cannot be read exactly.

    >>> import exactpoly as ep
    >>> net = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 1]], relu=False)))
    >>> ep.enumerate(net, domain="[-1,1]^d").f_vector
    (9, 12, 4)
    """
    network = load(source, **options)
    run = Run.of(
        limits=limits,
        interrupted=interrupted,
        progress=progress,
        checkpoint=checkpoint,
        checkpoint_seconds=checkpoint_seconds,
    )
    return enumerate_complex(network, domain=domain, run=run)


@progress_line
def open(path: str | Path, *, check: bool = True, **run: Any) -> Complex:
    """The complex that `Complex.save` wrote, or any certificate: it is checked, then enumerated again.

    That takes less time than reading the cells from the file, and trusts nobody. ``check``: False leaves
    the checker out, which takes nearly all of the time; the f-vectors are compared all the same. A
    certificate of a partial complex names the whole network; ``run``: ``limits``, ``interrupted``,
    ``progress`` as for `enumerate`. Raises `InputError` where the checker does not accept the file.

    >>> import exactpoly as ep, tempfile, os
    >>> path = os.path.join(tempfile.mkdtemp(), "moons.cert.gz")
    >>> ep.enumerate(ep.examples.moons(), domain=(-1, 1)).save(path)
    >>> ep.open(path)
    <Complex of moons on [-1,1]^2: 151 regions, f-vector (172, 322, 151)>
    """
    from exactpoly.certificate.read import certificate_header, complex_of

    check_input(path)
    if certificate_header(str(path)) is None:
        raise InputError(
            f"{path}: no certificate, or a damaged one; give a file that Complex.save wrote"
        )
    return complex_of(str(path), None, run=Run.of(**run), check=check)
