"""Torch modules: equal to torch in float64, no invented neurons, refusals that name the node."""

from __future__ import annotations

import copy
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import fx, nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

from exactpoly.errors import InputError, InternalError  # noqa: E402
from exactpoly.network import Network  # noqa: E402
from exactpoly.readers import (  # noqa: E402
    operators,
    piecewise,
    samples,
    torch_module,
    torch_modules,
    verify,
)
from exactpoly.readers.exact_array import ExactArray  # noqa: E402
from exactpoly.readers.load import load  # noqa: E402


class Functional(nn.Module):
    """A module whose forward pass is a function of its parts."""

    def __init__(self, forward: Callable[..., Any], **parts: Any) -> None:
        super().__init__()
        for name, part in parts.items():
            if isinstance(part, torch.Tensor):
                self.register_buffer(name, part)
            else:
                setattr(self, name, part)
        self._function = forward

    def forward(self, x: Any) -> Any:
        return self._function(self, x)


def agree(
    model: nn.Module, network: Network, shape: tuple[int, ...], *, tolerance: float = 1e-12
) -> None:
    """The exact network and torch in float64 agree at random points."""
    double = copy.deepcopy(model).double().eval()
    generator = torch.Generator().manual_seed(1)
    for _ in range(5):
        x = torch.randn(1, *shape, dtype=torch.float64, generator=generator) * 3
        with torch.no_grad():
            expected = double(x.clone()).ravel().tolist()
        exact = network.evaluate([Fraction(v) for v in x.ravel().tolist()])
        assert len(exact) == len(expected)
        for a, b in zip(exact, expected, strict=True):
            assert abs(float(a) - b) <= tolerance * (1 + abs(b))


def linear(*sizes: int) -> nn.Module:
    torch.manual_seed(sum(sizes))
    return nn.Linear(*sizes)


def test_sequential_holds_the_very_weights() -> None:
    model = nn.Sequential(linear(4, 4), nn.ReLU(), linear(4, 4), nn.ReLU(), linear(4, 2))
    network = load(model)
    for layer, module in zip(network.layers, (model[0], model[2], model[4]), strict=True):
        rows = [[Fraction(x) for x in row] for row in module.weight.tolist()]
        assert [list(row) for row in layer.weight] == rows
        assert list(layer.bias) == [Fraction(x) for x in module.bias.tolist()]
    assert [all(layer.relu) for layer in network.layers] == [True, True, False]
    agree(model, network, (4,))
    assert any("compared with torch" in note for note in network.notes)


MODELS: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...], bool, int]] = {
    # name: (model, input shape, whether the shape must be given, neurons)
    "linear alone": (lambda: linear(3, 2), (3,), False, 0),
    "no bias": (lambda: nn.Sequential(nn.Linear(3, 4, bias=False), nn.ReLU()), (3,), False, 4),
    "leaky": (
        lambda: nn.Sequential(linear(3, 5), nn.LeakyReLU(0.1), linear(5, 4), nn.LeakyReLU()),
        (3,),
        False,
        9,
    ),
    "dropout and identity": (
        lambda: nn.Sequential(nn.Dropout(), linear(3, 3), nn.Identity(), nn.ReLU()).eval(),
        (3,),
        False,
        3,
    ),
    "functional relus": (
        lambda: Functional(
            lambda m, x: m.c(torch.relu(m.b(F.relu(m.a(x)).relu_()).relu())),
            a=linear(3, 4),
            b=linear(4, 5),
            c=linear(5, 1),
        ),
        (3,),
        False,
        4 + 4 + 5 + 5,
    ),
    "residual": (
        lambda: Functional(
            lambda m, x: m.d(F.relu(m.a(x) + m.c(F.relu(m.b(F.relu(m.a(x))))))),
            a=linear(3, 6),
            b=linear(6, 7),
            c=linear(7, 6),
            d=linear(6, 2),
        ),
        (3,),
        False,
        6 + 7 + 6,
    ),
    "arithmetic": (
        lambda: Functional(
            lambda m, x: (
                2 * m.a(x)
                - torch.sub(F.relu(x), m.s, alpha=3) / 4
                + torch.cat((x[:, 1:], -x[:, :1]), 1)
            ),
            a=linear(3, 3),
            s=torch.tensor([0.5, -1.0, 0.1]),
        ),
        (3,),
        False,
        3,
    ),
    "matmul": (
        lambda: Functional(
            lambda m, x: (x @ m.w).relu() @ m.w, w=torch.tensor([[1.0, 2.0], [3.0, -0.7]])
        ),
        (2,),
        True,
        2,
    ),
    "flatten an image": (
        lambda: nn.Sequential(nn.Flatten(), linear(12, 3), nn.ReLU()),
        (12,),
        False,
        3,
    ),
    "view as an image": (
        lambda: Functional(
            lambda m, x: m.b(F.leaky_relu(m.a(x.view(x.size(0), 1, 4, 4)), 0.2).flatten(1)),
            a=nn.Conv2d(1, 2, 3, stride=2, padding=1),
            b=linear(8, 3),
        ),
        (16,),
        False,
        8,
    ),
    "conv2d with everything": (
        lambda: nn.Sequential(
            nn.Conv2d(2, 4, (3, 2), padding=(1, 2), stride=(2, 1), dilation=(1, 2), groups=2),
            nn.ReLU(),
            nn.AvgPool2d((2, 3), stride=2, padding=1, ceil_mode=True, count_include_pad=False),
            nn.Conv2d(4, 2, 1),
            nn.ReLU(),
            nn.Flatten(),
        ),
        (2, 5, 6),
        True,
        96 + 20,
    ),
    "conv1d": (
        lambda: nn.Sequential(
            nn.Conv1d(1, 2, 4, padding="same"),
            nn.Conv1d(2, 3, 3, padding="same", dilation=2),
            nn.ReLU(),
            nn.AvgPool1d(2, padding=1),
            nn.AdaptiveAvgPool1d(3),
            nn.Flatten(),
            linear(9, 2),
        ),
        (1, 7),
        True,
        21,
    ),
    "global mean": (
        lambda: Functional(
            lambda m, x: m.b(m.a(x).relu().mean((2, 3))),
            a=nn.Conv2d(1, 3, 2),
            b=linear(3, 2),
        ),
        (1, 3, 4),
        True,
        18,
    ),
}


