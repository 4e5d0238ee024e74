"""What happens to one job of a study: make its networks, enumerate them, take the measures.

The choices of a job (see `choices`): for ``initialised`` networks widths (output included), init, bias,
seed and residual; for ``trained`` ones those of `training.trained`, and label, a name for figures; for
``norm`` those of `norm.trained_to_norm`, for ``separation`` ones those of `separation.separated`, whose
rows have no regions.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

from exactpoly.complex.complex import Complex
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.complex.measure import pulling_triangulation
from exactpoly.network.network import Network
from exactpoly.running.limits import Limits, peak_memory
from exactpoly.running.run import Run
from exactpoly.studies.description import Job, Measure
from exactpoly.studies.initialise import initialised
from exactpoly.studies.shapes import sublevel_polytopes, zero_topology
from exactpoly.theory.distances import diameter_bounds

__all__ = ["Row", "run_job"]

Row = dict[str, Any]

_SEARCHES = 60
"""Breadth-first searches spent on the diameter of a graph with more than `_ALL_PAIRS` regions."""
_ALL_PAIRS = 25_000


def run_job(job: Job) -> list[Row]:
    """The rows of one job, one for each snapshot and domain; exact numbers as integers or text."""
    head = {"job": job.key, "choices": json.dumps(dict(job.choices), sort_keys=True)}
    if job.source == "separation":
        from exactpoly.studies.separation import separated

        about = {
            "epoch": 0,
            "domain": "R^d",
            "dimension": job.choices["widths"][0],
            "complete": True,
        }
        return [{**head, **about, **separated(job.choices)}]
    return [
        {**head, **stage, **_measured(network, domain, job.measure)}
        for stage, network in _networks(job)
        for domain in job.measure.domains
    ]


def _networks(job: Job) -> Iterator[tuple[Row, Network]]:
    choices = dict(job.choices)
    if job.source == "initialised":
        network = initialised(
            choices["widths"],
            choices.get("init", "torch"),
            choices.get("bias", "torch"),
            choices["seed"],
            residual=choices.get("residual", False),
        )
        yield {"epoch": 0, "loss": None, "score": None}, network
        return
    if job.source == "norm":
        from exactpoly.studies.norm import trained_to_norm

        shot = trained_to_norm(choices)
        yield {"epoch": shot.epoch, "loss": shot.loss, "score": shot.score}, shot.network
        return
    from exactpoly.studies.training import trained

    for shot in trained(choices):
        yield {"epoch": shot.epoch, "loss": shot.loss, "score": shot.score}, shot.network


def _measured(network: Network, domain: str, measure: Measure) -> Row:
    started = time.perf_counter()
    complex_ = enumerate_complex(
        network, domain=domain, run=Run(Limits(max_cells=measure.max_cells))
    )
    row: Row = {
        "domain": domain,
        "dimension": network.input_dimension,
        "neurons": network.n_neurons,
        "complete": complex_.complete,
        "digest": network.digest,
    }
    summary = complex_.summary()
    mean, with_boundary = summary.mean_facets, summary.mean_facets_with_domain_boundary
    row |= {
        "regions": summary.n_regions,
        "f_vector": json.dumps(summary.f_vector),
        "simple": summary.simple,
        "mean_numerator": mean.numerator,
        "mean_denominator": mean.denominator,
        "boundary_mean_numerator": with_boundary.numerator,
        "boundary_mean_denominator": with_boundary.denominator,
        "histogram": json.dumps(summary.facet_histogram),
        "boundary_histogram": json.dumps(summary.facet_histogram_with_domain_boundary),
        "bounded": int(complex_.bounded.sum()),
        "enumeration_seconds": time.perf_counter() - started,
        "diameter_lower": None,
        "diameter_upper": None,
        "simplices": None,
    }
    if measure.diameter:
        bounds = diameter_bounds(
            complex_.n_regions, complex_.neighbours, _SEARCHES, all_pairs=_ALL_PAIRS
        )
        row |= {"diameter_lower": bounds.lower, "diameter_upper": bounds.upper}
    if measure.simplices:
        row["simplices"] = json.dumps(_simplices(complex_))
    limits = Limits(max_cells=measure.max_cells)
    row["topology"] = row["polytopes"] = None
    if measure.topology and complex_.complete:
        row["topology"] = json.dumps(zero_topology(network, domain, limits))
    if measure.polytopes and complex_.complete:
        row["polytopes"] = json.dumps(sublevel_polytopes(network, domain, limits))
    row["peak_memory"] = peak_memory()
    return row


def _simplices(complex_: Complex) -> dict[int, int]:
    """Number of simplices of the pulling triangulation -> number of bounded regions."""
    sizes = Counter(
        len(pulling_triangulation(region)) for region in complex_.regions if region.bounded
    )
    return dict(sorted(sizes.items()))
