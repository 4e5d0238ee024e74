"""What examples/judge holds is what it says: claims files, and counterexamples that still are."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import exactpoly as ep
from exactpoly.certificate.check import check_file
from exactpoly.crosscheck.adapters.registry import adapter
from exactpoly.crosscheck.claims_files import read_claims
from exactpoly.crosscheck.judge import judge
from exactpoly.crosscheck.verdict import Kind, Outcome
from exactpoly.readers.load import load
from tests.crosscheck.peers import PYTHON, ask
from tests.crosscheck.statements import complex_of

JUDGE = Path(__file__).parents[2] / "examples" / "judge"
TOOLS = sorted(str(path.parent.relative_to(JUDGE)) for path in JUDGE.rglob("network.cert"))


def test_the_claims_of_relucent():
    verdict = judge(read_claims(JUDGE / "five_slabs_claims.json"), complex_of("d15_abs_gap"))
    assert verdict.kinds == (
        Kind.FACET_COUNTS,
        Kind.FACET_NEURONS,
        Kind.INVENTED_ADJACENCIES,
        Kind.TOTALS,
    )
    # They are what the tool says.
    assert ask("relucent", "d15_abs_gap").findings == verdict.findings


@pytest.mark.parametrize("reading", ["exact", "lenient"])
def test_the_claims_by_hand(reading):
    claims = read_claims(JUDGE / "five_slabs_right.csv")
    assert judge(claims, complex_of("d15_abs_gap"), reading=reading).outcome is Outcome.RIGHT


@pytest.mark.parametrize("tool", TOOLS)
def test_certificates_and_networks(tool):
    network = load(JUDGE / tool / "network.json")
    data = json.loads((JUDGE / tool / "network.json").read_text())
    ((domain, expected),) = data["expected"].items()
    complex_ = ep.enumerate(network, domain=domain)
    assert complex_.n_regions == expected["regions"]
    assert list(complex_.f_vector) == expected["f_vector"]
    assert check_file(str(JUDGE / tool / "network.cert"))[0] == 0
    assert network.digest in (JUDGE / tool / "network.cert").read_text()


@pytest.mark.parametrize("tool", TOOLS)
def test_the_tools_are_still_wrong(tool, tmp_path, monkeypatch):
    """If this fails after an upgrade, the tool was mended: congratulate, and say so in the docs."""
    program = tmp_path / "julia"  # parx asks for it, and does not use it here
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    written = json.loads((JUDGE / tool / "verdict.json").read_text())
    if adapter(written["tool"]).needs_checkout:
        pytest.skip(f"{written['tool']} is a repository and no package")
    verdict = ask(written["tool"], load(JUDGE / tool / "network.json"), written["domain"])
    if verdict.version != written["version"]:
        pytest.skip(
            f"{tool} {verdict.version} is installed, the example is of {written['version']}"
        )
    assert verdict.outcome is Outcome.WRONG
    assert [str(kind) for kind in verdict.kinds] == [x["kind"] for x in written["findings"]]
    script = JUDGE / tool / "reproduce.py"
    told = subprocess.run([PYTHON or sys.executable, script], capture_output=True, check=False)
    assert told.returncode == 0, told.stderr
    assert told.stdout


def test_every_report_is_about_what_its_tool_promises():
    """A network within the promise; a text with the version and what is wrong, as the verdict has it."""
    reports = [path.parent for path in JUDGE.rglob("REPORT.md")]
    assert len(reports) >= 5
    for folder in reports:
        written = json.loads((folder / "verdict.json").read_text())
        assert written["promised"] is True
        text = (folder / "REPORT.md").read_text()
        assert written["version"] in text
        network = load(folder / "network.json")
        if adapter(written["tool"]).scope != "all":
            assert ep.enumerate(network, domain=written["domain"]).simple
        for finding in written["findings"]:
            for detail in finding["details"][:2]:
                assert detail.get("claimed_row", detail.get("rows", [""])[0])[:4] in text or (
                    finding["kind"] == "wrong totals"
                )
