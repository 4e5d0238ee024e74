"""The report: one file, complete, true to the complex, at work in a browser."""

from __future__ import annotations

import html
import json
import re
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import exactpoly as ep
from exactpoly.cli import main
from exactpoly.report.bars import histogram_svg
from exactpoly.report.findings import views_of
from exactpoly.report.graph import graph_svg
from exactpoly.report.points import Points
from tests.report.browser import PROBE, look

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "cases"
REFUTATION = ROOT / "examples" / "refutations" / "avg-facets-strong-3-9-4.json"
VOID = {"meta", "link", "br", "img", "input", "rect", "line", "hr"}


class Strict(HTMLParser):
    """Every element is closed in order; ids, links and texts are kept."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.data: list[dict] = []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(found["id"])
        self.links += [found[name] for name in ("href", "src") if found.get(name)]
        if tag not in VOID:
            self.open.append(tag if found.get("type") != "application/json" else "json")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "json":
            self.data.append(json.loads(data))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop().replace("json", "script") == tag


def written(tmp_path: Path, *arguments: str) -> str:
    path = tmp_path / "report.html"
    done = CliRunner().invoke(main, ["report", *arguments, "-o", str(path)])
    assert done.exit_code == 0, done.output
    return path.read_text(encoding="utf-8")


def words(page: str) -> str:
    """What a reader sees, scripts and styles left out."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_a_report_is_one_file_that_asks_for_nothing(tmp_path: Path) -> None:
    page = written(tmp_path, str(REFUTATION))
    found = Strict(page)
    assert len(set(found.ids)) == len(found.ids)
    assert found.links == ["#main"]
    assert "default-src 'none'" in page
    assert "http:" not in page.replace("http://www.w3.org", "")
    assert len(page) < 5_000_000


def test_a_report_says_what_the_complex_says(tmp_path: Path) -> None:
    text = words(written(tmp_path, str(REFUTATION)))
    c = ep.enumerate(REFUTATION)
    assert f"{c.n_regions} regions, convex" in text
    assert "1165/193 ≈ 6.0363" in text
    for count, name in zip(c.f_vector, ("vertices", "edges", "2-cells", "regions"), strict=True):
        assert f"{count:,} {name}" in text
    assert "A counterexample" in text
    assert "avg-facets The mean number of facets of a region is at most 2d" in text
    for check in c.theorems():
        if check.verdict is not check.verdict.NOT_APPLICABLE:
            assert f"{check.id} " in text
    assert c.full_network.digest in text
    for command in ("certify", "bounds", "decision", "check", "info"):
        assert f"Reproduce: exactpoly {command} " in text


def test_the_data_of_the_pictures_are_the_exact_shapes(tmp_path: Path) -> None:
    page = written(tmp_path, str(CASES / "q3_00.json"), "--domain", "[-1,1]^3")
    solid, plane = Strict(page).data
    c = ep.enumerate(CASES / "q3_00.json", domain=(-1, 1))
    assert solid["facets"] == c.facet_counts_with_domain_boundary.tolist()
    assert len(solid["bodies"]) == c.n_regions
    for region, body in zip(c.regions, solid["bodies"], strict=True):
        corners = {tuple(solid["points"][v]) for face in body for v in solid["polygons"][face]}
        exact = {tuple(float(f"{float(x):.7g}") for x in v) for v in region.vertices}
        assert corners == exact
    assert sum(len(face) for face in solid["polygons"]) == c.cells.facets(2).counts.sum()
    assert [facts[0] for facts in solid["facts"]] == [
        f"region {i}: {n} facets, bounded" for i, n in enumerate(solid["facets"])
    ]
    section = c.slice([0, 0, 0], [[1, 0, 0], [0, 1, 0]], domain=(-1, 1))
    assert len(plane["polygons"]) == section.n_regions


def test_volumes_in_the_facts_add_up() -> None:
    c = ep.enumerate(CASES / "q2_00.json", domain=(-1, 1))
    (view,) = views_of(c)
    found = [facts[2].removeprefix("volume ") for facts in view.data["facts"]]
    assert sum(map(Fraction, found)) == 4
    counts = [facts[0].split()[2] for facts in view.data["facts"]]
    assert counts == [str(n) for n in view.data["facets"]]
    assert [len(region.facets) for region in c.regions] == view.data["facets"]


def test_sections_show_the_inputs_in_which_the_data_spread() -> None:
    net = ep.examples.iris()
    data = Points.of(np.diag([1, 9, 5, 7]).tolist(), None, 4)
    solid, plane = views_of(ep.enumerate(net, domain=(-10, 10)), data, names=list("abcd"))
    assert (solid.data["names"], plane.data["names"]) == (["b", "c", "d"], ["b", "c"])
    assert solid.title == "A section in space: a = 1/4"
    with pytest.raises(ep.InputError, match="axes: "):
        views_of(ep.enumerate(net, domain=(-1, 1)), axes=[0, 4])


