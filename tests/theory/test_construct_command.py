"""`exactpoly construct`: every construction verified, written, and accepted by the checker."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import exactpoly as ep
from exactpoly.certificate.check import check_file
from exactpoly.commands.construct import construct
from exactpoly.theory import constructions


def _run(*arguments: str) -> str:
    result = CliRunner().invoke(construct, list(arguments), standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.stdout


@pytest.mark.parametrize(
    ("name", "numbers", "sentence"),
    [
        ("montufar", "2,4,3", "28 linear regions"),
        ("cyclic", "3,7", "7 facets and 10 vertices"),
        ("separation", "3", "zero error on the whole plane: a polygon with 16 edges"),
        ("slabs", "5,5", "mean facets"),
        ("folded", "4,5", "where 2d = 6"),
        ("prisms", "3,4", "mean 38/5 in the unit cube; bound 8"),
        ("folded-prisms", "3,2,3", "sharp bound 8"),
        ("few-neurons", "3", "7 neurons, mean facets 209/32 > 6"),
        ("few-neurons", "4", "9 neurons, mean facets 257/32 > 8"),
    ],
)
def test_constructions(tmp_path: Path, name: str, numbers: str, sentence: str) -> None:
    network, certificate = tmp_path / "net.json", tmp_path / "net.cert.gz"
    out = _run(name, numbers, "-o", str(network), "--certificate", str(certificate))
    assert sentence in out
    code, message = check_file(str(certificate))
    assert code == 0, message
    assert (
        ep.enumerate(network).network.digest
        == constructions.construct(name, [int(x) for x in numbers.split(",")]).network.digest
    )


def test_the_help_names_every_construction() -> None:
    text = CliRunner().invoke(construct, ["--help"]).stdout
    assert all(f"  {name} " in text for name in constructions.CONSTRUCTIONS)
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(
    ("name", "numbers", "sentence"),
    [
        ("castle", "1", "'castle' is not one of"),
        ("few-neurons", "5", "known for dimension 3 and 4"),
        ("few-neurons", "3,4", "few-neurons needs"),
        ("montufar", "3,2,4", "at least 3 wide"),
        ("cyclic", "3", "cyclic needs"),
        ("separation", "1,2", "separation needs the number"),
        ("separation", "0", "not a number of layers"),
        ("separation", "99", "give at most 9"),
        ("montufar", "2,4000,3", "numbers up to 1,500"),
        ("cyclic", "99999,100000", "numbers up to 1,500"),
        ("montufar", "1499,3", "up to 12"),
        ("cyclic", "9,60", "more than 1,000,000 regions"),
        ("slabs", "1499,1499", "more than 1,000,000 regions"),
        ("folded", "999,5", "more than 1,000,000 regions"),
        ("slabs", "0", "positive numbers"),
        ("folded", "4", "positive numbers"),
        ("slabs", "x", "is 'x'; write an integer"),
    ],
)
def test_mistakes(name: str, numbers: str, sentence: str) -> None:
    with pytest.raises(ep.InputError, match=sentence):
        _run(name, numbers)


def test_a_wrong_count_is_an_internal_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constructions, "montufar_lower", lambda d, widths: 27)
    with pytest.raises(ep.InternalError, match="28 linear regions, not 27"):
        _run("montufar", "2,4,3")
