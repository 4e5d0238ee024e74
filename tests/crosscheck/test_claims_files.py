"""Claims files: JSON, CSV and NPZ say the same; bad ones are refused with the field named."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from zipfile import ZipFile

import numpy as np
import pytest

from exactpoly.arithmetic.digits import any_digits
from exactpoly.crosscheck.claims import text_of
from exactpoly.crosscheck.claims_files import read_claims, write_claims
from exactpoly.crosscheck.claims_json import claims_from_json, claims_to_json
from exactpoly.crosscheck.judge import judge
from exactpoly.crosscheck.numbers import FORMATS
from exactpoly.crosscheck.verdict import Outcome
from exactpoly.errors import InputError
from tests.crosscheck.statements import complex_of, true_claims


def plain(claims):
    """The part of true claims that all three formats can state."""
    regions = tuple(replace(r, vertices=None, facet_neurons=None) for r in claims.regions)
    totals = {k: v for k, v in claims.totals.items() if not isinstance(v, dict)}
    return replace(claims, regions=regions, totals=totals)


def test_json_gives_back_what_was_written(tmp_path):
    claims = true_claims(complex_of("q2_00", "[-1,1]^d"))
    line = ((Fraction(1, 3), Fraction(-1)), Fraction(2, 7))
    regions = (replace(claims.regions[0], half_spaces=(line,)), *claims.regions[1:])
    claims = replace(claims, regions=regions, tool="t", version="1")
    claims = replace(claims, vertex_tolerance=Fraction(1, 3))
    write_claims(claims, tmp_path / "claims.json")
    assert read_claims(tmp_path / "claims.json") == claims


def test_csv_and_npz_say_the_same(tmp_path):
    claims = plain(true_claims(complex_of("q2_00", "[-1,1]^d"), numbers="float64"))
    form = FORMATS["float64"]
    regions = tuple(
        replace(r, point=tuple(form.nearest(x, "") for x in r.point)) for r in claims.regions
    )
    totals = {"regions": Fraction(len(regions)), "f_vector": claims.totals["f_vector"]}
    claims = replace(claims, regions=regions, totals=totals)

    def floats(point):
        return [float(x) for x in point]

    lines = [
        "# domain: [-1,1]^2",
        f"# network_digest: {claims.network_digest}",
        "kind,row,point,facets,name,value",
        *(
            f"region,{text_of(r.row)},{' '.join(map(repr, floats(r.point)))},{r.facets},,"
            for r in claims.regions
        ),
        *(
            f"vertex,{text_of(v.row)},{' '.join(map(repr, floats(v.point)))},,,"
            for v in claims.vertices
        ),
        *(f"pair,,,,,{a} {b}" for a, b in claims.adjacency),
        f"total,,,,regions,{len(regions)}",
        f"total,,,,f_vector,{' '.join(str(f) for f in totals['f_vector'])}",
    ]
    (tmp_path / "claims.csv").write_text("\n".join(lines) + "\n")
    assert read_claims(tmp_path / "claims.csv") == claims
    np.savez(
        tmp_path / "claims.npz",
        domain="[-1,1]^2",
        network_digest=claims.network_digest,
        region_rows=np.array([r.row for r in claims.regions], np.int8),
        region_points=np.array([floats(r.point) for r in claims.regions]),
        region_facets=np.array([r.facets for r in claims.regions]),
        vertices=np.array([floats(v.point) for v in claims.vertices]),
        vertex_rows=np.array([v.row for v in claims.vertices]),
        adjacency=np.array(claims.adjacency),
        total_regions=len(regions),
        total_f_vector=np.array([int(f) for f in totals["f_vector"]]),
    )
    assert read_claims(tmp_path / "claims.npz") == claims


def test_a_decimal_means_the_nearest_number_of_the_format():
    data = {"format": "exactpoly-claims-1", "regions": [{"point": ["0.1", "1/10"]}]}
    for numbers, value in (
        ("exact", Fraction(1, 10)),
        ("float64", Fraction(0.1)),
        ("float32", Fraction(float(np.float32(0.1)))),
    ):
        claims = claims_from_json(data | {"numbers": numbers})
        assert claims.regions[0].point == (value, Fraction(1, 10))


def test_a_mean_in_floats_is_read_as_the_float(tmp_path):
    # 24/7 as Python prints it: a decimal that is no float itself.
    path = tmp_path / "claims.json"
    path.write_text(
        '{"format": "exactpoly-claims-1", "totals": {"mean_facets": 3.4285714285714284}}'
    )
    claims = read_claims(path)
    assert claims.totals["mean_facets"] == Fraction(24 / 7)
    complex_ = complex_of("d07_concurrent_3d")
    assert complex_.mean_facets == Fraction(24, 7)
    assert judge(claims, complex_).outcome is Outcome.RIGHT


@pytest.mark.parametrize("bits", range(200))
def test_rounding_is_the_hardware_s(bits):
    rng = np.random.default_rng(bits)
    for name, kind in (("float64", np.float64), ("float32", np.float32)):
        scale = int(rng.integers(-140, 120)) if name == "float32" else int(rng.integers(-1060, 900))
        value = Fraction(int(rng.integers(1, 2**62)), int(rng.integers(1, 2**62)))
        value *= Fraction(2) ** scale
        ours = FORMATS[name].nearest(value, "")
        if name == "float64":
            assert ours == Fraction(value.numerator / value.denominator)
        else:
            below, above = (
                kind(np.nextafter(kind(ours), kind(0))),
                np.nextafter(kind(ours), kind(9e30)),
            )
            assert Fraction(float(kind(float(ours)))) == ours
            for other in (below, above):
                assert abs(ours - value) <= abs(Fraction(float(other)) - value)


def test_beyond_the_range():
    with pytest.raises(InputError, match="beyond the range of float32"):
        FORMATS["float32"].nearest(Fraction(2) ** 128, "x")


GOOD = claims_to_json(true_claims(complex_of("d15_abs_gap")))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "x"}, '"format"'),
        ({"regoins": []}, "regoins"),
        ({"numbers": "float16"}, "numbers"),
        ({"regions": [{}]}, r"regions\[0\]"),
        ({"regions": [{"row": "+?"}]}, r"regions\[0\].row"),
        ({"regions": [{"row": [1, 2]}]}, r"regions\[0\].row"),
        ({"regions": [{"row": "+", "facet": 1}]}, "facet"),
        ({"regions": [{"row": "+", "facets": -1}]}, r"regions\[0\].facets"),
        ({"regions": [{"half_spaces": [[[1, 0]]]}]}, r"half_spaces\[0\]"),
        ({"regions": [{"point": "0"}]}, r"regions\[0\].point"),
        ({"regions": [{"point": ["nan", "0"]}]}, r"regions\[0\].point\[0\]"),
        ({"adjacency": [[0]]}, r"adjacency\[0\]"),
        ({"totals": {"regions": "many"}}, "totals.regions"),
        ({"totals": {"regions": [[5]]}}, r"totals.regions\[0\]"),
        ({"facets_on_domain_boundary": "yes"}, "facets_on_domain_boundary"),
        ({"vertex_tolerance": "-1/2"}, "vertex_tolerance"),
        ({"vertices": [["1e999999999", 0]]}, r"vertices\[0\]\[0\]"),
        ({"vertices": [["1e400", 0]], "numbers": "float64"}, "beyond the range of float64"),
        ({"tool": "a\x1b[31m"}, "tool"),
        ({"version": "a\nb"}, "version"),
    ],
)
def test_bad_json(tmp_path, change, message):
    path = tmp_path / "claims.json"
    path.write_text(json.dumps(GOOD | change))
    with pytest.raises(InputError, match=message) as caught:
        read_claims(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"format": "exactpoly-claims-1", "regions": [], "regions": [{"row": "+++"}]}', "twice"),
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
        (
            '{"format": "exactpoly-claims-1", "totals": {"regions": %s}}' % ("1" * 200_000),
            "longer than",
        ),
        ("", "not valid JSON"),
        ("null", "format"),
        ('{"format": "exactpoly-claims-1", "%s": 1}' % ("k" * 10_000), "unknown key"),
    ],
)
def test_hostile_json(tmp_path, text, message):
    path = tmp_path / "claims.json"
    path.write_text(text)
    with pytest.raises(InputError, match=message) as caught:
        read_claims(path)
    assert len(str(caught.value)) < 400 + len(str(path))
    # Commands lift Python's limit on digits before they read claims.
    with any_digits(), pytest.raises(InputError, match=message):
        read_claims(path)


def test_a_mark_of_the_byte_order(tmp_path):
    # As spreadsheets write it.
    path = tmp_path / "claims.csv"
    path.write_text("row\n+++\n", encoding="utf-8-sig")
    assert read_claims(path).regions[0].row == (1, 1, 1)


def test_a_histogram_in_csv(tmp_path):
    path = tmp_path / "claims.csv"
    path.write_text("kind,name,value\ntotal,facet_histogram,1:2 2:3 3:0\n")
    complex_ = complex_of("d15_abs_gap")
    assert judge(read_claims(path), complex_).outcome is Outcome.RIGHT
    path.write_text("kind,name,value\ntotal,facet_histogram,1:2 2:2\n")
    assert judge(read_claims(path), complex_).outcome is Outcome.WRONG


@pytest.mark.parametrize(
    ("claims", "message"),
    [
        ({}, "no claims"),
        ({"adjacency": [[0, 1]]}, "adjacency without regions"),
        ({"totals": {"regions": [5]}}, "totals.regions"),
        ({"totals": {"f_vector": 5}}, "totals.f_vector"),
        ({"totals": {"facet_histogram": [2, 3]}}, "totals.facet_histogram"),
        ({"totals": {"facet_histogram": {"01": 2, "2": 3}}}, "totals.facet_histogram"),
    ],
)
def test_claims_that_state_nothing_or_the_wrong_thing(claims, message):
    with pytest.raises(InputError, match=message):
        judge(
            claims_from_json({"format": "exactpoly-claims-1"} | claims), complex_of("d15_abs_gap")
        )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rows\n+\n", "'rows'"),
        ("kind,row\nregion,+,0\n", "record 1"),
        ("kind,row\nface,+\n", "'face'"),
        ("row,facets\n+,many\n", "facets"),
        ("# domain\nrow\n+\n", "colon"),
        ("", "column"),
        ("row,row\n+,-\n", "twice"),
        ('"row\n+', "not valid CSV"),
        ("x" * 200_000, "not valid CSV"),
        ("# regions: 5\nrow\n+\n", "'regions'"),
        ("row,facets\n+," + "1" * 5000 + "\n", "facets"),
    ],
)
def test_bad_csv(tmp_path, text, message):
    path = tmp_path / "claims.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_claims(path)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"rows": np.zeros((1, 2))}, "'rows'"),
        ({"region_rows": np.zeros(2)}, "region_rows"),
        ({"region_rows": np.zeros((1, 2)), "region_points": np.zeros((2, 2))}, "length"),
        ({"region_facets": np.zeros(2, int)}, "region_facets"),
        ({"region_points": np.array([[np.inf, 0]])}, r"regions\[0\].point\[0\]"),
        ({"region_rows": np.array([[{}]], object)}, "holds object"),
        ({"facets_on_domain_boundary": np.array([True, False])}, "facets_on_domain_boundary"),
        ({"facets_on_domain_boundary": np.array("no")}, "facets_on_domain_boundary"),
        ({"tool": np.array(["a", "b"])}, "tool"),
        ({"domain": np.array(5)}, "domain"),
    ],
)
def test_bad_npz(tmp_path, arrays, message):
    path = tmp_path / "claims.npz"
    np.savez(path, **arrays)
    with pytest.raises(InputError, match=message):
        read_claims(path)


def test_files_that_are_no_npz(tmp_path):
    path = tmp_path / "claims.npz"
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999, 3), }"
    huge = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
    for name, content, message in (
        ("region_rows.npy", b"\x93NUMPY\x01\x00", r"numpy\.savez"),
        ("readme.txt", b"hello", "readme.txt"),
        ("region_rows.npy", huge, "promises"),
    ):
        with ZipFile(path, "w") as archive:
            archive.writestr(name, content)
        with pytest.raises(InputError, match=message):
            read_claims(path)
    np.save(tmp_path / "x.npy", np.zeros(3))
    for content in (b"", b"PK\x03\x04", (tmp_path / "x.npy").read_bytes()):
        path.write_bytes(content)
        with pytest.raises(InputError, match=r"numpy\.savez"):
            read_claims(path)
    np.savez_compressed(path, region_rows=np.arange(9999).reshape(-1, 3))
    damaged = bytearray(path.read_bytes())
    damaged[200:220] = bytes(20)
    path.write_bytes(damaged)
    with pytest.raises(InputError, match=r"numpy\.savez"):
        read_claims(path)


def test_a_total_in_float32_is_one(tmp_path):
    path = tmp_path / "claims.npz"
    np.savez(path, total_mean_facets=np.float32(1.6))
    assert judge(read_claims(path), complex_of("d15_abs_gap")).outcome is Outcome.RIGHT


def test_other_suffixes(tmp_path):
    with pytest.raises(InputError, match="suffix"):
        read_claims(tmp_path / "claims.txt")
    with pytest.raises(InputError, match="there is no such file"):
        read_claims(tmp_path / "claims.json")
