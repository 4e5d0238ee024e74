"""Write coq/Maxima.v: the networks of ../docs/depth.md are the maximum of five and of six numbers.

Run it from this folder: `python maxima_in_coq.py`. The file is kept in the repository, so that Coq alone
checks it (check.sh).
"""

from __future__ import annotations

from pathlib import Path

import exactpoly as ep
from exactpoly.certificate.coq import maximum_theorem

HEAD = """\
(** Two hidden layers compute the maximum of five and of six numbers.

    The literals are the networks of examples/max5_two_layers.json and max6_two_layers.json. That two
    hidden layers are enough was shown by Bakaev, Brunck, Hertrich, Stade and Yehudayoff for five numbers
    (arXiv 2505.14338) and by Sun for six (June 2026). Written by maxima_in_coq.py. *)

From Coq Require Import QArith List.
From Exactpoly Require Import Network Maximum.
Import ListNotations.
"""

TAIL = """
(** Two layers of ReLU units alone, and one linear unit behind them. *)
Definition two_hidden_layers (d : nat) (net : network) (n m : nat) : Prop :=
  exists hidden last, net = hidden ++ [last] /\\ widths d hidden [n; m] /\\
    map relu (units last) = [false].

Theorem five_numbers : exists net, two_hidden_layers 4 net 14 7 /\\ computes_maximum 4 net.
Proof.
  exists net5. split; [| exact maximum_of_five].
  exists (removelast net5), (last net5 {| denominator := 1; units := [] |}).
  split; [reflexivity |]. split; [repeat (split || constructor) | reflexivity].
Qed.

Theorem six_numbers : exists net, two_hidden_layers 5 net 20 42 /\\ computes_maximum 5 net.
Proof.
  exists net6. split; [| exact maximum_of_six].
  exists (removelast net6), (last net6 {| denominator := 1; units := [] |}).
  split; [reflexivity |]. split; [repeat (split || constructor) | reflexivity].
Qed.
"""


def main() -> None:
    folder = Path(__file__).parent
    parts = [HEAD]
    for n, word in ((5, "five"), (6, "six")):
        network = ep.load(folder.parent / "examples" / f"max{n}_two_layers.json")
        parts.append("\n".join(maximum_theorem(network, f"net{n}", f"maximum_of_{word}")) + "\n")
    (folder / "coq" / "Maxima.v").write_text("\n".join(parts) + TAIL)


if __name__ == "__main__":
    main()
