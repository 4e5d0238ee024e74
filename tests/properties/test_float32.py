"""float32 evaluation, in any order of summation, stays within the bound; what is told of verdicts holds."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import exactpoly as ep
from exactpoly.certificate.rounding import output_errors
from exactpoly.network.constraints import Bounds
from exactpoly.readers.vnnlib import parse_vnnlib
from exactpoly.readers.witness import read_witness
from tests.cli.command_line import run
from tests.properties import cases
from tests.strategies import MULTIPLIER

Net = list[tuple[np.ndarray, np.ndarray]]
Order = Callable[[np.ndarray], np.float32]


def random_net(rng: np.random.Generator) -> Net:
    widths = [int(n) for n in rng.integers(1, 30, size=rng.integers(2, 6))]
    spread = 10.0 ** rng.integers(-3, 3)
    return [
        (
            (spread * rng.standard_normal((m, n))).astype(np.float32),
            rng.standard_normal(m).astype(np.float32),
        )
        for n, m in zip(widths, [*widths[1:], 2], strict=True)
    ]


def exact(net: Net) -> ep.Network:
    layers = [ep.Layer.of(w, b, relu=i < len(net) - 1) for i, (w, b) in enumerate(net)]
    return ep.Network(tuple(layers))


def in_order(terms: np.ndarray, order: np.ndarray) -> np.float32:
    total = np.float32(0)
    for k in order:
        total = np.float32(total + terms[k])
    return total


def in_pairs(terms: np.ndarray, order: np.ndarray) -> np.float32:
    terms = terms[order]
    while len(terms) > 1:
        rest = terms[len(terms) // 2 * 2 :]
        terms = np.concatenate([terms[: len(terms) // 2 * 2 : 2] + terms[1::2], rest])
    return np.float32(terms[0])


def evaluated(net: Net, point: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    values = point
    for i, (weight, bias) in enumerate(net):
        rows = []
        for row, b in zip(weight, bias, strict=True):
            terms = np.append(row * values, b).astype(np.float32)
            add = in_pairs if rng.random() < 0.5 else in_order
            rows.append(add(terms, rng.permutation(len(terms))))
        values = np.array(rows, np.float32)
        if i < len(net) - 1:
            values = np.maximum(values, np.float32(0))
    return values


def box(point: np.ndarray, width: float) -> Bounds:
    return tuple(
        (Fraction(float(x)) - Fraction(width), Fraction(float(x)) + Fraction(width)) for x in point
    )


def test_any_order_of_summation_stays_within_the_bound() -> None:
    rng = np.random.default_rng(0)
    worst = 0.0
    for _ in range(round(25 * MULTIPLIER)):
        net = random_net(rng)
        network = exact(net)
        middle = rng.standard_normal(network.input_dimension).astype(np.float32)
        for width in (0.0, 0.5):
            errors = output_errors(network, box(middle, width))
            assert errors is not None
            for _ in range(4):
                shift = width * (2 * rng.random(len(middle)) - 1) * 0.99
                point = (middle + shift).astype(np.float32)
                truth = network.evaluate([Fraction(float(x)) for x in point])
                for y, true, error in zip(evaluated(net, point, rng), truth, errors, strict=True):
                    off = abs(Fraction(float(y)) - true)
                    assert off <= error
                    worst = max(worst, float(off / error))
    assert worst > 1e-3  # The bound is not idle.


def test_sums_that_underflow_or_overflow() -> None:
    tiny = ep.Network((ep.Layer.of([[Fraction(1, 2**100)]], relu=False),))
    errors = output_errors(tiny, ((Fraction(0), Fraction(1, 2**60)),))
    assert errors is not None
    assert errors[0] > Fraction(1, 2**160)  # Computed is 0.
    huge = ep.Network((ep.Layer.of([[2**100]], relu=False),))
    assert output_errors(huge, ((Fraction(0), Fraction(2**30)),)) is None


def test_onnx_runtime_stays_within_the_bound(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    rng = np.random.default_rng(1)
    for number in range(6):
        net = random_net(rng)
        path = tmp_path / f"{number}.onnx"
        path.write_bytes(onnx_model(onnx, net).SerializeToString())
        network = ep.load(path)
        session = runtime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        points = rng.standard_normal((20, network.input_dimension)).astype(np.float32)
        errors = output_errors(network, ((Fraction(-6), Fraction(6)),) * points.shape[1])
        assert errors is not None
        for point in points:
            (found,) = session.run(None, {"x": point[None]})
            truth = network.evaluate([Fraction(float(x)) for x in point])
            for y, true, error in zip(found[0], truth, errors, strict=True):
                assert abs(Fraction(float(y)) - true) <= error


def onnx_model(onnx: object, net: Net) -> object:
    helper, tensors = onnx.helper, onnx.numpy_helper  # type: ignore[attr-defined]
    nodes, weights, last = [], [], "x"
    for i, (weight, bias) in enumerate(net):
        weights += [tensors.from_array(weight, f"w{i}"), tensors.from_array(bias, f"b{i}")]
        nodes.append(helper.make_node("Gemm", [last, f"w{i}", f"b{i}"], [f"z{i}"], transB=1))
        last = f"z{i}"
        if i < len(net) - 1:
            nodes.append(helper.make_node("Relu", [last], [f"h{i}"]))
            last = f"h{i}"
    ends = [
        helper.make_tensor_value_info(name, 1, [1, n])
        for name, n in (("x", net[0][0].shape[1]), (last, net[-1][0].shape[0]))
    ]
    graph = helper.make_graph(nodes, "net", ends[:1], ends[1:], weights)
    opset = [helper.make_opsetid("", 17)]
    return helper.make_model(graph, opset_imports=opset, ir_version=9)


def test_margins() -> None:
    network = cases.network("c02_touch_third")  # |3 x - 1|
    head = (
        "(declare-const X_0 Real) (declare-const Y_0 Real) (assert (>= X_0 0)) (assert (<= X_0 1))"
    )
    for asked, verdict, told in (
        ("(assert (>= Y_0 2.001))", "unsat", "unsat"),
        ("(assert (> Y_0 2))", "unsat", "open"),
        ("(assert (<= Y_0 0.1))", "sat", "sat"),
        ("(assert (<= Y_0 0))", "sat", "open"),
    ):
        answer = ep.prove(network, parse_vnnlib(head + asked), float32=True)
        assert (answer.verdict, answer.details["float32"]) == (verdict, told), asked
    found = ep.range(network, domain="[0,1]", float32=True).details
    assert Fraction(found["float32_least"]) < 0
    assert 2 < Fraction(found["float32_most"]) < Fraction("2.00001")
    same = ep.equal(network, network, domain="[0,1]", float32=True).details
    assert 0 < Fraction(same["float32_most"]) < Fraction("0.00001")


def test_a_witness_is_written_inside_its_box_and_replayed(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    net = [
        (np.array([[3], [-3]], np.float32), np.array([-1, 1], np.float32)),
        (np.array([[1, 1]], np.float32), np.array([0], np.float32)),
    ]
    (tmp_path / "net.onnx").write_bytes(onnx_model(onnx, net).SerializeToString())
    text = "(declare-const X_0 Real) (declare-const Y_0 Real) (assert (>= X_0 0.1)) (assert (<= X_0 0.3))"
    (tmp_path / "p.vnnlib").write_text(text + "(assert (<= Y_0 0.1))")
    files = [str(tmp_path / name) for name in ("net.onnx", "p.vnnlib", "witness.txt")]
    done = run("prove", *files[:2], "--witness", files[2])
    assert done.exit_code == 4
    point = read_witness(files[2], 1)
    assert point is not None
    assert Fraction(1, 10) <= point[0] <= Fraction(3, 10)
    done = run("judge-verdict", *files[:2], "--result", "sat", "--witness", files[2])
    assert done.exit_code == 0