@pytest.mark.filterwarnings("ignore:Using padding=.same.")
@pytest.mark.parametrize("name", MODELS)
def test_model_is_torch_in_exact(name: str) -> None:
    make, shape, needs_shape, neurons = MODELS[name]
    torch.manual_seed(7)
    model = make()
    network = load(model, input_shape=shape if needs_shape else None)
    assert network.n_neurons == neurons
    agree(model, network, shape)


def test_leaky_slope_is_the_exact_float() -> None:
    model = nn.Sequential(nn.LeakyReLU(0.01), nn.Linear(1, 1, bias=False))
    with torch.no_grad():
        model[1].weight.fill_(1.0)
    network = load(model)
    assert network.evaluate([-3]) == (-3 * Fraction(0.01),)
    assert network.n_neurons == 1


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_dtypes_lose_nothing(dtype: Any) -> None:
    model = nn.Sequential(linear(3, 4), nn.ReLU(), linear(4, 2)).to(dtype)
    network = load(model)
    assert network.layers == load(copy.deepcopy(model).double()).layers
    assert str(dtype).removeprefix("torch.") in network.notes[0]


def test_batch_norm_is_refused_unless_folded() -> None:
    torch.manual_seed(2)
    model = nn.Sequential(linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), linear(4, 1))
    with torch.no_grad():
        for _ in range(20):
            model(torch.randn(16, 3) * 5 + 1)
    model.eval()
    with pytest.raises(InputError, match=r"BatchNorm1d.*sqrt.*fold_float=True"):
        load(model)
    network = load(model, fold_float=True)
    assert any("fold_float" in note for note in network.notes)
    assert network.widths == (3, 4, 1)
    agree(model, network, (3,))
    with pytest.raises(InputError, match="eval"):
        load(model.train(), fold_float=True)


class Branching(nn.Module):
    def forward(self, x: Any) -> Any:
        return x if x.sum() > 0 else -x


class NotAReLU(nn.ReLU):
    """Its name and base class say ReLU, its meaning is another."""

    def forward(self, input: Any) -> Any:
        return input.exp()


def hooked() -> nn.Module:
    model = nn.Sequential(linear(2, 2))
    model[0].register_forward_hook(lambda m, i, o: o * 2)
    return model


