"""The object in the hands of a newcomer: what is refused is refused in a sentence, nothing is guessed."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.running.progress import NotebookLine, progress_line
from exactpoly.running.run import END, Progress
from tests.complex.test_polytopes import networks_on_polytopes
from tests.strategies import examples

NET = ep.Network(
    (ep.Layer.of([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ep.Layer.of([[1, 1, 1]], relu=False)), "net"
)
LINE = ep.Network((ep.Layer.of([[1], [1]], [0, -1]),), "line")
BOX = ep.enumerate(NET, domain=(-2, 2))


# Networks made by hand


def test_layers_of_tensors() -> None:
    torch = pytest.importorskip("torch")
    for kind in (torch.float32, torch.bfloat16):
        weight = torch.tensor([[0.5, 2.0]], dtype=kind, requires_grad=True)
        bias = torch.tensor([0.25], dtype=kind, requires_grad=True)
        assert ep.Layer.of(weight, bias) == ep.Layer.of([["1/2", 2]], ["1/4"])


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"bias": 3}, r"bias has shape \(\) but layer.weight has 2 rows"),
        ({"bias": [1]}, r"bias has shape \(1,\) but"),
        ({"bias": np.zeros((2, 1))}, r"bias has shape \(2, 1\) but"),
        ({"bias": {0, 1}}, "bias has shape"),
        ({"relu": 1}, "relu is 1; give True or False"),
        ({"relu": "no"}, "relu is 'no'; give"),
        ({"relu": [True, 2]}, "give True or False"),
        ({"relu": [True]}, "1 unit kinds for 2 outputs"),
    ],
    ids=str,
)
def test_what_is_no_layer(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ep.InputError, match=told):
        ep.Layer.of([[1, 2], [3, 4]], **given)


def test_what_is_no_network() -> None:
    layer = ep.Layer.of([[1, 2]])
    assert hash(ep.Network([layer])) == hash(ep.Network((layer,)))  # type: ignore[arg-type]
    wrong: list[Any] = [layer, ([[1, 2]],), "layers", None]
    for layers in wrong:
        with pytest.raises(ep.InputError, match=r"make them with exactpoly.Layer.of"):
            ep.Network(layers)
    for neurons in (-1, 4):
        with pytest.raises(ep.InputError, match=r"^neurons: .* net has 3"):
            NET.truncated(neurons)


def test_names_that_are_shown() -> None:
    """Completion in a notebook offers what is for users."""
    assert {x for x in dir(ep) if not x.startswith("_")} == {*ep.__all__, "open", "examples"}
    with pytest.raises(ep.LimitReached):
        ep.level_set(NET, limits=ep.Limits(max_cells=3))


# Regions by numbers, masks and properties


def test_numbers_of_any_kind() -> None:
    for index in (3, np.int64(3), np.array(3), np.uint8(3)):
        assert BOX[index] == BOX.region(3)
    assert BOX[-1] == BOX.region(6)
    torch = pytest.importorskip("torch")
    assert BOX[torch.tensor(3)] == BOX.region(3)
    assert len(BOX[torch.tensor(BOX.bounded)]) == 7


def test_several_regions() -> None:
    mask = BOX.facet_counts == 2
    for chosen in (mask, mask.tolist(), np.flatnonzero(mask), np.flatnonzero(mask).tolist()):
        assert [r.index for r in BOX[chosen]] == np.flatnonzero(mask).tolist()
    assert len(BOX[[]]) == 0
    assert [r.index for r in BOX[1:][mask[1:]]] == np.flatnonzero(mask).tolist()


@pytest.mark.parametrize(
    "index", [99, -99, 1.0, "a", None, ..., True, [[0, 1]], [0.0], np.ones(6, bool)]
)
def test_what_is_no_index(index: Any) -> None:
    with pytest.raises(IndexError):
        BOX[index]


def test_equal_regions() -> None:
    """A region is made anew each time it is asked for, and is the same region."""
    assert BOX[0] == BOX[0]
    assert BOX[0] != BOX[1]
    assert BOX[0] != ep.enumerate(NET, domain=(-2, 2))[0]
    assert BOX[0] != "region"
    assert BOX[2] in BOX
    assert len({BOX[0], BOX[0], BOX[1]}) == 2
    assert list(BOX).index(BOX[4]) == 4


def test_where() -> None:
    assert [r.index for r in BOX.where(facets=[2, 3])] == np.flatnonzero(
        np.isin(BOX.facet_counts, [2, 3])
    ).tolist()
    assert len(BOX.where(signs={0: np.int8(1)}, bounded=np.True_)) == sum(r.row[0] > 0 for r in BOX)
    assert len(BOX.where()) == 7


@pytest.mark.parametrize(
    "condition",
    [
        {"signs": {0: 2}},
        {"signs": {0: "+"}},
        {"signs": {0: True}},
        {"signs": [1, 1, 1]},
        {"signs": {99: 1}},
        {"facets": "2"},
        {"facets": 2.0},
        {"bounded": "yes"},
        {"bounded": 1},
    ],
    ids=str,
)
def test_a_condition_that_none_can_meet(condition: dict[str, Any]) -> None:
    with pytest.raises(ep.InputError, match=r"^(signs|facets|bounded|neuron): "):
        BOX.where(**condition)


@pytest.mark.parametrize("k", [1.0, "1", True, -1, 3, None])
def test_what_is_no_dimension(k: Any) -> None:
    methods: list[Callable[[Any], Any]] = [BOX.signs, BOX.sides, BOX.cofaces]
    for method in methods:
        with pytest.raises(ep.InputError, match=r"^k: dimension"):
            method(k)


def test_several_lists() -> None:
    lists = BOX.region_facets
    assert [x.tolist() for x in lists[1:3]] == [lists[1].tolist(), lists[2].tolist()]
    assert [x.tolist() for x in lists[[3, -1]]] == [lists[3].tolist(), lists[6].tolist()]
    assert len(lists[BOX.facet_counts == 2]) == 3
    with pytest.raises(IndexError):
        lists[[99]]


# Samples


def test_samples_of_a_box_with_bounds_between_floats() -> None:
    """The rounding of 1/3 lies below it: all points are inside all the same."""
    third, free = Fraction(1, 3), ep.Network((ep.Layer.of([[1, 2]], relu=False),))
    for width in (Fraction(1, 2**53), Fraction(3, 2**54), Fraction(1, 2**50)):
        for low, high in ((third, third + width), (-third - width, -third)):
            box = ep.enumerate(free, domain=[(low, high), (0, 1)])
            points = box.sample(50)
            assert all(low <= Fraction(x) <= high for x in points[:, 0].tolist())
            assert (box.find(points) == 0).all()


@pytest.mark.parametrize(
    "domain",
    [
        [(Fraction(1, 3), Fraction(1, 3) + Fraction(1, 2**60)), (0, 1)],
        "x0 >= 1/3, x1 >= 2/3 - 1e-20, x0 + x1 <= 1",
    ],
)
def test_no_sample_where_no_float_lies(domain: Any) -> None:
    """Such a polytope gave what happened to stand in the memory."""
    free = ep.Network((ep.Layer.of([[1, 2]], relu=False),))
    with pytest.raises(ep.InputError, match="too thin for points in float64"):
        ep.enumerate(free, domain=domain).sample(3)


@pytest.mark.parametrize("size", [1e308, Fraction(10) ** 400])
@pytest.mark.filterwarnings("error")
def test_no_sample_beyond_float64(size: Any) -> None:
    free = ep.Network((ep.Layer.of([[1, 2]], relu=False),))
    square = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]])
    for domain in ((-size, size), (square, [size, size, size, size])):
        if isinstance(domain[0], np.ndarray) and size == 1e308:
            continue
        with pytest.raises(ep.InputError, match="beyond float64"):
            ep.enumerate(free, domain=domain).sample(3)


def test_samples_of_a_tiny_polytope_are_uniform() -> None:
    """Its volume, and that of all simplices, rounds to 0."""
    tiny = Fraction(1, 2**600)
    net = ep.Network((ep.Layer.of([[1, -1]]),))
    kite = ep.enumerate(net, domain=([[-1, 0], [0, -1], [1, 1]], [0, 0, tiny]))
    assert kite.volume_array.max() == 0
    share = np.mean(kite.find(kite.sample(4000)) == 0)
    assert abs(share - 0.5) < 0.04


@pytest.mark.parametrize("n", [-1, 2.5, "3", True, None])
def test_how_many_points(n: Any) -> None:
    with pytest.raises(ep.InputError, match=r"^sample: n is"):
        BOX.sample(n)
    assert BOX.sample(np.int64(2)).shape == (2, 2)
    assert BOX.sample(0).shape == (0, 2)


# Domains


@pytest.mark.parametrize(
    "domain",
    [
        {-1, 1},
        {-1: 0, 1: 0},
        ([[1, 1], [-1, 0], [0, -1]], 1),
        ([[1, 1], [-1, 0], [0, -1]], [[1], [0], [0]]),
        ([[1, 1], 3], [1, 0]),
        (np.array([-1, -1]), np.array([1])),
        [(-1, 1), {0, 1}],
        None,
    ],
    ids=str,
)
def test_what_is_no_domain(domain: Any) -> None:
    with pytest.raises(ep.InputError, match=r"^domain: ") as caught:
        ep.enumerate(NET, domain=domain)
    assert "\n" not in str(caught.value)


def test_a_table_is_no_domain() -> None:
    """Python lists the names of its columns, 0 and 1, which made the unit square of it."""
    pandas = pytest.importorskip("pandas")
    with pytest.raises(ep.InputError, match=r"^domain: ") as caught:
        ep.enumerate(NET, domain=pandas.DataFrame([[-1, 1], [0, 2]]))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("origin", "directions", "told"),
    [
        ([0, 0], [1, 1], r"^directions\[0\] is not a row of numbers"),
        ([0, 0], 1, "^directions is of type int"),
        ([0, 0], [], "^directions is empty"),
        (0, [[1, 1]], r"^origin\[0\] is not a row"),
        ([float("nan"), 0], [[1, 1]], r"^origin\[0, 0\] is nan"),
        ([0, 0, 0], [[1, 1]], "^plane: origin has 3 coordinates"),
        ([0, 0], [[1, 1], [1]], r"^directions\[1\] has 1 entries"),
    ],
)
def test_what_is_no_plane(origin: Any, directions: Any, told: str) -> None:
    with pytest.raises(ep.InputError, match=told):
        BOX.slice(origin, directions)


def test_planes_of_any_kind() -> None:
    expected = BOX.slice([0, 0], [[1, 0], [0, 1]]).f_vector
    for kind in (np.array, tuple):
        assert BOX.slice(kind([0, 0]), kind([(1, 0), (0, 1)])).f_vector == expected


# Parts


def test_a_part_of_a_partial_complex_is_of_the_whole_network() -> None:
    """It was that of the first neurons, and said that it was complete."""
    iris = ep.examples.iris()
    few = ep.enumerate(iris, limits=ep.Limits(max_cells=500))
    assert not few.complete
    part = few.restrict((0, 1))
    assert part.complete
    assert part.network == iris
    assert part.f_vector == ep.enumerate(iris, domain=(0, 1)).f_vector
    stopped = few.restrict((0, 1), limits=ep.Limits(max_cells=100))
    assert not stopped.complete
    assert stopped.stopped
    assert not few.slice([0] * 4, np.eye(4, dtype=int), limits=ep.Limits(max_cells=90)).complete


# Limits and progress


@pytest.mark.parametrize("value", ["5", "4GiB", -1, float("nan"), True, None])
@pytest.mark.parametrize("name", ["max_cells", "max_seconds", "max_memory"])
def test_what_is_no_limit(name: str, value: Any) -> None:
    if value is None:
        assert getattr(ep.Limits(**{name: value}), name) is None
        return
    with pytest.raises(ep.InputError, match=f"^{name}: .* is not a limit; give a number from 0"):
        ep.Limits(**{name: value})


@pytest.mark.parametrize("wrong", [{"limits": 5}, {"interrupted": True}, {"progress": 3}], ids=str)
def test_what_is_no_run(wrong: dict[str, Any]) -> None:
    with pytest.raises(ep.InputError, match=f"^{next(iter(wrong))}: "):
        ep.enumerate(NET, **wrong)


TWO = ep.Network((NET.layers[0], ep.Layer.of([[1, 0, 1], [0, 1, 0]], relu=False)), "two")
ASKED: dict[str, Callable[..., Any]] = {
    "decision": lambda **run: ep.decision(TWO, **run),
    "enumerate": lambda **run: ep.enumerate(NET, **run),
    "equal": lambda **run: ep.equal(NET, NET, domain=(-1, 1), **run),
    "judge": lambda **run: ep.judge(NET, {"regions": [{"row": "+++"}]}, **run),
    "level_set": lambda **run: ep.level_set(NET, 1, **run),
    "lipschitz": lambda **run: ep.lipschitz(NET, **run),
    "monotone": lambda **run: ep.monotone(NET, 0, domain=(-1, 1), **run),
    "persistence": lambda **run: ep.persistence(NET, **run),
    "range": lambda **run: ep.range(NET, domain=(-1, 1), **run),
    "restrict": lambda **run: BOX.restrict((0, 1), **run),
    "slice": lambda **run: BOX.slice([0, 0], [[1, 1]], **run),
    "write_report": lambda **run: ep.write_report(NET, domain=(-1, 1), **run),
    "zero_set": lambda **run: ep.zero_set(NET, 1, domain=(-2, 2), **run),
}
UNASKED = {"open", "prove", "radius"}
"""They take it too, but need a file or a data point."""


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("progress", [True, False, None])
def test_progress_may_be_true(name: str, progress: bool | None) -> None:
    ASKED[name](progress=progress)


def test_all_that_take_progress_take_true() -> None:
    """Also those that are not called above."""
    held = {**{n: getattr(ep, n) for n in [*ep.__all__, "open"]}, **vars(ep.Complex)}
    told = {
        name
        for name, one in held.items()
        if inspect.isfunction(one)
        and {"progress", "run", "running"} & set(inspect.signature(one).parameters)
    }
    assert told == set(ASKED) | UNASKED
    assert all(hasattr(held[name], "__wrapped__") for name in told)


def test_open_with_progress(tmp_path: Path) -> None:
    BOX.save(tmp_path / "a.cert")
    assert ep.open(tmp_path / "a.cert", progress=True).f_vector == BOX.f_vector
    with pytest.raises(ep.InputError, match="there is no such file"):
        ep.open(tmp_path / "b.cert")
    with pytest.raises(ep.InputError, match="is a directory"):
        ep.open(tmp_path)


def test_a_line_in_a_notebook(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its stderr is no terminal."""
    from exactpoly.running import progress

    monkeypatch.setitem(sys.modules, "ipykernel", sys)
    monkeypatch.setattr(progress, "_PATIENCE", 0.0)
    monkeypatch.setattr(progress, "_REDRAWN", 0.0)

    @progress_line
    def job(*, progress: Any = None) -> None:
        assert isinstance(progress, NotebookLine)
        progress(Progress("regions", 1_000, 2_000))
        progress(Progress("regions", 7))
        progress(END)

    job(progress=True)
    assert capsys.readouterr().err == "\rregions 1,000/2,000\rregions 7          \r         \r"


