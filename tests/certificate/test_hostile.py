"""Hostile and broken files: one line, exit code 3 or 1, and little time and memory."""

from __future__ import annotations

import gzip
import json
import random
import sys
import time
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

import exactpoly as ep
from exactpoly.certificate import check
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from tests.certificate.forging import Certificate, random_network, write


def network(*layers: tuple[list[list[str]], list[str]]) -> dict[str, Any]:
    entries = [{"weight": w, "bias": b, "relu": [True] * len(b)} for w, b in layers]
    return {"format": "exactpoly-network-1", "layers": entries}


def plain() -> Certificate:
    net = Network((Layer.of([[1, 2], [3, -1]]), Layer.of([[1, 1]], relu=False)))
    return Certificate.of(write(ep.enumerate(net, domain="[-1,1]^d")))


def outcome(data: bytes, folder: Path, scale: int = 1) -> tuple[int, str]:
    path = folder / "hostile.cert"
    path.write_bytes(data)
    started = time.monotonic()
    result = check.check_file(str(path), scale)
    assert time.monotonic() - started < 20
    assert "\n" not in result[1] or result[0] == 0
    return result


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"hello\n",
        b"[]\n",
        b"{}\n",
        b"null\n",
        b"\xff\xfe\x00\n",
        b'{"format":"exactpoly-certificate"}\n',
        b"[" * 10**6 + b"\n",
        b'{"a":' * 10**5 + b"\n",
        b"1" * 5000 + b"\n",
        b"9" * 10**6 + b"\n",
        b"1e999999999\n",
        b"NaN\n",
        b'"' + b"x" * (check.MAX_LINE + 10) + b'"\n',
        b" " * (check.MAX_LINE + 10),
        b"\x1f\x8b",
        b"\x1f\x8bnot gzip at all",
        gzip.compress(b"{}\n", mtime=0)[:-6],
        gzip.compress(b"{}\n", mtime=0) + b"tail",
    ],
)
def test_not_a_certificate(data: bytes, tmp_path: Path) -> None:
    code, message = outcome(data, tmp_path)
    assert code == 3
    assert message.startswith("UNREADABLE: ")


@pytest.mark.parametrize("around", [0, 10**4])
def test_nesting_at_every_depth(around: int, tmp_path: Path) -> None:
    """The parser and the speller of JSON give up at different depths."""
    for depth in range(around + 900, around + 1010):
        code, _ = outcome(b"[" * depth + b"]" * depth + b"\n", tmp_path)
        assert code == 3


def test_no_such_file_and_folder(tmp_path: Path) -> None:
    assert check.check_file(str(tmp_path / "none"))[0] == 3
    assert check.check_file(str(tmp_path))[0] == 3


def test_gzip_bomb(tmp_path: Path) -> None:
    """Gigabytes of nothing in one line, and in many lines."""
    assert outcome(gzip.compress(bytes(10**8)), tmp_path)[0] == 3
    header = plain()
    header.header["vertices"] = 10**9
    lines = header.dump() + b'""\n' * 10**6
    assert outcome(gzip.compress(lines), tmp_path)[0] == 3


@pytest.mark.parametrize(
    "entry",
    ["1e9", "1" * 4001, "1/" + "3" * 4000, "0x10", "1_0", "\u0661", "+1", "1.0", "--1", "1/-2"],
)
def test_numbers(entry: str, tmp_path: Path) -> None:
    c = plain()
    c.header["network"]["layers"][0]["bias"][0] = entry
    code, message = outcome(c.mend(claims=False).dump(), tmp_path)
    assert code == 3
    assert "line 1" in message


def test_denominators_that_multiply_up(tmp_path: Path) -> None:
    """Each is short; their least common multiple is not."""
    c = plain()
    primes = [str(10**3000 + 2 * i + 1) for i in range(200)]
    c.header["network"] = network(([[f"1/{p}", "0"] for p in primes], ["0"] * 200))
    assert "denominators" in outcome(c.mend(claims=False).dump(), tmp_path)[1]
    c.header["network"] = network(
        *[([["1/3"]], ["0"]) for _ in range(3)],
        *[([[f"1/{10**3000 + i}"]], ["0"]) for i in range(12)],
    )
    c.header["domain"] = "R^d"
    assert "denominators" in outcome(c.mend(claims=False).dump(), tmp_path)[1]


def test_a_layer_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "MAX_SIZE", 3)
    assert "too large a layer" in outcome(plain().dump(), tmp_path)[1]


def test_too_many_dimensions(tmp_path: Path) -> None:
    c = plain()
    c.header["network"] = network(([["1"] * 65], ["0"]))
    c.header["domain"] = "R^d"
    code, message = outcome(c.mend(claims=False).dump(), tmp_path)
    assert (code, "dimension" in message) == (3, True)


@pytest.mark.parametrize(
    ("limit", "reason"),
    [("MAX_BYTES", "larger than the limit"), ("MAX_MEMORY", "more cells"), ("MAX_WORK", "work")],
)
def test_limits_can_be_raised(
    limit: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, limit, 100)
    code, message = outcome(plain().dump(), tmp_path)
    assert code == 3
    assert reason in message
    assert outcome(plain().dump(), tmp_path, scale=10**4)[0] == 0


