"""Write a file for Coq that compiles iff the f-vector and the mean number of facets are true.

Another one compiles iff a network is the maximum of its inputs and 0.

The statements are in the words of proofs/coq/Network.v; what they rest on is Coq's kernel, which
computes `summary` (proofs/coq/Summary.v), and the theorems there, which have no axioms. The tree itself
is data: whatever stands in it, a wrong claim does not compile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from exactpoly.certificate.sign_tree import hidden_layers, sign_tree
from exactpoly.complex.complex import Complex
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from exactpoly.running.files import write_whole

__all__ = ["coq_lines", "maximum_lines", "maximum_theorem", "write_coq"]

_DIGITS = 1000  # of a literal, about


def write_coq(
    complex_: Complex,
    path: str | Path,
    *,
    facets_only: bool = False,
) -> None:
    """Write the file for Coq to ``path``; see `coq_lines`. Raises `InputError` when it cannot."""
    lines = coq_lines(complex_, facets_only=facets_only)
    write_whole(path, "".join(line + "\n" for line in lines))


def coq_lines(
    complex_: Complex,
    *,
    facets_only: bool = False,
) -> Iterator[str]:
    """The lines of the file, without line ends.

    ``facets_only``: `f_d`, `f_(d-1)` and the mean alone, from a tree about three times smaller in
    dimension 3. Raises `InputError` for a partial complex and in dimension 0.
    """
    d = complex_.dimension
    limit = 1 if facets_only else d
    numbers = sign_tree(complex_, codimension=limit)
    counts = list(complex_.f_vector[::-1][: limit + 1])
    mean = complex_.mean_facets_with_domain_boundary
    pairs = int(mean * complex_.n_regions)
    depth = complex_.network.n_neurons + 2 * len(complex_.domain.bounds or ()) + 1
    simple = str(_all_simple(complex_, limit)).lower()
    network = f"{d} {limit} box net"
    yield from _head(complex_)
    yield "Definition claims : option (list Z * Z * bool) :="
    yield f"  Some ([{'; '.join(map(str, counts))}]%Z, {pairs}%Z, {simple})."
    yield ""
    yield from _table(numbers)
    yield f"Theorem certified : summary {network} (tree_of {depth} {d} numbers places) = claims."
    yield "Proof. vm_cast_no_check (eq_refl claims). Qed."
    yield ""
    for codimension, count in enumerate(counts):
        k = d - codimension
        terms = f"{network} _ _ _ _ {codimension} {k} {count}%Z certified eq_refl eq_refl"
        yield f"Theorem f_{k} : cells {d} box net {k} {count}%Z."
        yield f"Proof. exact (summary_cells {terms}). Qed."
        yield ""
    yield f"Theorem mean : mean_facets {d} box net {_rational(mean)}."
    yield "Proof."
    yield f"  apply (mean_facets_equal {d} box net (inject_Z {pairs} / inject_Z {counts[0]}));"
    yield "    [reflexivity |]."
    yield f"  apply (summary_mean {network} _ _ _ _ _ certified); [repeat constructor .. | reflexivity]."
    yield "Qed."


def maximum_lines(network: Network) -> Iterator[str]:
    """The lines of a file that compiles iff `network` is `max(x_0, .., x_(d-1), 0)` on all of `Q^d`.

    What is decided, and for which networks: proofs/coq/Maximum.v, which is one direction of
    proofs/tropical.md, Theorem 5. Nothing is computed here.
    """
    yield "(** Written by `exactpoly hunt depth --coq`. To check it, in a checkout of exactpoly with Coq:"
    yield "    sh proofs/check.sh THIS_FILE. What the statement means: proofs/coq/Maximum.v, Network.v."
    yield f"    Network of digest {network.digest}. *)"
    yield ""
    yield "From Coq Require Import QArith List."
    yield "From Exactpoly Require Import Network Maximum."
    yield "Import ListNotations."
    yield ""
    yield from maximum_theorem(network, "net", "is_the_maximum")


def maximum_theorem(network: Network, name: str, theorem: str) -> Iterator[str]:
    """The network as a definition, and the theorem that it is the maximum."""
    yield from _network(name, network.layers)
    yield ""
    d = network.input_dimension
    yield f"Theorem {theorem} : computes_maximum {d} {name}."
    yield "Proof. apply is_maximum_sound. vm_compute. reflexivity. Qed."


def _all_simple(complex_: Complex, limit: int) -> bool:
    """Whether every cell of codimension up to ``limit`` has as many zeros as its codimension."""
    d = complex_.dimension
    return not any(len(complex_.cells.excess(k)) for k in range(d - limit, d + 1))


def _head(complex_: Complex) -> Iterator[str]:
    network = complex_.network
    yield "(** Written by `exactpoly certify --coq`. To check it, in a checkout of exactpoly with Coq:"
    yield "    sh proofs/check.sh THIS_FILE. What the statements mean: proofs/coq/Network.v."
    yield f"    Network of digest {network.digest}, its layers up to the last one with neurons. *)"
    yield ""
    yield "From Coq Require Import QArith List."
    yield "From Exactpoly Require Import Network Facets Summary."
    yield "Import ListNotations."
    yield ""
    yield from _network("net", network.layers[: hidden_layers(network)])
    yield ""
    sides = "; ".join(f"({_rational(a)}, {_rational(b)})" for a, b in complex_.domain.bounds or ())
    yield f"Definition box : bounds := [{sides}]."
    yield ""


def _network(name: str, layers: Sequence[Layer]) -> Iterator[str]:
    yield f"Definition {name} : network := ["
    written = []
    for layer in layers:
        units = ";\n".join(
            f"    {{| relu := {'true' if relu else 'false'}; bias := {_integer(row[-1])};"
            f" weights := [{'; '.join(_integer(x) for x in row[:-1])}] |}}"
            for row, relu in zip(layer.numerators, layer.relu, strict=True)
        )
        written.append(f"  {{| denominator := {layer.denominator}; units := [\n{units}] |}}")
    yield ";\n".join(written) + "]."


def _integer(n: int) -> str:
    return f"({n})%Z" if n < 0 else f"{n}%Z"


def _rational(x: Fraction) -> str:
    return f"({x.numerator} # {x.denominator})"


def _table(written: list[int]) -> Iterator[str]:
    """The different numbers, the commonest first, and where each of the ``written`` is among them."""
    table = [n for n, _ in Counter(written).most_common()]
    place = {n: i for i, n in enumerate(table)}
    yield "Local Open Scope hex_uint_scope."
    for name, values in (("numbers", table), ("places", [place[n] for n in written])):
        yield f"Definition {name} : list Number.uint := ["
        yield from _literals(values)
        yield "]."
    yield "Local Close Scope hex_uint_scope."
    yield ""


def _literals(numbers: list[int]) -> Iterator[str]:
    """The numbers in octal, a digit that is not the last of its number with 8 added, as literals.

    The first digit of a literal is 1 and not read, so that no leading zero is lost.
    """
    digits: list[str] = []
    lines: list[str] = []
    for n in numbers:
        word = f"{n:o}"
        digits.append("".join("89abcdef"[int(c)] for c in word[:-1]) + word[-1])
        if sum(map(len, digits[-200:])) > _DIGITS or len(digits) >= 400:
            lines.append("  0x1" + "".join(digits))
            digits = []
    lines.append("  0x1" + "".join(digits))
    for i, line in enumerate(lines):
        yield line + (";" if i + 1 < len(lines) else "")