# In the eye


def test_html() -> None:
    """A mean that is no integer is not equal to its decimals; a partial complex says why it is one."""
    assert "<td>18/7 ≈ 2.5714</td>" in BOX._repr_html_()
    assert "stopped" not in BOX._repr_html_()
    few = ep.enumerate(ep.examples.iris(), limits=ep.Limits(max_cells=500))
    assert "<td>4</td>" in few._repr_html_()
    assert f"<th>stopped</th><td>{few.stopped}</td>" in few._repr_html_()
    assert "16 at least (partial)" in few._repr_html_()
    assert repr(BOX.cells) == "<Cells of dimensions 0 to 2: (13, 19, 7)>"


# Other libraries


def test_to_scipy_says_what_it_cannot() -> None:
    pytest.importorskip("scipy")
    for complex_ in (
        ep.enumerate(LINE, domain=(-1, 1)),
        ep.enumerate(LINE),
        ep.enumerate(ep.Network((ep.Layer.of([[1, 2]], relu=False),))),
        ep.enumerate(ep.Network((ep.Layer.of([[1, 2]]),))),
    ):
        with pytest.raises(
            ep.InputError, match=r"^to_scipy: Qhull does not take region 0, "
        ) as told:
            complex_[0].to_scipy()
        assert ("unbounded" in str(told.value)) is not complex_[0].bounded


@examples(25)
@given(networks_on_polytopes(max_dimension=3), st.data())
def test_half_spaces_hold_no_negative_zero(
    drawn: tuple[ep.Network, ep.Domain], data: st.DataObject
) -> None:
    network, domain = drawn
    complex_ = ep.enumerate(network, domain=domain)
    region = complex_[data.draw(st.integers(0, complex_.n_regions - 1))]
    for array in (complex_.half_spaces, region.half_spaces(), complex_.affine_maps[0]):
        assert not (np.signbit(array) & (array == 0)).any()