def test_properties_and_certificates(tmp_path: Path) -> None:
    net = ep.Network((ep.Layer.of([[3], [-3]], [-1, 1]), ep.Layer.of([[1, 1]], relu=False)), "abs")
    file, cert = tmp_path / "abs.json", tmp_path / "abs.cert"
    ep.write_json(net, file)
    asked = (
        "(declare-const X_0 Real) (declare-const Y_0 Real) (assert (>= X_0 0)) (assert (<= X_0 1))"
    )
    (tmp_path / "sat.vnnlib").write_text(asked + "(assert (<= Y_0 0))")
    (tmp_path / "unsat.vnnlib").write_text(asked + "(assert (< Y_0 0))")
    properties = [
        x for n in ("sat", "unsat") for x in ("--property", str(tmp_path / f"{n}.vnnlib"))
    ]
    page = written(tmp_path, str(file), *properties, "--certificate", str(cert))
    text = words(page)
    assert "sat.vnnlib sat This exact point satisfies all its assertions. At (1/3)" in text
    assert "unsat.vnnlib unsat No point satisfies" in text
    import hashlib

    assert hashlib.sha256(cert.read_bytes()).hexdigest() in text
    assert "The stand-alone checker says: ACCEPTED" in text
    assert "1 breakpoint between regions in this window." in text
    Strict(page)


def test_names_cannot_break_the_page(tmp_path: Path) -> None:
    bad = '</script><img src=x onerror="alert(1)">&'
    net = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, -1]], relu=False)), bad)
    path = tmp_path / "x.html"
    ep.enumerate(net).report(path, names=["<b>", "</script>"], called=bad)
    page = path.read_text(encoding="utf-8")
    found = Strict(page)
    assert found.data[0]["names"] == ["<b>", "</script>"]
    assert "<img" not in page
    assert found.links == ["#main"]


