"""What upper rooms add to the methods of networks, complexes and level sets, registered on import."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from exactpoly.services import register

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex
    from exactpoly.levelset.filtration import Filtration
    from exactpoly.levelset.surface import Surface
    from exactpoly.network.network import Network
    from exactpoly.pointsets.cover import Cover

__all__: list[str] = []


def _save(complex_: Complex, path: str | Path) -> None:
    from exactpoly.certificate.write import write_certificate

    write_certificate(complex_, path)


def _theorems(complex_: Complex) -> list[Any]:
    from exactpoly.theory import check_all

    return list(check_all(complex_))


def _plot(complex_: Complex, color: str, **options: Any) -> Any:
    from exactpoly.report.picture import plot
    from exactpoly.report.space import plot_solid

    if complex_.dimension == 3 and not options.keys() & {"axes", "through"}:
        return plot_solid(complex_, color, **options)
    return plot(complex_, color, **options)


def _interactive(complex_: Complex, color: str, **options: Any) -> Any:
    from exactpoly.report.interactive import interactive

    return interactive(complex_, color, **options)


def _report(complex_: Complex, path: Any, **options: Any) -> Any:
    from exactpoly.reporting import report_on

    return report_on(complex_, path, **options)


def _surface_plot(network: Network, **options: Any) -> Any:
    from exactpoly.report.space import surface_plot

    return surface_plot(network, **options)


def _plot_level(surface: Surface, **options: Any) -> Any:
    from exactpoly.report.space import plot_level_surface

    return plot_level_surface(surface, **options)


def _plot_cover(cover: Cover, **options: Any) -> Any:
    from exactpoly.report.cover import plot_cover

    return plot_cover(cover, **options)


def _plot_persistence(filtration: Filtration, **options: Any) -> Any:
    from exactpoly.report.diagrams import plot_persistence

    return plot_persistence(filtration, **options)


register("plot", _plot)
register("interactive", _interactive)
register("report", _report)
register("surface_plot", _surface_plot)
register("plot_level_surface", _plot_level)
register("plot_persistence", _plot_persistence)
register("plot_cover", _plot_cover)
register("save", _save)
register("theorems", _theorems)