def test_many_faces_of_few_vertices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cube of 8 dimensions: a short file with 3^8 faces meets the limit on cells."""
    monkeypatch.setattr(check, "MAX_MEMORY", 10**6)
    net = Network((Layer.of([[1] + [0] * 7], relu=False),))
    c = Certificate.of(write(ep.enumerate(net, domain="[0,1]^d")))
    code, message = outcome(c.dump(), tmp_path)
    assert (code, "more cells" in message) == (3, True)


def test_work_of_degenerate_vertices_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand neurons through one corner: each form costs."""
    monkeypatch.setattr(check, "MAX_WORK", 3 * 10**4)
    net = Network((Layer.of([[0, 0]] * 300 + [[2, 1]] * 300), Layer.of([[1] * 600], relu=False)))
    code, message = outcome(write(ep.enumerate(net, domain="[-1,1]^d")), tmp_path)
    assert (code, "work" in message) == (3, True)


def test_the_last_vertex_is_not_number_minus_one(tmp_path: Path) -> None:
    c = plain()
    last = len(c.vertices) - 1
    changed = [[-1, *r[:-1]] if r[-1] == last else r for r in c.regions]
    c.regions = sorted(changed)
    assert c.regions[0][0] == -1
    assert outcome(c.dump(), tmp_path)[0] == check.REJECTED


def test_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "fine.cert"
    path.write_bytes(plain().dump())
    assert check.main([str(path)]) == 0
    assert capsys.readouterr().out.startswith("ACCEPTED: the 9 vertices and 4 regions")
    assert check.main([str(path), "--scale", "2"]) == 0
    for words in ([], [str(path), "x"], [str(path), "--scale", "0"], [str(path), "--scale", "x"]):
        capsys.readouterr()
        assert check.main(words) == 3
        shown = capsys.readouterr()
        assert (shown.out, "usage" in shown.err) == ("", True)
    path.write_bytes(plain().dump().replace(b'"simple":true', b'"simple":false'))
    capsys.readouterr()
    assert check.main([str(path)]) == 1
    shown = capsys.readouterr().out
    assert shown == "REJECTED: line 1: simple is true, not as claimed\n"


def test_the_reason_names_the_line(tmp_path: Path) -> None:
    c = Certificate.of(write(ep.enumerate(random_network((2, 4, 1), 0), domain="[-1,1]^d")))
    lines = c.dump().splitlines(keepends=True)
    for number in (2, len(c.vertices), len(lines) - 1):
        broken = [*lines[:number], b'"?"\n', *lines[number + 1 :]]
        assert f"line {number + 1}: " in outcome(b"".join(broken), tmp_path)[1]
    wrong = json.loads(lines[3])
    lines[3] = json.dumps(wrong[:-1] + ("0" if wrong[-1] == "+" else "+")).encode() + b"\n"
    assert "REJECTED: line " in outcome(b"".join(lines), tmp_path)[1]


def test_elimination_of_long_numbers_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two pages of text, whose one vertex is a system of equations of long numbers."""
    d = 4
    rows = [[str(10**1000 + (7 * i + 3 * j) ** 5) for j in range(d)] for i in range(d)]
    net = network((rows, ["1"] * d))
    c = plain()
    c.header |= {"network": net, "domain": "R^d", "vertices": 1, "regions": 1}
    c.vertices, c.regions = ["0" * d + "+" * 2 * d], [[0]]
    data = c.mend(claims=False).dump()
    monkeypatch.setattr(check, "MAX_WORK", 10**5)
    code, message = outcome(data, tmp_path)
    assert (code, "more work" in message) == (3, True)
    assert outcome(data, tmp_path, scale=1000)[0] == check.REJECTED


def test_a_network_that_is_not_read_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "net.cert"
    for net, domain in (
        (Network((Layer.of([["1e9999"], ["1e-9999"]]),)), "R^d"),
        (Network((Layer.of([[1]]),)), "[-1,1e9999]"),
    ):
        with pytest.raises(ep.InputError, match="the checker could not read"):
            ep.enumerate(net, domain=domain).save(path)
        assert not path.exists()


def test_forms_that_are_kept_take_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many layers there are, and the forms are those of a checker that keeps all."""

    def memory(problem: check.Problem) -> int:
        tables = [table for known in problem.known for table in known.values()]
        rows = [row for table in tables for row in table]
        return sum(map(sys.getsizeof, [*tables, *rows, *chain.from_iterable(rows)]))

    draw, layers = random.Random(0), 8

    def numbers(count: int) -> list[str]:
        return [str(draw.randint(-9, 9)) for _ in range(count)]

    shapes = [3, *[8] * layers]
    given = network(*(([numbers(n) for _ in range(8)], numbers(8)) for n in shapes))
    freely = check.Problem(given, "R^d", 10**9)
    keys = ["".join(draw.choices("-0+", k=8 * layers)) for _ in range(200)]
    forms = [freely.forms(layers, key) for key in keys]
    assert memory(freely) > 4 * 10**5
    monkeypatch.setattr(check, "KNOWN", 8 * 10**5)
    sparing = check.Problem(given, "R^d", 10**9)
    for key, form in zip(keys, forms, strict=True):
        assert sparing.forms(layers, key) == form
        assert memory(sparing) < 2 * 10**5
