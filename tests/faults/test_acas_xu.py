"""The 45 ACAS Xu networks: as ONNX Runtime has them; on a small box enumerated and audited in ten seconds.

With a larger EXACTPOLY_TEST_MULTIPLIER, and where the networks lie beside the checkout; one always.
"""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import exactpoly as ep
from tests.cli.command_line import run_json
from tests.strategies import MULTIPLIER

BOX = "[0.598,0.602]x[0.098,0.102]x[-0.202,-0.198]x[0.448,0.452]x[-0.452,-0.448]"
HERE = Path(__file__).resolve()
FOLDERS = [parent / "shared" / "data" / "acasxu" for parent in HERE.parents]
NETWORKS = sorted(path for folder in FOLDERS for path in folder.glob("*.onnx"))


pytestmark = [
    pytest.mark.skipif(not NETWORKS, reason="the ACAS Xu networks are not beside this checkout"),
    pytest.mark.parametrize(
        "path", NETWORKS if MULTIPLIER > 1 else NETWORKS[:1], ids=lambda path: path.stem
    ),
]


def test_the_values_are_those_of_onnx_runtime(path: Path) -> None:
    pytest.importorskip("onnx")
    onnxruntime = pytest.importorskip("onnxruntime")
    network = ep.load(path)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()
    shape = [n if isinstance(n, int) else 1 for n in given.shape]
    for point in np.random.default_rng(0).uniform(-0.5, 0.5, (10, 5)).astype(np.float32):
        (floats,) = session.run(None, {given.name: point.reshape(shape)})
        exact = network.evaluate([Fraction(x) for x in point.tolist()])
        assert np.allclose([float(y) for y in exact], floats.ravel(), rtol=1e-5, atol=1e-5)


def test_enumerated_and_audited_in_ten_seconds(path: Path) -> None:
    pytest.importorskip("onnx")
    pytest.importorskip("cdd")
    started = time.process_time()
    data = run_json("certify", path, "--domain", BOX, "--max-seconds", "60")
    assert time.process_time() - started < 10
    assert data["complete"]
    assert data["f_vector"][-1] >= 1
