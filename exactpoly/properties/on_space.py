"""Questions about all of `R^d`, and slopes on polytopes, answered from the exact complex."""

from __future__ import annotations

from exactpoly.complex.complex import Complex
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.domain import Domain
from exactpoly.network.constraints import Functional
from exactpoly.network.network import Network
from exactpoly.properties.answer import Answer, spell_point
from exactpoly.properties.from_complex import largest_gradient, supremum
from exactpoly.properties.gradients import DUAL
from exactpoly.running.run import Run

__all__ = ["lipschitz_on_space", "monotone_on_space", "range_on_space"]


def _answered(network: Network, domain: Domain, run: Run) -> tuple[Complex | None, Answer]:
    """The complex of a domain, None where a limit came first, and what is said of it."""
    found = enumerate_complex(network, domain=domain, run=run)
    answer = Answer("answered", (network,))
    if not found.complete:
        answer.verdict, answer.stopped = "partial", run.reason() or "a limit was reached"
        answer.details = {"lower": None, "upper": None}
        return None, answer
    answer.details = {"from": f"the exact complex: {found.n_regions:,} regions"}
    return found, answer


def range_on_space(network: Network, one: Functional, *, run: Run) -> Answer:
    """Infimum and supremum of a functional on `R^d`, ``"-inf"`` and ``"inf"`` where there is none."""
    found, answer = _answered(network, Domain.space(network.input_dimension), run)
    if found is not None:
        for name, sign, infinite in (("min", -1, "-inf"), ("max", 1, "inf")):
            value, place = supremum(found, one if sign > 0 else -one)
            answer.details[name] = infinite if value is None else str(sign * value)
            answer.details[f"arg{name}"] = None if place is None else spell_point(place)
            answer.value, answer.witness = value, place
    return answer


def lipschitz_on_space(
    network: Network, output: int, norm: str, *, run: Run, domain: Domain
) -> Answer:
    """The Lipschitz constant of an output on `R^d` or a polytope, for a norm of the input."""
    found, answer = _answered(network, domain, run)
    if found is not None:
        answer.value, answer.witness = largest_gradient(found, output, DUAL[norm])
        name = "constant_squared" if norm == "l2" else "constant"
        answer.details |= {
            name: str(answer.value),
            "norm": norm,
            "at": spell_point(answer.witness),
        }
    return answer


def monotone_on_space(
    network: Network, axis: int, output: int, *, run: Run, domain: Domain
) -> Answer:
    """Whether an output is nondecreasing in an input, on `R^d` or a polytope."""
    found, answer = _answered(network, domain, run)
    if found is not None:
        least, place = largest_gradient(found, output, (axis, -1))
        greatest, _ = largest_gradient(found, output, (axis, 1))
        answer.verdict = "no" if least > 0 else "yes"
        answer.witness = place if least > 0 else None
        answer.details |= {"verdict": answer.verdict, "gradients": [str(-least), str(greatest)]}
        if least > 0:
            answer.details["at"] = spell_point(place)
    return answer
