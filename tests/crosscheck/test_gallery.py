"""The gallery over a folder, its three files, and the two commands."""

from __future__ import annotations

import csv
import json
import shutil
import sys
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser

import pytest

from exactpoly.crosscheck.claims_files import write_claims
from exactpoly.crosscheck.gallery import crosscheck
from exactpoly.crosscheck.gallery_files import gallery_markdown
from exactpoly.crosscheck.process import Allowance
from exactpoly.crosscheck.run import compare_tool
from exactpoly.crosscheck.tool import parse_tool
from exactpoly.crosscheck.verdict import Outcome, Verdict
from exactpoly.domain import Domain
from exactpoly.errors import InternalError
from exactpoly.readers.load import load
from tests.cli.command_line import one_sentence, run, run_json
from tests.crosscheck.peers import PYTHON, ask
from tests.crosscheck.statements import CASES, complex_of, true_claims

WITH_PYTHON = ["--python", PYTHON] if PYTHON else []


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "networks"
    path.mkdir()
    for name in ("d04_concurrent4_generic", "q2_00"):
        shutil.copy(CASES / f"{name}.json", path)
    return path


def test_gallery(folder, tmp_path):
    ask("lp-bfs", "d04_concurrent4_generic")  # skips without scipy
    target = tmp_path / "out"
    result = run(
        *("crosscheck", folder, "--tools", "lp-bfs,grid,qhull", "--domain", "R^d"),
        *("--domain", "[-1,1]^d", "-o", target, *WITH_PYTHON),
    )
    assert result.exit_code == 0, result.output
    with (target / "gallery.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == 2 * 2 * 3
    outcomes = {(x["network"], x["domain"], x["tool"]): x["outcome"] for x in lines}
    assert outcomes["d04_concurrent4_generic", "[-1,1]^2", "lp-bfs"] == "right"
    assert outcomes["d04_concurrent4_generic", "R^2", "qhull"] == "not offered"
    assert outcomes["q2_00", "R^2", "lp-bfs"] == "wrong"
    markdown = (target / "gallery.md").read_text()
    assert f"exactpoly crosscheck {folder} --tools lp-bfs,grid,qhull" in markdown
    tables = [line for line in markdown.splitlines() if line.startswith("|")]
    assert sum(line.startswith("| q2_00 |") for line in tables) == 2
    page = (target / "gallery.html").read_text()
    cells = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            if tag == "td":
                cells.append(dict(attrs).get("class"))

    Reader().feed(page)
    assert set(cells) == {None, "ok", "bad", "none", "out"}


def test_gallery_grows(folder, tmp_path):
    """The files are there after the first network, and say that they are not complete."""
    seen = []

    def after(gallery):
        seen.append((len(gallery.entries), gallery_markdown(gallery)))

    gallery = crosscheck(
        [folder], ["[-1,1]^d"], [parse_tool("grid", PYTHON)], seconds=60, after=after
    )
    assert [count for count, _ in seen] == [1, 2]
    assert "so far 1 of 2 entries" in seen[0][1]
    assert "so far" not in gallery_markdown(gallery)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--tools", "grid,grid"], "twice"),
        (["--tools", "grid,"], "not known"),
        (["--tools", "grid", "--domain", "[0,1]^3"], "domain"),
    ],
)
def test_bad_galleries(folder, tmp_path, arguments, message):
    result = run("crosscheck", folder, *arguments, "-o", tmp_path / "out")
    assert result.exit_code == 3
    assert message in one_sentence(result)


def test_a_bad_file_is_told_before_a_tool_is_asked(folder, tmp_path):
    (folder / "z.json").write_text("{")
    result = run("crosscheck", folder, "--tools", "grid", "-o", tmp_path / "out")
    assert result.exit_code == 3
    assert "z.json" in one_sentence(result)
    assert not (tmp_path / "out").exists()


def test_gallery_of_nothing(tmp_path):
    result = run("crosscheck", tmp_path, "--tools", "grid")
    assert result.exit_code == 3
    assert "no network files" in one_sentence(result)


