"""JSON: round trip of every network, the shipped cases, and each way to be wrong."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given

from exactpoly.errors import InputError
from exactpoly.network import Layer, Network
from exactpoly.readers.json_format import network_from_json, network_to_json, write_json
from exactpoly.readers.load import load
from tests.strategies import examples, networks

CASES = sorted((Path(__file__).parent.parent / "cases").glob("*.json"))


@examples(60)
@given(networks())
def test_round_trip_is_exact(network: Network) -> None:
    again = network_from_json(json.loads(json.dumps(network_to_json(network))))
    assert again == network
    assert again.digest == network.digest


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_cases_round_trip(path: Path, tmp_path: Path) -> None:
    network = load(path)
    write_json(network, tmp_path / "again.json")
    again = load(tmp_path / "again.json")
    assert (again, again.notes, again.digest) == (network, network.notes, network.digest)


def test_mixed_units_and_relu_output(tmp_path: Path) -> None:
    network = Network(
        (
            Layer.of([[1, Fraction(1, 3)], [2, 5]], [0, -7], relu=[True, False]),
            Layer.of([[1, -1]], relu=True),
        ),
        "mixed",
        ("a note",),
    )
    write_json(network, tmp_path / "n.json")
    again = load(tmp_path / "n.json")
    assert again == network
    assert again.notes == ("a note",)


def test_numbers_mean_what_is_written(tmp_path: Path) -> None:
    path = tmp_path / "n.json"
    path.write_text('{"hidden_layers": [], "output_layer": {"weight": [[0.1, "2/6", 3]]}}')
    assert load(path).layers[0].weight == ((Fraction(1, 10), Fraction(1, 3), Fraction(3)),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[1, 2]", "hidden_layers"),
        ('{"hidden_layers": 3}', "not a list"),
        ('{"hidden_layers": [], "output_layer": null}', "no layers"),
        ('{"hidden_layers": [5]}', "hidden_layers[0]"),
        ('{"hidden_layers": [{"weight": 5}]}', "hidden_layers[0].weight"),
        ('{"hidden_layers": [{"weight": [1]}]}', "hidden_layers[0].weight"),
        ('{"hidden_layers": [{"weight": [[1, 2], [3]]}]}', "weight[1]"),
        ('{"hidden_layers": [{"weight": []}]}', "empty"),
        ('{"hidden_layers": [{"weight": [["1"]], "bais": ["0"]}]}', "bais"),
        ('{"hidden_layers": [{"weight": [["1"]], "bias": ["0", "1"]}]}', "bias"),
        ('{"hidden_layers": [{"weight": [["1"]], "bias": "0"}]}', "bias"),
        ('{"hidden_layers": [{"weight": [["1"]], "relu": [1]}]}', "relu"),
        ('{"hidden_layers": [{"weight": [["1"]], "relu": [true, true]}]}', "unit kinds"),
        ('{"hidden_layers": [{"weight": [["nan"]]}]}', "weight[0, 0]"),
        ('{"hidden_layers": [{"weight": [[NaN]]}]}', "NaN"),
        ('{"hidden_layers": [{"weight": [[-Infinity]]}]}', "-Infinity"),
        ('{"hidden_layers": [{"weight": [["1/0"]]}]}', "1/0"),
        ('{"hidden_layers": [{"weight": [["1e999999999"]]}]}', "exponent"),
        ('{"hidden_layers": [{"weight": [[true]]}]}', "truth value"),
        ('{"hidden_layers": [{"weight": [[null]]}]}', "NoneType"),
        ('{"hidden_layers": [], "hidden_layers": []}', "twice"),
        ('{"hidden_layers": [{"weight": [["1"]]}, {"weight": [["1", "2"]]}]}', "chain"),
        ('{"hidden_layers": [{"weight": [["1"]]}], "name": 3}', "name"),
        ('{"hidden_layers": [{"weight": [["1"]', "line 1"),
        ("[" * 100_000, "JSON"),
        ("hello", "line 1"),
    ],
)
def test_bad_json_is_one_sentence(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        load(path)
    message = str(caught.value)
    assert str(path) in message
    assert words in message
    assert "\n" not in message


def test_numbers_of_any_length(tmp_path: Path) -> None:
    """Longer than the 4,300 digits that Python reads and writes by default."""
    network = Network((Layer.of([[Fraction(10**5000 + 1, 3**9000), 1]], relu=False),))
    path = tmp_path / "long.json"
    write_json(network, path)
    assert load(path) == network
    assert load(path).digest == network.digest
    path.write_text(json.dumps({"hidden_layers": []})[:-2] + '{"weight": [[' + "7" * 6000 + "]]}]}")
    assert load(path).layers[0].weight[0][0] == 7 * (10**6000 - 1) // 9


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "mark.json"
    path.write_bytes(b"\xef\xbb\xbf" + CASES[0].read_bytes())
    assert load(path) == load(CASES[0])
