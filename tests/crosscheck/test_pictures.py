"""Pictures of disagreements: what is drawn, how near, and the exact words beside it."""

from __future__ import annotations

import xml.etree.ElementTree as tree
from fractions import Fraction

import pytest

import exactpoly as ep
from exactpoly.crosscheck.pictures import scene_svg, scene_text
from exactpoly.crosscheck.scene import scene_of
from exactpoly.crosscheck.verdict import Kind
from tests.cli.command_line import one_sentence, run
from tests.crosscheck.statements import CASES

SVG = "{http://www.w3.org/2000/svg}"


def scene(case, domain, claims, **how):
    network = ep.load(CASES / f"{case}.json")
    place = ep.Domain.parse(domain, network.input_dimension)
    verdict = ep.judge(network, claims, domain=place, **how)
    return scene_of(network, place, verdict)


def rows_without(case, domain, gone):
    complex_ = ep.enumerate(CASES / f"{case}.json", domain=domain)
    rows = ["".join("0+-"[s] for s in row) for row in complex_.region_rows.tolist()]
    return {"regions": [{"row": row} for row in rows if row not in gone]}, rows


def test_a_sliver_fills_the_second_window():
    case, domain = "n03_near_parallel_1e-12", "[-1,1]^2"
    claims, _ = rows_without(case, domain, {"+-"})
    found = scene(case, domain, claims)
    wide, near = found.panels
    assert wide.window == ((-1, 1), (-1, 1))
    (left, right), _ = near.window
    assert 0 < right - left < Fraction(1, 10**11)
    for panel in found.panels:
        (wrong,) = [cell for cell in panel.cells if cell.wrong]
        assert wrong.wrong is Kind.MISSED_REGIONS
        assert wrong.row == (1, -1)
    letters = scene_text(found)
    assert letters.count("#") > 100
    assert "1/3000000000000" in letters
    drawn = tree.fromstring(scene_svg(found, style=True))
    paths = [path.get("class") for path in drawn.iter(f"{SVG}path")]
    assert paths.count("m") == 2
    assert "1/3000000000000" in drawn.find(f"{SVG}title").text
    # In the second panel the sliver is drawn at a size that one can see.
    last = [path for path in drawn.iter(f"{SVG}path") if path.get("class") == "m"][-1]
    numbers = [float(x) for x in last.get("d").strip("MZ").split()]
    assert max(numbers[::2]) - min(numbers[::2]) > 80


def test_the_line_that_is_no_facet_is_drawn():
    claims = {"regions": [{"row": "-++", "facet_neurons": [0, 1, 2]}]}
    found = scene("d15_abs_gap", "R^2", claims)
    # The regions that are not claimed come first.
    assert found.panels[0].cells
    claims = {
        "regions": [
            {"row": row, "facet_neurons": names}
            for row, names in [
                ("-++", [0, 1, 2]),
                ("+++", [2]),
                ("++-", [2]),
                ("-+-", [2]),
                ("--+", [1]),
            ]
        ]
    }
    found = scene("d15_abs_gap", "R^2", claims)
    if found.words[0].startswith("wrong facets"):
        ((a, b),) = found.panels[-1].lines
        assert a[0] == b[0] == 0  # x = 0
        assert "neuron 0 is not a facet of it" in found.words[0]
    else:
        pytest.fail(f"drawn is {found.words[0]}")


@pytest.mark.parametrize(
    ("case", "domain", "panels"),
    [
        ("d16_abs_gap_3d", "[-3,3]^3", 3),
        ("d07_concurrent_3d", "R^3", 3),
        ("k_kink3_depth10", "[0,1]^2", 3),
    ],
)
def test_sections(case, domain, panels):
    claims, rows = rows_without(case, domain, set())
    claims["regions"].pop(len(rows) // 2)
    found = scene(case, domain, claims)
    assert 1 <= len(found.panels) < panels
    for panel in found.panels:
        missing = {cell.row for cell in panel.cells if cell.wrong}
        assert {"".join("0+-"[s] for s in row) for row in missing} == {rows[len(rows) // 2]}
    if "3d" in case:
        assert "section through it" in found.words[-1]


def test_invented_regions_are_crosses():
    network = ep.Network((ep.Layer.of([[1, 0]]), ep.Layer.of([[1]], relu=False)))
    place = ep.Domain.box(2, -2, 2)
    claims = {"regions": [{"row": "+"}, {"row": "-"}, {"point": [0, 1]}]}
    verdict = ep.judge(network, claims, domain=place, reading="exact")
    assert verdict.kinds == (Kind.INVENTED_REGIONS,)
    found = scene_of(network, place, verdict)
    assert found.panels[-1].marks == ((0, 1),)
    assert 'class="x"' in scene_svg(found)
    assert any(line.count("x") == 1 for line in scene_text(found).splitlines() if line[0] == "|")
    beyond = ep.judge(network, {"regions": [{"point": [0, 5]}]}, domain=place)
    assert scene_of(network, place, beyond).words[0].startswith("missed regions")


def test_a_line():
    network = ep.Network((ep.Layer.of([[1], [1]], [0, -1]), ep.Layer.of([[1, 1]], relu=False)))
    place = ep.Domain.space(1)
    verdict = ep.judge(network, {"regions": [{"row": "++"}, {"row": "--"}]}, domain=place)
    found = scene_of(network, place, verdict)
    assert "#" in scene_text(found)


def test_nothing_to_draw():
    assert scene("d14_diamond", "R^2", {"totals": {"regions": 3}}) is None
    assert scene("d14_diamond", "R^2", {"totals": {"f_vector": [1, 2, 3]}}) is None


def test_the_command(tmp_path):
    case, path = CASES / "n03_near_parallel_1e-12.json", tmp_path / "claims.json"
    path.write_text(
        '{"format": "exactpoly-claims-1", "domain": "[-1,1]^2", "regions": [{"row": "++"}]}'
    )
    target = tmp_path / "out.svg"
    result = run("compare", case, "--claims", path, "--picture", target)
    assert result.exit_code == 4
    assert tree.parse(target).getroot().tag == f"{SVG}svg"
    shown = run("compare", case, "--claims", path, "--picture", "-")
    assert "####" in shown.stdout
    refused = run("compare", case, "--claims", path, "--picture", tmp_path / "out.png")
    assert refused.exit_code == 3
    assert "is no .svg file" in one_sentence(refused)
