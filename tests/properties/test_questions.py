"""range, radius, equal, lipschitz, monotone: the cases, and random networks beside their complex."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.certificate import check_property
from exactpoly.network.constraints import Bounds
from exactpoly.properties.gradients import DUAL, measure
from exactpoly.properties.joint import joint_network
from tests.properties import cases
from tests.properties.maxima import pairwise_maximum
from tests.strategies import MULTIPLIER, examples, networks, networks_on_domains


def domain(bounds: Bounds) -> ep.Domain:
    return ep.Domain(len(bounds), bounds)


ASKED = [
    (name, key)
    for name in cases.NAMES
    for key in cases.expected(name)["answer"]
    if key.startswith("Y_")
]


@pytest.mark.parametrize(("name", "key"), ASKED)
def test_ranges_of_the_cases(name: str, key: str, tmp_path: Path) -> None:
    expected = cases.expected(name)["answer"][key]
    answer = ep.range(cases.network(name), key, domain=domain(cases.box(name)))
    assert answer.verdict == "answered"
    for end in ("min", "max"):
        assert answer.details[end] == expected[end]
    answer.save(tmp_path / "range.json")
    code, words = check_property.check_file(str(tmp_path / "range.json"))
    assert code == check_property.ACCEPTED
    limit = -Fraction(expected["max"])
    told = f"1*{key}" + (f" + {limit}" if limit else "")
    assert f"{told} >= 0\n" in words
    assert words.endswith(f": {told} > 0")


@pytest.mark.parametrize(
    ("name", "key", "norm", "value"),
    [
        (name, key, norm, value)
        for name in cases.NAMES
        for key, norms in cases.expected(name)["answer"].get("lipschitz", {}).items()
        for norm, value in norms.items()
        if not name.startswith("c11") or (key, norm) == ("Y_1", "l2_squared")
    ],
)
def test_lipschitz_constants_of_the_cases(name: str, key: str, norm: str, value: str) -> None:
    found = ep.lipschitz(
        cases.network(name),
        int(key[2:]),
        norm=norm.removesuffix("_squared"),
        domain=domain(cases.box(name)),
    )
    assert str(found.value) == value


def test_monotone() -> None:
    name = "c09_monotone"
    place = domain(cases.box(name))
    assert ep.monotone(cases.network(name), 0, domain=place).verdict == "yes"
    answer = ep.monotone(cases.network(name), 1, domain=place)
    assert (answer.verdict, answer.details["gradients"]) == ("no", ["-1", "0"])
    first, second = ([Fraction(x) for x in point] for point in answer.details["points"])
    assert first[0] == second[0]
    assert first[1] < second[1]
    network = cases.network(name)
    assert network.evaluate(first) > network.evaluate(second)


@pytest.mark.parametrize("name", ["c07_equal", "c08_differ_corner"])
def test_equality_of_the_cases(name: str, tmp_path: Path) -> None:
    expected = cases.expected(name)["answer"]
    answer = ep.equal(
        cases.network(name), cases.network(name, second=True), domain=domain(cases.box(name))
    )
    assert answer.verdict == expected["verdict"]
    assert answer.details["max_abs_difference"] == expected["max_abs_difference"]
    answer.save(tmp_path / "equal.json")
    assert check_property.check_file(str(tmp_path / "equal.json"))[0] == check_property.ACCEPTED


def test_equality_on_the_whole_space() -> None:
    first = cases.network("c13_max5_two_layers")
    answer = ep.equal(first, pairwise_maximum(4))
    assert (answer.verdict, answer.value) == ("equal", 0)
    assert "326 regions" in answer.details["from"]


def test_equality_on_the_whole_space_with_biases(tmp_path: Path) -> None:
    hat = cases.network("c01_hat")
    same = rewritten(hat, random.Random(3))
    answer = ep.equal(hat, same)
    assert answer.verdict == "equal"
    answer.save(tmp_path / "equal.json")
    code, words = check_property.check_file(str(tmp_path / "equal.json"))
    assert (code, "nowhere in R^d" in words) == (check_property.ACCEPTED, True)
    # Equal on [-5, 1000], different beyond.
    *rest, last = same.layers
    far = ep.Layer.of([[*row, 0] for row in last.weight], last.bias, relu=False)
    bent = ep.Layer.of(
        [*rest[0].weight, [Fraction(1)]], [*rest[0].bias, Fraction(-1000)]
    )  # fmt: skip
    one = [[*row[:-1], Fraction(1, 2**30)] for row in far.weight]
    other = ep.Network((bent, ep.Layer.of(one, last.bias, relu=False)))
    assert ep.equal(hat, other, domain="[-5,1000]").verdict == "equal"
    answer = ep.equal(hat, other)
    assert (answer.verdict, answer.partial) == ("different", False)
    assert answer.witness is not None
    assert answer.witness[0] > 1000
    answer.save(tmp_path / "equal.json")
    assert check_property.check_file(str(tmp_path / "equal.json"))[0] == check_property.ACCEPTED


@settings(examples(40), derandomize=True)
@given(networks_on_domains(box=True, max_dimension=3), st.data())
def test_everything_agrees_with_the_complex(
    drawn: tuple[ep.Network, ep.Domain], data: st.DataObject
) -> None:
    network, place = drawn
    complex_ = ep.enumerate(network, domain=place)
    values = [network.evaluate(v)[0] for v in complex_.vertices()]
    found = ep.range(network, domain=place)
    assert (found.details["min"], found.details["max"]) == (str(min(values)), str(max(values)))
    gradients = [region.affine_map[0][0] for region in complex_.regions]
    norm = data.draw(st.sampled_from(sorted(DUAL)))
    expected = max(measure(g, DUAL[norm]) for g in gradients)
    assert ep.lipschitz(network, norm=norm, domain=place).value == expected
    axis = data.draw(st.integers(0, network.input_dimension - 1))
    slopes = [g[axis] for g in gradients]
    answer = ep.monotone(network, axis, domain=place)
    assert answer.details["gradients"] == [str(min(slopes)), str(max(slopes))]
    assert answer.verdict == ("yes" if min(slopes) >= 0 else "no")


@settings(examples(30), derandomize=True)
@given(networks_on_domains(box=True, max_dimension=2), st.data())
def test_differences_agree_with_the_joint_complex(
    drawn: tuple[ep.Network, ep.Domain], data: st.DataObject
) -> None:
    first, place = drawn
    other = data.draw(networks(max_dimension=2, max_neurons=4).filter(
        lambda n: (n.input_dimension, n.output_dimension)
        == (first.input_dimension, first.output_dimension)
    )) if data.draw(st.booleans()) else first  # fmt: skip
    together, m = joint_network(first, other), first.output_dimension
    values = [together.evaluate(v) for v in ep.enumerate(together, domain=place).vertices()]
    most = max(abs(y[k] - y[m + k]) for y in values for k in range(m))
    answer = ep.equal(first, other, domain=place)
    assert answer.details["max_abs_difference"] == str(most)
    assert answer.verdict == ("different" if most else "equal")


@settings(examples(40), derandomize=True)
@given(networks(max_dimension=2, max_neurons=6), st.data())
def test_radii_agree_with_the_ties_on_the_complex(network: ep.Network, data: st.DataObject) -> None:
    """On the complex of the network and its tie, the nearest vertex-to-centre distance is piecewise."""
    if network.output_dimension < 2:
        return
    d = network.input_dimension
    point = [Fraction(data.draw(st.integers(-4, 4)), 4) for _ in range(d)]
    place = ep.Domain.box(d, -2, 2)
    norm = data.draw(st.sampled_from(["linf", "l1"]))
    answer = ep.radius(network, point, norm=norm, domain=place)
    output = network.evaluate(point)
    label = max(range(len(output)), key=lambda j: output[j])
    reached = []
    for x in product(*[[Fraction(k, 8) for k in range(-16, 17)]] * d):
        y = network.evaluate(x)
        if any(y[j] >= y[label] for j in range(len(y)) if j != label):
            sizes = [abs(a - b) for a, b in zip(x, point, strict=True)]
            reached.append(max(sizes) if norm == "linf" else sum(sizes))
    if reached:
        assert answer.value is not None
        assert answer.value <= min(reached)
    assert (answer.verdict, answer.partial) == ("answered", False)


def rewritten(network: ep.Network, rng: random.Random) -> ep.Network:
    """The same function: neurons permuted, rescaled, split in two, dead ones added."""
    layers = list(network.layers)
    for j in range(len(layers) - 1):
        rows = [[*w, b] for w, b in zip(layers[j].weight, layers[j].bias, strict=True)]
        after = [list(row) for row in layers[j + 1].weight]
        parts: list[tuple[list[Fraction], list[Fraction]]] = []
        for i, row in enumerate(rows):
            factor, share = (
                Fraction(rng.randint(1, 5), rng.randint(1, 5)),
                Fraction(1, rng.randint(1, 3)),
            )
            scaled = [factor * x for x in row]
            column = [r[i] / factor for r in after]
            parts.append((scaled, [share * c for c in column]))
            if share != 1:
                parts.append((scaled, [(1 - share) * c for c in column]))
        dead = [Fraction(0)] * (len(rows[0]) - 1) + [Fraction(-1)]
        parts.append((dead, [Fraction(rng.randint(-2, 2)) for _ in after]))
        rng.shuffle(parts)
        layers[j] = ep.Layer.of([p[0][:-1] for p in parts], [p[0][-1] for p in parts])
        layers[j + 1] = ep.Layer.of(
            [[p[1][k] for p in parts] for k in range(len(after))],
            layers[j + 1].bias,
            relu=layers[j + 1].relu,
        )
    return ep.Network(tuple(layers), "rewritten")


def test_rewritten_networks_are_equal_and_one_weight_makes_them_differ() -> None:
    rng = random.Random(0)
    for _ in range(max(1, round(10 * MULTIPLIER))):
        d, width = rng.randint(1, 3), rng.randint(1, 4)
        rows = [[rng.randint(-3, 3) for _ in range(d)] for _ in range(width)]
        network = ep.Network(
            (
                ep.Layer.of(rows, [rng.randint(-2, 2) for _ in rows]),
                ep.Layer.of([[rng.choice([-2, -1, 1, 2]) for _ in rows]], relu=False),
            )
        )
        other = rewritten(network, rng)
        assert ep.equal(network, other, domain="[-1,1]^d").verdict == "equal"
        first, last = other.layers
        weight = [list(row) for row in last.weight]
        weight[0][rng.randrange(len(weight[0]))] += Fraction(1, 2**30)
        moved = ep.Network((first, ep.Layer.of(weight, last.bias, relu=False)))
        together = joint_network(network, moved)
        place = ep.Domain.box(d, -1, 1)
        values = [together.evaluate(v) for v in ep.enumerate(together, domain=place).vertices()]
        most = max(abs(a - b) for a, b in values)
        answer = ep.equal(network, moved, domain=place)
        assert answer.value == most
        assert most == 0 or answer.verdict == "different"


def test_limits_give_certified_bounds(tmp_path: Path) -> None:
    name = "c12_3-6-5-2"
    answer = ep.range(
        cases.network(name), "Y_1", domain=domain(cases.box(name)), limits=ep.Limits(max_seconds=0)
    )
    assert answer.verdict == "partial"
    assert "checked" not in answer.details  # There was a second for that.
    assert Fraction(answer.details["lower"]) <= Fraction(answer.details["min"])
    assert Fraction(answer.details["max"]) <= Fraction(answer.details["upper"])


def test_a_limit_leaves_a_certified_radius(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from exactpoly.properties import radius as module

    network, place = cases.network("c11_2-16-16-2"), ep.Domain.box(2, -1, 1)
    truth = ep.radius(network, [0, 0], domain=place).value
    assert truth is not None
    monkeypatch.setattr(module, "_LONG", 1)
    bounds = []
    for steps in (2, 4, 8, 12, 10_000):
        left = iter(range(steps))
        answer = ep.radius(
            network, [0, 0], domain=place, interrupted=lambda left=left: next(left, None) is None
        )
        if answer.partial and answer.facts:
            lower, upper = Fraction(answer.details["lower"]), Fraction(answer.details["upper"])
            assert lower < truth <= upper
            bounds.append(lower)
            answer.save(tmp_path / "radius.json")
            code, _ = check_property.check_file(str(tmp_path / "radius.json"))
            assert code == check_property.ACCEPTED
    assert max(bounds) > 0
    assert answer.value == truth


def test_ranges_on_the_whole_space() -> None:
    pytest.importorskip("cdd")
    hat = cases.network("c01_hat")
    answer = ep.range(hat)
    assert (answer.details["min"], answer.details["max"]) == ("0", "1")
    line = ep.Network((ep.Layer.of([[1]]), ep.Layer.of([[1]], relu=False)))
    assert ep.range(line).details["max"] == "inf"