def test_compare_with_claims(tmp_path):
    case, path = CASES / "d15_abs_gap.json", tmp_path / "claims.json"
    claims = true_claims(complex_of("d15_abs_gap"))
    write_claims(claims, path)
    assert run_json("compare", case, "--claims", path)["outcome"] == "right"
    assert run("compare", case, "--claims", path, "--reading", "exact").exit_code == 0
    # The domain is that of the claims, and has to be.
    assert run("compare", case, "--claims", path, "--domain", "R^d").exit_code == 0
    refused = run("compare", case, "--claims", path, "--domain", "[-1,1]^d")
    assert refused.exit_code == 3
    assert "domain" in one_sentence(refused)
    wrong = replace(claims, totals={"mean_facets": Fraction(2)})
    write_claims(wrong, path)
    data = run_json("compare", case, "--claims", path, exit_code=4)
    assert data["findings"] == [
        {
            "kind": "wrong totals",
            "count": 1,
            "details": [{"total": "mean_facets", "claimed": "2", "exact": "8/5"}],
        }
    ]
    shown = run("compare", case, "--claims", path)
    assert "total mean_facets: claimed 2; exact 8/5" in shown.stdout


def test_compare_with_a_tool():
    ask("grid", "d15_abs_gap")
    result = run("compare", CASES / "d15_abs_gap.json", "--with", "grid", *WITH_PYTHON)
    assert result.exit_code == 4
    # The slab beyond x = -10 lies outside the grid.
    assert "missed regions: 1" in result.stdout
    data = run_json(
        *("compare", CASES / "d15_abs_gap.json", "--with", "grid", *WITH_PYTHON), exit_code=4
    )
    assert json.dumps(data)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "--with TOOL, --command, --claims FILE or --mesh FILE"),
        (
            ["--with", "grid", "--claims", "x.json"],
            "--with TOOL, --command, --claims FILE or --mesh FILE",
        ),
        (["--claims", "no.json"], "no.json"),
        (["--with", "nothing"], "not known"),
        (["--claims", "x.json", "--minimise"], "--minimise"),
        (["--with", "grid", "--minimise", "-o", __file__], "is not a folder"),
        (["--with", "grid", "--domain", ""], "domain"),
    ],
)
def test_bad_usage(arguments, message):
    result = run("compare", CASES / "d15_abs_gap.json", *arguments)
    assert result.exit_code == 3
    assert message in one_sentence(result)


def test_resume(folder, tmp_path, monkeypatch):
    """A run that stopped goes on: what is known is not asked again, and new tools are asked."""
    target = tmp_path / "out"
    first = ["crosscheck", folder, "-o", target, "--domain", "[-1,1]^d", *WITH_PYTHON]
    assert run(*first, "--tools", "grid").exit_code == 0
    state = json.loads((target / "gallery.json").read_text())
    assert [entry["network"] for entry in state["entries"]] == ["d04_concurrent4_generic", "q2_00"]
    state["entries"].pop()
    state["entries"][0]["verdicts"][0]["message"] = "kept"
    (target / "gallery.json").write_text(json.dumps(state))
    assert run(*first, "--tools", "grid", "--resume").exit_code == 0
    again = json.loads((target / "gallery.json").read_text())
    assert [entry["verdicts"][0]["message"] for entry in again["entries"]] == ["kept", ""]
    ask("qhull", "d04_concurrent4_generic")  # skips without scipy
    assert run(*first, "--tools", "qhull,grid", "--resume", "--workers", "2").exit_code == 0
    both = json.loads((target / "gallery.json").read_text())
    assert both["tools"] == ["qhull", "grid"]
    assert both["entries"][0]["verdicts"][1]["message"] == "kept"
    refused = run(*first, "--tools", "grid", "--resume", "--seconds", "5")
    assert refused.exit_code == 3
    assert "the earlier run had 60 s" in one_sentence(refused)
    for text, message in [("{", "is not a gallery"), ("[]", "is not a gallery")]:
        (target / "gallery.json").write_text(text)
        refused = run(*first, "--tools", "grid", "--resume")
        assert refused.exit_code == 3
        assert message in one_sentence(refused)
    for place, name, value in [
        ((), "limit", "60"),
        ((), "tools", "grid"),
        ((), "sources", {"grid": 1}),
        (("entries", 0), "regions", "<script>"),
        (("entries", 0), "seconds", None),
        (("entries", 0), "verdicts", []),
        (("entries", 0, "verdicts", 0), "cpu_seconds", "1"),
        (("entries", 0, "verdicts", 0), "message", ["a"]),
        (("entries", 0, "verdicts", 0), "findings", 1),
    ]:
        altered = json.loads(json.dumps(both))
        part = altered
        for step in place:
            part = part[step]
        part[name] = value
        (target / "gallery.json").write_text(json.dumps(altered))
        refused = run(*first, "--tools", "grid", "--resume")
        assert refused.exit_code == 3, (place, name)
        assert "is not a gallery" in one_sentence(refused)
    nothing = run(*first[:2], "-o", tmp_path / "none", "--tools", "grid", "--resume")
    assert "nothing to resume" in one_sentence(nothing)


