"""Write coq/Maxima.v: the networks of ../docs/depth.md are the maximum of five and of six numbers.

Run it from this folder: `python maxima_in_coq.py`. The file is kept in the repository, so that Coq alone
checks it (check.sh).
"""

from __future__ import annotations

from pathlib import Path

import exactpoly as ep
from exactpoly.certificate.coq import maximum_theorem
from exactpoly.depth.identity import read_identity
from exactpoly.depth.networks import maximum_network

HEAD = """\
(** Two hidden layers compute the maximum of five and of six numbers.

    The literals are the networks of examples/max5_two_layers.json and max6_two_layers.json, and that of
    the identity examples/depth/max6_39_terms.json. That two hidden layers are enough was shown by Bakaev,
    Brunck, Hertrich, Stade and Yehudayoff for five numbers (arXiv 2505.14338) and by Sun for six (June
    2026). Written by maxima_in_coq.py. *)

From Coq Require Import QArith List.
From Exactpoly Require Import Network Maximum.
Import ListNotations.
"""

TAIL = """
(** Two layers of ReLU units alone, and one linear unit behind them. *)
Definition two_hidden_layers (d : nat) (net : network) (n m : nat) : Prop :=
  exists hidden last, net = hidden ++ [last] /\\ widths d hidden [n; m] /\\
    map relu (units last) = [false].

(** For a network and the theorem that it computes a maximum. *)
Ltac witness net maximum :=
  exists net; split; [| exact maximum];
  exists (removelast net), (last net {| denominator := 1; units := [] |});
  split; [reflexivity |]; split; [repeat (split || constructor) | reflexivity].

Theorem five_numbers : exists net, two_hidden_layers 4 net 14 7 /\\ computes_maximum 4 net.
Proof. witness net5 maximum_of_five. Qed.

Theorem six_numbers : exists net, two_hidden_layers 5 net 20 41 /\\ computes_maximum 5 net.
Proof. witness net6_39 maximum_of_six_39. Qed.
"""


def main() -> None:
    folder = Path(__file__).parent
    parts = [HEAD]
    examples = folder.parent / "examples"
    shorter = maximum_network(read_identity(examples / "depth" / "max6_39_terms.json"))
    for network, name, theorem in (
        (ep.load(examples / "max5_two_layers.json"), "net5", "maximum_of_five"),
        (ep.load(examples / "max6_two_layers.json"), "net6", "maximum_of_six"),
        (shorter, "net6_39", "maximum_of_six_39"),
    ):
        parts.append("\n".join(maximum_theorem(network, name, theorem)) + "\n")
    (folder / "coq" / "Maxima.v").write_text("\n".join(parts) + TAIL)


if __name__ == "__main__":
    main()