def not_finite() -> nn.Module:
    model = nn.Sequential(linear(2, 2))
    with torch.no_grad():
        model[0].weight[1, 0] = float("nan")
    return model


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: nn.Sequential(linear(2, 2), nn.Tanh()), "module Tanh at 1"),
        (lambda: nn.Sequential(linear(2, 2), nn.SiLU()), "module SiLU at 1.*not piecewise"),
        (lambda: nn.Sequential(linear(2, 2), nn.Hardshrink()), "module Hardshrink at 1.*jumps"),
        (lambda: nn.Sequential(linear(2, 2), NotAReLU()), "exp"),
        (lambda: nn.Sequential(linear(2, 2), nn.LPPool1d(2, 2)), "LPPool1d"),
        (lambda: nn.Sequential(linear(2, 2), nn.Dropout()), r"model.eval\(\)"),
        (lambda: Functional(lambda m, x: m.a(x) * x, a=linear(2, 2)), "not piecewise affine"),
        (lambda: Functional(lambda m, x: torch.exp(m.a(x)), a=linear(2, 2)), "function exp"),
        (lambda: Functional(lambda m, x: (m.a(x), x), a=linear(2, 2)), "one tensor"),
        (lambda: nn.Sequential(Branching(), linear(2, 2)), "traced"),
        (lambda: nn.Sequential(nn.Conv2d(1, 1, 2)), "input_shape"),
        (hooked, "forward hooks"),
        (not_finite, r"0.weight\[1, 0\] is nan"),
        (lambda: nn.utils.parametrizations.weight_norm(linear(2, 2)), "remove_parametrizations"),
        (
            lambda: nn.Sequential(linear(2, 2), torch.ao.nn.quantized.Linear(2, 2)),
            "quantised module",
        ),
        (lambda: nn.Sequential(linear(2, 2), nn.GRU(2, 2)), "GRU at 1.*not piecewise linear"),
    ],
)
def test_refusals(make: Callable[[], nn.Module], words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        load(make())
    assert "\n" not in str(caught.value)


class Block(nn.Module):
    """A residual block."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.inner, self.outer = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, x: Any) -> Any:
        return x + self.outer(self.inner(x).relu())


def deep() -> nn.Module:
    torch.manual_seed(4)
    return nn.Sequential(linear(2, 6), *[Block(6) for _ in range(20)], linear(6, 1))


def test_deep_residual_network_carries_no_more_than_its_width() -> None:
    network = load(deep())
    assert network.widths == (2, *[6] * 20, 1)
    assert max(layer.outputs for layer in network.layers) == 12
    [note] = [note for note in network.notes if "rounding alone" in note]
    assert float(note.split()[-1]) < 1e-8
    agree(deep(), network, (2,), tolerance=1e-10)


def test_rounding_that_a_network_blows_up_is_not_held_against_it() -> None:
    first, tent = nn.Linear(1, 2), nn.Linear(2, 2)
    with torch.no_grad():
        for module, weight in ((first, [[1.9], [1.9]]), (tent, [[1.9, -3.8], [1.9, -3.8]])):
            module.weight.copy_(torch.tensor(weight))
            module.bias.copy_(torch.tensor([0.0, -0.95]))
    layers = [module for _ in range(60) for module in (nn.ReLU(), copy.deepcopy(tent))]
    network = load(nn.Sequential(nn.Linear(1, 1), first, *layers, nn.ReLU(), linear(2, 1)))
    assert network.n_neurons == 122


@pytest.mark.parametrize(
    "make", [lambda: nn.Sequential(linear(3, 3), nn.ReLU(), linear(3, 3)), deep]
)
def test_transposed_weights_do_not_pass(
    make: Callable[[], nn.Module], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = make()
    load(model)
    right = torch_modules.exact_tensor

    def transposed(tensor: Any, name: str) -> ExactArray:
        exact = right(tensor, name)
        if len(set(exact.shape)) > 1:
            return exact
        return ExactArray(exact.numerators.T, exact.denominator)

    monkeypatch.setattr(torch_modules, "exact_tensor", transposed)
    with pytest.raises(InternalError, match="differ"):
        load(model)


def test_a_wrong_bias_does_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operators, "add_values", lambda graph, x, y: x)
    with pytest.raises(InternalError, match="differ"):
        load(nn.Sequential(linear(3, 3), nn.ReLU(), linear(3, 3)))


def test_the_model_is_left_as_it_was() -> None:
    model = nn.Sequential(linear(3, 4), nn.ReLU(inplace=True), linear(4, 1))
    before = copy.deepcopy(model.state_dict())
    load(model)
    assert all(torch.equal(before[name], x) for name, x in model.state_dict().items())
    assert model[0].weight.dtype == torch.float32
    assert torch_module.network_of_module(model) == load(model)


@pytest.mark.parametrize("bound", [1.0, 1000.0, 10000.0, 2.0**-10])
def test_a_clamp_left_out_is_seen_whatever_its_bound(
    bound: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Hardtanh(-bound, bound))
    with torch.no_grad():
        model[0].weight.copy_(torch.eye(2))
    load(model)
    monkeypatch.setattr(piecewise, "clip", lambda graph, x, low, high: x)
    with pytest.raises(InternalError, match="differ"):
        load(model)


def test_an_error_beside_a_kink_alone_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ReLU that is off by a hundredth within a hundredth of its kink, and right elsewhere."""
    torch.manual_seed(5)
    model = nn.Sequential(linear(2, 3), nn.ReLU(), linear(3, 1))
    load(model)
    right = samples.kink_points

    class Bent(nn.ReLU):
        def forward(self, input: Any) -> Any:
            return torch.relu(input) + torch.relu(0.01 - input.abs())

    wrong = nn.Sequential(model[0], Bent(), model[2])
    monkeypatch.setitem(torch_modules.MODULES, Bent, torch_modules.MODULES[nn.ReLU])
    monkeypatch.setattr(
        fx.Tracer, "is_leaf_module", lambda self, m, name: not isinstance(m, nn.Sequential)
    )
    with pytest.raises(InternalError, match="differ"):
        load(wrong)
    monkeypatch.setattr(verify, "kink_points", lambda network, points: right(network, points)[:0])
    load(wrong)
