"""The job behind `exactpoly report`: all is worked out here, and put into words by the room `report`."""

from __future__ import annotations

import gzip
import hashlib
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exactpoly import front
from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.certificate.check import check_file
from exactpoly.certificate.write import write_certificate
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.domain import Domain
from exactpoly.errors import InputError, LimitReached
from exactpoly.network.network import Network
from exactpoly.readers.load import load
from exactpoly.report.findings import Findings, Proof, Reply, surface_views, views_of
from exactpoly.report.page import film_html, report_html
from exactpoly.report.picture import plane_scene, swapped_sides
from exactpoly.report.points import Points
from exactpoly.report.shapes import default_bounds
from exactpoly.report.text import point_text, widths_text
from exactpoly.report.views import plane_view
from exactpoly.running.files import check_input, check_output, written_whole
from exactpoly.running.interruption import ending
from exactpoly.running.limits import Limits
from exactpoly.running.progress import progress_line
from exactpoly.running.run import Run
from exactpoly.theory import THEOREMS, Evidence

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex
    from exactpoly.levelset.level import LevelSet

__all__ = ["report_on", "write_film", "write_report"]

_MOST_TOPOLOGY = 2_000_000
"""Cells up to which topology is worked out without being asked: a third of a minute."""
_MOST_CHECKED = 10_000
"""Regions up to which the certificate is checked without being asked."""
_MEANING = {
    "unsat": "No point satisfies all its assertions; the checker accepted the proof.",
    "sat": "This exact point satisfies all its assertions.",
    "partial": "A limit ended the search: neither proved nor refuted.",
}


@progress_line
def write_report(
    source: Network | str | Path | Any,
    path: str | Path | None = None,
    *,
    domain: Domain | str | Any = "R^d",
    progress: Any = None,
    limits: Limits | None = None,
    interrupted: Callable[[], bool] | None = None,
    fold_float: bool = False,
    **options: Any,
) -> Findings:
    """Write a report on a network: one HTML file that works offline, with pictures, counts and verdicts.

    ``source``, ``domain``, ``limits``, ``interrupted``, ``progress``, ``fold_float``: as for `enumerate`;
    ``path``, ``options``: as for `Complex.report`. Returns what was found.

    >>> import exactpoly as ep
    >>> found = ep.write_report(ep.examples.moons(), domain=(-2, 3))
    >>> found.complex.n_regions, len(found.views), found.proof.checked[:8]
    (234, 1, 'ACCEPTED')
    """
    run = Run.of(limits=limits, interrupted=interrupted, progress=progress)
    network = load(source, fold_float=fold_float)
    if isinstance(source, str | Path):
        options.setdefault("called", str(source))
    complex_ = enumerate_complex(
        network, domain=Domain.of(domain, network.input_dimension), run=run
    )
    with ending(run):
        return report_on(complex_, path, run=run, **options)


def report_on(
    complex_: Complex,
    path: str | Path | None = None,
    *,
    data: Any = None,
    labels: Any = None,
    axes: Sequence[int] | None = None,
    through: Any = None,
    names: Sequence[str] | None = None,
    level: Any = 0,
    properties: Sequence[str | Path] = (),
    certificate: str | Path | None = None,
    called: str | None = None,
    run: Run | None = None,
) -> Findings:
    """Write a report on a complex; see `Complex.report`."""
    for given in (path, certificate):
        if given is not None:
            check_output(given)
    for given in properties:
        check_input(given)
    run = Run() if run is None else run
    network = complex_.full_network
    value = exact_scalar(level, "level")
    points = _points(data, labels, network.input_dimension)
    name = called or f"{network.name}.json"
    views = views_of(complex_, points, axes=axes, through=through, names=names, level=value)
    evidence = Evidence(complex_)
    topology, note, level_set = _topology(complex_, value, run)
    if level_set is not None:
        views = [*surface_views(level_set, names), *views]
    findings = Findings(
        complex_,
        name,
        [(theorem, theorem.check(evidence)) for theorem in THEOREMS],
        views,
        value,
        topology,
        note,
        [_reply(network, name, file, run) for file in properties],
        _proof(complex_, certificate),
    )
    if path is not None:
        text = report_html(findings).encode("utf-8")
        with written_whole(path) as file:
            file.write(text)
    return findings


