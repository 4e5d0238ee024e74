"""The 45 ACAS Xu networks on a small box: enumerated and audited within ten seconds each.

With a larger EXACTPOLY_TEST_MULTIPLIER, and where the networks lie beside the checkout; one always.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.cli.command_line import run_json
from tests.strategies import MULTIPLIER

BOX = "[0.598,0.602]x[0.098,0.102]x[-0.202,-0.198]x[0.448,0.452]x[-0.452,-0.448]"
HERE = Path(__file__).resolve()
FOLDERS = [parent / "shared" / "data" / "acasxu" for parent in HERE.parents]
NETWORKS = sorted(path for folder in FOLDERS for path in folder.glob("*.onnx"))


@pytest.mark.skipif(not NETWORKS, reason="the ACAS Xu networks are not beside this checkout")
@pytest.mark.parametrize(
    "path", NETWORKS if MULTIPLIER > 1 else NETWORKS[:1], ids=lambda path: path.stem
)
def test_enumerated_and_audited_in_ten_seconds(path: Path) -> None:
    pytest.importorskip("onnx")
    pytest.importorskip("cdd")
    started = time.process_time()
    data = run_json("certify", path, "--domain", BOX, "--max-seconds", "60")
    assert time.process_time() - started < 10
    assert data["complete"]
    assert data["f_vector"][-1] >= 1
