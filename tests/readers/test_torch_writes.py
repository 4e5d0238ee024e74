"""Operators that work in place: followed where one tensor is meant, refused where memory is shared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

from exactpoly.errors import InputError  # noqa: E402
from exactpoly.readers.load import load  # noqa: E402

from .test_torch import Functional, agree, linear  # noqa: E402


def statement(m: Any, x: Any) -> Any:
    hidden = m.a(x)
    hidden.relu_()
    return m.b(hidden)


def several_statements(m: Any, x: Any) -> Any:
    hidden = m.a(x)
    hidden.relu_()
    hidden.mul_(2)
    hidden.add_(x)
    F.relu_(input=hidden)
    return m.b(hidden)


def overwritten_input(m: Any, x: Any) -> Any:
    x.relu_()
    return m.b(m.a(x)) + x[:, :2]


def both_names(m: Any, x: Any) -> Any:
    hidden = m.a(x)
    return m.b(F.relu(hidden, inplace=True)) + hidden[:, :2]


def module(m: Any, x: Any) -> Any:
    hidden = m.a(x)
    return m.b(m.r(hidden)) + hidden[:, :2]


def view_made_later(m: Any, x: Any) -> Any:
    hidden = m.a(x)
    hidden.relu_()
    return m.b(hidden.view(1, 3))


@pytest.mark.parametrize(
    "forward",
    [statement, several_statements, overwritten_input, both_names, module, view_made_later],
)
def test_the_value_after_the_write_is_read(forward: Callable[..., Any]) -> None:
    model = Functional(forward, a=linear(3, 3), b=linear(3, 2), r=nn.ReLU(inplace=True))
    agree(model, load(model), (3,))


def view(m: Any, x: Any) -> Any:
    hidden = m.a(x)
    hidden.view(-1).relu_()
    return m.b(hidden)


def part(m: Any, x: Any) -> Any:
    hidden = m.a(x)
    hidden[:, :2].mul_(-1)
    return m.b(hidden)


def identity(m: Any, x: Any) -> Any:
    hidden = m.a(x)
    return m.b(m.r(m.i(hidden))) + hidden[:, :2]


def older_name(m: Any, x: Any) -> Any:
    hidden = m.a(x)
    hidden.relu_().mul_(2)
    return m.b(hidden)


@pytest.mark.parametrize("forward", [view, part, identity, older_name])
def test_shared_memory_is_refused_with_its_node(forward: Callable[..., Any]) -> None:
    parts = {"r": nn.ReLU(inplace=True), "i": nn.Identity()}
    model = Functional(forward, a=linear(3, 3), b=linear(3, 2), **parts)
    with pytest.raises(InputError, match=r"^node '.*: it overwrites '.*' in place, and 'a'"):
        load(model)


def parameter(m: Any, x: Any) -> Any:
    m.a.weight.mul_(2)
    return m.a(x)


def unsupported(m: Any, x: Any) -> Any:
    hidden = m.a(x)
    hidden.sign_()
    return m.b(hidden)


@pytest.mark.parametrize(
    ("forward", "words"), [(parameter, "parameter 'a.weight'"), (unsupported, "'sign_'.*supported")]
)
def test_what_is_refused_for_itself(forward: Callable[..., Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        load(Functional(forward, a=linear(3, 3), b=linear(3, 2)))


def added_in_place(m: Any, x: Any) -> Any:
    # Traced as the sum that is not in place, for a traced value knows no `+=`.
    hidden = before = m.a(x)
    hidden += x
    return torch.relu(hidden) + before


def test_a_trace_that_is_not_the_model_is_refused() -> None:
    with pytest.raises(InputError, match=r"torch\.fx traces"):
        load(Functional(added_in_place, a=linear(3, 3)))
    model = nn.Sequential(linear(3, 3), nn.ReLU())
    model[1].forward = lambda x: -x
    with pytest.raises(InputError, match="forward method of its own"):
        load(model)


def test_weights_that_are_computed_give_no_input_shape() -> None:
    model = Functional(lambda m, x: F.linear(x, -m.a.weight).relu(), a=linear(3, 2))
    with pytest.raises(InputError, match="input_shape"):
        load(model)
    agree(model, load(model, input_shape=(3,)), (3,))
