"""How far float32 evaluation of a network can lie from the exact network, in any order of summation.

A unit sums n products and its bias. Each product, sum and stored number is rounded once: the computed
value is off by at most `gamma(n + 2)` times the sum of all sizes, `gamma(k) = k u / (1 - k u)`,
`u = 2^-24` (Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 3.1; fused products only
leave roundings out), and by `(n + 2) 2^-148` where a product underflows. Errors of the inputs of a layer
come in through the sizes of the weights, and ReLU does not enlarge them. Sizes over a box come from
the bounds of all neurons that the checker of certificates computes.

It is about float32 points and a program that evaluates the layers of the exact network one by one, with
ordinary products and sums; not about faster algorithms for products of matrices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from exactpoly.certificate.check_property import Constraint, Layer, Tree, Work
from exactpoly.certificate.confirm import confirm
from exactpoly.network.constraints import Bounds, Conjunction, Functional
from exactpoly.network.constraints import Constraint as Asked
from exactpoly.network.network import Network
from exactpoly.properties.answer import Answer
from exactpoly.properties.prove import precision, prove
from exactpoly.readers.witness import rounded_into
from exactpoly.running.run import Run

__all__ = [
    "error_of",
    "float32_difference",
    "float32_range",
    "float32_verdict",
    "output_errors",
    "relaxed",
    "survives",
]

_UNIT = Fraction(1, 2**24)
_UNDERFLOW = Fraction(1, 2**148)
_LARGEST = Fraction(2**127)
_BITS = 64


def output_errors(network: Network, bounds: Bounds) -> tuple[Fraction, ...] | None:
    """By output: how far float32 evaluation at a float32 point of the box may lie from the exact value.

    None where a sum may overflow.

    >>> from exactpoly.network.layer import Layer as Rows
    >>> line = Network((Rows.of([[3, 1]], [1], relu=False),))
    >>> box = ((Fraction(-1), Fraction(1)),) * 2
    >>> 4 * _UNIT * 5 < output_errors(line, box)[0] < 5 * _UNIT * 5
    True
    """
    bits = precision(network, [bounds])
    layers = [
        Layer([[*w, b] for w, b in zip(x.weight, x.bias, strict=True)], list(x.relu), bits)
        for x in network.layers
    ]
    nothing = Constraint([0] * network.output_dimension, [0] * len(bounds), Fraction(0), False)
    tree = Tree(layers, list(bounds), [[nothing]], bits, Work(1 << 62, None))
    sizes = [max(abs(a), abs(b)) for a, b in bounds]
    errors = [Fraction(0)] * len(bounds)
    for layer, spans in zip(network.layers, tree.root.bounds, strict=True):
        gamma = _gamma(layer.inputs + 2)
        result = []
        for row, bias in zip(layer.weight, layer.bias, strict=True):
            carried = sum((abs(w) * e for w, e in zip(row, errors, strict=True)), Fraction(0))
            terms = carried + abs(bias)
            terms += sum((abs(w) * m for w, m in zip(row, sizes, strict=True)), Fraction(0))
            if terms * 2 > _LARGEST:
                return None
            result.append(_up(carried + gamma * terms + (layer.inputs + 2) * _UNDERFLOW))
        errors = result
        sizes = [
            Fraction(max(0 if kind else -low, high, 0), tree.one)
            for (low, high), kind in zip(spans, layer.relu, strict=True)
        ]
    return tuple(errors)


def _gamma(count: int) -> Fraction:
    return count * _UNIT / (1 - count * _UNIT)


def _up(value: Fraction) -> Fraction:
    """A number of few bits that is no smaller."""
    if not value:
        return value
    shift = _BITS - value.numerator.bit_length() + value.denominator.bit_length()
    scale = Fraction(2) ** shift
    return (value * scale).__ceil__() / scale


def error_of(one: Functional, errors: Sequence[Fraction]) -> Fraction:
    """How far a functional of the outputs, taken exactly, is off."""
    return sum((abs(c) * e for c, e in zip(one.y, errors, strict=True)), Fraction(0))


def relaxed(network: Network, conjunctions: Sequence[Conjunction]) -> list[Conjunction] | None:
    """Conjunctions that every float32 point satisfies whose computed outputs satisfy the given ones."""
    result = []
    for one in conjunctions:
        errors = output_errors(network, one.bounds)
        if errors is None:
            return None
        rows = (
            Asked(c.functional.plus(error_of(c.functional, errors)), c.strict)
            for c in one.constraints
        )
        result.append(Conjunction(one.bounds, tuple(rows)))
    return result


def survives(network: Network, one: Conjunction, point: Sequence[Fraction]) -> bool:
    """Whether computed outputs at a float32 point satisfy a conjunction in any order of summation."""
    errors = output_errors(network, tuple((x, x) for x in point))
    if errors is None or not one.holds(point, network.evaluate(point)):
        return False
    output = network.evaluate(point)
    return all(
        c.functional.value(point, output) > error_of(c.functional, errors)
        or not any(c.functional.y)
        for c in one.constraints
    )


Told = dict[str, str | None]


def float32_verdict(
    network: Network,
    conjunctions: Sequence[Conjunction],
    answer: Answer,
    run: Run | None = None,
) -> Told:
    """``float32``: ``"unsat"``, ``"sat"`` at a point next to the witness, or ``"open"``.

    ``"unsat"``: the property is proved, and checked, with all constraints on outputs relaxed by what
    rounding may do.
    """
    if answer.verdict == "sat" and answer.witness is not None:
        for one in conjunctions:
            if one.holds(answer.witness, network.evaluate(answer.witness)):
                near = [Fraction(float(x)) for x in rounded_into(answer.witness, one.bounds)]
                if survives(network, one, near):
                    return {"float32": "sat"}
    if answer.verdict == "unsat":
        asked = relaxed(network, conjunctions)
        if asked is not None:
            run = replace(run or Run(), checkpoint=None)
            found = confirm(prove(network, asked, run=run), run)
            return {"float32": "unsat" if found.verdict == "unsat" else "open"}
    return {"float32": "open"}


def float32_range(network: Network, one: Functional, bounds: Bounds, answer: Answer) -> Told:
    """Between what a functional of computed outputs lies, in any order of summation."""
    errors = output_errors(network, bounds)
    details = answer.details
    low, high = details.get("lower", details["min"]), details.get("upper", details["max"])
    if errors is None or low is None or high is None:
        return {"float32_least": None, "float32_most": None}
    error = error_of(one, errors)
    return {
        "float32_least": str(Fraction(low) - error),
        "float32_most": str(Fraction(high) + error),
        "float32_error": str(error),
    }


def float32_difference(first: Network, second: Network, bounds: Bounds, answer: Answer) -> Told:
    """How far computed outputs of two networks differ at most, in any order of summation."""
    here, there = output_errors(first, bounds), output_errors(second, bounds)
    most = answer.details.get("upper", answer.details["max_abs_difference"])
    if here is None or there is None or most is None:
        return {"float32_most": None}
    error = max(a + b for a, b in zip(here, there, strict=True))
    return {"float32_most": str(Fraction(most) + error)}