def test_the_page(folder, tmp_path):
    """It needs nothing from elsewhere, holds the pictures, and marks what no tool promised."""
    target = tmp_path / "out"
    result = run(
        *("crosscheck", folder, "--tools", "grid", "--domain", "R^d", "-o", target, *WITH_PYTHON)
    )
    assert result.exit_code == 0
    page = (target / "gallery.html").read_text()
    for word in ("http://", "https://", "src=", "url("):
        assert word not in page.replace("http://www.w3.org/2000/svg", "")
    start = page.index('id="told">') + len('id="told">')
    told = json.loads(page[start : page.index("</script>", start)])
    assert len(told) == page.count("<tr data-n=")
    wrong = [picture for text, picture in told if "missed regions" in text]
    assert wrong
    assert all("<svg" in picture for picture in wrong)
    assert 'data-promised="no"' in page
    assert len(page) < 5_000_000


def test_whatever_networks_are_called(tmp_path):
    """Names are neither HTML, nor more than one line, nor colours of the terminal."""
    folder, target, tool = tmp_path / "networks", tmp_path / "out", tmp_path / "a <b> | c.py"
    folder.mkdir()
    network = json.loads((CASES / "d15_abs_gap.json").read_text())
    for i, name in enumerate(("<img src=x onerror=alert(1)>", "a\n\nb|c", "\x1b[31m\u202ered")):
        (folder / f"{i}.json").write_text(json.dumps(network | {"name": name}))
    tool.write_text("import json, sys\nopen(sys.argv[1], 'w').write(json.dumps({'tool': 1}))\n")
    command = f"{sys.executable} '{tool}' {{out}} {{net}}"
    words = ("crosscheck", folder, "--command", command, "-o", target)
    told = run(*words)
    assert told.exit_code == 0, told.output
    text = (target / "gallery.md").read_text()
    assert "\x1b" not in told.output + text
    assert "\u202e" not in told.output + text
    assert "<img" not in text
    assert "<img" not in (target / "gallery.html").read_text()
    tables = [line for line in text.splitlines() if line.startswith("| ")]
    assert all(line.endswith(" |") for line in tables)
    assert any(line.startswith("| a b\\|c | R^2 ") for line in tables)
    asked = run("compare", folder / "2.json", "--command", command)
    assert "\x1b" not in asked.output
    assert r"a <b> | c on \x1b[31m\u202ered, R^2: crashed" in asked.output


def test_tools_of_two_interpreters(folder, tmp_path):
    wrong = run("crosscheck", folder, "--tools", "grid", "--python", "qhull=/bin/python3")
    assert wrong.exit_code == 3
    assert "qhull is not among the tools" in one_sentence(wrong)
    absent = run("compare", CASES / "q2_00.json", "--with", "grid", "--python", "grid=/no/python")
    assert absent.exit_code == 3
    assert "/no/python cannot be run" in one_sentence(absent)


def untimed(verdict: Verdict) -> Verdict:
    assert verdict.seconds is not None
    assert verdict.cpu_seconds is not None
    return replace(verdict, seconds=None, cpu_seconds=None)


def test_a_served_tool_says_what_it_says_alone():
    network, place = load(CASES / "d04_concurrent4_generic.json"), Domain.box(2, -1, 1)
    alone = parse_tool("grid", PYTHON)
    served = alone.served()
    try:
        assert served.server is not None
        for _ in range(2):
            told = [untimed(compare_tool(network, place, t)) for t in (alone, served)]
            assert told[0] == told[1]
        late = replace(served, allowance=Allowance(seconds=0))
        assert compare_tool(network, place, late).outcome is Outcome.TIMED_OUT
        assert compare_tool(network, place, served).outcome is told[0].outcome
    finally:
        served.server.close()
    with pytest.raises((InternalError, ValueError, OSError)):
        compare_tool(network, place, served)