def write_film(
    sources: Sequence[Network | str | Path | Any],
    path: str | Path,
    *,
    captions: Sequence[str] | None = None,
    window: Any = None,
    data: Any = None,
    labels: Any = None,
    names: Sequence[str] | None = None,
    level: Any = 0,
    title: str = "A film of networks",
) -> None:
    """Write one HTML file with a slider over networks with two inputs, such as snapshots of a training.

    ``sources``: networks, or what `load` takes; ``captions``: one for each (default: their names);
    ``window``: the same for all (default: round the data, else that of the last network); ``data``,
    ``labels``, ``names``, ``level``: as for `Complex.report`. Raises `InputError` in other dimensions.

    >>> import exactpoly as ep, tempfile, os
    >>> path = os.path.join(tempfile.mkdtemp(), "film.html")
    >>> ep.write_film([ep.examples.moons(), ep.examples.iris_petals()], path, window=(-2, 2))
    >>> os.path.exists(path)
    True
    """
    check_output(path)
    networks = [load(source) for source in sources]
    if not networks:
        raise InputError("film: no networks given; give one for each snapshot")
    if any(network.input_dimension != 2 for network in networks):
        raise InputError(
            "film: a network has another input dimension than 2; a film shows the plane"
        )
    shown = [network.name for network in networks] if captions is None else list(captions)
    if len(shown) != len(networks):
        raise InputError(f"captions: {len(shown)} given for {len(networks)} networks")
    points = _points(data, labels, 2)
    chosen = None if window is None else Domain.of(window, 2)
    if chosen is None:
        last = enumerate_complex(networks[-1], domain=Domain.space(2))
        chosen = Domain(2, default_bounds(last, None if points is None else points.points))
    frames = []
    for network, caption in zip(networks, shown, strict=True):
        complex_ = enumerate_complex(network, domain=chosen)
        scene = plane_scene(complex_, names=names, level=level)
        swapped = points is not None and swapped_sides(scene, points)
        view = plane_view(scene, points, swapped=swapped, facts=False)
        frames.append({**view, "caption": f"{caption}: {complex_.n_regions:,} regions"})
    lead = f"{len(networks)} networks {widths_text(networks[-1])} in the window {chosen}"
    with written_whole(path) as file:
        file.write(film_html(title, lead, frames, "").encode("utf-8"))


def _points(data: Any, labels: Any, dimension: int) -> Points | None:
    if data is None:
        return None
    if isinstance(data, str | Path):
        if labels is not None:
            raise InputError(
                "labels: the file of data has them in its last column; leave labels out"
            )
        return Points.read(Path(data), dimension)
    return Points.of(data, labels, dimension)


def _topology(
    complex_: Complex, level: Fraction, run: Run
) -> tuple[dict[str, Any] | None, str, LevelSet | None]:
    """Classes and their boundary, or the sets of a level (last, too); or why they were left out."""
    if not complex_.complete:
        return None, "Not worked out, because the complex is partial.", None
    if sum(complex_.f_vector) > _MOST_TOPOLOGY:
        large = "Left out, because the complex is large; the commands decision and topology work it out."
        return None, large, None
    flags: dict[str, Any] = {"limits": _left(run), "interrupted": run.interrupted}
    network, domain = complex_.network, complex_.domain
    try:
        if network.output_dimension > 1:
            return front.decision(network, domain=domain, **flags).to_json(), "", None
        sets = front.level_set(network, level, domain=domain, **flags)
        return sets.to_json(), "", sets
    except LimitReached as stop:
        return None, f"Not worked out: {stop}.", None


def _left(run: Run) -> Limits:
    """The limits of a run, for what is left of its time."""
    return replace(run.limits, max_seconds=run.seconds_left)


def _reply(network: Network, name: str, file: str | Path, run: Run) -> Reply:
    answer = front.prove(network, file, limits=_left(run), interrupted=run.interrupted)
    witness = "" if answer.witness is None else point_text(answer.witness)
    meaning = _MEANING[answer.verdict]
    return Reply(Path(file).name, answer.verdict, meaning, ("prove", name, str(file)), witness)


def _proof(complex_: Complex, path: str | Path | None) -> Proof:
    """The certificate: written where it was asked for, digested, and checked where that is quick."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.cert"
        write_certificate(complex_, file)
        content = file.read_bytes()
        checked = None
        if complex_.n_regions <= _MOST_CHECKED:
            checked = check_file(str(file))[1].split(". ")[0] + "."
    if path is not None:
        with written_whole(path) as kept:
            kept.write(gzip.compress(content, mtime=0) if str(path).endswith(".gz") else content)
    digest = hashlib.sha256(content).hexdigest()
    return Proof(digest, len(content), checked, None if path is None else str(path))