def test_a_partial_result_says_so(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    arguments = ["report", str(REFUTATION), "-o", str(path), "--max-cells", "500"]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2, done.output
    assert "PARTIAL" in done.output
    text = words(path.read_text(encoding="utf-8"))
    assert "PARTIAL: " in text
    assert "at least" in text
    assert "A partial complex is not drawn: " in text


def test_one_input_is_drawn_as_a_graph_through_its_exact_breakpoints() -> None:
    layers = (ep.Layer.of([[1], [1]], [0, -1]), ep.Layer.of([[1, -3], [1, 0]], relu=False))
    (view,) = views_of(ep.enumerate(ep.Network(layers, "two outputs"), domain=(-2, 2)))
    assert view.data["places"] == [-2, 0, 1, 2]
    assert view.data["values"] == [[0, 0, 1, -1], [0, 0, 1, 2]]
    picture = graph_svg(view.data)
    assert picture.count("<polyline") == 2
    assert picture.count("<circle") == 4
    assert "output 1" in picture


def test_a_level_surface_is_drawn_where_it_is_bounded(tmp_path: Path) -> None:
    norm = ep.Layer.of([[s * (i == j) for j in range(3)] for i in range(3) for s in (1, -1)])
    ball = ep.Network((norm, ep.Layer.of([[1] * 6], [-1], relu=False)), "ball")
    ep.write_json(ball, tmp_path / "ball.json")
    page = written(tmp_path, str(tmp_path / "ball.json"))
    shape = Strict(page).data[0]
    assert shape["flat"]
    assert len(shape["polygons"]) == 8
    assert sorted(map(tuple, shape["points"])) == sorted(
        tuple(s * float(i == j) for j in range(3)) for i in range(3) for s in (1, -1)
    )
    assert shape["window"] == [[-1, 1]] * 3
    assert "8 polygons with exact corners, watertight." in words(page)
    none = written(tmp_path, str(CASES / "q3_00.json"), "--level", "1000")
    assert "The surface where" not in none
    flat = ep.Network(
        (norm, ep.Layer.of([[1] * 6], [-1]), ep.Layer.of([[1]], relu=False)), "flat inside"
    )
    assert [view.title[:2] for view in ep.write_report(flat, domain=(-2, 2)).views] == ["In", "A "]


def test_what_cannot_be_written_is_said_before_any_work(tmp_path: Path) -> None:
    net = str(CASES / "q2_00.json")
    for arguments, sentence in (
        (["-o", str(tmp_path / "no" / "x.html")], "there is no folder"),
        (["-o", net], "is the input itself"),
        (["-o", str(tmp_path / "x.html"), "--axes", "a"], "--axes: 'a' given"),
        (["-o", str(tmp_path / "x.html"), "--axes", "0,7"], "axes: \\[0, 7\\] given"),
        (["-o", str(tmp_path / "x.html"), "--data", "none.csv"], "none.csv: there is no such file"),
        (["-o", str(tmp_path / "x.html"), "--names", "a"], "names: 1 given"),
    ):
        done = CliRunner().invoke(main, ["report", net, *arguments])
        assert done.exit_code == 3
        assert re.search(sentence, done.output), done.output
        assert not list(tmp_path.iterdir())


def test_bars_are_as_tall_as_their_counts() -> None:
    svg = histogram_svg({3: 2, 4: 8, 6: 4}, Fraction(30, 7), 4)
    heights = [float(h) for h in re.findall(r'<rect[^>]* height="([0-9.]+)"', svg)]
    assert [round(h / max(heights), 2) for h in heights] == [0.25, 1, 0.5]
    assert "mean 30/7 ≈ 4.2857" in svg


@pytest.mark.parametrize(("width", "dark"), [(1100, False), (420, True)])
def test_in_a_browser(tmp_path: Path, width: int, dark: bool) -> None:
    """It loads without complaint, pictures are not empty, the keyboard works, nothing is cut off."""
    data = tmp_path / "x.csv"
    data.write_text("0.5,0.5,1,a\n-0.5,0.25,1,b\n", encoding="utf-8")
    net = str(ROOT / "tests" / "topology" / "cases" / "lv05_octahedron.json")
    page = written(tmp_path, net, "--domain", "[-2,2]^3", "--level", "1", "--data", str(data))
    probe = tmp_path / "probe.html"
    probe.write_text(page.replace("</body>", f"{PROBE}</body>"), encoding="utf-8")
    seen = look(probe, width=width, dark=dark)
    assert not seen.complaints
    found = json.loads(html.unescape(seen.dom.split('<pre id="probe">')[1].split("</pre>")[0]))
    assert not found["overflow"]
    assert [len(picture["parts"]) for picture in found["results"]] == [1, 3, 0]
    surface, *others = found["results"]
    assert surface["modes"] == ["output = 1"]
    assert surface["first"].startswith("polygon 0: ")
    for picture in others:
        assert "facets" in picture["modes"][1]
        assert "bounded" in picture["modes"][2]
        assert picture["first"].startswith("region 0")
        assert picture["second"].startswith("region 1")
    for picture in found["results"]:
        assert picture["ready"] == "1"
        assert picture["colours"] > 20
        assert picture["focused"]
        assert picture["tab"] == 0
        assert picture["label"]
        assert picture["again"] == picture["first"]
        assert picture["hidden"]
        assert picture["moved"]
        assert picture["back"]
        assert all(0 < part < picture["parts"][0] for part in picture["parts"][1:])
        assert picture["wide"] > 0.7 * width or picture["wide"] > 900


def test_a_film_shows_each_network_in_one_window(tmp_path: Path) -> None:
    nets = [ep.examples.moons(), ep.examples.iris_petals()]
    paths = [tmp_path / f"epoch{i}.json" for i in range(2)]
    for net, path in zip(nets, paths, strict=True):
        ep.write_json(net, path)
    film = tmp_path / "film.html"
    flags = ["film", *map(str, paths), "-o", str(film), "--window", "[-1,2]^2"]
    done = CliRunner().invoke(main, flags)
    assert done.exit_code == 0, done.output
    page = film.read_text(encoding="utf-8")
    ((data,),) = [Strict(page).data]
    for net, frame, path in zip(nets, data["frames"], paths, strict=True):
        c = ep.enumerate(net, domain=(-1, 2))
        assert frame["caption"] == f"{path.stem}: {c.n_regions} regions"
        assert frame["window"] == [[-1, 2], [-1, 2]]
        assert len(frame["polygons"]) == c.n_regions
    with pytest.raises(ep.InputError, match="another input dimension"):
        ep.write_film([ep.examples.iris()], film)
    probe = tmp_path / "probe.html"
    script = """<script>window.addEventListener("load", () => setTimeout(() => {
      const slider = document.querySelector("[name=frame]"), out = [];
      const caption = () => out.push(document.querySelector(".caption").textContent);
      const canvas = document.querySelector("canvas");
      const press = (key) => canvas.dispatchEvent(new KeyboardEvent("keydown", {key}));
      caption(); press("PageDown"); caption(); press("PageUp"); caption();
      slider.value = 1; slider.dispatchEvent(new Event("input")); caption();
      document.title = "[" + out.join("|") + "]";
    }, 100));</script></body>"""
    probe.write_text(page.replace("</body>", script), encoding="utf-8")
    seen = look(probe)
    assert not seen.complaints
    first, second = (frame["caption"] for frame in data["frames"])
    assert f"<title>[{first}|{second}|{first}|{second}]</title>" in seen.dom


def test_what_is_too_far_out_to_be_drawn_is_reported_all_the_same(tmp_path: Path) -> None:
    lines = ep.Layer.of([[1, 0], [1, 0], [0, 1]], [-(10**20), -(10**20) - 1, 0])
    found = ep.write_report(
        ep.Network((lines, ep.Layer.of([[1, 1, 1]], relu=False))), tmp_path / "far.html"
    )
    assert found.complex.n_regions == 6
    text = (tmp_path / "far.html").read_text(encoding="utf-8")
    assert "they lie too far out for float64" in text
    assert "<canvas" not in text
